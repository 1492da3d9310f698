/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Paper Specification: the sequence names documents, they name pages, pages hold runs of glyphs whose text stands
 * beside them. Runs at one height are one line. */
#include <string.h>

#include "message/inspect/documents.h"
#include "message/inspect/package.h"

#define WORDS(X)                               \
    X(DOCUMENT_REFERENCE, "DocumentReference") \
    X(PAGE_CONTENT, "PageContent")             \
    X(SOURCE, "Source")                        \
    X(GLYPHS, "Glyphs")                        \
    X(UNICODE_STRING, "UnicodeString")         \
    X(ORIGIN_Y, "OriginY")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const xps_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Xps {
    ExeatPackage package;
    GPtrArray *sources; /* what the part points to */
    char *height;       /* of the run before */
} Xps;

static void
xps_begin(ExeatSax *sax, guint word, gpointer data)
{
    Xps *xps = data;
    ExeatInspection *inspection = xps->package.inspection;
    if (word == DOCUMENT_REFERENCE || word == PAGE_CONTENT) {
        char *source = exeat_sax_string(sax, SOURCE);
        if (source != NULL)
            g_ptr_array_add(xps->sources, source);
    } else if (word == GLYPHS) {
        g_autofree char *text = exeat_sax_string(sax, UNICODE_STRING);
        char *height = exeat_sax_string(sax, ORIGIN_Y);
        if (g_strcmp0(height, xps->height) != 0)
            exeat_inspection_line(inspection);
        g_free(xps->height);
        xps->height = height;
        if (text == NULL)
            return;
        const char *plain = g_str_has_prefix(text, "{}") ? text + 2 : text; /* an escape of XAML */
        exeat_inspection_text(inspection, plain, strlen(plain));
        exeat_inspection_text(inspection, " ", 1);
    }
}

/* What each of @entries points to, in order. (transfer full) */
static GPtrArray *
xps_read_all(Xps *xps, const GPtrArray *entries)
{
    static const ExeatSaxReader reader = {.words = xps_words, .count = WORDS_END, .begin = xps_begin};
    ExeatPackage *package = &xps->package;
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < entries->len && exeat_inspection_goes_on(package->inspection); i++) {
        const ExeatZipEntry *entry = entries->pdata[i];
        if (!exeat_package_take(package, entry))
            continue;
        exeat_inspection_gap(package->inspection);
        g_ptr_array_set_size(xps->sources, 0);
        exeat_sax_member(package->inspection, package->zip, entry, &reader, xps);
        for (guint k = 0; k < xps->sources->len; k++) {
            const ExeatZipEntry *source = exeat_package_find(package, entry->name, xps->sources->pdata[k]);
            if (source != NULL)
                g_ptr_array_add(found, (gpointer)(guintptr)source);
        }
    }
    return found;
}

void
exeat_xps_read(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry)
{
    Xps xps = {.sources = g_ptr_array_new_with_free_func(g_free)};
    exeat_package_init(&xps.package, inspection, zip);
    g_autoptr(GPtrArray) sequence = g_ptr_array_new();
    g_ptr_array_add(sequence, (gpointer)(guintptr)entry);
    g_autoptr(GPtrArray) documents = xps_read_all(&xps, sequence);
    g_autoptr(GPtrArray) pages = xps_read_all(&xps, documents);
    g_ptr_array_unref(xps_read_all(&xps, pages)); /* pages point to nothing */
    exeat_inspection_line(inspection);
    g_ptr_array_unref(xps.sources);
    g_free(xps.height);
    exeat_package_clear(&xps.package);
}
