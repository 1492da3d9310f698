/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat user: who may sign in to the office. Root becomes the office's user first, whose file it is. What people may do
 * there is exeat.conf's to say (role); this only shows it.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accounts/accounts.h"
#include "accounts/second_factor.h"
#include "base/error.h"
#include "base/privileges.h"
#include "cli/cli.h"
#include "quarantine/deciders.h"
#include "quarantine/secret.h"
#include "quarantine/settings.h"
#include "settings/office.h"

typedef struct UserJob {
    ExeatCommon common;
    char *name, *language, *password_file;
    const char *address; /* of the command line; NULL for verbs that need none */
    char *password;      /* of the file */
    ExeatSettings *settings;
    ExeatAccounts *accounts;
} UserJob;

typedef struct UserAction {
    const char *name;
    const char *event; /* of the trail, or NULL: nothing changes */
    bool needs_address, takes_password;
    int (*run)(UserJob *job);
} UserAction;

static void
user_job_clear(UserJob *job)
{
    exeat_common_clear(&job->common);
    g_free(job->name);
    g_free(job->language);
    g_free(job->password_file);
    exeat_secret_free(job->password);
    exeat_accounts_close(job->accounts);
    exeat_settings_unref(job->settings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UserJob, user_job_clear)

static gint64
now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

static int
done(const UserJob *job, const char *what)
{
    if (job->common.json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_object(json);
        exeat_cli_add_text(json, "address", job->address);
        exeat_cli_add_text(json, "done", what);
        json_builder_end_object(json);
        exeat_cli_print_json(json_builder_get_root(json));
    } else {
        printf("%s %s.\n", job->address, what);
    }
    return EXEAT_EXIT_DONE;
}

static bool
list_has(char **list, const char *address)
{
    for (gsize i = 0; list[i]; i++)
        if (exeat_deciders_same(list[i], address))
            return true;
    return false;
}

/* "headteacher", "dsl (deputy)": what exeat.conf gives @address. (transfer full) */
static GPtrArray *
roles_of(const UserJob *job, const char *address)
{
    GPtrArray *roles = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < exeat_config_titled_count(job->settings->config, "role"); i++) {
        const char *title = NULL;
        const ExeatRoleSettings *role = exeat_config_titled(job->settings->config, "role", i, &title);
        if (list_has(role->people, address))
            g_ptr_array_add(roles, g_strdup(title));
        if (list_has(role->deputies, address))
            g_ptr_array_add(roles, g_strdup_printf("%s (deputy)", title));
    }
    return roles;
}

static char *
roles_text(const UserJob *job, const char *address)
{
    g_autoptr(GPtrArray) roles = roles_of(job, address);
    if (roles->len == 0)
        return g_strdup("no role in exeat.conf");
    g_ptr_array_add(roles, NULL);
    return g_strjoinv(", ", (char **)roles->pdata);
}

static bool
has_account(const GPtrArray *accounts, const char *address)
{
    for (guint i = 0; i < accounts->len; i++)
        if (exeat_deciders_same(((const ExeatAccount *)g_ptr_array_index(accounts, i))->address, address))
            return true;
    return false;
}

static void
add_missing(const GPtrArray *accounts, char **addresses, GPtrArray *missing)
{
    for (gsize i = 0; addresses[i]; i++) {
        bool known = has_account(accounts, addresses[i]);
        for (guint j = 0; j < missing->len && !known; j++)
            known = exeat_deciders_same(g_ptr_array_index(missing, j), addresses[i]);
        if (!known)
            g_ptr_array_add(missing, addresses[i]);
    }
}

/* Who has a role and cannot sign in; the addresses are the configuration's. (transfer container) */
static GPtrArray *
missing_people(const UserJob *job, const GPtrArray *accounts)
{
    GPtrArray *missing = g_ptr_array_new();
    for (guint i = 0; i < exeat_config_titled_count(job->settings->config, "role"); i++) {
        const char *title = NULL;
        const ExeatRoleSettings *role = exeat_config_titled(job->settings->config, "role", i, &title);
        add_missing(accounts, role->people, missing);
        add_missing(accounts, role->deputies, missing);
    }
    return missing;
}

static const char *
password_word(const ExeatAccount *account)
{
    return !account->has_password ? "none" : account->must_change ? "set-up" : "own";
}

