/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Group commit. A commit waits for the disk, and while it waits others come: the first of them leads, and takes all
 * that are there into one transaction, so that however many letters are held at once, the disk is waited for about
 * twice. Each change keeps a savepoint of its own; where a transaction fails as a whole, its changes are done again one
 * by one, so that nobody's fault is another's.
 *
 * Threads: any number call store_sqlite_commit(); the queue's lock guards the queue, the store's the database, and they
 * are never held together.
 */
#include "base/error.h"
#include "quarantine/store_sqlite-private.h"

#define GROUP_MOST 64 /* changes in one transaction: it holds their pages in memory */

typedef struct Waiter {
    const ExeatChange *change;
    bool ended; /* what follows holds */
    bool done;
    bool lost;
    GError *error;
} Waiter;

/* One change in a transaction of its own. */
static void
group_commit_alone(StoreSqlite *store, Waiter *waiter)
{
    g_clear_error(&waiter->error);
    waiter->lost = false;
    waiter->done = store_sqlite_begin(store, &waiter->error);
    if (!waiter->done)
        return;
    waiter->done = store_sqlite_apply(store, waiter->change, &waiter->lost, &waiter->error);
    if (waiter->done && waiter->lost)
        store_sqlite_end(store, false, NULL);
    else
        waiter->done = store_sqlite_end(store, waiter->done, &waiter->error);
}

/* False if the transaction is gone with all that is in it. */
static bool
group_apply(StoreSqlite *store, Waiter *waiter)
{
    if (!exeat_sql_run(&store->sql, NULL, "SAVEPOINT change", ""))
        return false;
    waiter->done = store_sqlite_apply(store, waiter->change, &waiter->lost, &waiter->error);
    if (sqlite3_get_autocommit(store->sql.db) != 0)
        return false;
    if ((!waiter->done || waiter->lost) && !exeat_sql_run(&store->sql, NULL, "ROLLBACK TO change", ""))
        return false;
    return exeat_sql_run(&store->sql, NULL, "RELEASE change", "");
}

/* A store that lets nobody write has been waited for long enough. */
static void
group_refuse(const GPtrArray *group, const GError *error)
{
    for (guint i = 0; i < group->len; i++) {
        Waiter *waiter = g_ptr_array_index(group, i);
        waiter->error = g_error_copy(error);
    }
}

/* False if nothing of it has happened, and it may go better one by one. */
static bool
group_commit_together(StoreSqlite *store, const GPtrArray *group)
{
    g_autoptr(GError) error = NULL;
    if (!store_sqlite_begin(store, &error)) {
        group_refuse(group, error);
        return true;
    }
    bool whole = true;
    for (guint i = 0; i < group->len && whole; i++)
        whole = group_apply(store, g_ptr_array_index(group, i));
    return store_sqlite_end(store, whole, NULL);
}

static void
group_commit(StoreSqlite *store, const GPtrArray *group)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    if (group->len > 1 && group_commit_together(store, group))
        return;
    for (guint i = 0; i < group->len; i++)
        group_commit_alone(store, g_ptr_array_index(group, i));
}

/* Takes what waits, first come first served. With the queue's lock held. */
static GPtrArray *
group_take(StoreSqlite *store)
{
    GPtrArray *group = g_ptr_array_new();
    while (store->waiting.length > 0 && group->len < GROUP_MOST)
        g_ptr_array_add(group, g_queue_pop_head(&store->waiting));
    return group;
}

static void
group_lead(StoreSqlite *store)
{
    store->led = true;
    g_autoptr(GPtrArray) group = group_take(store);
    g_mutex_unlock(&store->queue_lock);
    group_commit(store, group);
    g_mutex_lock(&store->queue_lock);
    for (guint i = 0; i < group->len; i++)
        ((Waiter *)g_ptr_array_index(group, i))->ended = true;
    store->led = false;
    g_cond_broadcast(&store->ended);
}

bool
store_sqlite_commit(void *handle, const ExeatChange *change, bool *out_lost, GError **error)
{
    StoreSqlite *store = handle;
    Waiter waiter = {.change = change};

    g_mutex_lock(&store->queue_lock);
    g_queue_push_tail(&store->waiting, &waiter);
    while (!waiter.ended) {
        if (store->led)
            g_cond_wait(&store->ended, &store->queue_lock);
        else
            group_lead(store);
    }
    g_mutex_unlock(&store->queue_lock);

    if (waiter.error != NULL)
        g_propagate_error(error, waiter.error);
    if (waiter.done && out_lost != NULL)
        *out_lost = waiter.lost;
    return waiter.done;
}
