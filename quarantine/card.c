/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card as JSON (json-glib). It is read back from a store that others might have written to: every member is checked
 * for its type, and an index beyond the recipients is dropped.
 */
#include <string.h>

#include "base/error.h"
#include "quarantine/card-private.h"
#include "quarantine/secret.h"

#define CARD_VERSION 1

ExeatCard *
exeat_card_new(void)
{
    ExeatCard *card = g_new0(ExeatCard, 1);

    card->recipients = g_ptr_array_new_with_free_func(g_free);
    card->held = g_array_new(false, false, sizeof(guint));
    card->deciders = g_ptr_array_new_with_free_func(g_free);
    card->findings = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_finding_free);
    card->places = g_array_new(false, true, sizeof(ExeatGuidancePlace));
    card->settled = g_array_new(false, true, sizeof(bool));
    return card;
}

void
exeat_card_free(ExeatCard *card)
{
    if (card == NULL)
        return;
    g_free(card->sender);
    g_free(card->account);
    g_ptr_array_unref(card->recipients);
    g_array_unref(card->held);
    g_free(card->subject);
    g_free(card->message_id);
    g_free(card->queue_id);
    g_free(card->client_address);
    g_free(card->notify);
    g_free(card->language);
    g_free(card->role);
    g_ptr_array_unref(card->deciders);
    g_ptr_array_unref(card->findings);
    g_array_unref(card->places);
    g_array_unref(card->settled);
    exeat_edits_free(card->remedy);
    g_free(card);
}

void
exeat_card_add_finding(ExeatCard *card, const ExeatFinding *finding, const ExeatGuidancePlace *place, bool settled)
{
    ExeatGuidancePlace nowhere = {0, EXEAT_GUIDANCE_FILE};

    g_ptr_array_add(card->findings, exeat_finding_copy(finding));
    g_array_append_val(card->places, *(place != NULL ? place : &nowhere));
    g_array_append_val(card->settled, settled);
}

bool
exeat_card_settles(const ExeatCard *card, guint i)
{
    return card->remedy != NULL && i < card->settled->len && g_array_index(card->settled, bool, i);
}

static void
card_add_text(JsonBuilder *builder, const char *name, const char *value)
{
    g_autofree char *valid = value != NULL ? g_utf8_make_valid(value, -1) : NULL;

    json_builder_set_member_name(builder, name);
    if (valid == NULL)
        json_builder_add_null_value(builder);
    else
        json_builder_add_string_value(builder, valid);
}

static void
card_add_number(JsonBuilder *builder, const char *name, gint64 value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

/* Addresses need not be UTF-8 and must come back as they are: what is no UTF-8 is escaped byte by byte. */
char *
card_escape(const char *text)
{
    return text != NULL ? g_uri_escape_bytes((const guint8 *)text, strlen(text), "@+!#$&'*/=?^`{|}~\" ,;:()<>[]\\")
                        : NULL;
}

static void
card_add_texts(JsonBuilder *builder, const char *name, const GPtrArray *values)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (guint i = 0; i < values->len; i++) {
        g_autofree char *escaped = card_escape(g_ptr_array_index(values, i));

        json_builder_add_string_value(builder, escaped);
    }
    json_builder_end_array(builder);
}

static void
card_add_numbers(JsonBuilder *builder, const char *name, const GArray *values)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (guint i = 0; values != NULL && i < values->len; i++)
        json_builder_add_int_value(builder, g_array_index(values, guint, i));
    json_builder_end_array(builder);
}

static void
card_add_finding(JsonBuilder *builder, const ExeatCard *card, guint i)
{
    const ExeatFinding *finding = g_ptr_array_index(card->findings, i);
    const ExeatGuidancePlace *place = &g_array_index(card->places, ExeatGuidancePlace, i);

    json_builder_begin_object(builder);
    card_add_text(builder, "policy", finding->policy);
    card_add_text(builder, "rule", finding->rule);
    card_add_text(builder, "clause", finding->clause);
    card_add_text(builder, "part", finding->part);
    card_add_number(builder, "confidence", (gint64)finding->confidence);
    card_add_number(builder, "zone", (gint64)finding->zone);
    card_add_number(builder, "action", (gint64)finding->action);
    card_add_number(builder, "count", finding->count);
    card_add_number(builder, "data_subjects", finding->data_subjects);
    if (finding->recipients != NULL)
        card_add_numbers(builder, "recipients", finding->recipients);
    card_add_number(builder, "attachment", place->attachment);
    card_add_number(builder, "file", (gint64)place->file);
    if (exeat_card_settles(card, i)) {
        json_builder_set_member_name(builder, "settled");
        json_builder_add_boolean_value(builder, true);
    }
    json_builder_end_object(builder);
}

GBytes *
exeat_card_to_bytes(const ExeatCard *card)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *sender = card_escape(card->sender);
    gsize size = 0;
    char *text;

    json_builder_begin_object(builder);
    card_add_number(builder, "version", CARD_VERSION);
    card_add_text(builder, "sender", sender);
    card_add_text(builder, "account", card->account);
    card_add_texts(builder, "recipients", card->recipients);
    card_add_numbers(builder, "held", card->held);
    card_add_text(builder, "subject", card->subject);
    card_add_text(builder, "message_id", card->message_id);
    card_add_text(builder, "queue_id", card->queue_id);
    card_add_text(builder, "client_address", card->client_address);
    card_add_text(builder, "notify", card->notify);
    card_add_text(builder, "language", card->language);
    card_add_text(builder, "role", card->role);
    card_add_texts(builder, "deciders", card->deciders);
    card_add_number(builder, "received_at", card->received_at);
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; i < card->findings->len; i++)
        card_add_finding(builder, card, i);
    json_builder_end_array(builder);
    card_add_remedy(builder, card);
    card_add_number(builder, "attachments", card->attachments);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    text = json_generator_to_data(generator, &size);
    return exeat_secret_bytes(text, size);
}

