/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat held: the letters that wait, oldest first. It needs no key and shows nothing of what is in them, so whoever
 * keeps the server may look; reading one is `exeat show`.
 */
#include <stdio.h>

#include "cli/decide.h"

static guint
open_states(void)
{
    guint states = 0;
    for (guint state = 0; state < EXEAT_HELD_STATES; state++)
        if (exeat_held_is_open(state))
            states |= 1u << state;
    return states;
}

static void
print_letter(const ExeatLetterRow *row)
{
    g_autofree char *held_at = exeat_cli_when(row->held_at);
    g_autofree char *states = exeat_cli_states_text(row);
    printf("%s  %s  %s\n", row->id, held_at, row->kind == EXEAT_LETTER_FLAGGED ? "flagged" : states);
    for (guint i = 0; i < row->findings->len; i++) {
        g_autofree char *text = exeat_cli_finding_row_text(&g_array_index(row->findings, ExeatFindingRow, i));
        printf("    %s\n", text);
    }
    if (row->deadline_at > 0 && row->states[EXEAT_HELD_HELD] > 0) {
        g_autofree char *deadline = exeat_cli_when(row->deadline_at);
        printf("    goes back to its sender on %s\n", deadline);
    }
}

static void
add_letter(JsonBuilder *json, const ExeatLetterRow *row)
{
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "id", row->id);
    json_builder_set_member_name(json, "held_at");
    json_builder_add_int_value(json, row->held_at);
    json_builder_set_member_name(json, "deadline_at");
    json_builder_add_int_value(json, row->deadline_at);
    json_builder_set_member_name(json, "bytes");
    json_builder_add_int_value(json, row->size);
    json_builder_set_member_name(json, "states");
    json_builder_begin_object(json);
    for (guint state = 0; state < EXEAT_HELD_STATES; state++) {
        json_builder_set_member_name(json, exeat_held_state_name(state));
        json_builder_add_int_value(json, row->states[state]);
    }
    json_builder_end_object(json);
    json_builder_set_member_name(json, "findings");
    json_builder_begin_array(json);
    for (guint i = 0; i < row->findings->len; i++) {
        const ExeatFindingRow *finding = &g_array_index(row->findings, ExeatFindingRow, i);
        json_builder_begin_object(json);
        exeat_cli_add_text(json, "policy", finding->policy);
        exeat_cli_add_text(json, "rule", finding->rule);
        json_builder_set_member_name(json, "count");
        json_builder_add_int_value(json, finding->count);
        json_builder_set_member_name(json, "subjects");
        json_builder_add_int_value(json, finding->data_subjects);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
print_rows(const ExeatCommon *common, const GPtrArray *rows, bool flagged)
{
    if (common->json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_array(json);
        for (guint i = 0; i < rows->len; i++)
            add_letter(json, g_ptr_array_index(rows, i));
        json_builder_end_array(json);
        exeat_cli_print_json(json_builder_get_root(json));
        return;
    }
    if (rows->len == 0)
        puts(flagged ? "No letter was flagged." : "No letter waits.");
    for (guint i = 0; i < rows->len; i++)
        print_letter(g_ptr_array_index(rows, i));
}

static int
run_held(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    gboolean all = FALSE;
    gboolean flagged = FALSE;
    int status = EXEAT_EXIT_DONE;
    const GOptionEntry entries[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &all, "Also those that are decided", NULL},
        {"flagged", 0, 0, G_OPTION_ARG_NONE, &flagged, "Copies of flagged letters instead", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_held, entries, &argc, &argv, 0, 0, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatQuarantine) quarantine = exeat_cli_quarantine(&common, false, &status);
    if (!quarantine)
        return status;
    ExeatLetterFilter filter = {.states = all || flagged ? 0 : open_states(), .flagged = flagged};
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_store_list(exeat_quarantine_store(quarantine), &filter, &rows, &error))
        return exeat_cli_fail(error);
    print_rows(&common, rows, flagged);
    return EXEAT_EXIT_DONE;
}

const ExeatVerb exeat_verb_held = {
    .name = "held",
    .usage = "[--all] [--flagged]",
    .summary = "List the letters that wait for a decision",
    .run = run_held,
};
