/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What writer and reader of the directory's file must agree on: keys and hashes. See format-private.h.
 *
 * Threads: no state. Hostile input: texts to hash, of any length.
 */
#include "directory/format-private.h"

#include "directory/siphash.h"

void
exeat_format_keys_derive(const ExeatDirectoryKey *key, ExeatFormatKeys *out_keys)
{
    static const char *const purposes[EXEAT_TABLE_COUNT] = {"names", "addresses", "users", "facts"};
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        out_keys->tables[i] = exeat_siphash_subkey(key, purposes[i]);
    out_keys->seal = exeat_siphash_subkey(key, "seal");
    ExeatDirectoryKey check = exeat_siphash_subkey(key, "check");
    out_keys->check = exeat_siphash(&check, "", 0);
}

guint64
exeat_format_hash(const ExeatFormatKeys *keys, ExeatFormatTable table, const char *text, gsize length)
{
    guint64 hash = exeat_siphash(&keys->tables[table], text, length);
    return hash != 0 ? hash : 1;
}

guint64
exeat_format_hash_fact(const ExeatFormatKeys *keys, ExeatFact fact, const char *value)
{
    char text[64];
    int length = g_snprintf(text, sizeof text, "%c%s", (char)('A' + (int)fact), value);
    return exeat_format_hash(keys, EXEAT_TABLE_FACTS, text, MIN((gsize)length, sizeof text - 1));
}

gsize
exeat_format_item_size(ExeatFormatTable table)
{
    return table == EXEAT_TABLE_NAMES ? sizeof(ExeatNameEntry) : sizeof(ExeatPersonId);
}
