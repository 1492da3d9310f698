/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Office Open XML as a whole: from the main part along the relationships, each part with the reader of its kind; then
 * parts of usual names to which nothing led, because a file that is half broken still holds what it says. Sheets and
 * slides come in the order in which they are shown, hidden ones too; templates, masters and layouts are left out.
 *
 * What waits to be read is a stack, so that a chain of relationships costs none of ours. Hostile input.
 */
#include <string.h>

#include "message/inspect/documents.h"
#include "message/inspect/package.h"
#include "message/inspect/metadata.h"
#include "message/inspect/prose.h"
#include "message/inspect/spreadsheet.h"

typedef enum OfficeKind {
    OFFICE_NONE,
    OFFICE_WORD,
    OFFICE_BOOK,
    OFFICE_SLIDES,
    OFFICE_PROSE, /* any part of paragraphs */
    OFFICE_SHEET,
    OFFICE_CACHE,
    OFFICE_PROPERTIES,
    OFFICE_MEMBER, /* a file of its own */
    OFFICE_MACROS,
    OFFICE_MACRO_SHEET,
} OfficeKind;

typedef struct OfficePart {
    const ExeatZipEntry *entry;
    OfficeKind kind;
    char *title;
} OfficePart;

typedef struct Office {
    ExeatPackage package;
    ExeatWorkbook *workbook;
    GArray *waiting; /* of OfficePart, the next one last */
    char *main;      /* the name of the main part, as the content types have it, or NULL */
    char *type;      /* and its content type */
} Office;

/* By the last word of a relationship's type. */
static const struct {
    const char *type;
    OfficeKind kind;
} office_relations[] = {
    {"header", OFFICE_PROSE},
    {"footer", OFFICE_PROSE},
    {"footnotes", OFFICE_PROSE},
    {"endnotes", OFFICE_PROSE},
    {"comments", OFFICE_PROSE},
    {"threadedcomment", OFFICE_PROSE},
    {"commentauthors", OFFICE_PROSE},
    {"authors", OFFICE_PROSE},
    {"person", OFFICE_PROSE},
    {"slide", OFFICE_PROSE},
    {"notesslide", OFFICE_PROSE},
    {"chart", OFFICE_PROSE},
    {"chartex", OFFICE_PROSE},
    {"chartusershapes", OFFICE_PROSE},
    {"diagramdata", OFFICE_PROSE},
    {"drawing", OFFICE_PROSE},
    {"pages", OFFICE_PROSE},
    {"page", OFFICE_PROSE},
    {"worksheet", OFFICE_SHEET},
    {"chartsheet", OFFICE_SHEET},
    {"dialogsheet", OFFICE_SHEET},
    {"xlmacrosheet", OFFICE_MACRO_SHEET},
    {"xlintlmacrosheet", OFFICE_MACRO_SHEET},
    {"table", OFFICE_CACHE},
    {"externallink", OFFICE_CACHE},
    {"pivotcachedefinition", OFFICE_CACHE},
    {"pivotcacherecords", OFFICE_CACHE},
    {"package", OFFICE_MEMBER},
    {"oleobject", OFFICE_MEMBER},
    {"afchunk", OFFICE_MEMBER},
    {"vbaproject", OFFICE_MACROS},
    {"core-properties", OFFICE_PROPERTIES},
    {"extended-properties", OFFICE_PROPERTIES},
    {"custom-properties", OFFICE_PROPERTIES},
};

