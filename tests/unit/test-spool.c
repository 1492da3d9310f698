/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter while it comes in, and the memory that letters share: whatever pieces it comes in, its bytes are the same;
 * and what was taken of the share is given back on every path.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"
#include "milter/spool.h"

#define KILOBYTE 1024
#define MEGABYTE ((gsize)KILOBYTE * KILOBYTE)
#define SHARE_STEP_KILOBYTES 256
#define STEP ((gsize)SHARE_STEP_KILOBYTES * KILOBYTE)
#define MEMORY ((gsize)4096) /* of each letter's own */
#define MOST (8 * MEGABYTE)
#define THREADS 8

static int
setup(void **state)
{
    *state = g_dir_make_tmp("exeat-spool-XXXXXX", NULL);
    return *state ? 0 : -1;
}

/* Files have no name: if one had, the folder could not be removed. */
static int
teardown(void **state)
{
    int removed = g_rmdir(*state);
    g_free(*state);
    return removed;
}

/* Bytes that do not repeat in any step of a power of two. */
static GBytes *
letter(gsize size)
{
    guint8 *bytes = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        bytes[i] = (guint8)(i * 31 + i / 251);
    return g_bytes_new_take(bytes, size);
}

static guint
descriptors(void)
{
    guint count = 0;
    g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
    while (g_dir_read_name(folder))
        count++;
    return count;
}

static bool
append(ExeatSpool *spool, GBytes *bytes, gsize from, gsize to, gsize piece, GError **error)
{
    const guint8 *data = g_bytes_get_data(bytes, NULL);
    for (gsize at = from; at < to; at += piece)
        if (!exeat_spool_append(spool, data + at, MIN(piece, to - at), error))
            return false;
    return true;
}

static ExeatSpool *
spool_new(const char *folder, ExeatSpoolShare *share, gsize share_most)
{
    ExeatSpool *spool = exeat_spool_new(folder, MEMORY, MOST);
    exeat_spool_use_share(spool, share, share_most);
    return spool;
}

/* True if the spool used its file. */
static bool
goes_to_file(const char *folder, ExeatSpoolShare *share, gsize share_most, gsize size, gsize piece)
{
    guint before = descriptors();
    g_autoptr(GBytes) bytes = letter(size), whole = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatSpool) spool = spool_new(folder, share, share_most);
    assert_true(append(spool, bytes, 0, size, piece, &error));
    bool in_file = descriptors() > before;
    assert_int_equal(exeat_spool_size(spool), size);
    if (in_file)
        assert_int_equal(share->kilobytes, 0);
    assert_true(exeat_spool_finish(spool, &whole, &error));
    assert_true(g_bytes_equal(bytes, whole));
    return in_file;
}

static void
test_pieces(void **state)
{
    static const gsize pieces[] = {1, 4 * KILOBYTE, 64 * KILOBYTE, MEGABYTE};
    static const struct {
        gsize share;
        bool file;
    } rows[] = {{0, true}, {MEGABYTE, true}, {MOST, false}};
    const gsize size = 3 * MEGABYTE + 17;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(pieces); k++) {
            ExeatSpoolShare share = {0};
            if (goes_to_file(*state, &share, rows[i].share, size, pieces[k]) != rows[i].file)
                fail_msg("a share of %zu, pieces of %zu: file or no file?", rows[i].share, pieces[k]);
            assert_int_equal(share.kilobytes, 0);
        }
    }
}

