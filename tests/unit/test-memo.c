/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was unsealed a moment ago: by the sealed bytes alone, within its limits, by many threads; and in the trail. */
#include "quarantine/memo.h"

#include "tests/unit/clerk_world.h"

static GBytes *
record(guint number)
{
    g_autofree char *text = g_strdup_printf("record %u", number);

    return g_bytes_new(text, strlen(text));
}

static void
keep(ExeatMemo *memo, guint number)
{
    g_autoptr(GBytes) sealed = record(number), plain = record(number + 1000000);

    exeat_memo_keep(memo, sealed, plain);
}

static bool
has(ExeatMemo *memo, guint number)
{
    g_autoptr(GBytes) sealed = record(number), want = record(number + 1000000), plain = exeat_memo_find(memo, sealed);

    if (plain != NULL)
        assert_true(g_bytes_equal(plain, want));
    return plain != NULL;
}

static void
test_the_oldest_go(void **state)
{
    g_autoptr(ExeatMemo) memo = exeat_memo_new();

    (void)state;
    for (guint i = 0; i < EXEAT_MEMO_RECORDS - 1; i++)
        keep(memo, i);
    keep(memo, 0); /* it is there, and takes no place */
    keep(memo, EXEAT_MEMO_RECORDS - 1);
    assert_true(has(memo, 0) && has(memo, EXEAT_MEMO_RECORDS - 1));
    keep(memo, EXEAT_MEMO_RECORDS);
    assert_false(has(memo, 0));
    assert_true(has(memo, 1) && has(memo, EXEAT_MEMO_RECORDS));
    exeat_memo_forget(memo);
    assert_false(has(memo, 1) || has(memo, EXEAT_MEMO_RECORDS));
    keep(memo, 1);
    assert_true(has(memo, 1));
}

static void
test_what_is_large_is_not_kept(void **state)
{
    const gsize sizes[] = {0, EXEAT_MEMO_RECORD_BYTES - 1, EXEAT_MEMO_RECORD_BYTES, EXEAT_MEMO_RECORD_BYTES + 1};

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(ExeatMemo) memo = exeat_memo_new();
        g_autoptr(GBytes) sealed = record(i), plain = g_bytes_new_take(g_malloc0(sizes[i]), sizes[i]), kept = NULL;

        exeat_memo_keep(memo, sealed, plain);
        kept = exeat_memo_find(memo, sealed);
        assert_int_equal(kept != NULL, sizes[i] <= EXEAT_MEMO_RECORD_BYTES);
    }
}

static gpointer
crowd(gpointer data)
{
    for (guint round = 0; round < 20; round++) {
        for (guint i = 0; i < 200; i++) {
            keep(data, i);
            has(data, (i * 7) % 300);
        }
        exeat_memo_forget(data);
    }
    return NULL;
}

static void
test_many_threads(void **state)
{
    g_autoptr(ExeatMemo) memo = exeat_memo_new();
    GThread *threads[4];

    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("crowd", crowd, memo);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    assert_false(has(memo, 1));
}

/* A row of the trail whose detail somebody put in the place of another's reads as what it is, remembered or not. */
static void
test_a_detail_is_its_own(void **state)
{
    World *world = *state;
    static const char *const who[] = {"a@oakfield.sch.uk", "b@oakfield.sch.uk"};
    ExeatAuditRow rows[2] = {{.digest = (char[]){"same"}}, {.digest = (char[]){"same"}}};
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf("{\"who\":\"%s\",\"why\":\"because\"}", who[i]);
        g_autoptr(GBytes) plain = g_bytes_new(text, strlen(text));

        assert_ok(exeat_seal(world->fixture->sealer, plain, &rows[i].sealed, &error));
    }
    for (guint i = 0; i < 6; i++) {
        g_autofree char *found = exeat_quarantine_audit_detail(world->quarantine, &rows[i % 2], "who"),
                        *why = exeat_quarantine_audit_detail(world->quarantine, &rows[i % 2], "why");

        assert_string_equal(found, who[i % 2]);
        assert_string_equal(why, "because");
        assert_null(exeat_quarantine_audit_detail(world->gate, &rows[i % 2], "who"));
        if (i == 3)
            exeat_quarantine_forget_details(world->quarantine);
    }
    for (guint i = 0; i < 2; i++)
        g_bytes_unref(rows[i].sealed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_oldest_go),
        cmocka_unit_test(test_what_is_large_is_not_kept),
        cmocka_unit_test(test_many_threads),
        cmocka_unit_test_setup_teardown(test_a_detail_is_its_own, setup_world, teardown_world),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
