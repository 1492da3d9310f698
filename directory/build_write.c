/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lays out what the builder gathered as the file that format-private.h describes, and puts it in place of the old one
 * in a single step.
 *
 * Threads: a builder belongs to one. Hostile input: none beyond the sizes, which are bounded.
 */
#include "directory/build-private.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "directory/siphash.h"

typedef struct BuildTable {
    GArray *slots; /* of ExeatFormatSlot */
    GByteArray *items;
    guint64 distinct;
} BuildTable;

static int
build_compare_records(gconstpointer one, gconstpointer other)
{
    const BuildRecord *a = one;
    const BuildRecord *b = other;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    return (a->extra > b->extra) - (a->extra < b->extra);
}

/* The strongest of several uses of one kind: in the records over nickname, whole over weak. */
static guint32
build_stronger(guint32 one, guint32 other)
{
    guint32 doubt = EXEAT_NAME_NICK | EXEAT_NAME_WEAK;
    if ((one & doubt) == 0 || (other & doubt) == 0)
        return one & ~doubt;
    return (one & EXEAT_NAME_WEAK) == 0 ? one : other;
}

static void
build_put_name(BuildTable *table, ExeatPersonId person, guint32 use)
{
    ExeatNameEntry entry = {.person = person, .use = use};
    if (use != 0)
        g_byte_array_append(table->items, (const guint8 *)&entry, sizeof entry);
}

/* Entries of one hash: per person at most one as a given and one as a family name. */
static void
build_put_names(BuildTable *table, const BuildRecord *records, guint count, ExeatFormatSlot *slot)
{
    for (guint i = 0; i < count;) {
        guint32 given = 0;
        guint32 family = 0;
        guint next = i;
        for (; next < count && records[next].person == records[i].person; next++) {
            guint32 use = records[next].extra;
            if (use == BUILD_BEGINS)
                slot->extra |= EXEAT_FORMAT_BEGINS;
            else if ((use & EXEAT_NAME_GIVEN) != 0)
                given = given != 0 ? build_stronger(given, use) : use;
            else
                family = family != 0 ? build_stronger(family, use) : use;
        }
        build_put_name(table, records[i].person, given);
        build_put_name(table, records[i].person, family);
        i = next;
    }
}

static void
build_put_people(BuildTable *table, const BuildRecord *records, guint count, ExeatFormatSlot *slot)
{
    slot->extra = records[0].extra;
    for (guint i = 0; i < count; i++)
        if (i == 0 || records[i].person != records[i - 1].person)
            g_byte_array_append(table->items, (const guint8 *)&records[i].person, sizeof records[i].person);
}

static void
build_table(ExeatDirectoryBuilder *builder, ExeatFormatTable which, BuildTable *table)
{
    GArray *records = builder->records[which];
    g_array_sort(records, build_compare_records);
    guint64 distinct = 0;
    for (guint i = 0; i < records->len; i++)
        distinct += i == 0 ||
                    g_array_index(records, BuildRecord, i).hash != g_array_index(records, BuildRecord, i - 1).hash;

    guint capacity = 2;
    while (capacity < 2 * distinct + 2)
        capacity *= 2;
    table->items = g_byte_array_new();
    table->slots = g_array_sized_new(FALSE, TRUE, sizeof(ExeatFormatSlot), capacity);
    g_array_set_size(table->slots, capacity);
    gsize item_size = exeat_format_item_size(which);
    for (guint i = 0; i < records->len;) {
        const BuildRecord *first = &g_array_index(records, BuildRecord, i);
        guint count = 1;
        while (i + count < records->len && first[count].hash == first->hash)
            count++;
        ExeatFormatSlot slot = {.hash = first->hash, .start = (guint32)(table->items->len / item_size)};
        if (which == EXEAT_TABLE_NAMES)
            build_put_names(table, first, count, &slot);
        else
            build_put_people(table, first, count, &slot);
        slot.count = (guint32)(table->items->len / item_size) - slot.start;
        table->distinct += slot.count > 0;

        guint at = (guint)(slot.hash & (capacity - 1));
        while (g_array_index(table->slots, ExeatFormatSlot, at).hash != 0)
            at = (at + 1) & (capacity - 1);
        g_array_index(table->slots, ExeatFormatSlot, at) = slot;
        i += count;
    }
}

static void
build_table_clear(BuildTable *table)
{
    g_clear_pointer(&table->slots, g_array_unref);
    g_clear_pointer(&table->items, g_byte_array_unref);
}

