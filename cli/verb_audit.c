/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat audit: who held, opened, released what, and when; and whether the trail is whole. */
#include <stdio.h>

#include "cli/decide.h"
#include "quarantine/audit.h"

static void
print_row(const ExeatCommon *common, const ExeatQuarantine *quarantine, const ExeatAuditRow *row)
{
    g_autofree char *who = row->sealed ? exeat_quarantine_audit_detail(quarantine, row, "who") : NULL;
    g_autofree char *why = row->sealed ? exeat_quarantine_audit_detail(quarantine, row, "why") : NULL;
    g_autofree char *when = exeat_cli_when(row->at);
    if (!common->json) {
        printf("%6" G_GINT64_FORMAT "  %-22s %-18s %-16s %s%s%s%s%s\n", row->sequence, when, row->event,
               row->role ? row->role : "", row->letter ? row->letter : "", who ? "  " : "", who ? who : "",
               why ? ": " : "", why ? why : "");
        return;
    }
    const struct {
        const char *name, *value;
    } members[] = {
        {"event", row->event}, {"letter", row->letter}, {"role", row->role}, {"detail", row->detail}, {"who", who},
        {"why", why},          {"hash", row->hash}};
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "sequence");
    json_builder_add_int_value(json, row->sequence);
    json_builder_set_member_name(json, "at");
    json_builder_add_int_value(json, row->at);
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        if (!members[i].value)
            continue;
        exeat_cli_add_text(json, members[i].name, members[i].value);
    }
    json_builder_end_object(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

static int
list(const ExeatCommon *common, ExeatQuarantine *quarantine, const char *letter)
{
    g_autoptr(GError) error = NULL;
    for (gint64 after = 0;;) {
        g_autoptr(GPtrArray) rows = NULL;
        if (!exeat_store_audit(exeat_quarantine_store(quarantine), letter, after, &rows, &error))
            return exeat_cli_fail(error);
        if (rows->len == 0)
            return EXEAT_EXIT_DONE;
        for (guint i = 0; i < rows->len; i++) {
            const ExeatAuditRow *row = g_ptr_array_index(rows, i);
            print_row(common, quarantine, row);
            after = row->sequence;
        }
    }
}

static int
verify(const ExeatCommon *common, ExeatQuarantine *quarantine)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;
    if (!exeat_audit_verify(exeat_quarantine_store(quarantine), &report, &error))
        return exeat_cli_fail(error);
    if (common->json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_object(json);
        json_builder_set_member_name(json, "whole");
        json_builder_add_boolean_value(json, report->whole);
        json_builder_set_member_name(json, "rows");
        json_builder_add_int_value(json, report->rows);
        json_builder_set_member_name(json, "broken_at");
        json_builder_add_int_value(json, report->broken_at);
        exeat_cli_add_text(json, "head", report->head ? report->head : "");
        json_builder_end_object(json);
        exeat_cli_print_json(json_builder_get_root(json));
    } else if (report->whole) {
        printf("The trail is whole: %" G_GINT64_FORMAT " rows, ending in %s.\n", report->rows, report->head);
    } else {
        printf("The trail is broken at row %" G_GINT64_FORMAT ": %s.\n", report->broken_at, report->reason);
    }
    return report->whole ? EXEAT_EXIT_DONE : EXEAT_EXIT_FAILED;
}

static int
run_audit(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    int status = EXEAT_EXIT_DONE;
    if (!exeat_cli_parse(&exeat_verb_audit, NULL, &argc, &argv, 1, 2, &common))
        return EXEAT_EXIT_CONFIG;
    bool verifying = g_str_equal(argv[1], "verify");
    if (!verifying && !g_str_equal(argv[1], "list")) {
        fprintf(stderr, "exeat audit: write list or verify\n");
        return EXEAT_EXIT_CONFIG;
    }
    g_autofree char *id = argc > 2 ? exeat_cli_letter_id(argv[2]) : NULL;
    if (argc > 2 && !id)
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatQuarantine) quarantine = exeat_cli_quarantine(&common, !verifying, &status);
    if (!quarantine)
        return status;
    return verifying ? verify(&common, quarantine) : list(&common, quarantine, id);
}

const ExeatVerb exeat_verb_audit = {
    .name = "audit",
    .usage = "list [ID] | verify",
    .summary = "Show the audit trail, or prove that it is whole",
    .run = run_audit,
};
