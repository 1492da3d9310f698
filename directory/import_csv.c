/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rolls in rows and columns. The first rows may be a report's title: the heading row is the first of a few that names
 * at least two things we know. What kind of roll it is (pupils, staff, contacts) follows from its headings, unless the
 * operator says so or each row has a role of its own.
 *
 * Threads: no state. Hostile input: the file; libcsv takes it apart, every size is bounded in import.h.
 */
#include <csv.h>

#include "base/error.h"
#include "directory/fold.h"
#include "directory/import-private.h"

/* Rows in front of the headings that may be a title. */
#define CSV_TITLE_ROWS 12u

typedef struct CsvReader {
    ImportRun *run;
    GPtrArray *cells; /* of the row being read */
    GArray *columns;  /* of ImportColumn; NULL before the headings */
    int role;         /* of the roll; -1 if each row tells */
    bool contacts;    /* SELF is a contact, PUPIL whom it belongs to */
    guint rows;
    guint line;
    guint row_line;
    bool stop;
    GError *error;
} CsvReader;

static bool
csv_problem(CsvReader *reader, const char *reason)
{
    if (!exeat_import_problem(reader->run, reader->row_line, reason, &reader->error))
        reader->stop = true;
    return false;
}

/* --- headings ---------------------------------------------------------------------------------------------------- */

static ImportColumn
csv_column(const CsvReader *reader, const char *heading)
{
    char folded[EXEAT_FOLD_MAX + 1];
    exeat_fold_name(heading, strlen(heading), folded);
    const ImportColumn *mapped = g_hash_table_lookup(reader->run->map, folded);
    return mapped != NULL ? *mapped : exeat_import_heading(heading);
}

static bool
csv_has(const GArray *columns, ImportWho who, ImportField field)
{
    for (guint i = 0; i < columns->len; i++) {
        const ImportColumn *column = &g_array_index(columns, ImportColumn, i);
        if (column->who == who && (column->field == field || field == IMPORT_NONE))
            return column->field != IMPORT_NONE;
    }
    return false;
}

static bool
csv_is_name(ImportField field)
{
    return field == IMPORT_GIVEN || field == IMPORT_PREFERRED || field == IMPORT_FAMILY ||
           field == IMPORT_PREFERRED_FAMILY || field == IMPORT_FULL;
}

static bool
csv_has_name(const GArray *columns, ImportWho who)
{
    for (guint i = 0; i < columns->len; i++) {
        const ImportColumn *column = &g_array_index(columns, ImportColumn, i);
        if (column->who == who && csv_is_name(column->field))
            return true;
    }
    return false;
}

static bool
csv_has_pupil_marks(const GArray *columns)
{
    static const ImportField marks[] = {IMPORT_UPN, IMPORT_ULN, IMPORT_UCI, IMPORT_ADMISSION, IMPORT_CLASS};
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
        if (csv_has(columns, IMPORT_SELF, marks[i]))
            return true;
    return false;
}

static void
csv_move(GArray *columns, ImportWho from, ImportWho to, guint slot)
{
    for (guint i = 0; i < columns->len; i++) {
        ImportColumn *column = &g_array_index(columns, ImportColumn, i);
        if (column->who != from)
            continue;
        column->who = to;
        if (to == IMPORT_CONTACT)
            column->slot = MAX(slot, column->slot);
    }
}

static bool
csv_has_second_contact(const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const ImportColumn *column = &g_array_index(columns, ImportColumn, i);
        if (column->who == IMPORT_CONTACT && column->slot > 1)
            return true;
    }
    return false;
}

/* "Student name, Contact name, Email address": one row a contact, and what is called nobody's is the contact's. */
static void
csv_give_to_contact(GArray *columns)
{
    static const ImportField of_contact[] = {IMPORT_EMAIL, IMPORT_PHONE, IMPORT_TITLE, IMPORT_POSTCODE, IMPORT_ADDRESS};
    for (guint i = 0; i < columns->len; i++) {
        ImportColumn *column = &g_array_index(columns, ImportColumn, i);
        for (guint k = 0; k < G_N_ELEMENTS(of_contact) && column->who == IMPORT_SELF; k++)
            if (column->field == of_contact[k])
                *column = (ImportColumn){.field = column->field, .who = IMPORT_CONTACT, .slot = 1};
    }
}

