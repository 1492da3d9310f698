/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool with the real exeat-inspect, and with programs that are late, dead or dishonest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "base/sandbox.h"
#include "message/inspect/pool.h"

#define PROGRAM "./exeat-inspect"
#define MEMORY ((gsize)768 * 1024 * 1024)
#define ROUNDS 40
#define THREADS 4
#define SLEEPERS 3
#define PAGE ((guint)1024 * 1024)
#define TEXT ((gsize)300 * PAGE) /* more than a process of SMALL bytes can hold */
#define SMALL ((gsize)256 * PAGE)
#define READY "printf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\n"

static ExeatPool *
make_pool(const char *program, guint processes, guint documents)
{
    const ExeatPoolOptions options = {.program = program,
                                      .processes = processes,
                                      .documents = documents,
                                      .seconds = 5,
                                      .memory = MEMORY,
                                      .limits = exeat_inspect_default_limits};
    ExeatPool *pool = NULL;
    assert_true(exeat_pool_new(&options, &pool, NULL));
    return pool;
}

/* The reason why @text, as a file, could not be read; NULL if it was inspected. (transfer full) */
static char *
ask(ExeatPool *pool, const char *text, gint64 deadline)
{
    ExeatInspector *inspector = exeat_pool_inspector(pool);
    const ExeatFile file = {.name = "notes.bin", .data = (const guint8 *)text, .length = strlen(text)};
    g_autoptr(ExeatInspected) inspected = NULL;
    g_autoptr(GError) error = NULL;
    return inspector->inspect(inspector, &file, deadline, &inspected, &error) ? NULL : g_strdup(error->message);
}

static gpointer
ask_often(gpointer pool)
{
    guint failed = 0;
    for (guint i = 0; i < ROUNDS; i++) {
        g_autofree char *reason = ask(pool, "\x01\x02 something", 0);
        failed += reason != NULL;
    }
    return GUINT_TO_POINTER(failed);
}

/* Many threads, few processes, each replaced every few documents: every question is answered. */
static void
test_many_threads(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatPool) pool = make_pool(PROGRAM, 2, 7);
    GThread *threads[THREADS];
    for (guint i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("ask", ask_often, pool);
    guint failed = 0;
    for (guint i = 0; i < THREADS; i++)
        failed += GPOINTER_TO_UINT(g_thread_join(threads[i]));
    ExeatPoolCounts counts = exeat_pool_counts(pool);
    assert_int_equal(failed, 0);
    assert_int_equal(counts.inspected, ROUNDS * THREADS);
    assert_int_equal(counts.failed, 0);
    assert_true(counts.started >= ROUNDS * THREADS / 7);
    assert_int_equal(counts.whole, exeat_sandbox_is_whole());
}

/* Decoders for documents were loaded before the sandbox closed. */
static void
test_encodings(G_GNUC_UNUSED void **state)
{
    static const char *const names[] = {"UTF-16", "ISO-8859-15", "windows-1252", "ISO-8859-1"};
    g_autoptr(ExeatPool) pool = make_pool(PROGRAM, 1, 7);
    ExeatInspector *inspector = exeat_pool_inspector(pool);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = g_strdup_printf("<?xml version='1.0' encoding='%s'?><r><n>Si\xC3\xA2n</n></r>",
                                                names[i]);
        gsize length = 0;
        g_autofree char *bytes = g_convert(text, -1, names[i], "UTF-8", NULL, &length, NULL);
        const ExeatFile file = {.name = "list.xml", .data = (const guint8 *)bytes, .length = length};
        g_autoptr(ExeatInspected) inspected = NULL;
        assert_true(inspector->inspect(inspector, &file, 0, &inspected, NULL));
        assert_int_equal(inspected->texts->len, 1);
        const ExeatText *found = inspected->texts->pdata[0];
        if (strstr(found->text, "Si\xC3\xA2n") == NULL)
            fail_msg("%s: %s", names[i], found->text);
    }
}

static char *
make_program(const char *script)
{
    char *path = g_strdup("/tmp/exeat-pool-XXXXXX");
    int file = g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0700);
    assert_true(file >= 0);
    assert_int_equal(write(file, script, strlen(script)), (ssize_t)strlen(script));
    close(file);
    return path;
}