static void
print_account(const UserJob *job, const ExeatAccount *account)
{
    g_autofree char *roles = roles_text(job, account->address);
    g_autofree char *seen = account->last_sign_in > 0 ? exeat_cli_when(account->last_sign_in) : NULL;
    printf("%s%s%s%s\n    %s\n", account->address, *account->name ? "  " : "", account->name,
           account->disabled ? "  (disabled)" : "", roles);
    printf("    %s password; %s second factor; %u recovery codes; %s%s\n", password_word(account),
           account->has_totp ? "a" : "no", account->recovery_left, seen ? "last signed in on " : "never signed in",
           seen ? seen : "");
    if (account->away_until > now()) {
        g_autofree char *until = exeat_cli_when(account->away_until);
        printf("    away until %s\n", until);
    }
}

static void
add_number(JsonBuilder *json, const char *name, gint64 value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

static void
add_bool(JsonBuilder *json, const char *name, bool value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_boolean_value(json, value);
}

/* @account is NULL for somebody who has a role only. */
static void
add_person(const UserJob *job, JsonBuilder *json, const char *address, const ExeatAccount *account)
{
    g_autoptr(GPtrArray) roles = roles_of(job, address);
    json_builder_begin_object(json);
    exeat_cli_add_text(json, "address", address);
    add_bool(json, "account", account != NULL);
    json_builder_set_member_name(json, "roles");
    json_builder_begin_array(json);
    for (guint i = 0; i < roles->len; i++)
        json_builder_add_string_value(json, g_ptr_array_index(roles, i));
    json_builder_end_array(json);
    if (account) {
        exeat_cli_add_text(json, "name", account->name);
        exeat_cli_add_text(json, "language", account->language);
        exeat_cli_add_text(json, "password", password_word(account));
        add_bool(json, "second_factor", account->has_totp);
        add_number(json, "recovery_codes", account->recovery_left);
        add_bool(json, "disabled", account->disabled);
        add_number(json, "away_until", account->away_until);
        add_number(json, "made_at", account->made_at);
        add_number(json, "last_sign_in", account->last_sign_in);
    }
    json_builder_end_object(json);
}

static void
print_list_json(const UserJob *job, const GPtrArray *accounts, const GPtrArray *missing)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_array(json);
    for (guint i = 0; i < accounts->len; i++) {
        const ExeatAccount *account = g_ptr_array_index(accounts, i);
        add_person(job, json, account->address, account);
    }
    for (guint i = 0; i < missing->len; i++)
        add_person(job, json, g_ptr_array_index(missing, i), NULL);
    json_builder_end_array(json);
    exeat_cli_print_json(json_builder_get_root(json));
}

static int
user_list(UserJob *job)
{
    g_autoptr(GPtrArray) accounts = NULL, missing = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_list(job->accounts, &accounts, &error))
        return exeat_cli_fail(error);
    missing = missing_people(job, accounts);
    if (job->common.json) {
        print_list_json(job, accounts, missing);
        return EXEAT_EXIT_DONE;
    }
    if (accounts->len == 0)
        puts("There is no account.");
    for (guint i = 0; i < accounts->len; i++)
        print_account(job, g_ptr_array_index(accounts, i));
    for (guint i = 0; i < missing->len; i++) {
        const char *address = g_ptr_array_index(missing, i);
        g_autofree char *roles = roles_text(job, address);
        printf("%s  (no account: exeat user add %s)\n    %s\n", address, address, roles);
    }
    return EXEAT_EXIT_DONE;
}

static const char *
fault_text(ExeatPasswordFault fault)
{
    switch (fault) {
    case EXEAT_PASSWORD_SHORT:
        return "the password is too short: 12 characters at least, three or four words say";
    case EXEAT_PASSWORD_LONG:
        return "the password is too long: 256 bytes at most";
    case EXEAT_PASSWORD_STRANGE:
        return "the password has characters that cannot be typed, or is no UTF-8";
    case EXEAT_PASSWORD_ADDRESS:
        return "the password is hardly more than the address: choose another";
    case EXEAT_PASSWORD_COMMON:
        return "the password is among the first that anybody would try: choose another";
    case EXEAT_PASSWORD_SAME:
        return "the password is the one that was to be changed: choose another";
    case EXEAT_PASSWORD_FINE:
        break;
    }
    return "the password is fine";
}

static int
refuse_password(ExeatPasswordFault fault)
{
    fprintf(stderr, "exeat: %s\n", fault_text(fault));
    return EXEAT_EXIT_FAILED;
}