/* By name, for parts to which nothing leads. */
static const struct {
    const char *pattern;
    OfficeKind kind;
} office_names[] = {
    {"*/vbaproject.bin", OFFICE_MACROS},
    {"word/document*.xml", OFFICE_PROSE},
    {"word/header*.xml", OFFICE_PROSE},
    {"word/footer*.xml", OFFICE_PROSE},
    {"word/footnotes.xml", OFFICE_PROSE},
    {"word/endnotes.xml", OFFICE_PROSE},
    {"word/comments.xml", OFFICE_PROSE},
    {"word/afchunk*", OFFICE_MEMBER},
    {"xl/worksheets/*.xml", OFFICE_SHEET},
    {"xl/worksheets/*.bin", OFFICE_SHEET},
    {"xl/macrosheets/*.xml", OFFICE_MACRO_SHEET},
    {"xl/comments*.xml", OFFICE_PROSE},
    {"xl/drawings/drawing*.xml", OFFICE_PROSE},
    {"xl/pivotcache/pivotcachedefinition*.xml", OFFICE_CACHE},
    {"xl/externallinks/*.xml", OFFICE_CACHE},
    {"ppt/slides/slide*.xml", OFFICE_PROSE},
    {"ppt/notesslides/notesslide*.xml", OFFICE_PROSE},
    {"ppt/comments/*.xml", OFFICE_PROSE},
    {"*/charts/chart*.xml", OFFICE_PROSE},
    {"*/diagrams/data*.xml", OFFICE_PROSE},
    {"visio/pages/page*.xml", OFFICE_PROSE},
    {"*/embeddings/*", OFFICE_MEMBER},
    {"docprops/core.xml", OFFICE_PROPERTIES},
    {"docprops/app.xml", OFFICE_PROPERTIES},
    {"docprops/custom.xml", OFFICE_PROPERTIES},
};

static void
office_part_clear(OfficePart *part)
{
    g_free(part->title);
}

static void
office_push(Office *office, const ExeatZipEntry *entry, OfficeKind kind, const char *title)
{
    OfficePart part = {.entry = entry, .kind = kind, .title = g_strdup(title)};
    g_array_append_val(office->waiting, part);
}

/* --- what it is --- */

#define TYPE_WORDS(X)        \
    X(OVERRIDE, "Override")  \
    X(PART_NAME, "PartName") \
    X(CONTENT_TYPE, "ContentType")

enum { NO_WORD, TYPE_WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const office_type_words[] = {NULL, TYPE_WORDS(EXEAT_SAX_NAME)};

/* The main part's type is the document's own with ".main" in it, or that of XPS. */
static void
office_type_begin(ExeatSax *sax, guint word, gpointer data)
{
    Office *office = data;
    g_autofree char *type = word == OVERRIDE && office->type == NULL ? exeat_sax_string(sax, CONTENT_TYPE) : NULL;
    if (type == NULL)
        return;
    g_autofree char *lower = g_ascii_strdown(type, -1);
    const char *main = strstr(lower, ".main");
    if (main == NULL)
        return;
    const char *version = strstr(lower, "macroenabled") != NULL ? ".12" : "";
    office->type = g_strdup_printf("%.*s%s", (int)(main - lower), lower, version);
    office->main = exeat_sax_string(sax, PART_NAME);
}

/* The main part: as the package's relationships say, else as its content types say, else by its usual name. */
static const ExeatZipEntry *
office_find_main(Office *office, const GPtrArray *relations)
{
    static const char *const usual[] = {"word/document.xml",    "xl/workbook.xml",    "xl/workbook.bin",
                                        "ppt/presentation.xml", "visio/document.xml", "FixedDocSeq.fdseq"};
    for (guint i = 0; i < relations->len; i++) {
        const ExeatRelation *relation = relations->pdata[i];
        bool main = strcmp(relation->type, "officedocument") == 0 || strcmp(relation->type, "document") == 0 ||
                    strcmp(relation->type, "fixedrepresentation") == 0;
        if (main && relation->entry != NULL)
            return relation->entry;
    }
    const ExeatZipEntry *entry = office->main != NULL ? exeat_package_find(&office->package, "", office->main) : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(usual) && entry == NULL; i++)
        entry = exeat_zip_find(office->package.zip, usual[i]);
    return entry;
}

