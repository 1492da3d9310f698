/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Edits of a letter's header: the list itself, a new subject, and applying to bytes. Applying finds fields with the
 * same scanner as reading (message/headers.c), so that an index means one field everywhere. Hiding recipients is
 * message/hide.c.
 *
 * An ExeatEdits owns its strings and belongs to one thread. Letters are hostile; what is not edited is copied
 * untouched.
 */
#include "message/edit.h"

#include "message/edit-private.h"
#include "message/encoded_word.h"
#include "message/headers.h"

struct ExeatEdits {
    GPtrArray *list; /* of ExeatEdit */
};

static void
edit_free(ExeatEdit *edit)
{
    g_free(edit->name);
    g_free(edit->value);
    g_free(edit);
}

ExeatEdits *
exeat_edits_new(void)
{
    ExeatEdits *edits = g_new0(ExeatEdits, 1);
    edits->list = g_ptr_array_new_with_free_func((GDestroyNotify)edit_free);
    return edits;
}

void
exeat_edits_free(ExeatEdits *edits)
{
    if (edits == NULL)
        return;
    g_ptr_array_unref(edits->list);
    g_free(edits);
}

guint
exeat_edits_count(const ExeatEdits *edits)
{
    return edits->list->len;
}

const ExeatEdit *
exeat_edits_get(const ExeatEdits *edits, guint i)
{
    return edits->list->pdata[i];
}

static ExeatEdit *
edit_find(const ExeatEdits *edits, const char *name, gsize length, guint index)
{
    for (guint i = 0; i < edits->list->len; i++) {
        ExeatEdit *edit = edits->list->pdata[i];
        if (edit->index == index && strlen(edit->name) == length && g_ascii_strncasecmp(edit->name, name, length) == 0)
            return edit;
    }
    return NULL;
}

void
exeat_edits_set(ExeatEdits *edits, const char *name, guint index, const char *value)
{
    ExeatEdit *edit = edit_find(edits, name, strlen(name), index);
    if (edit == NULL) {
        edit = g_new0(ExeatEdit, 1);
        edit->name = g_strdup(name);
        edit->index = index;
        g_ptr_array_add(edits->list, edit);
    }
    g_free(edit->value);
    edit->value = g_strdup(value);
}

static bool
edit_has_crlf(GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    const char *feed = length > 0 ? memchr(data, '\n', length) : NULL;
    return feed == NULL || (feed > data && feed[-1] == '\r');
}

const char *
exeat_edit_eol(const ExeatMessage *message)
{
    return edit_has_crlf(exeat_message_bytes(message)) ? "\r\n" : "\n";
}

void
exeat_edits_remove_further(ExeatEdits *edits, const ExeatMessage *message, const char *name)
{
    const GPtrArray *headers = exeat_message_headers(message);
    guint index = 0;
    for (guint i = 0; i < headers->len; i++)
        if (g_ascii_strcasecmp(((const ExeatHeader *)headers->pdata[i])->name, name) == 0 && ++index > 1)
            exeat_edits_set(edits, name, index, NULL);
}

void
exeat_edits_set_subject(ExeatEdits *edits, const ExeatMessage *message, const char *subject)
{
    g_autofree char *line = g_strdelimit(g_strdup(subject), "\r\n\t", ' ');
    g_autofree char *raw = exeat_header_encode("Subject", line, exeat_edit_eol(message));
    exeat_edits_set(edits, "Subject", 1, raw);
    exeat_edits_remove_further(edits, message, "Subject");
}

char *
exeat_edits_preview(const ExeatEdits *edits, const char *name)
{
    for (guint i = 0; i < edits->list->len; i++) {
        const ExeatEdit *edit = edits->list->pdata[i];
        if (edit->value != NULL && g_ascii_strcasecmp(edit->name, name) == 0)
            return exeat_header_decode(edit->value, strlen(edit->value), NULL);
    }
    return NULL;
}

static void
edit_append_field(GByteArray *out, const char *name, gsize name_length, const char *value, bool crlf)
{
    g_byte_array_append(out, (const guint8 *)name, (guint)name_length);
    g_byte_array_append(out, (const guint8 *)": ", 2);
    g_byte_array_append(out, (const guint8 *)value, (guint)strlen(value));
    g_byte_array_append(out, (const guint8 *)(crlf ? "\r\n" : "\n"), crlf ? 2 : 1);
}

typedef struct Applying {
    GByteArray *out;
    GHashTable *counts; /* lower-case name to fields seen */
    const char *data;
    gsize done; /* bytes of data copied or left out */
    bool crlf;
} Applying;

static void
edit_copy_to(Applying *applying, gsize end)
{
    gsize length = end - applying->done;
    if (length > 0 && length <= G_MAXUINT)
        g_byte_array_append(applying->out, (const guint8 *)applying->data + applying->done, (guint)length);
    applying->done = end;
}

static void
edit_apply_field(Applying *applying, const ExeatEdits *edits, const ExeatField *field)
{
    const char *name = applying->data + field->start;
    g_autofree char *key = g_ascii_strdown(name, (gssize)field->name_length);
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(applying->counts, key)) + 1;
    g_hash_table_insert(applying->counts, g_steal_pointer(&key), GUINT_TO_POINTER(index));
    const ExeatEdit *edit = edit_find(edits, name, field->name_length, index);
    if (edit == NULL)
        return;
    edit_copy_to(applying, field->start);
    if (edit->value != NULL)
        edit_append_field(applying->out, name, field->name_length, edit->value, applying->crlf);
    applying->done = field->end;
}

/* Fields that the letter does not have yet. */
static void
edit_add_fields(Applying *applying, const ExeatEdits *edits)
{
    for (guint i = 0; i < edits->list->len; i++) {
        const ExeatEdit *edit = edits->list->pdata[i];
        g_autofree char *key = g_ascii_strdown(edit->name, -1);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(applying->counts, key));
        if (edit->value != NULL && edit->index > count)
            edit_append_field(applying->out, edit->name, strlen(edit->name), edit->value, applying->crlf);
    }
}

GBytes *
exeat_edits_apply(const ExeatEdits *edits, GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    if (edits->list->len == 0 || length > G_MAXUINT / 2)
        return g_bytes_ref(bytes);
    data = data != NULL ? data : "";
    g_auto(ExeatHeaderBlock) block;
    exeat_headers_scan(data, length, G_MAXUINT, G_MAXSIZE, &block);
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Applying applying = {.out = g_byte_array_sized_new((guint)length + 512),
                         .counts = counts,
                         .data = data,
                         .crlf = edit_has_crlf(bytes)};
    for (guint i = 0; i < block.fields->len; i++)
        edit_apply_field(&applying, edits, &g_array_index(block.fields, ExeatField, i));
    if (applying.done < block.fields_end)
        edit_copy_to(&applying, block.fields_end);
    edit_add_fields(&applying, edits);
    edit_copy_to(&applying, length);
    return g_byte_array_free_to_bytes(applying.out);
}
