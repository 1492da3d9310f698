/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sends a corpus of letters to a milter over a number of connections at once, one letter a connection, and prints what
 * it saw as one JSON object: letters a second, and per class the times from connecting to the verdict.
 *
 *   load SOCKET CORPUS CONNECTIONS PASSES [CLASS]
 *
 * CORPUS/index.tsv has a line a letter: file, class, sender, recipients with commas between them. Letters are read
 * before the clock starts.
 */
#include <stdio.h>
#include <string.h>

#include "tests/bench/milter_client.h"

typedef struct Item {
    char *class;
    char *bytes;
    MilterLetter letter;
} Item;

typedef struct Sample {
    const char *class;
    gint64 whole;
} Sample;

typedef struct Load {
    const char *where;
    GPtrArray *items;
    gint next; /* atomic: letters handed out */
    gint total;
    GMutex lock; /* guards what follows */
    GArray *samples;
    guint verdicts[MILTER_DISCARDED + 1];
    guint changes;
} Load;

static void
item_free(gpointer data)
{
    Item *item = data;
    g_strfreev(item->letter.recipients);
    g_free((char *)(guintptr)item->letter.sender);
    g_ptr_array_unref(item->letter.names);
    g_ptr_array_unref(item->letter.values);
    g_free(item->class);
    g_free(item->bytes);
    g_free(item);
}

/* One header field from @at on: CRLF becomes LF, the space behind the colon goes. Returns where the next begins. */
static char *
read_field(char *at, MilterLetter *letter)
{
    char *colon = strchr(at, ':'), *end = at;
    while ((end = strchr(end, '\n')) && (end[1] == ' ' || end[1] == '\t'))
        end++;
    if (!end || !colon || colon > end)
        return NULL;
    g_ptr_array_add(letter->names, g_strndup(at, (gsize)(colon - at)));
    g_autofree char *raw = g_strndup(colon + 1, (gsize)(end - colon - 1));
    GString *value = g_string_new(raw[0] == ' ' ? raw + 1 : raw);
    g_string_replace(value, "\r", "", 0);
    g_ptr_array_add(letter->values, g_string_free(value, FALSE));
    return end + 1;
}

static Item *
item_read(const char *folder, const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, "\t", 4);
    if (g_strv_length(fields) != 4)
        return NULL;
    Item *item = g_new0(Item, 1);
    g_autofree char *path = g_build_filename(folder, fields[0], NULL);
    gsize length = 0;
    item->class = g_strdup(fields[1]);
    item->letter.names = g_ptr_array_new_with_free_func(g_free);
    item->letter.values = g_ptr_array_new_with_free_func(g_free);
    item->letter.sender = g_strdup_printf("<%s>", fields[2]);
    item->letter.recipients = g_strsplit(fields[3], ",", -1);
    for (char **one = item->letter.recipients; *one; one++) {
        char *bare = *one;
        *one = g_strdup_printf("<%s>", bare);
        g_free(bare);
    }
    char *at = g_file_get_contents(path, &item->bytes, &length, NULL) ? item->bytes : NULL;
    while (at && *at != '\r' && *at != '\n')
        at = read_field(at, &item->letter);
    if (!at) {
        item_free(item);
        return NULL;
    }
    at += *at == '\r' ? 2 : 1;
    item->letter.body = at;
    item->letter.body_length = length - (gsize)(at - item->bytes);
    return item;
}

static bool
read_corpus(Load *load, const char *folder, const char *class)
{
    g_autofree char *path = g_build_filename(folder, "index.tsv", NULL), *index = NULL;
    if (!g_file_get_contents(path, &index, NULL, NULL))
        return false;
    g_auto(GStrv) lines = g_strsplit(g_strchomp(index), "\n", -1);
    for (char **line = lines; *line; line++) {
        Item *item = item_read(folder, *line);
        if (!item)
            return false;
        if (class && strcmp(item->class, class) != 0)
            item_free(item);
        else
            g_ptr_array_add(load->items, item);
    }
    return load->items->len > 0;
}

