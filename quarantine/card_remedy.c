/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The remedy of a card: edits of header fields, which the clerk will one day write into a letter. They are looked at
 * when they are frozen and again when they are read back, since a value with a line end of its own would be a header
 * field, or a body, that nobody has judged.
 */
#include <string.h>

#include "quarantine/card-private.h"

/* RFC 5322 3.6.8: printable ASCII without a colon. */
static bool
remedy_name_is_sound(const char *name)
{
    gsize length = strnlen(name, EXEAT_CARD_EDIT_NAME_BYTES + 1);

    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isgraph(name[i]) || name[i] == ':')
            return false;
    }
    return length > 0 && length <= EXEAT_CARD_EDIT_NAME_BYTES;
}

/* A line end only as part of a fold (RFC 5322 2.2.3). */
static bool
remedy_value_is_sound(const char *value)
{
    if (strnlen(value, EXEAT_CARD_EDIT_VALUE_BYTES + 1) > EXEAT_CARD_EDIT_VALUE_BYTES)
        return false;
    for (const char *p = value; *p != '\0'; p++) {
        if ((*p == '\r' && p[1] != '\n') || (*p == '\n' && p[1] != ' ' && p[1] != '\t'))
            return false;
    }
    return true;
}

static bool
remedy_edit_is_sound(const char *name, gint64 index, const char *value)
{
    return name != NULL && remedy_name_is_sound(name) && index > 0 && index <= G_MAXINT &&
           (value == NULL || remedy_value_is_sound(value));
}

static bool
remedy_is_sound(const ExeatEdits *edits)
{
    guint count = exeat_edits_count(edits);

    for (guint i = 0; i < count && count <= EXEAT_CARD_EDITS_MOST; i++) {
        const ExeatEdit *edit = exeat_edits_get(edits, i);

        if (!remedy_edit_is_sound(edit->name, edit->index, edit->value))
            return false;
    }
    return count > 0 && count <= EXEAT_CARD_EDITS_MOST;
}

static void
remedy_drop(ExeatCard *card)
{
    g_clear_pointer(&card->remedy, exeat_edits_free);
    for (guint i = 0; i < card->settled->len; i++)
        g_array_index(card->settled, bool, i) = false;
}

bool
exeat_card_set_remedy(ExeatCard *card, const ExeatEdits *edits)
{
    g_autoptr(ExeatEdits) copy = NULL;

    if (edits == NULL || !remedy_is_sound(edits)) {
        remedy_drop(card);
        return false;
    }
    copy = exeat_edits_new();
    for (guint i = 0; i < exeat_edits_count(edits); i++) {
        const ExeatEdit *edit = exeat_edits_get(edits, i);

        exeat_edits_set(copy, edit->name, edit->index, edit->value);
    }
    g_clear_pointer(&card->remedy, exeat_edits_free);
    card->remedy = g_steal_pointer(&copy);
    return true;
}

void
card_add_remedy(JsonBuilder *builder, const ExeatCard *card)
{
    if (card->remedy == NULL)
        return;
    json_builder_set_member_name(builder, "remedy");
    json_builder_begin_array(builder);
    for (guint i = 0; i < exeat_edits_count(card->remedy); i++) {
        const ExeatEdit *edit = exeat_edits_get(card->remedy, i);
        g_autofree char *value = card_escape(edit->value);

        json_builder_begin_object(builder);
        json_builder_set_member_name(builder, "name");
        json_builder_add_string_value(builder, edit->name);
        json_builder_set_member_name(builder, "index");
        json_builder_add_int_value(builder, edit->index);
        json_builder_set_member_name(builder, "value");
        if (value != NULL)
            json_builder_add_string_value(builder, value);
        else
            json_builder_add_null_value(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* A text, or NULL where there is JSON's null; false for anything else. */
static bool
remedy_read_text(JsonObject *object, const char *name, const char **out_text)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || JSON_NODE_HOLDS_NULL(node)) {
        *out_text = NULL;
        return node != NULL;
    }
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
        return false;
    *out_text = json_node_get_string(node);
    return true;
}

static bool
remedy_read_edit(JsonNode *node, ExeatEdits *edits)
{
    JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    JsonNode *number = object != NULL ? json_object_get_member(object, "index") : NULL;
    gint64 index = number != NULL && JSON_NODE_HOLDS_VALUE(number) ? json_node_get_int(number) : 0;
    const char *name = NULL, *text = NULL;
    g_autofree char *value = NULL;

    if (object == NULL || !remedy_read_text(object, "name", &name) || !remedy_read_text(object, "value", &text))
        return false;
    value = card_unescape(text);
    if ((text != NULL && value == NULL) || !remedy_edit_is_sound(name, index, value))
        return false;
    exeat_edits_set(edits, name, (guint)index, value);
    return true;
}

void
card_read_remedy(JsonObject *object, ExeatCard *card)
{
    JsonNode *node = json_object_get_member(object, "remedy");
    JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    guint count = array != NULL ? json_array_get_length(array) : 0;
    g_autoptr(ExeatEdits) edits = exeat_edits_new();
    bool sound = count <= EXEAT_CARD_EDITS_MOST;

    for (guint i = 0; i < count && sound; i++)
        sound = remedy_read_edit(json_array_get_element(array, i), edits);
    exeat_card_set_remedy(card, sound ? edits : NULL);
}
