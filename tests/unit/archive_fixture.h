/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives for tests, written by libarchive into memory. */
#ifndef EXEAT_TESTS_UNIT_ARCHIVE_FIXTURE_H
#define EXEAT_TESTS_UNIT_ARCHIVE_FIXTURE_H

#include <archive.h>
#include <archive_entry.h>
#include <glib.h>
#include <string.h>

typedef struct ArchiveMember {
    const char *name;
    const char *text;
    gsize length; /* 0: that of the string */
} ArchiveMember;

static la_ssize_t
archive_fixture_write(G_GNUC_UNUSED struct archive *archive, void *data, const void *bytes, size_t length)
{
    g_byte_array_append(data, bytes, (guint)length);
    return (la_ssize_t)length;
}

/* @format, @filter and @options as libarchive calls them ("zip", NULL, "zip:encryption=aes256"); ended by a member
 * without a name. */
static inline GByteArray *
archive_make(const char *format, const char *filter, const char *options, const ArchiveMember *members)
{
    GByteArray *bytes = g_byte_array_new();
    struct archive *archive = archive_write_new();
    archive_write_set_format_by_name(archive, format);
    if (filter != NULL)
        archive_write_add_filter_by_name(archive, filter);
    if (options != NULL) {
        archive_write_set_options(archive, options);
        archive_write_set_passphrase(archive, "secret");
    }
    archive_write_set_bytes_in_last_block(archive, 1);
    archive_write_open2(archive, bytes, NULL, archive_fixture_write, NULL, NULL);
    for (; members->name != NULL; members++) {
        gsize length = members->length > 0 ? members->length : strlen(members->text);
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname_utf8(entry, members->name);
        archive_entry_set_size(entry, (la_int64_t)length);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0600);
        archive_write_header(archive, entry);
        archive_write_data(archive, members->text, length);
        archive_entry_free(entry);
    }
    archive_write_close(archive);
    archive_write_free(archive);
    return bytes;
}

#endif
