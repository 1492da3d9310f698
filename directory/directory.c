/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directory as a snapshot: the file mapped read-only, checked once from end to end, then asked by any number of
 * threads. Lookups are one keyed hash and one short probe.
 *
 * It owns the mapping. It must not keep a name in clear. Hostile input: the file (everything in it is checked at open,
 * so that a lookup needs no bounds check of its own), and the words that are looked up.
 */
#include "directory/directory.h"

#include <errno.h>
#include <unistd.h>

#include "base/error.h"
#include "directory/format-private.h"
#include "directory/lookup.h"
#include "directory/siphash.h"

struct ExeatDirectory {
    gatomicrefcount references;
    GMappedFile *file; /* NULL for the empty one */
    ExeatFormatKeys keys;
    const ExeatFormatHeader *header;
    const ExeatPerson *persons;
    gsize persons_count;
    const ExeatPersonId *links;
    struct {
        const ExeatFormatSlot *slots;
        guint64 mask;
        const void *items;
    } tables[EXEAT_TABLE_COUNT];
    guint64 *seen;     /* a bit for each name that there is, by its hash: see directory_fill_seen() */
    guint64 seen_mask; /* of bit numbers */
};

/* --- opening ----------------------------------------------------------------------------------------------------- */

static bool
directory_damaged(const char *path, const char *what, GError **error)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "the directory %s is damaged (%s); import it again", path,
                what);
    return false;
}

static bool
directory_span_fits(const ExeatFormatSpan *span, gsize element, gsize file_size)
{
    return span->offset % 8 == 0 && span->offset >= sizeof(ExeatFormatHeader) && span->offset <= file_size &&
           span->count <= G_MAXUINT32 && span->count <= (file_size - span->offset) / element;
}

static bool
directory_check_header(const ExeatFormatHeader *header, gsize size, const ExeatFormatKeys *keys, const char *path,
                       GError **error)
{
    if (size < sizeof *header || memcmp(header->magic, EXEAT_FORMAT_MAGIC, sizeof header->magic) != 0)
        return directory_damaged(path, "no directory", error);
    if (header->version != EXEAT_FORMAT_VERSION || header->order != EXEAT_FORMAT_ORDER)
        return directory_damaged(path, "made by another version or on another machine", error);
    if (header->key_check != keys->check) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the directory %s was made with another key", path);
        return false;
    }
    if (header->file_size != size)
        return directory_damaged(path, "cut off", error);
    gsize covered = G_STRUCT_OFFSET(ExeatFormatHeader, file_size);
    if (exeat_siphash(&keys->seal, (const guint8 *)header + covered, size - covered) != header->seal)
        return directory_damaged(path, "checksum", error);

    bool fits = directory_span_fits(&header->persons, sizeof(ExeatPerson), size) &&
                header->persons.count <= EXEAT_DIRECTORY_MAX_PERSONS &&
                directory_span_fits(&header->links, sizeof(ExeatPersonId), size);
    for (guint i = 0; i < EXEAT_TABLE_COUNT && fits; i++) {
        guint64 slots = header->slots[i].count;
        fits = directory_span_fits(&header->slots[i], sizeof(ExeatFormatSlot), size) && slots >= 2 &&
               (slots & (slots - 1)) == 0 &&
               directory_span_fits(&header->items[i], exeat_format_item_size((ExeatFormatTable)i), size);
    }
    return fits || directory_damaged(path, "header", error);
}

static bool
directory_check_persons(const ExeatDirectory *directory)
{
    guint64 links = directory->header->links.count;
    for (gsize i = 0; i < directory->persons_count; i++) {
        const ExeatPerson *person = &directory->persons[i];
        if (person->role >= EXEAT_ROLE_COUNT || (guint64)person->links_start + person->links_count > links)
            return false;
    }
    for (guint64 i = 0; i < links; i++)
        if (directory->links[i] >= directory->persons_count)
            return false;
    return true;
}

