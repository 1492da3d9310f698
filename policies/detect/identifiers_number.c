/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers written in digits, in groups that single spaces or hyphens separate. How a number is grouped is evidence:
 * 3-3-4 is how the NHS writes, 2-2-2 a bank.
 */
#include <string.h>

#include "policies/detect/checks.h"
#include "policies/detect/identifiers-private.h"

#define GROUPS_MAX 8
#define DIGITS_MAX 19
#define GROUPING_BONUS 15 /* an NHS number in its range, written 3-3-4 */
#define PAIR_BYTES 60     /* between a sort code and its account number */

typedef struct Groups {
    gsize start[GROUPS_MAX];
    gsize end[GROUPS_MAX];
    guint count;
    bool international; /* a + stands before */
} Groups;

static gsize
digits_end(const ExeatScanner *scanner, gsize at)
{
    while (at < scanner->length && g_ascii_isdigit(scanner->text[at]))
        at++;
    return at;
}

/* What separates two groups at @at: one space, hyphen or bracket, or "(0)". Returns where the next group begins, or 0.
 */
static gsize
next_group(const ExeatScanner *scanner, gsize at)
{
    const char *text = scanner->text + at;
    if (g_str_has_prefix(text, " (0) "))
        return at + 5;
    if (g_str_has_prefix(text, " (0)"))
        return at + 4;
    if (g_str_has_prefix(text, "(0)"))
        return at + 3;
    if (g_str_has_prefix(text, ") "))
        return at + 2;
    if (*text == ' ' || *text == '-' || *text == ')')
        return at + 1;
    return 0;
}

static Groups
read_groups(const ExeatScanner *scanner, gsize at)
{
    Groups groups = {.count = 0, .international = at > 0 && scanner->text[at - 1] == '+'};
    while (groups.count < GROUPS_MAX && g_ascii_isdigit(scanner->text[at])) {
        gsize end = digits_end(scanner, at);
        if (exeat_is_word_byte(scanner->text[end]))
            break; /* "12th", "7B" */
        groups.start[groups.count] = at;
        groups.end[groups.count++] = end;
        at = next_group(scanner, end);
        if (at == 0 || at >= scanner->length)
            break;
    }
    return groups;
}

static bool
has_lengths(const Groups *groups, guint first, guint last, const char *pattern)
{
    guint i = first;
    for (; *pattern; pattern++, i++)
        if (i > last || groups->end[i] - groups->start[i] != (gsize)(*pattern - '0'))
            return false;
    return i == last + 1;
}

/* The digits of groups [first, last]; false if there are more than any number has. */
static bool
join(const ExeatScanner *scanner, const Groups *groups, guint first, guint last, char out[DIGITS_MAX + 1])
{
    gsize length = 0;
    for (guint i = first; i <= last; i++) {
        gsize more = groups->end[i] - groups->start[i];
        if (length + more > DIGITS_MAX)
            return false;
        memcpy(out + length, scanner->text + groups->start[i], more);
        length += more;
    }
    out[length] = '\0';
    return true;
}

/* "12.05.2013", "9434765919/2": more of the number follows. */
static bool
goes_on(const ExeatScanner *scanner, gsize end)
{
    return strchr(".,/:", scanner->text[end]) && scanner->text[end] && g_ascii_isdigit(scanner->text[end + 1]);
}

static bool
try_ten(ExeatScanner *scanner, const Groups *groups, guint first, guint last, const char *digits)
{
    bool grouped = has_lengths(groups, first, last, "334");
    if (strlen(digits) != 10 || (first != last && !grouped && !has_lengths(groups, first, last, "55")))
        return false;
    gsize start = groups->start[first];
    gsize end = groups->end[last];
    scanner->tens++;
    if (exeat_check_nhs(digits)) {
        guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_NHS, start, end);
        bool usual = grouped && exeat_check_nhs_range(digits);
        exeat_scanner_add(scanner, EXEAT_RULE_NHS, start, end, sure + (usual && sure < 60 ? GROUPING_BONUS : 0),
                          digits);
    } else if (exeat_check_uln(digits)) {
        guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_ULN, start, end);
        exeat_scanner_add(scanner, EXEAT_RULE_ULN, start, end, sure, digits);
    }
    if (exeat_check_utr(digits)) {
        guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_UTR, start, end);
        exeat_scanner_add(scanner, EXEAT_RULE_UTR, start, end, sure, digits);
    }
    return first == last || grouped;
}

static bool
try_card(ExeatScanner *scanner, const Groups *groups, guint first, guint last, const char *digits)
{
    bool even = first == last || has_lengths(groups, first, last, "4444") || has_lengths(groups, first, last, "465") ||
                has_lengths(groups, first, last, "44443");
    if (!even || !exeat_check_card(digits))
        return false;
    gsize start = groups->start[first];
    gsize end = groups->end[last];
    exeat_scanner_add(scanner, EXEAT_RULE_CARD, start, end,
                      exeat_scanner_confidence(scanner, EXEAT_RULE_CARD, start, end), digits);
    return true;
}

/* Numbers without a check digit: only their words make them what they are. */
static bool
try_plain(ExeatScanner *scanner, const Groups *groups, guint first, guint last, const char *digits)
{
    static const struct {
        ExeatRule rule;
        gsize length;
        const char *grouping;
    } kinds[] = {
        {EXEAT_RULE_TRN, 7, "7"},
        {EXEAT_RULE_PASSPORT, 9, "333"},
        {EXEAT_RULE_DBS, 12, "444"},
    };
    gsize start = groups->start[first];
    gsize end = groups->end[last];
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strlen(digits) != kinds[i].length ||
            (first != last && !has_lengths(groups, first, last, kinds[i].grouping)))
            continue;
        guint sure = exeat_scanner_confidence(scanner, kinds[i].rule, start, end);
        if (sure > 0 && !exeat_school_owns_number(scanner->school, digits)) {
            exeat_scanner_add(scanner, kinds[i].rule, start, end, sure, digits);
            return true;
        }
    }
    return false;
}

