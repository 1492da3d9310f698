/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main() for a fuzz target where there is no libFuzzer: runs it over every file of its corpus and over mutations of
 * them, the same ones each time. `fuzz-X` reads tests/fuzz/corpus/X below $srcdir, or the files that it is given.
 *
 * EXEAT_FUZZ_RUNS sets the number of mutations; the time for them is bounded besides.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

#define MUTATIONS 2000
#define SECONDS 10
#define CHANGES_MAX 8
#define GROWTH 64

static guint64 replay_state = 88172645463325252U;

/* xorshift64 (Marsaglia, 2003) */
static guint64
replay_random(void)
{
    replay_state ^= replay_state << 13;
    replay_state ^= replay_state >> 7;
    replay_state ^= replay_state << 17;
    return replay_state;
}

static void
replay_change(GByteArray *bytes, const GPtrArray *seeds)
{
    gsize at = bytes->len > 0 ? replay_random() % bytes->len : 0;
    guint rest = bytes->len - (guint)at;
    switch (bytes->len > 0 ? replay_random() % 6 : 4) {
    case 0:
        bytes->data[at] ^= (guint8)(1U << replay_random() % 8);
        break;
    case 1:
        bytes->data[at] = (guint8)replay_random();
        break;
    case 2:
        g_byte_array_remove_range(bytes, (guint)at, (guint)(1 + replay_random() % MIN(rest, GROWTH)));
        break;
    case 3: { /* a stretch of it once more, at another place */
        guint length = (guint)(1 + replay_random() % MIN(rest, GROWTH));
        g_autofree guint8 *piece = g_memdup2(bytes->data + at, length);
        g_byte_array_append(bytes, piece, length);
        break;
    }
    case 4: { /* a stretch of another seed */
        GBytes *other = seeds->pdata[replay_random() % seeds->len];
        gsize size = 0;
        const guint8 *data = g_bytes_get_data(other, &size);
        gsize from = size > 0 ? replay_random() % size : 0;
        if (size > from)
            g_byte_array_append(bytes, data + from, (guint)MIN(size - from, GROWTH));
        break;
    }
    default:
        g_byte_array_set_size(bytes, (guint)at);
        break;
    }
}

/* A copy of exactly its size, so that AddressSanitizer sees a read behind its end. */
static void
replay_run(const guint8 *data, gsize size)
{
    g_autofree guint8 *copy = g_malloc(MAX(size, 1));
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
}

static guint
replay_mutations(const GPtrArray *seeds)
{
    const char *wanted = g_getenv("EXEAT_FUZZ_RUNS");
    guint runs = wanted ? (guint)g_ascii_strtoull(wanted, NULL, 10) : MUTATIONS, done = 0;
    gint64 end = g_get_monotonic_time() + SECONDS * G_USEC_PER_SEC;
    for (; done < runs && g_get_monotonic_time() < end; done++) {
        gsize size = 0;
        const guint8 *seed = g_bytes_get_data(seeds->pdata[done % seeds->len], &size);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, seed, (guint)size);
        for (guint64 changes = 1 + replay_random() % CHANGES_MAX; changes > 0; changes--)
            replay_change(bytes, seeds);
        replay_run(bytes->data, bytes->len);
    }
    return done;
}

static gint
replay_compare(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static void
replay_read(const char *path, GPtrArray *seeds)
{
    char *text = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, &size, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(1);
    }
    replay_run((const guint8 *)text, size);
    g_ptr_array_add(seeds, g_bytes_new_take(text, size));
}

static void
replay_corpus(const char *target, GPtrArray *seeds)
{
    const char *source = g_getenv("srcdir");
    g_autofree char *given = g_build_filename(source ? source : ".", "tests", "fuzz", "corpus", target, NULL);
    g_autofree char *folder = g_canonicalize_filename(given, NULL); /* a target may change the folder */
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir))
        g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    g_clear_pointer(&dir, g_dir_close);
    g_ptr_array_sort(names, replay_compare);
    for (guint i = 0; i < names->len; i++)
        replay_read(names->pdata[i], seeds);
}

int
main(int argc, char **argv)
{
    g_autofree char *program = g_path_get_basename(argv[0]);
    g_autoptr(GPtrArray) seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    const char *target = strstr(program, "fuzz-");
    target = target ? target + strlen("fuzz-") : program;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        g_ptr_array_add(paths, g_canonicalize_filename(argv[i], NULL));
    for (guint i = 0; i < paths->len; i++)
        replay_read(paths->pdata[i], seeds);
    if (argc > 1)
        return 0;
    replay_corpus(target, seeds);
    if (seeds->len == 0) {
        printf("[  FAILED  ] %s: no corpus\n", target);
        return 1;
    }
    guint seed_count = seeds->len, done = replay_mutations(seeds);
    printf("%s: %u seeds, %u mutations\n[       OK ] %s\n", target, seed_count, done, target);
    return 0;
}
