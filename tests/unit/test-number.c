/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of cells: what each format makes of them, in every age of workbooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "message/inspect/number.h"

#define OWN 164 /* the first number of a format that is not built in */
#define POUND "\xC2\xA3"

/* What @code, or the format that is built in as @number, makes of @value. */
static char *
shown_as(guint number, const char *code, double value, bool from_1904)
{
    g_autoptr(ExeatNumberFormats) formats = exeat_number_formats_new();
    g_autoptr(GString) out = g_string_new(NULL);
    if (code != NULL)
        exeat_number_formats_add(formats, number, code);
    exeat_number_show(value, exeat_number_formats_get(formats, number), from_1904, out);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static const struct {
    const char *code; /* NULL: General */
    double value;
    const char *want;
} code_rows[] = {
    {NULL, 0, "0"},
    {NULL, -0.0, "0"},
    {NULL, -3, "-3"},
    {NULL, 9434765919.0, "9434765919"},
    {NULL, 123456789012345.0, "123456789012345"},
    {NULL, 1e15, "1000000000000000"},
    {NULL, 0.1 + 0.2, "0.3"},
    {NULL, 1e21, "1e+21"},
    {"General", 12.5, "12.5"},
    {"GENERAL", 41748, "41748"},
    {"General\" kg\"", 12.5, "12.5"},
    /* digits */
    {"0", 12.5, "13"},
    {"0", 0, "0"},
    {"#", 0, "0"},
    {"0", -0.4, "0"},
    {"0.00", 12.345, "12.35"},
    {"0.0#", 1.5, "1.5"},
    {"#.00", 0.5, ".50"},
    {".00", 12.5, "12.5"}, /* no place for what is before the point */
    {"000", 123456, "123456"},
    {"0000", 7, "0007"},
    {"0000000000", 7700900123.0, "7700900123"},
    {"00000000000", 7700900123.0, "07700900123"},
    {"0000000000000000", 4111111111111111.0, "4111111111111111"},
    {"0.00", 4111111111111111.0, "4111111111111111.00"},
    {"0", 2e18, "2000000000000000000"},
    {"0.000000000000000", 12.5, "12.5"}, /* more places than digits */
    {"000 000 0000", 9434765919.0, "943 476 5919"},
    {"###\\ ###\\ ####", 9434765919.0, "943 476 5919"},
    {"??? ??? ????", 9434765919.0, "943 476 5919"},
    {"00000\" \"000000", 7700900123.0, "07700 900123"},
    {"\\+00\\ 0000\\ 000000", 447700900123.0, "+44 7700 900123"},
    {"(###) ###-####", 5551234567.0, "(555) 123-4567"},
    {"00/00/0000", 9042014, "09/04/2014"}, /* a date kept as digits */
    {"000000", -42, "-000042"},
    /* amounts */
    {"#,##0", 1234567, "1,234,567"},
    {"#,##0", 123456789, "123,456,789"},
    {"#,##0", 9434765919.0, "9434765919"}, /* no amount: more than GROUPED_DIGITS */
    {"000,000", 1234, "001,234"},
    {"#,##0.00", 41748, "41,748.00"},
    {"[$" POUND "-809]#,##0.00", 12, POUND "12.00"},
    {"_-* #,##0.00_-;-* #,##0.00_-", 12, "12.00"},
    {"0,", 12000, "12000"}, /* would hide digits */
    {"0%", 0.25, "25%"},
    {"0%", 0.95, "95%"},
    {"0.0%", 0.07, "7.0%"},
    /* what is not followed */
    {"0.00E+00", 123456, "123456"},
    {"# ?/?", 0.5, "0.5"},
    {"@", 77, "77"},
    {";;;", 42, "42"},
    {"\"hidden\"", 42, "42"},
    {"", 42, "42"},
    {"0\"open", 4, "4open"},
    {"[open0", 4, "open4"},
    {"0\\", 4, "4"},
    /* sections, conditions, colours */
    {"\"year\" 0", 41748, "year 41748"},
    {"\"Red\"0", 3, "Red3"},
    {"[Red]0", 3, "3"},
    {"0;(0)", -5, "(5)"},
    {"0;(0)", 0, "0"},
    {"0;-0;\"none\"0", 0, "none0"},
    {"0;;", -5, "-5"},
    {"[<=9999999]###-####;(###) ###-####", 5551234, "555-1234"},
    {"[<=9999999]###-####;(###) ###-####", 5551234567.0, "(555) 123-4567"},
    {"[<=9999999]###-####;(###) ###-####", -5551234, "-555-1234"},
    {"[Red][<0]\"minus \"0;0", -5, "minus 5"},
    {"[>=10]0\" many\";[=1]0\" one\";0\" few\"", 1, "1 one"},
    {"[>=10]0\" many\";[=1]0\" one\";0\" few\"", 10, "10 many"},
    {"[<>7]0;\"seven\"0", 7, "seven7"},
    {"[<1]h:mm;dd/mm/yyyy", 0.75, "18:00"},
    {"[<1]h:mm;dd/mm/yyyy", 41748, "19/04/2014"},
    /* dates and times */
    {"d/m/yy", 41748, "19/04/2014"},
    {"dd\\-mmm\\-yyyy", 41748, "19/04/2014"},
    {"[$-809]dd mmmm yyyy;@", 41748, "19/04/2014"},
    {"mmm-yy", 41748, "19/04/2014"},
    {"mmm\\-yy;@", 41748, "19/04/2014"},
    {"mmmm", 41748, "19/04/2014"},
    {"[$-411]ge.m.d", 41748, "19/04/2014"},
    {"d/m/yy", 41748.75, "19/04/2014"},
    {"d/m/yy h:mm", 41748.75, "19/04/2014 18:00"},
    {"d/m/yy h:mm", 0.75, "18:00"},
    {"h:mm AM/PM", 0.75, "18:00"},
    {"h:mm", 41748.75, "19/04/2014 18:00"}, /* the date may be hidden */
    {"[h]:mm", 1.5, "36:00"},
    {"[mm]:ss", 0.5, "12:00:00"},
    {"hh:mm:ss", 0.5, "12:00:00"},
    {"Rs 0", 1234, "Rs 1234"},
    {"mm:ss.0", 0.5, "12:00:00"},
    {"d/m/yy h:mm:ss", 41747.999999, "19/04/2014 00:00:00"},
    {"d/m/yy", 1, "01/01/1900"},
    {"d/m/yy", 59, "28/02/1900"},
    {"d/m/yy", 61, "01/03/1900"},
    {"d/m/yy", 0, "0"},
    {"d/m/yy", -5, "-5"},
    {"h:mm", -0.5, "-0.5"},
    {"d/m/yy", 2958464, "30/12/9999"},
    {"d/m/yy", 2958465, "31/12/9999"},
    {"d/m/yy", 2958466, "2958466"},
    {"d/m/yy", 2958465.9999999, "2958465.9999999"}, /* rounds to the day behind the last */
};

static void
test_codes(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(code_rows); i++) {
        g_autofree char *shown = shown_as(OWN, code_rows[i].code, code_rows[i].value, false);
        if (strcmp(shown, code_rows[i].want) != 0)
            fail_msg("%.15g as %s: %s, not %s", code_rows[i].value, code_rows[i].code, shown, code_rows[i].want);
    }
}

