/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may do what with which file is one table. The gate's user owns the token key, the directory with its key, and the
 * store; the office's owns the private key and reads the others by the gate's group (README.md, "Install it").
 */
#include "settings/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/guard.h"
#include "base/privileges.h"
#include "quarantine/settings.h"
#include "settings/office.h"

#define NOBODY_FURTHER ((uid_t)-1)
#define SAID_BYTES 4096 /* in one piece through a pipe */

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
    const ExeatGuardRule own = {.forbidden = S_IRWXG | S_IRWXO,
                                .folder_forbidden = S_IWGRP | S_IWOTH,
                                .owners = {users->office, users->self, NOBODY_FURTHER}};
    const ExeatOfficeSettings *office = exeat_config_block(settings->config, "office");
    return exeat_guard_check(quarantine->private_key, &secret, error) &&
           (!delivery->password_file || exeat_guard_check(delivery->password_file, &secret, error)) &&
           (!office->key || exeat_guard_check(office->key, &secret, error)) &&
           exeat_guard_check(office->accounts, &own, error);
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

/* In the child: becomes the side's user, looks, and writes what there is to say. Does not return. */
static void
foresee_in_child(const ExeatSettings *settings, ExeatGuardSide side, int out)
{
    const ExeatOfficeSettings *office = exeat_config_block(settings->config, "office");
    g_autoptr(GError) error = NULL;
    bool became = side == EXEAT_GUARD_GATE ? exeat_privileges_become(settings->gate->user, NULL, &error)
                                           : exeat_privileges_become(office->user, settings->gate->user, &error);
    if (became && exeat_settings_guard(settings, side, &error))
        _exit(EXIT_SUCCESS);
    ssize_t written = write(out, error->message, MIN(strlen(error->message), (gsize)SAID_BYTES));
    (void)written; /* the status says as much as is needed */
    _exit(EXIT_FAILURE);
}

/* What the child wrote, once it has ended; empty if all is well. (transfer full) */
static char *
foresee_hear(pid_t child, int in)
{
    char said[SAID_BYTES + 1];
    gsize length = 0;
    for (ssize_t got; length < SAID_BYTES && (got = read(in, said + length, SAID_BYTES - length)) != 0;) {
        if (got < 0 && errno != EINTR)
            break;
        length += got > 0 ? (gsize)got : 0;
    }
    said[length] = '\0';
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    bool done = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    return g_strdup(done ? "" : length > 0 ? said : "the look at the files came to no end");
}

static bool
foresee_as_root(const ExeatSettings *settings, ExeatGuardSide side, GError **error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "no pipe: %s", g_strerror(errno));
        return false;
    }
    pid_t child = fork();
    if (child == 0)
        foresee_in_child(settings, side, ends[1]);
    close(ends[1]);
    g_autofree char *said = child > 0 ? foresee_hear(child, ends[0]) : g_strdup("no child can be started");
    close(ends[0]);
    if (!*said)
        return true;
    g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, said);
    return false;
}

bool
exeat_settings_guard_foresee(const ExeatSettings *settings, ExeatGuardSide side, bool *out_known, GError **error)
{
    const ExeatOfficeSettings *office = exeat_config_block(settings->config, "office");
    uid_t wanted = guard_uid(side == EXEAT_GUARD_GATE ? settings->gate->user : office->user);
    *out_known = geteuid() == 0 || geteuid() == wanted;
    if (!*out_known)
        return true;
    return geteuid() == 0 ? foresee_as_root(settings, side, error) : exeat_settings_guard(settings, side, error);
}
