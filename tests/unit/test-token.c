/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Release tokens: they open the gate for one envelope, for a time, and nothing else does. Ids read over the telephone.
 */
#include "tests/unit/quarantine_fixture.h"

#include <string.h>

#include "quarantine/held.h"
#include "quarantine/token.h"

#define SENDER "a.teacher@oakfield.sch.uk"
#define RECIPIENT "parent@mail.example"
#define NOW 1790000000

static void
test_token(void **state)
{
    g_autoptr(GBytes) key = g_bytes_new_static("0123456789abcdef0123456789abcdef", 32);
    g_autoptr(GBytes) other = g_bytes_new_static("0123456789abcdef0123456789abcdeg", 32);
    g_autofree char *token = exeat_token_make(key, "H-7K3M-Q9TX-2B4W", SENDER, RECIPIENT, NOW + 60);
    g_autofree char *null_sender = exeat_token_make(key, "H-7K3M-Q9TX-2B4W", "", RECIPIENT, NOW + 60);
    g_autofree char *folded = g_strdup_printf(" %s \r\n", token);
    g_autofree char *long_text = g_strnfill(100000, '1');
    g_autofree char *id = NULL;

    (void)state;
    assert_true(exeat_token_verify(key, token, SENDER, RECIPIENT, NOW, &id));
    assert_string_equal(id, "H-7K3M-Q9TX-2B4W");
    assert_true(exeat_token_verify(key, folded, SENDER, RECIPIENT, NOW, NULL));
    assert_true(exeat_token_verify(key, token, "a.teacher@Oakfield.SCH.uk", RECIPIENT, NOW + 59, NULL));
    assert_true(exeat_token_verify(key, null_sender, "", RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(key, token, SENDER, RECIPIENT, NOW + 60, NULL));
    assert_false(exeat_token_verify(key, token, SENDER, "other@mail.example", NOW, NULL));
    assert_false(exeat_token_verify(key, token, "", RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(other, token, SENDER, RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(key, NULL, SENDER, RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(key, "", SENDER, RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(key, "1...", SENDER, RECIPIENT, NOW, NULL));
    assert_false(exeat_token_verify(key, long_text, SENDER, RECIPIENT, NOW, NULL));
}

static void
test_every_byte_counts(void **state)
{
    g_autoptr(GBytes) key = g_bytes_new_static("0123456789abcdef0123456789abcdef", 32);
    g_autofree char *token = exeat_token_make(key, "H-7K3M-Q9TX-2B4W", SENDER, RECIPIENT, NOW + 60);

    (void)state;
    /* The last of the 43 digits carries two bits that are not the MAC's, so it is compared as text all the same. */
    for (gsize i = 0; i < strlen(token); i++) {
        g_autofree char *bad = g_strdup(token), *cut = g_strndup(token, i);

        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        assert_false(exeat_token_verify(key, bad, SENDER, RECIPIENT, NOW, NULL));
        assert_false(exeat_token_verify(key, cut, SENDER, RECIPIENT, NOW, NULL));
    }
}

static void
test_ids(void **state)
{
    g_autofree char *id = exeat_held_new_id(), *again = exeat_held_parse_id(id), *typed = NULL;

    (void)state;
    assert_int_equal(strlen(id), 16);
    assert_string_equal(id, again);
    typed = exeat_held_parse_id("h7k3mq9tx 2b4o");
    assert_string_equal(typed, "H-7K3M-Q9TX-2B40");
    assert_null(exeat_held_parse_id("H-7K3M-Q9TX-2B4"));
    assert_null(exeat_held_parse_id("H-7K3M-Q9TX-2B4WX"));
    assert_null(exeat_held_parse_id("H-7K3M-Q9TX-2B4'"));
    assert_null(exeat_held_parse_id("7K3MQ9TX2B4W"));
    assert_null(exeat_held_parse_id(""));
    assert_null(exeat_held_parse_id(NULL));
}

static void
test_states(void **state)
{
    (void)state;
    assert_true(exeat_held_may_move(EXEAT_HELD_HELD, EXEAT_HELD_RELEASING));
    assert_true(exeat_held_may_move(EXEAT_HELD_FAILED, EXEAT_HELD_RELEASING));
    assert_false(exeat_held_may_move(EXEAT_HELD_RELEASED, EXEAT_HELD_RELEASING));
    assert_false(exeat_held_may_move(EXEAT_HELD_RELEASING, EXEAT_HELD_RETURNING));
    assert_false(exeat_held_may_move(EXEAT_HELD_HELD, EXEAT_HELD_RELEASED));
    for (guint i = 0; i < EXEAT_HELD_STATES; i++) {
        ExeatHeldState back;

        assert_true(exeat_held_state_from_name(exeat_held_state_name((ExeatHeldState)i), &back));
        assert_int_equal(back, i);
        /* Nothing open without a way on. */
        if (exeat_held_is_open((ExeatHeldState)i)) {
            guint ways = 0;

            for (guint to = 0; to < EXEAT_HELD_STATES; to++)
                ways += exeat_held_may_move((ExeatHeldState)i, (ExeatHeldState)to) ? 1 : 0;
            assert_true(ways > 0);
        }
    }
    assert_int_equal(exeat_held_backoff(1), 60);
    assert_int_equal(exeat_held_backoff(2), 120);
    assert_int_equal(exeat_held_backoff(4000000), 3600);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_every_byte_counts),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
