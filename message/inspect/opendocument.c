/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OpenDocument as a package: whether it is sealed is told by its manifest, its text stands in content.xml and, for
 * headers and footers, in styles.xml; objects in it are folders with a content.xml of their own, or files.
 */
#include "message/inspect/opendocument.h"

#include <string.h>

#include "message/inspect/documents.h"
#include "message/inspect/metadata.h"

#define WORDS(X)                \
    X(FILE_ENTRY, "file-entry") \
    X(FULL_PATH, "full-path")   \
    X(MEDIA_TYPE, "media-type") \
    X(ENCRYPTION_DATA, "encryption-data")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const manifest_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Manifest {
    bool content; /* the entry that is open is the document's text */
    bool sealed;
    char *type; /* of the whole */
} Manifest;

static void
manifest_begin(ExeatSax *sax, guint word, gpointer data)
{
    Manifest *manifest = data;
    if (word == FILE_ENTRY) {
        manifest->content = exeat_sax_is(sax, FULL_PATH, "content.xml") ||
                            exeat_sax_is(sax, FULL_PATH, "encrypted-package");
        if (exeat_sax_is(sax, FULL_PATH, "/") && manifest->type == NULL)
            manifest->type = exeat_sax_string(sax, MEDIA_TYPE);
    } else if (word == ENCRYPTION_DATA && manifest->content) {
        manifest->sealed = true;
    }
}

static bool
opendocument_is_type(const char *type)
{
    return type != NULL && (g_str_has_prefix(type, "application/vnd.oasis.opendocument") ||
                            g_str_has_prefix(type, "application/vnd.sun.xml"));
}

static void
opendocument_read_content(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry, bool titled)
{
    ExeatOpendocument document;
    exeat_inspection_gap(inspection);
    exeat_opendocument_init(&document, inspection, titled);
    exeat_sax_member(inspection, zip, entry, &exeat_opendocument_reader, &document);
    exeat_opendocument_finish(&document);
    if (document.macros)
        exeat_inspection_suspicious(inspection, "macros");
}

static void
opendocument_hand_on(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry)
{
    g_autoptr(GByteArray) bytes = exeat_zip_bytes(inspection, zip, entry);
    if (bytes == NULL || bytes->len == 0)
        return;
    const ExeatFile member = {.name = entry->name, .data = bytes->data, .length = bytes->len};
    exeat_inspection_member(inspection, &member);
}

/* "Object 1/content.xml", but not what lies in folders beside it. */
static bool
opendocument_is_object(const char *name)
{
    return strstr(name, "/content.xml") != NULL && g_str_has_suffix(name, "/content.xml") &&
           g_ascii_strncasecmp(name, "ObjectReplacements/", 19) != 0;
}

/* An object of another program ("Object 2"), the data of a database, or a file of a kind that people insert. */
static bool
opendocument_is_member(const char *name)
{
    bool top = strchr(name, '/') == NULL;
    return (top && g_str_has_prefix(name, "Object ")) || (top && g_str_has_prefix(name, "Obj1")) ||
           strcmp(name, "database/script") == 0;
}

/* The rows of a database's tables, as Java or Firebird keep them. */
static bool
opendocument_is_rows(const char *name)
{
    return strcmp(name, "database/data") == 0 || strcmp(name, "database/firebird.fbk") == 0;
}

/* Modules with code in them; libraries without any stand in every document that once had one. */
static bool
opendocument_is_macro(const char *name)
{
    bool basic = g_str_has_prefix(name, "Basic/") && g_str_has_suffix(name, ".xml") &&
                 !g_str_has_suffix(name, "script-lb.xml") && !g_str_has_suffix(name, "script-lc.xml") &&
                 !g_str_has_suffix(name, "dialog-lb.xml") && !g_str_has_suffix(name, "dialog-lc.xml");
    return basic || (g_str_has_prefix(name, "Scripts/") && !g_str_has_suffix(name, "/"));
}

static void
opendocument_read_rest(ExeatInspection *inspection, const ExeatZip *zip)
{
    for (guint i = 0; i < zip->entries->len && exeat_inspection_goes_on(inspection); i++) {
        const ExeatZipEntry *entry = &g_array_index(zip->entries, ExeatZipEntry, i);
        if (entry->directory)
            continue;
        if (opendocument_is_macro(entry->name))
            exeat_inspection_suspicious(inspection, "macros");
        else if (opendocument_is_object(entry->name))
            opendocument_read_content(inspection, zip, entry, false);
        else if (opendocument_is_member(entry->name))
            opendocument_hand_on(inspection, zip, entry);
        else if (opendocument_is_rows(entry->name))
            exeat_inspection_unreadable(inspection, "a database whose rows cannot be read");
    }
}

static void
opendocument_read(ExeatInspection *inspection, const ExeatZip *zip, const char *type)
{
    const ExeatZipEntry *content = exeat_zip_find(zip, "content.xml"), *styles = exeat_zip_find(zip, "styles.xml"),
                        *meta = exeat_zip_find(zip, "meta.xml");
    bool sheets = strstr(type, "spreadsheet") != NULL || strstr(type, ".calc") != NULL;
    if (content != NULL)
        opendocument_read_content(inspection, zip, content, sheets);
    else
        exeat_inspection_unreadable(inspection, "damaged");
    if (styles != NULL)
        opendocument_read_content(inspection, zip, styles, false);
    if (meta != NULL)
        exeat_metadata_read(inspection, zip, meta);
    opendocument_read_rest(inspection, zip);
    if (zip->odd)
        exeat_inspection_unreadable(inspection, "its directory contradicts its members");
}

bool
exeat_opendocument_read(ExeatInspection *inspection, const ExeatZip *zip, const char *type)
{
    static const ExeatSaxReader reader = {.words = manifest_words, .count = WORDS_END, .begin = manifest_begin};
    const ExeatZipEntry *entry = exeat_zip_find(zip, "META-INF/manifest.xml");
    Manifest manifest = {0};
    bool content = exeat_zip_find(zip, "content.xml") != NULL || exeat_zip_find(zip, "encrypted-package") != NULL;
    bool known = opendocument_is_type(type);
    if (!known && (type[0] != '\0' || entry == NULL || !content))
        return false;
    if (exeat_zip_encryption(zip) != EXEAT_ENCRYPTION_NO)
        return false;
    if (entry != NULL)
        exeat_sax_member(inspection, zip, entry, &reader, &manifest);
    const char *whole = known ? type : manifest.type;
    bool ours = opendocument_is_type(whole);
    if (ours) {
        exeat_inspection_type(inspection, whole);
        if (manifest.sealed)
            exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        else
            opendocument_read(inspection, zip, whole);
    }
    g_free(manifest.type);
    return ours;
}
