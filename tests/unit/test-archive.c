/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives of every kind, sealed and plain, nested, damaged, and larger than they may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <zlib.h>

#include "message/message.h"
#include "tests/unit/archive_fixture.h"
#include "tests/unit/inspect_fixture.h"

#define LIST "Surname,UPN\nJones,H801200001001\nPrice,G801200001019\n"

static const ArchiveMember two[] = {{"notes/Year 6.csv", LIST, 0}, {"hello.txt", "Good morning", 0}, {NULL, NULL, 0}};
static const ArchiveMember one[] = {{"list.csv", LIST, 0}, {NULL, NULL, 0}};

static ExeatInspected *
inspect(const GByteArray *bytes, const char *name, const ExeatInspectLimits *limits)
{
    const guint8 *data = bytes->data != NULL ? bytes->data : (const guint8 *)"";
    const ExeatFile file = {.name = name, .data = data, .length = bytes->len};
    return exeat_inspect(&file, limits);
}

/* Fails where there is none. */
static const ExeatPart *
part_at(const ExeatInspected *inspected, const char *path)
{
    for (guint i = 0; i < inspected->parts->len; i++) {
        const ExeatPart *part = inspected->parts->pdata[i];
        if (strcmp(part->path, path) == 0)
            return part;
    }
    fail_msg("no part %s", path);
    return inspected->parts->pdata[0];
}

static const char *
text_at(const ExeatInspected *inspected, const char *path)
{
    for (guint i = 0; i < inspected->texts->len; i++) {
        const ExeatText *text = inspected->texts->pdata[i];
        if (text->zone == EXEAT_ZONE_ATTACHMENT && strcmp(text->part->path, path) == 0)
            return text->text;
    }
    return NULL;
}

static void
test_formats(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name, *format, *filter, *type;
    } rows[] = {
        {"a.zip", "zip", NULL, "application/zip"},          {"a.7z", "7zip", NULL, "application/x-7z-compressed"},
        {"a.tar", "ustar", NULL, "application/x-tar"},      {"a.tar", "v7tar", NULL, "application/x-tar"},
        {"a.tar", "pax", NULL, "application/x-tar"},        {"a.tgz", "ustar", "gzip", "application/gzip"},
        {"a.tbz", "ustar", "bzip2", "application/x-bzip2"}, {"a.txz", "ustar", "xz", "application/x-xz"},
        {"a.tzst", "ustar", "zstd", "application/zstd"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = archive_make(rows[i].format, rows[i].filter, NULL, two);
        g_autoptr(ExeatInspected) inspected = inspect(bytes, rows[i].name, NULL);
        const ExeatPart *whole = inspected->parts->pdata[0];
        const char *list = text_at(inspected, "notes/Year 6.csv"), *hello = text_at(inspected, "hello.txt");
        if (g_strcmp0(whole->actual_type, rows[i].type) != 0 || whole->encryption != EXEAT_ENCRYPTION_NO ||
            whole->unreadable != NULL || list == NULL || strstr(list, "H801200001001") == NULL || hello == NULL) {
            g_autofree char *dump = inspect_dump(inspected);
            fail_msg("%s %s: %s", rows[i].format, rows[i].filter, dump);
        }
    }
}

/* Names inside are read too, and what was packed alone is named after its wrapping. */
static void
test_names(G_GNUC_UNUSED void **state)
{
    static const ArchiveMember raw[] = {{"-", LIST, 0}, {NULL, NULL, 0}};
    g_autoptr(GByteArray) packed = archive_make("raw", "gzip", NULL, raw);
    g_autoptr(ExeatInspected) inspected = inspect(packed, "class list.csv.gz", NULL);
    assert_non_null(text_at(inspected, "class list.csv"));
    g_autoptr(GByteArray) zip = archive_make("zip", NULL, NULL, two);
    g_autoptr(ExeatInspected) named = inspect(zip, "a.zip", NULL);
    bool found = false;
    for (guint i = 0; i < named->texts->len; i++) {
        const ExeatText *text = named->texts->pdata[i];
        found = found || (text->zone == EXEAT_ZONE_FILE_NAME && strcmp(text->text, "Year 6.csv") == 0);
    }
    assert_true(found);
}