static void
test_built_in(G_GNUC_UNUSED void **state)
{
    static const struct {
        guint number;
        double value;
        const char *want;
    } rows[] = {
        {0, 41748, "41748"},
        {1, 12.5, "13"},
        {3, 12345, "12,345"},
        {4, 12345, "12,345.00"},
        {9, 0.5, "50%"},
        {10, 0.125, "12.50%"},
        {11, 41748, "41748"},
        {14, 41748, "19/04/2014"},
        {20, 0.75, "18:00"},
        {21, 0.75, "18:00:00"},
        {22, 41748.75, "19/04/2014 18:00"},
        {30, 41748, "19/04/2014"},
        {44, 12, "12.00"},
        {46, 1.5, "36:00:00"},
        {47, 0.5, "12:00:00"},
        {49, 41748, "41748"},
        {58, 41748, "19/04/2014"},
        {59, 41748, "41748"},
        {G_MAXUINT, 41748, "41748"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *shown = shown_as(rows[i].number, NULL, rows[i].value, false);
        if (strcmp(shown, rows[i].want) != 0)
            fail_msg("%.15g as %u: %s, not %s", rows[i].value, rows[i].number, shown, rows[i].want);
    }
}

static void
test_1904(G_GNUC_UNUSED void **state)
{
    g_autofree char *date = shown_as(14, NULL, 40286, true), *first = shown_as(14, NULL, 0, true);
    g_autofree char *time = shown_as(20, NULL, 0.75, true);
    assert_string_equal(date, "19/04/2014");
    assert_string_equal(first, "01/01/1904");
    assert_string_equal(time, "18:00");
}

static void
test_written(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *written;
        guint number;
        const char *want;
    } rows[] = {
        {"1.23E+12", 0, "1230000000000"},
        {"0.10000000000000001", 0, "0.1"},
        {"0123", 0, "0123"},
        {"999999999999990000000", 0, "999999999999990038528"},
        {"1E+21", 0, "1e+21"},
        {"2E+21", 0, "2e+21"},
        {"41748", 14, "19/04/2014"},
        {"41748.75", 22, "19/04/2014 18:00"},
        {"-1", 14, "-1"},
        {"7", OWN, "0007"},
        {"1e999", 0, "1e999"},
        {"abc", 14, "abc"},
        {"", 14, ""},
    };
    g_autoptr(ExeatNumberFormats) formats = exeat_number_formats_new();
    exeat_number_formats_add(formats, OWN, "0000");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) shown = g_string_new(NULL);
        exeat_number_show_written(rows[i].written, strlen(rows[i].written),
                                  exeat_number_formats_get(formats, rows[i].number), false, shown);
        if (strcmp(shown->str, rows[i].want) != 0)
            fail_msg("%s as %u: %s, not %s", rows[i].written, rows[i].number, shown->str, rows[i].want);
    }
}

