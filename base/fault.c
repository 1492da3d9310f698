/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Only in builds made with --enable-faults. Several programs and threads may pass at once: the file of a point is
 * counted down under its lock, and whoever takes it away does the deed.
 */
#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"

#define FAULT_ACTION_BYTES 32
#define FAULT_VERB_BYTES 8

/* Counts the passage; true with the action if this is the one that was meant. The file is locked. */
static bool
fault_count(int fd, const char *path, char *action)
{
    struct stat status;
    char text[FAULT_ACTION_BYTES] = "";
    unsigned passage = 1;

    if (fstat(fd, &status) != 0 || status.st_nlink == 0 || pread(fd, text, sizeof text - 1, 0) <= 0)
        return false;
    if (sscanf(text, "%7s %u", action, &passage) < 1)
        return false;
    if (passage <= 1)
        return unlink(path) == 0;
    g_snprintf(text, sizeof text, "%s %u\n", action, passage - 1);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0)
        exeat_log(EXEAT_LOG_ERROR, NULL, "fault-uncounted", NULL);
    return false;
}

static bool
fault_take(const char *name, char *action)
{
    const char *folder = g_getenv("EXEAT_FAULT_DIR");
    g_autofree char *path = NULL;
    bool taken;
    int fd;

    if (folder == NULL)
        return false;
    path = g_strdup_printf("%s/%s:%s", folder, program_invocation_short_name, name);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    taken = flock(fd, LOCK_EX) == 0 && fault_count(fd, path, action);
    close(fd);
    return taken;
}

bool
exeat_fault_pass(const char *name, GError **error)
{
    char action[8] = "";

    if (!fault_take(name, action))
        return false;
    exeat_log(EXEAT_LOG_WARNING, NULL, "fault", "point", name, "action", action, NULL);
    if (strcmp(action, "kill") == 0)
        kill(getpid(), SIGKILL);
    /* To this thread, which takes the others along: sent to the process, it would let this one run on for a moment. */
    if (strcmp(action, "pause") == 0)
        raise(SIGSTOP);
    if (strcmp(action, "fail") != 0)
        return false;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "a fault was asked for at %s", name);
    return true;
}

void
exeat_fault_verb(const char *prefix, const char *line, gsize size)
{
    char verb[FAULT_VERB_BYTES] = "";
    g_autofree char *name = NULL;

    for (gsize i = 0; i < size && i < sizeof verb - 1 && g_ascii_isalpha(line[i]); i++)
        verb[i] = g_ascii_tolower(line[i]);
    name = g_strconcat(prefix, "-", verb, NULL);
    exeat_fault_pass(name, NULL);
}
