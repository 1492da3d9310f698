/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a leaf's content to pieces of text: decoding, rendering by format, division into zones. Holds the limits on
 * text. Hostile input; the output of every step is bounded by limits.text_bytes and limits.total_text_bytes.
 */
#include "message/text.h"

#include "message/charset.h"
#include "message/message-private.h"

#define META_BYTES 2048 /* of an HTML page that are searched for its charset (HTML 13.2.3.2 says 1024) */
#define CID_COUNT 1000  /* pictures that HTML may refer to */
#define CID_BYTES 256

const char *
exeat_zone_name(ExeatZone zone)
{
    static const char *const names[] = {
        [EXEAT_ZONE_SUBJECT] = "subject",       [EXEAT_ZONE_NEW] = "body",
        [EXEAT_ZONE_SIGNATURE] = "signature",   [EXEAT_ZONE_QUOTED] = "quoted",
        [EXEAT_ZONE_ATTACHMENT] = "attachment", [EXEAT_ZONE_FILE_NAME] = "file-name",
    };
    return zone < G_N_ELEMENTS(names) ? names[zone] : "body";
}

static void
text_clear_table(ExeatTable *table)
{
    g_free(table->title);
}

GArray *
exeat_tables_new(void)
{
    GArray *tables = g_array_new(FALSE, FALSE, sizeof(ExeatTable));
    g_array_set_clear_func(tables, (GDestroyNotify)text_clear_table);
    return tables;
}

void
exeat_text_free(ExeatText *text)
{
    if (text == NULL)
        return;
    g_free(text->text);
    g_clear_pointer(&text->cells, g_array_unref);
    g_clear_pointer(&text->tables, g_array_unref);
    g_free(text);
}

const ExeatCell *
exeat_text_cell_at(const ExeatText *text, gsize offset)
{
    if (text->cells == NULL)
        return NULL;
    guint low = 0, high = text->cells->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, middle);
        if (offset < cell->start)
            high = middle;
        else if (offset >= cell->end)
            low = middle + 1;
        else
            return cell;
    }
    return NULL;
}

/* "C4" from counts that begin at 0. */
static void
text_append_coordinates(GString *name, guint column, guint row)
{
    char letters[8];
    gsize at = sizeof letters;
    for (guint64 left = (guint64)column + 1; left > 0; left = (left - 1) / 26)
        letters[--at] = (char)('A' + (left - 1) % 26);
    g_string_append_len(name, letters + at, (gssize)(sizeof letters - at));
    g_string_append_printf(name, "%u", row + 1);
}

/* A cell as its sender put it. */
static const ExeatCell *
text_cell_origin(const ExeatText *text, const ExeatCell *cell)
{
    guint number = (guint)(cell - (const ExeatCell *)(gconstpointer)text->cells->data);
    guint origin = g_array_index(text->origins, guint, number);
    return origin != G_MAXUINT ? &g_array_index(text->source->cells, ExeatCell, origin) : NULL;
}

char *
exeat_text_cell_name(const ExeatText *text, gsize offset)
{
    const ExeatCell *cell = exeat_text_cell_at(text, offset);
    if (cell != NULL && text->source != NULL)
        cell = text_cell_origin(text, cell);
    if (cell == NULL)
        return NULL;
    const ExeatTable *table = text->tables != NULL && cell->table < text->tables->len
                                  ? &g_array_index(text->tables, ExeatTable, cell->table)
                                  : NULL;
    GString *name = g_string_new(NULL);
    g_string_printf(name, "%s %u, ", table != NULL && table->title != NULL ? "sheet" : "table", cell->table + 1);
    text_append_coordinates(name, cell->column, cell->row - (table != NULL ? table->first_row : 0));
    return g_string_free(name, FALSE);
}

void
exeat_rendered_init(ExeatRendered *rendered, guint max_cells)
{
    *rendered = (ExeatRendered){.text = g_string_new(NULL), .max_cells = max_cells};
    rendered->cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
    rendered->marks = g_array_new(FALSE, FALSE, sizeof(ExeatRun));
}

