/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents as the sandboxed process reads them. Asserts that
 *   - whatever was in the file, the answer is one that the gate takes from an honest process: valid UTF-8, cells in
 *     order and inside the text, no more parts, text and cells than the limits;
 *   - no text and no cell lies outside of the parts that are told of.
 *
 * An input that begins with "Z" is members of a ZIP, each "name", a line feed, content, and the line "%%" behind it: so
 * that mutations reach the XML. Any other is the file itself, without its first byte.
 */
#include "message/inspect/inspection.h"
#include "message/inspect/wire.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT (128 * 1024)
#define SEPARATOR "\n%%\n"
#define NAME_BYTES 200

static const ExeatInspectLimits limits = {.depth = 4,
                                          .members = 60,
                                          .member_bytes = 1024 * 1024,
                                          .total_bytes = 4 * 1024 * 1024,
                                          .ratio = 200,
                                          .ratio_from = 64 * 1024,
                                          .text_bytes = 64 * 1024,
                                          .total_text_bytes = 128 * 1024,
                                          .cells = 500,
                                          .milliseconds = 5000};

static void
put16(GByteArray *bytes, guint number)
{
    const guint8 le[] = {(guint8)number, (guint8)(number >> 8)};
    g_byte_array_append(bytes, le, sizeof le);
}

static void
put32(GByteArray *bytes, guint number)
{
    put16(bytes, number & 0xFFFF);
    put16(bytes, number >> 16);
}

/* The fields that a local header (APPNOTE 4.3.7) and the directory (4.3.12) have alike: stored, without a checksum. */
static void
put_common(GByteArray *bytes, guint size, guint name)
{
    put16(bytes, 20);
    put32(bytes, 0);
    put32(bytes, 0);
    put32(bytes, 0);
    put32(bytes, size);
    put32(bytes, size);
    put16(bytes, name);
    put16(bytes, 0);
}

static void
put_member(GByteArray *zip, GByteArray *directory, const char *member, gsize length)
{
    const char *line = memchr(member, '\n', length);
    guint name = (guint)MIN(line != NULL ? (gsize)(line - member) : length, NAME_BYTES), offset = zip->len;
    gsize begin = line != NULL ? (gsize)(line - member) + 1 : length;
    guint size = (guint)(length - begin);
    g_byte_array_append(zip, (const guint8 *)"PK\x03\x04", 4);
    put_common(zip, size, name);
    g_byte_array_append(zip, (const guint8 *)member, name);
    g_byte_array_append(zip, (const guint8 *)member + begin, size);
    g_byte_array_append(directory, (const guint8 *)"PK\x01\x02", 4);
    put16(directory, 20);
    put_common(directory, size, name);
    put32(directory, 0);
    put16(directory, 0);
    put32(directory, 0);
    put32(directory, offset);
    g_byte_array_append(directory, (const guint8 *)member, name);
}

static GByteArray *
make_zip(const char *data, gsize size)
{
    GByteArray *zip = g_byte_array_new();
    g_autoptr(GByteArray) directory = g_byte_array_new();
    guint count = 0;
    for (gsize at = 0; at < size; count++) {
        const char *end = memmem(data + at, size - at, SEPARATOR, strlen(SEPARATOR));
        gsize length = end != NULL ? (gsize)(end - data) - at : size - at;
        put_member(zip, directory, data + at, length);
        at += length + (end != NULL ? strlen(SEPARATOR) : 0);
    }
    guint offset = zip->len;
    g_byte_array_append(zip, directory->data, directory->len);
    g_byte_array_append(zip, (const guint8 *)"PK\x05\x06", 4);
    put32(zip, 0);
    put16(zip, count);
    put16(zip, count);
    put32(zip, directory->len);
    put32(zip, offset);
    put16(zip, 0);
    return zip;
}

static void
check_answer(const ExeatInspected *inspected)
{
    g_autoptr(ExeatInspected) again = NULL;
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(inspected);
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    fuzz_assert(size <= exeat_wire_answer_bytes(&limits));
    fuzz_assert(exeat_wire_read_answer(data, size, &limits, &again, NULL));
    fuzz_assert(again->parts->len == inspected->parts->len && again->texts->len == inspected->texts->len);
    for (guint i = 0; i < inspected->texts->len; i++) {
        const ExeatText *text = inspected->texts->pdata[i];
        fuzz_assert(g_utf8_validate(text->text, (gssize)text->length, NULL));
        fuzz_assert(g_ptr_array_find(inspected->parts, text->part, NULL));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > SIZE_MAX_INPUT)
        return 0;
    g_autoptr(GByteArray) zip = data[0] == 'Z' ? make_zip((const char *)data + 1, size - 1) : NULL;
    const ExeatFile file = {
        .name = "file", .data = zip != NULL ? zip->data : data + 1, .length = zip != NULL ? zip->len : size - 1};
    g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, &limits);
    check_answer(inspected);
    return 0;
}
