/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A directory file that was damaged, or forged by somebody who has the key: patches over a good one, cut or grown, with
 * its seal put right or not. Asserts that
 *   - it is refused with an error of ours, or every question to it has an answer that lies in the snapshot;
 *   - with a wrong seal any change is refused.
 *
 * First byte: bit 0, put the seal right; bit 1, the size changes by the next four bytes. Then patches.
 */
#include <glib/gstdio.h>

#include "base/error.h"
#include "directory/find.h"
#include "directory/format-private.h"
#include "directory/siphash.h"
#include "tests/fuzz/fuzz.h"

#define GROWTH 4096
#define SEALED_FROM offsetof(ExeatFormatHeader, file_size)

static void
put_seal_right(guint8 *bytes, gsize size)
{
    if (size < sizeof(ExeatFormatHeader))
        return;
    ExeatFormatKeys keys;
    exeat_format_keys_derive(fuzz_directory_key(), &keys);
    guint64 seal = exeat_siphash(&keys.seal, bytes + SEALED_FROM, size - SEALED_FROM);
    memcpy(bytes + offsetof(ExeatFormatHeader, seal), &seal, sizeof seal);
}

static void
check_people(const ExeatDirectory *directory, const ExeatPersonId *people, gsize count)
{
    for (gsize i = 0; i < count; i++)
        fuzz_assert(exeat_directory_person(directory, people[i]));
}

static void
ask_names(const ExeatDirectory *directory)
{
    static const char *const names[] = {"jamie", "smithjones", "smith", "sian", "oneill", "mcallister", "van", "zz"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const ExeatNameEntry *entries = NULL;
        bool begins = false;
        gsize count = exeat_directory_names_begin(directory, names[i], strlen(names[i]), &entries, &begins);
        for (gsize k = 0; k < count; k++)
            fuzz_assert(exeat_directory_person(directory, entries[k].person));
    }
}

static void
ask_values(const ExeatDirectory *directory)
{
    static const char *const values[] = {"H801200001001", "9434765919", "2014-04-19", "DN551PT", "07700900123", ""};
    const ExeatPersonId *people = NULL;
    for (ExeatFact fact = EXEAT_FACT_UPN; fact <= EXEAT_FACT_PHONE; fact++) {
        for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
            ExeatPersonId owner = exeat_directory_fact_owner(directory, fact, values[i]);
            fuzz_assert(owner == EXEAT_NOBODY || exeat_directory_person(directory, owner));
            gsize count = exeat_directory_fact_people(directory, fact, values[i], &people);
            check_people(directory, people, count);
            exeat_directory_has_fact(directory, 0, fact, values[i]);
        }
    }
    gsize count = exeat_directory_address_people(directory, "jane.smith@home.example", &people);
    check_people(directory, people, count);
    count = exeat_directory_user_people(directory, "25jsmithjones", 13, &people);
    check_people(directory, people, count);
}

static void
ask(const ExeatDirectory *directory)
{
    ExeatDirectoryStats stats;
    ExeatDirectoryFound found;
    gsize size = exeat_directory_size(directory);
    exeat_directory_stats(directory, &stats);
    for (ExeatPersonId id = 0; id < MIN(size, 1000); id++) {
        const ExeatPerson *person = exeat_directory_person(directory, id);
        gsize count = 0;
        fuzz_assert(person && person->role < EXEAT_ROLE_COUNT);
        const ExeatPersonId *links = exeat_directory_links(directory, id, &count);
        check_people(directory, links, count);
    }
    fuzz_assert(!exeat_directory_person(directory, (ExeatPersonId)size) &&
                !exeat_directory_person(directory, EXEAT_NOBODY));
    ask_names(directory);
    ask_values(directory);
    exeat_directory_find(directory, "Jamie Smith-Jones", &found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gsize good_size = 0;
    const guint8 *good = g_bytes_get_data(fuzz_directory_file(), &good_size);
    FuzzInput input = {data, size};
    guint8 choice = fuzz_byte(&input);
    gsize length = choice & 2 ? fuzz_number(&input) % (good_size + GROWTH) : good_size;
    g_autofree guint8 *bytes = g_malloc0(MAX(length, 1));
    memcpy(bytes, good, MIN(length, good_size));
    fuzz_patch(&input, bytes, length, 0);
    bool same = length == good_size && memcmp(bytes, good, good_size) == 0;
    if (choice & 1)
        put_seal_right(bytes, length);
    g_autofree char *path = g_build_filename(fuzz_folder(), "patched", NULL);
    g_unlink(path);
    fuzz_assert(
        g_file_set_contents_full(path, (const char *)bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;
    bool opened = exeat_directory_open(path, fuzz_directory_key(), &directory, &error);
    fuzz_assert(opened == (error == NULL));
    if (!opened)
        fuzz_assert(error->domain == EXEAT_ERROR && error->code != EXEAT_ERROR_INTERNAL);
    else
        ask(directory);
    if (same && !opened)
        fuzz_fail(__FILE__, __LINE__, error->message);
    if (!same && !(choice & 1))
        fuzz_assert(!opened);
    return 0;
}
