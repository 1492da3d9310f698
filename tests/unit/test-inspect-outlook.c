/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters of Outlook: as .msg, and as winmail.dat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/compound_builder.h"

#define MAPI_LINES_BYTES_MAX 1048576
#define PACKED_RATIO_MOST 16

#define WIDE(text) text, sizeof(text) - 1

/* An example of [MS-OXRTFCP]: "{\rtf1\ansi\ansicpg1252\pard hello world}" with a line end. */
static const char packed_rtf[] = "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72"
                                 "\x63\x70\x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0"
                                 "\x6c\x64\x7d\x0a\x80\x0f\xa0";

/* The stream of a letter's fixed properties: a head, and the code page. */
static GByteArray *
fixed(gsize head, guint codepage)
{
    GByteArray *list = g_byte_array_new();
    build_zeros(list, head);
    build_le(list, 0x3FFD0003, 4);
    build_le(list, 0, 4);
    build_le(list, codepage, 8);
    return list;
}

static void
test_letter(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) list = fixed(32, 1251), inner = fixed(24, 1250);
    const BuiltStream streams[] = {
        {"__nameid_version1.0/x", "", 0},
        {"__properties_version1.0", list->data, list->len},
        {"__substg1.0_0037001F", WIDE("R\0e\0p\0o\0r\0t\0")},
        {"__substg1.0_0C1A001E", "\xCC\xE8\xF0", 3},
        {"__substg1.0_0C1F001E", "/O=SCHOOL/CN=X", 14},
        {"__substg1.0_1000001E", "Dear Pat", 8},
        {"__recip_version1.0_#00000000/__substg1.0_3001001E", "Pat", 3},
        {"__recip_version1.0_#00000000/__substg1.0_39FE001E", "pat@home.example", 16},
        {"__attach_version1.0_#00000000/__substg1.0_3704001E", "LIST~1.RTF", 10},
        {"__attach_version1.0_#00000000/__substg1.0_3707001E", "list of names.rtf", 17},
        {"__attach_version1.0_#00000000/__substg1.0_37010102", "{\\rtf1 attached}", 15},
        {"__attach_version1.0_#00000001/__substg1.0_3001001E", "Forwarded", 9},
        {"__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0", inner->data, inner->len},
        {"__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001E", "Ko\x9Aice", 6},
    };
    g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_found(dump,
                 "[] application/vnd.ms-outlook no unreadable=- suspicious=-\nReport\n\xD0\x9C\xD0\xB8\xD1\x80\nPat\n"
                 "pat@home.example\n\nDear Pat\n");
    assert_found(dump, "[list of names.rtf] application/rtf no unreadable=- suspicious=-\nattached");
    assert_found(dump, "[Forwarded] application/vnd.ms-outlook no unreadable=- suspicious=-\nKo\xC5\xA1ice");
    assert_missing(dump, "/O=SCHOOL");
}

typedef struct Body {
    const char *name;
    const char *stream;
    const char *data;
    gsize length;
    const char *want;
} Body;

static const Body bodies[] = {
    {"HTML, as what it is", "__substg1.0_10130102",
     WIDE("<p>Si\xC3\xA2n</p><table><tr><td>a<td>b<tr><td>c<td>d</table>"), "Si\xC3\xA2n\na\tb\nc\td\n"},
    {"RTF out of its compression", "__substg1.0_10090102", WIDE(packed_rtf), "\nhello world\n"},
    {"RTF as it is", "__substg1.0_10090102", WIDE("\x1c\0\0\0\x10\0\0\0MELA\0\0\0\0{\\rtf1 stored\\par"), "\nstored"},
};

static void
test_bodies(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        const BuiltStream streams[] = {{"__nameid_version1.0/x", "", 0},
                                       {"__properties_version1.0", "", 0},
                                       {bodies[i].stream, bodies[i].data, bodies[i].length}};
        g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
        if (strstr(dump, bodies[i].want) == NULL)
            fail_msg("%s: %s", bodies[i].name, dump);
    }
}

/* --- winmail.dat --- */

static void
attribute(GByteArray *to, guint id, const void *data, gsize length)
{
    build_le(to, 1, 1);
    build_le(to, id, 4);
    build_le(to, length, 4);
    build_bytes(to, data, length);
    build_le(to, 0, 2);
}

