/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gathers what is known of people, for build_write.c to lay out. The forms under which a name may be written are made
 * here, once, so that looking a word up is one probe.
 *
 * It owns its arrays and keeps names only as keyed hashes. Hostile input: names, addresses and facts from imported
 * files.
 */
#include "directory/build-private.h"

#include "directory/fold.h"
#include "directory/nicknames.h"
#include "directory/siphash.h"

/* Words in one name column; more is no name. */
#define BUILD_MAX_WORDS 8

/* Words that people write or leave out in front of a family name. */
static const char *const build_particles[] = {
    "al",  "ab",  "ap", "bin", "bint", "da",     "das",   "de",  "del", "della", "den",
    "der", "di",  "do", "dos", "du",   "el",     "ferch", "ibn", "la",  "le",    "san",
    "ten", "ter", "ul", "ur",  "van",  "vander", "ver",   "von", "y",   "zu",
};

static bool
build_is_particle(const char *folded)
{
    for (guint i = 0; i < G_N_ELEMENTS(build_particles); i++)
        if (strcmp(build_particles[i], folded) == 0)
            return true;
    return false;
}

ExeatDirectoryBuilder *
exeat_directory_builder_new(const ExeatDirectoryKey *key)
{
    ExeatDirectoryBuilder *builder = g_new0(ExeatDirectoryBuilder, 1);
    exeat_format_keys_derive(key, &builder->keys);
    builder->persons = g_array_new(FALSE, TRUE, sizeof(ExeatPerson));
    builder->links = g_array_new(FALSE, TRUE, sizeof(BuildLink));
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        builder->records[i] = g_array_new(FALSE, TRUE, sizeof(BuildRecord));
    builder->homes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    builder->nicknames = exeat_nicknames_index();
    return builder;
}

void
exeat_directory_builder_free(ExeatDirectoryBuilder *builder)
{
    if (builder == NULL)
        return;
    g_array_unref(builder->persons);
    g_array_unref(builder->links);
    for (guint i = 0; i < EXEAT_TABLE_COUNT; i++)
        g_array_unref(builder->records[i]);
    g_hash_table_unref(builder->homes);
    g_hash_table_unref(builder->nicknames);
    explicit_bzero(&builder->keys, sizeof builder->keys);
    g_free(builder);
}

ExeatPersonId
exeat_directory_builder_add_person(ExeatDirectoryBuilder *builder, ExeatRole role)
{
    ExeatPerson person = {.role = role, .household = builder->persons->len};
    g_array_append_val(builder->persons, person);
    return builder->persons->len - 1;
}

/* --- names ------------------------------------------------------------------------------------------------------- */

typedef struct BuildName {
    char whole[EXEAT_FOLD_MAX + 1];
    char words[BUILD_MAX_WORDS][EXEAT_FOLD_MAX + 1];
    bool hyphen[BUILD_MAX_WORDS]; /* joined to the word before it by a hyphen */
    guint count;
} BuildName;

static bool
build_is_hyphen(gunichar c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static void
build_name_split(const char *text, BuildName *name)
{
    name->count = 0;
    bool hyphen = false;
    const char *at = text;
    while (*at != '\0' && name->count < BUILD_MAX_WORDS) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isspace(c) || build_is_hyphen(c) || c == '.' || c == ',' || c == '/' || c == '(' || c == ')') {
            hyphen = hyphen || build_is_hyphen(c);
            at = exeat_utf8_next(at);
            continue;
        }
        const char *end = at;
        while (*end != '\0') {
            c = g_utf8_get_char(end);
            if (g_unichar_isspace(c) || build_is_hyphen(c) || strchr(".,/()", (int)(c < 0x80 ? c : 'x')) != NULL)
                break;
            end = exeat_utf8_next(end);
        }
        if (exeat_fold_name(at, (gsize)(end - at), name->words[name->count]) > 0) {
            name->hyphen[name->count++] = hyphen;
            hyphen = false;
        }
        at = end;
    }
    exeat_fold_name(text, strlen(text), name->whole);
}

static void
build_add_record(ExeatDirectoryBuilder *builder, ExeatFormatTable table, guint64 hash, ExeatPersonId person,
                 guint32 extra)
{
    BuildRecord record = {.hash = hash, .person = person, .extra = extra};
    g_array_append_val(builder->records[table], record);
}