/*
 * In the end every column is about SELF (a pupil or member of staff, or a parent alone) or about a CONTACT of a pupil.
 */
static void
csv_settle(CsvReader *reader)
{
    GArray *columns = reader->columns;
    int role = reader->run->role;
    bool roles = csv_has(columns, IMPORT_SELF, IMPORT_ROLE) && role < 0;
    bool staff = csv_has(columns, IMPORT_STAFF, IMPORT_NONE) || csv_has_name(columns, IMPORT_STAFF);
    bool pupil_names = csv_has_name(columns, IMPORT_PUPIL);
    bool pupil_ids = csv_has(columns, IMPORT_PUPIL, IMPORT_UPN) || csv_has(columns, IMPORT_PUPIL, IMPORT_ADMISSION);
    bool self_names = csv_has_name(columns, IMPORT_SELF);
    bool contact_names = csv_has_name(columns, IMPORT_CONTACT);
    bool pupil_beside = pupil_names || pupil_ids || csv_has_pupil_marks(columns);

    if (contact_names && !self_names && pupil_beside && !csv_has_second_contact(columns))
        csv_give_to_contact(columns);
    if ((self_names && pupil_names) ||
        (role == EXEAT_ROLE_PARENT && self_names && (pupil_ids || csv_has_pupil_marks(columns)))) {
        /* One row a contact, with the pupil beside it; bare UPN or year columns are the pupil's. */
        for (guint i = 0; i < columns->len; i++) {
            ImportColumn *column = &g_array_index(columns, ImportColumn, i);
            if (column->who == IMPORT_SELF && (column->field == IMPORT_UPN || column->field == IMPORT_ADMISSION ||
                                               column->field == IMPORT_CLASS || column->field == IMPORT_ULN))
                column->who = IMPORT_PUPIL;
        }
        csv_move(columns, IMPORT_SELF, IMPORT_CONTACT, 1);
        csv_move(columns, IMPORT_MAYBE, IMPORT_CONTACT, 1);
        csv_move(columns, IMPORT_PUPIL, IMPORT_SELF, 0);
        role = EXEAT_ROLE_PUPIL;
    } else if (contact_names && !self_names && !pupil_names && !pupil_ids && !csv_has_pupil_marks(columns)) {
        csv_move(columns, IMPORT_CONTACT, IMPORT_SELF, 0);
        role = EXEAT_ROLE_PARENT;
    } else {
        csv_move(columns, IMPORT_PUPIL, IMPORT_SELF, 0);
        csv_move(columns, IMPORT_STAFF, IMPORT_SELF, 0);
        bool pupils = pupil_names || pupil_ids || contact_names || csv_has_pupil_marks(columns);
        if (role < 0 && !roles) {
            bool post = csv_has(columns, IMPORT_SELF, IMPORT_POST) || csv_has(columns, IMPORT_SELF, IMPORT_TITLE);
            role = staff || (post && !csv_has(columns, IMPORT_SELF, IMPORT_UPN)) ? EXEAT_ROLE_STAFF
                   : pupils                                                      ? EXEAT_ROLE_PUPIL
                                                                                 : -1;
        }
        csv_move(columns, IMPORT_MAYBE, role == EXEAT_ROLE_PUPIL ? IMPORT_CONTACT : IMPORT_SELF, 1);
    }
    reader->role = role;
    reader->contacts = role == EXEAT_ROLE_PUPIL;
}

static bool
csv_headings(CsvReader *reader)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, TRUE, sizeof(ImportColumn));
    guint known = 0;
    bool telling = false;
    for (guint i = 0; i < reader->cells->len; i++) {
        ImportColumn column = csv_column(reader, g_ptr_array_index(reader->cells, i));
        known += column.field != IMPORT_NONE;
        telling = telling || csv_is_name(column.field) || column.field == IMPORT_EMAIL;
        g_array_append_val(columns, column);
    }
    if (known < 2 || !telling) {
        if (++reader->rows <= CSV_TITLE_ROWS)
            return true;
        g_set_error(&reader->error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED,
                    "%s: no row of headings that names at least two of: forename, surname, name, e-mail, UPN, …",
                    reader->run->path);
        reader->stop = true;
        return false;
    }
    reader->rows = 0;
    reader->columns = g_steal_pointer(&columns);
    csv_settle(reader);
    if (reader->role < 0 && !csv_has(reader->columns, IMPORT_SELF, IMPORT_ROLE)) {
        g_set_error(&reader->error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "%s: the headings do not tell whether these are pupils, staff or parents; name the role",
                    reader->run->path);
        reader->stop = true;
        return false;
    }
    return true;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static int
