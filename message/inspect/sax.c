/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libxml2's push parser, fed step by step. It interns every name in a dictionary, so a reader's words are found by the
 * address of the name: one multiplication and, nearly always, one comparison for an element.
 */
#include "message/inspect/sax.h"

#include <libxml/parser.h>
#include <string.h>

#define SAX_STEP (64 * 1024)
#define ATTRIBUTE_STRIDE 5 /* of libxml2's array: name, prefix, namespace, value, its end */

typedef struct Slot {
    const xmlChar *name;
    guint word;
} Slot;

typedef struct Open {
    guint word;
    bool alternatives; /* mc:AlternateContent */
    bool taken;        /* and one of them was read */
} Open;

struct ExeatSax {
    ExeatInspection *inspection;
    const ExeatSaxReader *reader;
    gpointer data;
    xmlParserCtxt *parser;
    const xmlChar **names; /* of the reader's words, as the parser has them */
    Slot *slots;
    gsize mask;
    const xmlChar *alternatives, *choice, *fallback;
    const xmlChar *name, *space;
    const xmlChar **attributes;
    int attribute_count;
    guint depth;
    guint skipped; /* the depth at which skipping began, or 0 */
    bool stopped;
    bool damaged;
    bool seen;
    Open open[EXEAT_SAX_DEPTH + 1];
};

static gsize
sax_slot(const ExeatSax *sax, const xmlChar *name)
{
    return (gsize)(((guint64)(guintptr)name * 0x9E3779B97F4A7C15U) >> 32) & sax->mask;
}

static guint
sax_word(const ExeatSax *sax, const xmlChar *name)
{
    for (gsize at = sax_slot(sax, name); sax->slots[at].name != NULL; at = (at + 1) & sax->mask)
        if (sax->slots[at].name == name)
            return sax->slots[at].word;
    return 0;
}

static void
sax_learn(ExeatSax *sax)
{
    const ExeatSaxReader *reader = sax->reader;
    gsize size = 16;
    while (size < 3 * (gsize)reader->count)
        size *= 2;
    sax->mask = size - 1;
    sax->slots = g_new0(Slot, size);
    sax->names = g_new0(const xmlChar *, MAX(reader->count, 1));
    for (guint word = 1; word < reader->count; word++) {
        const xmlChar *name = xmlDictLookup(sax->parser->dict, (const xmlChar *)reader->words[word], -1);
        gsize at = sax_slot(sax, name);
        while (sax->slots[at].name != NULL)
            at = (at + 1) & sax->mask;
        sax->slots[at] = (Slot){name, word};
        sax->names[word] = name;
    }
    sax->alternatives = xmlDictLookup(sax->parser->dict, (const xmlChar *)"AlternateContent", -1);
    sax->choice = xmlDictLookup(sax->parser->dict, (const xmlChar *)"Choice", -1);
    sax->fallback = xmlDictLookup(sax->parser->dict, (const xmlChar *)"Fallback", -1);
}

/* --- what libxml2 calls --- */

static void
sax_halt(ExeatSax *sax)
{
    sax->stopped = true;
    xmlStopParser(sax->parser);
}

static bool
sax_is_passed_over(ExeatSax *sax, const xmlChar *name)
{
    Open *parent = &sax->open[sax->depth - 1];
    if (!parent->alternatives || (name != sax->choice && name != sax->fallback))
        return false;
    bool passed = parent->taken;
    parent->taken = true;
    return passed;
}

static void
sax_begin(void *data, const xmlChar *name, G_GNUC_UNUSED const xmlChar *prefix, const xmlChar *uri,
          G_GNUC_UNUSED int namespace_count, G_GNUC_UNUSED const xmlChar **namespaces, int attribute_count,
          G_GNUC_UNUSED int default_count, const xmlChar **attributes)
{
    ExeatSax *sax = data;
    if (sax->stopped)
        return;
    if (sax->depth >= EXEAT_SAX_DEPTH) {
        exeat_inspection_unreadable(sax->inspection, "elements are nested too deeply");
        sax->damaged = true;
        sax_halt(sax);
        return;
    }
    guint word = sax->skipped == 0 ? sax_word(sax, name) : 0;
    sax->depth++;
    sax->seen = true;
    sax->open[sax->depth] = (Open){.word = word, .alternatives = name == sax->alternatives};
    if (sax->skipped != 0)
        return;
    if (sax_is_passed_over(sax, name)) {
        sax->skipped = sax->depth;
        return;
    }
    sax->name = name;
    sax->space = uri;
    sax->attributes = attributes;
    sax->attribute_count = attribute_count;
    if (sax->reader->begin != NULL)
        sax->reader->begin(sax, word, sax->data);
    sax->attribute_count = 0;
}