/* Free slots must exist, or a probe would never end. */
static bool
directory_check_table(const ExeatDirectory *directory, ExeatFormatTable table)
{
    const ExeatFormatSlot *slots = directory->tables[table].slots;
    guint64 count = directory->header->slots[table].count;
    guint64 items = directory->header->items[table].count;
    guint64 used = 0;
    for (guint64 i = 0; i < count; i++) {
        if (slots[i].hash == 0)
            continue;
        used++;
        if ((guint64)slots[i].start + slots[i].count > items)
            return false;
    }
    if (used > count / 2)
        return false;

    for (guint64 i = 0; i < items; i++) {
        ExeatPersonId person = table == EXEAT_TABLE_NAMES
                                   ? ((const ExeatNameEntry *)directory->tables[table].items)[i].person
                                   : ((const ExeatPersonId *)directory->tables[table].items)[i];
        if (person >= directory->persons_count)
            return false;
    }
    return true;
}

static void
directory_attach(ExeatDirectory *directory, const ExeatFormatHeader *header)
{
    const guint8 *base = (const guint8 *)header;
    directory->header = header;
    directory->persons = (const void *)(base + header->persons.offset);
    directory->persons_count = header->persons.count;
    directory->links = (const void *)(base + header->links.offset);
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++) {
        directory->tables[i].slots = (const void *)(base + header->slots[i].offset);
        directory->tables[i].mask = header->slots[i].count - 1;
        directory->tables[i].items = base + header->items[i].offset;
    }
}

/* Eight bits a slot: of the words that nobody has, one in sixteen at most is looked up. */
#define SEEN_BITS_A_SLOT 8u

/*
 * Every word of every letter is asked for, and hardly any is a name. The table of a large trust lies in main memory,
 * where each question costs more than all other work on a word; this filter of it (a Bloom filter of one hash) stays in
 * the processor's cache.
 */
static void
directory_fill_seen(ExeatDirectory *directory)
{
    const ExeatFormatSlot *slots = directory->tables[EXEAT_TABLE_NAMES].slots;
    guint64 count = directory->header->slots[EXEAT_TABLE_NAMES].count;
    directory->seen = g_new0(guint64, MAX(count * SEEN_BITS_A_SLOT / 64, 1));
    directory->seen_mask = MAX(count * SEEN_BITS_A_SLOT, 64) - 1;
    for (guint64 i = 0; i < count; i++)
        if (slots[i].hash != 0)
            directory->seen[(slots[i].hash & directory->seen_mask) / 64] |= (guint64)1 << (slots[i].hash % 64);
}

static bool
directory_may_have(const ExeatDirectory *directory, guint64 hash)
{
    return (directory->seen[(hash & directory->seen_mask) / 64] & (guint64)1 << (hash % 64)) != 0;
}

bool
exeat_directory_open(const char *path, const ExeatDirectoryKey *key, ExeatDirectory **out_directory, GError **error)
{
    g_autoptr(GError) why = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    g_autoptr(GMappedFile) file = NULL;
    if (fd < 0)
        g_set_error_literal(&why, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, g_strerror(errno));
    else {
        file = g_mapped_file_new_from_fd(fd, FALSE, &why);
        close(fd);
    }
    if (file == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "cannot read the directory %s: %s", path,
                    why->message);
        return false;
    }

    g_autoptr(ExeatDirectory) directory = exeat_directory_new_empty();
    exeat_format_keys_derive(key, &directory->keys);
    const ExeatFormatHeader *header = (const void *)g_mapped_file_get_contents(file);
    gsize size = g_mapped_file_get_length(file);
    if (!directory_check_header(header, header != NULL ? size : 0, &directory->keys, path, error))
        return false;

    directory_attach(directory, header);
    directory->file = g_steal_pointer(&file);
    bool sound = directory_check_persons(directory);
    for (guint i = 0; i < EXEAT_TABLE_COUNT && sound; i++)
        sound = directory_check_table(directory, (ExeatFormatTable)i);
    if (!sound)
        return directory_damaged(path, "index", error);
    directory_fill_seen(directory);

    *out_directory = g_steal_pointer(&directory);
    return true;
}

