/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/records.h"

#include <string.h>

#include "message/inspect/sax.h"

#define FORM_FIELDS 3 /* a thing with so many fields of its own and more things in it is one form with all of them */

/* All elements at one place: below the same names. An attribute is a place below its element, "@name". */
typedef struct Place {
    char *name;
    char *label; /* the name in words */
    struct Place *parent;
    GHashTable *inner;  /* of Place by name, or NULL */
    GPtrArray *ordered; /* the same, as they came first */
    guint64 seen_in;    /* the number of the element around the last one */
    bool repeated;      /* twice or more in one element */
    bool text;          /* it had text */
    bool elements;      /* it had elements */
    bool attribute;
    bool named;   /* <field name="Surname">: the label is an attribute's value */
    bool record;  /* repeated, with fields */
    bool row;     /* … and no records in it: a row of a table */
    bool form;    /* … or a form for all that is in it */
    guint column; /* from 1, in the row that it is part of */
    guint columns;
} Place;

typedef struct Frame {
    Place *place; /* NULL: of too many */
    guint64 number;
    bool text, elements;
} Frame;

typedef struct Records {
    ExeatInspection *inspection;
    Place *root;
    guint places;
    guint64 elements;
    Frame frames[EXEAT_SAX_DEPTH + 1];
    guint depth;
    bool plain;      /* no labels, no tables */
    bool attributes; /* are shown */
    bool overflow;   /* there were more places than are told apart */
    /* the second time: */
    GString *value;
    guint inline_depth; /* where prose began, or 0 */
    Place *table;       /* whose rows the table has that is open */
    guint row;
    Place *open; /* the row that is open */
    guint open_depth;
    GPtrArray *cells; /* of GString, by column */
    guint form_depth; /* the record that has a form of its own, or 0 */
    bool form;        /* a form is open */
} Records;

/* "dateOfBirth", "date_of_birth" to "date of birth" in words; capitals stay. (transfer full) */
static char *
records_label(const char *name)
{
    GString *label = g_string_new(NULL);
    for (const char *c = name[0] == '@' ? name + 1 : name; *c != '\0'; c++) {
        bool hump = c > name && g_ascii_isupper(*c) && g_ascii_islower(c[-1]);
        if (hump)
            g_string_append_c(label, ' ');
        g_string_append_c(label, *c == '_' || *c == '-' || *c == '.' ? ' ' : *c);
    }
    return g_string_free(label, FALSE);
}

static void
place_free(Place *place)
{
    if (place == NULL)
        return;
    for (guint i = 0; place->ordered != NULL && i < place->ordered->len; i++)
        place_free(place->ordered->pdata[i]);
    if (place->ordered != NULL) {
        g_ptr_array_unref(place->ordered);
        g_hash_table_unref(place->inner);
    }
    g_free(place->name);
    g_free(place->label);
    g_free(place);
}

/* The place @name in @parent, made if it is new; NULL if there are too many, or @parent is NULL. */
static Place *
records_place(Records *records, Place *parent, const char *name)
{
    if (parent == NULL)
        return NULL;
    Place *place = parent->inner != NULL ? g_hash_table_lookup(parent->inner, name) : NULL;
    if (place != NULL)
        return place;
    records->overflow = records->overflow || records->places >= EXEAT_RECORDS_PATHS_MOST;
    if (records->overflow)
        return NULL;
    if (parent->inner == NULL) {
        parent->inner = g_hash_table_new(g_str_hash, g_str_equal);
        parent->ordered = g_ptr_array_new();
    }
    place = g_new0(Place, 1);
    place->name = g_strdup(name);
    place->label = records_label(name);
    place->parent = parent;
    place->attribute = name[0] == '@';
    g_hash_table_insert(parent->inner, place->name, place);
    g_ptr_array_add(parent->ordered, place);
    records->places++;
    return place;
}

static Place *
records_attribute(Records *records, Place *place, const char *name)
{
    char key[128] = "@";
    g_strlcpy(key + 1, name, sizeof key - 1);
    return records_place(records, place, key);
}