static int
build_compare_links(gconstpointer one, gconstpointer other)
{
    const BuildLink *a = one;
    const BuildLink *b = other;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/* Hands each person their slice of the list of links. */
static GArray *
build_links(ExeatDirectoryBuilder *builder)
{
    g_array_sort(builder->links, build_compare_links);
    GArray *flat = g_array_new(FALSE, FALSE, sizeof(ExeatPersonId));
    for (guint i = 0; i < builder->links->len; i++) {
        const BuildLink *link = &g_array_index(builder->links, BuildLink, i);
        if (i > 0 && link[-1].from == link->from && link[-1].to == link->to)
            continue;
        ExeatPerson *person = &g_array_index(builder->persons, ExeatPerson, link->from);
        if (person->links_count++ == 0)
            person->links_start = flat->len;
        g_array_append_val(flat, link->to);
    }
    return flat;
}

static ExeatFormatSpan
build_append(GByteArray *file, gconstpointer data, gsize count, gsize element)
{
    static const guint8 padding[8];
    if (file->len % 8 != 0)
        g_byte_array_append(file, padding, 8 - file->len % 8);
    ExeatFormatSpan span = {.offset = file->len, .count = count};
    if (count > 0)
        g_byte_array_append(file, data, (guint)(count * element));
    return span;
}

static GByteArray *
build_layout(ExeatDirectoryBuilder *builder, const BuildTable *tables, const GArray *links)
{
    ExeatFormatHeader header = {.version = EXEAT_FORMAT_VERSION, .order = EXEAT_FORMAT_ORDER};
    memcpy(header.magic, EXEAT_FORMAT_MAGIC, sizeof header.magic);
    header.key_check = builder->keys.check;
    header.created = g_get_real_time() / G_USEC_PER_SEC;
    header.sources = builder->sources;
    header.names = tables[EXEAT_TABLE_NAMES].distinct;
    header.addresses = tables[EXEAT_TABLE_ADDRESSES].distinct;
    header.facts = tables[EXEAT_TABLE_FACTS].distinct;
    for (guint i = 0; i < builder->persons->len; i++)
        header.roles[g_array_index(builder->persons, ExeatPerson, i).role]++;

    GByteArray *file = g_byte_array_new();
    g_byte_array_append(file, (const guint8 *)&header, sizeof header);
    header.persons = build_append(file, builder->persons->data, builder->persons->len, sizeof(ExeatPerson));
    header.links = build_append(file, links->data, links->len, sizeof(ExeatPersonId));
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++) {
        gsize item = exeat_format_item_size((ExeatFormatTable)i);
        header.slots[i] = build_append(file, tables[i].slots->data, tables[i].slots->len, sizeof(ExeatFormatSlot));
        header.items[i] = build_append(file, tables[i].items->data, tables[i].items->len / item, item);
    }
    header.file_size = file->len;
    memcpy(file->data, &header, sizeof header);
    gsize covered = G_STRUCT_OFFSET(ExeatFormatHeader, file_size);
    header.seal = exeat_siphash(&builder->keys.seal, file->data + covered, file->len - covered);
    memcpy(file->data, &header, sizeof header);
    return file;
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static bool
build_write_all(int fd, const guint8 *data, gsize length)
{
    while (length > 0) {
        ssize_t done = write(fd, data, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        data += done;
        length -= (gsize)done;
    }
    return true;
}

static bool
build_sync_parent(const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static bool
build_replace(const char *path, const GByteArray *file, GError **error)
{
    g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);
    int fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && build_write_all(fd, file->data, file->len) && fchmod(fd, 0640) == 0 && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (ok && !(rename(temporary, path) == 0 && build_sync_parent(path))) {
        ok = false;
        why = errno;
    }
    if (!ok) {
        if (fd >= 0)
            unlink(temporary);
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "cannot write the directory %s: %s", path,
                    g_strerror(why));
    }
    return ok;
}

static bool
build_is_too_big(const ExeatDirectoryBuilder *builder)
{
    /* The arrays are counted in 32 bits and the file is put together in one of them. */
    guint64 bytes = (guint64)builder->persons->len * sizeof(ExeatPerson) + (guint64)builder->links->len * 8;
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        bytes += (guint64)builder->records[i]->len * (4 * sizeof(ExeatFormatSlot) + sizeof(BuildRecord));
    return builder->persons->len > EXEAT_DIRECTORY_MAX_PERSONS || bytes > EXEAT_DIRECTORY_MAX_FILE;
}

bool
exeat_directory_builder_write(ExeatDirectoryBuilder *builder, const char *path, GError **error)
{
    if (build_is_too_big(builder)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "too many people for one directory (%u)",
                    builder->persons->len);
        return false;
    }
    exeat_build_households(builder);
    for (guint i = 0; i < builder->persons->len; i++)
        g_array_index(builder->persons, ExeatPerson, i).links_count = 0;
    g_autoptr(GArray) links = build_links(builder);
    BuildTable tables[EXEAT_TABLE_COUNT] = {0};
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        build_table(builder, (ExeatFormatTable)i, &tables[i]);
    g_autoptr(GByteArray) file = build_layout(builder, tables, links);
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        build_table_clear(&tables[i]);
    return build_replace(path, file, error);
}
