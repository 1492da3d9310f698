/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Department for Education's common transfer file (CTfile) and admissions transfer file (ATFfile): pupils with
 * names, numbers, addresses and contacts in XML. Namespaces are ignored; versions differ in little that matters here.
 *
 * Read as a stream by libxml2, without network, DTD or entities; depth and text are bounded. Threads: no state beyond
 * the reader. Hostile input: the file.
 */
#include <libxml/xmlreader.h>

#include "base/error.h"
#include "directory/import-private.h"

/* What one element says inside a pupil or contact. Anything else that is nested is passed over. */
static const struct {
    const char *name;
    ImportField field;
} ctf_elements[] = {
    {"UPN", IMPORT_UPN},
    {"FormerUPN", IMPORT_NONE},
    {"UniqueLearnerNumber", IMPORT_ULN},
    {"UCI", IMPORT_UCI},
    {"Surname", IMPORT_FAMILY},
    {"Forename", IMPORT_GIVEN},
    {"Forenames", IMPORT_GIVEN},
    {"DOB", IMPORT_BIRTH},
    {"PreferredSurname", IMPORT_PREFERRED_FAMILY},
    {"PreferredForename", IMPORT_PREFERRED},
    {"ChosenName", IMPORT_PREFERRED},
    {"FormerSurname", IMPORT_FORMER_FAMILY},
    {"FormerForename", IMPORT_MIDDLE},
    {"MiddleNames", IMPORT_MIDDLE},
    {"PostCode", IMPORT_POSTCODE},
    {"Postcode", IMPORT_POSTCODE},
    {"Email", IMPORT_EMAIL},
    {"ContactEmail", IMPORT_EMAIL},
    {"PhoneNo", IMPORT_PHONE},
    {"TelephoneNumber", IMPORT_PHONE},
    {"Telephone", IMPORT_PHONE},
    {"Mobile", IMPORT_PHONE},
    {"Phone", IMPORT_PHONE},
    {"AddressLine1", IMPORT_ADDRESS},
    {"Street", IMPORT_ADDRESS},
};

typedef struct CtfReader {
    ImportRun *run;
    xmlTextReaderPtr xml;
    ImportDraft *pupil;   /* NULL outside one */
    ImportDraft *contact; /* NULL outside one */
    GPtrArray *contacts;  /* of ImportDraft, the pupil's so far */
    GString *text;        /* of the element being read */
    GString *house;       /* PAON and SAON, which stand before the street */
    guint line;
    bool root;
    bool skip; /* inside SchoolHistory and the like: other schools' addresses */
    int skip_depth;
} CtfReader;

static bool
ctf_is_root(const char *name)
{
    return strcmp(name, "CTfile") == 0 || strcmp(name, "ATFfile") == 0;
}

static void
ctf_put(CtfReader *reader, const char *name)
{
    ImportDraft *draft = reader->contact != NULL ? reader->contact : reader->pupil;
    if (strcmp(name, "PAON") == 0 || strcmp(name, "SAON") == 0) {
        g_string_append_printf(reader->house, "%s ", reader->text->str);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(ctf_elements); i++) {
        if (strcmp(ctf_elements[i].name, name) != 0)
            continue;
        if (ctf_elements[i].field == IMPORT_ADDRESS && reader->house->len > 0) {
            g_string_append(reader->house, reader->text->str);
            exeat_import_draft_put(draft, IMPORT_ADDRESS, reader->house->str);
            g_string_truncate(reader->house, 0);
        } else {
            exeat_import_draft_put(draft, ctf_elements[i].field, reader->text->str);
        }
        return;
    }
}

static bool
ctf_end_pupil(CtfReader *reader, GError **error)
{
    g_autoptr(ImportDraft) pupil = g_steal_pointer(&reader->pupil);
    reader->run->report->rows++;
    bool go_on = true;
    if (!exeat_import_draft_says_anything(pupil)) {
        go_on = exeat_import_problem(reader->run, reader->line, "no name or number tells who this is", error);
    } else {
        if (pupil->bad_value)
            go_on = exeat_import_problem(reader->run, reader->line,
                                         "a date, number or address in it is not well-formed", error);
        guint index = exeat_import_people_add(reader->run->people, pupil, -1);
        for (guint i = 0; i < reader->contacts->len; i++) {
            guint contact = exeat_import_people_add(reader->run->people, g_ptr_array_index(reader->contacts, i),
                                                    (int)index);
            exeat_import_people_link(reader->run->people, contact, index);
        }
    }
    g_ptr_array_set_size(reader->contacts, 0);
    return go_on;
}

