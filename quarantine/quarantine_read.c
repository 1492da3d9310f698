/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading what was sealed, for the machine. Whoever shows it to a person goes by quarantine_show.c.
 */
#include <json-glib/json-glib.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"
#include "quarantine/secret.h"

static bool
read_unseal(const ExeatQuarantine *quarantine, GBytes *sealed, GBytes **out_plain, GError **error)
{
    if (quarantine->opener == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "held letters cannot be opened without the private key");
        return false;
    }
    return exeat_unseal(quarantine->opener, sealed, out_plain, error);
}

bool
exeat_quarantine_open_card(const ExeatQuarantine *quarantine, GBytes *sealed, ExeatCard **out_card, GError **error)
{
    g_autoptr(GBytes) plain = NULL;

    return read_unseal(quarantine, sealed, &plain, error) && exeat_card_from_bytes(plain, out_card, error);
}

bool
exeat_quarantine_read_card(ExeatQuarantine *quarantine, const char *id, ExeatCard **out_card, GError **error)
{
    g_autoptr(GBytes) sealed = NULL;

    return exeat_store_read_card(quarantine->store, id, &sealed, error) &&
           exeat_quarantine_open_card(quarantine, sealed, out_card, error);
}

bool
exeat_quarantine_read_letter(ExeatQuarantine *quarantine, const char *id, GBytes **out_letter, GError **error)
{
    g_autoptr(GBytes) sealed = NULL;

    return exeat_store_read_letter(quarantine->store, id, &sealed, error) &&
           read_unseal(quarantine, sealed, out_letter, error);
}

GBytes *
exeat_quarantine_put_right(const ExeatCard *card, GBytes *letter)
{
    GBytes *changed;
    gpointer data;
    gsize size = 0;

    if (card->remedy == NULL)
        return g_bytes_ref(letter);
    changed = exeat_edits_apply(card->remedy, letter);
    data = g_bytes_unref_to_data(changed, &size);
    return exeat_secret_bytes(data, size);
}

/* (transfer full) or NULL */
static GBytes *
read_detail(const ExeatQuarantine *quarantine, const ExeatAuditRow *row)
{
    GBytes *plain = NULL;

    if (row->sealed == NULL || quarantine->opener == NULL)
        return NULL;
    plain = exeat_memo_find(quarantine->memo, row->sealed);
    if (plain == NULL && exeat_unseal(quarantine->opener, row->sealed, &plain, NULL))
        exeat_memo_keep(quarantine->memo, row->sealed, plain);
    return plain;
}

void
exeat_quarantine_forget_details(ExeatQuarantine *quarantine)
{
    exeat_memo_forget(quarantine->memo);
}

char *
exeat_quarantine_audit_detail(const ExeatQuarantine *quarantine, const ExeatAuditRow *row, const char *member)
{
    g_autoptr(GBytes) plain = read_detail(quarantine, row);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonNode *root, *node;
    gsize size = 0;
    const char *data;

    if (plain == NULL)
        return NULL;
    data = g_bytes_get_data(plain, &size);
    if (!json_parser_load_from_data(parser, data, (gssize)size, NULL))
        return NULL;
    root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
        return NULL;
    node = json_object_get_member(json_node_get_object(root), member);
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_dup_string(node) : NULL;
}