typedef struct OfficeFamily {
    const char *type, *alternative; /* that a content type has in it */
    const char *folder;             /* of the main part, where the types say nothing */
    OfficeKind kind;
    const char *content_type;
} OfficeFamily;

static const OfficeFamily office_families[] = {
    {"wordprocessingml", "ms-word", "word/", OFFICE_WORD,
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"spreadsheetml", "ms-excel", "xl/", OFFICE_BOOK,
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"presentationml", "ms-powerpoint", "ppt/", OFFICE_SLIDES,
     "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ms-visio", "ms-visio", "visio/", OFFICE_PROSE, "application/vnd.ms-visio.drawing"},
};

/* NULL if it is no document that we know. */
static const OfficeFamily *
office_family(const Office *office, const ExeatZipEntry *main)
{
    for (gsize i = 0; i < G_N_ELEMENTS(office_families); i++) {
        const OfficeFamily *family = &office_families[i];
        if (office->type != NULL &&
            (strstr(office->type, family->type) != NULL || strstr(office->type, family->alternative) != NULL))
            return family;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(office_families); i++) {
        const OfficeFamily *family = &office_families[i];
        if (g_ascii_strncasecmp(main->name, family->folder, strlen(family->folder)) == 0)
            return family;
    }
    return NULL;
}

/* --- reading --- */

static bool
office_is_binary(const ExeatZipEntry *entry)
{
    gsize length = strlen(entry->name);
    return length > 4 && g_ascii_strcasecmp(entry->name + length - 4, ".bin") == 0;
}

static void
office_read_prose(const Office *office, const ExeatZipEntry *entry, const GPtrArray *relations)
{
    const ExeatPackage *package = &office->package;
    ExeatProse prose;
    exeat_inspection_gap(package->inspection);
    exeat_prose_init(&prose, package->inspection);
    exeat_sax_member(package->inspection, package->zip, entry, &exeat_prose_reader, &prose);
    for (guint i = 0; i < relations->len; i++) {
        const ExeatRelation *relation = relations->pdata[i];
        if (relation->external && strcmp(relation->type, "hyperlink") == 0)
            exeat_prose_aside(&prose, relation->target);
    }
    exeat_prose_finish(&prose);
}

static void
office_read_sheet(const Office *office, const OfficePart *part, const GPtrArray *relations)
{
    ExeatInspection *inspection = office->package.inspection;
    if (office_is_binary(part->entry))
        exeat_workbook_read_binary(office->workbook, part->entry, part->title);
    else
        exeat_workbook_read_sheet(office->workbook, part->entry, part->title);
    for (guint i = 0; i < relations->len; i++) {
        const ExeatRelation *relation = relations->pdata[i];
        if (!relation->external || strcmp(relation->type, "hyperlink") != 0)
            continue;
        exeat_inspection_text(inspection, relation->target, strlen(relation->target));
        exeat_inspection_line(inspection);
    }
}

/* Strings and styles are needed before the first sheet is read. */
static void
office_read_book(Office *office, const ExeatZipEntry *entry, const GPtrArray *relations)
{
    ExeatWorkbook *workbook = office->workbook;
    for (guint i = 0; i < relations->len; i++) {
        const ExeatRelation *relation = relations->pdata[i];
        bool strings = strcmp(relation->type, "sharedstrings") == 0, styles = strcmp(relation->type, "styles") == 0;
        if (relation->entry == NULL || (!strings && !styles) || !exeat_package_take(&office->package, relation->entry))
            continue;
        if (office_is_binary(relation->entry))
            exeat_workbook_read_binary(workbook, relation->entry, NULL);
        else if (strings)
            exeat_workbook_read_strings(workbook, relation->entry);
        else
            exeat_workbook_read_styles(workbook, relation->entry);
    }
    const ExeatZipEntry *usual = exeat_zip_find(office->package.zip, "xl/sharedStrings.xml");
    if (usual != NULL && exeat_package_take(&office->package, usual))
        exeat_workbook_read_strings(workbook, usual);
    if (office_is_binary(entry))
        exeat_workbook_read_binary(workbook, entry, NULL);
    else
        exeat_workbook_read(workbook, entry);
}

