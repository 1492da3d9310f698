/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts/claims.h"

#include "accounts/accounts-private.h"
#include "message/address.h"

typedef struct ClaimsEntry {
    ExeatClaim claim;
    char *key; /* of the address */
    gint64 seen_at;
} ClaimsEntry;

static void
claims_clear(ExeatClaim *claim)
{
    g_free(claim->letter);
    g_free(claim->address);
}

static void
claims_free(gpointer data)
{
    claims_clear(data);
    g_free(data);
}

static void
claims_free_entry(gpointer data)
{
    ClaimsEntry *entry = data;

    claims_clear(&entry->claim);
    g_free(entry->key);
    g_free(entry);
}

/* A letter's id has no space. (transfer full) */
static char *
claims_name(const char *letter, const char *key)
{
    return g_strconcat(letter, " ", key, NULL);
}

static GHashTable *
claims_table(ExeatAccounts *accounts)
{
    if (accounts->claims == NULL)
        accounts->claims = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, claims_free_entry);
    return accounts->claims;
}

static gboolean
claims_is_past(gpointer name, gpointer data, gpointer user_data)
{
    const ClaimsEntry *entry = data;
    const gint64 *now = user_data;

    (void)name;
    return *now - entry->seen_at >= EXEAT_CLAIM_SECONDS;
}

static void
claims_make_room(GHashTable *table, gint64 now)
{
    GHashTableIter each;
    gpointer name, data, oldest = NULL;
    gint64 seen_at = G_MAXINT64;

    g_hash_table_foreach_remove(table, claims_is_past, &now);
    if (g_hash_table_size(table) < EXEAT_CLAIMS_MOST)
        return;
    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, &name, &data)) {
        const ClaimsEntry *entry = data;

        if (entry->seen_at < seen_at) {
            seen_at = entry->seen_at;
            oldest = name;
        }
    }
    g_hash_table_remove(table, oldest);
}

void
exeat_claims_set(ExeatAccounts *accounts, const char *letter, const char *address, gint64 now)
{
    g_autofree char *key = exeat_address_key(address), *name = claims_name(letter, key);
    GHashTable *table;
    ClaimsEntry *entry;

    g_mutex_lock(&accounts->lock);
    table = claims_table(accounts);
    entry = g_hash_table_lookup(table, name);
    if (entry == NULL) {
        claims_make_room(table, now);
        entry = g_new0(ClaimsEntry, 1);
        entry->claim.letter = g_strdup(letter);
        entry->claim.address = g_strdup(address);
        entry->claim.since = now;
        entry->key = g_steal_pointer(&key);
        g_hash_table_insert(table, g_steal_pointer(&name), entry);
    } else if (now - entry->seen_at >= EXEAT_CLAIM_SECONDS) {
        entry->claim.since = now;
    }
    entry->seen_at = now;
    g_mutex_unlock(&accounts->lock);
}

void
exeat_claims_end(ExeatAccounts *accounts, const char *letter, const char *address)
{
    g_autofree char *key = exeat_address_key(address), *name = claims_name(letter, key);

    g_mutex_lock(&accounts->lock);
    g_hash_table_remove(claims_table(accounts), name);
    g_mutex_unlock(&accounts->lock);
}

static gint
claims_compare(gconstpointer a, gconstpointer b)
{
    const ExeatClaim *left = *(ExeatClaim *const *)a, *right = *(ExeatClaim *const *)b;

    if (left->since != right->since)
        return left->since < right->since ? -1 : 1;
    return strcmp(left->address, right->address);
}

static void
claims_collect(GHashTable *table, const char *letter, gint64 now, GPtrArray *claims)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    GHashTableIter each;
    gpointer data;

    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, NULL, &data)) {
        const ClaimsEntry *entry = data;
        ExeatClaim *copy;

        if (strcmp(entry->claim.letter, letter) != 0 || now - entry->seen_at >= EXEAT_CLAIM_SECONDS)
            continue;
        copy = g_new0(ExeatClaim, 1);
        copy->letter = g_strdup(letter);
        copy->address = g_strdup(entry->claim.address);
        copy->since = entry->claim.since;
        g_ptr_array_add(found, copy);
    }
    g_ptr_array_sort(found, claims_compare);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(claims, g_ptr_array_index(found, i));
}

GPtrArray *
exeat_claims_list(ExeatAccounts *accounts, const char *const *letters, gint64 now)
{
    GPtrArray *claims = g_ptr_array_new_with_free_func(claims_free);

    g_mutex_lock(&accounts->lock);
    for (guint i = 0; i < EXEAT_CLAIMS_LIST_MOST && letters[i] != NULL; i++)
        claims_collect(claims_table(accounts), letters[i], now, claims);
    g_mutex_unlock(&accounts->lock);
    return claims;
}