static gpointer
run_connection(gpointer data)
{
    Load *load = data;
    for (gint i; (i = g_atomic_int_add(&load->next, 1)) < load->total;) {
        const Item *item = g_ptr_array_index(load->items, (guint)i % load->items->len);
        MilterOutcome outcome = milter_send(load->where, &item->letter);
        Sample sample = {item->class, outcome.whole};
        g_mutex_lock(&load->lock);
        g_array_append_val(load->samples, sample);
        load->verdicts[outcome.verdict]++;
        load->changes += outcome.changes;
        g_mutex_unlock(&load->lock);
    }
    return NULL;
}

static int
compare_samples(gconstpointer one, gconstpointer other)
{
    const Sample *a = one, *b = other;
    int class = strcmp(a->class, b->class);
    return class != 0 ? class : (a->whole > b->whole) - (a->whole < b->whole);
}

static int
compare_times(gconstpointer one, gconstpointer other)
{
    const Sample *a = one, *b = other;
    return (a->whole > b->whole) - (a->whole < b->whole);
}

static void
print_quantiles(const char *name, const GArray *samples, guint from, guint to)
{
    guint count = to - from;
    double half = (double)g_array_index(samples, Sample, from + count / 2).whole / 1000;
    double most = (double)g_array_index(samples, Sample, from + MIN(count - 1, count * 99 / 100)).whole / 1000;
    printf("\"%s\": {\"letters\": %u, \"p50\": %.4f, \"p99\": %.4f}", name, count, half, most);
}

static void
print_results(Load *load, double seconds)
{
    GArray *samples = load->samples;
    printf("{\"letters\": %u, \"seconds\": %.4f, \"rate\": %.2f, \"failed\": %u, \"accepted\": %u, \"refused\": %u, "
           "\"delayed\": %u, \"discarded\": %u, \"changes\": %u, ",
           samples->len, seconds, (double)samples->len / seconds, load->verdicts[MILTER_FAILED],
           load->verdicts[MILTER_ACCEPTED], load->verdicts[MILTER_REFUSED], load->verdicts[MILTER_DELAYED],
           load->verdicts[MILTER_DISCARDED], load->changes);
    g_array_sort(samples, compare_times);
    print_quantiles("all", samples, 0, samples->len);
    printf(", \"classes\": {");
    g_array_sort(samples, compare_samples);
    for (guint from = 0, to; from < samples->len; from = to) {
        const char *class = g_array_index(samples, Sample, from).class;
        for (to = from; to < samples->len && strcmp(g_array_index(samples, Sample, to).class, class) == 0;)
            to++;
        printf("%s", from > 0 ? ", " : "");
        print_quantiles(class, samples, from, to);
    }
    puts("}}");
}

int
main(int argc, char **argv)
{
    if (argc < 5) {
        fputs("usage: load SOCKET CORPUS CONNECTIONS PASSES [CLASS]\n", stderr);
        return 2;
    }
    Load load = {.where = argv[1]};
    load.items = g_ptr_array_new_with_free_func(item_free);
    load.samples = g_array_new(FALSE, FALSE, sizeof(Sample));
    if (!read_corpus(&load, argv[2], argv[5])) {
        fprintf(stderr, "load: %s has no such letters\n", argv[2]);
        return 1;
    }
    guint connections = (guint)CLAMP(g_ascii_strtoull(argv[3], NULL, 10), 1, 1000);
    load.total = (gint)(load.items->len * CLAMP(g_ascii_strtoull(argv[4], NULL, 10), 1, 100000));
    g_autoptr(GPtrArray) threads = g_ptr_array_new();
    gint64 started = g_get_monotonic_time();
    for (guint i = 0; i < connections; i++)
        g_ptr_array_add(threads, g_thread_new("load", run_connection, &load));
    for (guint i = 0; i < connections; i++)
        g_thread_join(g_ptr_array_index(threads, i));
    print_results(&load, (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC);
    bool failed = load.verdicts[MILTER_FAILED] > 0;
    g_array_unref(load.samples);
    g_ptr_array_unref(load.items);
    return failed ? 1 : 0;
}