static void
test_bad_programs(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name;
        const char *script;
        const char *want;
    } rows[] = {
        {"dies at once", "#!/bin/sh\nexit 0\n", "the inspector could not be started"},
        {"says no READY", "#!/bin/sh\nprintf 'hello, I am ready' >&3\n", "the inspector could not be started"},
        {"is never ready", "#!/bin/sh\nexec sleep 60\n", "not inspected in time"},
        {"dies after READY", "#!/bin/sh\n" READY, "broke its reader"},
        {"answers rubbish",
         "#!/bin/sh\n" READY "printf '\\003\\000\\000\\000\\004\\000\\000\\000abcd' >&3\nexec sleep 60\n",
         "broke its reader"},
        {"announces without end",
         "#!/bin/sh\n" READY "printf '\\003\\000\\000\\000\\377\\377\\377\\377' >&3\nexec sleep 60\n",
         "broke its reader"},
        {"never answers", "#!/bin/sh\n" READY "exec sleep 60\n", "takes too long to read"},
        {"is ended by its timer", "#!/bin/sh\n" READY "head -c 1 <&3 >/dev/null; kill -PROF $$\n",
         "takes too long to read"},
        {"is killed while it reads", "#!/bin/sh\n" READY "head -c 1 <&3 >/dev/null; kill -KILL $$\n",
         "broke its reader"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *program = make_program(rows[i].script);
        ExeatPool *pool = make_pool(program, 1, 1);
        g_autofree char *reason = ask(pool, "x", g_get_monotonic_time() + G_USEC_PER_SEC);
        const ExeatPoolCounts counts = exeat_pool_counts(pool);
        exeat_pool_free(pool);
        g_unlink(program);
        if (g_strcmp0(reason, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].name, reason);
        if (counts.inspected != 1 || counts.failed != 1)
            fail_msg("%s: counted as %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " failed", rows[i].name,
                     counts.inspected, counts.failed);
    }
}

/* The processes that this one has started and not yet waited for, of whatever thread. */
static guint
children(pid_t *out_pids, guint most)
{
    guint count = 0;
    g_autoptr(GDir) tasks = g_dir_open("/proc/self/task", 0, NULL);
    for (const char *task = g_dir_read_name(tasks); task != NULL; task = g_dir_read_name(tasks)) {
        g_autofree char *path = g_strdup_printf("/proc/self/task/%s/children", task);
        g_autofree char *text = NULL;
        if (!g_file_get_contents(path, &text, NULL, NULL))
            continue;
        g_auto(GStrv) words = g_strsplit(text, " ", -1);
        for (char **word = words; *word != NULL && count < most; word++)
            if (**word != '\0')
                out_pids[count++] = (pid_t)g_ascii_strtoll(*word, NULL, 10);
    }
    return count;
}

static void
wait_until_started(ExeatPool *pool, guint64 count)
{
    gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    while (exeat_pool_counts(pool).started < count) {
        if (g_get_monotonic_time() >= until)
            fail_msg("only %" G_GUINT64_FORMAT " were started", exeat_pool_counts(pool).started);
        g_usleep(5000);
    }
}

/* It is dead, and its end of the socket closed, when this returns. */
static void
kill_idle(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
    kill(pid, SIGKILL);
    for (bool dead = false; !dead;) {
        g_autofree char *text = NULL;
        dead = !g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z ") != NULL;
        g_usleep(1000);
    }
}

/* All of them die while nobody asks: the next question still has its answer, and no failure is counted. */
static void
test_death_while_idle(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatPool) pool = make_pool(PROGRAM, SLEEPERS, 100);
    wait_until_started(pool, SLEEPERS);
    for (guint round = 0; round < 2; round++) {
        pid_t pids[2 * SLEEPERS];
        guint count = children(pids, G_N_ELEMENTS(pids));
        assert_in_range(count, 1, SLEEPERS);
        for (guint i = 0; i < count; i++)
            kill_idle(pids[i]);
        g_autofree char *reason = ask(pool, "\x01\x02 something", 0);
        assert_null(reason);
    }
    const ExeatPoolCounts counts = exeat_pool_counts(pool);
    assert_int_equal(counts.inspected, 2);
    assert_int_equal(counts.failed, 0);
    assert_true(counts.started > SLEEPERS);
    assert_true(counts.microseconds > 0);
}

/* Processes that have read their share go, and leave nothing behind. */
static void
test_replaced_without_trace(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatPool) pool = make_pool(PROGRAM, 1, 2);
    pid_t pids[8];
    for (guint i = 0; i < 7; i++) {
        g_autofree char *reason = ask(pool, "\x01\x02 something", 0);
        assert_null(reason);
    }
    wait_until_started(pool, 4);
    assert_int_equal(children(pids, G_N_ELEMENTS(pids)), 1);
    exeat_pool_free(g_steal_pointer(&pool));
    assert_int_equal(children(pids, G_N_ELEMENTS(pids)), 0);
}

