/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workbooks: records, strings that are split, seals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/rc4_builder.h"

#define CELL_FORMATS_MAX 65536

/* --- records --- */

static void
record(GByteArray *to, guint type, const GByteArray *body)
{
    build_le(to, type, 2);
    build_le(to, body->len, 2);
    build_bytes(to, body->data, body->len);
}

/* A record of numbers, each of so many bytes. */
static void
fields(GByteArray *to, guint type, const char *sizes, const guint64 *values)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    for (gsize i = 0; sizes[i] != '\0'; i++)
        build_le(body, values[i], (guint)(sizes[i] - '0'));
    record(to, type, body);
}

#define FIELDS(to, type, sizes, ...) fields(to, type, sizes, (const guint64[]){__VA_ARGS__})

static void
narrow(GByteArray *to, const char *text, guint length_bytes)
{
    build_le(to, strlen(text), length_bytes);
    build_le(to, 0, 1);
    build_bytes(to, text, strlen(text));
}

static void
begin(GByteArray *book, guint kind)
{
    FIELDS(book, 0x809, "2244", 0x600, kind, 0, 0);
}

static void
end(GByteArray *book)
{
    FIELDS(book, 0x0A, "", 0);
}

/* Names a sheet that begins where the returned place is then told. */
static gsize
name_sheet(GByteArray *book, const char *name, guint options)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    gsize place = book->len + 4;
    build_le(body, 0, 4);
    build_le(body, options, 2);
    narrow(body, name, 1);
    record(book, 0x85, body);
    return place;
}

static void
number_format(GByteArray *book, guint number, const char *code)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    build_le(body, number, 2);
    narrow(body, code, 2);
    record(book, 0x41E, body);
}

static guint64
bits(double value)
{
    union {
        double number;
        guint64 bits;
    } both = {.number = value};
    return both.bits;
}

/* "Name" shared, a string split over two records, one rich and one wide. */
static void
shared_strings(GByteArray *book)
{
    g_autoptr(GByteArray) body = g_byte_array_new(), more = g_byte_array_new();
    build_le(body, 4, 4);
    build_le(body, 4, 4);
    narrow(body, "Name", 2);
    build_le(body, 11, 2);
    build_le(body, 0, 1);
    build_bytes(body, "Jamie", 5);
    build_le(more, 1, 1); /* the rest is wide */
    build_wide(more, " Smith");
    build_le(more, 4, 2);
    build_le(more, 8, 1);
    build_le(more, 1, 2);
    build_bytes(more, "rich\1\0\2\0", 8);
    build_le(more, 2, 2);
    build_le(more, 5, 1); /* wide, with a phonetic guide */
    build_le(more, 3, 4);
    build_le(more, 0x6F22, 2);
    build_le(more, 0x5B57, 2);
    build_bytes(more, "xyz", 3);
    record(book, 0xFC, body);
    record(book, 0x3C, more);
}

static GByteArray *
workbook(void)
{
    GByteArray *book = g_byte_array_new();
    begin(book, 5);
    gsize first = name_sheet(book, "Year 6", 0), second = name_sheet(book, "Hidden", 1);
    number_format(book, 200, "0000000000");
    FIELDS(book, 0xE0, "22", 0, 0);   /* 0: General */
    FIELDS(book, 0xE0, "22", 0, 14);  /* 1: a date */
    FIELDS(book, 0xE0, "22", 0, 200); /* 2 */
    shared_strings(book);
    end(book);
    build_at(book, first, book->len, 4);
    begin(book, 0x10);
    FIELDS(book, 0xFD, "2224", 0, 0, 0, 0);
    FIELDS(book, 0xFD, "2224", 1, 0, 0, 1);
    FIELDS(book, 0xFD, "2224", 2, 0, 0, 2);
    FIELDS(book, 0xFD, "2224", 3, 2, 0, 3);
    FIELDS(book, 0x203, "2228", 1, 1, 1, bits(41748));
    FIELDS(book, 0x27E, "2224", 1, 2, 2, (guint64)(943476 << 2 | 2));
    FIELDS(book, 0xBD,
           "222424"
           "2",
           1, 3, 0, (guint64)(150 << 2 | 3), 0, (guint64)(7 << 2 | 2), 4);
    FIELDS(book, 0x06, "22282", 4, 0, 0, 0xFFFF000000000000, 0);
    g_autoptr(GByteArray) text = g_byte_array_new();
    narrow(text, "made by a formula", 2);
    record(book, 0x207, text);
    end(book);
    build_at(book, second, book->len, 4);
    begin(book, 0x10);
    FIELDS(book, 0x205, "22211", 9, 9, 0, 1, 0);
    g_autoptr(GByteArray) header = g_byte_array_new(), box = g_byte_array_new();
    narrow(header, "&L&\"Arial,Bold\"&12Oakfield &&&RPage &P", 2);
    record(book, 0x14, header);
    FIELDS(book, 0x1B6, "22222222", 0, 0, 0, 0, 0, 7, 0, 0);
    build_bytes(box, "\0comment", 8);
    record(book, 0x3C, box);
    end(book);
    return book;
}

static const char workbook_text[] =
    "Year 6\nName\nJamie Smith\t19/04/2014\t0000943476\t1.5\t7\nrich\n\xE6\xBC\xA2\xE5\xAD\x97\n"
    "made by a formula\n\nHidden\nTRUE\n\nOakfield &\nPage\ncomment\n";

static void
test_workbook(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) book = workbook();
    g_autofree char *dump = inspect_stream("Workbook", book);
    g_autoptr(GString) joined = g_string_new(dump);
    g_string_replace(joined, " \n", "\n", 0);
    assert_found(joined->str, workbook_text);
    assert_found(dump, "<Year 6!1:2=0000943476>");
    assert_found(dump, "<Year 6!3:2=\xE6\xBC\xA2\xE5\xAD\x97>");
    assert_found(dump, "<Hidden!9:9=TRUE>");
}

