/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same document again and again, read by a plain program with the library alone (libarchive and libxml2, or
 * poppler) or by the pool of exeat-inspect: inspect plain|pool INSPECTOR FILE COUNT. Prints the median in microseconds,
 * and how many letters of text there were.
 */
#include <archive.h>
#include <archive_entry.h>
#include <libxml/parser.h>
#include <poppler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message/inspect/pool.h"

#define CHUNK 65536

static void
take_characters(void *user, const xmlChar *text, int length)
{
    g_string_append_len(user, (const char *)text, length);
}

static void
read_member(struct archive *archive, GString *text)
{
    static char chunk[CHUNK];
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC, .characters = take_characters};
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&sax, text, NULL, 0, NULL);
    for (la_ssize_t got; (got = archive_read_data(archive, chunk, sizeof chunk)) > 0;)
        xmlParseChunk(parser, chunk, (int)got, 0);
    xmlParseChunk(parser, chunk, 0, 1);
    xmlFreeParserCtxt(parser);
}

static gsize
read_zip(const char *data, gsize length)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_format_zip_seekable(archive);
    if (archive_read_open_memory(archive, data, length) != ARCHIVE_OK)
        exit(1);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK)
        if (g_str_has_suffix(archive_entry_pathname(entry), ".xml"))
            read_member(archive, text);
    archive_read_free(archive);
    return text->len;
}

static gsize
read_pdf(const char *data, gsize length)
{
    gsize letters = 0;
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, length);
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
    for (int i = 0; i < poppler_document_get_n_pages(document); i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        g_autofree char *text = poppler_page_get_text(page);
        letters += strlen(text);
        g_object_unref(page);
    }
    g_object_unref(document);
    return letters;
}

static gsize
read_plain(const char *data, gsize length)
{
    return memcmp(data, "%PDF", 4) == 0 ? read_pdf(data, length) : read_zip(data, length);
}

static gsize
read_pool(ExeatInspector *inspector, const char *name, const char *data, gsize length)
{
    const ExeatFile file = {.name = name, .data = (const guint8 *)data, .length = length};
    g_autoptr(ExeatInspected) inspected = NULL;
    g_autoptr(GError) error = NULL;
    gsize letters = 0;
    if (!inspector->inspect(inspector, &file, 0, &inspected, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(1);
    }
    for (guint i = 0; i < inspected->texts->len; i++)
        letters += ((const ExeatText *)inspected->texts->pdata[i])->length;
    return letters;
}

static int
compare(const void *a, const void *b)
{
    gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;
    return one < other ? -1 : one > other;
}

int
main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    char *data = NULL;
    gsize length = 0, letters = 0;
    int count = (int)strtol(argv[4], NULL, 10);
    if (!g_file_get_contents(argv[3], &data, &length, NULL) || count < 1)
        return 2;
    const ExeatPoolOptions options = {.program = argv[2],
                                      .processes = 1,
                                      .documents = G_MAXINT,
                                      .seconds = 60,
                                      .memory = (gsize)768 * 1024 * 1024,
                                      .limits = exeat_inspect_default_limits};
    ExeatPool *pool = NULL;
    bool pooled = strcmp(argv[1], "pool") == 0;
    if (pooled && !exeat_pool_new(&options, &pool, NULL))
        return 2;
    gint64 *times = g_new(gint64, count + 1);
    for (int i = 0; i <= count; i++) { /* the first is not counted: everything is fetched and started by it */
        gint64 start = g_get_monotonic_time();
        letters = pooled ? read_pool(exeat_pool_inspector(pool), argv[3], data, length) : read_plain(data, length);
        times[i] = g_get_monotonic_time() - start;
    }
    qsort(times + 1, (size_t)count, sizeof *times, compare);
    printf("%" G_GINT64_FORMAT " %zu\n", times[1 + count / 2], letters);
    exeat_pool_free(pool);
    g_free(times);
    g_free(data);
    return 0;
}