static bool
records_is_blank(const char *text, gsize length)
{
    gsize at = 0;
    while (at < length && g_ascii_isspace(text[at]))
        at++;
    return at == length;
}

/* Says nothing about people: where a schema is to be found. */
static bool
records_is_technical(const char *attribute)
{
    return strcmp(attribute, "schemaLocation") == 0 || strcmp(attribute, "noNamespaceSchemaLocation") == 0;
}

/* --- the first time: how it is built --- */

static Frame *
records_enter(Records *records, const ExeatSax *sax)
{
    Frame *outer = &records->frames[records->depth];
    Frame *frame = &records->frames[++records->depth];
    Place *place = records_place(records, outer->place, exeat_sax_name(sax));
    *frame = (Frame){.place = place, .number = ++records->elements};
    outer->elements = true;
    if (place != NULL) {
        place->repeated = place->repeated || place->seen_in == outer->number + 1;
        place->seen_in = outer->number + 1;
    }
    return frame;
}

static void
survey_begin(ExeatSax *sax, G_GNUC_UNUSED guint word, gpointer data)
{
    Records *records = data;
    const Frame *frame = records_enter(records, sax);
    const char *name = NULL;
    g_autofree char *value = NULL;
    for (guint i = 0; frame->place != NULL && exeat_sax_nth(sax, i, &name, &value); i++) {
        Place *attribute = records_is_technical(name) ? NULL : records_attribute(records, frame->place, name);
        if (attribute != NULL)
            attribute->text = true;
        if (g_ascii_strcasecmp(name, "name") == 0)
            frame->place->named = true;
        g_clear_pointer(&value, g_free);
    }
}

static void
survey_end(G_GNUC_UNUSED ExeatSax *sax, G_GNUC_UNUSED guint word, gpointer data)
{
    Records *records = data;
    const Frame *frame = &records->frames[records->depth--];
    if (frame->place == NULL)
        return;
    frame->place->text = frame->place->text || frame->text;
    frame->place->elements = frame->place->elements || frame->elements;
}

static void
survey_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    Records *records = data;
    Frame *frame = &records->frames[records->depth];
    frame->text = frame->text || !records_is_blank(text, length);
}

static bool
place_is_prose(const Place *place)
{
    return place->text && place->elements;
}

/* <field name="Surname">Adams</field>, again and again */
static bool
place_is_named(const Place *place)
{
    return place->named && place->repeated && place->text && !place->elements;
}

typedef struct Inside {
    bool records; /* or prose, or fields that name themselves: no row of a table */
    guint fields; /* outside of them */
} Inside;

/* Tells what @place is when all in it is known; *inside becomes what it means to those around it. */
static void
place_settle(Place *place, Inside *inside)
{
    Inside own = {.fields = place->text && !place->attribute && !place->elements};
    bool attributes = false;
    for (guint i = 0; place->ordered != NULL && i < place->ordered->len; i++) {
        Place *inner = place->ordered->pdata[i];
        if (inner->attribute)
            own.fields++, attributes = true;
        else
            place_settle(inner, &own);
    }
    bool prose = place_is_prose(place), named = place_is_named(place);
    place->record = place->repeated && (place->elements || attributes) && !prose && !named;
    place->row = place->record && !own.records;
    place->form = place->record && own.records && own.fields >= FORM_FIELDS;
    inside->records = inside->records || own.records || place->record || prose || named;
    if (!place->record)
        inside->fields += own.fields;
}

/* Numbers the columns of a row, in the order in which they came first. */
static guint
place_number(Place *place, guint column)
{
    for (guint i = 0; place->ordered != NULL && i < place->ordered->len; i++) {
        Place *inner = place->ordered->pdata[i];
        if (inner->attribute)
            inner->column = ++column;
        else
            column = place_number(inner, column);
    }
    if (place->text && !place->attribute)
        place->column = ++column;
    return column;
}

static void
place_number_rows(Place *place)
{
    if (place->row) {
        place->columns = place_number(place, 0);
        return;
    }
    for (guint i = 0; place->ordered != NULL && i < place->ordered->len; i++)
        place_number_rows(place->ordered->pdata[i]);
}

