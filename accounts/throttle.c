/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/throttle.h"

typedef struct ThrottleCounter {
    char *key;
    guint failures;
    gint64 last;
    GList *place; /* in the order of the last failure */
} ThrottleCounter;

struct ExeatThrottle {
    GHashTable *counters[EXEAT_THROTTLE_POOLS]; /* key → ThrottleCounter */
    GQueue order[EXEAT_THROTTLE_POOLS];         /* of ThrottleCounter, oldest first */
};

static const struct {
    guint free;
    gint64 max;
} throttle_rules[EXEAT_THROTTLE_POOLS] = {
    [EXEAT_THROTTLE_DEVICE] = {EXEAT_THROTTLE_FREE, EXEAT_THROTTLE_MAX_SECONDS},
    [EXEAT_THROTTLE_ACCOUNT] = {EXEAT_THROTTLE_FREE, EXEAT_THROTTLE_MAX_SECONDS},
    [EXEAT_THROTTLE_NOBODY] = {EXEAT_THROTTLE_FREE, EXEAT_THROTTLE_MAX_SECONDS},
    [EXEAT_THROTTLE_CLIENT] = {EXEAT_THROTTLE_CLIENT_FREE, EXEAT_THROTTLE_CLIENT_MAX_SECONDS},
};

static void
throttle_free_counter(gpointer data)
{
    ThrottleCounter *counter = data;

    g_free(counter->key);
    g_free(counter);
}

ExeatThrottle *
exeat_throttle_new(void)
{
    ExeatThrottle *throttle = g_new0(ExeatThrottle, 1);

    for (guint i = 0; i < EXEAT_THROTTLE_POOLS; i++) {
        throttle->counters[i] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, throttle_free_counter);
        g_queue_init(&throttle->order[i]);
    }
    return throttle;
}

void
exeat_throttle_free(ExeatThrottle *throttle)
{
    if (throttle == NULL)
        return;
    for (guint i = 0; i < EXEAT_THROTTLE_POOLS; i++) {
        g_queue_clear(&throttle->order[i]);
        g_hash_table_unref(throttle->counters[i]);
    }
    g_free(throttle);
}

static void
throttle_drop(ExeatThrottle *throttle, ExeatThrottlePool pool, ThrottleCounter *counter)
{
    g_queue_delete_link(&throttle->order[pool], counter->place);
    g_hash_table_remove(throttle->counters[pool], counter->key);
}

/* NULL if there is none, or one that is long past. */
static ThrottleCounter *
throttle_find(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now)
{
    ThrottleCounter *counter = g_hash_table_lookup(throttle->counters[pool], key);

    if (counter == NULL || now - counter->last < EXEAT_THROTTLE_FORGET_SECONDS)
        return counter;
    throttle_drop(throttle, pool, counter);
    return NULL;
}

gint64
exeat_throttle_wait(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now)
{
    const ThrottleCounter *counter = throttle_find(throttle, pool, key, now);
    gint64 wait = EXEAT_THROTTLE_FIRST_SECONDS;

    if (counter == NULL || counter->failures < throttle_rules[pool].free)
        return 0;
    for (guint i = throttle_rules[pool].free; i < counter->failures && wait < throttle_rules[pool].max; i++)
        wait *= 2;
    wait = MIN(wait, throttle_rules[pool].max);
    /* A clock that was put back must not make anybody wait longer. */
    return CLAMP(counter->last + wait - now, 0, wait);
}

static ThrottleCounter *
throttle_add(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key)
{
    ThrottleCounter *counter = g_new0(ThrottleCounter, 1);

    if (g_queue_get_length(&throttle->order[pool]) >= EXEAT_THROTTLE_ENTRIES)
        throttle_drop(throttle, pool, g_queue_peek_head(&throttle->order[pool]));
    counter->key = g_strdup(key);
    g_queue_push_tail(&throttle->order[pool], counter);
    counter->place = g_queue_peek_tail_link(&throttle->order[pool]);
    g_hash_table_insert(throttle->counters[pool], counter->key, counter);
    return counter;
}

gint64
exeat_throttle_charge(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now)
{
    ThrottleCounter *counter = throttle_find(throttle, pool, key, now);
    gint64 last;

    if (counter == NULL)
        counter = throttle_add(throttle, pool, key);
    last = counter->last;
    counter->failures++;
    counter->last = now;
    g_queue_unlink(&throttle->order[pool], counter->place);
    g_queue_push_tail_link(&throttle->order[pool], counter->place);
    return last;
}

void
exeat_throttle_refund(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now, gint64 last)
{
    ThrottleCounter *counter = throttle_find(throttle, pool, key, now);

    if (counter == NULL)
        return;
    if (counter->failures <= 1) {
        throttle_drop(throttle, pool, counter);
        return;
    }
    counter->failures--;
    if (counter->last == now && last > 0)
        counter->last = last;
}

void
exeat_throttle_forget(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key)
{
    ThrottleCounter *counter = g_hash_table_lookup(throttle->counters[pool], key);

    if (counter != NULL)
        throttle_drop(throttle, pool, counter);
}
