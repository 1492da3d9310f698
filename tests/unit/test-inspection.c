/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of what readers say: lines, tables, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/inspect_fixture.h"

static void
test_unknown_is_unreadable(G_GNUC_UNUSED void **state)
{
    g_autofree char *dump = inspect_bytes("\x01\x02\x03\x04", 4, "thing.bin");
    assert_string_equal(dump, "[] application/octet-stream no unreadable=a format that cannot be read suspicious=-\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_unknown_is_unreadable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