static void
build_add_form(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *folded, guint32 use)
{
    gsize length = strlen(folded);
    if (g_utf8_strlen(folded, -1) < 2 && (guchar)folded[0] < 0x80)
        return;
    guint64 hash = exeat_format_hash(&builder->keys, EXEAT_TABLE_NAMES, folded, length);
    build_add_record(builder, EXEAT_TABLE_NAMES, hash, person, use);
}

static void
build_add_beginning(ExeatDirectoryBuilder *builder, const char *folded, gsize length)
{
    if (length == 0)
        return;
    guint64 hash = exeat_format_hash(&builder->keys, EXEAT_TABLE_NAMES, folded, length);
    build_add_record(builder, EXEAT_TABLE_NAMES, hash, 0, BUILD_BEGINS);
}

/* Under which first words a text may spell a name in several. */
static void
build_add_beginnings(ExeatDirectoryBuilder *builder, const char *text, const BuildName *name)
{
    if (name->count > 1)
        for (guint i = 0; i + 1 < name->count; i++)
            build_add_beginning(builder, name->words[i], strlen(name->words[i]));
    /* O'Neill is also written O Neill, McDonald Mc Donald. */
    for (guint i = 0; i < name->count; i++) {
        if (g_str_has_prefix(name->words[i], "mc"))
            build_add_beginning(builder, "mc", 2);
        if (g_str_has_prefix(name->words[i], "mac"))
            build_add_beginning(builder, "mac", 3);
        if (g_str_has_prefix(name->words[i], "fitz"))
            build_add_beginning(builder, "fitz", 4);
    }
    for (const char *c = text; *c != '\0'; c = exeat_utf8_next(c)) {
        char part[EXEAT_FOLD_MAX + 1];
        if (*c == '\'' || g_utf8_get_char(c) == 0x2019 || *c == '`')
            build_add_beginning(builder, part, exeat_fold_name(text, (gsize)(c - text), part));
    }
}

static guint32
build_initial(const char *folded)
{
    return g_ascii_islower(folded[0]) ? 1u << (folded[0] - 'a') : 0;
}

static void
build_add_nicknames(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *folded)
{
    const GPtrArray *others = g_hash_table_lookup(builder->nicknames, folded);
    for (guint i = 0; others != NULL && i < others->len; i++)
        build_add_form(builder, person, g_ptr_array_index(others, i), EXEAT_NAME_GIVEN | EXEAT_NAME_NICK);
}

void
exeat_directory_builder_add_given(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *text, bool weak)
{
    BuildName name;
    build_name_split(text, &name);
    if (name.count == 0)
        return;
    guint32 strong = EXEAT_NAME_GIVEN | (weak ? (guint32)EXEAT_NAME_WEAK : 0);
    ExeatPerson *record = &g_array_index(builder->persons, ExeatPerson, person);

    build_add_form(builder, person, name.whole, strong);
    build_add_beginnings(builder, text, &name);
    for (guint i = 0; i < name.count; i++) {
        record->given_initials |= build_initial(name.words[i]);
        /* Anne-Marie is not Anne, but "Jamie Robert" in the forename column is Jamie. */
        bool first = i == 0 && (name.count == 1 || !name.hyphen[1]);
        build_add_form(builder, person, name.words[i], first ? strong : EXEAT_NAME_GIVEN | EXEAT_NAME_WEAK);
        if (first && !weak)
            build_add_nicknames(builder, person, name.words[i]);
    }
    if (!weak && name.count > 1) {
        build_add_nicknames(builder, person, name.whole);
        char pair[2 * EXEAT_FOLD_MAX + 1];
        g_snprintf(pair, sizeof pair, "%s%s", name.words[0], name.words[1]);
        if (name.count > 2 && strlen(pair) <= EXEAT_FOLD_MAX)
            build_add_form(builder, person, pair, strong);
    }
}

void
exeat_directory_builder_add_family(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *text, bool weak)
{
    BuildName name;
    build_name_split(text, &name);
    if (name.count == 0)
        return;
    guint32 strong = EXEAT_NAME_FAMILY | (weak ? (guint32)EXEAT_NAME_WEAK : 0);
    ExeatPerson *record = &g_array_index(builder->persons, ExeatPerson, person);

    build_add_form(builder, person, name.whole, strong);
    build_add_beginnings(builder, text, &name);
    guint core = 0;
    while (core + 1 < name.count && !name.hyphen[core + 1] && build_is_particle(name.words[core]))
        core++;
    if (core > 0) {
        GString *rest = g_string_new(NULL);
        for (guint i = core; i < name.count; i++)
            g_string_append(rest, name.words[i]);
        build_add_form(builder, person, rest->str, strong);
        g_string_free(rest, TRUE);
    }
    record->family_initials |= build_initial(name.whole);
    for (guint i = core; i < name.count; i++) {
        record->family_initials |= build_initial(name.words[i]);
        if (name.count - core > 1 && !build_is_particle(name.words[i]))
            build_add_form(builder, person, name.words[i], EXEAT_NAME_FAMILY | EXEAT_NAME_WEAK);
    }
}