#define SLIDE_WORDS(X) X(SLIDE_ID, "sldId") X(ID, "id")

enum { NO_SLIDE_WORD, SLIDE_WORDS(EXEAT_SAX_WORD) SLIDE_WORDS_END };
static const char *const office_slide_words[] = {NULL, SLIDE_WORDS(EXEAT_SAX_NAME)};

static void
office_slide_begin(ExeatSax *sax, guint word, gpointer data)
{
    Office *office = data;
    if (word != SLIDE_ID)
        return;
    ExeatListed *listed = g_new0(ExeatListed, 1);
    listed->id = exeat_sax_prefixed(sax, ID);
    g_ptr_array_add(office->workbook->listed, listed);
}

static void
office_read_slides(Office *office, const ExeatZipEntry *entry)
{
    static const ExeatSaxReader reader = {
        .words = office_slide_words, .count = SLIDE_WORDS_END, .begin = office_slide_begin};
    exeat_sax_member(office->package.inspection, office->package.zip, entry, &reader, office);
}

/* What a part leads to waits for its turn: first what the part lists, in that order, then the rest. */
static void
office_follow(Office *office, const OfficePart *part, const GPtrArray *relations)
{
    bool lists = part->kind == OFFICE_BOOK || part->kind == OFFICE_SLIDES;
    const GPtrArray *listed = office->workbook->listed;
    for (guint i = relations->len; i-- > 0;) {
        const ExeatRelation *relation = relations->pdata[i];
        for (gsize k = 0; k < G_N_ELEMENTS(office_relations) && relation->entry != NULL; k++)
            if (strcmp(relation->type, office_relations[k].type) == 0)
                office_push(office, relation->entry, office_relations[k].kind, NULL);
    }
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; lists && i < relations->len; i++) {
        ExeatRelation *relation = relations->pdata[i];
        if (relation->id != NULL && relation->entry != NULL)
            g_hash_table_insert(by_id, relation->id, relation);
    }
    for (guint i = lists ? listed->len : 0; i-- > 0;) {
        const ExeatListed *item = listed->pdata[i];
        const ExeatRelation *relation = item->id != NULL ? g_hash_table_lookup(by_id, item->id) : NULL;
        bool macros = relation != NULL && g_str_has_suffix(relation->type, "macrosheet");
        if (relation != NULL)
            office_push(office, relation->entry,
                        part->kind == OFFICE_SLIDES ? OFFICE_PROSE
                        : macros                    ? OFFICE_MACRO_SHEET
                                                    : OFFICE_SHEET,
                        item->title);
    }
}

static void
office_read_part(Office *office, const OfficePart *part)
{
    ExeatPackage *package = &office->package;
    if (!exeat_package_take(package, part->entry))
        return;
    if (part->kind == OFFICE_MEMBER) {
        exeat_package_member(package, part->entry);
        return;
    }
    g_autoptr(GPtrArray) relations = exeat_package_relations(package, part->entry->name);
    switch (part->kind) {
    case OFFICE_WORD:
    case OFFICE_PROSE:
        if (!office_is_binary(part->entry))
            office_read_prose(office, part->entry, relations);
        else
            exeat_workbook_read_binary(office->workbook, part->entry, NULL);
        break;
    case OFFICE_BOOK:
        office_read_book(office, part->entry, relations);
        break;
    case OFFICE_SLIDES:
        office_read_slides(office, part->entry);
        break;
    case OFFICE_MACRO_SHEET:
        exeat_inspection_suspicious(package->inspection, "macros");
        office_read_sheet(office, part, relations);
        break;
    case OFFICE_SHEET:
        office_read_sheet(office, part, relations);
        break;
    case OFFICE_CACHE:
        if (!office_is_binary(part->entry))
            exeat_workbook_read_cache(office->workbook, part->entry);
        else
            exeat_workbook_read_binary(office->workbook, part->entry, NULL);
        break;
    case OFFICE_PROPERTIES:
        exeat_metadata_read(package->inspection, package->zip, part->entry);
        break;
    case OFFICE_MACROS:
        exeat_inspection_suspicious(package->inspection, "macros");
        break;
    case OFFICE_MEMBER:
    case OFFICE_NONE:
        break;
    }
    office_follow(office, part, relations);
}

