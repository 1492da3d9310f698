/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folding (see fold.h). Nearly all text is ASCII, so that has a path of its own that copies and allocates nothing;
 * only a word with other letters in it is normalised.
 *
 * Look-alikes are folded in the spirit of UTS #39, for the letters that are drawn alike in common typefaces, and only
 * where a word mixes scripts or has no other letters: a Russian or Greek name stays what it is.
 *
 * Threads: no state. Hostile input: the text, in every byte.
 */
#include "directory/fold.h"

#include <string.h>

typedef struct FoldPair {
    gunichar from;
    char to[3];
} FoldPair;

static const FoldPair fold_letters[] = {
    {0x00df, "ss"}, {0x00e6, "ae"}, {0x0153, "oe"}, {0x00f8, "o"}, {0x0111, "d"}, {0x0142, "l"},
    {0x00fe, "th"}, {0x00f0, "d"},  {0x0131, "i"},  {0x0127, "h"}, {0x0167, "t"}, {0x014b, "n"},
};

/* Lower-case Cyrillic and Greek letters that are drawn like a Latin one. */
static const FoldPair fold_lookalikes[] = {
    {0x0430, "a"}, {0x0441, "c"}, {0x0501, "d"}, {0x0435, "e"}, {0x04bb, "h"}, {0x0456, "i"}, {0x0458, "j"},
    {0x043a, "k"}, {0x043c, "m"}, {0x043d, "h"}, {0x043e, "o"}, {0x0440, "p"}, {0x051b, "q"}, {0x0455, "s"},
    {0x0442, "t"}, {0x0443, "y"}, {0x0445, "x"}, {0x051d, "w"}, {0x0432, "b"}, {0x03b1, "a"}, {0x03b2, "b"},
    {0x03b5, "e"}, {0x03b7, "n"}, {0x03b9, "i"}, {0x03ba, "k"}, {0x03bd, "v"}, {0x03bf, "o"}, {0x03c1, "p"},
    {0x03c4, "t"}, {0x03c5, "u"}, {0x03c7, "x"}, {0x03b6, "z"}, {0x03bc, "m"},
};

static const char *
fold_pair_find(const FoldPair *pairs, gsize count, gunichar letter)
{
    for (gsize i = 0; i < count; i++)
        if (pairs[i].from == letter)
            return pairs[i].to;
    return NULL;
}

static bool
fold_is_apostrophe(gunichar c)
{
    return c == '\'' || c == '`' || c == 0x00b4 || c == 0x2018 || c == 0x2019 || c == 0x02bc || c == 0x02b9 ||
           c == 0x2032 || c == 0xff07;
}

static bool
fold_is_ignorable(gunichar c)
{
    return c == 0x00ad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

/* Marks belong to the letter before them. */
static bool
fold_is_word_char(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c) || fold_is_ignorable(c);
}

static gunichar
fold_peek(const char *at, const char *end)
{
    if (at >= end)
        return 0;
    return g_utf8_get_char_validated(at, end - at);
}

static gsize
fold_width(gunichar c)
{
    if (c == (gunichar)-1 || c == (gunichar)-2)
        return 1;
    return (gsize)g_unichar_to_utf8(c, NULL);
}

static bool
fold_put(char *out, gsize *at, const char *bytes, gsize length)
{
    if (*at + length > EXEAT_FOLD_MAX)
        return false;
    memcpy(out + *at, bytes, length);
    *at += length;
    return true;
}

/* True if every non-Latin letter is a look-alike and the word mixes scripts or consists of them. */
static bool
fold_is_disguised(const char *normal)
{
    guint lookalikes = 0;
    guint latin = 0;
    guint others = 0;
    for (const char *c = normal; *c != '\0'; c = exeat_utf8_next(c)) {
        gunichar letter = g_utf8_get_char(c);
        if (!g_unichar_isalpha(letter))
            continue;
        if (g_unichar_get_script(letter) == G_UNICODE_SCRIPT_LATIN)
            latin++;
        else if (fold_pair_find(fold_lookalikes, G_N_ELEMENTS(fold_lookalikes), letter) != NULL)
            lookalikes++;
        else
            others++;
    }
    return lookalikes > 0 && (latin > 0 || others == 0);
}

