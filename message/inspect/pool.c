/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A place holds one process; the lock guards what state each place is in, and whoever took a place alone talks to its
 * process. The keeper thread starts processes at empty places: it lives as long as the pool, so the processes can ask
 * the kernel to die with it.
 */
#include "message/inspect/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/ipc.h"
#include "message/inspect/wire.h"

#define START_SECONDS 20           /* until a process says that it is ready: the machine may be busy */
#define RETRY_SECONDS 2            /* between two starts where those before failed */
#define FAILED_STARTS 2            /* one may have been killed, two are the program's fault */
#define LEAST_MILLISECONDS 1500    /* of the processor's time, for the smallest file; */
#define MEGABYTE_MILLISECONDS 1000 /* and for each megabyte: honest files need a tenth of it */
#define PROCESSES_MAX 64
#define SOCKET_DESCRIPTOR 3 /* where a process finds its end */
#define FAILED_START "the inspector could not be started"
#define NOT_IN_TIME "not inspected in time"
#define BROKE "broke its reader"

extern char **environ;

typedef enum PlaceState { PLACE_EMPTY, PLACE_IDLE, PLACE_TAKEN } PlaceState;

typedef struct Place {
    PlaceState state;
    pid_t process;
    int socket;
    guint documents;
} Place;

struct ExeatPool {
    ExeatInspector inspector; /* first: a pool is one */
    ExeatPoolOptions options;
    char *program;
    GMutex lock; /* guards all below */
    GCond idle;  /* letters wait for a process */
    GCond empty; /* the keeper waits for a place without one */
    Place places[PROCESSES_MAX];
    ExeatPoolCounts counts;
    bool asked; /* somebody wants a process */
    bool ending;
    guint failed_starts; /* since the last one that did not */
    GThread *keeper;
};

/* --- one process --- */

/* Ends what it may not have ended itself. The signal that it ended by, or 0. */
static int
place_kill(Place *place)
{
    int status = 0;
    if (place->socket >= 0)
        close(place->socket);
    if (place->process > 0) {
        kill(-place->process, SIGKILL); /* a session of its own: the whole family */
        while (waitpid(place->process, &status, 0) < 0 && errno == EINTR)
            ;
    }
    *place = (Place){.state = place->state, .socket = -1};
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static int
place_spawn(const ExeatPool *pool, int socket, pid_t *out_process)
{
    g_autofree char *memory = g_strdup_printf("--memory=%" G_GSIZE_FORMAT, pool->options.memory);
    guint64 seconds = (guint64)pool->options.seconds * pool->options.documents;
    g_autofree char *processor = g_strdup_printf("--processor-seconds=%" G_GUINT64_FORMAT, seconds);
    char *const argv[] = {pool->program, memory, processor, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, socket, SOCKET_DESCRIPTOR);
    posix_spawn_file_actions_addclosefrom_np(&files, SOCKET_DESCRIPTOR + 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawn(out_process, pool->program, &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

/* A process that says it is ready. Only the keeper calls it, without the lock. */
static bool
place_start(const ExeatPool *pool, Place *out_place, bool *out_whole)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    Place place = {.state = PLACE_IDLE, .socket = ends[0]};
    int failed = place_spawn(pool, ends[1], &place.process);
    close(ends[1]);
    if (failed != 0) {
        place.process = 0;
        place_kill(&place);
        return false;
    }
    static const ExeatIpcRule rules[] = {{EXEAT_WIRE_READY, EXEAT_WIRE_READY_BYTES}};
    g_auto(ExeatIpcFrame) frame = {.descriptor = -1};
    gint64 deadline = g_get_monotonic_time() + START_SECONDS * G_USEC_PER_SEC;
    if (!exeat_ipc_receive(place.socket, rules, G_N_ELEMENTS(rules), deadline, &frame, NULL) || frame.length != 1) {
        place_kill(&place);
        return false;
    }
    *out_whole = frame.body[0] != 0;
    *out_place = place;
    return true;
}

/* --- the keeper --- */

static Place *
pool_find(ExeatPool *pool, PlaceState state)
{
    for (guint i = 0; i < pool->options.processes; i++)
        if (pool->places[i].state == state)
            return &pool->places[i];
    return NULL;
}

static bool
pool_is_broken(const ExeatPool *pool)
{
    return pool->failed_starts >= FAILED_STARTS;
}

static void
pool_fill(ExeatPool *pool, Place *place)
{
    Place started = {.socket = -1};
    bool whole = false;
    g_mutex_unlock(&pool->lock);
    bool done = place_start(pool, &started, &whole);
    g_mutex_lock(&pool->lock);
    pool->failed_starts = done ? 0 : pool->failed_starts + 1;
    if (done) {
        *place = started;
        pool->counts.whole = pool->counts.whole && whole;
        pool->counts.started++;
    }
    g_cond_broadcast(&pool->idle);
}

static gpointer
pool_keep(gpointer data)
{
    ExeatPool *pool = data;
    g_mutex_lock(&pool->lock);
    while (!pool->ending) {
        Place *empty = pool->asked ? pool_find(pool, PLACE_EMPTY) : NULL;
        if (empty == NULL) {
            g_cond_wait(&pool->empty, &pool->lock);
            continue;
        }
        pool_fill(pool, empty);
        gint64 until = g_get_monotonic_time() + RETRY_SECONDS * G_USEC_PER_SEC;
        while (pool_is_broken(pool) && !pool->ending && g_cond_wait_until(&pool->empty, &pool->lock, until))
            ;
    }
    g_mutex_unlock(&pool->lock);
    return NULL;
}

/* --- inspecting --- */

static bool
pool_fail(GError **error, ExeatErrorCode code, const char *why)
{
    g_set_error_literal(error, EXEAT_ERROR, code, why);
    return false;
}

static Place *
pool_take(ExeatPool *pool, gint64 deadline, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pool->lock);
    Place *place = NULL;
    if (g_get_monotonic_time() >= deadline) {
        pool_fail(error, EXEAT_ERROR_LIMIT, NOT_IN_TIME);
        return NULL;
    }
    if (!pool->asked)
        g_cond_signal(&pool->empty);
    pool->asked = true;
    while ((place = pool_find(pool, PLACE_IDLE)) == NULL) {
        if (pool_is_broken(pool) && pool_find(pool, PLACE_TAKEN) == NULL) {
            pool_fail(error, EXEAT_ERROR_UNAVAILABLE, FAILED_START);
            return NULL;
        }
        if (!g_cond_wait_until(&pool->idle, &pool->lock, deadline)) {
            pool_fail(error, EXEAT_ERROR_LIMIT, NOT_IN_TIME);
            return NULL;
        }
    }
    place->state = PLACE_TAKEN;
    return place;
}

/* @usable: the process goes on. Else the signal that it had ended by, or was ended by now. */
static int
pool_give(ExeatPool *pool, Place *place, bool usable)
{
    bool keep = usable && ++place->documents < pool->options.documents;
    Place left = *place; /* of a taken place the others look at its state alone */
    int ended = keep ? 0 : place_kill(&left);
    g_mutex_lock(&pool->lock);
    if (!keep)
        *place = left;
    place->state = keep ? PLACE_IDLE : PLACE_EMPTY;
    g_cond_signal(keep ? &pool->idle : &pool->empty);
    g_mutex_unlock(&pool->lock);
    return ended;
}

static void
pool_count(ExeatPool *pool, bool answered, gint64 microseconds)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pool->lock);
    pool->counts.inspected++;
    pool->counts.failed += !answered;
    pool->counts.microseconds += (guint64)MAX(microseconds, 0);
}

