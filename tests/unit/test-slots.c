/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots: never more at work than there are, nobody forgotten, and nobody waits beyond the time given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "milter/slots.h"

#define SLOTS 3
#define WORKERS 24
#define TURNS 200

typedef struct Work {
    ExeatSlots slots;
    gint inside; /* atomic */
    gint most;   /* atomic */
    gint done;   /* atomic */
} Work;

static gpointer
take_turns(gpointer data)
{
    Work *work = data;
    for (guint i = 0; i < TURNS; i++) {
        if (!exeat_slots_take(&work->slots, G_MAXINT64))
            return NULL;
        gint inside = g_atomic_int_add(&work->inside, 1) + 1;
        for (gint most = g_atomic_int_get(&work->most); inside > most; most = g_atomic_int_get(&work->most))
            if (g_atomic_int_compare_and_exchange(&work->most, most, inside))
                break;
        g_thread_yield();
        g_atomic_int_add(&work->inside, -1);
        g_atomic_int_inc(&work->done);
        exeat_slots_give(&work->slots);
    }
    return NULL;
}

static void
test_crowd(void **state)
{
    (void)state;
    Work work = {.inside = 0};
    GThread *threads[WORKERS];
    exeat_slots_init(&work.slots, SLOTS);
    for (guint i = 0; i < WORKERS; i++)
        threads[i] = g_thread_new("worker", take_turns, &work);
    for (guint i = 0; i < WORKERS; i++)
        g_thread_join(threads[i]);
    assert_int_equal(work.done, WORKERS * TURNS);
    assert_in_range(work.most, 1, SLOTS);
    assert_int_equal(work.slots.free, SLOTS);
    exeat_slots_clear(&work.slots);
}

static void
test_waits_no_longer(void **state)
{
    (void)state;
    ExeatSlots slots;
    exeat_slots_init(&slots, 1);
    assert_true(exeat_slots_take(&slots, 0));
    gint64 until = g_get_monotonic_time() + 20000;
    assert_false(exeat_slots_take(&slots, until));
    assert_true(g_get_monotonic_time() >= until);
    exeat_slots_give(&slots);
    assert_true(exeat_slots_take(&slots, 0));
    exeat_slots_clear(&slots);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_waits_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