static gsize
fold_slow(const char *text, gsize length, char *out)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    g_autofree char *folded_case = g_utf8_casefold(valid, -1);
    g_autofree char *normal = g_utf8_normalize(folded_case, -1, G_NORMALIZE_ALL);
    if (normal == NULL)
        return 0;

    bool disguised = fold_is_disguised(normal);
    gsize at = 0;
    for (const char *c = normal; *c != '\0'; c = exeat_utf8_next(c)) {
        /* Compatibility forms may bring capitals with them (U+2122), and U+FFFD stands for an invalid byte. */
        gunichar letter = g_unichar_tolower(g_utf8_get_char(c));
        if (!g_unichar_isalnum(letter))
            continue;
        const char *plain = letter < 0x80 ? NULL : fold_pair_find(fold_letters, G_N_ELEMENTS(fold_letters), letter);
        if (plain == NULL && disguised)
            plain = fold_pair_find(fold_lookalikes, G_N_ELEMENTS(fold_lookalikes), letter);
        char encoded[6];
        gsize width = (gsize)g_unichar_to_utf8(letter, encoded);
        if (!(plain != NULL ? fold_put(out, &at, plain, strlen(plain)) : fold_put(out, &at, encoded, width)))
            return 0;
    }
    return at;
}

gsize
exeat_fold_name(const char *text, gsize length, char *out)
{
    gsize at = 0;
    out[0] = '\0';
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar)text[i];
        if (c >= 0x80) {
            /* Twice the limit in characters is enough to know that it does not fit. */
            gsize folded = length > 8 * EXEAT_FOLD_MAX ? 0 : fold_slow(text, length, out);
            out[folded] = '\0';
            return folded;
        }
        if (!g_ascii_isalnum(c))
            continue;
        if (at == EXEAT_FOLD_MAX) {
            out[0] = '\0';
            return 0;
        }
        out[at++] = g_ascii_tolower((char)c);
    }
    out[at] = '\0';
    return at;
}

/* --- words of a text --------------------------------------------------------------------------------------------- */

typedef struct FoldScan {
    guint uppers;
    guint lowers;
    guint others; /* letters without case, and marks */
    guint digits;
    bool ascii;
    bool first_upper;
} FoldScan;

static void
fold_count(FoldScan *scan, gunichar c)
{
    bool upper = g_unichar_isupper(c) || g_unichar_istitle(c);
    if (upper && scan->uppers + scan->lowers + scan->others + scan->digits == 0)
        scan->first_upper = true;
    if (upper)
        scan->uppers++;
    else if (g_unichar_isdigit(c))
        scan->digits++;
    else if (g_unichar_islower(c))
        scan->lowers++;
    else if (!g_unichar_ismark(c) && !fold_is_ignorable(c))
        scan->others++;
}

/* Where the word that begins at @at ends. A capital behind a lower-case letter begins another word. */
static const char *
fold_word_end(const char *at, const char *end, FoldScan *scan)
{
    bool was_lower = false;
    while (at < end) {
        guchar byte = (guchar)*at;
        if (byte < 0x80) {
            if (g_ascii_islower(byte)) {
                scan->lowers++;
                was_lower = true;
            } else if (g_ascii_isupper(byte)) {
                if (was_lower)
                    return at;
                if (scan->uppers + scan->lowers + scan->others + scan->digits == 0)
                    scan->first_upper = true;
                scan->uppers++;
            } else if (g_ascii_isdigit(byte)) {
                scan->digits++;
                was_lower = false;
            } else if (byte == '\'' || byte == '`') {
                gunichar next = fold_peek(at + 1, end);
                if (!g_unichar_isalpha(next))
                    return at;
                was_lower = false;
            } else {
                return at;
            }
            at++;
            continue;
        }
        gunichar c = fold_peek(at, end);
        if (c == (gunichar)-1 || c == (gunichar)-2)
            return at;
        if (fold_is_apostrophe(c)) {
            if (!g_unichar_isalpha(fold_peek(at + fold_width(c), end)))
                return at;
            was_lower = false;
        } else if (!fold_is_word_char(c)) {
            return at;
        } else {
            if (was_lower && g_unichar_isupper(c))
                return at;
            fold_count(scan, c);
            if (!g_unichar_ismark(c) && !fold_is_ignorable(c))
                was_lower = g_unichar_islower(c);
        }
        scan->ascii = false;
        at += fold_width(c);
    }
    return at;
}

/* The 's at the end of a word belongs to the grammar, not to the name. */
static void
fold_cut_possessive(const char *text, gsize length, ExeatWord *word)
{
    const char *start = text + word->start;
    const char *end = text + word->end;
    word->after = word->end;
    if (end - start > 2 && (end[-1] == 's' || end[-1] == 'S')) {
        const char *before = g_utf8_find_prev_char(start, end - 1);
        if (before != NULL && before > start && fold_is_apostrophe(g_utf8_get_char(before))) {
            word->end = (gsize)(before - text);
            word->flags |= EXEAT_WORD_POSSESSIVE;
            return;
        }
    }
    gunichar next = fold_peek(end, text + length);
    if (fold_is_apostrophe(next) && end > start && (end[-1] == 's' || end[-1] == 'S')) {
        word->after = word->end + fold_width(next);
        word->flags |= EXEAT_WORD_POSSESSIVE;
    }
}

