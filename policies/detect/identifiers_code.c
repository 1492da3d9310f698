/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of letters and digits: pupil numbers, National Insurance, IBAN, postcodes, licences, passports. */
#include <string.h>

#include "policies/detect/checks.h"
#include "policies/detect/identifiers-private.h"

#define CODE_BYTES 34 /* the longest is an IBAN */
#define UPN_MISTYPED 60
#define MRZ_BYTES 44

/* Letters and digits from one place on, upper case, single spaces and hyphens between them left out. */
typedef struct Code {
    gsize start;
    char text[CODE_BYTES + 1];
    gsize ends[CODE_BYTES + 1]; /* of the first n characters, in the scanned text; 0 where no token ends there */
    gsize letters;              /* at its beginning */
} Code;

static void
code_read(const ExeatScanner *scanner, gsize at, Code *code)
{
    gsize length = 0;
    *code = (Code){.start = at};
    while (length < CODE_BYTES) {
        char c = scanner->text[at++];
        if (!g_ascii_isalnum(c)) {
            if ((c != ' ' && c != '-') || length == 0 || !g_ascii_isalnum(scanner->text[at]))
                break;
            continue;
        }
        if (code->letters == length && g_ascii_isalpha(c))
            code->letters++;
        code->text[length++] = g_ascii_toupper(c);
        if (!exeat_is_word_byte(scanner->text[at]))
            code->ends[length] = at;
    }
}

/* The first @wanted characters, if the token ends behind them. Returns the end in the text, or 0. */
static gsize
code_take(const Code *code, gsize wanted, char out[CODE_BYTES + 1])
{
    memcpy(out, code->text, wanted);
    out[wanted] = '\0';
    return code->ends[wanted];
}

static gsize
found(ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end, const char *code)
{
    exeat_scanner_add(scanner, rule, start, end, exeat_scanner_confidence(scanner, rule, start, end), code);
    return end;
}

/* A passport's line for machines, in its own type: nothing in it is left out. */
static gsize
try_mrz(ExeatScanner *scanner, gsize at)
{
    if (at + MRZ_BYTES > scanner->length || !strchr("MFX<", scanner->text[at + 20]) ||
        !g_ascii_isdigit(scanner->text[at + 13]))
        return 0;
    g_autofree char *line = g_strndup(scanner->text + at, MRZ_BYTES);
    if (!exeat_check_mrz(line))
        return 0;
    exeat_scanner_add(scanner, EXEAT_RULE_PASSPORT, at, at + MRZ_BYTES, EXEAT_CONFIDENCE_MRZ, line);
    return at + MRZ_BYTES;
}

static gsize
try_upn(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    char code[CODE_BYTES + 1];
    gsize end = code_take(read, 13, code);
    if (end == 0 || read->letters != 1 || strspn(code + 1, "0123456789") < 11)
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
try_uci(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    char code[CODE_BYTES + 1];
    gsize end = code_take(read, 13, code);
    return end > 0 && read->letters == 0 && exeat_check_uci(code) ? found(scanner, EXEAT_RULE_UCI, at, end, code) : 0;
}

/* Upper case as people write it; in lower case, or without its last letter, only its words make it one. */
static gsize
try_nino(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    char code[CODE_BYTES + 1];
    if (read->letters != 2)
        return 0;
    gsize end = code_take(read, 9, code);
    bool whole = end > 0 && exeat_check_nino(code);
    if (!whole) {
        end = code_take(read, 8, code);
        if (end == 0 || !exeat_check_nino(code))
            return 0;
    }
    guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_NINO, at, end);
    if (sure < 90 && (!whole || !g_ascii_isupper(scanner->text[at])))
        return 0;
    exeat_scanner_add(scanner, EXEAT_RULE_NINO, at, end, sure, code);
    return end;
}

static gsize
try_iban(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    if (read->letters != 2 || !g_ascii_isalpha(scanner->text[at + 1]) || !g_ascii_isdigit(scanner->text[at + 2]))
        return 0;
    char code[CODE_BYTES + 1];
    for (gsize length = 15; length <= 31; length++) {
        gsize end = code_take(read, length, code);
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
try_driving_licence(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    char code[CODE_BYTES + 1];
    gsize end = code_take(read, 16, code);
    return end > 0 && read->letters > 0 && exeat_check_driving_licence(code)
               ? found(scanner, EXEAT_RULE_DRIVING_LICENCE, at, end, code)
               : 0;
}

/* Two letters and seven digits; a certificate form's F and ten digits; RP and seven digits of an old teacher number. */
static gsize
try_lettered(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
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
        gsize end = code_take(read, kinds[i].letters + kinds[i].digits, code);
        if (end == 0 || read->letters != kinds[i].letters ||
            strspn(code + kinds[i].letters, "0123456789") != kinds[i].digits ||
            !g_str_has_prefix(code, kinds[i].prefix))
            continue;
        if (exeat_scanner_confidence(scanner, kinds[i].rule, at, end) > 0)
            return found(scanner, kinds[i].rule, at, end, code);
    }
    return 0;
}

static gsize
try_postcode(ExeatScanner *scanner, const Code *read)
{
    gsize at = read->start;
    char code[CODE_BYTES + 1];
    if (read->letters < 1 || read->letters > 2)
        return 0;
    for (gsize length = 5; length <= 7; length++) {
        gsize end = code_take(read, length, code);
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

/* The style of 1963 to 2001 is the shape of many a room and part: only its words make it a vehicle. */
static gsize
try_vehicle(ExeatScanner *scanner, const Code *read)
{
    char code[CODE_BYTES + 1];
    for (gsize length = 5; length <= 7 && read->letters >= 1 && read->letters <= 3; length++) {
        gsize end = code_take(read, length, code);
        if (end == 0 || !g_ascii_isupper(scanner->text[read->start]) || !exeat_check_vehicle(code))
            continue;
        guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_VEHICLE, read->start, end);
        bool current = read->letters == 2;
        if (current || sure >= 60)
            exeat_scanner_add(scanner, EXEAT_RULE_VEHICLE, read->start, end, sure, code);
        return current || sure >= 60 ? end : 0;
    }
    return 0;
}

gsize
exeat_scan_code(ExeatScanner *scanner, gsize at)
{
    static gsize (*const tries[])(ExeatScanner *, const Code *) = {
        try_upn, try_uci, try_driving_licence, try_iban, try_nino, try_lettered, try_postcode, try_vehicle,
    };
    Code code;
    gsize machine = try_mrz(scanner, at);
    if (machine > 0)
        return machine;
    code_read(scanner, at, &code);
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
        gsize end = tries[i](scanner, &code);
        if (end > 0)
            return end;
    }
    return at;
}
