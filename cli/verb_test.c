/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat test: what would happen with a letter. Nothing is stored, sent or changed. */
#include <stdio.h>

#include "cli/cli.h"
#include "policies/judge.h"

typedef struct TestOptions {
    char *sender;
    char **recipients;
    char *account;
    char *client;
    char *at;
} TestOptions;

static void
test_options_clear(TestOptions *options)
{
    g_free(options->sender);
    g_strfreev(options->recipients);
    g_free(options->account);
    g_free(options->client);
    g_free(options->at);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestOptions, test_options_clear)

static ExeatEnvelope *
make_envelope(const TestOptions *options, gint64 at)
{
    ExeatEnvelope *envelope = exeat_envelope_new();
    envelope->sender = g_strdup(options->sender);
    envelope->account = options->account && *options->account ? g_strdup(options->account) : NULL;
    envelope->client_address = g_strdup(options->client);
    envelope->received_at = at;
    for (char **recipient = options->recipients; recipient && *recipient; recipient++)
        g_ptr_array_add(envelope->recipients, g_strdup(*recipient));
    return envelope;
}

static void
print_verdict(const char *file, const ExeatMessage *message, const ExeatVerdict *verdict)
{
    printf("%s: %s\n", file, exeat_action_name(verdict->action));
    for (guint i = 0; i < verdict->findings->len; i++) {
        g_autofree char *text = exeat_cli_finding_text(g_ptr_array_index(verdict->findings, i));
        printf("  %s\n", text);
    }
    if (verdict->held->len > 0)
        printf("  held for %u of %u recipients\n", verdict->held->len,
               exeat_message_envelope(message)->recipients->len);
    g_autofree char *subject = exeat_edits_preview(verdict->edits, "Subject");
    g_autofree char *to = exeat_edits_preview(verdict->edits, "To");
    if (subject)
        printf("  subject becomes: %s\n", subject);
    if (to)
        printf("  To becomes: %s\n", to);
    if (verdict->reply)
        printf("  the sender is told: %u %s %s\n", verdict->reply->code, verdict->reply->enhanced,
               verdict->reply->text);
}

typedef struct TestWorld {
    const ExeatCommon *common;
    const ExeatSettings *settings;
    ExeatDirectory *directory;
    ExeatPool *pool;
} TestWorld;

static void
test_world_clear(TestWorld *world)
{
    exeat_directory_unref(world->directory);
    exeat_pool_free(world->pool);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestWorld, test_world_clear)

static bool
test_file(const TestWorld *world, const ExeatEnvelope *envelope, const char *file, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(ExeatVerdict) verdict = NULL;
    if (!exeat_cli_read(file, &bytes, error))
        return false;
    bool bare = !envelope->sender && !envelope->account && envelope->recipients->len == 0;
    g_autoptr(ExeatMessage) message = exeat_message_new_inspected(bytes, bare ? NULL : envelope, NULL,
                                                                  exeat_pool_inspector(world->pool), 0);
    if (!exeat_judge(message, world->settings->policies, world->directory, 0, &verdict, error))
        return false;
    if (world->common->json)
        exeat_cli_print_json(exeat_cli_verdict_json(file, message, verdict));
    else
        print_verdict(file, message, verdict);
    return true;
}

/* Without --rcpt the recipients are those of the header, as a mail program would make them. */
static void
fill_recipients(ExeatEnvelope *envelope, const char *file)
{
    g_autoptr(GBytes) bytes = NULL;
    if (envelope->recipients->len > 0 || !exeat_cli_read(file, &bytes, NULL))
        return;
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    const GPtrArray *recipients = exeat_message_envelope(message)->recipients;
    for (guint i = 0; i < recipients->len; i++)
        g_ptr_array_add(envelope->recipients, g_strdup(g_ptr_array_index(recipients, i)));
}

static int
run_test(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    g_auto(TestOptions) options = {.sender = NULL};
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_STRING, &options.sender, "The envelope's sender", "ADDRESS"},
        {"rcpt", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.recipients, "A recipient; may be given often", "ADDRESS"},
        {"auth", 0, 0, G_OPTION_ARG_STRING, &options.account, "Who signed in", "USER"},
        {"client", 0, 0, G_OPTION_ARG_STRING, &options.client, "Where it comes from", "IP"},
        {"at", 0, 0, G_OPTION_ARG_STRING, &options.at, "When", "TIME"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_test, entries, &argc, &argv, 1, -1, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatSettings) settings = exeat_cli_settings(&common);
    if (!settings)
        return EXEAT_EXIT_CONFIG;
    g_autoptr(GError) error = NULL;
    g_auto(TestWorld) world = {.common = &common, .settings = settings};
    gint64 at = g_get_real_time() / G_USEC_PER_SEC;
    if ((options.at && !exeat_cli_time(options.at, &at, &error)) ||
        !exeat_settings_open_directory(settings, &world.directory, &error) ||
        !exeat_inspect_settings_open(settings->inspect, true, &world.pool, &error))
        return exeat_cli_fail(error);
    int status = EXEAT_EXIT_DONE;
    for (int i = 1; i < argc; i++) {
        g_autoptr(ExeatEnvelope) envelope = make_envelope(&options, at);
        g_autoptr(GError) failed = NULL;
        if (envelope->sender || envelope->account)
            fill_recipients(envelope, argv[i]);
        if (!test_file(&world, envelope, argv[i], &failed))
            status = exeat_cli_fail(failed);
    }
    return status;
}

const ExeatVerb exeat_verb_test = {
    .name = "test",
    .usage = "[--from ADDRESS] [--rcpt ADDRESS …] [--auth USER] [--client IP] [--at TIME] FILE …",
    .summary = "Say what would happen with a letter",
    .run = run_test,
};
