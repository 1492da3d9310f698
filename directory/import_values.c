/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clean values out of what people typed into a management information system. Each function takes valid UTF-8 of any
 * kind and gives the one form that directory.h promises, or NULL.
 *
 * Threads: no state. Hostile input: every text.
 */
#include "directory/fold.h"
#include "directory/import-private.h"
#include "message/address.h"

static int
import_month(const char *word)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp(word, months[i], 3) == 0)
            return i + 1;
    return 0;
}

/* Two-digit years are of the last hundred years. */
static int
import_year(guint64 year, bool two_digits)
{
    if (!two_digits)
        return (int)year;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    int this_year = g_date_time_get_year(now);
    int guess = this_year - this_year % 100 + (int)year;
    return guess > this_year ? guess - 100 : guess;
}

char *
exeat_import_date(const char *text)
{
    guint64 parts[3] = {0};
    gsize widths[3] = {0};
    int month_word = 0;
    guint count = 0;
    const char *at = text;
    while (*at != '\0' && count < 3) {
        if (g_ascii_isdigit(*at)) {
            char *end = NULL;
            parts[count] = g_ascii_strtoull(at, &end, 10);
            widths[count] = (gsize)(end - at);
            if (widths[count++] > 4)
                return NULL;
            at = end;
        } else if (g_ascii_isalpha(*at)) {
            int month = import_month(at);
            if (month > 0 && month_word == 0) {
                month_word = month;
                parts[count++] = (guint64)month;
            }
            while (g_ascii_isalpha(*at))
                at++;
        } else {
            at++;
        }
    }
    if (count < 3)
        return NULL;

    /* yyyy-mm-dd, or the British day first. */
    bool year_first = widths[0] == 4;
    guint64 day = year_first ? parts[2] : parts[0];
    int year = import_year(year_first ? parts[0] : parts[2], !year_first && widths[2] <= 2);
    if (month_word > 0 && parts[0] == (guint64)month_word && widths[0] == 0)
        day = parts[1];
    guint64 month = month_word > 0 ? (guint64)month_word : parts[1];
    if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1900 || year > 2200 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return NULL;
    return g_strdup_printf("%04d-%02u-%02u", year, (guint)month, (guint)day);
}

static char *
import_keep(const char *text, bool (*keep)(char), gsize limit)
{
    GString *kept = g_string_new(NULL);
    for (const char *c = text; *c != '\0' && kept->len <= limit; c++)
        if (keep(*c))
            g_string_append_c(kept, g_ascii_toupper(*c));
    return g_string_free(kept, FALSE);
}

static bool
import_is_alnum(char c)
{
    return g_ascii_isalnum(c);
}

static bool
import_is_digit(char c)
{
    return g_ascii_isdigit(c);
}

char *
exeat_import_postcode(const char *text)
{
    g_autofree char *code = import_keep(text, import_is_alnum, 8);
    gsize length = strlen(code);
    if (length < 5 || length > 7 || !g_ascii_isalpha(code[0]) || !g_ascii_isdigit(code[length - 3]) ||
        !g_ascii_isalpha(code[length - 2]) || !g_ascii_isalpha(code[length - 1]))
        return NULL;
    return g_steal_pointer(&code);
}

char *
exeat_import_phone(const char *text)
{
    g_autofree char *digits = import_keep(text, import_is_digit, 20);
    const char *national = digits;
    if (g_str_has_prefix(national, "0044"))
        national += 4;
    else if (g_str_has_prefix(national, "44") && strlen(national) >= 12)
        national += 2;
    while (national > digits && *national == '0')
        national++;
    /* Spreadsheets eat the leading 0. */
    g_autofree char *phone = g_strdup_printf("%s%s", *national == '0' ? "" : "0", national);
    gsize length = strlen(phone);
    return length == 10 || length == 11 ? g_steal_pointer(&phone) : NULL;
}

char *
exeat_import_upn(const char *text)
{
    g_autofree char *upn = import_keep(text, import_is_alnum, 14);
    if (strlen(upn) != 13 || !g_ascii_isalpha(upn[0]))
        return NULL;
    for (guint i = 1; i < 12; i++)
        if (!g_ascii_isdigit(upn[i]))
            return NULL;
    return g_steal_pointer(&upn);
}

char *
exeat_import_digits(const char *text, guint count)
{
    g_autofree char *digits = import_keep(text, import_is_digit, 20);
    return strlen(digits) == count ? g_steal_pointer(&digits) : NULL;
}

char *
exeat_import_uci(const char *text)
{
    g_autofree char *uci = import_keep(text, import_is_alnum, 14);
    return strlen(uci) == 13 && g_ascii_isalpha(uci[12]) ? g_steal_pointer(&uci) : NULL;
}