/* The file's bytes where another process can map them, and nowhere on a disk. */
static int
pool_lend(const ExeatFile *file)
{
    int descriptor = memfd_create("exeat", MFD_CLOEXEC);
    for (gsize done = 0; descriptor >= 0 && done < file->length;) {
        ssize_t wrote = write(descriptor, file->data + done, file->length - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            close(descriptor);
            return -1;
        }
        done += (gsize)wrote;
    }
    return descriptor;
}

/* A process whose time was up has ended by the signal of its timer. */
static const char *
pool_reason(const GError *failed, int ended)
{
    bool late = g_error_matches(failed, EXEAT_ERROR, EXEAT_ERROR_LIMIT) || ended == SIGPROF;
    return late ? "takes too long to read" : BROKE;
}

/* A small file that keeps a processor busy is no honest one; waiting for a busy machine does not count. */
static ExeatInspectLimits
pool_limits(const ExeatPool *pool, const ExeatFile *file)
{
    ExeatInspectLimits limits = pool->options.limits;
    guint64 allowed = LEAST_MILLISECONDS + (guint64)(file->length >> 20) * MEGABYTE_MILLISECONDS;
    limits.milliseconds = (guint)MIN((guint64)limits.milliseconds, allowed);
    return limits;
}

typedef struct Job {
    const ExeatFile *file;
    ExeatInspectLimits limits;
    gint64 deadline;
    int descriptor; /* the file's bytes, lent to whoever reads them */
} Job;

/* Only who has a place lends the file: letters that wait are not copied. */
static bool
pool_send(Job *job, const Place *place, GError **error)
{
    g_autoptr(GBytes) bytes = exeat_wire_write_job(job->file, &job->limits);
    if (job->descriptor < 0 && (job->descriptor = pool_lend(job->file)) < 0)
        return pool_fail(error, EXEAT_ERROR_LIMIT, "no memory to inspect it");
    return exeat_ipc_send(place->socket, EXEAT_WIRE_JOB, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                          job->descriptor, error);
}

/*
 * A process that has taken the job. One that died while it was idle is found out here, before it saw anything of the
 * file: that costs nobody his answer. There may be as many of those as there are places.
 */
