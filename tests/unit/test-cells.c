/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sheets write alike: packed numbers, codes of headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "message/inspect/cells.h"

static void
test_packed(G_GNUC_UNUSED void **state)
{
    static const struct {
        guint32 packed;
        double want;
    } rows[] = {
        {7 << 2 | 2, 7},    {(guint32)-7 * 4 | 2, -7}, {1234 << 2 | 3, 12.34},  {0x3FF00000, 1},
        {0x3FF00001, 0.01}, {0xC0000000, -2},          {0x7FFFFFFE, 536870911}, {0x80000002, -536870912},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (memcmp(&(double){exeat_cells_number(rows[i].packed)}, &rows[i].want, sizeof(double)) != 0)
            fail_msg("%08x: not %g", rows[i].packed, rows[i].want);
}

/* With COLOUR_DIGITS less one, all, and one more. */
static void
test_headers(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *code, *want;
    } rows[] = {
        {"Class", "Class"},
        {"", ""},
        {"&L&\"Arial,Bold\"&12Class&K01+000 6B&R&P", "Class 6B\n"},
        {"&LOakfield &&&RPage", "Oakfield &\nPage"},
        {"&K01+00x", "x"},
        {"&K01+000x", "x"},
        {"&K01+0006", "6"},
        {"&\"Arial", "Arial"},
        {"end&", "end"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new("before ");
        exeat_cells_header(rows[i].code, out);
        if (strcmp(out->str + strlen("before "), rows[i].want) != 0)
            fail_msg("%s: %s, not %s", rows[i].code, out->str, rows[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_packed), cmocka_unit_test(test_headers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
