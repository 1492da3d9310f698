/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Word 97 to 2003 (MS-DOC), and Word 6 and 95, whose header differs. The header says how many characters of which kind
 * there are (text, footnotes, headers, comments, …), the piece table where they lie; they are read in that one order.
 * Field codes are hidden and their results shown, deleted and hidden text is text.
 *
 * Owns nothing, one thread. Every byte is hostile: pieces may overlap, so what they yield is counted.
 */
#include "message/inspect/compound.h"

#include "message/inspect/codepage.h"
#include "message/inspect/storage.h"
#include "message/inspect/word97.h"

#define WORD_IDENT 0xA5EC
#define WORD_NFIB_97 193
#define WORD_PIECES_MAX 1048576

enum {
    FLAG_COMPLEX = 0x0004,
    FLAG_ENCRYPTED = 0x0100,
    FLAG_TABLE_1 = 0x0200,
    FLAG_EXTENDED = 0x1000, /* Word 95 and older: two bytes a character */
};

/* Where the header has what, by age. */
typedef struct WordLayout {
    gsize counts;     /* of characters: text, footnotes, headers, macros, comments, endnotes, boxes, boxes of headers */
    gsize pieces;     /* offset and length of the piece table */
    gsize paragraphs; /* the same of the table of paragraph pages, 0 for none */
} WordLayout;

static const WordLayout word_layout_97 = {0x4C, 0x1A2, 0x102};
static const WordLayout word_layout_6 = {0x34, 0x160, 0};

#define WORD_KINDS 8

static bool
word_is_97(ExeatBytes header)
{
    return exeat_bytes_u16(header, 2) >= WORD_NFIB_97;
}

/* The piece table stands behind lists of formatting in the same place. */
static ExeatBytes
word_piece_table(ExeatBytes table)
{
    gsize at = 0;
    while (exeat_bytes_u8(table, at) == 1)
        at += 3 + (gsize)exeat_bytes_u16(table, at + 1);
    if (exeat_bytes_u8(table, at) != 2)
        return exeat_bytes_slice(table, 0, 0);
    return exeat_bytes_slice(table, at + 5, exeat_bytes_u32(table, at + 1));
}

typedef struct WordDocument {
    ExeatInspection *inspection;
    ExeatBytes main;
    ExeatBytes table;
    WordText *text;
    guint32 ends[WORD_KINDS]; /* where each kind of text ends, in characters */
    guint codepage;
    bool is_97;
} WordDocument;

/* @count characters from byte @fc of the main stream on. */
static void
word_run(WordDocument *word, guint32 count, gsize fc, bool wide)
{
    ExeatBytes bytes = exeat_bytes_slice(word->main, fc, wide ? (gsize)count * 2 : count);
    exeat_word_text_add(word->text, bytes, fc, wide ? EXEAT_CODEPAGE_UTF16 : word->codepage);
}

/* One piece, cut where a kind of text ends inside it. */
static void
word_piece(WordDocument *word, guint32 start, guint32 end, gsize fc, bool wide)
{
    for (guint i = 0; i < WORD_KINDS && start < end; i++) {
        if (start >= word->ends[i])
            continue;
        guint32 stop = MIN(end, word->ends[i]);
        word_run(word, stop - start, fc, wide);
        fc += (gsize)(stop - start) * (wide ? 2 : 1);
        start = stop;
        if (stop == word->ends[i])
            exeat_word_text_apart(word->text);
    }
    if (start < end)
        word_run(word, end - start, fc, wide);
}

