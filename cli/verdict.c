/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict as JSON and as words. */
#include "cli/cli.h"

static void
add_recipients(JsonBuilder *json, const ExeatMessage *message, const GArray *indices)
{
    const GPtrArray *recipients = exeat_message_envelope(message)->recipients;
    guint count = indices ? indices->len : recipients->len;
    json_builder_begin_array(json);
    for (guint i = 0; i < count; i++)
        json_builder_add_string_value(json,
                                      g_ptr_array_index(recipients, indices ? g_array_index(indices, guint, i) : i));
    json_builder_end_array(json);
}

static void
add_count(JsonBuilder *json, const char *name, guint value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

static void
add_finding(JsonBuilder *json, const ExeatMessage *message, const ExeatFinding *finding)
{
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "policy", finding->policy);
    exeat_cli_add_text(json, "rule", finding->rule);
    exeat_cli_add_text(json, "confidence", exeat_confidence_name(finding->confidence));
    exeat_cli_add_text(json, "part", finding->part);
    exeat_cli_add_text(json, "zone", exeat_zone_name(finding->zone));
    exeat_cli_add_text(json, "cell", finding->cell);
    add_count(json, "count", finding->count);
    add_count(json, "subjects", finding->data_subjects);
    json_builder_set_member_name(json, "recipients");
    add_recipients(json, message, finding->recipients);
    exeat_cli_add_text(json, "clause", finding->clause);
    exeat_cli_add_text(json, "action", exeat_action_name(finding->action));
    json_builder_end_object(json);
}

static void
add_reply(JsonBuilder *json, const ExeatReply *reply)
{
    json_builder_set_member_name(json, "reply");
    if (!reply) {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_object(json);
    add_count(json, "code", reply->code);
    exeat_cli_add_text(json, "enhanced", reply->enhanced);
    exeat_cli_add_text(json, "text", reply->text);
    json_builder_end_object(json);
}

JsonNode *
exeat_cli_verdict_json(const char *file, const ExeatMessage *message, const ExeatVerdict *verdict)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autofree char *subject = exeat_edits_preview(verdict->edits, "Subject");
    g_autofree char *to = exeat_edits_preview(verdict->edits, "To");
    /* What is only observed touches nothing, so for the letter it is a pass. */
    ExeatAction action = verdict->action == EXEAT_ACTION_OBSERVE ? EXEAT_ACTION_PASS : verdict->action;
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "file", file);
    exeat_cli_add_text(json, "verdict", exeat_action_name(action));
    json_builder_set_member_name(json, "held_recipients");
    add_recipients(json, message, verdict->held);
    exeat_cli_add_text(json, "subject", subject);
    exeat_cli_add_text(json, "to", to);
    add_reply(json, verdict->reply);
    json_builder_set_member_name(json, "findings");
    json_builder_begin_array(json);
    for (guint i = 0; i < verdict->findings->len; i++)
        add_finding(json, message, g_ptr_array_index(verdict->findings, i));
    json_builder_end_array(json);
    json_builder_end_object(json);
    return json_builder_get_root(json);
}

char *
exeat_cli_finding_text(const ExeatFinding *finding)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s: %s", finding->policy, finding->rule);
    if (finding->count > 1)
        g_string_append_printf(text, " × %u", finding->count);
    if (finding->data_subjects > 1)
        g_string_append_printf(text, ", %u people", finding->data_subjects);
    g_string_append_printf(text, " (%s", exeat_zone_name(finding->zone));
    if (finding->part && *finding->part && g_ascii_isdigit(*finding->part))
        g_string_append_printf(text, " %s", finding->part);
    if (finding->cell)
        g_string_append_printf(text, ", %s", finding->cell);
    g_string_append_printf(text, ", %s) → %s", exeat_confidence_name(finding->confidence),
                           exeat_action_name(finding->action));
    return g_string_free(text, FALSE);
}
