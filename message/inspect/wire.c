/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers are 32 bits in the machine's own order, a string is its length and its bytes, an absent one the length
 * ABSENT. Nothing is believed: a reader that once fails has failed.
 */
#include "message/inspect/wire.h"

#include <string.h>

#include "base/error.h"
#include "message/inspect/phrases.h"

#define ABSENT G_MAXUINT32
#define NO_PART G_MAXUINT32
#define PART_BYTES 4096 /* of the strings and numbers of one part, at most */
#define JOB_WORD_BYTES 256

const ExeatInspectLimits exeat_inspect_default_limits = {
    .depth = 16,
    .members = 4000,
    .member_bytes = 64 * 1024 * 1024,
    .total_bytes = 256 * 1024 * 1024,
    .ratio = 250,
    .ratio_from = 8 * 1024 * 1024,
    .text_bytes = 8 * 1024 * 1024,
    .total_text_bytes = 24 * 1024 * 1024,
    .cells = 500000,
    .milliseconds = 10000,
};

gsize
exeat_wire_answer_bytes(const ExeatInspectLimits *limits)
{
    gsize parts = (gsize)limits->members + 1;
    gsize cells = MIN((gsize)limits->cells * parts, limits->total_text_bytes);
    return parts * PART_BYTES + limits->total_text_bytes * 2 + cells * sizeof(guint32) * 5 + 1024;
}

/* --- writing --- */

