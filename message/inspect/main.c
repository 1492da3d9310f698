/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat-inspect: files in, what is in them out. Started by the pool (message/inspect/pool.h), one of several;
 * everything that needs a file of the system is loaded first, then the sandbox closes for good, then hostile bytes
 * come.
 *
 * Standard output and error lead nowhere: what libraries print about a file is the file's content.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/ipc.h"
#include "base/sandbox.h"
#include "message/charset.h"
#include "message/inspect/formats.h"
#include "message/inspect/wire.h"
#include "message/message.h"

#define SOCKET_DESCRIPTOR 3
#define DESCRIPTORS \
    8 /* the standard ones, the socket, the file of a job; what libraries opened at the start has gone */
#define SPARE_MILLISECONDS 300 /* to say how far it came */
#define EXIT_USAGE 64
#define EXIT_SANDBOX 70

/* The file behind the descriptor, mapped; it is a memory file that nobody else writes any more. */
static bool
map_file(int descriptor, ExeatFile *file)
{
    off_t size = lseek(descriptor, 0, SEEK_END);
    if (size < 0)
        return false;
    file->data = (const guint8 *)"";
    file->length = (gsize)size;
    if (file->length == 0)
        return true;
    void *map = mmap(NULL, file->length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    file->data = map;
    return map != MAP_FAILED;
}

/* Readers look at the clock themselves; where a library does not come back to them, the timer's signal ends us. It
 * counts this process's time alone, so it stands still until the next file. */
static void
set_timer(guint milliseconds)
{
    const struct itimerval timer = {.it_value = {milliseconds / 1000, (suseconds_t)(milliseconds % 1000) * 1000}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

static bool
answer(const ExeatIpcFrame *job)
{
    ExeatFile file;
    ExeatInspectLimits limits;
    if (!exeat_wire_read_job(job->body, job->length, &file, &limits, NULL) || !map_file(job->descriptor, &file))
        return false;
    set_timer(limits.milliseconds + SPARE_MILLISECONDS);
    g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, &limits);
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(inspected);
    if (file.length > 0)
        munmap((void *)(guintptr)file.data, file.length);
    return exeat_ipc_send(SOCKET_DESCRIPTOR, EXEAT_WIRE_ANSWER, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                          -1, NULL);
}

static void
serve(void)
{
    static const ExeatIpcRule rules[] = {{EXEAT_WIRE_JOB, EXEAT_WIRE_JOB_BYTES}};
    for (;;) {
        g_auto(ExeatIpcFrame) job = {.descriptor = -1};
        if (!exeat_ipc_receive(SOCKET_DESCRIPTOR, rules, G_N_ELEMENTS(rules), 0, &job, NULL) || !answer(&job))
            return;
    }
}

/* What libraries complain about is the file's content, and where they complain to is no longer there. */
static GLogWriterOutput
say_nothing(G_GNUC_UNUSED GLogLevelFlags level, G_GNUC_UNUSED const GLogField *fields, G_GNUC_UNUSED gsize count,
            G_GNUC_UNUSED gpointer data)
{
    return G_LOG_WRITER_HANDLED;
}

static bool
is_socket(int descriptor)
{
    struct stat about;
    return fstat(descriptor, &about) == 0 && S_ISSOCK(about.st_mode);
}

int
main(int argc, char **argv)
{
    gint64 memory = 0, seconds = 0;
    const GOptionEntry entries[] = {
        {"memory", 0, 0, G_OPTION_ARG_INT64, &memory, "Bytes of address space", "BYTES"},
        {"processor-seconds", 0, 0, G_OPTION_ARG_INT64, &seconds, "For the whole life of the process", "SECONDS"},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- read documents for exeat");
    g_option_context_set_summary(context, "exeatd and exeat start it; it is of no use by hand.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, NULL) || !is_socket(SOCKET_DESCRIPTOR) || memory <= 0 ||
        seconds <= 0) {
        g_printerr("exeat-inspect is started by exeatd and exeat; see exeatd(8)\n");
        return EXIT_USAGE;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    g_log_set_writer_func(say_nothing, NULL, NULL);
    tzset();
    exeat_message_library_init();
    exeat_formats_prepare();
    G_GNUC_UNUSED g_autoptr(GPtrArray) decoders = exeat_charset_preload();
    const ExeatSandbox sandbox = {
        .memory = (gsize)memory, .processor_seconds = (guint)MIN(seconds, G_MAXINT), .descriptors = DESCRIPTORS};
    if (!exeat_sandbox_enter(&sandbox, NULL))
        return EXIT_SANDBOX;
    const guint8 whole = exeat_sandbox_is_whole();
    if (exeat_ipc_send(SOCKET_DESCRIPTOR, EXEAT_WIRE_READY, &whole, sizeof whole, -1, NULL))
        serve();
    return EXIT_SUCCESS;
}