csv_role_word(const char *word)
{
    static const struct {
        const char *words;
        int role;
    } roles[] = {{"|student|pupil|learner|disgybl|child|dysgwr|", EXEAT_ROLE_PUPIL},
                 {"|teacher|staff|aide|administrator|proctor|principal|headteacher|districtadministrator|"
                  "siteadministrator|systemadministrator|employee|athro|teachingassistant|counselor|faculty|",
                  EXEAT_ROLE_STAFF},
                 {"|parent|guardian|relative|carer|contact|mother|father|rhiant|gofalwr|", EXEAT_ROLE_PARENT},
                 {"|governor|volunteer|visitor|other|trustee|", EXEAT_ROLE_OTHER}};
    char folded[EXEAT_FOLD_MAX + 1];
    if (exeat_fold_name(word, strlen(word), folded) == 0)
        return -1;
    g_autofree char *key = g_strdup_printf("|%s|", folded);
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
        if (strstr(roles[i].words, key) != NULL)
            return roles[i].role;
    return -1;
}

static int
csv_row_role(const CsvReader *reader)
{
    for (guint i = 0; reader->role < 0 && i < reader->columns->len && i < reader->cells->len; i++) {
        const ImportColumn *column = &g_array_index(reader->columns, ImportColumn, i);
        if (column->who == IMPORT_SELF && column->field == IMPORT_ROLE)
            return csv_role_word(g_ptr_array_index(reader->cells, i));
    }
    return reader->role;
}

static ImportDraft *
csv_draft(const CsvReader *reader, ImportWho who, guint slot, int role)
{
    ImportDraft *draft = exeat_import_draft_new(role);
    /* Preferred names first: the first given name is the one that is used. */
    for (guint i = 0; i < reader->columns->len && i < reader->cells->len; i++) {
        const ImportColumn *column = &g_array_index(reader->columns, ImportColumn, i);
        if (column->who == who && (who != IMPORT_CONTACT || column->slot == slot))
            exeat_import_draft_put(draft, column->field, g_ptr_array_index(reader->cells, i));
    }
    return draft;
}

static void
csv_link_agents(CsvReader *reader, guint person)
{
    for (guint i = 0; i < reader->columns->len && i < reader->cells->len; i++) {
        if (g_array_index(reader->columns, ImportColumn, i).field != IMPORT_AGENTS)
            continue;
        g_auto(GStrv) ids = g_strsplit_set(g_ptr_array_index(reader->cells, i), ",; ", 64);
        for (guint j = 0; ids[j] != NULL; j++)
            if (ids[j][0] != '\0')
                exeat_import_people_link_id(reader->run->people, person, ids[j]);
    }
}

static bool
csv_row(CsvReader *reader)
{
    int role = csv_row_role(reader);
    if (role < 0)
        return csv_problem(reader, "the role is not one of pupil, staff, parent, other");
    g_autoptr(ImportDraft) self = csv_draft(reader, IMPORT_SELF, 0, role);
    if (!exeat_import_draft_says_anything(self))
        return csv_problem(reader, "no name, address or number tells who this is");
    if (self->bad_value && !csv_problem(reader, "a date, number or address in it is not well-formed") && reader->stop)
        return false;
    guint person = exeat_import_people_add(reader->run->people, self, -1);
    csv_link_agents(reader, person);
    for (guint slot = 1; slot <= IMPORT_MAX_SLOTS && role == EXEAT_ROLE_PUPIL; slot++) {
        g_autoptr(ImportDraft) contact = csv_draft(reader, IMPORT_CONTACT, slot, EXEAT_ROLE_PARENT);
        if (exeat_import_draft_says_anything(contact))
            exeat_import_people_link(reader->run->people,
                                     exeat_import_people_add(reader->run->people, contact, (int)person), person);
    }
    return true;
}

