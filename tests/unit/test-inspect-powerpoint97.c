/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentations: which records are text, which are current, what is packed in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gio/gio.h>

#include "tests/unit/rc4_builder.h"

#define RECORD_DEPTH_MAX 32
#define EDITS_MAX 4096
#define OBJECTS_MAX 65536

/* Begins a record; its length is told when it ends. */
static gsize
open_record(GByteArray *to, guint first, guint type)
{
    build_le(to, first, 2);
    build_le(to, type, 2);
    build_le(to, 0, 4);
    return to->len;
}

static void
close_record(GByteArray *to, gsize opened)
{
    build_at(to, opened - 4, to->len - opened, 4);
}

static void
text(GByteArray *to, guint type, const char *words)
{
    gsize opened = open_record(to, 0, type);
    if (type == 0xFA8)
        build_bytes(to, words, strlen(words));
    else
        build_wide(to, words);
    close_record(to, opened);
}

/* A slide, note or master with one text in it. */
static gsize
page(GByteArray *to, guint type, const char *words)
{
    gsize at = to->len, opened = open_record(to, 15, type);
    text(to, 0xFA0, words);
    close_record(to, opened);
    return at;
}

static gsize
document(GByteArray *to)
{
    gsize at = to->len, opened = open_record(to, 15, 0x3E8);
    gsize masters = open_record(to, 0x1F, 0xFF0);
    text(to, 0xFA8, "Click to edit");
    close_record(to, masters);
    gsize slides = open_record(to, 0x0F, 0xFF0);
    text(to, 0xFA8, "Outline");
    close_record(to, slides);
    gsize footers = open_record(to, 0x3F, 0xFD9);
    text(to, 0xFBA, "Oakfield");
    close_record(to, footers);
    text(to, 0xFBA, "a name of a thing");
    close_record(to, opened);
    return at;
}

/* An edit with the places of its objects, whose numbers begin with @first. */
static gsize
edit(GByteArray *to, gsize before, guint first, const gsize *places, guint count)
{
    gsize list = to->len, opened = open_record(to, 0, 0x1772);
    build_le(to, first | count << 20, 4);
    for (guint i = 0; i < count; i++)
        build_le(to, places[i], 4);
    close_record(to, opened);
    gsize at = to->len;
    opened = open_record(to, 0, 0xFF5);
    build_zeros(to, 28);
    build_at(to, opened + 8, before, 4);
    build_at(to, opened + 12, list, 4);
    close_record(to, opened);
    return at;
}

static char *
inspect_slides(const GByteArray *stream, guint32 token, gsize current)
{
    g_autoptr(GByteArray) user = g_byte_array_new();
    build_zeros(user, 12);
    build_le(user, token, 4);
    build_le(user, current, 4);
    const BuiltStream streams[] = {{"PowerPoint Document", stream->data, stream->len},
                                   {"Current User", user->data, user->len}};
    return inspect_compound(streams, G_N_ELEMENTS(streams));
}

#define PLAIN 0xE391C05FU
#define SEALED 0xF3D1C4DFU

static void
test_text(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    gsize places[4] = {document(stream), page(stream, 0x3EE, "Slide\rtwo"), page(stream, 0x3F0, "Notes")};
    page(stream, 0x3EE, "an older slide");
    gsize current = edit(stream, 0, 1, places, 3);
    g_autofree char *dump = inspect_slides(stream, PLAIN, current);
    assert_found(dump, "application/vnd.ms-powerpoint no unreadable=- suspicious=-\nOutline\nOakfield\n\nSlide\ntwo\n\n"
                       "Notes\n");
    assert_missing(dump, "Click to edit");
    assert_missing(dump, "a name of a thing");
    assert_missing(dump, "an older slide");
    g_autofree char *damaged = inspect_slides(stream, PLAIN, current + 1);
    assert_found(damaged, "an older slide"); /* who knows */
}

/* A later edit says where an object is now. */
static void
test_edits(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    gsize places[2] = {document(stream), page(stream, 0x3EE, "before")};
    gsize first = edit(stream, 0, 1, places, 2);
    gsize now = page(stream, 0x3EE, "after");
    gsize last = edit(stream, first, 2, &now, 1);
    g_autofree char *dump = inspect_slides(stream, PLAIN, last);
    assert_found(dump, "after");
    assert_missing(dump, "before");
}

static void
test_master(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    document(stream);
    gsize master = open_record(stream, 15, 0x3F8);
    for (guint i = 0; i < 2; i++) {
        gsize shape = open_record(stream, 15, 0xF004), data = open_record(stream, 15, 0xF011);
        close_record(stream, open_record(stream, 0, i == 0 ? 0xBC3 : 0xBC4));
        close_record(stream, data);
        text(stream, 0xFA0, i == 0 ? "Master title" : "Oakfield School");
        close_record(stream, shape);
    }
    close_record(stream, master);
    g_autofree char *dump = inspect_slides(stream, PLAIN, 0);
    assert_found(dump, "Oakfield School");
    assert_missing(dump, "Master title");
}

static void
test_sealed(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    document(stream);
    g_autofree char *token = inspect_slides(stream, SEALED, 0);
    assert_found(token, "application/vnd.ms-powerpoint yes unreadable=encrypted");
    const BuiltStream streams[] = {{"PowerPoint Document", stream->data, stream->len}, {"EncryptedSummary", "x", 1}};
    g_autofree char *summary = inspect_compound(streams, G_N_ELEMENTS(streams));
    assert_found(summary, "application/vnd.ms-powerpoint yes unreadable=encrypted");
    assert_missing(summary, "Outline");
}