static void
test_iso(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *written, *want;
    } rows[] = {
        {"2014-04-19", "19/04/2014"},
        {"2014-04-19T00:00:00", "19/04/2014"},
        {"2014-04-19T18:30:00", "19/04/2014 18:30"},
        {"2014-04", "2014-04"},
        {"19 April", "19 April"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) shown = g_string_new(NULL);
        exeat_number_show_iso(rows[i].written, strlen(rows[i].written), shown);
        assert_string_equal(shown->str, rows[i].want);
    }
}

static void
test_not_finite(G_GNUC_UNUSED void **state)
{
    static const double values[] = {INFINITY, -INFINITY, NAN};
    static const char *const codes[] = {"General", "0.00", "d/m/yy", "[<5]0;0%"};
    for (gsize i = 0; i < G_N_ELEMENTS(values) * G_N_ELEMENTS(codes); i++) {
        g_autofree char *shown = shown_as(OWN, codes[i / G_N_ELEMENTS(values)], values[i % G_N_ELEMENTS(values)],
                                          false);
        assert_string_equal(shown, "");
    }
}

static void
test_first_stands(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatNumberFormats) formats = exeat_number_formats_new();
    g_autoptr(GString) out = g_string_new(NULL);
    exeat_number_formats_add(formats, 14, "0000000"); /* before what is built in */
    const ExeatNumberFormat *format = exeat_number_formats_get(formats, 14);
    exeat_number_formats_add(formats, 14, "0");
    assert_ptr_equal(exeat_number_formats_get(formats, 14), format);
    exeat_number_show(41748, format, false, out);
    assert_string_equal(out->str, "0041748");
}

/* --- limits --- */

