/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a name promises against what a file is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <glib.h>

#include "message/suspicion.h"

static void
test_rows(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name, *actual, *want;
    } rows[] = {
        {"setup.exe", "application/vnd.microsoft.portable-executable", "a program"},
        {"letter.pdf.exe", NULL, "a program"},
        {"LETTER.PDF.SCR", NULL, "a program"},
        {"letter.pdf", "application/vnd.microsoft.portable-executable", "a disguised program"},
        {"holiday.jpg", "application/zip", "not what its name says"},
        {"list.csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "not what its name says"},
        {"report.docx", "application/zip", "not what its name says"},
        {"report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", NULL},
        {"export.xls", "text/csv", NULL},
        {"export.xls", "text/html", NULL},
        {"letter.doc", "application/rtf", NULL},
        {"photo.jpg", "image/png", NULL},
        {"archive.zip", "application/zip", NULL},
        {"notes", NULL, NULL},
        {NULL, NULL, NULL},
        {"v1.2.3", "application/pdf", NULL},
        {".", "text/plain", NULL},
        {"minutes. ", "text/plain", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *got = exeat_suspicion(rows[i].name, rows[i].actual);
        if (g_strcmp0(got, rows[i].want) != 0)
            fail_msg("%s as %s: %s", rows[i].name, rows[i].actual, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
