/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word documents: pieces, fields, tables, kinds of text, ages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/compound_builder.h"

#define FIELD_DEPTH_MAX 64
#define WORD_PIECES_MAX 1048576

#define TEXT_AT 0x400

/* A document of one piece of Western text, whose kinds have so many characters. */
typedef struct Row {
    const char *name;
    const char *text;
    guint counts[8];
    const char *want;
} Row;

static const Row rows[] = {
    {"paragraphs", "Dear Pat,\rkind regards\r", {23}, "Dear Pat,\nkind regards\n"},
    {"Western letters", "Si\xE2n \x80\r", {7}, "Si\xC3\xA2n \xE2\x82\xAC\n"},
    {"a field shows its result", "see \x13 HYPERLINK \"x\" \x14here\x15 now\r", {31}, "see here now\n"},
    {"a field in a field's code",
     "a\x13 IF \x13 REF \x14hid\x15 = 1 \x14yes\x15"
     "b\r",
     {29},
     "ayesb\n"},
    {"a field without an end is not lost", "a\x13 REF b\rc\r", {11}, "a\nc\n"},
    {"a table without properties",
     "A\x07"
     "B\x07\x07"
     "c\x07"
     "d\x07\x07"
     "after\r",
     {16},
     "A\tB\nc\td\n\nafter\n\n\n<!0:0=A>\n<!0:1=B>\n<!1:0=c>\n<!1:1=d>\n"},
    {"an empty cell in it",
     "A\x07"
     "B\x07\x07\x07"
     "d\x07\x07",
     {10},
     "A\tB\nd\n\n\n<!0:0=A>\n<!0:1=B>\n<!1:1=d>\n"},
    {"footnotes, headers, comments stand apart",
     "main\rfoot\rhead\rnote\r",
     {5, 5, 5, 0, 5},
     "main\n\nfoot\n\nhead\n\nnote\n"},
    {"hyphens and breaks",
     "a\x1E"
     "b\x1F"
     "c\x0B"
     "d\x0C"
     "e\r",
     {10},
     "a-bc\nd\ne\n"},
};

static GByteArray *
document(guint nfib, guint flags, gsize counts_at, const guint counts[8])
{
    GByteArray *main = g_byte_array_new();
    build_le(main, 0xA5EC, 2);
    build_le(main, nfib, 2);
    build_zeros(main, TEXT_AT - 4);
    build_at(main, 6, 0x0409, 2);
    build_at(main, 0x0A, flags, 2);
    for (guint i = 0; i < 8; i++)
        build_at(main, counts_at + i * 4, counts[i], 4);
    return main;
}

static char *
inspect_word(GByteArray *main, const GByteArray *table)
{
    const BuiltStream streams[] = {{"WordDocument", main->data, main->len}, {"0Table", table->data, table->len}};
    build_at(main, 0x1A6, table->len, 4);
    return inspect_compound(streams, G_N_ELEMENTS(streams));
}

/* A piece table of one piece. */
static GByteArray *
one_piece(guint characters, guint32 fc)
{
    GByteArray *table = g_byte_array_new();
    build_le(table, 2, 1);
    build_le(table, 16, 4);
    build_le(table, 0, 4);
    build_le(table, characters, 4);
    build_le(table, 0, 2);
    build_le(table, fc, 4);
    build_le(table, 0, 2);
    return table;
}

static void
test_rows(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) main = document(193, 0, 0x4C, rows[i].counts);
        build_bytes(main, rows[i].text, strlen(rows[i].text));
        g_autoptr(GByteArray) table = one_piece((guint)strlen(rows[i].text), TEXT_AT * 2 | 0x40000000);
        g_autofree char *dump = inspect_word(main, table);
        const char *text = strchr(dump, '\n') + 1;
        g_autofree char *want = g_strdup(rows[i].want);
        g_strchomp(dump);
        g_strchomp(want);
        if (strcmp(text, want) != 0)
            fail_msg("%s:\n%s\ninstead of\n%s", rows[i].name, text, want);
    }
}

/* Pieces in the order of the table, not of the file; one of them wide. */
static void
test_pieces(G_GNUC_UNUSED void **state)
{
    const guint counts[8] = {12};
    g_autoptr(GByteArray) main = document(193, 0, 0x4C, counts), table = g_byte_array_new();
    build_bytes(main, "Smith\r", 6);
    build_wide(main, "Jamie ");
    build_le(table, 1, 1); /* formatting that comes first */
    build_le(table, 2, 2);
    build_le(table, 0, 2);
    build_le(table, 2, 1);
    build_le(table, 28, 4);
    build_le(table, 0, 4);
    build_le(table, 6, 4);
    build_le(table, 12, 4);
    build_le(table, 0, 2);
    build_le(table, TEXT_AT + 6, 4);
    build_le(table, 0, 4);
    build_le(table, TEXT_AT * 2 | 0x40000000, 4);
    build_le(table, 0, 2);
    g_autofree char *dump = inspect_word(main, table);
    assert_found(dump, "\nJamie Smith\n");
}