static void
property(GByteArray *to, guint id, guint type, const char *data, gsize length)
{
    build_le(to, type, 2);
    build_le(to, id, 2);
    if (id >= 0x8000) {
        build_zeros(to, 16);
        build_le(to, 1, 4);
        build_le(to, 6, 4);
        build_bytes(to, "a\0b\0\0\0\0\0", 8);
    }
    build_le(to, 1, 4);
    build_le(to, length, 4);
    build_bytes(to, data, length);
    build_zeros(to, (4 - length % 4) % 4);
}

static GByteArray *
winmail(void)
{
    GByteArray *tnef = g_byte_array_new();
    g_autoptr(GByteArray) letter = g_byte_array_new(), file = g_byte_array_new();
    build_bytes(tnef, "\x78\x9F\x3E\x22\0\0", 6);
    attribute(tnef, 0x69007, "\xE3\4\0\0\0\0\0\0", 8); /* 1251 */
    attribute(tnef, 0x18004, "\xCC\xE8\xF0", 4);
    build_le(letter, 3, 4);
    property(letter, 0x8001, 0x1E, "named", 6);
    build_le(letter, 0x00080003, 4); /* a number between texts */
    build_le(letter, 7, 4);
    property(letter, 0x1009, 0x102, WIDE(packed_rtf));
    attribute(tnef, 0x69003, letter->data, letter->len);
    attribute(tnef, 0x69002, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    attribute(tnef, 0x18010, "SHORT~1.RTF", 12);
    attribute(tnef, 0x6800F, "{\\rtf1 packed}", 14);
    build_le(file, 1, 4);
    property(file, 0x3707, 0x1E, "a long name.rtf", 16);
    attribute(tnef, 0x69005, file->data, file->len);
    return tnef;
}

static void
test_tnef(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) tnef = winmail();
    g_autofree char *dump = inspect_bytes(tnef->data, tnef->len, "winmail.dat");
    assert_found(
        dump,
        "[] application/vnd.ms-tnef no unreadable=- suspicious=-\n\xD0\x9C\xD0\xB8\xD1\x80\nnamed\n\nhello world\n");
    assert_found(dump, "[a long name.rtf] application/rtf no unreadable=- suspicious=-\npacked");
}

/* Cut anywhere, what came before stays and the rest is said to be damaged. */
static void
test_tnef_cut(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) tnef = winmail();
    for (guint length = 0; length < tnef->len; length++) {
        g_autofree guint8 *copy = g_memdup2(tnef->data, MAX(length, 1));
        g_autofree char *dump = inspect_bytes(copy, length, NULL);
        if (length > 60)
            assert_found(dump, "\xD0\x9C\xD0\xB8\xD1\x80");
    }
}

/* --- limits --- */

static void
test_lines(G_GNUC_UNUSED void **state)
{
    for (gsize length = MAPI_LINES_BYTES_MAX - 1; length <= MAPI_LINES_BYTES_MAX + 1; length++) {
        g_autofree char *subject = g_strnfill(length, 's');
        const BuiltStream streams[] = {{"__properties_version1.0", "", 0}, {"__substg1.0_0037001E", subject, length}};
        g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
        assert_int_equal(strstr(dump, "ssss") != NULL, length <= MAPI_LINES_BYTES_MAX);
    }
}

/* The head may claim any size: no more comes out than the packed bytes can stand for. */
static void
test_packed_ratio(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();
    build_le(packed, 0, 4);
    build_le(packed, 0xFFFFFFFF, 4);
    build_bytes(packed, "LZFu\0\0\0\0", 8);
    build_bytes(packed, "\0{\\rtf1 q", 9);
    for (guint i = 0; i < 1000; i++)
        build_bytes(packed, "\xFF\x0C\xFF\x0C\xFF\x0C\xFF\x0C\xFF\x0C\xFF\x0C\xFF\x0C\xFF\x0C\xFF", 17);
    const BuiltStream streams[] = {{"__properties_version1.0", "", 0},
                                   {"__substg1.0_10090102", packed->data, packed->len}};
    g_autofree char *dump = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_in_range(strlen(dump), 1000, (gsize)packed->len * PACKED_RATIO_MOST + 4096);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter),   cmocka_unit_test(test_bodies), cmocka_unit_test(test_tnef),
        cmocka_unit_test(test_tnef_cut), cmocka_unit_test(test_lines),  cmocka_unit_test(test_packed_ratio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