static void
sax_end(void *data, const xmlChar *name, G_GNUC_UNUSED const xmlChar *prefix, G_GNUC_UNUSED const xmlChar *uri)
{
    ExeatSax *sax = data;
    if (sax->stopped || sax->depth == 0)
        return;
    if (sax->skipped == 0 && sax->reader->end != NULL) {
        sax->name = name;
        sax->reader->end(sax, sax->open[sax->depth].word, sax->data);
    }
    if (sax->skipped == sax->depth)
        sax->skipped = 0;
    sax->depth--;
}

static void
sax_text(void *data, const xmlChar *text, int length)
{
    ExeatSax *sax = data;
    if (sax->skipped == 0 && !sax->stopped && length > 0 && sax->reader->text != NULL)
        sax->reader->text(sax, (const char *)text, (gsize)length, sax->data);
}

static void
sax_entity(void *data, G_GNUC_UNUSED const xmlChar *name, int type, G_GNUC_UNUSED const xmlChar *public_id,
           G_GNUC_UNUSED const xmlChar *system_id, xmlChar *content)
{
    ExeatSax *sax = data;
    if (type != XML_INTERNAL_GENERAL_ENTITY || content == NULL || sax->reader->silent)
        return;
    exeat_inspection_text(sax->inspection, (const char *)content, strlen((const char *)content));
    exeat_inspection_line(sax->inspection);
}

/* A reference to an entity that is unknown here costs no more than itself; junk behind the root costs nothing. */
static void
sax_error(void *data, xmlErrorPtr error)
{
    ExeatSax *sax = data;
    bool behind = error->code == XML_ERR_DOCUMENT_END && sax->seen && sax->depth == 0;
    if (error->level == XML_ERR_FATAL && error->code != XML_ERR_UNDECLARED_ENTITY && !behind && !sax->stopped)
        sax->damaged = true;
}

/* --- feeding --- */

static void
sax_init(ExeatSax *sax, ExeatInspection *inspection, const ExeatSaxReader *reader, gpointer data)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = sax_begin,
                             .endElementNs = sax_end,
                             .characters = sax_text,
                             .ignorableWhitespace = sax_text,
                             .cdataBlock = sax_text,
                             .entityDecl = sax_entity,
                             .serror = sax_error};
    sax->inspection = inspection;
    sax->reader = reader;
    sax->data = data;
    sax->parser = xmlCreatePushParserCtxt(&handler, sax, NULL, 0, NULL);
    g_assert(sax->parser != NULL);
    xmlCtxtUseOptions(sax->parser, XML_PARSE_NONET | XML_PARSE_RECOVER);
    sax_learn(sax);
}

static bool
sax_feed(const guint8 *bytes, gsize length, gpointer data)
{
    ExeatSax *sax = data;
    xmlParseChunk(sax->parser, (const char *)bytes, (int)length, 0);
    return !sax->stopped;
}

/* True if the document was whole. */
static bool
sax_finish(ExeatSax *sax, bool fed)
{
    if (!sax->stopped)
        xmlParseChunk(sax->parser, NULL, 0, 1);
    bool whole = fed && !sax->damaged && (sax->stopped || (sax->seen && sax->depth == 0));
    if (sax->parser->myDoc != NULL)
        xmlFreeDoc(sax->parser->myDoc);
    sax->parser->myDoc = NULL;
    xmlFreeParserCtxt(sax->parser);
    g_free(sax->slots);
    g_free(sax->names);
    if (!whole)
        exeat_inspection_unreadable(sax->inspection, "damaged");
    g_free(sax);
    return whole;
}

