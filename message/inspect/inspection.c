/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One inspection. Parts are begun and ended like brackets, so what is open is a stack; the text of each is gathered on
 * its own level and becomes a piece when its part ends.
 *
 * Owns all that it gathers until exeat_inspect() hands it out. One thread. Nothing here parses a format, but names and
 * text come from hostile files: each append is bounded.
 */
#include "message/inspect/inspection.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "message/charset.h"
#include "message/inspect/formats.h"
#include "message/inspect/phrases.h"
#include "message/render.h"
#include "message/suspicion.h"

typedef struct Level {
    ExeatPart *part;
    GString *text;
    GArray *cells;  /* of ExeatCell */
    GArray *tables; /* of ExeatTable */
    guint next_row; /* ExeatCell.row that no cell of this part has yet */
    guint column;
    guint row;
    bool in_table;
    bool in_cell;
    bool row_open; /* a cell of the current row stands at the end of the text */
    struct Level *outer;
} Level;

struct ExeatInspection {
    ExeatInspector inspector; /* first: an inspection is one, for letters inside files */
    ExeatInspectLimits limits;
    ExeatInspected *inspected;
    Level *level;
    guint depth;
    guint members;
    gsize unpacked;
    gsize text_left;
    gint64 deadline; /* of the processor's time, in nanoseconds */
    const char *spent;
};

static gint64
inspection_processor_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

const ExeatInspectLimits *
exeat_inspection_limits(const ExeatInspection *inspection)
{
    return &inspection->limits;
}

static bool
inspection_stop(ExeatInspection *inspection, const char *why)
{
    if (inspection->spent == NULL)
        inspection->spent = why;
    exeat_inspection_unreadable(inspection, why);
    return false;
}

bool
exeat_inspection_goes_on(ExeatInspection *inspection)
{
    if (inspection->spent != NULL)
        return inspection_stop(inspection, inspection->spent);
    if (inspection_processor_time() > inspection->deadline)
        return inspection_stop(inspection, "takes too long to read");
    return true;
}

bool
exeat_inspection_ratio(ExeatInspection *inspection, gsize unpacked, gsize packed)
{
    const ExeatInspectLimits *limits = &inspection->limits;
    if (unpacked >= limits->ratio_from && unpacked / limits->ratio >= MAX(packed, 1))
        return inspection_stop(inspection, "unpacks to far more than its size");
    return true;
}

bool
exeat_inspection_count(ExeatInspection *inspection, gsize unpacked)
{
    if (unpacked > inspection->limits.total_bytes - inspection->unpacked)
        return inspection_stop(inspection, "unpacks to more than the limit");
    inspection->unpacked += unpacked;
    return exeat_inspection_goes_on(inspection);
}

/* --- text --- */

static gsize
inspection_room(const ExeatInspection *inspection)
{
    gsize length = inspection->level->text->len, most = inspection->limits.text_bytes;
    return MIN(most - MIN(length, most), inspection->text_left);
}

/* A stretch of UTF-8 behind what stands there; in a cell, or @line, without line ends. */
static void
inspection_append(ExeatInspection *inspection, const char *text, gsize length, bool line)
{
    Level *level = inspection->level;
    gsize room = inspection_room(inspection);
    if (length > room) {
        exeat_inspection_unreadable(inspection, "more text than the limit: read in part");
        length = room;
        while (length > 0 && ((guint8)text[length] & 0xC0) == 0x80)
            length--;
    }
    inspection->text_left -= length;
    gsize start = level->text->len;
    g_string_append_len(level->text, text, (gssize)length);
    for (char *c = level->text->str + start; c < level->text->str + level->text->len; c++)
        if (*c == '\t' || *c == '\r' || *c == '\0' || (line && *c == '\n'))
            *c = ' ';
}

