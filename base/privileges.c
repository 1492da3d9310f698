/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"

#define GROUPS_MAX 256

/* By errno; 0 is of a lookup that found nothing. */
static bool
privileges_fail(GError **error, const char *what, const char *name)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s %s%s%s", what, name, errno ? ": " : "",
                errno ? g_strerror(errno) : "");
    return false;
}

static bool
privileges_set_groups(const struct passwd *user, const char *beside, GError **error)
{
    gid_t groups[GROUPS_MAX];
    int count = GROUPS_MAX - 1;
    if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0) {
        errno = EOVERFLOW; /* it sets none */
        return privileges_fail(error, "too many groups of the user", user->pw_name);
    }
    errno = 0;
    const struct passwd *other = beside ? getpwnam(beside) : NULL;
    if (other)
        groups[count++] = other->pw_gid;
    return setgroups((size_t)count, groups) == 0 || privileges_fail(error, "cannot take the groups of", user->pw_name);
}

bool
exeat_privileges_become(const char *user, const char *beside, GError **error)
{
    if (geteuid() != 0)
        return true;
    errno = 0;
    const struct passwd *found = getpwnam(user);
    if (!found)
        return privileges_fail(error, "no such user", user);
    const struct passwd entry = {.pw_name = (char *)(guintptr)user, .pw_uid = found->pw_uid, .pw_gid = found->pw_gid};
    if (!privileges_set_groups(&entry, beside, error))
        return false;
    if (setgid(entry.pw_gid) != 0 || setuid(entry.pw_uid) != 0)
        return privileges_fail(error, "cannot become the user", user);
    return true;
}

void
exeat_privileges_harden(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
