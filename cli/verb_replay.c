/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat replay: what would have happened with past mail. It counts; it prints no name, no subject and no address, so
 * that its output can be shown around.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/mailbox.h"
#include "policies/judge.h"

#define ACTIONS (EXEAT_ACTION_REJECT + 1)

typedef struct Replay {
    const ExeatSettings *settings;
    const ExeatDirectory *directory;
    ExeatPool *pool;
    gboolean list;
    guint messages, incoming, failed, problems;
    guint actions[ACTIONS];
    GHashTable *rules; /* "policy/rule → action" to count */
    gint64 microseconds;
} Replay;

static void
count_findings(Replay *replay, const ExeatVerdict *verdict)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        g_autofree char *rule = g_strdup_printf("%s/%s", finding->policy, finding->rule);
        if (!g_hash_table_add(seen, g_strdup(rule)))
            continue;
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(replay->rules, rule));
        g_hash_table_insert(replay->rules, g_steal_pointer(&rule), GUINT_TO_POINTER(count + 1));
    }
}

/* Mail that came in lies among sent mail; it is none of the gate's business. */
static bool
is_ours(const Replay *replay, const ExeatMessage *message)
{
    const ExeatSchool *school = exeat_policy_settings_school(replay->settings->policies);
    const GPtrArray *from = exeat_message_from(message);
    for (guint i = 0; i < from->len; i++)
        if (exeat_school_is_inside(school, ((const ExeatAddress *)g_ptr_array_index(from, i))->domain))
            return true;
    return false;
}

static void
visit(const char *name, GBytes *bytes, gpointer data)
{
    Replay *replay = data;
    g_autoptr(ExeatVerdict) verdict = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatMessage) glance = exeat_message_new(bytes, NULL, NULL);
    if (!is_ours(replay, glance)) {
        replay->incoming++;
        return;
    }
    gint64 started = g_get_monotonic_time();
    g_autoptr(ExeatMessage)
        message = exeat_message_new_inspected(bytes, NULL, NULL, exeat_pool_inspector(replay->pool), 0);
    replay->messages++;
    if (!exeat_judge(message, replay->settings->policies, replay->directory, 0, &verdict, &error)) {
        fprintf(stderr, "exeat: %s: %s\n", name, error->message);
        replay->failed++;
        return;
    }
    replay->microseconds += g_get_monotonic_time() - started;
    replay->problems += exeat_message_problems(message)->len > 0;
    replay->actions[verdict->action]++;
    count_findings(replay, verdict);
    if (replay->list)
        printf("%-8s %s\n", exeat_action_name(verdict->action), name);
}

static void
print_summary(const Replay *replay)
{
    printf("%u %s", replay->messages, replay->messages == 1 ? "letter" : "letters");
    if (replay->messages > 0)
        printf(", %.2f ms each", (double)replay->microseconds / 1000 / replay->messages);
    printf("\n\n");
    for (guint action = 0; action < ACTIONS; action++)
        if (replay->actions[action] > 0)
            printf("  %-8s %6u  %5.1f %%\n", exeat_action_name(action), replay->actions[action],
                   100.0 * replay->actions[action] / replay->messages);
    g_autoptr(GList) rules = g_list_sort(g_hash_table_get_keys(replay->rules), (GCompareFunc)(void (*)(void))g_strcmp0);
    printf(rules ? "\nFound in so many letters:\n" : "");
    for (const GList *rule = rules; rule; rule = rule->next)
        printf("  %-40s %6u\n", (const char *)rule->data,
               GPOINTER_TO_UINT(g_hash_table_lookup(replay->rules, rule->data)));
    if (replay->incoming > 0)
        printf("\n%u from other senders were left out.\n", replay->incoming);
    if (replay->problems > 0)
        printf("\n%u could not be read in full.\n", replay->problems);
    if (replay->failed > 0)
        printf("\n%u could not be judged.\n", replay->failed);
}

static JsonNode *
summary_json(const Replay *replay)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "letters");
    json_builder_add_int_value(json, replay->messages);
    json_builder_set_member_name(json, "incoming");
    json_builder_add_int_value(json, replay->incoming);
    json_builder_set_member_name(json, "not_judged");
    json_builder_add_int_value(json, replay->failed);
    json_builder_set_member_name(json, "actions");
    json_builder_begin_object(json);
    for (guint action = 0; action < ACTIONS; action++) {
        json_builder_set_member_name(json, exeat_action_name(action));
        json_builder_add_int_value(json, replay->actions[action]);
    }
    json_builder_end_object(json);
    json_builder_set_member_name(json, "rules");
    json_builder_begin_object(json);
    GHashTableIter each;
    gpointer rule, count;
    g_hash_table_iter_init(&each, replay->rules);
    while (g_hash_table_iter_next(&each, &rule, &count)) {
        json_builder_set_member_name(json, rule);
        json_builder_add_int_value(json, GPOINTER_TO_UINT(count));
    }
    json_builder_end_object(json);
    json_builder_end_object(json);
    return json_builder_get_root(json);
}

static int
run_replay(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    Replay replay = {.list = FALSE};
    const GOptionEntry entries[] = {
        {"list", 0, 0, G_OPTION_ARG_NONE, &replay.list, "Also name each file with what would have happened", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_replay, entries, &argc, &argv, 1, -1, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatSettings) settings = exeat_cli_settings(&common);
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(ExeatPool) pool = NULL;
    g_autoptr(GError) error = NULL;
    if (!settings)
        return EXEAT_EXIT_CONFIG;
    if (!exeat_settings_open_directory(settings, &directory, &error) ||
        !exeat_inspect_settings_open(settings->inspect, true, &pool, &error))
        return exeat_cli_fail(error);
    replay.pool = pool;
    replay.settings = settings;
    replay.directory = directory;
    replay.rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool read = true;
    for (int i = 1; i < argc && read; i++)
        read = exeat_mailbox_visit(argv[i], visit, &replay, &error);
    if (read && common.json)
        exeat_cli_print_json(summary_json(&replay));
    else if (read)
        print_summary(&replay);
    g_hash_table_unref(replay.rules);
    return read ? (replay.failed > 0 ? EXEAT_EXIT_FAILED : EXEAT_EXIT_DONE) : exeat_cli_fail(error);
}

const ExeatVerb exeat_verb_replay = {
    .name = "replay",
    .usage = "[--list] MBOX|MAILDIR|FOLDER …",
    .summary = "Say what would have happened with past mail",
    .run = run_replay,
};