/* --- everything else --------------------------------------------------------------------------------------------- */

/* A local part that could be a word or a plain name says nothing by itself. */
static bool
build_is_username(const char *local, gsize length)
{
    bool tells = false;
    for (gsize i = 0; i < length; i++)
        tells = tells || g_ascii_isdigit(local[i]) || local[i] == '.' || local[i] == '_';
    return tells && length >= 4;
}

void
exeat_directory_builder_add_address(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *mailbox,
                                    ExeatAddressUse use)
{
    const char *at = strrchr(mailbox, '@');
    if (at == NULL || at == mailbox || at[1] == '\0')
        return;
    guint64 hash = exeat_format_hash(&builder->keys, EXEAT_TABLE_ADDRESSES, mailbox, strlen(mailbox));
    build_add_record(builder, EXEAT_TABLE_ADDRESSES, hash, person, use);
    gsize local = (gsize)(at - mailbox);
    if (use == EXEAT_ADDRESS_SCHOOL && build_is_username(mailbox, local))
        build_add_record(builder, EXEAT_TABLE_USERS,
                         exeat_format_hash(&builder->keys, EXEAT_TABLE_USERS, mailbox, local), person, 0);
}

void
exeat_directory_builder_add_fact(ExeatDirectoryBuilder *builder, ExeatPersonId person, ExeatFact fact,
                                 const char *value)
{
    if (value[0] != '\0')
        build_add_record(builder, EXEAT_TABLE_FACTS, exeat_format_hash_fact(&builder->keys, fact, value), person, fact);
}

void
exeat_directory_builder_add_link(ExeatDirectoryBuilder *builder, ExeatPersonId one, ExeatPersonId other)
{
    if (one == other)
        return;
    BuildLink there = {one, other};
    BuildLink back = {other, one};
    g_array_append_val(builder->links, there);
    g_array_append_val(builder->links, back);
}

/* household holds a parent pointer of a union-find forest until the file is written. */
static ExeatPersonId
build_household_root(ExeatDirectoryBuilder *builder, ExeatPersonId id)
{
    ExeatPerson *persons = (ExeatPerson *)(void *)builder->persons->data;
    while (persons[id].household != id) {
        persons[id].household = persons[persons[id].household].household;
        id = persons[id].household;
    }
    return id;
}

static void
build_household_join(ExeatDirectoryBuilder *builder, ExeatPersonId one, ExeatPersonId other)
{
    ExeatPersonId a = build_household_root(builder, one);
    ExeatPersonId b = build_household_root(builder, other);
    g_array_index(builder->persons, ExeatPerson, MAX(a, b)).household = MIN(a, b);
}

void
exeat_directory_builder_add_home(ExeatDirectoryBuilder *builder, ExeatPersonId person, const char *home)
{
    char folded[EXEAT_FOLD_MAX + 1];
    gsize length = exeat_fold_name(home, strlen(home), folded);
    if (length == 0)
        return;
    gint64 hash = (gint64)exeat_siphash(&builder->keys.seal, folded, length);
    gpointer first;
    if (g_hash_table_lookup_extended(builder->homes, &hash, NULL, &first))
        build_household_join(builder, person, GPOINTER_TO_UINT(first));
    else
        g_hash_table_insert(builder->homes, g_memdup2(&hash, sizeof hash), GUINT_TO_POINTER(person));
}

void
exeat_directory_builder_set_sources(ExeatDirectoryBuilder *builder, guint sources)
{
    builder->sources = sources;
}

void
exeat_build_households(ExeatDirectoryBuilder *builder)
{
    for (guint i = 0; i < builder->links->len; i++) {
        const BuildLink *link = &g_array_index(builder->links, BuildLink, i);
        build_household_join(builder, link->from, link->to);
    }
    for (guint i = 0; i < builder->persons->len; i++)
        g_array_index(builder->persons, ExeatPerson, i).household = build_household_root(builder, i);
}