char *
exeat_import_mailbox(const char *text)
{
    const char *open = strchr(text, '<');
    g_autofree char *bare = g_strdup(open != NULL ? open + 1 : text);
    char *close = strchr(bare, '>');
    if (close != NULL)
        *close = '\0';
    g_strstrip(bare);
    if (g_ascii_strncasecmp(bare, "mailto:", 7) == 0)
        memmove(bare, bare + 7, strlen(bare + 7) + 1);
    const char *at = strchr(bare, '@');
    if (at == NULL || at == bare || strchr(at + 1, '@') != NULL || strchr(at, '.') == NULL || strlen(bare) > 254 ||
        strpbrk(bare, " \t,;<>\"()") != NULL)
        return NULL;
    return exeat_address_key(bare);
}

char *
exeat_import_name(const char *text)
{
    static const char *const placeholders[] = {"fnu",    "lnu", "na",      "nil", "none", "null",     "nosurname",
                                               "noname", "tbc", "unknown", "xx",  "xxx",  "notknown", "nofamilyname"};
    char folded[EXEAT_FOLD_MAX + 1];
    if (exeat_fold_name(text, strlen(text), folded) == 0)
        return g_strdup("");
    for (guint i = 0; i < G_N_ELEMENTS(placeholders); i++)
        if (strcmp(folded, placeholders[i]) == 0)
            return g_strdup("");
    GString *name = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c = exeat_utf8_next(c)) {
        if (!g_unichar_isspace(g_utf8_get_char(c)))
            g_string_append_unichar(name, g_utf8_get_char(c));
        else if (name->len > 0 && name->str[name->len - 1] != ' ')
            g_string_append_c(name, ' ');
    }
    return g_strchomp(g_string_free(name, FALSE));
}

/* --- whole names ------------------------------------------------------------------------------------------------- */

static bool
import_is_title(const char *word)
{
    static const char *const titles[] = {"mr",       "mrs",       "ms",     "miss", "mx",   "dr",
                                         "prof",     "professor", "sir",    "lady", "rev",  "revd",
                                         "reverend", "fr",        "father", "dame", "lord", "parch"};
    char folded[EXEAT_FOLD_MAX + 1];
    exeat_fold_name(word, strlen(word), folded);
    for (guint i = 0; i < G_N_ELEMENTS(titles); i++)
        if (strcmp(titles[i], folded) == 0)
            return true;
    return false;
}

static bool
import_is_shouted(const char *word)
{
    guint letters = 0;
    for (const char *c = word; *c != '\0'; c = exeat_utf8_next(c)) {
        gunichar letter = g_utf8_get_char(c);
        if (g_unichar_islower(letter))
            return false;
        letters += g_unichar_isalpha(letter);
    }
    return letters > 1;
}

static bool
import_is_joiner(const char *word)
{
    static const char *const joiners[] = {"van", "von",  "de", "der", "den",   "da",  "dos", "di", "del", "la", "le",
                                          "bin", "bint", "ap", "ab",  "ferch", "ter", "ten", "st", "al",  "el", "ibn"};
    g_autofree char *lower = g_utf8_strdown(word, -1);
    for (guint i = 0; i < G_N_ELEMENTS(joiners); i++)
        if (strcmp(joiners[i], lower) == 0)
            return true;
    return false;
}

static char *
import_join(char **words, guint from, guint to)
{
    GString *joined = g_string_new(NULL);
    for (guint i = from; i < to; i++) {
        if (joined->len > 0)
            g_string_append_c(joined, ' ');
        g_string_append(joined, words[i]);
    }
    return g_string_free(joined, FALSE);
}

/* Which of @words begin the family name. */
static void
import_split_words(char **words, ImportNames *out_names)
{
    guint first = 0;
    while (words[first] != NULL && import_is_title(words[first]))
        first++;
    guint count = g_strv_length(words);
    guint shouted = first;
    while (shouted < count && import_is_shouted(words[shouted]))
        shouted++;
    if (shouted > first && shouted < count) { /* SMITH Jamie */
        out_names->family = import_join(words, first, shouted);
        out_names->given = import_join(words, shouted, count);
        return;
    }
    guint family = count > first + 1 ? count - 1 : count;
    while (family > first + 1 && family < count && import_is_joiner(words[family - 1]))
        family--;
    out_names->given = import_join(words, first, family);
    out_names->family = import_join(words, family, count);
}

void
exeat_import_split_name(const char *text, ImportNames *out_names)
{
    g_autofree char *name = exeat_import_name(text);
    char *comma = strchr(name, ',');
    if (comma == NULL) {
        g_auto(GStrv) words = g_strsplit(name, " ", -1);
        import_split_words(words, out_names);
        return;
    }
    *comma = '\0';
    g_auto(GStrv) words = g_strsplit(g_strstrip(comma + 1), " ", -1);
    guint first = 0;
    while (words[first] != NULL && import_is_title(words[first]))
        first++;
    guint last = g_strv_length(words);
    while (last > first && import_is_title(words[last - 1]))
        last--;
    out_names->given = import_join(words, first, last);
    out_names->family = g_strdup(g_strchomp(name));
}

void
exeat_import_names_clear(ImportNames *names)
{
    g_clear_pointer(&names->given, g_free);
    g_clear_pointer(&names->family, g_free);
}
