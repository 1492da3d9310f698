/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may do what with which file is one table. The gate's user owns the token key, the directory with its key, and the
 * store; the office's owns the private key and reads the others by the gate's group (README.md, "Install it").
 */
#include "settings/guard.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/guard.h"
#include "quarantine/settings.h"
#include "settings/office.h"

#define NOBODY_FURTHER ((uid_t)-1)

typedef struct GuardUsers {
    uid_t self, gate, office;
} GuardUsers;

static uid_t
guard_uid(const char *name)
{
    const struct passwd *user = getpwnam(name);
    return user ? user->pw_uid : NOBODY_FURTHER;
}

static bool
guard_config(const ExeatSettings *settings, const GuardUsers *users, GError **error)
{
    const ExeatGuardRule rule = {
        .forbidden = S_IWOTH, .folder_forbidden = S_IWOTH, .owners = {users->self, NOBODY_FURTHER, NOBODY_FURTHER}};
    const GPtrArray *files = exeat_config_files(settings->config);
    for (guint i = 0; i < files->len; i++)
        if (!exeat_guard_check(files->pdata[i], &rule, error))
            return false;
    return true;
}

/* What both sides use: secrets of the gate's user, whose group may read them. */
static bool
guard_shared(const ExeatSettings *settings, const GuardUsers *users, GError **error)
{
    const ExeatQuarantineSettings *quarantine = exeat_config_block(settings->config, "quarantine");
    const ExeatGuardRule secret = {.forbidden = S_IWGRP | S_IRWXO,
                                   .folder_forbidden = S_IWGRP | S_IWOTH,
                                   .owners = {users->gate, users->self, users->office}};
    const ExeatGuardRule store = {
        .forbidden = S_IRWXO, .folder_forbidden = S_IWOTH, .owners = {users->gate, users->self, users->office}};
    return exeat_guard_check(quarantine->token_key, &secret, error) &&
           exeat_guard_check(quarantine->store, &store, error);
}

bool
exeat_settings_is_one_user(const ExeatSettings *settings)
{
    const ExeatOfficeSettings *office = exeat_config_block(settings->config, "office");
    uid_t self = geteuid(), other = guard_uid(office->user);
    return self == 0 || other == self || other == NOBODY_FURTHER;
}

/* Not a rule for one file, but what sealing is worth: the gate's user can put a letter in and read none back. */
static bool
guard_separation(const ExeatSettings *settings, const char *private_key, GError **error)
{
    if (exeat_settings_is_one_user(settings) || access(private_key, R_OK) != 0)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                "the gate's user can read the private key %s, and so every held letter: chown it to the office's user, "
                "chmod 0600 %s",
                private_key, private_key);
    return false;
}

static bool
guard_gate(const ExeatSettings *settings, const GuardUsers *users, GError **error)
{
    const ExeatQuarantineSettings *quarantine = exeat_config_block(settings->config, "quarantine");
    const ExeatGuardRule secret = {.forbidden = S_IWGRP | S_IRWXO,
                                   .folder_forbidden = S_IWGRP | S_IWOTH,
                                   .owners = {users->gate, users->self, NOBODY_FURTHER}};
    const ExeatGuardRule directory = {
        .forbidden = S_IWOTH, .folder_forbidden = S_IWOTH, .owners = {users->gate, users->self, NOBODY_FURTHER}};
    bool named = exeat_config_has_block(settings->config, "directory");
    return guard_separation(settings, quarantine->private_key, error) &&
           (!named || (exeat_guard_check(settings->directory->key, &secret, error) &&
                       exeat_guard_check(settings->directory->file, &directory, error)));
}

static bool
guard_office(const ExeatSettings *settings, const GuardUsers *users, GError **error)
{
    const ExeatQuarantineSettings *quarantine = exeat_config_block(settings->config, "quarantine");
    const ExeatDeliveryOptions *delivery = exeat_config_block(settings->config, "delivery");
    const ExeatGuardRule secret = {.forbidden = S_IWGRP | S_IRWXO,
                                   .folder_forbidden = S_IWGRP | S_IWOTH,
                                   .owners = {users->office, users->self, NOBODY_FURTHER}};
    return exeat_guard_check(quarantine->private_key, &secret, error) &&
           (!delivery->password_file || exeat_guard_check(delivery->password_file, &secret, error));
}

bool
exeat_settings_guard(const ExeatSettings *settings, ExeatGuardSide side, GError **error)
{
    const ExeatOfficeSettings *office = exeat_config_block(settings->config, "office");
    const GuardUsers users = {
        .self = geteuid(), .gate = guard_uid(settings->gate->user), .office = guard_uid(office->user)};
    return guard_config(settings, &users, error) && guard_shared(settings, &users, error) &&
           (side == EXEAT_GUARD_GATE ? guard_gate : guard_office)(settings, &users, error);
}