/* Zeros at the beginning are the end of a tar; what follows them is read for all that. */
static void
test_packed_zeros(G_GNUC_UNUSED void **state)
{
    gsize length = 2048 + strlen(LIST);
    g_autofree char *data = g_malloc0(length);
    memcpy(data + 2048, LIST, strlen(LIST));
    const ArchiveMember raw[] = {{"-", data, length}, {NULL, NULL, 0}};
    g_autoptr(GByteArray) packed = archive_make("raw", "gzip", NULL, raw);
    g_autoptr(ExeatInspected) inspected = inspect(packed, "odd.bin.gz", NULL);
    assert_string_equal(part_at(inspected, "odd.bin")->unreadable, "a format that cannot be read");
}

static void
test_sealed_zip(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *options;
        ExeatEncryption want;
    } rows[] = {{"zip:encryption=aes256", EXEAT_ENCRYPTION_YES},
                {"zip:encryption=aes128", EXEAT_ENCRYPTION_YES},
                {"zip:encryption=traditional", EXEAT_ENCRYPTION_WEAK}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = archive_make("zip", NULL, rows[i].options, one);
        g_autoptr(ExeatInspected) inspected = inspect(bytes, "a.zip", NULL);
        const ExeatPart *whole = inspected->parts->pdata[0], *member = part_at(inspected, "list.csv");
        assert_int_equal(whole->encryption, rows[i].want);
        assert_null(whole->unreadable);
        assert_int_equal(member->encryption, rows[i].want);
        assert_null(text_at(inspected, "list.csv"));
    }
}

/* The bit of one member turned on by hand: the other member makes the archive plain, and is read. */
static void
test_mixed_zip(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) bytes = archive_make("zip", NULL, NULL, two);
    guint8 *central = memmem(bytes->data, bytes->len, "PK\x01\x02", 4);
    central[8] |= 1;
    bytes->data[6] |= 1;
    g_autoptr(ExeatInspected) inspected = inspect(bytes, "a.zip", NULL);
    assert_int_equal(((const ExeatPart *)inspected->parts->pdata[0])->encryption, EXEAT_ENCRYPTION_PARTIAL);
    assert_int_equal(part_at(inspected, "notes/Year 6.csv")->encryption, EXEAT_ENCRYPTION_WEAK);
    assert_string_equal(text_at(inspected, "hello.txt"), "Good morning");
}

/* The local header says "encrypted", the directory does not: an unpacker would ask for a password. */
static void
test_zip_that_contradicts_itself(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) sealed = archive_make("zip", NULL, NULL, one);
    sealed->data[6] |= 1;
    g_autoptr(ExeatInspected) inspected = inspect(sealed, "a.zip", NULL);
    assert_int_equal(((const ExeatPart *)inspected->parts->pdata[0])->encryption, EXEAT_ENCRYPTION_WEAK);
    g_autoptr(GByteArray) renamed = archive_make("zip", NULL, NULL, one);
    guint8 *central = memmem(renamed->data, renamed->len, "PK\x01\x02", 4);
    central[46] = 'm'; /* another name than the local header's */
    g_autoptr(ExeatInspected) odd = inspect(renamed, "a.zip", NULL);
    assert_string_equal(((const ExeatPart *)odd->parts->pdata[0])->unreadable, "its directory contradicts its members");
}

static void
test_nests(G_GNUC_UNUSED void **state)
{
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    g_autoptr(GByteArray) bytes = archive_make("zip", NULL, NULL, one);
    for (guint i = 0; i < 4; i++) {
        const ArchiveMember outer[] = {{"inner.zip", (const char *)bytes->data, bytes->len}, {NULL, NULL, 0}};
        GByteArray *next = archive_make("zip", NULL, NULL, outer);
        g_byte_array_unref(bytes);
        bytes = next;
    }
    /* five archives and a file in them: six deep */
    for (limits.depth = 5; limits.depth <= 7; limits.depth++) {
        g_autoptr(ExeatInspected) inspected = inspect(bytes, "a.zip", &limits);
        const char *text = text_at(inspected, "inner.zip/inner.zip/inner.zip/inner.zip/list.csv");
        const ExeatPart *last = part_at(inspected, "inner.zip/inner.zip/inner.zip/inner.zip");
        assert_int_equal(text != NULL, limits.depth >= 6);
        assert_int_equal(last->unreadable != NULL, limits.depth < 6);
    }
}