void
exeat_rendered_clear(ExeatRendered *rendered)
{
    if (rendered->text != NULL)
        g_string_free(rendered->text, TRUE);
    g_clear_pointer(&rendered->cells, g_array_unref);
    g_clear_pointer(&rendered->marks, g_array_unref);
    rendered->text = NULL;
}

void
exeat_rendered_add_cell(ExeatRendered *rendered, gsize start, guint row, guint column, guint table)
{
    if (rendered->cells->len >= rendered->max_cells) {
        rendered->cut = true;
        return;
    }
    ExeatCell cell = {.start = start, .end = rendered->text->len, .row = row, .column = column, .table = table};
    g_array_append_val(rendered->cells, cell);
}

void
exeat_rendered_append_line(ExeatRendered *rendered, const char *text, gsize length)
{
    gsize start = rendered->text->len;
    g_string_append_len(rendered->text, text, (gssize)length);
    for (char *c = rendered->text->str + start; c < rendered->text->str + rendered->text->len; c++)
        if (*c == '\n' || *c == '\t' || *c == '\0')
            *c = ' ';
}

static void
text_cut(ExeatText *text, gsize length)
{
    while (length > 0 && ((guint8)text->text[length] & 0xC0) == 0x80)
        length--;
    text->text[length] = '\0';
    text->length = length;
    GArray *cells = text->cells;
    while (cells != NULL && cells->len > 0 && g_array_index(cells, ExeatCell, cells->len - 1).end > length)
        g_array_set_size(cells, cells->len - 1);
}

void
exeat_reader_adopt_text(ExeatReader *reader, ExeatText *text)
{
    if (text->length > reader->text_left) {
        exeat_reader_problem(reader, "more text than the limit allows");
        text_cut(text, reader->text_left);
    }
    reader->text_left -= text->length;
    if (text->length == 0 && text->zone != EXEAT_ZONE_SUBJECT)
        exeat_text_free(text);
    else
        g_ptr_array_add(reader->message->texts, text);
}

void
exeat_reader_add_text(ExeatReader *reader, ExeatZone zone, const ExeatPart *part, char *text, GArray *cells)
{
    ExeatText *piece = g_new0(ExeatText, 1);
    *piece = (ExeatText){.zone = zone, .part = part, .text = text, .length = strlen(text), .cells = cells};
    exeat_reader_adopt_text(reader, piece);
}

/* The cells inside [@start, @end), moved to begin there. NULL if there are none. *at goes on. (transfer full) */
static GArray *
text_cells_between(const GArray *cells, guint *at, gsize start, gsize end)
{
    GArray *part = NULL;
    for (; *at < cells->len; ++*at) {
        ExeatCell cell = g_array_index(cells, ExeatCell, *at);
        if (cell.start >= end)
            break;
        if (cell.start < start)
            continue;
        part = part != NULL ? part : g_array_new(FALSE, FALSE, sizeof(ExeatCell));
        cell.end = MIN(cell.end, end) - start;
        cell.start -= start;
        g_array_append_val(part, cell);
    }
    return part;
}

static void
text_emit(ExeatReader *reader, const ExeatPart *part, const ExeatRendered *rendered, bool body)
{
    guint at = 0;
    if (!body) {
        GArray *cells = text_cells_between(rendered->cells, &at, 0, rendered->text->len + 1);
        exeat_reader_add_text(reader, EXEAT_ZONE_ATTACHMENT, part, g_strndup(rendered->text->str, rendered->text->len),
                              cells);
        return;
    }
    g_autoptr(GArray) runs = exeat_zones_split(rendered);
    for (guint i = 0; i < runs->len; i++) {
        const ExeatRun *run = &g_array_index(runs, ExeatRun, i);
        GArray *cells = text_cells_between(rendered->cells, &at, run->start, run->end);
        char *text = g_strndup(rendered->text->str + run->start, run->end - run->start);
        exeat_reader_add_text(reader, run->zone, part, text, cells);
    }
}

