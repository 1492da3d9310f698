/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates as British people write them. A date says nothing by itself; it becomes a date of birth by its words, or beside
 * the person whose it is. Impossible days and ages are no dates of birth.
 */
#include <string.h>

#include "policies/detect/identifiers-private.h"

#define AGE_LEAST 1 /* nobody at school is younger */
#define AGE_MOST 100
#define SECONDS_A_YEAR 31556952

typedef struct Date {
    int year, month, day;
} Date;

static gsize
read_number(const ExeatScanner *scanner, gsize at, gsize most, int *out)
{
    gsize start = at;
    int number = 0;
    while (at < scanner->length && at - start < most + 1 && g_ascii_isdigit(scanner->text[at]))
        number = number * 10 + scanner->text[at++] - '0';
    *out = number;
    return at - start >= 1 && at - start <= most ? at : 0;
}

static int
this_year(const ExeatScanner *scanner)
{
    gint64 now = scanner->now > 0 ? scanner->now : g_get_real_time() / G_USEC_PER_SEC;
    return 1970 + (int)(now / SECONDS_A_YEAR);
}

/* "13" is 2013 for a child, "75" is 1975. */
static int
whole_year(const ExeatScanner *scanner, int year, gsize digits)
{
    if (digits == 4)
        return year;
    return digits == 2 ? (2000 + year <= this_year(scanner) ? 2000 + year : 1900 + year) : 0;
}

static bool
is_date(const Date *date)
{
    return g_date_valid_dmy((GDateDay)CLAMP(date->day, 0, 99), (GDateMonth)CLAMP(date->month, 0, 13),
                            (GDateYear)CLAMP(date->year, 0, 9999));
}

/* dd/mm/yyyy, dd.mm.yy, dd-mm-yyyy and yyyy-mm-dd. */
static gsize
read_numeric(const ExeatScanner *scanner, gsize at, Date *out)
{
    int parts[3] = {0};
    gsize digits[3];
    char separator = '\0';
    for (guint i = 0; i < 3; i++) {
        gsize start = at;
        at = read_number(scanner, at, 4, &parts[i]);
        if (at == 0)
            return 0;
        digits[i] = at - start;
        if (i == 2)
            break;
        char c = scanner->text[at++];
        if (!c || !strchr("/.-", c) || (separator && c != separator))
            return 0;
        separator = c;
    }
    if (exeat_is_word_byte(scanner->text[at]) ||
        (scanner->text[at] == separator && g_ascii_isdigit(scanner->text[at + 1])))
        return 0;
    if (digits[0] == 4)
        *out = (Date){parts[0], parts[1], parts[2]};
    else
        *out = (Date){whole_year(scanner, parts[2], digits[2]), parts[1], parts[0]};
    return digits[1] <= 2 && is_date(out) ? at : 0;
}

static const char *const month_names[][4] = {
    {"january", "jan", "ionawr", "ion"},
    {"february", "feb", "chwefror", "chwe"},
    {"march", "mar", "mawrth", "maw"},
    {"april", "apr", "ebrill", "ebr"},
    {"may", "may", "mai", "mai"},
    {"june", "jun", "mehefin", "meh"},
    {"july", "jul", "gorffennaf", "gor"},
    {"august", "aug", "awst", "awst"},
    {"september", "sep", "medi", "sept"},
    {"october", "oct", "hydref", "hyd"},
    {"november", "nov", "tachwedd", "tach"},
    {"december", "dec", "rhagfyr", "rhag"},
};

static gsize
read_month(const ExeatScanner *scanner, gsize at, int *out_month)
{
    const char *lower = scanner->context->lower + at;
    if (!g_ascii_isalpha(lower[0]) || !g_ascii_isalpha(lower[1]))
        return 0;
    for (int month = 0; month < 12; month++) {
        for (guint form = 0; form < 4; form++) {
            if (*lower != month_names[month][form][0])
                continue;
            gsize length = strlen(month_names[month][form]);
            if (g_str_has_prefix(lower, month_names[month][form]) && !exeat_is_word_byte(lower[length])) {
                *out_month = month + 1;
                return at + length;
            }
        }
    }
    return 0;
}