/* "07700 900123", "+44 (0)20 7946 0991", "0044…": the national number with its 0, or false. */
static bool
national_number(const char *digits, bool international, char out[16])
{
    if (g_str_has_prefix(digits, "0044"))
        digits += 4;
    else if (international && g_str_has_prefix(digits, "44"))
        digits += 2;
    else if (digits[0] != '0')
        return false;
    if (*digits == '0')
        digits++;
    if (*digits == '0')
        return false;
    gsize length = strlen(digits);
    if (length < 9 || length > 10)
        return false;
    g_snprintf(out, 16, "0%s", digits);
    return true;
}

static bool
try_phone(ExeatScanner *scanner, const Groups *groups, guint first, guint last, const char *digits)
{
    char national[16];
    if (!national_number(digits, groups->international && first == 0, national))
        return false;
    gsize length = strlen(national);
    bool mobile = length == 11 && national[1] == '7' &&
                  (strchr("0123457891", national[2]) || g_str_has_prefix(national, "07624"));
    bool landline = (length == 11 && (national[1] == '1' || national[1] == '2')) ||
                    (length == 10 && national[1] == '1');
    if (!mobile && !landline)
        return false;
    gsize start = groups->start[first];
    gsize end = groups->end[last];
    ExeatRule rule = mobile ? EXEAT_RULE_MOBILE : EXEAT_RULE_LANDLINE;
    if (!exeat_school_owns_number(scanner->school, national))
        exeat_scanner_add(scanner, rule, start, end, exeat_scanner_confidence(scanner, rule, start, end), national);
    return true;
}

static bool
is_alone(const ExeatScanner *scanner, gsize start, gsize end)
{
    return (start == 0 || !exeat_is_word_byte(scanner->text[start - 1])) && !exeat_is_word_byte(scanner->text[end]);
}

/* An eight-digit number in [from, to), as its start; 0 if there is none. */
static gsize
find_account(const ExeatScanner *scanner, gsize from, gsize to)
{
    for (gsize at = from; at < MIN(to, scanner->length);) {
        if (!g_ascii_isdigit(scanner->text[at])) {
            at++;
            continue;
        }
        gsize end = digits_end(scanner, at);
        if (end - at == 8 && is_alone(scanner, at, end) && !goes_on(scanner, end))
            return at;
        at = end;
    }
    return 0;
}

static bool
could_be_date(const char *digits)
{
    int day = (digits[0] - '0') * 10 + digits[1] - '0';
    int month = (digits[2] - '0') * 10 + digits[3] - '0';
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* A sort code and, within a line's length of it, its account number. */
static bool
try_bank(ExeatScanner *scanner, const Groups *groups, guint first, guint *out_last)
{
    guint last = has_lengths(groups, first, MIN(first + 2, groups->count - 1), "222") ? first + 2 : first;
    char digits[DIGITS_MAX + 1];
    if (!join(scanner, groups, first, last, digits) || strlen(digits) != 6)
        return false;
    gsize start = groups->start[first];
    gsize end = groups->end[last];
    gsize account = find_account(scanner, end, end + PAIR_BYTES);
    if (account == 0)
        account = find_account(scanner, start > PAIR_BYTES ? start - PAIR_BYTES : 0, start);
    if (account == 0)
        return false;
    gsize whole_start = MIN(start, account);
    gsize whole_end = MAX(end, account + 8);
    guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_BANK_ACCOUNT, whole_start, whole_end);
    bool words_within = exeat_context_within(scanner->context, whole_start, whole_end,
                                             "account|acc|a/c|account no|account number|cyfrif");
    if (words_within)
        sure = MAX(sure, 92);
    if (sure < 60 && (first == last || could_be_date(digits)))
        return false;
    g_autofree char *number = g_strndup(scanner->text + account, 8);
    *out_last = last;
    if (exeat_school_owns_number(scanner->school, number) || exeat_school_owns_number(scanner->school, digits))
        return true;
    exeat_scanner_add(scanner, EXEAT_RULE_BANK_ACCOUNT, whole_start, whole_end, sure, number);
    return true;
}

static bool
try_groups(ExeatScanner *scanner, const Groups *groups, guint first, guint last)
{
    char digits[DIGITS_MAX + 1];
    if (!join(scanner, groups, first, last, digits) || goes_on(scanner, groups->end[last]))
        return false;
    return try_phone(scanner, groups, first, last, digits) || try_card(scanner, groups, first, last, digits) ||
           try_ten(scanner, groups, first, last, digits) || try_plain(scanner, groups, first, last, digits);
}

gsize
exeat_scan_number(ExeatScanner *scanner, gsize at)
{
    Groups groups = read_groups(scanner, at);
    bool joined = at >= 2 && strchr(".,/:", scanner->text[at - 1]) && g_ascii_isdigit(scanner->text[at - 2]);
    if (groups.count == 0 || joined)
        return digits_end(scanner, at);
    guint last = 0;
    if (try_bank(scanner, &groups, 0, &last))
        return groups.end[last];
    for (last = groups.count; last-- > 0;)
        if (try_groups(scanner, &groups, 0, last))
            return groups.end[last];
    return groups.end[0];
}
