/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/settings.h"

#include <string.h>

#include "policies/groups.h"

typedef struct Mailbox {
    char **users;
} Mailbox;

struct ExeatPolicySettings {
    gatomicrefcount references;
    ExeatConfig *config;
    ExeatNameContext *names;
    ExeatGroups *groups;
    ExeatPatterns *patterns;
};

static const ExeatOption mailbox_options[] = {
    {.key = "users",
     .type = EXEAT_OPTION_LIST,
     .offset = offsetof(Mailbox, users),
     .required = true,
     .help = "Accounts that may write as this address: sign-in names, addresses or names of groups."},
    {.key = NULL},
};
static const ExeatOption *const mailbox_tables[] = {mailbox_options, NULL};

static const struct {
    const char *word;
    guint class;
} class_words[] = {
    {"all", ~0u},
    {"inside", EXEAT_CLASS_INSIDE},
    {"outside", EXEAT_CLASS_OUTSIDE},
    {"partner", EXEAT_CLASS_PARTNER},
    {"secure", EXEAT_CLASS_SECURE},
    {"personal", EXEAT_CLASS_PERSONAL},
    {"parents", EXEAT_CLASS_PARENT},
    {"pupils", EXEAT_CLASS_PUPIL},
    {"staff", EXEAT_CLASS_STAFF},
};

static const ExeatBlock mailbox_block = {
    .name = "mailbox",
    .titled = true,
    .size = sizeof(Mailbox),
    .tables = mailbox_tables,
    .help = "A shared mailbox and who may write as it: mailbox \"office@oakfield.sch.uk\" { users = { … } }",
};

void
exeat_policy_blocks(GArray *blocks)
{
    g_array_append_val(blocks, exeat_school_block);
    g_array_append_val(blocks, exeat_group_block);
    g_array_append_val(blocks, mailbox_block);
    g_array_append_val(blocks, exeat_pattern_block);
    for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++)
        g_array_append_vals(blocks, &(*policy)->block, 1);
}

static bool
scope_word_is_known(const ExeatPolicySettings *settings, const char *word)
{
    if (strpbrk(word, "@.") || exeat_group_exists(settings, word))
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(class_words); i++)
        if (g_str_equal(class_words[i].word, word))
            return true;
    return false;
}

static void
check_scope(const ExeatPolicySettings *settings, const char *block, const char *key, char **scope,
            ExeatConfigErrors *errors)
{
    for (; *scope; scope++) {
        if (scope_word_is_known(settings, *scope))
            continue;
        ExeatConfigPlace place = exeat_config_place(settings->config, block);
        g_autofree char *option = g_strdup_printf("%s.%s", block, key);
        exeat_config_errors_add(
            errors, &place, option,
            "Write a group that stands in this file, an address, or a domain such as @oakfield.sch.uk",
            "nobody knows what \"%s\" is", *scope);
    }
}

static void
check_policy(const ExeatPolicySettings *settings, const ExeatPolicy *policy, ExeatConfigErrors *errors)
{
    const ExeatPolicyBase *base = exeat_policy_settings_of(settings, policy);
    check_scope(settings, policy->name, "senders", base->senders, errors);
    check_scope(settings, policy->name, "not_senders", base->not_senders, errors);
    check_scope(settings, policy->name, "recipients", base->recipients, errors);
    check_scope(settings, policy->name, "not_recipients", base->not_recipients, errors);
    if (exeat_policy_action(base) == EXEAT_ACTION_REWRITE && !policy->rewrite) {
        ExeatConfigPlace place = exeat_config_place(settings->config, policy->name);
        g_autofree char *option = g_strdup_printf("%s.action", policy->name);
        exeat_config_errors_add(errors, &place, option, "Write hold, flag, observe, reject or off",
                                "this policy finds what exeat cannot put right by itself");
    }
}

ExeatPolicySettings *
exeat_policy_settings_new(ExeatConfig *config, ExeatConfigErrors *errors)
{
    ExeatPolicySettings *settings = g_new0(ExeatPolicySettings, 1);
    g_atomic_ref_count_init(&settings->references);
    settings->config = exeat_config_ref(config);
    const ExeatSchool *school = exeat_policy_settings_school(settings);
    settings->names = exeat_name_context_new((const char *const *)school->names);
    settings->groups = exeat_groups_new(config, errors);
    settings->patterns = exeat_patterns_new(config);
    for (const ExeatPolicy *const *policy = exeat_policies; *policy; policy++)
        check_policy(settings, *policy, errors);
    if (exeat_config_errors_count(errors) > 0)
        g_clear_pointer(&settings, exeat_policy_settings_unref);
    return settings;
}

ExeatPolicySettings *
exeat_policy_settings_ref(ExeatPolicySettings *settings)
{
    g_atomic_ref_count_inc(&settings->references);
    return settings;
}

void
exeat_policy_settings_unref(ExeatPolicySettings *settings)
{
    if (!settings || !g_atomic_ref_count_dec(&settings->references))
        return;
    exeat_name_context_free(settings->names);
    exeat_groups_free(settings->groups);
    exeat_patterns_free(settings->patterns);
    exeat_config_unref(settings->config);
    g_free(settings);
}

const ExeatSchool *
exeat_policy_settings_school(const ExeatPolicySettings *settings)
{
    return exeat_config_block(settings->config, "school");
}

const ExeatNameContext *
exeat_policy_settings_names(const ExeatPolicySettings *settings)
{
    return settings->names;
}

const ExeatPatterns *
exeat_policy_settings_patterns(const ExeatPolicySettings *settings)
{
    return settings->patterns;
}

const ExeatPolicyBase *
exeat_policy_settings_of(const ExeatPolicySettings *settings, const ExeatPolicy *policy)
{
    return exeat_config_block(settings->config, policy->name);
}

bool
exeat_group_exists(const ExeatPolicySettings *settings, const char *name)
{
    return exeat_groups_exists(settings->groups, name);
}

bool
exeat_group_has(const ExeatPolicySettings *settings, const char *name, const char *address)
{
    return exeat_groups_have(settings->groups, name, address);
}

static bool
users_have(const ExeatPolicySettings *settings, char **users, const char *account)
{
    for (; *users; users++)
        if (g_ascii_strcasecmp(*users, account) == 0 || exeat_pattern_matches(*users, account) ||
            exeat_group_has(settings, *users, account))
            return true;
    return false;
}

bool
exeat_mailbox_may_use(const ExeatPolicySettings *settings, const char *address, const char *account)
{
    guint count = exeat_config_titled_count(settings->config, "mailbox");
    for (guint i = 0; i < count; i++) {
        const char *title = NULL;
        const Mailbox *mailbox = exeat_config_titled(settings->config, "mailbox", i, &title);
        if (g_ascii_strcasecmp(title, address) == 0 && users_have(settings, mailbox->users, account))
            return true;
    }
    return false;
}

static bool
scope_entry_has(const ExeatPolicySettings *settings, const char *entry, const char *address, guint class)
{
    for (gsize i = 0; i < G_N_ELEMENTS(class_words); i++)
        if (g_str_equal(class_words[i].word, entry) && !exeat_group_exists(settings, entry))
            return (class & class_words[i].class) != 0;
    return exeat_pattern_matches(entry, address) || exeat_group_has(settings, entry, address);
}

bool
exeat_scope_has(const ExeatPolicySettings *settings, const char *const *scope, const char *address, guint class)
{
    for (; *scope; scope++)
        if (scope_entry_has(settings, *scope, address, class))
            return true;
    return false;
}
