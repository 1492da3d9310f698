/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat return: sends a held letter back to its sender, with guidance and a note. */
#include "cli/decide.h"

static int
run_return(int argc, char **argv)
{
    ExeatCommon common = {NULL, FALSE};
    g_auto(GStrv) recipients = NULL;
    g_autofree char *note = NULL;
    g_autofree char *role = NULL;
    int status = EXEAT_EXIT_DONE;
    const GOptionEntry entries[] = {
        {"rcpt", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipients, "Only for this recipient; may be given often",
         "ADDRESS"},
        {"note", 0, 0, G_OPTION_ARG_STRING, &note, "Why, for the audit trail", "TEXT"},
        {"as", 0, 0, G_OPTION_ARG_STRING, &role, "The role in which you decide (operator)", "ROLE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_return, entries, &argc, &argv, 1, 1, &common))
        return EXEAT_EXIT_CONFIG;
    g_autofree char *id = exeat_cli_letter_id(argv[1]);
    g_autoptr(ExeatQuarantine) quarantine = id ? exeat_cli_quarantine(&common, true, &status) : NULL;
    if (!quarantine)
        return id ? status : EXEAT_EXIT_CONFIG;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) indices = NULL;
    const ExeatActor actor = exeat_cli_actor(role);
    ExeatDecision decision = {.changed = 0};
    if (!exeat_cli_recipients(quarantine, id, recipients, &indices, &error) ||
        !exeat_quarantine_return(quarantine, id, indices, &actor, note, 0, &decision, &error))
        return exeat_cli_fail(error);
    status = exeat_cli_print_decision(&common, id, "sent back", &decision);
    exeat_decision_clear(&decision);
    return status;
}

const ExeatVerb exeat_verb_return = {
    .name = "return",
    .usage = "[--rcpt ADDRESS …] [--note TEXT] ID",
    .summary = "Send a held letter back to its sender, with guidance",
    .run = run_return,
};
