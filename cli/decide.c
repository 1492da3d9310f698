/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/decide.h"

#include <stdio.h>

#include "base/error.h"
#include "quarantine/settings.h"

ExeatQuarantine *
exeat_cli_quarantine(const ExeatCommon *common, bool read, int *out_status)
{
    g_autoptr(ExeatSettings) settings = exeat_cli_settings(common);
    g_autoptr(GError) error = NULL;
    ExeatQuarantine *quarantine = NULL;
    *out_status = EXEAT_EXIT_CONFIG;
    if (!settings)
        return NULL;
    if (!exeat_quarantine_open(settings->config, read ? EXEAT_ACCESS_READ : EXEAT_ACCESS_LIST, &quarantine, &error))
        *out_status = exeat_cli_fail(error);
    return quarantine;
}

ExeatActor
exeat_cli_actor(const char *role)
{
    const char *login = g_getenv("SUDO_USER");
    return (ExeatActor){.role = role ? role : "operator", .address = login ? login : g_get_user_name()};
}

char *
exeat_cli_letter_id(const char *typed)
{
    char *id = exeat_held_parse_id(typed);
    if (!id)
        fprintf(stderr, "exeat: %s is no letter's id; they look like H-7K3M-Q9TX-2B4W (see `exeat held`)\n", typed);
    return id;
}

static bool
find_recipient(const ExeatCard *card, const char *address, guint *out_index)
{
    for (guint i = 0; i < card->recipients->len; i++) {
        if (exeat_deciders_same(g_ptr_array_index(card->recipients, i), address)) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

bool
exeat_cli_recipients(ExeatQuarantine *quarantine, const char *id, char **addresses, GArray **out_indices,
                     GError **error)
{
    *out_indices = NULL;
    if (!addresses)
        return true;
    g_autoptr(ExeatCard) card = NULL;
    if (!exeat_quarantine_read_card(quarantine, id, &card, error))
        return false;
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(guint));
    for (; *addresses; addresses++) {
        guint index = 0;
        if (!find_recipient(card, *addresses, &index)) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "the letter is not to %s", *addresses);
            return false;
        }
        g_array_append_val(indices, index);
    }
    *out_indices = g_steal_pointer(&indices);
    return true;
}

static void
print_decision_json(const char *id, const ExeatDecision *decision)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "id", id);
    exeat_cli_add_text(json, "outcome", exeat_decision_outcome_name(decision->outcome));
    json_builder_set_member_name(json, "recipients");
    json_builder_add_int_value(json, decision->changed);
    if (decision->outcome == EXEAT_DECISION_ALREADY) {
        exeat_cli_add_text(json, "by", decision->by ? decision->by : decision->role);
        json_builder_set_member_name(json, "at");
        json_builder_add_int_value(json, decision->at);
    }
    json_builder_end_object(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

static void
print_already(const char *id, const ExeatDecision *decision)
{
    g_autofree char *when = exeat_cli_when(decision->at);
    const char *what = g_strcmp0(decision->event, "release-decided") == 0 ? "released"
                       : g_strcmp0(decision->event, "expired") == 0       ? "sent back at its deadline"
                                                                          : "sent back";
    fprintf(stderr, "%s was already %s by %s on %s.\n", id, what, decision->by ? decision->by : decision->role, when);
}

int
exeat_cli_print_decision(const ExeatCommon *common, const char *id, const char *done, const ExeatDecision *decision)
{
    int status = decision->outcome == EXEAT_DECISION_DONE ? EXEAT_EXIT_DONE : EXEAT_EXIT_FAILED;
    if (common->json) {
        print_decision_json(id, decision);
        return status;
    }
    switch (decision->outcome) {
    case EXEAT_DECISION_DONE:
        printf("%s: %s for %u %s. The sender is told.\n", id, done, decision->changed,
               decision->changed == 1 ? "recipient" : "recipients");
        break;
    case EXEAT_DECISION_ALREADY:
        print_already(id, decision);
        break;
    case EXEAT_DECISION_OWN:
        fprintf(stderr, "%s is your own letter; somebody else decides on it.\n", id);
        break;
    case EXEAT_DECISION_NO_REMEDY:
        fprintf(stderr, "Nothing is known that would put %s right.\n", id);
        break;
    case EXEAT_DECISION_TWO_PEOPLE:
        fprintf(stderr, "%s is decided on by two people: one asks to open it, and another agrees.\n", id);
        break;
    default:
        fprintf(stderr, "There is no letter %s.\n", id);
    }
    return status;
}

char *
exeat_cli_finding_row_text(const ExeatFindingRow *row)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s: %s", row->policy, row->rule);
    if (row->count > 1)
        g_string_append_printf(text, " × %u", row->count);
    if (row->data_subjects > 1)
        g_string_append_printf(text, ", %u people", row->data_subjects);
    return g_string_free(text, FALSE);
}

char *
exeat_cli_states_text(const ExeatLetterRow *row)
{
    GString *text = g_string_new(NULL);
    for (guint state = 0; state < EXEAT_HELD_STATES; state++)
        if (row->states[state] > 0)
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", row->states[state],
                                   exeat_held_state_name(state));
    return g_string_free(text, FALSE);
}