static void
office_read_waiting(Office *office)
{
    while (office->waiting->len > 0 && exeat_inspection_goes_on(office->package.inspection)) {
        OfficePart part = g_array_index(office->waiting, OfficePart, office->waiting->len - 1);
        g_array_index(office->waiting, OfficePart, office->waiting->len - 1).title = NULL;
        g_array_set_size(office->waiting, office->waiting->len - 1);
        office_read_part(office, &part);
        office_part_clear(&part);
    }
}

static OfficeKind
office_kind_by_name(const ExeatZipEntry *entry)
{
    g_autofree char *lower = g_ascii_strdown(entry->name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(office_names); i++)
        if (g_pattern_match_simple(office_names[i].pattern, lower))
            return office_names[i].kind;
    return OFFICE_NONE;
}

static void
office_read_rest(Office *office)
{
    const GArray *entries = office->package.zip->entries;
    for (guint i = 0; i < entries->len; i++) {
        const ExeatZipEntry *entry = &g_array_index(entries, ExeatZipEntry, i);
        if (entry->directory || exeat_package_is_taken(&office->package, entry))
            continue;
        OfficeKind kind = office_kind_by_name(entry);
        if (kind == OFFICE_NONE)
            continue;
        office_push(office, entry, kind, NULL);
        office_read_waiting(office);
    }
}

static void
office_read(Office *office, const ExeatZipEntry *main, OfficeKind kind, const GPtrArray *relations)
{
    const ExeatZip *zip = office->package.zip;
    const OfficePart root = {.kind = OFFICE_NONE};
    office_follow(office, &root, relations);
    office_push(office, main, kind, NULL);
    office_read_waiting(office);
    office_read_rest(office);
    if (zip->odd)
        exeat_inspection_unreadable(office->package.inspection, "its directory contradicts its members");
}

static void
office_clear(Office *office)
{
    exeat_package_clear(&office->package);
    exeat_workbook_free(office->workbook);
    g_array_unref(office->waiting);
    g_free(office->main);
    g_free(office->type);
}

bool
exeat_ooxml_read(ExeatInspection *inspection, const ExeatZip *zip)
{
    static const ExeatSaxReader types = {.words = office_type_words, .count = WORDS_END, .begin = office_type_begin};
    Office office = {.workbook = exeat_workbook_new(inspection, zip),
                     .waiting = g_array_new(FALSE, FALSE, sizeof(OfficePart))};
    g_array_set_clear_func(office.waiting, (GDestroyNotify)office_part_clear);
    exeat_package_init(&office.package, inspection, zip);
    exeat_sax_member(inspection, zip, exeat_zip_find(zip, "[Content_Types].xml"), &types, &office);
    g_autoptr(GPtrArray) relations = exeat_package_relations(&office.package, "");
    const ExeatZipEntry *main = office_find_main(&office, relations);
    const OfficeFamily *family = main != NULL ? office_family(&office, main) : NULL;
    bool xps = main != NULL && g_str_has_suffix(main->name, ".fdseq");
    if (xps) {
        exeat_inspection_type(inspection, "application/vnd.ms-xpsdocument");
        exeat_xps_read(inspection, zip, main);
    } else if (family != NULL) {
        exeat_inspection_type(inspection, office.type != NULL ? office.type : family->content_type);
        office_read(&office, main, family->kind, relations);
    }
    office_clear(&office);
    return xps || family != NULL;
}