/* --- the second time: what it says --- */

static void
records_cell(Records *records, guint column, const char *text, gsize length)
{
    exeat_inspection_cell_begin(records->inspection, records->row, column);
    exeat_inspection_text(records->inspection, text, length);
    exeat_inspection_cell_end(records->inspection);
}

static void
records_show_headings(Records *records, const Place *place)
{
    for (guint i = 0; place->ordered != NULL && i < place->ordered->len; i++) {
        const Place *inner = place->ordered->pdata[i];
        if (inner->attribute)
            records_cell(records, inner->column - 1, inner->label, strlen(inner->label));
        else
            records_show_headings(records, inner);
    }
    if (place->column > 0 && !place->attribute)
        records_cell(records, place->column - 1, place->label, strlen(place->label));
}

static void
records_begin_row(Records *records, Place *place)
{
    records->open = place;
    records->open_depth = records->depth;
    while (records->cells->len < place->columns)
        g_ptr_array_add(records->cells, g_string_new(NULL));
    records->form = false;
    if (records->table == place)
        return;
    exeat_inspection_table(records->inspection, NULL);
    records->table = place;
    records->row = 0;
    records_show_headings(records, place);
}

static void
records_end_row(Records *records)
{
    records->row++;
    for (guint i = 0; i < records->open->columns; i++) {
        GString *cell = records->cells->pdata[i];
        if (cell->len > 0)
            records_cell(records, i, cell->str, cell->len);
        g_string_truncate(cell, 0);
    }
    records->open = NULL;
}

static void
records_begin_form(Records *records)
{
    if (records->form)
        return;
    exeat_inspection_table(records->inspection, NULL);
    records->form = true;
    records->table = NULL;
    records->row = 0;
}

static bool
records_is_coded(const char *value, gsize length)
{
    return length > EXEAT_RECORDS_CODED_BYTES && memchr(value, ' ', length) == NULL;
}

/* A field: to its column, or as a row of the form. */
static void
records_show_field(Records *records, const Place *place, const char *label, char *value)
{
    g_strstrip(value);
    gsize length = strlen(value);
    if (length == 0 || records_is_coded(value, length))
        return;
    if (records->plain) {
        exeat_inspection_text(records->inspection, value, length);
        exeat_inspection_line(records->inspection);
    } else if (records->open != NULL && place != NULL && place->column > 0) {
        GString *cell = records->cells->pdata[place->column - 1];
        if (cell->len > 0)
            g_string_append_c(cell, ' ');
        g_string_append_len(cell, value, (gssize)length);
    } else {
        records_begin_form(records);
        records_cell(records, 0, label, strlen(label));
        records_cell(records, 1, value, length);
        records->row++;
    }
}

static void
records_show_attributes(Records *records, const ExeatSax *sax, Place *place)
{
    const char *name = NULL;
    g_autofree char *value = NULL;
    for (guint i = 0; exeat_sax_nth(sax, i, &name, &value); i++) {
        bool label = place != NULL && place_is_named(place) && g_ascii_strcasecmp(name, "name") == 0;
        if (!records_is_technical(name) && !label && records->attributes) {
            const Place *attribute = place != NULL ? records_attribute(records, place, name) : NULL;
            g_autofree char *words = records_label(name);
            records_show_field(records, attribute, words, value);
        }
        g_clear_pointer(&value, g_free);
    }
}

/* The label that a field gives itself waits before its value, with a NUL between them. */
static bool
records_begin_label(Records *records, const ExeatSax *sax)
{
    const char *name = NULL;
    g_autofree char *value = NULL;
    for (guint i = 0; exeat_sax_nth(sax, i, &name, &value); i++) {
        if (g_ascii_strcasecmp(name, "name") == 0) {
            g_string_assign(records->value, value);
            g_string_append_c(records->value, '\0');
            return true;
        }
        g_clear_pointer(&value, g_free);
    }
    return false;
}

