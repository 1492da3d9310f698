/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/metadata.h"

#include <string.h>

/* Elements whose text people wrote; counts, versions and dates are left out. NAME is an attribute, and the last. */
#define WORDS(X)                          \
    X(TITLE, "title")                     \
    X(SUBJECT, "subject")                 \
    X(CREATOR, "creator")                 \
    X(INITIAL_CREATOR, "initial-creator") \
    X(PRINTED_BY, "printed-by")           \
    X(KEYWORDS, "keywords")               \
    X(KEYWORD, "keyword")                 \
    X(DESCRIPTION, "description")         \
    X(LAST_MODIFIED_BY, "lastModifiedBy") \
    X(CATEGORY, "category")               \
    X(CONTENT_STATUS, "contentStatus")    \
    X(COMPANY, "Company")                 \
    X(MANAGER, "Manager")                 \
    X(HYPERLINK_BASE, "HyperlinkBase")    \
    X(PROPERTY, "property")               \
    X(USER_DEFINED, "user-defined")       \
    X(NAME, "name")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const metadata_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Metadata {
    ExeatInspection *inspection;
    GString *label;
    bool open;  /* in a property that is shown */
    bool named; /* and its name was shown: it has a value */
} Metadata;

static bool
metadata_has(guint word)
{
    return word != NO_WORD && word < NAME;
}

static void
metadata_begin(ExeatSax *sax, guint word, gpointer data)
{
    Metadata *metadata = data;
    if (!metadata_has(word) || metadata->open)
        return;
    metadata->open = true;
    metadata->named = false;
    g_autofree char *name = exeat_sax_string(sax, NAME);
    g_string_assign(metadata->label, name != NULL ? name : exeat_sax_name(sax));
    g_string_append(metadata->label, ": ");
}

static void
metadata_end(G_GNUC_UNUSED ExeatSax *sax, guint word, gpointer data)
{
    Metadata *metadata = data;
    if (!metadata_has(word))
        return;
    metadata->open = false;
    if (metadata->named)
        exeat_inspection_line(metadata->inspection);
}

static bool
metadata_is_blank(const char *text, gsize length)
{
    gsize at = 0;
    while (at < length && g_ascii_isspace(text[at]))
        at++;
    return at == length;
}

static void
metadata_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    Metadata *metadata = data;
    if (!metadata->open || (!metadata->named && metadata_is_blank(text, length)))
        return;
    if (!metadata->named)
        exeat_inspection_text(metadata->inspection, metadata->label->str, metadata->label->len);
    metadata->named = true;
    exeat_inspection_text(metadata->inspection, text, length);
}

void
exeat_metadata_read(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {.words = metadata_words,
                                          .count = WORDS_END,
                                          .begin = metadata_begin,
                                          .end = metadata_end,
                                          .text = metadata_text};
    Metadata metadata = {.inspection = inspection, .label = g_string_new(NULL)};
    exeat_inspection_gap(inspection);
    exeat_sax_member(inspection, zip, entry, &reader, &metadata);
    exeat_inspection_line(inspection);
    g_string_free(metadata.label, TRUE);
}