static void
csv_on_field(void *data, size_t length, void *user)
{
    CsvReader *reader = user;
    if (reader->stop || reader->cells->len >= EXEAT_IMPORT_MAX_COLUMNS)
        return;
    gsize kept = MIN(length, EXEAT_IMPORT_MAX_FIELD);
    char *cell = g_strndup(data != NULL ? data : "", kept);
    if (!g_utf8_validate(cell, -1, NULL)) { /* cut inside a character */
        char *valid = g_utf8_make_valid(cell, -1);
        g_free(cell);
        cell = valid;
    }
    g_ptr_array_add(reader->cells, cell);
}

static void
csv_on_row(int end, void *user)
{
    (void)end;
    CsvReader *reader = user;
    bool blank = true;
    for (guint i = 0; i < reader->cells->len && blank; i++) {
        const char *cell = g_ptr_array_index(reader->cells, i);
        blank = cell[strspn(cell, " \t")] == '\0';
    }
    if (!reader->stop && !blank) {
        if (reader->columns == NULL) {
            csv_headings(reader);
        } else if (reader->rows++ >= EXEAT_IMPORT_MAX_ROWS) {
            g_set_error(&reader->error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "%s: more than %u rows", reader->run->path,
                        EXEAT_IMPORT_MAX_ROWS);
            reader->stop = true;
        } else {
            reader->run->report->rows++;
            csv_row(reader);
        }
    }
    g_ptr_array_set_size(reader->cells, 0);
    reader->row_line = reader->line + 1;
}

/* The most frequent of the usual separators in the first lines, outside quotes. Excel may name it: "sep=;". */
static unsigned char
csv_separator(const char **text, gsize *length)
{
    static const char candidates[] = ",;\t|";
    if (*length > 6 && g_ascii_strncasecmp(*text, "sep=", 4) == 0 && strchr("\r\n", (*text)[5]) != NULL) {
        unsigned char named = (unsigned char)(*text)[4];
        const char *line_end = memchr(*text, '\n', *length);
        if (line_end != NULL) {
            *length -= (gsize)(line_end + 1 - *text);
            *text = line_end + 1;
        }
        return named;
    }
    guint counts[4] = {0};
    bool quoted = false;
    for (gsize i = 0, lines = 0; i < *length && lines < 16; i++) {
        char c = (*text)[i];
        const char *found = c != '\0' ? strchr(candidates, c) : NULL;
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && found != NULL)
            counts[found - candidates]++;
        lines += c == '\n';
    }
    guint best = 0;
    for (guint i = 1; i < 4; i++)
        if (counts[i] > counts[best])
            best = i;
    return (unsigned char)candidates[best];
}

static void
csv_feed(CsvReader *reader, struct csv_parser *parser, const char *text, gsize length)
{
    /* Line by line, so that a bad row can be named. */
    for (gsize at = 0; at < length && !reader->stop;) {
        const char *newline = memchr(text + at, '\n', length - at);
        gsize count = newline != NULL ? (gsize)(newline + 1 - (text + at)) : length - at;
        reader->line++;
        if (csv_parse(parser, text + at, count, csv_on_field, csv_on_row, reader) != count) {
            g_set_error(&reader->error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s:%u: %s", reader->run->path,
                        reader->line, csv_strerror(csv_error(parser)));
            reader->stop = true;
        }
        at += count;
    }
    if (!reader->stop)
        csv_fini(parser, csv_on_field, csv_on_row, reader);
}

bool
exeat_import_csv(ImportRun *run, const char *text, gsize length, GError **error)
{
    CsvReader reader = {.run = run, .cells = g_ptr_array_new_with_free_func(g_free), .row_line = 1, .role = -1};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_APPEND_NULL) != 0) {
        g_ptr_array_unref(reader.cells);
        g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libcsv does not start");
        return false;
    }
    gsize before = length;
    csv_set_delim(&parser, csv_separator(&text, &length));
    reader.line = before != length ? 1 : 0;
    csv_feed(&reader, &parser, text, length);
    csv_free(&parser);
    if (reader.error == NULL && reader.columns == NULL)
        g_set_error(&reader.error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s: no headings that we know", run->path);
    g_ptr_array_unref(reader.cells);
    if (reader.columns != NULL)
        g_array_unref(reader.columns);
    if (reader.error == NULL)
        return true;
    g_propagate_error(error, reader.error);
    return false;
}