/* The charset that an HTML page declares of itself. (transfer full) */
static char *
text_find_meta(const char *bytes, gsize length)
{
    gsize seen = MIN(length, META_BYTES);
    for (gsize at = 0; at + 8 < seen; at++) {
        if (g_ascii_strncasecmp(bytes + at, "charset=", 8) != 0)
            continue;
        at += 8;
        while (at < seen && (bytes[at] == '"' || bytes[at] == '\'' || bytes[at] == ' '))
            at++;
        gsize n = 0;
        while (at + n < seen && (g_ascii_isalnum(bytes[at + n]) || strchr("-_:.", bytes[at + n]) != NULL) &&
               bytes[at + n])
            n++;
        return n > 0 ? g_strndup(bytes + at, n) : NULL;
    }
    return NULL;
}

static void
text_collect_cids(ExeatReader *reader, const char *html, gsize length)
{
    const char *at = html, *end = html + length;
    while (g_hash_table_size(reader->cids) < CID_COUNT && (at = memmem(at, (gsize)(end - at), "cid:", 4)) != NULL) {
        at += 4;
        gsize n = 0;
        while (at + n < end && n < CID_BYTES && strchr("\"'>) \t\r\n", at[n]) == NULL)
            n++;
        g_autofree char *escaped = g_strndup(at, n);
        char *id = g_uri_unescape_string(escaped, NULL);
        g_hash_table_add(reader->cids, id != NULL ? id : g_steal_pointer(&escaped));
    }
}

static void
text_render_plain(const char *text, gsize length, bool table, ExeatRendered *out)
{
    if (table && exeat_delimited_detect(text, length, false) != 0)
        exeat_delimited_render(text, length, out);
    else
        exeat_tabbed_render(text, length, out);
}

static void
text_render(ExeatReader *reader, ExeatPart *part, const char *text, gsize length, ExeatTextFormat format, bool body,
            ExeatRendered *out)
{
    if (format == EXEAT_FORMAT_HTML) {
        text_collect_cids(reader, text, length);
        if (!exeat_html_render(text, length, out))
            exeat_reader_problem(reader, "an HTML page could not be read");
        return;
    }
    gsize clean_length = 0;
    g_autofree char *clean = exeat_text_clean(text, length, &clean_length);
    if (format == EXEAT_FORMAT_DELIMITED)
        exeat_delimited_render(clean, clean_length, out);
    else if (format == EXEAT_FORMAT_CARD)
        exeat_card_render(clean, clean_length, out);
    else
        text_render_plain(clean, clean_length, !body && part->is_attachment, out);
}

void
exeat_reader_read_text(ExeatReader *reader, ExeatPart *part, const ExeatContent *content, ExeatTextFormat format,
                       bool flowed, bool delsp, bool body)
{
    bool cut = false;
    gsize length = 0, text_length = 0;
    g_autofree char *bytes = exeat_content_decode(content, reader->limits->text_bytes, &length, &cut);
    if (cut) {
        exeat_reader_problem(reader, "a text part is longer than the limit");
        g_free(part->unreadable);
        part->unreadable = g_strdup("longer than the limit: read in part");
    }
    g_autofree char *meta = part->charset == NULL && format == EXEAT_FORMAT_HTML ? text_find_meta(bytes, length) : NULL;
    g_autofree char *text = exeat_charset_decode(bytes, length, part->charset != NULL ? part->charset : meta, NULL,
                                                 &text_length);
    if (flowed && format == EXEAT_FORMAT_PLAIN) {
        char *joined = exeat_flowed_join(text, text_length, delsp);
        g_free(text);
        text = joined;
        text_length = strlen(text);
    }
    if (part->encryption == EXEAT_ENCRYPTION_NO && exeat_encryption_in_text(text, text_length))
        part->encryption = EXEAT_ENCRYPTION_YES;
    g_auto(ExeatRendered) rendered;
    exeat_rendered_init(&rendered, reader->limits->cells);
    text_render(reader, part, text, text_length, format, body, &rendered);
    if (rendered.cut)
        exeat_reader_problem(reader, "a table has more cells than the limit");
    text_emit(reader, part, &rendered, body);
}