/* Who asks when his time is up takes nobody's process. */
static void
test_late_question(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatPool) pool = make_pool(PROGRAM, 1, 10);
    wait_until_started(pool, 1);
    g_autofree char *late = ask(pool, "x", g_get_monotonic_time());
    assert_string_equal(late, "not inspected in time");
    g_autofree char *next = ask(pool, "x", 0);
    assert_null(next);
    assert_int_equal(exeat_pool_counts(pool).started, 1);
}

/* A gzip file of so many bytes of text. */
static GByteArray *
pack_text(gsize count)
{
    GByteArray *packed = g_byte_array_new();
    g_autofree guint8 *page = g_malloc(PAGE);
    for (gsize i = 0; i < PAGE; i++)
        page[i] = (guint8) "The caretaker has the key.\n"[i % 27];
    guint8 out[65536];
    z_stream stream = {.zalloc = NULL};
    assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    gsize done = 0;
    for (int status = Z_OK; status != Z_STREAM_END;) {
        if (stream.avail_in == 0 && done < count) {
            stream.next_in = page;
            stream.avail_in = PAGE;
            done += PAGE;
        }
        stream.next_out = out;
        stream.avail_out = sizeof out;
        status = deflate(&stream, done < count ? Z_NO_FLUSH : Z_FINISH);
        g_byte_array_append(packed, out, (guint)(sizeof out - stream.avail_out));
    }
    deflateEnd(&stream);
    return packed;
}

/* A process that needs more memory than it has ends; the next file has a process of its own. */
static void
test_too_much_memory(G_GNUC_UNUSED void **state)
{
    if (!exeat_sandbox_is_whole())
        return; /* a build for sanitizers sets no bound */
    ExeatPoolOptions options = {.program = PROGRAM,
                                .processes = 1,
                                .documents = 10,
                                .seconds = 20,
                                .memory = SMALL,
                                .limits = exeat_inspect_default_limits};
    options.limits.member_bytes = options.limits.total_bytes = TEXT * 2;
    options.limits.ratio = 100000;
    g_autoptr(ExeatPool) pool = NULL;
    assert_true(exeat_pool_new(&options, &pool, NULL));
    g_autoptr(GByteArray) packed = pack_text(TEXT);
    const ExeatFile file = {.name = "notes.gz", .data = packed->data, .length = packed->len};
    ExeatInspector *inspector = exeat_pool_inspector(pool);
    g_autoptr(ExeatInspected) inspected = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(inspector->inspect(inspector, &file, 0, &inspected, &error));
    assert_string_equal(error->message, "broke its reader");
    g_autofree char *next = ask(pool, "x", 0);
    assert_null(next);
    assert_int_equal(exeat_pool_counts(pool).failed, 1);
}

/* One millisecond for much text: the reader says itself that it was too long, and keeps its process. */
static void
test_too_little_time(G_GNUC_UNUSED void **state)
{
    ExeatPoolOptions options = {.program = PROGRAM,
                                .processes = 1,
                                .documents = 10,
                                .seconds = 20,
                                .memory = MEMORY,
                                .limits = exeat_inspect_default_limits};
    options.limits.milliseconds = 1;
    g_autoptr(ExeatPool) pool = NULL;
    assert_true(exeat_pool_new(&options, &pool, NULL));
    g_autoptr(GByteArray) packed = pack_text(32 * PAGE);
    const ExeatFile file = {.name = "notes.gz", .data = packed->data, .length = packed->len};
    ExeatInspector *inspector = exeat_pool_inspector(pool);
    g_autoptr(ExeatInspected) inspected = NULL;
    assert_true(inspector->inspect(inspector, &file, 0, &inspected, NULL));
    const ExeatPart *part = inspected->parts->pdata[0];
    assert_string_equal(part->unreadable, "takes too long to read");
    assert_int_equal(exeat_pool_counts(pool).failed, 0);
}

static void
test_no_program(G_GNUC_UNUSED void **state)
{
    const ExeatPoolOptions options = {.program = "/nonexistent/exeat-inspect", .processes = 1};
    ExeatPool *pool = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(exeat_pool_new(&options, &pool, &error));
    assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_threads),     cmocka_unit_test(test_bad_programs),
        cmocka_unit_test(test_death_while_idle), cmocka_unit_test(test_replaced_without_trace),
        cmocka_unit_test(test_late_question),    cmocka_unit_test(test_too_much_memory),
        cmocka_unit_test(test_too_little_time),  cmocka_unit_test(test_no_program),
        cmocka_unit_test(test_encodings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