void
exeat_inspection_text(ExeatInspection *inspection, const char *text, gsize length)
{
    bool line = inspection->level->in_cell;
    if (inspection_room(inspection) == 0) /* not worth cleaning; what is full says so */
        length = MIN(length, 1);
    if (exeat_text_is_plain(text, length)) {
        inspection_append(inspection, text, length, line);
        return;
    }
    g_autofree char *valid = g_utf8_validate_len(text, length, NULL) ? NULL : g_utf8_make_valid(text, (gssize)length);
    if (valid != NULL)
        length = strlen(valid);
    gsize clean_length = 0;
    g_autofree char *clean = exeat_text_clean(valid != NULL ? valid : text, length, &clean_length);
    inspection_append(inspection, clean, clean_length, line);
}

void
exeat_inspection_line(ExeatInspection *inspection)
{
    Level *level = inspection->level;
    if (level->in_cell) {
        gsize start = g_array_index(level->cells, ExeatCell, level->cells->len - 1).start;
        if (level->text->len > start && level->text->str[level->text->len - 1] != ' ')
            g_string_append_c(level->text, ' ');
        return;
    }
    level->row_open = false;
    if (level->text->len > 0 && level->text->str[level->text->len - 1] != '\n')
        g_string_append_c(level->text, '\n');
}

void
exeat_inspection_gap(ExeatInspection *inspection)
{
    GString *text = inspection->level->text;
    exeat_inspection_line(inspection);
    if (!inspection->level->in_cell && text->len >= 2 && text->str[text->len - 2] != '\n')
        g_string_append_c(text, '\n');
}

/* --- tables --- */

/* On one line and no longer than its limit; NULL if nothing is left of it. */
static char *
inspection_title(const char *title)
{
    g_autofree char *valid = g_utf8_make_valid(title, (gssize)strnlen(title, EXEAT_INSPECT_TITLE_BYTES));
    char *line = exeat_text_clean_line(valid, strlen(valid));
    gsize length = MIN(strlen(line), (gsize)EXEAT_INSPECT_TITLE_BYTES);
    while (length > 0 && ((guint8)line[length] & 0xC0) == 0x80)
        length--;
    line[length] = '\0';
    if (length == 0)
        g_clear_pointer(&line, g_free);
    return line;
}

void
exeat_inspection_table(ExeatInspection *inspection, const char *title)
{
    Level *level = inspection->level;
    if (level->in_cell)
        return;
    exeat_inspection_table_end(inspection);
    exeat_inspection_gap(inspection);
    ExeatTable table = {.first_row = level->next_row};
    table.title = title != NULL ? inspection_title(title) : NULL;
    if (table.title != NULL) {
        exeat_inspection_text(inspection, table.title, strlen(table.title));
        exeat_inspection_line(inspection);
    }
    g_array_append_val(level->tables, table);
    level->in_table = true;
}

void
exeat_inspection_table_end(ExeatInspection *inspection)
{
    Level *level = inspection->level;
    if (level->in_cell || !level->in_table)
        return;
    level->in_table = false;
    exeat_inspection_gap(inspection);
}

void
exeat_inspection_cell_begin(ExeatInspection *inspection, guint row, guint column)
{
    Level *level = inspection->level;
    if (level->in_cell)
        return;
    if (!level->in_table)
        exeat_inspection_table(inspection, NULL);
    if (level->cells->len >= inspection->limits.cells) {
        inspection_stop(inspection, "a table has more cells than the limit");
        return;
    }
    const ExeatTable *table = &g_array_index(level->tables, ExeatTable, level->tables->len - 1);
    row = MIN(row, G_MAXUINT / 2 - table->first_row) + table->first_row;
    bool same = level->row_open && row == level->row && column > level->column;
    if (same)
        g_string_append_c(level->text, '\t');
    else
        exeat_inspection_line(inspection);
    level->row = MAX(row, level->row); /* out of order: as one row, rather than backwards */
    level->column = column;
    level->next_row = MAX(level->next_row, level->row + 1);
    ExeatCell cell = {.start = level->text->len,
                      .end = level->text->len,
                      .row = level->row,
                      .column = column,
                      .table = level->tables->len - 1};
    g_array_append_val(level->cells, cell);
    level->in_cell = true;
    level->row_open = true;
}