bool
exeat_sax_bytes(ExeatInspection *inspection, const guint8 *bytes, gsize length, const ExeatSaxReader *reader,
                gpointer data)
{
    ExeatSax *sax = g_new0(ExeatSax, 1);
    sax_init(sax, inspection, reader, data);
    bool more = true;
    for (gsize at = 0; at < length && more; at += SAX_STEP)
        more = exeat_inspection_goes_on(inspection) && sax_feed(bytes + at, MIN(length - at, (gsize)SAX_STEP), sax);
    return sax_finish(sax, more || sax->stopped);
}

bool
exeat_sax_member(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry,
                 const ExeatSaxReader *reader, gpointer data)
{
    ExeatSax *sax = g_new0(ExeatSax, 1);
    sax_init(sax, inspection, reader, data);
    bool fed = exeat_zip_stream(inspection, zip, entry, sax_feed, sax);
    return sax_finish(sax, fed);
}

/* --- what readers ask --- */

guint
exeat_sax_parent(const ExeatSax *sax, guint levels)
{
    return levels < sax->depth ? sax->open[sax->depth - levels].word : 0;
}

guint
exeat_sax_depth(const ExeatSax *sax)
{
    return sax->depth;
}

const char *
exeat_sax_name(const ExeatSax *sax)
{
    return (const char *)sax->name;
}

const char *
exeat_sax_space(const ExeatSax *sax)
{
    return sax->space != NULL ? (const char *)sax->space : "";
}

void
exeat_sax_skip(ExeatSax *sax)
{
    sax->skipped = sax->depth;
}

void
exeat_sax_stop(ExeatSax *sax)
{
    sax_halt(sax);
}

static bool
sax_find(const ExeatSax *sax, guint word, bool prefixed, ExeatSpan *out_value)
{
    for (int i = 0; i < sax->attribute_count; i++) {
        const xmlChar **field = sax->attributes + ATTRIBUTE_STRIDE * i;
        if (field[0] != sax->names[word] || (prefixed && field[1] == NULL))
            continue;
        *out_value = (ExeatSpan){(const char *)field[3], (gsize)(field[4] - field[3])};
        return true;
    }
    return false;
}

bool
exeat_sax_attribute(const ExeatSax *sax, guint word, ExeatSpan *out_value)
{
    return sax_find(sax, word, false, out_value);
}

/* libxml2 leaves the ampersand escaped in attributes as long as it puts in no entities. */
static char *
sax_unescape(ExeatSpan value)
{
    static const char escaped[] = "&#38;";
    char *text = g_strndup(value.text, value.length);
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        bool escape = *from == '&' && strncmp(from, escaped, sizeof escaped - 1) == 0;
        *to = *from;
        from += escape ? sizeof escaped - 1 : 1;
    }
    *to = '\0';
    return text;
}

char *
exeat_sax_string(const ExeatSax *sax, guint word)
{
    ExeatSpan value;
    return sax_find(sax, word, false, &value) ? sax_unescape(value) : NULL;
}

char *
exeat_sax_prefixed(const ExeatSax *sax, guint word)
{
    ExeatSpan value;
    return sax_find(sax, word, true, &value) ? sax_unescape(value) : NULL;
}

guint
exeat_sax_number(const ExeatSax *sax, guint word, guint fallback)
{
    ExeatSpan value;
    guint64 number = 0;
    if (!sax_find(sax, word, false, &value) || value.length == 0)
        return fallback;
    for (gsize i = 0; i < value.length; i++) {
        if (!g_ascii_isdigit(value.text[i]))
            return fallback;
        number = MIN(number * 10 + (guint64)(value.text[i] - '0'), (guint64)G_MAXUINT32);
    }
    return (guint)number;
}

bool
exeat_span_is(ExeatSpan span, const char *text)
{
    return span.length == strlen(text) && memcmp(span.text, text, span.length) == 0;
}

bool
exeat_sax_is(const ExeatSax *sax, guint word, const char *value)
{
    ExeatSpan found;
    return sax_find(sax, word, false, &found) && exeat_span_is(found, value);
}

bool
exeat_sax_nth(const ExeatSax *sax, guint place, const char **out_name, char **out_value)
{
    if (place >= (guint)MAX(sax->attribute_count, 0))
        return false;
    const xmlChar **field = sax->attributes + ATTRIBUTE_STRIDE * (gsize)place;
    *out_name = (const char *)field[0];
    *out_value = sax_unescape((ExeatSpan){(const char *)field[3], (gsize)(field[4] - field[3])});
    return true;
}
