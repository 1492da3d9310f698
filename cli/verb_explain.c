/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat explain: which policies apply when this person writes to that one, what they do, and who may release. */
#include <stdio.h>

#include "cli/cli.h"
#include "policies/judge.h"

typedef struct Row {
    const ExeatPolicy *policy;
    const ExeatPolicyBase *settings;
    bool applies;
} Row;

static bool
applies_to(const ExeatPolicySettings *settings, const ExeatPolicyBase *policy, const ExeatCase *letter)
{
    const ExeatRecipient *recipient = g_ptr_array_index(exeat_case_recipients(letter), 0);
    const char *address = recipient->address->mailbox;
    const char *const *covered = (const char *const *)policy->recipients;
    const char *const *spared = (const char *const *)policy->not_recipients;
    return exeat_policy_action(policy) != EXEAT_ACTION_PASS && exeat_policy_covers_sender(policy, letter) &&
           (!*covered || exeat_scope_has(settings, covered, address, recipient->class)) &&
           !exeat_scope_has(settings, spared, address, recipient->class);
}

static char *
classes_text(guint class)
{
    static const struct {
        guint bit;
        const char *word;
    } words[] = {
        {EXEAT_CLASS_INSIDE, "inside"},
        {EXEAT_CLASS_OUTSIDE, "outside"},
        {EXEAT_CLASS_PARTNER, "a partner"},
        {EXEAT_CLASS_SECURE, "on a secure path"},
        {EXEAT_CLASS_PERSONAL, "a private mailbox"},
        {EXEAT_CLASS_PARENT, "a parent or carer"},
        {EXEAT_CLASS_PUPIL, "a pupil"},
        {EXEAT_CLASS_STAFF, "a member of staff"},
    };
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (class & words[i].bit)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", words[i].word);
    return g_string_free(text, FALSE);
}

static void
print_row(const Row *row)
{
    if (!row->applies) {
        printf("  %-19s does not apply\n", row->policy->name);
        return;
    }
    g_autofree char *roles = g_strjoinv(", ", row->settings->release_by);
    printf("  %-19s %-8s %s\n", row->policy->name, exeat_action_name(exeat_policy_action(row->settings)),
           row->policy->help);
    if (exeat_policy_action(row->settings) == EXEAT_ACTION_HOLD)
        printf("  %-19s          released by: %s\n", "", *roles ? roles : "nobody");
}

static void
add_row_json(JsonBuilder *json, const Row *row)
{
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "policy", row->policy->name);
    json_builder_set_member_name(json, "applies");
    json_builder_add_boolean_value(json, row->applies);
    exeat_cli_add_text(json, "action", exeat_action_name(exeat_policy_action(row->settings)));
    json_builder_set_member_name(json, "release_by");
    json_builder_begin_array(json);
    for (char **role = row->settings->release_by; *role; role++)
        json_builder_add_string_value(json, *role);
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
print_all(const ExeatCommon *common, const ExeatSettings *settings, const ExeatCase *letter)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    const ExeatRecipient *recipient = g_ptr_array_index(exeat_case_recipients(letter), 0);
    g_autofree char *classes = classes_text(recipient->class);
    if (!common->json)
        printf("The recipient is %s.\n", classes);
    json_builder_begin_array(json);
    for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++) {
        const ExeatPolicyBase *own = exeat_policy_settings_of(settings->policies, *policy);
        Row row = {*policy, own, applies_to(settings->policies, own, letter)};
        if (common->json)
            add_row_json(json, &row);
        else
            print_row(&row);
    }
    json_builder_end_array(json);
    if (common->json)
        exeat_cli_print_json(json_builder_get_root(json));
}

static int
run_explain(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    if (!exeat_cli_parse(&exeat_verb_explain, NULL, &argc, &argv, 2, 2, &common))
        return EXEAT_EXIT_CONFIG;
    g_autoptr(ExeatSettings) settings = exeat_cli_settings(&common);
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;
    if (!settings)
        return EXEAT_EXIT_CONFIG;
    if (!exeat_settings_open_directory(settings, &directory, &error))
        return exeat_cli_fail(error);
    g_autofree char *header = g_strdup_printf("From: %s\r\nTo: %s\r\n\r\n", argv[1], argv[2]);
    g_autoptr(GBytes) bytes = g_bytes_new(header, strlen(header));
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    g_autoptr(ExeatCase) letter = exeat_case_new(message, settings->policies, directory, 0);
    if (exeat_case_recipients(letter)->len == 0) {
        fprintf(stderr, "exeat explain: %s is no address\n", argv[2]);
        return EXEAT_EXIT_CONFIG;
    }
    print_all(&common, settings, letter);
    return EXEAT_EXIT_DONE;
}

const ExeatVerb exeat_verb_explain = {
    .name = "explain",
    .usage = "SENDER RECIPIENT",
    .summary = "Say which policies apply to a sender and a recipient, and who may release",
    .run = run_explain,
};