/* What is longer is no number, and shown as it is. */
static void
test_written_bytes(G_GNUC_UNUSED void **state)
{
    const gsize WRITTEN_BYTES = 64;
    for (gsize length = WRITTEN_BYTES - 2; length <= WRITTEN_BYTES; length++) {
        g_autofree char *text = g_strnfill(length, '0');
        g_autoptr(GString) shown = g_string_new(NULL);
        text[length - 1] = '5';
        exeat_number_show_written(text, length, NULL, false, shown);
        assert_int_equal(shown->len, length < WRITTEN_BYTES ? 1 : length);
    }
}

/* EXACT_MOST, PLACED_MOST and WHOLE_MOST: the doubles below, at and above them. */
static void
test_digits_most(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *code;
        double value;
        const char *want;
    } rows[] = {
        {"0.00", 9999999999999.99, "9999999999999.99"},
        {"0.00", 10000000000000.0, "10000000000000.00"},
        {"0.00", 10000000000000.01, "10000000000000"},
        {"0.00", 1e18 - 128, "999999999999999872.00"},
        {"0.00", 1e18, "1000000000000000000"},
        {"0.00", 1e18 + 128, "1000000000000000128"},
        {"0", 1e21 - 131072, "999999999999999868928"},
        {"0", 1e21, "1e+21"},
        {"0", 1e21 + 131072, "1e+21"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *shown = shown_as(OWN, rows[i].code, rows[i].value, false);
        assert_string_equal(shown, rows[i].want);
    }
}

static void
test_grouped_digits(G_GNUC_UNUSED void **state)
{
    const guint GROUPED_DIGITS = 9;
    double value = 1;
    for (guint digits = 1; digits <= GROUPED_DIGITS + 1; digits++, value *= 10) {
        g_autofree char *shown = shown_as(OWN, "#,##0", value, false);
        assert_int_equal(strchr(shown, ',') != NULL, digits > 3 && digits <= GROUPED_DIGITS);
    }
}

static void
test_code_bytes(G_GNUC_UNUSED void **state)
{
    const gsize CODE_BYTES = 1024;
    for (gsize length = CODE_BYTES - 1; length <= CODE_BYTES + 1; length++) {
        g_autofree char *code = g_strnfill(length, '0');
        g_autofree char *shown = shown_as(OWN, code, 5, false);
        assert_int_equal(strlen(shown), length <= CODE_BYTES ? length : 1);
    }
}

static void
test_formats_most(G_GNUC_UNUSED void **state)
{
    const guint FORMATS_MOST = 65536;
    g_autoptr(ExeatNumberFormats) formats = exeat_number_formats_new();
    for (guint i = 0; i <= FORMATS_MOST; i++)
        exeat_number_formats_add(formats, OWN + i, "00");
    assert_non_null(exeat_number_formats_get(formats, OWN + FORMATS_MOST - 2));
    assert_non_null(exeat_number_formats_get(formats, OWN + FORMATS_MOST - 1));
    assert_null(exeat_number_formats_get(formats, OWN + FORMATS_MOST));
}

/* EXEAT_NUMBER_FRACTION places, and PERCENTS_MOST signs. */
static void
test_places_most(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *code, *want;
    } rows[] = {
        {"0.00000000000000", "0.50000000000000"},
        {"0.000000000000000", "0.500000000000000"},
        {"0.0000000000000000", "0.5"},
        {"0%", "50%"},
        {"0%%", "5000%%"},
        {"0%%%", "0.5"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *shown = shown_as(OWN, rows[i].code, 0.5, false);
        assert_string_equal(shown, rows[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_built_in),
        cmocka_unit_test(test_1904),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_first_stands),
        cmocka_unit_test(test_written_bytes),
        cmocka_unit_test(test_grouped_digits),
        cmocka_unit_test(test_code_bytes),
        cmocka_unit_test(test_formats_most),
        cmocka_unit_test(test_places_most),
        cmocka_unit_test(test_digits_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
