/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes addresses out of To and Cc. What stays is copied as it was written, display names encoded as they were; only
 * the folding between addresses is new. Owns nothing. The lists are hostile: what is no address stays where it stood.
 */
#include "message/address_list.h"
#include "message/edit-private.h"

#define LINE_COLUMNS 78
#define HIDE_MAX 100000 /* mailboxes of one field that are looked at; more than any letter may name */

typedef struct Hiding {
    GString *out;
    const char *eol;
    gsize column;
    bool comma;  /* the next entry needs one before it */
    gsize group; /* where an open group's name begins in out, G_MAXSIZE if none is open */
    guint members;
    bool hidden; /* something was left out */
} Hiding;

/* A carriage return by itself is a line end to some programs: what is written anew has none. */
static void
hide_append_text(GString *out, const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        g_string_append_c(out, text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n') ? ' ' : text[i]);
}

static void
hide_append(Hiding *hiding, const char *text, gsize length)
{
    if (hiding->comma)
        g_string_append_c(hiding->out, ',');
    if (hiding->out->len > 0) {
        bool fold = hiding->column + 3 + length > LINE_COLUMNS; /* a comma before, a space, and a comma behind */
        g_string_append(hiding->out, fold ? hiding->eol : "");
        g_string_append_c(hiding->out, ' ');
        hiding->column = fold ? 1 : hiding->column + 2;
    }
    hide_append_text(hiding->out, text, length);
    const char *feed = memrchr(text, '\n', length);
    hiding->column = feed != NULL ? (gsize)(text + length - feed) - 1 : hiding->column + length;
}

/* True if one of the addresses at the place of entry *@k is hidden; *@k moves to the last of them. */
static bool
hide_wants(const GPtrArray *entries, guint *k, GHashTable *keys)
{
    const ExeatEntry *first = entries->pdata[*k];
    bool wanted = false;
    for (guint i = *k; i < entries->len; i++) {
        const ExeatEntry *entry = entries->pdata[i];
        if (entry->kind != EXEAT_ENTRY_MAILBOX || entry->start != first->start)
            break;
        g_autofree char *key = exeat_address_key(entry->address->mailbox);
        wanted = wanted || g_hash_table_contains(keys, key);
        *k = i;
    }
    return wanted;
}

static void
hide_entry(Hiding *hiding, const GPtrArray *entries, guint *k, const char *raw, GHashTable *keys)
{
    const ExeatEntry *entry = entries->pdata[*k];
    const char *text = raw + entry->start;
    gsize length = entry->end - entry->start;
    switch (entry->kind) {
    case EXEAT_ENTRY_GROUP_BEGIN:
        hide_append(hiding, text, length);
        hiding->group = 0;
        hiding->comma = false;
        break;
    case EXEAT_ENTRY_GROUP_END:
        g_string_append_c(hiding->out, ';');
        hiding->group = G_MAXSIZE;
        hiding->comma = true;
        break;
    case EXEAT_ENTRY_MAILBOX:
        if (hide_wants(entries, k, keys)) {
            hiding->hidden = true;
            break;
        }
        hiding->members++;
        /* fall through */
    case EXEAT_ENTRY_OTHER:
        hide_append(hiding, text, length);
        hiding->comma = true;
        break;
    default:
        break;
    }
}

static void
hide_field(ExeatEdits *edits, const ExeatMessage *message, const char *name, const char *when_empty, GHashTable *keys)
{
    const GPtrArray *headers = exeat_message_headers(message);
    Hiding hiding = {
        .out = g_string_new(NULL), .eol = exeat_edit_eol(message), .column = strlen(name) + 2, .group = G_MAXSIZE};
    for (guint i = 0; i < headers->len; i++) {
        const ExeatHeader *header = headers->pdata[i];
        if (g_ascii_strcasecmp(header->name, name) != 0)
            continue;
        g_autoptr(GPtrArray) entries = exeat_address_list_parse(header->raw, strlen(header->raw), NULL, HIDE_MAX);
        for (guint k = 0; k < entries->len; k++)
            hide_entry(&hiding, entries, &k, header->raw, keys);
        if (hiding.group != G_MAXSIZE) { /* nobody closed it */
            g_string_append_c(hiding.out, ';');
            hiding.group = G_MAXSIZE;
            hiding.comma = true;
        }
    }
    if (hiding.hidden) {
        exeat_edits_set(edits, name, 1, hiding.members > 0 ? hiding.out->str : when_empty);
        exeat_edits_remove_further(edits, message, name);
    }
    g_string_free(hiding.out, TRUE);
}

void
exeat_edits_hide_recipients(ExeatEdits *edits, const ExeatMessage *message, GHashTable *keys)
{
    hide_field(edits, message, "To", "undisclosed-recipients:;", keys);
    hide_field(edits, message, "Cc", NULL, keys);
}
