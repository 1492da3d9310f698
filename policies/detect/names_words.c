/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of a stretch of text as the name finder sees them: what stands between them, whether capitals mean
 * anything, and what the directory knows of each.
 *
 * Threads: works on its caller's scan. Hostile input: the text.
 */
#include "policies/detect/names-private.h"
#include "policies/detect/words.h"
#include "policies/detect/works.h"

/* Words whose meaning is looked up around each one that may be a name: as far as anything looks, and a name is long. */
#define WORDS_AROUND 20u

static bool
gap_is_hyphen(gunichar c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static NameGap
gap_of_mark(gunichar c, guint spaces, bool space_before)
{
    if (gap_is_hyphen(c))
        return spaces == 0 ? NAME_GAP_HYPHEN : NAME_GAP_OTHER;
    switch (c) {
    case '_':
        return NAME_GAP_SPACE;
    case '.':
        return spaces == 0 ? NAME_GAP_DOT : NAME_GAP_STOP;
    case ',':
        return NAME_GAP_COMMA;
    case '/':
        /* "Goldstein/Leah" */
        return spaces == 0 ? NAME_GAP_COMMA : NAME_GAP_OTHER;
    case '&':
        return NAME_GAP_AND;
    case '@':
        return spaces == 0 ? NAME_GAP_AT : NAME_GAP_OTHER;
    case '(':
    case ')':
    case '"':
    case 0x201c:
    case 0x201d:
        return NAME_GAP_BRACKET;
    case '\'':
    case '`':
    case 0x2018:
    case 0x2019:
        /* "O' Neill" */
        return spaces > 0 && !space_before ? NAME_GAP_SPACE : NAME_GAP_BRACKET;
    default:
        return NAME_GAP_OTHER;
    }
}

/* A line that ends because it is full was wrapped; a short one ends because the next entry of a list begins. */
#define WORDS_WRAPPED_LINE 50u

static bool
gap_is_wrapped(const NameScan *scan, gsize at)
{
    gsize length = 0;
    while (at > 0 && scan->text[at - 1] != '\n' && length < WORDS_WRAPPED_LINE) {
        at--;
        length++;
    }
    return length >= WORDS_WRAPPED_LINE;
}

NameGap
exeat_name_gap(const NameScan *scan, gsize from, gsize to)
{
    guint spaces = 0;
    guint lines = 0;
    guint marks = 0;
    gunichar mark = 0;
    bool space_before = false;
    if (to - from == 1 && scan->text[from] == ' ')
        return NAME_GAP_SPACE;
    for (const char *c = scan->text + from; c < scan->text + to; c = exeat_utf8_next(c)) {
        gunichar letter = g_utf8_get_char(c);
        if (letter == '\t' || letter == '\f' || letter == 0x2028 || letter == 0x2029)
            return NAME_GAP_BREAK;
        lines += letter == '\n';
        if (g_unichar_isspace(letter)) {
            spaces++;
            space_before = space_before || marks == 0;
        } else if (letter != '*' && letter != '\r') {
            marks++;
            mark = letter;
        }
    }
    if (lines > 1 || to - from > 64 || (lines == 1 && marks == 0 && !gap_is_wrapped(scan, from)))
        return NAME_GAP_BREAK;
    if (marks == 0)
        return lines > 0 ? NAME_GAP_WRAP : spaces > 0 || to > from ? NAME_GAP_SPACE : NAME_GAP_CAMEL;
    if (marks > 1)
        return NAME_GAP_OTHER;
    NameGap gap = gap_of_mark(mark, spaces, space_before);
    return lines > 0 && gap != NAME_GAP_COMMA ? NAME_GAP_OTHER : gap;
}

static bool
words_are_joined(NameGap gap)
{
    return gap == NAME_GAP_DOT || gap == NAME_GAP_HYPHEN || gap == NAME_GAP_CAMEL;
}

/* A name inside a mail address is the address's business. */
static void
words_mask_addresses(const NameScan *scan)
{
    for (guint i = 1; i < scan->tokens->len; i++) {
        if (name_token(scan, i)->gap != NAME_GAP_AT)
            continue;
        name_token(scan, i)->masked = true;
        for (guint j = i; j > 0; j--) {
            name_token(scan, j - 1)->masked = true;
            gsize start = name_token(scan, j - 1)->word.start;
            bool underscore = start > 0 && scan->text[start - 1] == '_';
            if (!words_are_joined(name_token(scan, j - 1)->gap) && !underscore)
                break;
        }
        for (guint j = i + 1; j < scan->tokens->len && words_are_joined(name_token(scan, j)->gap); j++)
            name_token(scan, j)->masked = true;
    }
}

static NameStyle
words_style(const NameScan *scan)
{
    guint capitals = 0;
    guint uppers = 0;
    guint lowers = 0;
    for (guint i = 0; i < scan->tokens->len; i++) {
        const NameToken *token = name_token(scan, i);
        if (token->word.letters < 3 || (token->word.flags & EXEAT_WORD_DIGITS) != 0 || token->masked)
            continue;
        if ((token->word.flags & EXEAT_WORD_ALL_CAPS) != 0)
            uppers++;
        else if (name_is_capital(token))
            capitals++;
        else if (token->word.letters > 3)
            lowers++;
    }
    if (capitals + uppers == 0)
        return NAME_STYLE_LOWER;
    if (lowers == 0)
        return capitals == 0 ? NAME_STYLE_UPPER : NAME_STYLE_TITLE;
    return NAME_STYLE_MIXED;
}

void
exeat_name_settle_words(NameScan *scan)
{
    bool anybody = false;
    for (guint i = 0; i < scan->tokens->len; i++) {
        NameToken *token = name_token(scan, i);
        const ExeatNameEntry *entries = NULL;
        token->count = (guint)exeat_directory_names_begin(scan->directory, name_folded(scan, token), token->length,
                                                          &entries, &token->begins);
        token->entries = entries;
        anybody = anybody || token->count > 0 || token->begins || token->word.letters == 1;
    }
    if (!anybody) {
        g_array_set_size(scan->tokens, 0);
        return;
    }
    words_mask_addresses(scan);
    scan->style = words_style(scan);
    guint known = 0; /* words in front of this one are done */
    for (guint i = 0; i < scan->tokens->len; i++) {
        const NameToken *token = name_token(scan, i);
        bool letter = name_is_initial(token) && (name_is_capital(token) || scan->style == NAME_STYLE_LOWER);
        if (token->count == 0 && !token->begins && !letter)
            continue;
        guint end = MIN(i + WORDS_AROUND + 1, scan->tokens->len);
        for (guint j = MAX(known, i > WORDS_AROUND ? i - WORDS_AROUND : 0); j < end; j++) {
            NameToken *near = name_token(scan, j);
            near->level = (guint8)exeat_word_level(name_folded(scan, near), near->length);
            near->cues = (guint16)exeat_cue_of(name_folded(scan, near), near->length);
        }
        known = MAX(known, end);
    }
}

bool
exeat_name_unit(const NameScan *scan, guint first, guint words, NameUnit *out_unit)
{
    if (first + words > scan->tokens->len)
        return false;
    NameToken *head = name_token(scan, first);
    if (head->masked)
        return false;
    if (words == 1) {
        *out_unit = (NameUnit){first, first, head->entries, head->count, head->level};
        return head->count > 0;
    }
    bool camel = name_token(scan, first + 1)->gap == NAME_GAP_CAMEL;
    bool saint = head->length == 2 && memcmp(name_folded(scan, head), "st", 2) == 0;
    if (!head->begins && !camel)
        return false;

    char joined[4 * EXEAT_FOLD_MAX];
    gsize length = 0;
    for (guint i = first; i < first + words; i++) {
        const NameToken *token = name_token(scan, i);
        bool joins = token->gap == NAME_GAP_SPACE || token->gap == NAME_GAP_HYPHEN || token->gap == NAME_GAP_CAMEL ||
                     token->gap == NAME_GAP_WRAP || (saint && i == first + 1 && token->gap == NAME_GAP_STOP);
        bool possessive = (token->word.flags & EXEAT_WORD_POSSESSIVE) != 0 && i + 1 < first + words;
        if ((i > first && !joins) || token->masked || possessive)
            return false;
        memcpy(joined + length, name_folded(scan, token), token->length);
        length += token->length;
    }
    const ExeatNameEntry *entries = NULL;
    gsize count = length <= EXEAT_FOLD_MAX ? exeat_directory_names(scan->directory, joined, length, &entries) : 0;
    *out_unit = (NameUnit){first, first + words - 1, entries, (guint)count,
                           camel ? exeat_word_level(joined, length) : 0};
    return count > 0;
}