static char *
card_text(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_dup_string(node)
               : NULL;
}

static gint64
card_number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : 0;
}

static JsonArray *
card_array(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static bool
card_truth(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
           json_node_get_boolean(node);
}

char *
card_unescape(const char *text)
{
    char *plain = text != NULL ? g_uri_unescape_string(text, NULL) : NULL;
    g_autoptr(GBytes) bytes = NULL;

    if (plain != NULL || text == NULL)
        return plain;
    /* g_uri_unescape_string() wants UTF-8 to come out. */
    bytes = g_uri_unescape_bytes(text, -1, NULL, NULL);
    return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static void
card_read_texts(JsonArray *array, GPtrArray *values)
{
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        const char *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        char *plain = card_unescape(text);

        g_ptr_array_add(values, plain != NULL ? plain : g_strdup(""));
    }
}

static void
card_read_numbers(JsonArray *array, guint below, GArray *values)
{
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        gint64 number = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : -1;
        guint value = (guint)number;

        if (number >= 0 && number < below)
            g_array_append_val(values, value);
    }
}

static void
card_read_finding(JsonObject *object, ExeatCard *card)
{
    g_autofree char *policy = card_text(object, "policy"), *rule = card_text(object, "rule"),
                    *clause = card_text(object, "clause");
    gint64 confidence = card_number(object, "confidence"), zone = card_number(object, "zone"),
           action = card_number(object, "action"), file = card_number(object, "file");
    JsonArray *recipients = card_array(object, "recipients");
    ExeatGuidancePlace place = {(guint)card_number(object, "attachment"), EXEAT_GUIDANCE_FILE};
    g_autoptr(ExeatFinding) finding = NULL;

    if (policy == NULL || rule == NULL)
        return;
    finding = exeat_finding_new(g_intern_string(policy), g_intern_string(rule),
                                (ExeatConfidence)CLAMP(confidence, 0, EXEAT_CONFIDENCE_HIGH));
    finding->clause = g_intern_string(clause);
    g_free(finding->part);
    finding->part = card_text(object, "part");
    finding->zone = (ExeatZone)CLAMP(zone, 0, EXEAT_ZONE_FILE_NAME);
    finding->action = (ExeatAction)CLAMP(action, 0, EXEAT_ACTION_REJECT);
    finding->count = (guint)card_number(object, "count");
    finding->data_subjects = (guint)card_number(object, "data_subjects");
    if (recipients != NULL) {
        finding->recipients = g_array_new(false, false, sizeof(guint));
        card_read_numbers(recipients, card->recipients->len, finding->recipients);
    }
    place.file = (ExeatGuidanceFile)CLAMP(file, 0, EXEAT_GUIDANCE_FILES - 1);
    exeat_card_add_finding(card, finding, &place, card_truth(object, "settled"));
}

static void
card_read(JsonObject *object, ExeatCard *card)
{
    g_autofree char *sender = card_text(object, "sender");
    JsonArray *findings = card_array(object, "findings");

    card->sender = card_unescape(sender);
    if (card->sender == NULL)
        card->sender = g_strdup("");
    card->account = card_text(object, "account");
    card_read_texts(card_array(object, "recipients"), card->recipients);
    card_read_numbers(card_array(object, "held"), card->recipients->len, card->held);
    card->subject = card_text(object, "subject");
    card->message_id = card_text(object, "message_id");
    card->queue_id = card_text(object, "queue_id");
    card->client_address = card_text(object, "client_address");
    card->notify = card_text(object, "notify");
    card->language = card_text(object, "language");
    card->role = card_text(object, "role");
    card_read_texts(card_array(object, "deciders"), card->deciders);
    card->received_at = card_number(object, "received_at");
    card->attachments = (guint)CLAMP(card_number(object, "attachments"), 0, G_MAXUINT);
    for (guint i = 0; findings != NULL && i < json_array_get_length(findings); i++) {
        JsonNode *node = json_array_get_element(findings, i);

        if (JSON_NODE_HOLDS_OBJECT(node))
            card_read_finding(json_node_get_object(node), card);
    }
    card_read_remedy(object, card);
}

bool
exeat_card_from_bytes(GBytes *bytes, ExeatCard **out_card, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(ExeatCard) card = NULL;
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    JsonNode *root;

    /* The parser's own words would quote the text. */
    if (data == NULL || !json_parser_load_from_data(parser, data, (gssize)size, NULL) ||
        (root = json_parser_get_root(parser)) == NULL || !JSON_NODE_HOLDS_OBJECT(root) ||
        card_number(json_node_get_object(root), "version") != CARD_VERSION) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "the card of a letter cannot be read");
        return false;
    }
    card = exeat_card_new();
    card_read(json_node_get_object(root), card);
    *out_card = g_steal_pointer(&card);
    return true;
}