static void
test_member_limit(G_GNUC_UNUSED void **state)
{
    g_autoptr(GByteArray) bytes = archive_make("ustar", NULL, NULL, two);
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    for (limits.members = 1; limits.members <= 3; limits.members++) {
        g_autoptr(ExeatInspected) inspected = inspect(bytes, "a.tar", &limits);
        const ExeatPart *whole = inspected->parts->pdata[0];
        assert_int_equal(g_strcmp0(whole->unreadable, "holds more files than the limit") == 0, limits.members < 2);
    }
}

static void
test_size_limits(G_GNUC_UNUSED void **state)
{
    g_autofree char *long_text = g_strnfill(100000, 'a');
    const ArchiveMember members[] = {{"long.txt", long_text, 0}, {NULL, NULL, 0}};
    g_autoptr(GByteArray) zip = archive_make("zip", NULL, NULL, members);
    g_autoptr(GByteArray) tar = archive_make("ustar", "gzip", NULL, members);
    const struct {
        const char *name;
        GByteArray *bytes;
        gsize member_bytes, total_bytes;
        bool want;
    } rows[] = {
        {"member N + 1", zip, 100001, 1000000, true},
        {"member N", zip, 100000, 1000000, true},
        {"member N - 1", zip, 99999, 1000000, false},
        {"total N + 1", zip, 100000, 100001, true},
        {"total N", zip, 100000, 100000, true},
        {"total N - 1", zip, 100000, 99999, false},
        {"tar, member N - 1", tar, 99999, 1000000, false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatInspectLimits limits = exeat_inspect_default_limits;
        limits.member_bytes = rows[i].member_bytes;
        limits.total_bytes = rows[i].total_bytes;
        g_autoptr(ExeatInspected) inspected = inspect(rows[i].bytes, "a", &limits);
        const ExeatPart *whole = inspected->parts->pdata[0];
        if ((text_at(inspected, "long.txt") != NULL) != rows[i].want || (whole->unreadable == NULL) != rows[i].want)
            fail_msg("%s: %s", rows[i].name, whole->unreadable);
    }
}

/* Ten megabytes of nothing are a few kilobytes: no honest file. */
static void
test_ratio(G_GNUC_UNUSED void **state)
{
    gsize length = 10 * 1024 * 1024;
    g_autofree char *zeros = g_malloc0(length);
    const ArchiveMember members[] = {{"zeros", zeros, length}, {NULL, NULL, 0}};
    static const char *const rows[][2] = {{"zip", NULL}, {"ustar", "gzip"}, {"ustar", "bzip2"}, {"7zip", NULL}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = archive_make(rows[i][0], rows[i][1], NULL, members);
        g_autoptr(ExeatInspected) inspected = inspect(bytes, "a", NULL);
        const ExeatPart *whole = inspected->parts->pdata[0];
        assert_string_equal(whole->unreadable, "unpacks to far more than its size");
    }
}

/* --- RAR, which nothing free writes --- */

static void
put_number(GByteArray *out, guint64 number)
{
    do {
        guint8 byte = (guint8)((number & 0x7F) | (number > 0x7F ? 0x80 : 0));
        g_byte_array_append(out, &byte, 1);
        number >>= 7;
    } while (number > 0);
}

static void
put_block(GByteArray *out, const GByteArray *body)
{
    g_autoptr(GByteArray) sized = g_byte_array_new();
    put_number(sized, body->len);
    g_byte_array_append(sized, body->data, body->len);
    guint32 sum = (guint32)crc32(0, sized->data, sized->len);
    const guint8 bytes[] = {(guint8)sum, (guint8)(sum >> 8), (guint8)(sum >> 16), (guint8)(sum >> 24)};
    g_byte_array_append(out, bytes, 4);
    g_byte_array_append(out, sized->data, sized->len);
}

static void
put_numbers(GByteArray *out, const guint64 *numbers, gsize count)
{
    for (gsize i = 0; i < count; i++)
        put_number(out, numbers[i]);
}

/* A stored member; @sealed: with the record that says that it is encrypted. */
static void
put_rar5_member(GByteArray *out, const char *name, const char *text, bool sealed)
{
    static const guint8 record[] = {2, 1, 0}; /* two bytes, type 1: encryption */
    gsize length = strlen(text);
    g_autoptr(GByteArray) body = g_byte_array_new();
    const guint64 head[] = {2, sealed ? 3 : 2};
    put_numbers(body, head, 2);
    if (sealed)
        put_number(body, sizeof record);
    const guint64 rest[] = {length, 0, length, 0, 0, 1, strlen(name)};
    put_numbers(body, rest, G_N_ELEMENTS(rest));
    g_byte_array_append(body, (const guint8 *)name, (guint)strlen(name));
    if (sealed)
        g_byte_array_append(body, record, sizeof record);
    put_block(out, body);
    g_byte_array_append(out, (const guint8 *)text, (guint)length);
}

static GByteArray *
make_rar5(bool first_sealed, bool second_sealed, bool hidden)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const guint8 *)"Rar!\x1A\x07\x01\x00", 8);
    static const guint64 main_header[] = {1, 0, 0}, encryption[] = {4, 0, 0, 0, 15}, end[] = {5, 0, 0};
    g_autoptr(GByteArray) block = g_byte_array_new();
    put_numbers(block, hidden ? encryption : main_header, hidden ? 5 : 3);
    put_block(out, block);
    put_rar5_member(out, "first.csv", LIST, first_sealed);
    put_rar5_member(out, "second.txt", "Good morning", second_sealed);
    g_autoptr(GByteArray) last = g_byte_array_new();
    put_numbers(last, end, 3);
    put_block(out, last);
    return out;
}

