/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat release and exeat return: the two ways to decide on a held letter, for all or some of its recipients. The clerk
 * then delivers it byte for byte or put right, or tells the sender how to put it right.
 */
#include "cli/decide.h"

typedef bool (*Decide)(ExeatQuarantine *, const char *, const ExeatActor *, const ExeatDecisionOptions *, gint64,
                       ExeatDecision *, GError **);

typedef struct DecideOptions {
    GStrv recipients;
    char *why;
    char *role;
    gboolean put_right;
} DecideOptions;

static void
decide_options_clear(DecideOptions *options)
{
    g_strfreev(options->recipients);
    g_free(options->why);
    g_free(options->role);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DecideOptions, decide_options_clear)

static int
decide_on(const ExeatCommon *common, const DecideOptions *options, const char *typed, Decide decide, const char *done)
{
    int status = EXEAT_EXIT_CONFIG;
    g_autofree char *id = exeat_cli_letter_id(typed);
    g_autoptr(ExeatQuarantine) quarantine = id ? exeat_cli_quarantine(common, true, &status) : NULL;
    if (!quarantine)
        return status;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) indices = NULL;
    const ExeatActor actor = exeat_cli_actor(options->role);
    ExeatDecision decision = {.changed = 0};
    if (!exeat_cli_recipients(quarantine, id, options->recipients, &indices, &error) ||
        !decide(quarantine, id, &actor,
                &(ExeatDecisionOptions){.recipients = indices, .reason = options->why, .put_right = options->put_right},
                0, &decision, &error))
        return exeat_cli_fail(error);
    status = exeat_cli_print_decision(common, id, done, &decision);
    exeat_decision_clear(&decision);
    return status;
}

/* @why_option is what the verb calls the reason. */
static int
run(const ExeatVerb *verb, const char *why_option, Decide decide, const char *done, int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    g_auto(DecideOptions) options = {NULL, NULL, NULL, FALSE};
    const GOptionEntry entries[] = {
        {"rcpt", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.recipients, "Only for this recipient; may be given often",
         "ADDRESS"},
        {why_option, 0, 0, G_OPTION_ARG_STRING, &options.why, "Why, for the audit trail", "TEXT"},
        {"as", 0, 0, G_OPTION_ARG_STRING, &options.role, "The role in which you decide (operator)", "ROLE"},
        /* the last, which only a release has */
        {verb == &exeat_verb_release ? "put-right" : NULL, 0, 0, G_OPTION_ARG_NONE, &options.put_right,
         "Not as it came but put right: initials in the subject, blind copies", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(verb, entries, &argc, &argv, 1, 1, &common))
        return EXEAT_EXIT_CONFIG;
    return decide_on(&common, &options, argv[1], decide, done);
}

static int
run_release(int argc, char **argv)
{
    return run(&exeat_verb_release, "reason", exeat_quarantine_release, "released", argc, argv);
}

static int
run_return(int argc, char **argv)
{
    return run(&exeat_verb_return, "note", exeat_quarantine_return, "sent back", argc, argv);
}

const ExeatVerb exeat_verb_release = {
    .name = "release",
    .usage = "[--rcpt ADDRESS …] [--put-right] [--reason TEXT] ID",
    .summary = "Let a held letter go, to all or some of its recipients",
    .run = run_release,
};

const ExeatVerb exeat_verb_return = {
    .name = "return",
    .usage = "[--rcpt ADDRESS …] [--note TEXT] ID",
    .summary = "Send a held letter back to its sender, with guidance",
    .run = run_return,
};
