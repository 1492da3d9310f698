/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The characters of a Word document. Below U+0020 are marks: a mark of a cell also ends a row, and which of the two it
 * is only the paragraph's properties tell (PAPX, in pages of 512 bytes of the main stream). Where there are none, the
 * shape of the first row decides.
 *
 * Owns its buffer, one thread. Hostile: pages, offsets, the nesting of fields.
 */
#include "message/inspect/word97.h"

#include "message/inspect/codepage.h"

#define FIELD_DEPTH_MAX 64
#define PAGE_SIZE_FKP 512

enum {
    MARK_CELL = 0x07,
    MARK_TAB = 0x09,
    MARK_LINE = 0x0B,
    MARK_PAGE = 0x0C,
    MARK_PARAGRAPH = 0x0D,
    MARK_COLUMN = 0x0E,
    MARK_FIELD = 0x13,
    MARK_FIELD_RESULT = 0x14,
    MARK_FIELD_END = 0x15,
    MARK_HYPHEN = 0x1E,
};

enum {
    SPRM_IN_TABLE = 0x2416,
    SPRM_ROW_END = 0x2417,
    SPRM_INNER_CELL = 0x244B,
    SPRM_INNER_ROW_END = 0x244C,
    SPRM_DEPTH = 0x6649,
    SPRM_HUGE = 0x6646,
    SPRM_HUGE_95 = 0x6645,
    SPRM_TABLE = 0xD608, /* counts its own length in two bytes */
    SPRM_TABS = 0xC615,
};

typedef struct WordParagraph {
    bool known;
    bool in_table;
    bool row_end;
} WordParagraph;

struct WordText {
    ExeatInspection *inspection;
    ExeatBytes main, paragraphs, data;
    GString *pending; /* since the last mark that ended something */
    guint fields;     /* open ones */
    guint64 codes;    /* bit n: of field n the code is being read, not the result */
    guint row, column;
    guint width; /* of the first row, while properties are not known */
    bool cell_before;
    bool any_table;
};

WordText *
exeat_word_text_new(ExeatInspection *inspection, ExeatBytes main, ExeatBytes paragraphs, ExeatBytes data)
{
    WordText *text = g_new0(WordText, 1);
    *text = (WordText){.inspection = inspection, .main = main, .paragraphs = paragraphs, .data = data};
    text->pending = g_string_new(NULL);
    return text;
}

/* --- properties of paragraphs --- */

static gsize
word_sprm_length(ExeatBytes list, gsize at, guint sprm)
{
    static const guint8 lengths[] = {1, 1, 2, 4, 2, 2, 0, 3};
    if (sprm >> 13 != 6)
        return 2U + lengths[sprm >> 13];
    if (sprm == SPRM_TABLE)
        return 3U + (gsize)exeat_bytes_u16(list, at + 2);
    if (sprm == SPRM_TABS && exeat_bytes_u8(list, at + 2) == 255)
        return 3 + 2 + (gsize)exeat_bytes_u8(list, at + 3) * 4 +
               (gsize)exeat_bytes_u8(list, at + 4 + (gsize)exeat_bytes_u8(list, at + 3) * 4) * 3;
    return 3U + exeat_bytes_u8(list, at + 2);
}

static void
word_sprms(const WordText *text, ExeatBytes list, WordParagraph *paragraph, bool nested)
{
    for (gsize at = 0; at + 2 < list.length;) {
        guint sprm = exeat_bytes_u16(list, at);
        if (sprm == SPRM_IN_TABLE)
            paragraph->in_table = exeat_bytes_u8(list, at + 2) != 0;
        else if (sprm == SPRM_ROW_END)
            paragraph->row_end = exeat_bytes_u8(list, at + 2) != 0;
        else if (sprm == SPRM_DEPTH)
            paragraph->in_table |= exeat_bytes_u32(list, at + 2) != 0;
        else if ((sprm == SPRM_HUGE || sprm == SPRM_HUGE_95) && !nested) {
            ExeatBytes more = exeat_bytes_from(text->data, exeat_bytes_u32(list, at + 2));
            word_sprms(text, exeat_bytes_slice(more, 2, exeat_bytes_u16(more, 0)), paragraph, true);
        }
        at += word_sprm_length(list, at, sprm);
    }
}