/* Prose, and what is too manifold to be anything else. */
static bool
records_begin_prose(Records *records, const Place *place)
{
    if (records->inline_depth != 0)
        return true;
    if (place != NULL && !place_is_prose(place))
        return false;
    records->inline_depth = records->depth;
    records->form = false;
    records->table = NULL;
    exeat_inspection_table_end(records->inspection);
    exeat_inspection_line(records->inspection);
    return true;
}

static void
records_begin(ExeatSax *sax, G_GNUC_UNUSED guint word, gpointer data)
{
    Records *records = data;
    const char *name = exeat_sax_name(sax);
    if (records->plain && (strcmp(name, "style") == 0 || strcmp(name, "script") == 0)) {
        exeat_sax_skip(sax);
        return;
    }
    Frame *outer = &records->frames[records->depth];
    Frame *frame = &records->frames[++records->depth];
    Place *place = outer->place != NULL && outer->place->inner != NULL ? g_hash_table_lookup(outer->place->inner, name)
                                                                       : NULL;
    *frame = (Frame){.place = place};
    outer->elements = true;
    g_string_truncate(records->value, 0);
    if (records->open == NULL && records_begin_prose(records, place)) {
        if (place == NULL)
            records_show_attributes(records, sax, NULL);
        return;
    }
    bool outside = records->form_depth == 0 && records->open == NULL && !records->plain;
    if (outside && place->row) {
        records_begin_row(records, place);
    } else if (outside && place->form) {
        records->form_depth = records->depth;
        records->form = false;
    }
    records_show_attributes(records, sax, place);
    frame->text = place_is_named(place) && records_begin_label(records, sax);
}

static void
records_end_field(Records *records, const Frame *frame)
{
    const char *label = frame->place->label;
    char *value = records->value->str;
    if (frame->text) {
        label = records->value->str;
        value += strlen(label) + 1;
    }
    records_show_field(records, frame->place, label, value);
    g_string_truncate(records->value, 0);
}

static void
records_end(G_GNUC_UNUSED ExeatSax *sax, G_GNUC_UNUSED guint word, gpointer data)
{
    Records *records = data;
    const Frame *frame = &records->frames[records->depth];
    if (records->inline_depth == 0 && frame->place != NULL && !frame->elements && records->value->len > 0)
        records_end_field(records, frame);
    if (records->inline_depth == records->depth) {
        records->inline_depth = 0;
        exeat_inspection_line(records->inspection);
    }
    if (records->open != NULL && records->open_depth == records->depth)
        records_end_row(records);
    if (records->form_depth == records->depth) {
        records->form_depth = 0;
        records->form = false;
    }
    records->depth--;
}

static void
records_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    const Records *records = data;
    if (records->inline_depth != 0)
        exeat_inspection_text(records->inspection, text, length);
    else
        g_string_append_len(records->value, text, (gssize)length);
}

void
exeat_records_read(ExeatInspection *inspection, const ExeatFile *file, bool plain)
{
    static const ExeatSaxReader survey = {
        .count = 1, .begin = survey_begin, .end = survey_end, .text = survey_text, .silent = true};
    static const ExeatSaxReader reader = {.count = 1, .begin = records_begin, .end = records_end, .text = records_text};
    Records *records = g_new0(Records, 1);
    Inside inside = {0};
    *records = (Records){.inspection = inspection,
                         .root = g_new0(Place, 1),
                         .plain = plain,
                         .attributes = !plain,
                         .value = g_string_new(NULL),
                         .cells = g_ptr_array_new()};
    records->frames[0].place = records->root;
    exeat_sax_bytes(inspection, file->data, file->length, &survey, records);
    records->plain = plain || records->overflow;
    place_settle(records->root, &inside);
    place_number_rows(records->root);
    records->depth = 0;
    exeat_sax_bytes(inspection, file->data, file->length, &reader, records);
    exeat_inspection_table_end(inspection);
    exeat_inspection_line(inspection);
    for (guint i = 0; i < records->cells->len; i++)
        g_string_free(records->cells->pdata[i], TRUE);
    g_ptr_array_unref(records->cells);
    g_string_free(records->value, TRUE);
    place_free(records->root);
    g_free(records);
}