ExeatDirectory *
exeat_directory_new_empty(void)
{
    static const ExeatFormatSlot nothing[1];
    ExeatDirectory *directory = g_new0(ExeatDirectory, 1);
    g_atomic_ref_count_init(&directory->references);
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        directory->tables[i].slots = nothing;
    return directory;
}

ExeatDirectory *
exeat_directory_ref(ExeatDirectory *directory)
{
    g_atomic_ref_count_inc(&directory->references);
    return directory;
}

void
exeat_directory_unref(ExeatDirectory *directory)
{
    if (directory == NULL || !g_atomic_ref_count_dec(&directory->references))
        return;
    if (directory->file != NULL)
        g_mapped_file_unref(directory->file);
    explicit_bzero(&directory->keys, sizeof directory->keys);
    g_free(directory->seen);
    g_free(directory);
}

/* --- people ------------------------------------------------------------------------------------------------------ */

gsize
exeat_directory_count(const ExeatDirectory *directory, ExeatRole role)
{
    if (directory->header == NULL || (guint)role >= EXEAT_ROLE_COUNT)
        return 0;
    return directory->header->roles[role];
}

gsize
exeat_directory_size(const ExeatDirectory *directory)
{
    return directory->persons_count;
}

const ExeatPerson *
exeat_directory_person(const ExeatDirectory *directory, ExeatPersonId id)
{
    return id < directory->persons_count ? &directory->persons[id] : NULL;
}

const ExeatPersonId *
exeat_directory_links(const ExeatDirectory *directory, ExeatPersonId id, gsize *out_count)
{
    const ExeatPerson *person = exeat_directory_person(directory, id);
    *out_count = person != NULL ? person->links_count : 0;
    return *out_count > 0 ? directory->links + person->links_start : NULL;
}

void
exeat_directory_stats(const ExeatDirectory *directory, ExeatDirectoryStats *out_stats)
{
    ExeatDirectoryStats stats = {0};
    const ExeatFormatHeader *header = directory->header;
    if (header != NULL) {
        for (guint i = 0; i < EXEAT_ROLE_COUNT; i++)
            stats.roles[i] = header->roles[i];
        stats.names = header->names;
        stats.addresses = header->addresses;
        stats.facts = header->facts;
        stats.sources = header->sources;
        stats.created = header->created;
    }
    *out_stats = stats;
}

/* --- lookups ----------------------------------------------------------------------------------------------------- */

static const ExeatFormatSlot *
directory_probe(const ExeatDirectory *directory, ExeatFormatTable table, guint64 hash)
{
    const ExeatFormatSlot *slots = directory->tables[table].slots;
    guint64 mask = directory->tables[table].mask;
    for (guint64 at = hash & mask; slots[at].hash != 0; at = (at + 1) & mask)
        if (slots[at].hash == hash)
            return &slots[at];
    return NULL;
}

static const ExeatFormatSlot *
directory_find(const ExeatDirectory *directory, ExeatFormatTable table, const char *text, gsize length)
{
    if (directory->header == NULL || length == 0)
        return NULL;
    return directory_probe(directory, table, exeat_format_hash(&directory->keys, table, text, length));
}

gsize
exeat_directory_names_begin(const ExeatDirectory *directory, const char *folded, gsize length,
                            const ExeatNameEntry **out_entries, bool *out_begins)
{
    *out_begins = false;
    if (directory->header == NULL || length == 0)
        return 0;
    guint64 hash = exeat_format_hash(&directory->keys, EXEAT_TABLE_NAMES, folded, length);
    if (!directory_may_have(directory, hash))
        return 0;
    const ExeatFormatSlot *slot = directory_probe(directory, EXEAT_TABLE_NAMES, hash);
    *out_begins = slot != NULL && (slot->extra & EXEAT_FORMAT_BEGINS) != 0;
    if (slot == NULL || slot->count == 0)
        return 0;
    *out_entries = (const ExeatNameEntry *)directory->tables[EXEAT_TABLE_NAMES].items + slot->start;
    return slot->count;
}