/* Every object is sealed by itself, with its number in the key. */
static char *
sealed_with(const char *password)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    gsize places[3] = {document(stream), page(stream, 0x3EE, "seen by all"), 0};
    gsize end = stream->len;
    build_rc4(password, 1, stream->data + places[0], places[1] - places[0]);
    build_rc4(password, 2, stream->data + places[1], end - places[1]);
    places[2] = stream->len;
    gsize session = open_record(stream, 15, 0x2F14);
    build_rc4_header(stream, password);
    close_record(stream, session);
    gsize current = edit(stream, 0, 1, places, 3);
    build_at(stream, current + 4, 32, 4);
    build_le(stream, 3, 4);
    return inspect_slides(stream, SEALED, current);
}

static void
test_own_password(G_GNUC_UNUSED void **state)
{
    g_autofree char *open = sealed_with("/01Hannes Ruescher/01");
    assert_found(open, "application/vnd.ms-powerpoint default-password unreadable=-");
    assert_found(open, "seen by all");
    g_autofree char *sealed = sealed_with("a word of their own");
    assert_found(sealed, "application/vnd.ms-powerpoint yes unreadable=encrypted");
}

static void
test_object(G_GNUC_UNUSED void **state)
{
    const char *inner = "{\\rtf1 inside the object\\par}";
    guint8 packed[256];
    gsize read = 0, written = 0;
    g_autoptr(GZlibCompressor) deflate = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
    assert_int_equal(g_converter_convert(G_CONVERTER(deflate), inner, strlen(inner), packed, sizeof packed,
                                         G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                     G_CONVERTER_FINISHED);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    document(stream);
    gsize object = open_record(stream, 0x10, 0x1011);
    build_le(stream, strlen(inner), 4);
    build_bytes(stream, packed, written);
    close_record(stream, object);
    gsize macros = open_record(stream, 2, 0x400);
    build_le(stream, 1, 4);
    build_le(stream, 1, 4);
    close_record(stream, macros);
    g_autofree char *dump = inspect_slides(stream, PLAIN, 0);
    assert_found(dump, "[object] application/rtf no");
    assert_found(dump, "inside the object");
    assert_found(dump, "suspicious=macros");
}

static void
test_powerpoint_95(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    build_bytes(stream, "\1\0\0\0\7\0\0\0whatever", 16);
    g_autofree char *dump = inspect_slides(stream, 0, 0);
    assert_found(dump, "unreadable=a format that cannot be read");
}

static void
test_depth(G_GNUC_UNUSED void **state)
{
    for (gsize depth = RECORD_DEPTH_MAX - 1; depth <= RECORD_DEPTH_MAX + 1; depth++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        g_autoptr(GArray) opened = g_array_new(FALSE, FALSE, sizeof(gsize));
        for (gsize i = 1; i < depth; i++) {
            gsize record = open_record(stream, 15, 0x3E8);
            g_array_append_val(opened, record);
        }
        text(stream, 0xFA0, "deep");
        for (guint i = opened->len; i > 0; i--)
            close_record(stream, g_array_index(opened, gsize, i - 1));
        g_autofree char *dump = inspect_slides(stream, PLAIN, 0);
        if (depth <= RECORD_DEPTH_MAX)
            assert_found(dump, "unreadable=- suspicious=-\ndeep");
        else
            assert_found(dump, "unreadable=records are nested too deeply");
    }
}

/* With more edits than the limit, everything is read: nobody knows what is current. */
static void
test_edit_count(G_GNUC_UNUSED void **state)
{
    for (guint count = EDITS_MAX - 1; count <= EDITS_MAX + 1; count++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        gsize place = document(stream), last = 0;
        page(stream, 0x3EE, "replaced");
        for (guint i = 0; i < count; i++)
            last = edit(stream, last, 1, &place, 1);
        g_autofree char *dump = inspect_slides(stream, PLAIN, last);
        if (count <= EDITS_MAX)
            assert_missing(dump, "replaced");
        else
            assert_found(dump, "replaced");
    }
}

/* With more objects than the limit, the same. */
static void
test_object_count(G_GNUC_UNUSED void **state)
{
    for (guint count = OBJECTS_MAX - 1; count <= OBJECTS_MAX + 1; count++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        gsize at = document(stream), last = page(stream, 0x3EE, "the last"), first = 0;
        page(stream, 0x3EE, "replaced");
        gsize records = stream->len, opened = open_record(stream, 0, 0x1772);
        for (guint done = 0; done < count; done += 4000) {
            guint here = MIN(4000, count - done);
            build_le(stream, done | here << 20, 4);
            for (guint i = 0; i < here; i++)
                build_le(stream, done + i + 1 == count ? last : at, 4);
        }
        close_record(stream, opened);
        first = stream->len;
        opened = open_record(stream, 0, 0xFF5);
        build_zeros(stream, 28);
        build_at(stream, opened + 12, records, 4);
        close_record(stream, opened);
        g_autofree char *dump = inspect_slides(stream, PLAIN, first);
        assert_found(dump, "the last");
        if (count <= OBJECTS_MAX)
            assert_missing(dump, "replaced");
        else
            assert_found(dump, "replaced");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),          cmocka_unit_test(test_edits),        cmocka_unit_test(test_master),
        cmocka_unit_test(test_sealed),        cmocka_unit_test(test_own_password), cmocka_unit_test(test_object),
        cmocka_unit_test(test_powerpoint_95), cmocka_unit_test(test_depth),        cmocka_unit_test(test_edit_count),
        cmocka_unit_test(test_object_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