/* The set-up password, for whoever hands it over. */
static void
print_password(const UserJob *job, const char *password)
{
    g_autofree char *roles = roles_text(job, job->address);
    if (job->common.json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_object(json);
        exeat_cli_add_text(json, "address", job->address);
        exeat_cli_add_text(json, "set_up_password", password);
        json_builder_end_object(json);
        exeat_cli_print_json(json_builder_get_root(json));
        return;
    }
    printf("The set-up password of %s (%s) is\n\n    %s\n\n"
           "for seven days. Hand it over in person or by telephone, not by mail: signing in with it, they choose\n"
           "a password of their own and set up the second factor.\n",
           job->address, roles, password);
}

/* The password of the file, or a set-up password that is printed. */
static int
give_password(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (job->password) {
        ExeatPasswordFault fault = EXEAT_PASSWORD_FINE;
        if (!exeat_accounts_set_password(job->accounts, job->address, job->password, &fault, &error))
            return exeat_cli_fail(error);
        return fault == EXEAT_PASSWORD_FINE ? done(job, "has that password") : refuse_password(fault);
    }
    char *password = NULL;
    if (!exeat_accounts_make_password(job->accounts, job->address, now(), &password, &error))
        return exeat_cli_fail(error);
    print_password(job, password);
    exeat_secret_free(password);
    return EXEAT_EXIT_DONE;
}

static int
user_add(UserJob *job)
{
    ExeatPasswordFault fault = job->password ? exeat_password_judge(job->password, job->address) : EXEAT_PASSWORD_FINE;
    if (fault != EXEAT_PASSWORD_FINE)
        return refuse_password(fault);
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_add(job->accounts, job->address, job->name ? job->name : "",
                            job->language ? job->language : "en", now(), &error))
        return exeat_cli_fail(error);
    return give_password(job);
}

static int
user_totp_reset(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_totp_reset(job->accounts, job->address, &error))
        return exeat_cli_fail(error);
    return done(job, "sets up the second factor at the next sign-in");
}

static int
user_recovery(UserJob *job)
{
    g_autoptr(GPtrArray) codes = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_new_recovery(job->accounts, job->address, &codes, &error))
        return exeat_cli_fail(error);
    if (job->common.json) {
        g_autoptr(JsonBuilder) json = json_builder_new();
        json_builder_begin_array(json);
        for (guint i = 0; i < codes->len; i++)
            json_builder_add_string_value(json, g_ptr_array_index(codes, i));
        json_builder_end_array(json);
        exeat_cli_print_json(json_builder_get_root(json));
        return EXEAT_EXIT_DONE;
    }
    for (guint i = 0; i < codes->len; i++)
        puts(g_ptr_array_index(codes, i));
    puts(
        "Each is good once, in the place of a code of the telephone. They are not shown again; earlier ones are void.");
    return EXEAT_EXIT_DONE;
}

static int
user_disable(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_set_disabled(job->accounts, job->address, true, &error))
        return exeat_cli_fail(error);
    return done(job, "can no longer sign in");
}

static int
user_enable(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_set_disabled(job->accounts, job->address, false, &error))
        return exeat_cli_fail(error);
    return done(job, "can sign in again");
}

static int
user_remove(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (!exeat_accounts_remove(job->accounts, job->address, &error))
        return exeat_cli_fail(error);
    return done(job, "has no account any more");
}

static const UserAction actions[] = {
    {"list", NULL, false, false, user_list},
    {"add", "account-added", true, true, user_add},
    {"password", "account-password", true, true, give_password},
    {"totp-reset", "account-codes-reset", true, false, user_totp_reset},
    {"recovery", "account-recovery", true, false, user_recovery},
    {"disable", "account-disabled", true, false, user_disable},
    {"enable", "account-enabled", true, false, user_enable},
    {"remove", "account-removed", true, false, user_remove},
    {"adopt-key", NULL, false, false, NULL},
};

/* The first line of the file, which root may have to read before it becomes somebody else. */
static bool
load_password(UserJob *job, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    if (!job->password_file)
        return true;
    bool read = g_str_equal(job->password_file, "-") ? exeat_cli_read("-", &file, error)
                                                     : exeat_secret_load(job->password_file, true, &file, error);
    if (!read)
        return false;
    gsize size = 0;
    const char *data = g_bytes_get_data(file, &size);
    gsize length = 0;
    while (length < size && data[length] != '\n' && data[length] != '\r' && data[length] != '\0')
        length++;
    job->password = g_strndup(length > 0 ? data : "", length);
    return true;
}

