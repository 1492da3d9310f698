/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A house number and its street, in English and Welsh; a postcode that follows makes it surer. */
#include <string.h>

#include "policies/detect/checks.h"
#include "policies/detect/identifiers-private.h"

#define STREET_BYTES 60    /* a house number, up to four words, and the kind of street */
#define POSTCODE_BYTES 120 /* from the street to its postcode: three lines */
#define WITH_POSTCODE 5

static const char street_kinds[] = "road|rd|street|st|avenue|ave|lane|ln|close|cl|drive|dr|crescent|cres|way|court|ct|"
                                   "gardens|gdns|grove|terrace|place|hill|mews|row|"
                                   "walk|green|square|rise|view|park|parade";
static const char welsh_kinds[] = "heol|ffordd|stryd|lôn|maes|clos|rhodfa|teras|cae|bryn|llwyn|parc";

/* The end of one capitalised word at @at, or 0. */
static gsize
capital_word(const ExeatScanner *scanner, gsize at)
{
    char c = scanner->text[at];
    if (!g_ascii_isupper(c) && (guchar)c < 0xc3)
        return 0;
    while (at < scanner->length &&
           (exeat_is_word_byte(scanner->text[at]) || scanner->text[at] == '\'' || scanner->text[at] == '-'))
        at++;
    return at;
}

static gsize
any_word(const ExeatScanner *scanner, gsize at)
{
    while (at < scanner->length && (exeat_is_word_byte(scanner->text[at]) || scanner->text[at] == '\''))
        at++;
    return at;
}

/* "Heol y Parc": the kind comes first, and up to three words follow. */
static gsize
welsh_street_end(const ExeatScanner *scanner, gsize at)
{
    gsize end = capital_word(scanner, at);
    if (end == 0 || !exeat_context_within(scanner->context, at, end, welsh_kinds))
        return 0;
    for (guint words = 0; words < 3 && scanner->text[end] == ' ' && exeat_is_word_byte(scanner->text[end + 1]); words++)
        end = any_word(scanner, end + 1);
    return end;
}

/* "Acacia Avenue": one to four words, and the kind last. */
static gsize
english_street_end(const ExeatScanner *scanner, gsize at)
{
    gsize limit = MIN(at + STREET_BYTES, scanner->length);
    gsize end = 0;
    for (guint words = 0; words < 5 && at < limit; words++) {
        gsize word_end = capital_word(scanner, at);
        if (word_end == 0)
            break;
        if (words > 0 && exeat_context_within(scanner->context, at, word_end, street_kinds))
            end = word_end;
        if (scanner->text[word_end] != ' ')
            break;
        at = word_end + 1;
    }
    return end;
}

typedef enum Postcode {
    POSTCODE_NONE,
    POSTCODE_OWN, /* of the school's own sites */
    POSTCODE_OTHER,
} Postcode;

/* The letters and digits from @at, up to seven of them, at most one space between. */
static gsize
read_postcode(const ExeatScanner *scanner, gsize at, gsize to, char code[8])
{
    gsize length = 0;
    for (; at < to && length < 7 && (g_ascii_isalnum(scanner->text[at]) || scanner->text[at] == ' '); at++)
        if (scanner->text[at] != ' ')
            code[length++] = scanner->text[at];
    code[length] = '\0';
    return length;
}

static Postcode
postcode_after(const ExeatScanner *scanner, gsize from)
{
    gsize to = MIN(from + POSTCODE_BYTES, scanner->length);
    for (gsize at = from; at + 5 < to; at++) {
        if (!g_ascii_isupper(scanner->text[at]) || exeat_is_word_byte(scanner->text[at - 1]))
            continue;
        char code[8];
        for (gsize length = read_postcode(scanner, at, to, code); length >= 5; code[--length] = '\0')
            if (exeat_check_postcode(code))
                return exeat_school_owns_postcode(scanner->school, code) ? POSTCODE_OWN : POSTCODE_OTHER;
    }
    return POSTCODE_NONE;
}

gsize
exeat_scan_street(ExeatScanner *scanner, gsize at)
{
    gsize number = at;
    while (number < scanner->length && g_ascii_isdigit(scanner->text[number]))
        number++;
    if (number - at > 4)
        return at;
    if (g_ascii_isalpha(scanner->text[number]))
        number++;
    if (scanner->text[number] == ',')
        number++;
    if (scanner->text[number] != ' ')
        return at;
    gsize end = english_street_end(scanner, number + 1);
    if (end == 0)
        end = welsh_street_end(scanner, number + 1);
    if (end == 0)
        return at;
    g_autofree char *canonical = g_ascii_strdown(scanner->text + at, (gssize)(end - at));
    guint sure = exeat_scanner_confidence(scanner, EXEAT_RULE_ADDRESS, at, end);
    Postcode postcode = postcode_after(scanner, end);
    if (postcode == POSTCODE_OWN)
        return end;
    if (postcode == POSTCODE_OTHER)
        sure += WITH_POSTCODE;
    exeat_scanner_add(scanner, EXEAT_RULE_ADDRESS, at, end, sure, canonical);
    return end;
}
