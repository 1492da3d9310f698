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
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/sandbox.h"
#include "message/inspect/pool.h"

#define PROGRAM "./exeat-inspect"
#define MEMORY ((gsize)768 * 1024 * 1024)
#define ROUNDS 40
#define THREADS 4

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
        {"dies after READY", "#!/bin/sh\nprintf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\n",
         "broke its reader"},
        {"answers rubbish",
         "#!/bin/sh\nprintf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\n"
         "printf '\\003\\000\\000\\000\\004\\000\\000\\000abcd' >&3\nexec sleep 60\n",
         "broke its reader"},
        {"announces without end",
         "#!/bin/sh\nprintf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\n"
         "printf '\\003\\000\\000\\000\\377\\377\\377\\377' >&3\nexec sleep 60\n",
         "broke its reader"},
        {"never answers", "#!/bin/sh\nprintf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\nexec sleep 60\n",
         "takes too long to read"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *program = make_program(rows[i].script);
        ExeatPool *pool = make_pool(program, 1, 1);
        g_autofree char *reason = ask(pool, "x", g_get_monotonic_time() + G_USEC_PER_SEC);
        exeat_pool_free(pool);
        g_unlink(program);
        if (g_strcmp0(reason, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].name, reason);
    }
}

/* A process that died while nobody looked costs one file its reading at most; the pool goes on. */
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
        cmocka_unit_test(test_many_threads),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_bad_programs),
        cmocka_unit_test(test_no_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
