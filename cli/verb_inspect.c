/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat inspect: what exeat sees in a message or a file, so that a network manager can tell why. A file that is no
 * message is looked at as the attachment that it would be. It prints the text itself: for the eyes of whoever may read
 * the file anyway.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "policies/detect/scan.h"

/* True if the file begins as a message does: a header field, or the From_ line of a mailbox. */
static bool
is_message(const char *file, GBytes *bytes)
{
    gsize length = 0;
    const char *text = g_bytes_get_data(bytes, &length);
    if (g_str_has_suffix(file, ".eml") || g_str_has_suffix(file, ".msg.txt"))
        return true;
    gsize name = 0;
    while (name < length && (g_ascii_isalnum(text[name]) || text[name] == '-'))
        name++;
    return name > 0 && name + 1 < length &&
           ((text[name] == ':' && g_ascii_isspace(text[name + 1])) || (name == 4 && memcmp(text, "From ", 5) == 0));
}

/* A letter with the file as its only part. */
static GBytes *
wrap_file(const char *file, GBytes *bytes)
{
    g_autofree char *name = g_path_get_basename(file);
    g_autofree char *encoded_name = g_uri_escape_string(name, NULL, FALSE);
    g_autofree char *body = g_base64_encode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_autoptr(GString) letter = g_string_new("MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
                                             "Content-Transfer-Encoding: base64\r\n");
    g_string_append_printf(letter, "Content-Disposition: attachment; filename*=UTF-8''%s\r\n\r\n", encoded_name);
    gsize length = strlen(body);
    for (gsize at = 0; at < length; at += 76)
        g_string_append_printf(letter, "%.76s\r\n", body + at);
    return g_string_free_to_bytes(g_steal_pointer(&letter));
}

typedef struct Detection {
    guint count;
    guint confidence;
} Detection;

static void
count_hits(const GArray *hits, Detection detections[EXEAT_RULE_COUNT])
{
    for (guint i = 0; i < hits->len; i++) {
        const ExeatHit *hit = &g_array_index(hits, ExeatHit, i);
        detections[hit->rule].count++;
        detections[hit->rule].confidence = MAX(detections[hit->rule].confidence, hit->confidence);
    }
}

static void
add_detection(JsonBuilder *json, const char *rule, const Detection *detection)
{
    if (detection->count == 0 || detection->confidence < 40)
        return;
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "rule", rule);
    exeat_cli_add_text(json, "confidence", exeat_confidence_name(exeat_confidence_of(detection->confidence)));
    json_builder_set_member_name(json, "count");
    json_builder_add_int_value(json, detection->count);
    json_builder_end_object(json);
}

/* What the detectors found in all texts of one part (NULL: the subject). */
static void
add_detections(JsonBuilder *json, const ExeatScan *scan, const ExeatPart *part)
{
    Detection detections[EXEAT_RULE_COUNT] = {{0, 0}};
    Detection names = {0, 0};
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        if (scanned->text->part != part)
            continue;
        count_hits(scanned->hits, detections);
        count_hits(scanned->terms, detections);
        for (guint k = 0; k < scanned->names->len; k++) {
            names.count++;
            names.confidence = MAX(names.confidence, g_array_index(scanned->names, ExeatNameMatch, k).confidence);
        }
    }
    json_builder_set_member_name(json, "detections");
    json_builder_begin_array(json);
    add_detection(json, "name", &names);
    for (guint rule = 0; rule < EXEAT_RULE_COUNT; rule++)
        add_detection(json, exeat_rule_name(rule), &detections[rule]);
    json_builder_end_array(json);
}

static char *
text_of(const ExeatMessage *message, const ExeatPart *part)
{
    GString *all = g_string_new(NULL);
    const GPtrArray *texts = exeat_message_texts(message);
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);
        if (text->part == part && text->zone != EXEAT_ZONE_FILE_NAME)
            g_string_append_printf(all, "%s%s", all->len ? "\n" : "", text->text);
    }
    return g_string_free(all, FALSE);
}