void
exeat_inspection_cell_end(ExeatInspection *inspection)
{
    Level *level = inspection->level;
    if (!level->in_cell)
        return;
    ExeatCell *cell = &g_array_index(level->cells, ExeatCell, level->cells->len - 1);
    GString *text = level->text;
    while (text->len > cell->start && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    cell->end = text->len;
    level->in_cell = false;
    if (cell->end == cell->start)
        g_array_set_size(level->cells, level->cells->len - 1);
}

void
exeat_inspection_rendered(ExeatInspection *inspection, const ExeatRendered *rendered)
{
    Level *level = inspection->level;
    exeat_inspection_table_end(inspection);
    gsize start = level->text->len, room = inspection->text_left;
    if (rendered->text->len > MIN(room, inspection->limits.text_bytes - MIN(start, inspection->limits.text_bytes))) {
        exeat_inspection_unreadable(inspection, "more text than the limit");
        return;
    }
    g_string_append_len(level->text, rendered->text->str, (gssize)rendered->text->len);
    inspection->text_left -= rendered->text->len;
    guint base = level->tables->len, first = level->next_row;
    for (guint i = 0; i < rendered->cells->len; i++) {
        ExeatCell cell = g_array_index(rendered->cells, ExeatCell, i);
        cell.start += start, cell.end += start;
        cell.row += first, cell.table += base;
        ExeatTable table = {.first_row = cell.row};
        while (level->tables->len <= cell.table)
            g_array_append_val(level->tables, table);
        level->next_row = MAX(level->next_row, cell.row + 1);
        g_array_append_val(level->cells, cell);
    }
    if (rendered->cut)
        exeat_inspection_unreadable(inspection, "a table has more cells than the limit");
}

/* --- what a part is --- */

static void
inspection_say(char **field, const char *text)
{
    const char *phrase = exeat_inspect_phrase(text);
    if (*field == NULL)
        *field = g_strdup(phrase != NULL ? phrase : EXEAT_PHRASE_OTHER);
}

void
exeat_inspection_type(ExeatInspection *inspection, const char *type)
{
    ExeatPart *part = inspection->level->part;
    gsize length = strspn(type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/");
    if (type[length] != '\0' || length == 0 || length > EXEAT_INSPECT_WORDS_BYTES)
        return; /* a file's own word, and none of RFC 6838 */
    g_free(part->actual_type);
    part->actual_type = g_ascii_strdown(type, (gssize)length);
}

void
exeat_inspection_encrypted(ExeatInspection *inspection, ExeatEncryption encryption)
{
    inspection->level->part->encryption = encryption;
}

void
exeat_inspection_unreadable(ExeatInspection *inspection, const char *why)
{
    inspection_say(&inspection->level->part->unreadable, why);
}

void
exeat_inspection_suspicious(ExeatInspection *inspection, const char *why)
{
    inspection_say(&inspection->level->part->suspicious, why);
}

/* --- parts --- */

static void
inspection_add_text(ExeatInspection *inspection, ExeatZone zone, const ExeatPart *part, char *text, GArray *cells,
                    GArray *tables)
{
    ExeatText *piece = g_new0(ExeatText, 1);
    *piece = (ExeatText){
        .zone = zone, .part = part, .text = text, .length = strlen(text), .cells = cells, .tables = tables};
    g_ptr_array_add(inspection->inspected->texts, piece);
}

static void
inspection_add_name(ExeatInspection *inspection, const ExeatPart *part)
{
    gsize length = 0;
    char *name = exeat_text_clean(part->file_name, strlen(part->file_name), &length);
    inspection_add_text(inspection, EXEAT_ZONE_FILE_NAME, part, name, NULL, NULL);
}

/* "outer/member", on one line. The outermost file has the path "". */
static char *
inspection_path(const ExeatInspection *inspection, const char *name)
{
    const char *outer = inspection->level != NULL ? inspection->level->part->path : "";
    return outer[0] != '\0' ? g_strconcat(outer, "/", name, NULL) : g_strdup(name);
}

static ExeatPart *
inspection_new_part(ExeatInspection *inspection, const ExeatFile *file)
{
    ExeatPart *part = g_new0(ExeatPart, 1);
    const char *name = file->name != NULL ? file->name : "";
    g_autofree char *valid = g_utf8_make_valid(name, (gssize)MIN(strlen(name), (gsize)EXEAT_INSPECT_NAME_BYTES));
    g_autofree char *line = exeat_text_clean_line(valid, strlen(valid));
    part->path = inspection->level != NULL ? inspection_path(inspection, line[0] != '\0' ? line : "?") : g_strdup("");
    part->type = g_strdup(file->type != NULL ? file->type : "application/octet-stream");
    part->actual_type = g_strdup("application/octet-stream");
    part->charset = g_strdup(file->charset);
    const char *slash = strrchr(line, '/');
    const char *base = slash != NULL ? slash + 1 : line;
    part->file_name = base[0] != '\0' ? g_strdup(base) : NULL;
    part->is_attachment = true;
    part->size = file->length;
    g_ptr_array_add(inspection->inspected->parts, part);
    if (inspection->level != NULL && part->file_name != NULL)
        inspection_add_name(inspection, part);
    return part;
}

static void
inspection_open(ExeatInspection *inspection, const ExeatFile *file)
{
    Level *level = g_new0(Level, 1);
    level->part = inspection_new_part(inspection, file);
    level->text = g_string_new(NULL);
    level->cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
    level->tables = exeat_tables_new();
    level->outer = inspection->level;
    inspection->level = level;
    inspection->depth++;
}

static void
inspection_close(ExeatInspection *inspection)
{
    Level *level = inspection->level;
    exeat_inspection_cell_end(inspection);
    const char *suspicion = exeat_suspicion(level->part->file_name, level->part->actual_type);
    if (suspicion != NULL)
        exeat_inspection_suspicious(inspection, suspicion);
    GArray *cells = level->cells->len > 0 ? g_array_ref(level->cells) : NULL;
    GArray *tables = cells != NULL ? g_array_ref(level->tables) : NULL;
    if (level->text->len > 0)
        inspection_add_text(inspection, EXEAT_ZONE_ATTACHMENT, level->part,
                            g_string_free(g_steal_pointer(&level->text), FALSE), cells, tables);
    if (level->text != NULL)
        g_string_free(level->text, TRUE);
    g_array_unref(level->cells);
    g_array_unref(level->tables);
    inspection->level = level->outer;
    inspection->depth--;
    g_free(level);
}

static void
inspection_read(ExeatInspection *inspection, const ExeatFile *file)
{
    const ExeatFormat *format = exeat_format_of(file);
    inspection_open(inspection, file);
    inspection->level->part->kind = format->kind;
    exeat_inspection_type(inspection, format->type);
    if (format->read != NULL)
        format->read(inspection, file);
    else if (format->kind == EXEAT_PART_DOCUMENT || format->kind == EXEAT_PART_OTHER)
        exeat_inspection_unreadable(inspection, file->length > 0 ? "a format that cannot be read" : "empty");
    inspection_close(inspection);
}

bool
exeat_inspection_member(ExeatInspection *inspection, const ExeatFile *member)
{
    const ExeatInspectLimits *limits = &inspection->limits;
    if (!exeat_inspection_goes_on(inspection))
        return false;
    if (inspection->members >= limits->members)
        return inspection_stop(inspection, "holds more files than the limit");
    if (inspection->depth >= limits->depth) {
        exeat_inspection_unreadable(inspection, "files are nested too deeply");
        return false;
    }
    inspection->members++;
    inspection_read(inspection, member);
    return exeat_inspection_goes_on(inspection);
}

void
exeat_inspection_sealed_member(ExeatInspection *inspection, const char *name, gsize size, ExeatEncryption encryption,
                               const char *unreadable)
{
    if (inspection->members >= inspection->limits.members) {
        inspection_stop(inspection, "holds more files than the limit");
        return;
    }
    inspection->members++;
    ExeatFile file = {.name = name, .data = (const guint8 *)"", .length = size};
    inspection_open(inspection, &file);
    inspection->level->part->kind = EXEAT_PART_OTHER;
    exeat_inspection_encrypted(inspection, encryption);
    if (unreadable != NULL)
        exeat_inspection_unreadable(inspection, unreadable);
    inspection_close(inspection);
}

/* A letter's attachment: an answer of its own, within what is left to this inspection. */
static bool
inspection_ask(ExeatInspector *self, const ExeatFile *file, G_GNUC_UNUSED gint64 deadline,
               ExeatInspected **out_inspected, GError **error)
{
    ExeatInspection *inspection = (ExeatInspection *)self;
    const char *limit = inspection->depth >= inspection->limits.depth       ? "files are nested too deeply"
                        : inspection->members >= inspection->limits.members ? "holds more files than the limit"
                                                                            : inspection->spent;
    if (limit != NULL) {
        g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, limit);
        return false;
    }
    Level *level = g_steal_pointer(&inspection->level);
    ExeatInspected *before = inspection->inspected;
    inspection->inspected = exeat_inspected_new();
    inspection->members++;
    inspection_read(inspection, file);
    *out_inspected = inspection->inspected;
    inspection->inspected = before;
    inspection->level = level;
    return true;
}

ExeatInspector *
exeat_inspection_inspector(ExeatInspection *inspection)
{
    return &inspection->inspector;
}

/* The tables of a text that has cells, and said nothing more of them. */
static void
inspection_note_tables(ExeatText *text)
{
    text->tables = exeat_tables_new();
    for (guint i = 0; i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        const ExeatTable table = {.first_row = cell->row};
        while (text->tables->len <= cell->table)
            g_array_append_val(text->tables, table);
    }
}

void
exeat_inspection_adopt(ExeatInspection *inspection, ExeatInspected *inspected)
{
    const ExeatPart *self = inspection->level->part;
    while (inspected->parts->len > 0) {
        ExeatPart *part = g_ptr_array_steal_index(inspected->parts, 0);
        char *path = inspection_path(inspection, part->path);
        g_free(part->path);
        part->path = path;
        if (part->actual_type == NULL)
            part->actual_type = g_strdup(part->type);
        if (part->unreadable != NULL && exeat_inspect_phrase(part->unreadable) == NULL) {
            g_free(part->unreadable);
            part->unreadable = g_strdup(EXEAT_PHRASE_OTHER);
        }
        g_ptr_array_add(inspection->inspected->parts, part);
    }
    while (inspected->texts->len > 0) {
        ExeatText *text = g_ptr_array_steal_index(inspected->texts, 0);
        if (text->zone != EXEAT_ZONE_FILE_NAME)
            text->zone = EXEAT_ZONE_ATTACHMENT;
        text->part = text->part != NULL ? text->part : self;
        if (text->cells != NULL && text->tables == NULL)
            inspection_note_tables(text);
        g_ptr_array_add(inspection->inspected->texts, text);
    }
}

ExeatInspected *
exeat_inspect(const ExeatFile *file, const ExeatInspectLimits *limits)
{
    ExeatInspection inspection = {.inspector = {inspection_ask},
                                  .limits = limits != NULL ? *limits : exeat_inspect_default_limits,
                                  .inspected = exeat_inspected_new()};
    inspection.text_left = inspection.limits.total_text_bytes;
    inspection.deadline = inspection_processor_time() + (gint64)inspection.limits.milliseconds * 1000000;
    inspection_read(&inspection, file);
    return inspection.inspected;
}

static bool
inspection_direct(G_GNUC_UNUSED ExeatInspector *self, const ExeatFile *file, G_GNUC_UNUSED gint64 deadline,
                  ExeatInspected **out_inspected, G_GNUC_UNUSED GError **error)
{
    *out_inspected = exeat_inspect(file, NULL);
    return true;
}

ExeatInspector *
exeat_inspector_direct(void)
{
    static ExeatInspector direct = {inspection_direct};
    return &direct;
}
