/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads DKIM-Signature fields: a list of tags, "name = value" separated by semicolons, with folding white space around
 * both (RFC 6376, 3.2 and 3.5).
 *
 * Owns nothing but what it returns. Hostile input; linear in the field's length, which is bounded.
 */
#include "message/dkim.h"

#include <string.h>

#define WHITE " \t\r\n"

static void
dkim_free(gpointer data)
{
    ExeatDkim *signature = data;
    g_free(signature->domain);
    g_strfreev(signature->names);
    g_free(signature);
}

static bool
dkim_is_tag_name(const char *name)
{
    if (!g_ascii_isalpha(*name))
        return false;
    for (; *name; name++)
        if (!g_ascii_isalnum(*name) && *name != '_')
            return false;
    return true;
}

/* Tag to value, both without white space around; NULL if it is no tag list. Tags are told apart by case. */
static GHashTable *
dkim_tags(const char *raw)
{
    g_autoptr(GHashTable) tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) specs = g_strsplit(raw, ";", -1);
    for (char **spec = specs; *spec; spec++) {
        char *equals = strchr(*spec, '=');
        if (!equals) {
            bool last = !spec[1] && (*spec)[strspn(*spec, WHITE)] == '\0';
            return last ? g_steal_pointer(&tags) : NULL;
        }
        g_autofree char *name = g_strstrip(g_strndup(*spec, (gsize)(equals - *spec)));
        if (!dkim_is_tag_name(name) || g_hash_table_contains(tags, name))
            return NULL;
        g_hash_table_insert(tags, g_steal_pointer(&name), g_strstrip(g_strdup(equals + 1)));
    }
    return g_steal_pointer(&tags);
}

static ExeatDkim *
dkim_read(const char *raw, guint index)
{
    g_autoptr(GHashTable) tags = strlen(raw) <= EXEAT_DKIM_FIELD_BYTES ? dkim_tags(raw) : NULL;
    const char *domain = tags ? g_hash_table_lookup(tags, "d") : NULL;
    const char *names = tags ? g_hash_table_lookup(tags, "h") : NULL;
    if (!domain || !*domain || !names || !*names || g_strcmp0(g_hash_table_lookup(tags, "v"), "1") != 0)
        return NULL;
    ExeatDkim *signature = g_new0(ExeatDkim, 1);
    signature->index = index;
    signature->domain = exeat_domain_normalise(domain);
    signature->names = g_strsplit(names, ":", -1);
    for (char **name = signature->names; *name; name++)
        g_strstrip(*name);
    return signature;
}

GPtrArray *
exeat_dkim_signatures(const ExeatMessage *message)
{
    const GPtrArray *headers = exeat_message_headers(message);
    GPtrArray *signatures = g_ptr_array_new_with_free_func(dkim_free);
    guint index = 0;
    for (guint i = 0; i < headers->len; i++) {
        const ExeatHeader *header = g_ptr_array_index(headers, i);
        if (g_ascii_strcasecmp(header->name, EXEAT_DKIM_FIELD) != 0)
            continue;
        ExeatDkim *signature = dkim_read(header->raw, ++index);
        if (signature)
            g_ptr_array_add(signatures, signature);
    }
    return signatures;
}

bool
exeat_dkim_signs(const ExeatDkim *signature, const char *name)
{
    for (char **signed_name = signature->names; *signed_name; signed_name++)
        if (g_ascii_strcasecmp(*signed_name, name) == 0)
            return true;
    return false;
}
