/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From inside the sandbox: a file, a socket, a process, a thread, code in memory. Each attempt is made by a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"

#define MEMORY ((gsize)256 * 1024 * 1024)
#define STOPPED 77 /* the attempt failed with the error that it should */
#define SUCCEEDED 78
#define OTHER_ERROR 79
#define NOT_ENTERED 80

static int
judge_errno(bool succeeded)
{
    return succeeded ? SUCCEEDED : errno == EACCES ? STOPPED : OTHER_ERROR;
}

static int
try_open(void)
{
    return judge_errno(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
}

static int
try_create(void)
{
    return judge_errno(openat(AT_FDCWD, "/tmp/exeat-sandbox", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0);
}

static int
try_look(void)
{
    return judge_errno(access("/etc/passwd", R_OK) == 0);
}

static int
try_socket(void)
{
    return judge_errno(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}

static int
try_unix_socket(void)
{
    return judge_errno(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}

static int
try_fork(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return judge_errno(child > 0);
}

static int
try_exec(void)
{
    char *const argv[] = {(char *)(guintptr) "true", NULL};
    return judge_errno(execv("/bin/true", argv) == 0);
}

static void *
do_nothing(void *data)
{
    return data;
}

static int
try_thread(void)
{
    pthread_t thread;
    return judge_errno(pthread_create(&thread, NULL, do_nothing, NULL) == 0);
}

static int
try_kill_parent(void)
{
    return judge_errno(kill(getppid(), 0) == 0);
}

/* The gate's worker has the same user. */
static int
try_kill_thread_of_parent(void)
{
    return judge_errno(syscall(SYS_tgkill, getppid(), getppid(), 0) == 0);
}

static int
try_abort(void)
{
    abort();
}

static int
try_trace(void)
{
    return judge_errno(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static int
try_code(void)
{
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return judge_errno(map != MAP_FAILED);
}

static int
try_make_code(void)
{
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return judge_errno(map != MAP_FAILED && mprotect(map, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int
try_much_memory(void)
{
    errno = 0;
    void *map = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return map != MAP_FAILED ? SUCCEEDED : errno == ENOMEM ? STOPPED : OTHER_ERROR;
}

static int
try_for_ever(void)
{
    volatile guint64 turns = 0;
    while (turns != G_MAXUINT64)
        turns++;
    return SUCCEEDED;
}

static int
use_memory(void)
{
    g_autofree char *block = g_malloc0(MEMORY / 8);
    return block[MEMORY / 16] == 0 ? SUCCEEDED : OTHER_ERROR;
}

/* How a child ended that made @attempt inside: its exit status, or minus the signal. */
static int
outcome(int (*attempt)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const ExeatSandbox sandbox = {.memory = MEMORY, .processor_seconds = 1, .descriptors = 8};
        _exit(exeat_sandbox_enter(&sandbox, NULL) ? attempt() : NOT_ENTERED);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void
test_attempts(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name;
        int (*attempt)(void);
        int want;
    } rows[] = {
        {"open a file", try_open, STOPPED},
        {"create a file", try_create, STOPPED},
        {"look for a file", try_look, STOPPED},
        {"make a network socket", try_socket, -SIGSYS},
        {"make a local socket", try_unix_socket, -SIGSYS},
        {"start a process", try_fork, -SIGSYS},
        {"run a program", try_exec, -SIGSYS},
        {"start a thread", try_thread, -SIGSYS},
        {"signal the parent", try_kill_parent, -SIGSYS},
        {"signal a thread of the parent", try_kill_thread_of_parent, -SIGSYS},
        {"end by a fault of its own", try_abort, -SIGABRT},
        {"trace", try_trace, -SIGSYS},
        {"map code", try_code, -SIGSYS},
        {"make memory code", try_make_code, -SIGSYS},
        {"take more memory than allowed", try_much_memory, STOPPED},
        {"run longer than allowed", try_for_ever, -SIGKILL},
        {"use the memory that is allowed", use_memory, SUCCEEDED},
    };
    if (!exeat_sandbox_is_whole())
        return; /* a build for sanitizers: the ordinary one proves it */
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        int got = outcome(rows[i].attempt);
        if (got != rows[i].want)
            fail_msg("%s: %d, not %d", rows[i].name, got, rows[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_attempts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
