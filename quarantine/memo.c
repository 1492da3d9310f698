/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quarantine/memo.h"

struct ExeatMemo {
    GMutex lock;       /* guards what follows */
    GHashTable *table; /* digest → GBytes */
    GQueue queue;      /* digests, owned by the table, the oldest in front */
};

ExeatMemo *
exeat_memo_new(void)
{
    ExeatMemo *memo = g_new0(ExeatMemo, 1);

    g_mutex_init(&memo->lock);
    g_queue_init(&memo->queue);
    memo->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    return memo;
}

void
exeat_memo_free(ExeatMemo *memo)
{
    if (memo == NULL)
        return;
    g_queue_clear(&memo->queue);
    g_hash_table_unref(memo->table);
    g_mutex_clear(&memo->lock);
    g_free(memo);
}

GBytes *
exeat_memo_find(ExeatMemo *memo, GBytes *sealed)
{
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, sealed);
    GBytes *plain;

    g_mutex_lock(&memo->lock);
    plain = g_hash_table_lookup(memo->table, digest);
    if (plain != NULL)
        g_bytes_ref(plain);
    g_mutex_unlock(&memo->lock);
    return plain;
}

void
exeat_memo_keep(ExeatMemo *memo, GBytes *sealed, GBytes *plain)
{
    char *digest;

    if (g_bytes_get_size(plain) > EXEAT_MEMO_RECORD_BYTES)
        return;
    digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, sealed);
    g_mutex_lock(&memo->lock);
    if (g_hash_table_contains(memo->table, digest)) {
        g_free(digest); /* another thread was quicker */
    } else {
        g_hash_table_insert(memo->table, digest, g_bytes_ref(plain));
        g_queue_push_tail(&memo->queue, digest);
    }
    while (memo->queue.length > EXEAT_MEMO_RECORDS)
        g_hash_table_remove(memo->table, g_queue_pop_head(&memo->queue));
    g_mutex_unlock(&memo->lock);
}

void
exeat_memo_forget(ExeatMemo *memo)
{
    g_mutex_lock(&memo->lock);
    g_queue_clear(&memo->queue);
    g_hash_table_remove_all(memo->table);
    g_mutex_unlock(&memo->lock);
}