static Place *
pool_hand_over(ExeatPool *pool, Job *job, GError **error)
{
    for (guint dead = 0; dead <= pool->options.processes; dead++) {
        Place *place = pool_take(pool, job->deadline, error);
        if (place == NULL)
            return NULL;
        g_autoptr(GError) failed = NULL;
        if (pool_send(job, place, &failed))
            return place;
        bool gone = g_error_matches(failed, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE);
        pool_give(pool, place, !gone);
        if (!gone) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return NULL;
        }
    }
    pool_fail(error, EXEAT_ERROR_LIMIT, BROKE);
    return NULL;
}

static bool
pool_read_answer(const Place *place, const ExeatInspectLimits *limits, gint64 deadline, ExeatInspected **out_inspected,
                 GError **error)
{
    const ExeatIpcRule rules[] = {{EXEAT_WIRE_ANSWER, exeat_wire_answer_bytes(limits)}};
    g_auto(ExeatIpcFrame) frame = {.descriptor = -1};
    return exeat_ipc_receive(place->socket, rules, G_N_ELEMENTS(rules), deadline, &frame, error) &&
           exeat_wire_read_answer(frame.body, frame.length, limits, out_inspected, error);
}

static bool
pool_ask(ExeatPool *pool, Job *job, ExeatInspected **out_inspected, GError **error)
{
    Place *place = pool_hand_over(pool, job, error);
    if (place == NULL)
        return false;
    gint64 allowed = g_get_monotonic_time() + (gint64)pool->options.seconds * G_USEC_PER_SEC;
    g_autoptr(GError) failed = NULL;
    bool done = pool_read_answer(place, &job->limits, MIN(job->deadline, allowed), out_inspected, &failed);
    int ended = pool_give(pool, place, done);
    return done || pool_fail(error, EXEAT_ERROR_LIMIT, pool_reason(failed, ended));
}

static bool
pool_inspect(ExeatInspector *self, const ExeatFile *file, gint64 deadline, ExeatInspected **out_inspected,
             GError **error)
{
    ExeatPool *pool = (ExeatPool *)self;
    gint64 started = g_get_monotonic_time();
    gint64 longest = ((gint64)pool->options.seconds + START_SECONDS) * G_USEC_PER_SEC;
    Job job = {.file = file,
               .limits = pool_limits(pool, file),
               .deadline = deadline != 0 ? deadline : started + longest,
               .descriptor = -1};
    bool done = pool_ask(pool, &job, out_inspected, error);
    if (job.descriptor >= 0)
        close(job.descriptor);
    pool_count(pool, done, g_get_monotonic_time() - started);
    return done;
}

bool
exeat_pool_wait(ExeatPool *pool, gint64 deadline, GError **error)
{
    Place *place = pool_take(pool, deadline, error);
    if (place == NULL)
        return false;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pool->lock);
    place->state = PLACE_IDLE;
    g_cond_signal(&pool->idle);
    return true;
}

ExeatInspector *
exeat_pool_inspector(ExeatPool *pool)
{
    return &pool->inspector;
}

ExeatPoolCounts
exeat_pool_counts(ExeatPool *pool)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pool->lock);
    return pool->counts;
}

bool
exeat_pool_new(const ExeatPoolOptions *options, ExeatPool **out_pool, GError **error)
{
    if (access(options->program, X_OK) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the inspector %s cannot be run: %s", options->program,
                    g_strerror(errno));
        return false;
    }
    ExeatPool *pool = g_new0(ExeatPool, 1);
    pool->inspector.inspect = pool_inspect;
    pool->options = *options;
    pool->options.processes = CLAMP(options->processes, 1, PROCESSES_MAX);
    pool->options.documents = MAX(options->documents, 1);
    pool->program = g_strdup(options->program);
    pool->options.program = pool->program;
    pool->counts.whole = true;
    pool->asked = !options->on_demand;
    for (guint i = 0; i < PROCESSES_MAX; i++)
        pool->places[i].socket = -1;
    g_mutex_init(&pool->lock);
    g_cond_init(&pool->idle);
    g_cond_init(&pool->empty);
    pool->keeper = g_thread_new("inspectors", pool_keep, pool);
    *out_pool = pool;
    return true;
}

void
exeat_pool_free(ExeatPool *pool)
{
    if (pool == NULL)
        return;
    g_mutex_lock(&pool->lock);
    pool->ending = true;
    g_cond_signal(&pool->empty);
    g_mutex_unlock(&pool->lock);
    g_thread_join(pool->keeper);
    for (guint i = 0; i < pool->options.processes; i++)
        place_kill(&pool->places[i]);
    g_cond_clear(&pool->idle);
    g_cond_clear(&pool->empty);
    g_mutex_clear(&pool->lock);
    g_free(pool->program);
    g_free(pool);
}
