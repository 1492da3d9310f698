/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of letters and digits: pupil numbers, National Insurance, IBAN, postcodes, licences, passports. */
#include <string.h>

#include "policies/detect/checks.h"
#include "policies/detect/identifiers-private.h"

#define CODE_BYTES 34 /* the longest is an IBAN */
#define UPN_MISTYPED 60

/* Letters and digits from @at, upper case, single spaces and hyphens skipped, until @wanted are read and the token
 * ends. Returns the end in the text, or 0 if it is another length. */
static gsize
read_code(const ExeatScanner *scanner, gsize at, gsize wanted, char out[CODE_BYTES + 1])
{
    gsize length = 0;
    while (length < wanted) {
        char c = scanner->text[at];
        if (g_ascii_isalnum(c))
            out[length++] = g_ascii_toupper(c);
        else if ((c != ' ' && c != '-') || length == 0 || !g_ascii_isalnum(scanner->text[at + 1]))
            return 0;
        at++;
    }
    out[length] = '\0';
    return exeat_is_word_byte(scanner->text[at]) ? 0 : at;
}

static gsize
found(ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end, const char *code)
{
    exeat_scanner_add(scanner, rule, start, end, exeat_scanner_confidence(scanner, rule, start, end), code);
    return end;
}

static gsize
try_upn(ExeatScanner *scanner, gsize at)
{
    char code[CODE_BYTES + 1];
    gsize end = read_code(scanner, at, 13, code);
    if (end == 0 || !g_ascii_isalpha(code[0]) || strspn(code + 1, "0123456789") < 11)
        return 0;
    bool known = false;
    if (exeat_check_upn(code, &known)) {
        guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_UPN, at, end);
        exeat_scanner_add(scanner, EXEAT_RULE_UPN, at, end, known ? sure : sure - 20, code);
        return end;
    }
    if (exeat_scanner_confidence(scanner, EXEAT_RULE_UPN, at, end) > 90)
        exeat_scanner_add(scanner, EXEAT_RULE_UPN, at, end, UPN_MISTYPED, code);
    return end;
}

static gsize
try_uci(ExeatScanner *scanner, gsize at)
{
    char code[CODE_BYTES + 1];
    gsize end = read_code(scanner, at, 13, code);
    return end > 0 && exeat_check_uci(code) ? found(scanner, EXEAT_RULE_UCI, at, end, code) : 0;
}

/* Upper case as people write it; in lower case, or without its last letter, only its words make it one. */
static gsize
try_nino(ExeatScanner *scanner, gsize at)
{
    char code[CODE_BYTES + 1];
    gsize end = read_code(scanner, at, 9, code);
    bool whole = end > 0 && g_ascii_isalpha(code[0]) && g_ascii_isalpha(code[1]) && exeat_check_nino(code);
    if (!whole) {
        end = read_code(scanner, at, 8, code);
        if (end == 0 || !g_ascii_isalpha(code[0]) || !g_ascii_isalpha(code[1]) || !exeat_check_nino(code))
            return 0;
    }
    guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_NINO, at, end);
    if (sure < 90 && (!whole || !g_ascii_isupper(scanner->text[at])))
        return 0;
    exeat_scanner_add(scanner, EXEAT_RULE_NINO, at, end, sure, code);
    return end;
}

static gsize
try_iban(ExeatScanner *scanner, gsize at)
{
    if (!g_ascii_isalpha(scanner->text[at]) || !g_ascii_isalpha(scanner->text[at + 1]) ||
        !g_ascii_isdigit(scanner->text[at + 2]))
        return 0;
    char code[CODE_BYTES + 1];
    for (gsize length = 15; length <= 31; length++) {
        gsize end = read_code(scanner, at, length, code);
        if (end == 0 || !exeat_check_iban(code))
            continue;
        g_autofree char *digits = exeat_digits(code);
        if (exeat_school_owns_number(scanner->school, digits) ||
            exeat_school_owns_number(scanner->school, code + length - 8))
            return end;
        return found(scanner, EXEAT_RULE_IBAN, at, end, code);
    }
    return 0;
}

static gsize
try_driving_licence(ExeatScanner *scanner, gsize at)
{
    char code[CODE_BYTES + 1];
    gsize end = read_code(scanner, at, 16, code);
    return end > 0 && exeat_check_driving_licence(code) ? found(scanner, EXEAT_RULE_DRIVING_LICENCE, at, end, code) : 0;
}

/* Two letters and seven digits; a certificate form's F and ten digits; RP and seven digits of an old teacher number. */
static gsize
try_lettered(ExeatScanner *scanner, gsize at)
{
    static const struct {
        ExeatRule rule;
        gsize letters, digits;
        const char *prefix;
    } kinds[] = {
        {EXEAT_RULE_TRN, 2, 7, "RP"},
        {EXEAT_RULE_PASSPORT, 2, 7, ""},
        {EXEAT_RULE_DBS, 1, 10, "F"},
    };
    char code[CODE_BYTES + 1];
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        gsize end = read_code(scanner, at, kinds[i].letters + kinds[i].digits, code);
        if (end == 0 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != kinds[i].letters ||
            strspn(code + kinds[i].letters, "0123456789") != kinds[i].digits ||
            !g_str_has_prefix(code, kinds[i].prefix))
            continue;
        if (exeat_scanner_confidence(scanner, kinds[i].rule, at, end) > 0)
            return found(scanner, kinds[i].rule, at, end, code);
    }
    return 0;
}

static gsize
try_postcode(ExeatScanner *scanner, gsize at)
{
    char code[CODE_BYTES + 1];
    for (gsize length = 5; length <= 7; length++) {
        gsize end = read_code(scanner, at, length, code);
        if (end == 0 || !exeat_check_postcode(code))
            continue;
        if (end - at == length && !g_ascii_isupper(scanner->text[at]))
            return 0; /* "m11ae" in lower case and in one piece is anything */
        if (exeat_school_owns_postcode(scanner->school, code))
            return end;
        return found(scanner, EXEAT_RULE_POSTCODE, at, end, code);
    }
    return 0;
}

gsize
exeat_scan_code(ExeatScanner *scanner, gsize at)
{
    static gsize (*const tries[])(ExeatScanner *, gsize) = {
        try_upn, try_uci, try_driving_licence, try_iban, try_nino, try_lettered, try_postcode,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
        gsize end = tries[i](scanner, at);
        if (end > 0)
            return end;
    }
    return at;
}