static bool
ctf_start(CtfReader *reader, const char *name, int depth, GError **error)
{
    if (depth == 0) {
        reader->root = ctf_is_root(name);
        if (!reader->root) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s is XML, but no common transfer file",
                        reader->run->path);
            return false;
        }
    }
    g_string_truncate(reader->text, 0);
    if (reader->pupil == NULL && strcmp(name, "Pupil") == 0) {
        reader->pupil = exeat_import_draft_new(EXEAT_ROLE_PUPIL);
        reader->line = (guint)xmlTextReaderGetParserLineNumber(reader->xml);
    } else if (reader->pupil != NULL && reader->contact == NULL && strcmp(name, "Contact") == 0) {
        reader->contact = exeat_import_draft_new(EXEAT_ROLE_PARENT);
    } else if (!reader->skip && (strcmp(name, "SchoolHistory") == 0 || strcmp(name, "StageAssessments") == 0 ||
                                 strcmp(name, "Attendance") == 0 || strcmp(name, "SENhistory") == 0)) {
        reader->skip = true;
        reader->skip_depth = depth;
    }
    return true;
}

static bool
ctf_end(CtfReader *reader, const char *name, int depth, GError **error)
{
    if (reader->skip) {
        if (depth == reader->skip_depth)
            reader->skip = false;
        return true;
    }
    if (reader->contact != NULL && strcmp(name, "Contact") == 0) {
        ImportDraft *contact = g_steal_pointer(&reader->contact);
        if (exeat_import_draft_says_anything(contact))
            g_ptr_array_add(reader->contacts, contact);
        else
            exeat_import_draft_free(contact);
        return true;
    }
    if (reader->pupil == NULL)
        return true;
    if (strcmp(name, "Pupil") == 0)
        return ctf_end_pupil(reader, error);
    ctf_put(reader, name);
    g_string_truncate(reader->text, 0);
    return true;
}

static bool
ctf_node(CtfReader *reader, GError **error)
{
    int depth = xmlTextReaderDepth(reader->xml);
    const char *name = (const char *)xmlTextReaderConstLocalName(reader->xml);
    if (depth > EXEAT_IMPORT_MAX_XML_DEPTH) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "%s: elements nested too deep", reader->run->path);
        return false;
    }
    switch (xmlTextReaderNodeType(reader->xml)) {
    case XML_READER_TYPE_ELEMENT: {
        bool empty = xmlTextReaderIsEmptyElement(reader->xml) == 1;
        return ctf_start(reader, name, depth, error) && (!empty || ctf_end(reader, name, depth, error));
    }
    case XML_READER_TYPE_END_ELEMENT:
        return ctf_end(reader, name, depth, error);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA: {
        const char *value = (const char *)xmlTextReaderConstValue(reader->xml);
        if (value != NULL && reader->text->len + strlen(value) <= EXEAT_IMPORT_MAX_FIELD)
            g_string_append(reader->text, value);
        return true;
    }
    case XML_READER_TYPE_DOCUMENT_TYPE:
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s: a document type has no place in it",
                    reader->run->path);
        return false;
    default:
        return true;
    }
}

/* libxml2 would print its own messages, which quote the file. */
static void
ctf_silent(void *user, const xmlError *why)
{
    (void)user;
    (void)why;
}

bool
exeat_import_ctf(ImportRun *run, const char *data, gsize length, GError **error)
{
    CtfReader reader = {.run = run};
    reader.xml = xmlReaderForMemory(data, (int)length, NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    if (reader.xml == NULL) {
        g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libxml2 does not start");
        return false;
    }
    xmlTextReaderSetStructuredErrorHandler(reader.xml, (xmlStructuredErrorFunc)ctf_silent, NULL);
    reader.text = g_string_new(NULL);
    reader.house = g_string_new(NULL);
    reader.contacts = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_import_draft_free);

    int state;
    bool ok = true;
    while (ok && (state = xmlTextReaderRead(reader.xml)) == 1)
        ok = ctf_node(&reader, error);
    if (ok && (state != 0 || !reader.root)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s:%d: not well-formed XML", run->path,
                    xmlTextReaderGetParserLineNumber(reader.xml));
        ok = false;
    }
    exeat_import_draft_free(reader.pupil);
    exeat_import_draft_free(reader.contact);
    g_ptr_array_unref(reader.contacts);
    g_string_free(reader.text, TRUE);
    g_string_free(reader.house, TRUE);
    xmlFreeTextReader(reader.xml);
    return ok;
}
