/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns nothing. The table below is all that a reader of documents may ask of the kernel. */
#include "base/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/privileges.h"

/* Memory, time, what is already open, and ending. */
static const int sandbox_allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),          SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),       SCMP_SYS(poll),           SCMP_SYS(ppoll),
    SCMP_SYS(close),         SCMP_SYS(fstat),          SCMP_SYS(lseek),
    SCMP_SYS(brk),           SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(madvise),       SCMP_SYS(futex),          SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),   SCMP_SYS(gettimeofday),
    SCMP_SYS(time),          SCMP_SYS(getpid),         SCMP_SYS(gettid),
    SCMP_SYS(getrusage),     SCMP_SYS(sysinfo),        SCMP_SYS(sched_yield),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),   SCMP_SYS(setitimer),      SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

/* What libraries try when they look around: they are told no, and go on. */
static const int sandbox_refused[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(getcwd),
    SCMP_SYS(readlinkat),
    SCMP_SYS(ioctl),
    SCMP_SYS(fcntl),
    SCMP_SYS(uname),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getpeername),
    SCMP_SYS(getsockname),
};

static bool
sandbox_fail(GError **error, const char *what, int code)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "the sandbox cannot be entered: %s: %s", what,
                g_strerror(code));
    return false;
}

static bool
sandbox_set_limits(const ExeatSandbox *sandbox, GError **error)
{
    const struct {
        __rlimit_resource_t resource;
        rlim_t value;
    } limits[] = {{RLIMIT_AS, sandbox->memory},
                  {RLIMIT_CPU, sandbox->processor_seconds},
                  {RLIMIT_NOFILE, sandbox->descriptors},
                  {RLIMIT_FSIZE, 0},
                  {RLIMIT_NPROC, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const struct rlimit limit = {limits[i].value, limits[i].value};
        if (setrlimit(limits[i].resource, &limit) != 0)
            return sandbox_fail(error, "a limit is not taken", errno);
    }
    return true;
}

#ifdef EXEAT_NO_SANDBOX

bool
exeat_sandbox_is_whole(void)
{
    return false;
}

/* Sanitizers need system calls and address space of their own. */
bool
exeat_sandbox_enter(G_GNUC_UNUSED const ExeatSandbox *sandbox, G_GNUC_UNUSED GError **error)
{
    (void)sandbox_allowed, (void)sandbox_refused, (void)sandbox_set_limits;
    exeat_privileges_harden();
    return true;
}

#else

bool
exeat_sandbox_is_whole(void)
{
    return true;
}

static int
sandbox_add_rules(scmp_filter_ctx filter)
{
    int failed = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(sandbox_allowed) && failed == 0; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, sandbox_allowed[i], 0);
    for (gsize i = 0; i < G_N_ELEMENTS(sandbox_refused) && failed == 0; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), sandbox_refused[i], 0);
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    if (failed == 0)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
    if (failed == 0)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    const struct scmp_arg_cmp itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()); /* abort() */
    if (failed == 0)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, itself);
    return failed;
}

bool
exeat_sandbox_enter(const ExeatSandbox *sandbox, GError **error)
{
    exeat_privileges_harden();
    if (!sandbox_set_limits(sandbox, error))
        return false;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return sandbox_fail(error, "no filter", ENOMEM);
    int failed = sandbox_add_rules(filter);
    if (failed == 0)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed == 0 || sandbox_fail(error, "the filter is not taken", -failed);
}

#endif