/* The last of @count entries of @size-byte offsets that is not behind @fc. */
static gsize
word_find(ExeatBytes offsets, gsize count, gsize fc)
{
    gsize low = 0, high = count;
    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;
        if (exeat_bytes_u32(offsets, middle * 4) <= fc)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static WordParagraph
word_paragraph(const WordText *text, gsize fc)
{
    WordParagraph paragraph = {0};
    gsize pages = text->paragraphs.length >= 12 ? (text->paragraphs.length - 4) / 8 : 0;
    if (pages == 0)
        return paragraph;
    gsize entry = word_find(text->paragraphs, pages, fc);
    gsize number = exeat_bytes_u32(text->paragraphs, (pages + 1) * 4 + entry * 4) & 0x3FFFFF;
    ExeatBytes page = exeat_bytes_slice(text->main, number * PAGE_SIZE_FKP, PAGE_SIZE_FKP);
    gsize runs = exeat_bytes_u8(page, PAGE_SIZE_FKP - 1);
    if (page.length < PAGE_SIZE_FKP || runs == 0)
        return paragraph;
    gsize run = word_find(page, runs, fc);
    gsize at = (gsize)exeat_bytes_u8(page, (runs + 1) * 4 + run * 13) * 2;
    paragraph.known = true;
    if (at == 0)
        return paragraph;
    gsize half = exeat_bytes_u8(page, at);
    ExeatBytes list = half != 0 ? exeat_bytes_slice(page, at + 1, half * 2 - 1)
                                : exeat_bytes_slice(page, at + 2, (gsize)exeat_bytes_u8(page, at + 1) * 2);
    word_sprms(text, exeat_bytes_from(list, 2), &paragraph, false);
    return paragraph;
}

/* --- what marks do --- */

static void
word_emit(WordText *text)
{
    exeat_inspection_text(text->inspection, text->pending->str, text->pending->len);
    g_string_truncate(text->pending, 0);
}

static void
word_table_end(WordText *text)
{
    if (text->any_table)
        exeat_inspection_table_end(text->inspection);
    text->any_table = text->cell_before = false;
    text->row = text->column = text->width = 0;
}

static void
word_row_end(WordText *text)
{
    if (text->width == 0)
        text->width = text->column;
    text->row++;
    text->column = 0;
    text->cell_before = false;
}

static void
word_cell(WordText *text, gsize fc)
{
    WordParagraph paragraph = word_paragraph(text, fc);
    bool row_end = paragraph.row_end;
    if (!paragraph.known) /* an empty cell behind a cell: the end of the row, if the first row was as long */
        row_end = text->pending->len == 0 && text->cell_before && (text->width == 0 || text->column >= text->width);
    if (row_end) {
        g_string_truncate(text->pending, 0);
        word_row_end(text);
        return;
    }
    text->cell_before = text->any_table = true;
    text->column++;
    if (text->pending->len == 0)
        return;
    exeat_inspection_cell_begin(text->inspection, text->row, text->column - 1);
    word_emit(text);
    exeat_inspection_cell_end(text->inspection);
}

static void
word_line(WordText *text, gsize fc)
{
    WordParagraph paragraph = word_paragraph(text, fc);
    if (paragraph.in_table) {
        g_string_append_c(text->pending, '\n');
        return;
    }
    word_table_end(text);
    word_emit(text);
    exeat_inspection_line(text->inspection);
}

static void
word_field(WordText *text, guint8 mark)
{
    if (mark == MARK_FIELD) {
        if (text->fields < FIELD_DEPTH_MAX)
            text->codes |= (guint64)1 << text->fields;
        text->fields++;
    } else if (text->fields > 0 && text->fields <= FIELD_DEPTH_MAX) {
        text->codes &= ~((guint64)1 << (text->fields - 1));
    }
    if (mark == MARK_FIELD_END && text->fields > 0)
        text->fields--;
}

static void
word_mark(WordText *text, guint8 mark, gsize fc)
{
    if (mark == MARK_PARAGRAPH || mark == MARK_CELL)
        text->codes = 0; /* no code of a field is so long: its end is missing, and too much is better than nothing */
    if (mark >= MARK_FIELD && mark <= MARK_FIELD_END)
        word_field(text, mark);
    else if (text->codes != 0)
        return;
    else if (mark == MARK_CELL)
        word_cell(text, fc);
    else if (mark == MARK_PARAGRAPH)
        word_line(text, fc);
    else if (mark == MARK_PAGE || mark == MARK_COLUMN || mark == MARK_LINE)
        g_string_append_c(text->pending, '\n');
    else if (mark == MARK_TAB)
        g_string_append_c(text->pending, ' ');
    else if (mark == MARK_HYPHEN)
        g_string_append_c(text->pending, '-');
}

/* --- characters --- */

static void
word_put(WordText *text, ExeatBytes run, guint codepage)
{
    if (run.length > 0 && text->codes == 0)
        exeat_codepage_append(text->pending, run, codepage);
}

void
exeat_word_text_add(WordText *text, ExeatBytes bytes, gsize fc, guint codepage)
{
    gsize step = codepage == EXEAT_CODEPAGE_UTF16 ? 2 : 1, start = 0, at = 0;
    for (; at + step <= bytes.length; at += step) {
        guint c = step == 2 ? exeat_bytes_u16(bytes, at) : bytes.data[at];
        if (c >= 0x20)
            continue;
        word_put(text, exeat_bytes_slice(bytes, start, at - start), codepage);
        word_mark(text, (guint8)c, fc + at);
        start = at + step;
        if (!exeat_inspection_goes_on(text->inspection))
            return;
    }
    word_put(text, exeat_bytes_slice(bytes, start, at - start), codepage);
}

void
exeat_word_text_apart(WordText *text)
{
    text->fields = 0;
    text->codes = 0;
    if (text->pending->len > 0) {
        word_table_end(text);
        word_emit(text);
    }
    word_table_end(text);
    exeat_inspection_gap(text->inspection);
}

void
exeat_word_text_free(WordText *text)
{
    exeat_word_text_apart(text);
    g_string_free(text->pending, TRUE);
    g_free(text);
}
