/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks at modes and owners by stat(), at what a symbolic link leads to. Who could change the path between this look
 * and the opening could as well have passed it. Keeps nothing; any thread.
 */
#include "base/guard.h"

#include <pwd.h>
#include <sys/stat.h>

#include "base/error.h"

#define PERMISSIONS 07777

static bool
guard_mode(const char *path, const char *what, mode_t mode, mode_t forbidden, GError **error)
{
    if ((mode & forbidden) == 0)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                "%s%s has mode %04o, which lets others in than those whom it is for; wanted is %04o: chmod %04o %s",
                what, path, (guint)(mode & PERMISSIONS), (guint)(mode & PERMISSIONS & ~forbidden),
                (guint)(mode & PERMISSIONS & ~forbidden), path);
    return false;
}

/* The user's name, or the number. (transfer full) */
static char *
guard_user(uid_t user)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found)
        return g_strdup(found->pw_name);
    return g_strdup_printf("%u", (guint)user);
}

static bool
guard_owner(const char *path, const char *what, uid_t owner, const ExeatGuardRule *rule, GError **error)
{
    if (owner == 0)
        return true;
    for (guint i = 0; i < EXEAT_GUARD_OWNERS; i++)
        if (rule->owners[i] == owner)
            return true;
    uid_t wanted = 0;
    for (guint i = 0; i < EXEAT_GUARD_OWNERS && wanted == 0; i++)
        wanted = rule->owners[i] != (uid_t)-1 ? rule->owners[i] : 0;
    g_autofree char *is = guard_user(owner), *should = guard_user(wanted);
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                "%s%s belongs to the user %s, who has no business with it: chown %s %s", what, path, is, should, path);
    return false;
}

bool
exeat_guard_check(const char *path, const ExeatGuardRule *rule, GError **error)
{
    struct stat file, folder;
    if (stat(path, &file) != 0)
        return true;
    if (!guard_mode(path, "", file.st_mode, rule->forbidden, error) || !guard_owner(path, "", file.st_uid, rule, error))
        return false;
    g_autofree char *parent = g_path_get_dirname(path);
    if (stat(parent, &folder) != 0)
        return true;
    mode_t forbidden = (folder.st_mode & S_ISVTX) ? 0 : rule->folder_forbidden;
    g_autofree char *what = g_strdup_printf("the folder of %s, ", path);
    return guard_mode(parent, what, folder.st_mode, forbidden, error) &&
           guard_owner(parent, what, folder.st_uid, rule, error);
}