/* What stays in memory with a share of three steps, and what with a byte less than a step. */
static void
test_edges(void **state)
{
    static const struct {
        gsize share, size;
        bool file;
    } rows[] = {
        {0, MEMORY - 1, false},
        {0, MEMORY, false},
        {0, MEMORY + 1, true},
        {STEP - 1, MEMORY, false},
        {STEP - 1, MEMORY + 1, true},
        {STEP, MEMORY + 1, false},
        {STEP, MEMORY + STEP - 1, false},
        {STEP, MEMORY + STEP, false},
        {STEP, MEMORY + STEP + 1, true},
        {STEP + 1, MEMORY + STEP + 1, true},
        {3 * STEP, MEMORY + 3 * STEP - 1, false},
        {3 * STEP, MEMORY + 3 * STEP, false},
        {3 * STEP, MEMORY + 3 * STEP + 1, true},
        {4 * STEP - 1, MEMORY + 3 * STEP + 1, true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatSpoolShare share = {0};
        if (goes_to_file(*state, &share, rows[i].share, rows[i].size, rows[i].size) != rows[i].file)
            fail_msg("a share of %zu, a letter of %zu: file or no file?", rows[i].share, rows[i].size);
        assert_int_equal(share.kilobytes, 0);
    }
}

static void
test_several_letters(void **state)
{
    ExeatSpoolShare share = {0};
    const gsize share_most = 4 * STEP, size = MEMORY + 2 * STEP;
    g_autoptr(GBytes) bytes = letter(size + 2 * STEP);
    g_autoptr(GError) error = NULL;
    guint before = descriptors();
    g_autoptr(ExeatSpool) one = spool_new(*state, &share, share_most);
    g_autoptr(ExeatSpool) two = spool_new(*state, &share, share_most);
    g_autoptr(ExeatSpool) three = spool_new(*state, &share, share_most);
    assert_true(append(one, bytes, 0, size, 1000, &error) && append(two, bytes, 0, size, 1000, &error));
    assert_int_equal(share.kilobytes, 4 * SHARE_STEP_KILOBYTES);
    assert_int_equal(descriptors(), before);
    /* nothing is left: the third goes to its file at once, and takes nothing from the others */
    assert_true(append(three, bytes, 0, MEMORY + 1, MEMORY + 1, &error));
    assert_int_equal(descriptors(), before + 1);
    assert_int_equal(share.kilobytes, 4 * SHARE_STEP_KILOBYTES);
    /* the first one grows into its file and gives back all it had; the second keeps its own */
    assert_true(append(one, bytes, size, size + 1, 1, &error));
    assert_int_equal(descriptors(), before + 2);
    assert_int_equal(share.kilobytes, 2 * SHARE_STEP_KILOBYTES);
    /* there is room again: the second can grow, while who has a file stays with it */
    assert_true(append(two, bytes, size, size + 2 * STEP, 4096, &error));
    assert_true(append(three, bytes, MEMORY + 1, size, 4096, &error));
    assert_int_equal(descriptors(), before + 2);
    assert_int_equal(share.kilobytes, 4 * SHARE_STEP_KILOBYTES);
    g_clear_pointer(&two, exeat_spool_free);
    assert_int_equal(share.kilobytes, 0);
    g_autoptr(GBytes) whole = NULL, expected = g_bytes_new_from_bytes(bytes, 0, size);
    assert_true(exeat_spool_finish(three, &whole, &error));
    assert_true(g_bytes_equal(expected, whole));
}

/* A letter that is too large, one whose file cannot be made, one that is given up, one that is finished. */
static void
test_share_is_given_back(void **state)
{
    static const struct {
        const char *name;
        bool no_folder, too_large, finished;
        int code; /* of the error, or -1 */
    } rows[] = {
        {"given up", false, false, false, -1},
        {"finished", false, false, true, -1},
        {"too large", false, true, false, EXEAT_ERROR_LIMIT},
        {"no file can be made", true, false, false, EXEAT_ERROR_UNAVAILABLE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatSpoolShare share = {0};
        g_autoptr(GBytes) bytes = letter(MOST + 1), whole = NULL;
        g_autoptr(GError) error = NULL;
        ExeatSpool *spool = spool_new(rows[i].no_folder ? "/nowhere/at/all" : *state, &share,
                                      rows[i].no_folder ? 2 * STEP : 2 * MOST);
        assert_true(append(spool, bytes, 0, MEMORY + STEP + 1, 65536, &error));
        assert_int_equal(share.kilobytes, 2 * SHARE_STEP_KILOBYTES);
        if (rows[i].too_large)
            assert_false(append(spool, bytes, MEMORY + STEP + 1, MOST + 1, MEGABYTE, &error));
        if (rows[i].no_folder)
            assert_false(append(spool, bytes, MEMORY + STEP + 1, MEGABYTE, 65536, &error));
        if (rows[i].code >= 0 && !g_error_matches(error, EXEAT_ERROR, rows[i].code))
            fail_msg("%s: %s", rows[i].name, error ? error->message : "no error");
        if (rows[i].finished) {
            assert_true(exeat_spool_finish(spool, &whole, &error));
            /* its bytes are still there and still count */
            assert_int_equal(share.kilobytes, 2 * SHARE_STEP_KILOBYTES);
        }
        exeat_spool_free(spool);
        assert_int_equal(share.kilobytes, 0);
    }
}

static void
test_most(void **state)
{
    for (gsize size = MOST - 1; size <= MOST + 1; size++) {
        for (gsize piece = MEGABYTE; piece <= 2 * MOST; piece += 2 * MOST - MEGABYTE) {
            ExeatSpoolShare share = {0};
            g_autoptr(GBytes) bytes = letter(size);
            g_autoptr(GError) error = NULL;
            g_autoptr(ExeatSpool) spool = spool_new(*state, &share, 0);
            assert_int_equal(append(spool, bytes, 0, size, piece, &error), size <= MOST);
            assert_int_equal(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT), size > MOST);
        }
    }
}

typedef struct Crowd {
    const char *folder;
    GBytes *bytes;
    ExeatSpoolShare share;
    gint wrong;
} Crowd;

static gpointer
many_letters(gpointer data)
{
    Crowd *crowd = data;
    for (guint round = 0; round < 60; round++) {
        g_autoptr(ExeatSpool) spool = spool_new(crowd->folder, &crowd->share, 4 * STEP);
        g_autoptr(GBytes) whole = NULL;
        gsize size = g_bytes_get_size(crowd->bytes);
        bool right = append(spool, crowd->bytes, 0, size, 10000 + round, NULL) &&
                     (round % 3 == 0 ||
                      (exeat_spool_finish(spool, &whole, NULL) && g_bytes_equal(whole, crowd->bytes)));
        if (!right)
            g_atomic_int_inc(&crowd->wrong);
    }
    return NULL;
}

static void
test_threads(void **state)
{
    g_autoptr(GBytes) bytes = letter(MEMORY + 2 * STEP);
    Crowd crowd = {.folder = *state, .bytes = bytes};
    GThread *threads[THREADS];
    for (guint i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("letters", many_letters, &crowd);
    for (guint i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    assert_int_equal(crowd.wrong, 0);
    assert_int_equal(crowd.share.kilobytes, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_several_letters),
        cmocka_unit_test(test_share_is_given_back),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests_name("spool", tests, setup, teardown);
}