static void
wire_put_number(GByteArray *out, guint32 number)
{
    g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

static void
wire_put_bytes(GByteArray *out, const char *text, gsize length)
{
    wire_put_number(out, (guint32)length);
    g_byte_array_append(out, (const guint8 *)text, (guint)length);
    g_byte_array_append(out, (const guint8 *)"", 1);
}

/* At most @max bytes, whole characters. */
static void
wire_put_string(GByteArray *out, const char *text, gsize max)
{
    if (text == NULL) {
        wire_put_number(out, ABSENT);
        return;
    }
    gsize length = strlen(text);
    if (length > max)
        for (length = max; length > 0 && ((guint8)text[length] & 0xC0) == 0x80;)
            length--;
    wire_put_bytes(out, text, length);
}

GBytes *
exeat_wire_write_job(const ExeatFile *file, const ExeatInspectLimits *limits)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    wire_put_string(out, file->name, EXEAT_INSPECT_NAME_BYTES);
    wire_put_string(out, file->type, JOB_WORD_BYTES);
    wire_put_string(out, file->charset, JOB_WORD_BYTES);
    g_byte_array_append(out, (const guint8 *)limits, sizeof *limits);
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static void
wire_put_part(GByteArray *out, const ExeatPart *part)
{
    wire_put_string(out, part->path, PART_BYTES / 4);
    wire_put_string(out, part->type, EXEAT_INSPECT_WORDS_BYTES);
    wire_put_string(out, part->actual_type, EXEAT_INSPECT_WORDS_BYTES);
    wire_put_string(out, part->file_name, EXEAT_INSPECT_NAME_BYTES);
    wire_put_string(out, part->unreadable, EXEAT_INSPECT_WORDS_BYTES);
    wire_put_string(out, part->suspicious, EXEAT_INSPECT_WORDS_BYTES);
    wire_put_number(out, part->kind);
    wire_put_number(out, part->encryption);
    wire_put_number(out, (guint32)MIN(part->size, (gsize)G_MAXUINT32));
}

static guint32
wire_part_number(const ExeatInspected *inspected, const ExeatPart *part)
{
    guint number = NO_PART;
    return g_ptr_array_find(inspected->parts, part, &number) ? number : NO_PART;
}

static void
wire_put_text(GByteArray *out, const ExeatText *text, guint32 part)
{
    wire_put_number(out, text->zone);
    wire_put_number(out, part);
    wire_put_bytes(out, text->text, text->length);
    guint cells = text->cells != NULL ? text->cells->len : 0;
    guint tables = text->tables != NULL ? text->tables->len : 0;
    wire_put_number(out, cells);
    for (guint i = 0; i < cells; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        const guint32 numbers[] = {(guint32)cell->start, (guint32)cell->end, cell->row, cell->column, cell->table};
        g_byte_array_append(out, (const guint8 *)numbers, sizeof numbers);
    }
    wire_put_number(out, tables);
    for (guint i = 0; i < tables; i++) {
        const ExeatTable *table = &g_array_index(text->tables, ExeatTable, i);
        wire_put_string(out, table->title, EXEAT_INSPECT_TITLE_BYTES);
        wire_put_number(out, table->first_row);
    }
}

GBytes *
exeat_wire_write_answer(const ExeatInspected *inspected)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    wire_put_number(out, inspected->parts->len);
    for (guint i = 0; i < inspected->parts->len; i++)
        wire_put_part(out, inspected->parts->pdata[i]);
    wire_put_number(out, inspected->texts->len);
    guint32 last = 0; /* texts come in the order of their parts, nearly */
    for (guint i = 0; i < inspected->texts->len; i++) {
        const ExeatText *text = inspected->texts->pdata[i];
        if (inspected->parts->pdata[last] != text->part)
            last = wire_part_number(inspected, text->part);
        wire_put_text(out, text, last);
        last = last == NO_PART ? 0 : last;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* --- reading --- */

typedef struct Source {
    const guint8 *at;
    const guint8 *end;
    bool failed;
} Source;

static guint32
wire_get_number(Source *source)
{
    guint32 number = 0;
    if (source->failed || (gsize)(source->end - source->at) < sizeof number) {
        source->failed = true;
        return 0;
    }
    memcpy(&number, source->at, sizeof number);
    source->at += sizeof number;
    return number;
}

/* A number that may not be above @max. */
static guint32
wire_get_bounded(Source *source, guint32 max)
{
    guint32 number = wire_get_number(source);
    source->failed = source->failed || number > max;
    return source->failed ? 0 : number;
}

/* Inside the source, valid UTF-8 and ended by a NUL; NULL if it is absent or wrong. */
static const char *
wire_get_string(Source *source, gsize max, gsize *out_length)
{
    guint32 length = wire_get_number(source);
    *out_length = 0;
    if (source->failed || length == ABSENT)
        return NULL;
    const char *text = (const char *)source->at;
    if (length > max || (gsize)(source->end - source->at) <= length || text[length] != '\0' ||
        !g_utf8_validate_len(text, length, NULL)) {
        source->failed = true;
        return NULL;
    }
    source->at += length + 1;
    *out_length = length;
    return text;
}

static char *
wire_copy_string(Source *source, gsize max)
{
    gsize length = 0;
    return g_strdup(wire_get_string(source, max, &length));
}

/* A short phrase or name: nothing that could break a line of the log or of a page. */
static char *
wire_copy_line(Source *source, gsize max)
{
    char *text = wire_copy_string(source, max);
    for (const char *c = text; c != NULL && *c != '\0'; c++)
        source->failed = source->failed || (guint8)*c < 0x20;
    return text;
}

/* One of the phrases that an inspection may say, or nothing. */
static char *
wire_copy_phrase(Source *source)
{
    char *text = wire_copy_string(source, EXEAT_INSPECT_WORDS_BYTES);
    source->failed = source->failed || (text != NULL && exeat_inspect_phrase(text) == NULL);
    return text;
}

static bool
wire_fail(GError **error)
{
    g_set_error_literal(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "not as an honest process would write it");
    return false;
}

bool
exeat_wire_read_job(const guint8 *bytes, gsize length, ExeatFile *out_file, ExeatInspectLimits *out_limits,
                    GError **error)
{
    Source source = {.at = bytes, .end = bytes + length};
    ExeatFile file = {.data = (const guint8 *)""};
    gsize ignored = 0;
    file.name = wire_get_string(&source, EXEAT_INSPECT_NAME_BYTES, &ignored);
    file.type = wire_get_string(&source, JOB_WORD_BYTES, &ignored);
    file.charset = wire_get_string(&source, JOB_WORD_BYTES, &ignored);
    if (source.failed || (gsize)(source.end - source.at) != sizeof *out_limits)
        return wire_fail(error);
    memcpy(out_limits, source.at, sizeof *out_limits);
    *out_file = file;
    return true;
}

static ExeatPart *
wire_get_part(Source *source)
{
    ExeatPart *part = g_new0(ExeatPart, 1);
    part->path = wire_copy_line(source, PART_BYTES / 4);
    part->type = wire_copy_line(source, EXEAT_INSPECT_WORDS_BYTES);
    part->actual_type = wire_copy_line(source, EXEAT_INSPECT_WORDS_BYTES);
    part->file_name = wire_copy_line(source, EXEAT_INSPECT_NAME_BYTES);
    part->unreadable = wire_copy_phrase(source);
    part->suspicious = wire_copy_phrase(source);
    part->kind = wire_get_bounded(source, EXEAT_PART_OTHER);
    part->encryption = wire_get_bounded(source, EXEAT_ENCRYPTION_DEFAULT_PASSWORD);
    part->size = wire_get_number(source);
    part->is_attachment = true;
    source->failed = source->failed || part->path == NULL || part->type == NULL || part->actual_type == NULL;
    return part;
}

/* Cells in order, each inside the text and beginning and ending between characters, of tables that follow. */
static GArray *
wire_get_cells(Source *source, const ExeatText *text, guint count, guint32 max_tables, guint32 *out_tables)
{
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
    ExeatCell last = {0};
    for (guint i = 0; i < count && !source->failed; i++) {
        ExeatCell cell = {.start = wire_get_bounded(source, (guint32)text->length)};
        cell.end = wire_get_bounded(source, (guint32)text->length);
        cell.row = wire_get_number(source);
        cell.column = wire_get_number(source);
        cell.table = wire_get_bounded(source, max_tables);
        bool split = ((guint8)text->text[cell.start] & 0xC0) == 0x80 || ((guint8)text->text[cell.end] & 0xC0) == 0x80;
        if (cell.start < last.end || cell.end < cell.start || cell.row < last.row || cell.table < last.table || split)
            source->failed = true;
        last = cell;
        g_array_append_val(cells, cell);
    }
    *out_tables = count > 0 ? last.table + 1 : 0;
    return cells;
}

static GArray *
wire_get_tables(Source *source, guint count)
{
    GArray *tables = exeat_tables_new();
    for (guint i = 0; i < count && !source->failed; i++) {
        ExeatTable table = {.title = wire_copy_line(source, EXEAT_INSPECT_TITLE_BYTES)};
        table.first_row = wire_get_number(source);
        g_array_append_val(tables, table);
    }
    return tables;
}

static ExeatText *
wire_get_text(Source *source, const ExeatInspected *inspected, const ExeatInspectLimits *limits)
{
    ExeatText *text = g_new0(ExeatText, 1);
    text->zone = wire_get_bounded(source, EXEAT_ZONE_FILE_NAME);
    guint32 part = wire_get_bounded(source, inspected->parts->len - 1);
    text->part = inspected->parts->pdata[part];
    const char *bytes = wire_get_string(source, limits->total_text_bytes, &text->length);
    text->text = g_strndup(bytes != NULL ? bytes : "", text->length);
    guint32 cells = wire_get_bounded(source, limits->cells), needed = 0;
    if (cells > 0)
        text->cells = wire_get_cells(source, text, cells, limits->cells, &needed);
    guint32 tables = wire_get_bounded(source, limits->cells);
    if (tables > 0)
        text->tables = wire_get_tables(source, tables);
    source->failed = source->failed || bytes == NULL || strlen(text->text) != text->length || needed > tables ||
                     (text->zone != EXEAT_ZONE_ATTACHMENT && text->zone != EXEAT_ZONE_FILE_NAME);
    return text;
}

bool
exeat_wire_read_answer(const guint8 *bytes, gsize length, const ExeatInspectLimits *limits,
                       ExeatInspected **out_inspected, GError **error)
{
    Source source = {.at = bytes, .end = bytes + length};
    g_autoptr(ExeatInspected) inspected = exeat_inspected_new();
    guint32 parts = wire_get_bounded(&source, limits->members + 1);
    for (guint32 i = 0; i < parts && !source.failed; i++)
        g_ptr_array_add(inspected->parts, wire_get_part(&source));
    if (source.failed || parts == 0)
        return wire_fail(error);
    guint32 texts = wire_get_bounded(&source, (limits->members + 1) * 2);
    for (guint32 i = 0; i < texts && !source.failed; i++)
        g_ptr_array_add(inspected->texts, wire_get_text(&source, inspected, limits));
    if (source.failed || source.at != source.end)
        return wire_fail(error);
    *out_inspected = g_steal_pointer(&inspected);
    return true;
}