static void
add_part(JsonBuilder *json, const ExeatMessage *message, const ExeatScan *scan, const ExeatPart *part, const char *path)
{
    g_autofree char *text = text_of(message, part);
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "path", path);
    exeat_cli_add_text(json, "type", part->actual_type ? part->actual_type : part->type);
    exeat_cli_add_text(json, "encrypted", exeat_encryption_name(part->encryption));
    exeat_cli_add_text(json, "unreadable", part->unreadable);
    exeat_cli_add_text(json, "suspicious", part->suspicious);
    exeat_cli_add_text(json, "text", text);
    add_detections(json, scan, part);
    json_builder_end_object(json);
}

static void
add_subject(JsonBuilder *json, const ExeatMessage *message, const ExeatScan *scan)
{
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "path", "subject");
    exeat_cli_add_text(json, "type", "text/plain");
    exeat_cli_add_text(json, "encrypted", "no");
    exeat_cli_add_text(json, "unreadable", NULL);
    exeat_cli_add_text(json, "suspicious", NULL);
    exeat_cli_add_text(json, "text", exeat_message_subject(message));
    add_detections(json, scan, NULL);
    json_builder_end_object(json);
}

/* What a message is as a whole: sealed if nothing in it can be read by a stranger. Signatures and pictures say nothing.
 */
static ExeatEncryption
message_encryption(const GPtrArray *parts)
{
    guint sealed = 0, weak = 0, plain = 0;
    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);
        weak += part->encryption == EXEAT_ENCRYPTION_WEAK;
        sealed += part->encryption == EXEAT_ENCRYPTION_YES || part->encryption == EXEAT_ENCRYPTION_WEAK;
        plain += part->encryption != EXEAT_ENCRYPTION_YES && part->encryption != EXEAT_ENCRYPTION_WEAK &&
                 (part->kind == EXEAT_PART_TEXT || part->kind == EXEAT_PART_DOCUMENT) && part->size > 0;
    }
    if (sealed == 0)
        return EXEAT_ENCRYPTION_NO;
    return plain > 0 ? EXEAT_ENCRYPTION_PARTIAL : weak > 0 ? EXEAT_ENCRYPTION_WEAK : EXEAT_ENCRYPTION_YES;
}

/* The outcome for the file as a whole: that of its only part, or of a message. */
static void
add_whole(JsonBuilder *json, const char *file, const GPtrArray *parts, const ExeatPart *only)
{
    ExeatEncryption encryption = only ? only->encryption : message_encryption(parts);
    exeat_cli_add_text(json, "file", file);
    exeat_cli_add_text(json, "type", !only ? "message/rfc822" : only->actual_type ? only->actual_type : only->type);
    exeat_cli_add_text(json, "encrypted", exeat_encryption_name(encryption));
    exeat_cli_add_text(json, "unreadable", only ? only->unreadable : NULL);
    exeat_cli_add_text(json, "suspicious", only ? only->suspicious : NULL);
}

/* In a file that was wrapped its own name stands for the number that it had as an attachment. (transfer full) */
static char *
shown_path(const char *file, const ExeatPart *part, const ExeatPart *only)
{
    g_autofree char *name = g_path_get_basename(file);
    if (!only || !g_str_has_prefix(part->path, only->path))
        return g_strdup(part->path);
    return g_strconcat(name, part->path + strlen(only->path), NULL);
}

static JsonNode *
inspect_json(const char *file, const ExeatMessage *message, const ExeatScan *scan, bool wrapped)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    const GPtrArray *parts = exeat_message_parts(message);
    const ExeatPart *only = wrapped && parts->len > 0 ? g_ptr_array_index(parts, 0) : NULL;
    json_builder_begin_object(json);
    add_whole(json, file, parts, only);
    json_builder_set_member_name(json, "parts");
    json_builder_begin_array(json);
    if (!wrapped)
        add_subject(json, message, scan);
    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);
        g_autofree char *path = shown_path(file, part, only);
        if (part == only || part->kind != EXEAT_PART_CONTAINER || part->unreadable ||
            part->encryption != EXEAT_ENCRYPTION_NO)
            add_part(json, message, scan, part, path);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
    return json_builder_get_root(json);
}