static gsize
fold_word(const char *text, const ExeatWord *word, bool ascii, char *out)
{
    const char *from = text + word->start;
    gsize bytes = word->end - word->start;
    if (!ascii || bytes > EXEAT_FOLD_MAX) {
        char folded[EXEAT_FOLD_MAX + 1];
        gsize folded_length = exeat_fold_name(from, bytes, folded);
        memcpy(out, folded, folded_length);
        return folded_length;
    }
    gsize at = 0;
    for (gsize i = 0; i < bytes; i++) {
        char c = from[i];
        if (c != '\'' && c != '`')
            out[at++] = (c >= 'A' && c <= 'Z') ? (char)(c | 0x20) : c;
    }
    return at;
}

static gsize
fold_skip(const char *text, gsize length, gsize at)
{
    while (at < length) {
        guchar byte = (guchar)text[at];
        if (byte < 0x80) {
            if (g_ascii_isalnum(byte))
                return at;
            at++;
            continue;
        }
        gunichar c = fold_peek(text + at, text + length);
        /* The modifier apostrophe U+02BC counts as a letter, but no word begins with it. */
        if (c != (gunichar)-1 && c != (gunichar)-2 && g_unichar_isalnum(c) && !fold_is_apostrophe(c))
            return at;
        at += fold_width(c);
    }
    return at;
}

/*
 * The word at @start if it is written in ASCII letters, small but for the first: most of all words. What may go on in
 * another way (a capital, a digit, an apostrophe, another alphabet) is for the long way round.
 */
static bool
fold_plain_word(const char *text, gsize length, gsize start, char *out, ExeatWord *out_word)
{
    gsize most = MIN(length - start, (gsize)EXEAT_FOLD_MAX);
    const char *from = text + start;
    bool capital = g_ascii_isupper(from[0]);
    out[0] = (char)(from[0] | 0x20);
    if (!capital && !g_ascii_islower(from[0]))
        return false;
    gsize n = 1;
    while (n < most && from[n] >= 'a' && from[n] <= 'z') {
        out[n] = from[n];
        n++;
    }
    guchar next = start + n < length ? (guchar)from[n] : ' ';
    if (n == EXEAT_FOLD_MAX || next >= 0x80 || next == '\'' || next == '`' || g_ascii_isalnum(next))
        return false;
    *out_word = (ExeatWord){.start = start, .end = start + n, .after = start + n, .letters = (guint)n};
    out_word->flags = capital ? EXEAT_WORD_CAPITAL : 0;
    return true;
}

/* JamieSmith: the word at @start is told from the one that ends there by its capital alone. */
static guint
fold_camel(const char *text, gsize start, gsize offset, bool capital)
{
    bool joined = capital && start == offset && start > 0 && g_ascii_isalnum(text[start - 1]);
    return joined ? EXEAT_WORD_CAMEL : 0;
}

bool
exeat_fold_next_word(const char *text, gsize length, gsize *offset, ExeatWord *out_word, char *out, gsize *out_length)
{
    gsize at = *offset;
    for (;;) {
        gsize start = fold_skip(text, length, at);
        if (start >= length) {
            *offset = length;
            return false;
        }
        if (fold_plain_word(text, length, start, out, out_word)) {
            out_word->flags |= fold_camel(text, start, *offset, (out_word->flags & EXEAT_WORD_CAPITAL) != 0);
            *offset = out_word->end;
            *out_length = out_word->end - start;
            return true;
        }
        FoldScan scan = {.ascii = true};
        ExeatWord word = {.start = start};
        word.end = (gsize)(fold_word_end(text + start, text + length, &scan) - text);
        word.letters = scan.uppers + scan.lowers + scan.others + scan.digits;
        if (scan.first_upper)
            word.flags |= EXEAT_WORD_CAPITAL;
        if (scan.digits > 0)
            word.flags |= EXEAT_WORD_DIGITS;
        word.flags |= fold_camel(text, start, *offset, scan.first_upper);
        gsize whole = word.end;
        fold_cut_possessive(text, length, &word);
        if (word.end != whole)
            word.letters -= 1;
        if (scan.uppers > 1 && (scan.lowers == 0 || (scan.lowers == 1 && word.end != whole)))
            word.flags |= EXEAT_WORD_ALL_CAPS;
        at = MAX(word.after, whole);
        gsize folded = fold_word(text, &word, scan.ascii, out);
        if (folded > 0) {
            *offset = at;
            *out_word = word;
            *out_length = folded;
            return true;
        }
    }
}