/* With the pages of paragraphs, an empty cell and the end of a row are told apart. */
static void
test_table_properties(G_GNUC_UNUSED void **state)
{
    const char *text = "A\x07\x07\x07"
                       "after\r";
    const guint counts[8] = {10};
    g_autoptr(GByteArray) main = document(193, 0, 0x4C, counts);
    build_bytes(main, text, 10);
    build_zeros(main, 0x600 - main->len); /* a page: two cells, the row's end, a paragraph */
    gsize page = main->len;
    build_zeros(main, 512);
    const gsize ends[] = {TEXT_AT, TEXT_AT + 2, TEXT_AT + 3, TEXT_AT + 4, TEXT_AT + 10};
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
        build_at(main, page + i * 4, ends[i], 4);
    const guint8 places[] = {100, 100, 104, 0};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        main->data[page + 20 + i * 13] = places[i];
    const guint8 in_table[] = {3, 0, 0, 0x16, 0x24, 1}, row_end[] = {5, 0, 0, 0x16, 0x24, 1, 0x17, 0x24, 1};
    memcpy(main->data + page + 200, in_table, sizeof in_table);
    memcpy(main->data + page + 208, row_end, sizeof row_end);
    main->data[page + 511] = 4;
    g_autoptr(GByteArray) table = one_piece(10, TEXT_AT * 2 | 0x40000000);
    build_at(main, 0x102, table->len, 4);
    build_at(main, 0x106, 12, 4);
    build_le(table, TEXT_AT, 4);
    build_le(table, TEXT_AT + 10, 4);
    build_le(table, page / 512, 4);
    g_autofree char *dump = inspect_word(main, table);
    assert_found(dump, "A\n\nafter\n");
    assert_found(dump, "<!0:0=A>");
    assert_missing(dump, "<!1:");
}

static void
test_sealed(G_GNUC_UNUSED void **state)
{
    static const guint flags[] = {0x0100, 0x8100};
    const guint counts[8] = {5};
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        g_autoptr(GByteArray) main = document(193, flags[i], 0x4C, counts);
        build_bytes(main, "hide\r", 5);
        g_autoptr(GByteArray) table = one_piece(5, TEXT_AT * 2 | 0x40000000);
        g_autofree char *dump = inspect_word(main, table);
        assert_found(dump, "application/msword yes unreadable=encrypted");
        assert_missing(dump, "hide");
    }
}

/* Word 6 and 95 have no piece table when the text lies in one stretch. */
static void
test_word_95(G_GNUC_UNUSED void **state)
{
    const guint counts[8] = {5, 5};
    g_autoptr(GByteArray) main = document(104, 0, 0x34, counts);
    build_at(main, 6, 0x0419, 2); /* Russian */
    build_at(main, 0x18, TEXT_AT, 4);
    build_at(main, 0x1C, TEXT_AT + 10, 4);
    build_bytes(main, "\xCC\xE8\xF0!\rfoot\r", 10);
    g_autofree char *dump = inspect_stream("WordDocument", main);
    assert_found(dump, "\xD0\x9C\xD0\xB8\xD1\x80!\n\nfoot\n");
}

/* Deeper fields are not told apart any more, but end where they should. */
static void
test_field_depth(G_GNUC_UNUSED void **state)
{
    for (gsize depth = FIELD_DEPTH_MAX - 1; depth <= FIELD_DEPTH_MAX + 1; depth++) {
        g_autoptr(GString) text = g_string_new("a");
        for (gsize i = 0; i < depth; i++)
            g_string_append(text, "\x13"
                                  "c\x14");
        g_string_append(text, "result");
        for (gsize i = 0; i < depth; i++)
            g_string_append(text, "\x15");
        g_string_append(text, "b\r");
        const guint counts[8] = {(guint)text->len};
        g_autoptr(GByteArray) main = document(193, 0, 0x4C, counts);
        build_bytes(main, text->str, text->len);
        g_autoptr(GByteArray) table = one_piece((guint)text->len, TEXT_AT * 2 | 0x40000000);
        g_autofree char *dump = inspect_word(main, table);
        assert_found(dump, depth <= FIELD_DEPTH_MAX ? "\naresultb\n" : "resultb\n");
    }
}

/* A table of more pieces than any file has is no table; the text is read as one stretch. */
static void
test_piece_count(G_GNUC_UNUSED void **state)
{
    for (gsize pieces = WORD_PIECES_MAX - 1; pieces <= WORD_PIECES_MAX + 1; pieces++) {
        const guint counts[8] = {5};
        g_autoptr(GByteArray) main = document(193, 0, 0x4C, counts), table = g_byte_array_new();
        build_at(main, 0x18, TEXT_AT, 4);
        build_at(main, 0x1C, TEXT_AT + 5, 4);
        build_bytes(main, "whole", 5);
        build_le(table, 2, 1);
        build_le(table, pieces * 12 + 4, 4);
        build_zeros(table, pieces * 12 + 4);
        g_autofree char *dump = inspect_word(main, table);
        if (pieces <= WORD_PIECES_MAX)
            assert_missing(dump, "whole");
        else
            assert_found(dump, "whole");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_pieces),  cmocka_unit_test(test_table_properties),
        cmocka_unit_test(test_sealed),      cmocka_unit_test(test_word_95), cmocka_unit_test(test_field_depth),
        cmocka_unit_test(test_piece_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