static bool
word_pieces(WordDocument *word, ExeatBytes pieces)
{
    gsize count = pieces.length >= 16 ? (pieces.length - 4) / 12 : 0;
    guint32 last = 0;
    if (count == 0 || count > WORD_PIECES_MAX)
        return false;
    for (gsize i = 0; i < count; i++) {
        guint32 start = exeat_bytes_u32(pieces, i * 4), end = exeat_bytes_u32(pieces, i * 4 + 4);
        guint32 fc = exeat_bytes_u32(pieces, (count + 1) * 4 + i * 8 + 2);
        bool wide = word->is_97 && (fc & 0x40000000) == 0;
        if (end <= start || start < last)
            continue;
        last = end;
        fc &= 0x3FFFFFFF;
        if (word->is_97 && !wide)
            fc /= 2;
        word_piece(word, start, end, fc, wide);
        if (!exeat_inspection_count(word->inspection, MIN(end - start, word->main.length)))
            break;
    }
    return true;
}

/* Without a piece table the text lies in one stretch. */
static void
word_stretch(WordDocument *word)
{
    gsize start = exeat_bytes_u32(word->main, 0x18), end = exeat_bytes_u32(word->main, 0x1C);
    bool wide = !word->is_97 && (exeat_bytes_u16(word->main, 0x0A) & FLAG_EXTENDED) != 0;
    if (start >= word->main.length || end <= start) {
        exeat_inspection_unreadable(word->inspection, "damaged");
        return;
    }
    end = MIN(end, word->main.length);
    word_piece(word, 0, (guint32)((end - start) / (wide ? 2 : 1)), start, wide);
}

static void
word_ends(WordDocument *word, const WordLayout *layout)
{
    guint64 end = 0;
    for (guint i = 0; i < WORD_KINDS; i++) {
        guint32 count = exeat_bytes_u32(word->main, layout->counts + i * 4);
        end = MIN(end + (count & 0x80000000 ? 0 : count), G_MAXUINT32);
        word->ends[i] = (guint32)end;
    }
}

static void
word_read_text(WordDocument *word, GBytes *data)
{
    const WordLayout *layout = word->is_97 ? &word_layout_97 : &word_layout_6;
    ExeatBytes main = word->main, table = word->is_97 ? word->table : word->main;
    ExeatBytes complex = exeat_bytes_slice(table, exeat_bytes_u32(main, layout->pieces),
                                           exeat_bytes_u32(main, layout->pieces + 4));
    bool is_complex = word->is_97 || (exeat_bytes_u16(main, 0x0A) & FLAG_COMPLEX) != 0;
    ExeatBytes paragraphs = {main.data, 0};
    if (layout->paragraphs != 0)
        paragraphs = exeat_bytes_slice(word->table, exeat_bytes_u32(main, layout->paragraphs),
                                       exeat_bytes_u32(main, layout->paragraphs + 4));
    word_ends(word, layout);
    word->codepage = word->is_97 ? EXEAT_CODEPAGE_WESTERN : exeat_codepage_of_language(exeat_bytes_u16(main, 6));
    word->text = exeat_word_text_new(word->inspection, main, paragraphs, exeat_bytes_of(data));
    if (!is_complex || !word_pieces(word, word_piece_table(complex)))
        word_stretch(word);
    exeat_word_text_free(word->text);
}

void
exeat_word97_read(ExeatInspection *inspection, GsfInfile *root)
{
    g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, root, "WordDocument");
    WordDocument word = {.inspection = inspection, .main = exeat_bytes_of(stream)};
    guint ident = exeat_bytes_u16(word.main, 0), flags = exeat_bytes_u16(word.main, 0x0A);
    if (ident != WORD_IDENT && ident != 0xA5DC) { /* the second: Word 6 for Windows, and 95 */
        exeat_inspection_unreadable(inspection, "damaged");
        return;
    }
    if (flags & FLAG_ENCRYPTED) {
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
        exeat_inspection_unreadable(inspection, "encrypted");
        return;
    }
    word.is_97 = word_is_97(word.main);
    const char *name = flags & FLAG_TABLE_1 ? "1Table" : "0Table";
    g_autoptr(GBytes) table = exeat_storage_stream_named(inspection, root, name);
    g_autoptr(GBytes) data = exeat_storage_stream_named(inspection, root, "Data");
    word.table = exeat_bytes_of(table);
    word_read_text(&word, data);
}
