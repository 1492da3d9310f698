/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner's loop. It stops only at tokens that hold a digit, or are short and stand
 * before one ("AB 12 34 56 C"), since every identifier has digits; then columns are looked at as a whole.
 */
#include "policies/detect/identifiers.h"

#include <string.h>

#include "policies/detect/columns.h"
#include "policies/detect/identifiers-private.h"

#define TOKEN_BACK 200  /* how far back a URL or an address is looked for */
#define COLUMN_LEAST 5  /* distinct values that make a column */
#define COLUMN_SHARE 90 /* per cent of the ten-digit numbers that must pass */

/* A number in a web address, a mail address, a message-id or a file's hash is part of a name, not a value. */
static bool
is_inside_address(const ExeatScanner *scanner, gsize at)
{
    gsize from = at;
    while (from > 0 && at - from < TOKEN_BACK && !g_ascii_isspace(scanner->text[from - 1]))
        from--;
    gsize to = at;
    while (to < scanner->length && to - at < TOKEN_BACK && !g_ascii_isspace(scanner->text[to]))
        to++;
    const char *token = scanner->text + from;
    return memmem(token, to - from, "://", 3) || memmem(token, to - from, "www.", 4) || memchr(token, '@', to - from) ||
           memchr(token, '%', to - from);
}

/* The start of the token that holds @at, and a short token of letters just before it. */
static gsize
token_start(const ExeatScanner *scanner, gsize at, gsize floor)
{
    while (at > floor && exeat_is_word_byte(scanner->text[at - 1]))
        at--;
    return at;
}

/* "AB 12 34 56 C", "A 123 4567 89 012", "ABC 123D": letters stand apart from their digits. */
static gsize
letters_before(const ExeatScanner *scanner, gsize start, gsize floor)
{
    if (start < floor + 2 || scanner->text[start - 1] != ' ')
        return start;
    gsize word = token_start(scanner, start - 1, floor);
    gsize length = start - 1 - word;
    bool few = length >= 1 && length <= 2 && g_ascii_isalpha(scanner->text[word]);
    bool plate = length == 3 && g_ascii_isupper(scanner->text[word]) && g_ascii_isupper(scanner->text[word + 2]);
    return few || plate ? word : start;
}

/* What begins at or around the digit @at, tried from the most to the least particular. Returns where to go on. */
static gsize
scan_at_digit(ExeatScanner *scanner, gsize at, gsize floor)
{
    gsize start = token_start(scanner, at, floor);
    gsize token_end = at;
    while (token_end < scanner->length && exeat_is_word_byte(scanner->text[token_end]))
        token_end++;
    if (is_inside_address(scanner, at))
        return token_end;
    gsize apart = letters_before(scanner, start, floor);
    if (apart < start) {
        gsize end = exeat_scan_code(scanner, apart);
        if (end > apart)
            return end;
    }
    gsize end = exeat_scan_code(scanner, start);
    if (end > start)
        return end;
    end = exeat_scan_date(scanner, start);
    if (end > start)
        return end;
    if (start == at) {
        gsize street = exeat_scan_street(scanner, at);
        end = exeat_scan_number(scanner, at);
        return MAX(MAX(street, end), token_end);
    }
    return token_end;
}

static void
scan_dates_by_name(ExeatScanner *scanner)
{
    /* "June 17, 2012" begins with a letter: the only shape that does not begin at a digit's token. */
    static const char *const months[] = {"january ", "february ", "march ",     "april ",   "may ",      "june ",
                                         "july ",    "august ",   "september ", "october ", "november ", "december "};
    for (gsize i = 0; i < G_N_ELEMENTS(months); i++) {
        const char *at = scanner->context->lower;
        while ((at = strstr(at, months[i])) != NULL) {
            gsize offset = (gsize)(at - scanner->context->lower);
            if (offset == 0 || !exeat_is_word_byte(at[-1]))
                exeat_scan_date(scanner, offset);
            at += strlen(months[i]);
        }
    }
}

typedef struct Column {
    guint distinct;
    guint places;
} Column;

static Column
count_rule(const GArray *hits, ExeatRule rule)
{
    g_autoptr(GHashTable) values = g_hash_table_new(NULL, NULL);
    Column column = {0, 0};
    for (guint i = 0; i < hits->len; i++) {
        const ExeatHit *hit = &g_array_index(hits, ExeatHit, i);
        if (hit->rule != rule)
            continue;
        g_hash_table_add(values, GUINT_TO_POINTER(hit->value));
        column.places++;
    }
    column.distinct = g_hash_table_size(values);
    return column;
}

static void
raise_rule(GArray *hits, ExeatRule rule, guint confidence)
{
    for (guint i = 0; i < hits->len; i++) {
        ExeatHit *hit = &g_array_index(hits, ExeatHit, i);
        if (hit->rule == rule)
            hit->confidence = MAX(hit->confidence, confidence);
    }
}

/*
 * Five distinct numbers that all pass a check digit mod 11 do so by chance once in 250,000 times; where nearly every
 * ten-digit number of a text without tables passes, it is a column of them, heading or not.
 */
static void
infer_lines(ExeatScanner *scanner)
{
    static const ExeatRule rules[] = {EXEAT_RULE_NHS, EXEAT_RULE_ULN};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        Column column = count_rule(scanner->hits, rules[i]);
        if (column.distinct >= COLUMN_LEAST && column.places * 100 >= scanner->tens * COLUMN_SHARE)
            raise_rule(scanner->hits, rules[i], exeat_scanner_column_confidence(rules[i]));
    }
}

static int
hit_compare(gconstpointer a, gconstpointer b)
{
    const ExeatHit *left = a;
    const ExeatHit *right = b;
    return left->start < right->start ? -1 : left->start > right->start;
}

void
exeat_identifiers_find(const ExeatContext *context, const ExeatDirectory *directory, const ExeatSchool *school,
                       gint64 now, GArray *hits)
{
    ExeatScanner scanner = {context, context->text->text, context->text->length, directory, school, now, hits, 0};
    gsize floor = 0;
    for (gsize at = 0; at < scanner.length;) {
        if (!g_ascii_isdigit(scanner.text[at])) {
            at++;
            continue;
        }
        floor = at = scan_at_digit(&scanner, at, floor);
    }
    scan_dates_by_name(&scanner);
    exeat_scan_mail(&scanner);
    g_array_sort(hits, hit_compare);
    if (context->text->cells)
        exeat_columns_judge(context, now, hits);
    else
        infer_lines(&scanner);
}