static void
print_plain(JsonNode *node)
{
    JsonObject *whole = json_node_get_object(node);
    JsonArray *parts = json_object_get_array_member(whole, "parts");
    printf("%s: %s\n", json_object_get_string_member(whole, "file"), json_object_get_string_member(whole, "type"));
    for (guint i = 0; i < json_array_get_length(parts); i++) {
        JsonObject *part = json_array_get_object_element(parts, i);
        JsonArray *found = json_object_get_array_member(part, "detections");
        printf("  %-10s %s, encrypted: %s", json_object_get_string_member(part, "path"),
               json_object_get_string_member(part, "type"), json_object_get_string_member(part, "encrypted"));
        static const char *const remarks[] = {"unreadable", "suspicious"};
        for (guint k = 0; k < G_N_ELEMENTS(remarks); k++)
            if (!json_object_get_null_member(part, remarks[k]))
                printf(", %s: %s", remarks[k], json_object_get_string_member(part, remarks[k]));
        printf(", %zu bytes of text\n", strlen(json_object_get_string_member(part, "text")));
        for (guint k = 0; k < json_array_get_length(found); k++) {
            JsonObject *detection = json_array_get_object_element(found, k);
            printf("             %s × %" G_GINT64_FORMAT " (%s)\n", json_object_get_string_member(detection, "rule"),
                   json_object_get_int_member(detection, "count"),
                   json_object_get_string_member(detection, "confidence"));
        }
    }
    json_node_unref(node);
}

typedef struct InspectWorld {
    const ExeatCommon *common;
    const ExeatSchool *school;
    ExeatDirectory *directory;
    ExeatPool *pool;
} InspectWorld;

static void
inspect_world_clear(InspectWorld *world)
{
    exeat_directory_unref(world->directory);
    exeat_pool_free(world->pool);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(InspectWorld, inspect_world_clear)

static bool
inspect_file(const InspectWorld *world, const char *file, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    if (!exeat_cli_read(file, &bytes, error))
        return false;
    bool wrapped = !is_message(file, bytes);
    g_autoptr(GBytes) letter = wrapped ? wrap_file(file, bytes) : g_bytes_ref(bytes);
    g_autoptr(ExeatMessage)
        message = exeat_message_new_inspected(letter, NULL, NULL, exeat_pool_inspector(world->pool), 0);
    const ExeatScanWorld scan_world = {
        .directory = world->directory, .school = world->school, .now = exeat_message_date(message)};
    g_autoptr(ExeatScan) scan = exeat_scan_new(exeat_message_texts(message), &scan_world);
    JsonNode *node = inspect_json(file, message, scan, wrapped);
    if (world->common->json)
        exeat_cli_print_json(node);
    else
        print_plain(node);
    return true;
}

static bool
open_world(const ExeatSettings *settings, InspectWorld *world, GError **error)
{
    static const ExeatSchool nowhere;
    world->school = settings ? exeat_policy_settings_school(settings->policies) : &nowhere;
    if (!settings)
        world->directory = exeat_directory_new_empty();
    else if (!exeat_settings_open_directory(settings, &world->directory, error))
        return false;
    return exeat_inspect_settings_open(settings ? settings->inspect : NULL, true, &world->pool, error);
}

static int
run_inspect(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    if (!exeat_cli_parse(&exeat_verb_inspect, NULL, &argc, &argv, 1, -1, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatSettings) settings = NULL;
    g_auto(InspectWorld) world = {.common = &common};
    g_autoptr(GError) error = NULL;
    if (common.config && !(settings = exeat_cli_settings(&common)))
        return EXEAT_EXIT_CONFIG;
    if (!open_world(settings, &world, &error))
        return exeat_cli_fail(error);
    int status = EXEAT_EXIT_DONE;
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) failed = NULL;
        if (!inspect_file(&world, argv[i], &failed))
            status = exeat_cli_fail(failed);
    }
    return status;
}

const ExeatVerb exeat_verb_inspect = {
    .name = "inspect",
    .usage = "FILE …",
    .summary = "Show what exeat sees in a message or a file",
    .run = run_inspect,
};
