/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ten thousand damaged documents of every format through the pool: each gets an answer or a reason, no process of ours
 * ends but those that read, and the next document is read as ever.
 *
 *     test-mutations [COUNT FILE …]
 *
 * Without arguments it takes the seeds of the fuzz targets. With them it is the long run: COUNT mutations of the files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "message/inspect/pool.h"

#define PROGRAM "./exeat-inspect"
#define COUNT 10000
#define SEED 20261121
#define SLOW_SECONDS 3 /* no file of these sizes may take longer, whatever is in it */
#define CLEAN "Surname,UPN\nJones,H801200001001\n"

typedef struct Run {
    ExeatPool *pool;
    GRand *dice;
    guint read, unreadable, failed, slow;
} Run;

static const char *const targets[] = {"archive", "compound", "document", "pdf", "rtf", "tnef"};

static void
add_seeds(GPtrArray *files, const char *target)
{
    const char *source = g_getenv("srcdir");
    g_autofree char *folder = g_build_filename(source != NULL ? source : "..", "tests/fuzz/corpus", target, NULL);
    g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
    for (const char *name; names != NULL && (name = g_dir_read_name(names)) != NULL;)
        g_ptr_array_add(files, g_build_filename(folder, name, NULL));
}

/* A number that parsers stumble over, at any place and of any width. */
static void
set_number(Run *run, GByteArray *bytes)
{
    static const guint64 numbers[] = {0,      1,          0x7F,       0x80,       0xFF,       0x7FFF,
                                      0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, G_MAXUINT64};
    guint64 number = numbers[g_rand_int_range(run->dice, 0, G_N_ELEMENTS(numbers))];
    guint width = 1u << g_rand_int_range(run->dice, 0, 4);
    if (bytes->len > width)
        memcpy(bytes->data + g_rand_int_range(run->dice, 0, (gint32)(bytes->len - width)), &number, width);
}

static void
mutate_once(Run *run, GByteArray *bytes)
{
    guint at = (guint)g_rand_int_range(run->dice, 0, (gint32)bytes->len);
    guint length = (guint)g_rand_int_range(run->dice, 1, 64);
    length = MIN(bytes->len - at, length);
    switch (g_rand_int_range(run->dice, 0, 6)) {
    case 0:
        g_byte_array_set_size(bytes, MAX(at, 1));
        return;
    case 1:
        bytes->data[at] ^= (guint8)(1u << g_rand_int_range(run->dice, 0, 8));
        return;
    case 2:
        memset(bytes->data + at, g_rand_int_range(run->dice, 0, 256), length);
        return;
    case 3:
        if (length < bytes->len)
            g_byte_array_remove_range(bytes, at, length);
        return;
    case 4: {
        guint to = (guint)g_rand_int_range(run->dice, 0, (gint32)(bytes->len - length + 1));
        memmove(bytes->data + to, bytes->data + at, length);
        return;
    }
    default:
        set_number(run, bytes);
    }
}

static bool
ask(Run *run, const guint8 *data, gsize length, ExeatInspected **out_inspected)
{
    ExeatInspector *inspector = exeat_pool_inspector(run->pool);
    const ExeatFile file = {.name = "damaged", .data = data, .length = length};
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    bool done = inspector->inspect(inspector, &file, 0, out_inspected, &error);
    run->slow += g_get_monotonic_time() - start > SLOW_SECONDS * G_USEC_PER_SEC;
    if (!done && (error == NULL || error->message[0] == '\0'))
        fail_msg("no answer and no reason");
    return done;
}

/* Seeds of targets whose first byte chooses something have one byte more: both readings are tried. */
static void
mutate_file(Run *run, const char *path, guint times)
{
    g_autofree char *data = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &data, &length, NULL) || length < 8)
        return;
    gsize skip = strstr(path, "corpus/archive") != NULL ? 1 : 0;
    for (guint i = 0; i < times; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)data + skip, (guint)(length - skip));
        for (gint32 left = g_rand_int_range(run->dice, 0, 5); left > 0; left--)
            mutate_once(run, bytes);
        g_autoptr(ExeatInspected) inspected = NULL;
        if (!ask(run, bytes->data, bytes->len, &inspected))
            run->failed++;
        else if (((const ExeatPart *)inspected->parts->pdata[0])->unreadable != NULL)
            run->unreadable++;
        else
            run->read++;
    }
}

static void
mutate_all(const GPtrArray *files, guint count)
{
    const ExeatPoolOptions options = {.program = PROGRAM,
                                      .processes = 2,
                                      .documents = 200,
                                      .seconds = 10,
                                      .memory = (gsize)768 * 1024 * 1024,
                                      .limits = exeat_inspect_default_limits};
    Run run = {.dice = g_rand_new_with_seed(SEED)};
    assert_true(files->len > 0);
    assert_true(exeat_pool_new(&options, &run.pool, NULL));
    for (guint i = 0; i < files->len; i++)
        mutate_file(&run, files->pdata[i], MAX(count / files->len, 1));
    g_autoptr(ExeatInspected) inspected = NULL;
    assert_true(ask(&run, (const guint8 *)CLEAN, strlen(CLEAN), &inspected));
    assert_int_equal(inspected->texts->len, 1);
    ExeatPoolCounts counts = exeat_pool_counts(run.pool);
    printf("%u files: %u read, %u unreadable, %u ended their reader; %" G_GUINT64_FORMAT " processes\n", files->len,
           run.read, run.unreadable, run.failed, counts.started);
    assert_int_equal(counts.failed, run.failed);
    assert_int_equal(run.slow, 0);
    assert_true(run.read + run.unreadable > run.failed);
    exeat_pool_free(run.pool);
    g_rand_free(run.dice);
}

static void
test_mutations(G_GNUC_UNUSED void **state)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++)
        add_seeds(files, targets[i]);
    /* sanitizers are slow, and the ordinary build has the sandbox that this is about */
    mutate_all(files, exeat_sandbox_is_whole() ? COUNT : COUNT / 20);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutations)};
    if (argc < 3)
        return cmocka_run_group_tests(tests, NULL, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    for (int i = 2; i < argc; i++)
        g_ptr_array_add(files, argv[i]);
    mutate_all(files, (guint)strtoul(argv[1], NULL, 10));
    return 0;
}
