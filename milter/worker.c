/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/worker.h"

#include <errno.h>
#include <grp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/privileges.h"
#include "milter/session.h"

/* Connections that wait to be taken. Where there is no room for one, the MTA on a UNIX socket fails at once. */
#define BACKLOG 1024
#define HEAP_ARENAS 2                    /* connections are threads: an arena each would keep what each once needed */
#define HEAP_MAP_BYTES (4 * 1024 * 1024) /* larger blocks go back to the system when they are freed */
#define EXIT_CONFIG 2
#define FIRST_DESCRIPTORS 256 /* at the start all are among them */

static bool
config_fail(GError **error, const char *what, const char *name)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s %s: %s", what, name,
                errno ? g_strerror(errno) : "there is none");
    return false;
}

/* Memory must follow the load down as well as up. Set outright, for glibc's own bounds grow with what is freed. */
static void
bound_heap(void)
{
    mallopt(M_ARENA_MAX, HEAP_ARENAS);
    mallopt(M_MMAP_THRESHOLD, HEAP_MAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, HEAP_MAP_BYTES * 4);
}

static const char *
socket_path(const ExeatGateSettings *gate)
{
    return g_str_has_prefix(gate->socket, "unix:") ? gate->socket + strlen("unix:") : NULL;
}

/* The user's, and the group's that may connect: done while we may still give files away. */
static bool
hand_over_socket(const char *path, const ExeatGateSettings *gate, GError **error)
{
    uid_t owner = (uid_t)-1;
    gid_t group = (gid_t)-1;
    errno = 0;
    if (geteuid() == 0) {
        const struct passwd *user = getpwnam(gate->user);
        if (!user)
            return config_fail(error, "gate.user: no such user", gate->user);
        owner = user->pw_uid;
        group = user->pw_gid;
    }
    if (gate->socket_group) {
        const struct group *wanted = getgrnam(gate->socket_group);
        if (!wanted)
            return config_fail(error, "gate.socket_group: no such group", gate->socket_group);
        group = wanted->gr_gid;
    }
    return chown(path, owner, group) == 0 || config_fail(error, "the socket cannot be given away", path);
}

/* The socket that libmilter listens at, which it tells nobody: the one that listens, since nothing else does yet. */
static int
find_listener(void)
{
    int most = (int)sysconf(_SC_OPEN_MAX);
    for (int fd = 0; fd < MIN(most, FIRST_DESCRIPTORS); fd++) {
        int listens = 0;
        socklen_t size = sizeof listens;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens)
            return fd;
    }
    return -1;
}

/*
 * libmilter writes each change to a letter apart, and over TCP every one of them would wait for the acknowledgement of
 * the one before, 40 ms late (Nagle's algorithm, RFC 896, against delayed acknowledgements). Connections inherit the
 * option from the socket that accepts them.
 */
static void
send_at_once(void)
{
    int yes = 1;
    int listener = find_listener();
    if (listener < 0 || setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0)
        exeat_log(EXEAT_LOG_WARNING, NULL, "tcp-nodelay", "reason", "not taken: changed letters are delayed", NULL);
}

/* libmilter makes its socket by the umask; who may connect is said here. */
static bool
open_socket(const ExeatGateSettings *gate, GError **error)
{
    const char *path = socket_path(gate);
    mode_t before = umask(0117);
    bool opened = smfi_setconn(gate->socket) == MI_SUCCESS && smfi_opensocket(TRUE) == MI_SUCCESS;
    umask(before);
    if (!opened)
        return config_fail(error, "cannot listen at", gate->socket);
    if (path)
        return hand_over_socket(path, gate, error);
    send_at_once();
    return true;
}

/*
 * Before any thread starts, so that none of ours takes what another waits for: SIGUSR1 the reload thread, the rest the
 * one in which libmilter ends in order.
 */
static void
block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static gpointer
reload_on_signal(gpointer data)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    for (int signal_number; sigwait(&set, &signal_number) == 0;)
        exeat_gate_reload(data);
    return NULL;
}

static bool
set_up_libmilter(const ExeatGateSettings *gate, GError **error)
{
    if (smfi_setbacklog(BACKLOG) == MI_SUCCESS && smfi_settimeout((int)gate->timeout) == MI_SUCCESS)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libmilter takes no backlog of %d or no time-out of %d s",
                BACKLOG, (int)gate->timeout);
    return false;
}

static bool
serve(const char *config_path, ExeatSettings *settings, GError **error)
{
    g_autoptr(ExeatGate) gate = NULL;
    bound_heap();
    block_signals(); /* before there is any thread that it could kill */
    if (!set_up_libmilter(settings->gate, error) || !exeat_session_register(error) ||
        !open_socket(settings->gate, error) || !exeat_privileges_become(settings->gate->user, NULL, error))
        return false;
    exeat_privileges_harden(); /* letters of a school must not lie in a core file */
    /* No worker outlives its supervisor. It may not end in order either: libmilter would remove the socket at that
     * path, which by then may be the next gate's. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    exeat_message_library_init();
    if (!exeat_gate_new(config_path, settings, &gate, error))
        return false;
    exeat_session_use(gate);
    g_autoptr(GThread) reloader = g_thread_new("reload", reload_on_signal, gate);
    exeat_log(EXEAT_LOG_INFO, NULL, "started", "socket", settings->gate->socket, NULL);
    bool served = smfi_main() == MI_SUCCESS;
    exeat_log(EXEAT_LOG_INFO, NULL, "stopped", NULL);
    if (!served)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libmilter ended with an error");
    /* the reload thread and sessions that were cut off may still look at the gate: it goes with the process */
    g_steal_pointer(&gate);
    return served;
}

int
exeat_worker_run(const char *config_path, ExeatSettings *settings)
{
    g_autoptr(GError) error = NULL;
    if (serve(config_path, settings, &error))
        return 0;
    exeat_log(EXEAT_LOG_ERROR, NULL, "cannot-serve", "reason", error->message, NULL);
    return EXIT_CONFIG;
}
