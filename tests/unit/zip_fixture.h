/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZIP files that a test makes of strings, and what must and must not be found in them. */
#ifndef EXEAT_TESTS_UNIT_ZIP_FIXTURE_H
#define EXEAT_TESTS_UNIT_ZIP_FIXTURE_H

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "tests/unit/inspect_fixture.h"

typedef struct ZipMember {
    const char *name;
    const char *text;
    gsize length; /* 0: that of the string */
} ZipMember;

static inline void
zip_add(struct archive *archive, const ZipMember *member)
{
    gsize length = member->length > 0 ? member->length : strlen(member->text);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, member->name);
    archive_entry_set_size(entry, (la_int64_t)length);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_write_data(archive, member->text, length), ==, (gint64)length);
    archive_entry_free(entry);
}

/* All of @members, up to one without a name. (transfer full) */
static inline GByteArray *
zip_make(const ZipMember *members)
{
    gsize room = 4096, used = 0;
    for (const ZipMember *member = members; member->name != NULL; member++)
        room += 1024 + 2 * strlen(member->name) + (member->length > 0 ? member->length : strlen(member->text));
    guint8 *bytes = g_malloc(room);
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    archive_write_set_bytes_per_block(archive, 1);
    archive_write_set_bytes_in_last_block(archive, 1);
    g_assert_cmpint(archive_write_open_memory(archive, bytes, room, &used), ==, ARCHIVE_OK);
    for (const ZipMember *member = members; member->name != NULL; member++)
        zip_add(archive, member);
    g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
    archive_write_free(archive);
    return g_byte_array_new_take(bytes, used);
}

/* What an inspection of them says. (transfer full) */
static inline char *
zip_inspect(const ZipMember *members, const char *name)
{
    g_autoptr(GByteArray) bytes = zip_make(members);
    return inspect_bytes(bytes->data, bytes->len, name);
}

/* False, and says so, if a string of @wants is missing in @dump or one of @never is in it; NULL ends them. */
static inline bool
inspect_holds(const char *row, const char *dump, const char *const *wants, const char *const *never)
{
    bool holds = true;
    for (; *wants != NULL; wants++)
        if (strstr(dump, *wants) == NULL) {
            g_printerr("%s: no \"%s\" in:\n%s\n", row, *wants, dump);
            holds = false;
        }
    for (; *never != NULL; never++)
        if (strstr(dump, *never) != NULL) {
            g_printerr("%s: \"%s\" in:\n%s\n", row, *never, dump);
            holds = false;
        }
    return holds;
}

#endif