/* Opens the file as the office's user; with @adopt, takes the present key for it. */
static bool
open_accounts(UserJob *job, bool adopt, GError **error)
{
    const ExeatOfficeSettings *office = exeat_config_block(job->settings->config, "office");
    const ExeatQuarantineSettings *quarantine = exeat_config_block(job->settings->config, "quarantine");
    g_autoptr(GBytes) key = NULL;
    const struct passwd *user = getpwnam(office->user);
    bool stranger = geteuid() != 0 && (!user || user->pw_uid != geteuid());
    if (exeat_accounts_prepare(office->accounts, office->user, error) &&
        exeat_privileges_become(office->user, job->settings->gate->user, error) &&
        exeat_accounts_key(quarantine->private_key, &key, error) &&
        (adopt ? exeat_accounts_adopt_key(office->accounts, key, error)
               : exeat_accounts_open(office->accounts, key, EXEAT_PASSWORD_COST, &job->accounts, error)))
        return true;
    if (stranger)
        g_prefix_error(error, "exeat user is for root and the user %s: ", office->user);
    return false;
}

static int
adopt_key(UserJob *job)
{
    g_autoptr(GError) error = NULL;
    if (!open_accounts(job, true, &error))
        return exeat_cli_fail(error);
    puts("The accounts belong to this key. Everybody sets up the second factor at the next sign-in.");
    return EXEAT_EXIT_DONE;
}

static int
fail_usage(const char *reason, const char *word)
{
    fprintf(stderr, "exeat user: %s%s; exeat user --help lists what can be done\n", reason, word);
    return EXEAT_EXIT_CONFIG;
}

/* It is done already: where there is no trail yet, before the gate's first start, that is said and no more. */
static void
write_down(const UserJob *job, const char *event)
{
    static const ExeatActor operator= {"operator", NULL};
    g_autoptr(ExeatQuarantine) quarantine = NULL;
    g_autoptr(GError) error = NULL;
    if (!exeat_quarantine_open(job->settings->config, EXEAT_ACCESS_LIST, &quarantine, &error) ||
        !exeat_quarantine_note_account(quarantine, event, &operator, job->address, now(), &error))
        fprintf(stderr, "Note: this does not stand in the audit trail: %s\n", error->message);
}

static int
run_action(UserJob *job, const UserAction *action)
{
    g_autoptr(GError) error = NULL;
    job->settings = exeat_cli_settings(&job->common);
    if (!job->settings)
        return EXEAT_EXIT_CONFIG;
    if (!action->run)
        return adopt_key(job);
    if (!load_password(job, &error) || !open_accounts(job, false, &error))
        return exeat_cli_fail(error);
    int status = action->run(job);
    if (status == EXEAT_EXIT_DONE && action->event)
        write_down(job, action->event);
    return status;
}

static int
run_user(int argc, char **argv)
{
    g_auto(UserJob) job = {0};
    const GOptionEntry entries[] = {
        {"name", 0, 0, G_OPTION_ARG_STRING, &job.name, "With add: the person's name", "NAME"},
        {"language", 0, 0, G_OPTION_ARG_STRING, &job.language, "With add: en or cy (en)", "LANGUAGE"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &job.password_file,
         "With add and password: its first line is the password; - is standard input", "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_user, entries, &argc, &argv, 1, 2, &job.common))
        return EXEAT_EXIT_CONFIG;
    const UserAction *action = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        if (g_str_equal(argv[1], actions[i].name))
            action = &actions[i];
    if (!action)
        return fail_usage("there is no ", argv[1]);
    if (action->needs_address != (argc == 3))
        return fail_usage(action->needs_address ? "say whom: an address is missing after "
                                                : "there is nobody to name after ",
                          argv[1]);
    if (job.password_file && !action->takes_password)
        return fail_usage("--password-file is not for ", argv[1]);
    if ((job.name || job.language) && action->run != user_add)
        return fail_usage("--name and --language are not for ", argv[1]);
    job.address = argc == 3 ? argv[2] : NULL;
    return run_action(&job, action);
}

const ExeatVerb exeat_verb_user = {
    .name = "user",
    .usage = "list | add ADDRESS | password ADDRESS | totp-reset ADDRESS | recovery ADDRESS | disable ADDRESS | "
             "enable ADDRESS | remove ADDRESS | adopt-key",
    .summary = "Who may sign in to the office",
    .run = run_user,
};
