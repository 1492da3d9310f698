/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What calls with a GError are expected to do; both use the variable `error` of the test. After <cmocka.h>. */
#ifndef EXEAT_TESTS_EXPECT_H
#define EXEAT_TESTS_EXPECT_H

#include <glib.h>

#include "base/error.h"

#define assert_ok(call)                                                             \
    do {                                                                            \
        if (!(call))                                                                \
            fail_msg("%s: %s", #call, error != NULL ? error->message : "no error"); \
    } while (0)

#define assert_fails(call, want)                                                               \
    do {                                                                                       \
        g_clear_error(&error);                                                                 \
        assert_false(call);                                                                    \
        if (!g_error_matches(error, EXEAT_ERROR, want))                                        \
            fail_msg("%s: another error: %s", #call, error != NULL ? error->message : "none"); \
        g_clear_error(&error);                                                                 \
    } while (0)

#endif