static void
test_rar5(G_GNUC_UNUSED void **state)
{
    static const struct {
        bool first, second, hidden;
        ExeatEncryption want;
        bool first_read, second_read;
    } rows[] = {{false, false, false, EXEAT_ENCRYPTION_NO, true, true},
                {true, true, false, EXEAT_ENCRYPTION_YES, false, false},
                {true, false, false, EXEAT_ENCRYPTION_PARTIAL, false, true},
                {false, true, false, EXEAT_ENCRYPTION_PARTIAL, true, false},
                {false, false, true, EXEAT_ENCRYPTION_YES, false, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = make_rar5(rows[i].first, rows[i].second, rows[i].hidden);
        g_autoptr(ExeatInspected) inspected = inspect(bytes, "a.rar", NULL);
        const ExeatPart *whole = inspected->parts->pdata[0];
        if (whole->encryption != rows[i].want || (text_at(inspected, "first.csv") != NULL) != rows[i].first_read ||
            (text_at(inspected, "second.txt") != NULL) != rows[i].second_read) {
            g_autofree char *dump = inspect_dump(inspected);
            fail_msg("row %zu: %s", i, dump);
        }
    }
}

/* Each archive cut at every 7th byte and with every 5th byte turned: an answer each, whatever it says. */
static void
test_damaged(G_GNUC_UNUSED void **state)
{
    GByteArray *archives[] = {archive_make("zip", NULL, NULL, two), archive_make("7zip", NULL, NULL, two),
                              archive_make("ustar", "gzip", NULL, two), make_rar5(true, false, false)};
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    limits.total_bytes = 16 * 1024 * 1024;
    for (gsize i = 0; i < G_N_ELEMENTS(archives); i++) {
        for (guint cut = 0; cut < archives[i]->len; cut += 7) {
            g_autoptr(GByteArray) copy = g_byte_array_new();
            g_byte_array_append(copy, archives[i]->data, cut);
            g_autoptr(ExeatInspected) inspected = inspect(copy, "a", &limits);
            assert_true(inspected->parts->len > 0);
        }
        for (guint at = 0; at < archives[i]->len; at += 5) {
            g_autoptr(GByteArray) copy = g_byte_array_new();
            g_byte_array_append(copy, archives[i]->data, archives[i]->len);
            copy->data[at] ^= 0xFF;
            g_autoptr(ExeatInspected) inspected = inspect(copy, "a", &limits);
            assert_true(inspected->parts->len > 0);
        }
        g_byte_array_unref(archives[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),      cmocka_unit_test(test_names),
        cmocka_unit_test(test_packed_zeros), cmocka_unit_test(test_sealed_zip),
        cmocka_unit_test(test_mixed_zip),    cmocka_unit_test(test_zip_that_contradicts_itself),
        cmocka_unit_test(test_nests),        cmocka_unit_test(test_member_limit),
        cmocka_unit_test(test_size_limits),  cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_rar5),         cmocka_unit_test(test_damaged),
    };
    exeat_message_library_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