static gsize
skip_filler(const ExeatScanner *scanner, gsize at)
{
    while (at < scanner->length && scanner->text[at] && strchr(" -,.", scanner->text[at]))
        at++;
    return at;
}

static gsize
skip_ordinal(const ExeatScanner *scanner, gsize at)
{
    if (!g_ascii_isalpha(scanner->text[at]))
        return at;
    static const char *const endings[] = {"st", "nd", "rd", "th", "af", "ain", "ydd", "ed", "fed", "eg"};
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_prefix(scanner->context->lower + at, endings[i]) &&
            !exeat_is_word_byte(scanner->text[at + strlen(endings[i])]))
            return at + strlen(endings[i]);
    return at;
}

/* The year behind the day and the month: two digits or four. */
static gsize
read_year(const ExeatScanner *scanner, gsize at, Date *date)
{
    gsize start = skip_filler(scanner, at);
    gsize end = read_number(scanner, start, 4, &date->year);
    if (end == 0 || exeat_is_word_byte(scanner->text[end]))
        return 0;
    date->year = whole_year(scanner, date->year, end - start);
    return is_date(date) ? end : 0;
}

/* "17th June 2012", "17 of June, 2012", "4-Jun-13". */
static gsize
read_day_first(const ExeatScanner *scanner, gsize at, Date *out)
{
    gsize end = read_number(scanner, at, 2, &out->day);
    if (end == 0)
        return 0;
    end = skip_filler(scanner, skip_ordinal(scanner, end));
    if (g_str_has_prefix(scanner->context->lower + end, "of "))
        end += 3;
    end = read_month(scanner, end, &out->month);
    return end == 0 ? 0 : read_year(scanner, end, out);
}

/* "June 17th, 2012". */
static gsize
read_month_first(const ExeatScanner *scanner, gsize at, Date *out)
{
    gsize end = read_month(scanner, at, &out->month);
    if (end == 0)
        return 0;
    end = read_number(scanner, skip_filler(scanner, end), 2, &out->day);
    return end == 0 ? 0 : read_year(scanner, skip_ordinal(scanner, end), out);
}

/* 17062012, where it is called a date of birth. */
static gsize
read_solid(const ExeatScanner *scanner, gsize at, Date *out)
{
    int number = 0;
    gsize end = read_number(scanner, at, 8, &number);
    if (end == 0 || end - at != 8 || exeat_is_word_byte(scanner->text[end]))
        return 0;
    *out = (Date){number % 10000, number / 10000 % 100, number / 1000000};
    if (!is_date(out) || exeat_scanner_confidence(scanner, EXEAT_RULE_BIRTH, at, end) < 60)
        return 0;
    return end;
}

gsize
exeat_scan_date(ExeatScanner *scanner, gsize at)
{
    static gsize (*const readers[])(const ExeatScanner *, gsize, Date *) = {
        read_numeric,
        read_day_first,
        read_month_first,
        read_solid,
    };
    Date date = {0, 0, 0};
    gsize end = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(readers) && end == 0; i++)
        end = readers[i](scanner, at, &date);
    if (end == 0)
        return at;
    /* 12-05-19 is a sort code where people speak of a bank */
    if (end - at == 8 && scanner->text[at + 2] == '-' && scanner->text[at + 5] == '-' &&
        exeat_context_near(scanner->context, at, end, "sort code|sort|account|cod didoli"))
        return at;
    int age = this_year(scanner) - date.year;
    if (age < AGE_LEAST || age > AGE_MOST)
        return end;
    char canonical[16];
    g_snprintf(canonical, sizeof canonical, "%04d-%02d-%02d", date.year, date.month, date.day);
    exeat_scanner_add(scanner, EXEAT_RULE_BIRTH, at, end, exeat_scanner_confidence(scanner, EXEAT_RULE_BIRTH, at, end),
                      canonical);
    return end;
}