gsize
exeat_directory_names(const ExeatDirectory *directory, const char *folded, gsize length,
                      const ExeatNameEntry **out_entries)
{
    bool begins;
    return exeat_directory_names_begin(directory, folded, length, out_entries, &begins);
}

bool
exeat_directory_name_begins(const ExeatDirectory *directory, const char *folded, gsize length)
{
    const ExeatNameEntry *entries;
    bool begins;
    exeat_directory_names_begin(directory, folded, length, &entries, &begins);
    return begins;
}

static gsize
directory_people(const ExeatDirectory *directory, ExeatFormatTable table, const ExeatFormatSlot *slot,
                 const ExeatPersonId **out_people)
{
    if (slot == NULL || slot->count == 0)
        return 0;
    *out_people = (const ExeatPersonId *)directory->tables[table].items + slot->start;
    return slot->count;
}

gsize
exeat_directory_address_people(const ExeatDirectory *directory, const char *mailbox, const ExeatPersonId **out_people)
{
    const ExeatFormatSlot *slot = directory_find(directory, EXEAT_TABLE_ADDRESSES, mailbox, strlen(mailbox));
    return directory_people(directory, EXEAT_TABLE_ADDRESSES, slot, out_people);
}

bool
exeat_directory_address(const ExeatDirectory *directory, const char *mailbox, ExeatPersonId *out_person,
                        ExeatAddressUse *out_use)
{
    const ExeatFormatSlot *slot = directory_find(directory, EXEAT_TABLE_ADDRESSES, mailbox, strlen(mailbox));
    const ExeatPersonId *people;
    if (directory_people(directory, EXEAT_TABLE_ADDRESSES, slot, &people) == 0)
        return false;
    if (out_person != NULL)
        *out_person = people[0];
    if (out_use != NULL)
        *out_use = slot->extra == EXEAT_ADDRESS_SCHOOL ? EXEAT_ADDRESS_SCHOOL : EXEAT_ADDRESS_PRIVATE;
    return true;
}

gsize
exeat_directory_user_people(const ExeatDirectory *directory, const char *local, gsize length,
                            const ExeatPersonId **out_people)
{
    const ExeatFormatSlot *slot = directory_find(directory, EXEAT_TABLE_USERS, local, length);
    return directory_people(directory, EXEAT_TABLE_USERS, slot, out_people);
}

gsize
exeat_directory_fact_people(const ExeatDirectory *directory, ExeatFact fact, const char *value,
                            const ExeatPersonId **out_people)
{
    if (directory->header == NULL)
        return 0;
    guint64 hash = exeat_format_hash_fact(&directory->keys, fact, value);
    return directory_people(directory, EXEAT_TABLE_FACTS, directory_probe(directory, EXEAT_TABLE_FACTS, hash),
                            out_people);
}

ExeatPersonId
exeat_directory_fact_owner(const ExeatDirectory *directory, ExeatFact fact, const char *value)
{
    const ExeatPersonId *people;
    return exeat_directory_fact_people(directory, fact, value, &people) > 0 ? people[0] : EXEAT_NOBODY;
}

bool
exeat_directory_has_fact(const ExeatDirectory *directory, ExeatPersonId id, ExeatFact fact, const char *value)
{
    const ExeatPersonId *people;
    gsize low = 0;
    gsize high = exeat_directory_fact_people(directory, fact, value, &people);
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (people[middle] == id)
            return true;
        if (people[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool
exeat_directory_fact_known(const ExeatDirectory *directory, ExeatFact fact, const char *value)
{
    return exeat_directory_fact_owner(directory, fact, value) != EXEAT_NOBODY;
}
