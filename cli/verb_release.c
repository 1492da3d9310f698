/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat release: lets a held letter go, to all or to some. The clerk delivers it, byte for byte. */
#include "cli/decide.h"

static int
run_release(int argc, char **argv)
{
    ExeatCommon common = {NULL, FALSE};
    g_auto(GStrv) recipients = NULL;
    g_autofree char *reason = NULL;
    g_autofree char *role = NULL;
    int status = EXEAT_EXIT_DONE;
    const GOptionEntry entries[] = {
        {"rcpt", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipients, "Only for this recipient; may be given often",
         "ADDRESS"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why, for the audit trail", "TEXT"},
        {"as", 0, 0, G_OPTION_ARG_STRING, &role, "The role in which you decide (operator)", "ROLE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_release, entries, &argc, &argv, 1, 1, &common))
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
        !exeat_quarantine_release(quarantine, id, indices, &actor, reason, 0, &decision, &error))
        return exeat_cli_fail(error);
    status = exeat_cli_print_decision(&common, id, "released", &decision);
    exeat_decision_clear(&decision);
    return status;
}

const ExeatVerb exeat_verb_release = {
    .name = "release",
    .usage = "[--rcpt ADDRESS …] [--reason TEXT] ID",
    .summary = "Let a held letter go, to all or some of its recipients",
    .run = run_release,
};