/* Rows that come in another order are said in theirs. */
static void
test_order(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) book = g_byte_array_new();
    begin(book, 0x10);
    FIELDS(book, 0x27E, "2224", 5, 1, 0, (guint64)(2 << 2 | 2));
    FIELDS(book, 0x27E, "2224", 0, 0, 0, (guint64)(1 << 2 | 2));
    g_autofree char *dump = inspect_stream("Workbook", book);
    assert_found(dump, "<!0:0=1>\n<!5:1=2>");
}

static void
test_macro_sheet(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) book = g_byte_array_new();
    begin(book, 5);
    name_sheet(book, "Macro1", 0x100);
    g_autofree char *dump = inspect_stream("Workbook", book);
    assert_found(dump, "suspicious=macros");
}

/* Excel 95 and older: bytes of a code page, and in the oldest no compound file. */
static void
test_old(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) book = g_byte_array_new();
    FIELDS(book, 0x809, "22222", 0x500, 5, 0, 0, 0);
    FIELDS(book, 0x42, "2", 1251);
    end(book);
    FIELDS(book, 0x809, "22222", 0x600, 0x10, 0, 0, 0); /* the sheet lies */
    FIELDS(book, 0x204, "2222111", 0, 0, 0, 3, 0xCC, 0xE8, 0xF0);
    g_autofree char *dump = inspect_stream("Book", book);
    assert_found(dump, "<!0:0=\xD0\x9C\xD0\xB8\xD1\x80>");
    g_autoptr(GByteArray) two = g_byte_array_new();
    FIELDS(two, 0x09, "22", 2, 0x10);
    FIELDS(two, 0x04, "221111111", 0, 1, 0, 0, 0, 3, 'U', 'P', 'N');
    FIELDS(two, 0x02, "221112", 1, 1, 0, 0, 0, 77);
    g_autofree char *bare = inspect_bytes(two->data, two->len, NULL);
    assert_found(bare, "[] application/vnd.ms-excel no unreadable=-");
    assert_found(bare, "<!0:1=UPN>\n<!1:1=77>");
}

static void
test_pivot(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) cache = g_byte_array_new(), text = g_byte_array_new();
    narrow(text, "kept behind", 2);
    record(cache, 0xCD, text);
    const BuiltStream streams[] = {{"Workbook", "", 0}, {"_SX_DB_CUR/0001", cache->data, cache->len}};
    g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_found(dump, "kept behind");
}

/* --- seals --- */

/* The workbook above with FILEPASS behind its first record and all bodies sealed, in blocks of 1,024 bytes. */
static char *
sealed_with(const char *password)
{
    g_autoptr(GByteArray) plain = workbook(), pass = g_byte_array_new(), book = g_byte_array_new();
    build_le(pass, 1, 2);
    build_rc4_header(pass, password);
    build_bytes(book, plain->data, 16);
    record(book, 0x2F, pass);
    gsize shift = book->len - 16;
    build_bytes(book, plain->data + 16, plain->len - 16);
    g_autoptr(GByteArray) sealed = g_byte_array_new();
    build_bytes(sealed, book->data, book->len);
    for (guint at = 0; at < sealed->len; at += 1024)
        build_rc4(password, at / 1024, sealed->data + at, MIN(1024, sealed->len - at));
    memcpy(sealed->data, book->data, 16 + shift);
    for (guint at = 16 + (guint)shift; at + 4 <= book->len;) {
        guint type = book->data[at] | (guint)book->data[at + 1] << 8;
        guint length = book->data[at + 2] | (guint)book->data[at + 3] << 8;
        if (type == 0x85) /* where a sheet begins stays readable */
            build_at(book, at + 4, (guint64)(book->data[at + 4] | book->data[at + 5] << 8) + shift, 4);
        memcpy(sealed->data + at, book->data + at, 4 + (type == 0x809 ? length : type == 0x85 ? 4 : 0));
        at += 4 + length;
    }
    return inspect_stream("Workbook", sealed);
}

static void
test_own_password(G_GNUC_UNUSED void **state)
{
    g_autofree char *open = sealed_with("VelvetSweatshop");
    assert_found(open, "[] application/vnd.ms-excel default-password unreadable=-");
    assert_found(open, "<Year 6!1:0=Jamie Smith>");
    g_autofree char *sealed = sealed_with("a word of their own");
    assert_found(sealed, "[] application/vnd.ms-excel yes unreadable=encrypted");
    assert_missing(sealed, "Jamie");
}

/* --- limits --- */

static void
test_cell_formats(G_GNUC_UNUSED void **state)
{
    for (guint count = CELL_FORMATS_MAX - 1; count <= CELL_FORMATS_MAX + 1; count++) {
        g_autoptr(GByteArray) book = g_byte_array_new();
        begin(book, 5);
        for (guint i = 0; i < count; i++)
            FIELDS(book, 0xE0, "22", 0, 14);
        end(book);
        begin(book, 0x10);
        FIELDS(book, 0x27E, "2224", 0, 0, (count - 1) & 0xFFFF, (guint64)(41748 << 2 | 2));
        g_autofree char *dump = inspect_stream("Workbook", book);
        assert_found(dump, "<!0:0=19/04/2014>");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workbook),     cmocka_unit_test(test_order), cmocka_unit_test(test_macro_sheet),
        cmocka_unit_test(test_old),          cmocka_unit_test(test_pivot), cmocka_unit_test(test_own_password),

        cmocka_unit_test(test_cell_formats),

    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
