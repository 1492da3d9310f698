/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directory: hashing, folding, the file's round trip, and what happens with a damaged one or a wrong key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "directory/build.h"
#include "directory/fold.h"
#include "directory/format-private.h"
#include "directory/lookup.h"
#include "message/address.h"
#include "directory/siphash.h"

static const ExeatDirectoryKey test_key = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

static int
setup_folder(void **state)
{
    *state = g_dir_make_tmp("exeat-directory-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
teardown_folder(void **state)
{
    GDir *dir = g_dir_open(*state, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(*state, name, NULL);
        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(*state);
    g_free(*state);
    return 0;
}

/* From the authors' vectors.h (key 00..0f, message 00 01 02 …). */
static void
test_siphash_vectors(void **state)
{
    (void)state;
    static const guint64 want[] = {0x726fdb47dd0e0e31U, 0x74f839c593dc67fdU, 0x0d6c8009d9a94f5aU, 0x85676696d7fb7e2dU,
                                   0xcf2794e0277187b7U, 0x18765564cd99a68dU, 0xcbc9466e58fee3ceU, 0xab0200f58b01d137U,
                                   0x93f5f5799a932462U, 0x9e0082df0ba9e4b0U, 0x7a5dbbc594ddb9f3U, 0xf4b32f46226bada7U,
                                   0x751e8fbc860ee5fbU, 0x14ea5627c0843d90U, 0xf723ca908e7af2eeU, 0xa129ca6149be45e5U};
    guint8 message[64];
    for (guint i = 0; i < sizeof message; i++)
        message[i] = (guint8)i;
    for (guint i = 0; i < G_N_ELEMENTS(want); i++)
        assert_int_equal(exeat_siphash(&test_key, message, i), want[i]);
}

static void
test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        {"Jamie", "jamie"},
        {"Siân", "sian"},
        {"Sia\xcc\x82n", "sian"},
        {"Llŷr", "llyr"},
        {"O'Neill", "oneill"},
        {"O’Neill", "oneill"},
        {"O` Neill", "oneill"},
        {"Smith-Jones", "smithjones"},
        {"Smith‑Jones", "smithjones"},
        {"Smith–Jones", "smithjones"},
        {"van der Berg", "vanderberg"},
        {"Strauß", "strauss"},
        {"Søren", "soren"},
        {"Łukasz", "lukasz"},
        {"Đorđe", "dorde"},
        {"Þór", "thor"},
        {"Ægir", "aegir"},
        {"Œdipe", "oedipe"},
        {"Işıl", "isil"},
        {"Zo\xc2\xad\xc3\xab", "zoe"},
        {"Ja\xe2\x80\x8bmie", "jamie"},
        {"ＪＡＭＩＥ", "jamie"},
        {"Jаmie", "jamie"}, /* Cyrillic а */
        {"Јасе", "jace"},   /* all Cyrillic look-alikes */
        {"Иван", "иван"},   /* a Russian name stays one */
        {"ﬁona", "fiona"},
        {"José", "jose"},
        {"", ""},
        {" - ", ""},
        {"\xff\xfeJo\x80", "jo"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        char out[EXEAT_FOLD_MAX + 1];
        gsize length = exeat_fold_name(rows[i].text, strlen(rows[i].text), out);
        if (strcmp(out, rows[i].want) != 0 || length != strlen(rows[i].want))
            fail_msg("%s: got %s, want %s", rows[i].text, out, rows[i].want);
    }
}

static void
test_fold_limit(void **state)
{
    (void)state;
    char out[EXEAT_FOLD_MAX + 1];
    for (guint length = EXEAT_FOLD_MAX - 1; length <= EXEAT_FOLD_MAX + 1; length++) {
        g_autofree char *ascii = g_strnfill(length, 'A');
        gsize want = length <= EXEAT_FOLD_MAX ? length : 0;
        assert_int_equal(exeat_fold_name(ascii, length, out), want);
        g_autofree char *marked = g_strdup_printf("%.*s\xc3\xa9", (int)length - 1, ascii);
        assert_int_equal(exeat_fold_name(marked, strlen(marked), out), want);
    }
}

static char *
words_of(const char *text)
{
    GString *all = g_string_new(NULL);
    gsize offset = 0;
    ExeatWord word;
    char folded[EXEAT_FOLD_MAX + 1];
    gsize length;
    while (exeat_fold_next_word(text, strlen(text), &offset, &word, folded, &length)) {
        g_string_append_printf(all, "%.*s", (int)length, folded);
        if ((word.flags & EXEAT_WORD_ALL_CAPS) != 0)
            g_string_append_c(all, '!');
        if ((word.flags & EXEAT_WORD_POSSESSIVE) != 0)
            g_string_append_printf(all, "<%.*s>", (int)(word.after - word.start), text + word.start);
        if ((word.flags & EXEAT_WORD_CAMEL) != 0)
            g_string_append_c(all, '&');
        g_string_append_c(all, ' ');
    }
    return g_string_free(all, FALSE);
}

static void
test_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        {"Jamie Smith's report", "jamie smith<Smith's> report "},
        {"James’ SMITH’S bag", "james<James’> smith!<SMITH’S> bag "},
        {"O'Neill and D’Arcy", "oneill and darcy "},
        {"Smith-Jones", "smith jones "},
        {"JamieSmith.pdf", "jamie smith& pdf "},
        {"McDonald", "mc donald& "},
        {"7B: J. Smith", "7b j smith "},
        {"'quoted' words", "quoted words "},
        {"Siân Évans", "sian evans "},
        {"a\xff"
         "b",
         "a b "},
        {"\xca\xbc \xca\xb9 a \xca\xbc", "a "}, /* modifier letters that are apostrophes */
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = words_of(rows[i].text);
        assert_string_equal(got, rows[i].want);
    }
}

static ExeatDirectoryBuilder *
small_school(void)
{
    ExeatDirectoryBuilder *builder = exeat_directory_builder_new(&test_key);
    ExeatPersonId jamie = exeat_directory_builder_add_person(builder, EXEAT_ROLE_PUPIL);
    exeat_directory_builder_add_given(builder, jamie, "William Robert", false);
    exeat_directory_builder_add_family(builder, jamie, "Smith-Jones", false);
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_UPN, "H801200001001");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_BIRTH, "2012-03-04");
    exeat_directory_builder_add_address(builder, jamie, "19wsmith@oakfield.sch.uk", EXEAT_ADDRESS_SCHOOL);
    ExeatPersonId mother = exeat_directory_builder_add_person(builder, EXEAT_ROLE_PARENT);
    exeat_directory_builder_add_given(builder, mother, "Siân", false);
    exeat_directory_builder_add_family(builder, mother, "van der Berg", false);
    exeat_directory_builder_add_address(builder, mother, "home@example.test", EXEAT_ADDRESS_PRIVATE);
    exeat_directory_builder_add_link(builder, mother, jamie);
    ExeatPersonId father = exeat_directory_builder_add_person(builder, EXEAT_ROLE_PARENT);
    exeat_directory_builder_add_family(builder, father, "O'Neill", false);
    exeat_directory_builder_add_address(builder, father, "home@example.test", EXEAT_ADDRESS_PRIVATE);
    exeat_directory_builder_add_home(builder, father, "1 High Street CF10 3NQ");
    exeat_directory_builder_add_home(builder, mother, "1, High Street CF10 3NQ");
    ExeatPersonId teacher = exeat_directory_builder_add_person(builder, EXEAT_ROLE_STAFF);
    exeat_directory_builder_add_family(builder, teacher, "McDonald", false);
    exeat_directory_builder_set_sources(builder, 2);
    return builder;
}

static guint32
use_of(const ExeatDirectory *directory, const char *folded, ExeatPersonId person)
{
    const ExeatNameEntry *entries = NULL;
    gsize count = exeat_directory_names(directory, folded, strlen(folded), &entries);
    for (gsize i = 0; i < count; i++)
        if (entries[i].person == person)
            return entries[i].use;
    return 0;
}

static ExeatDirectory *
written(void **state, GError **error)
{
    g_autofree char *path = g_build_filename(*state, "directory", NULL);
    g_autoptr(ExeatDirectoryBuilder) builder = small_school();
    assert_true(exeat_directory_builder_write(builder, path, NULL));
    ExeatDirectory *directory = NULL;
    exeat_directory_open(path, &test_key, &directory, error);
    return directory;
}

static void
test_names(void **state)
{
    g_autoptr(ExeatDirectory) directory = written(state, NULL);
    assert_non_null(directory);
    assert_int_equal(use_of(directory, "william", 0), EXEAT_NAME_GIVEN);
    assert_int_equal(use_of(directory, "williamrobert", 0), EXEAT_NAME_GIVEN);
    assert_int_equal(use_of(directory, "robert", 0), EXEAT_NAME_GIVEN | EXEAT_NAME_WEAK);
    assert_int_equal(use_of(directory, "will", 0), EXEAT_NAME_GIVEN | EXEAT_NAME_NICK);
    assert_int_equal(use_of(directory, "smithjones", 0), EXEAT_NAME_FAMILY);
    assert_int_equal(use_of(directory, "jones", 0), EXEAT_NAME_FAMILY | EXEAT_NAME_WEAK);
    assert_int_equal(use_of(directory, "sian", 1), EXEAT_NAME_GIVEN);
    assert_int_equal(use_of(directory, "berg", 1), EXEAT_NAME_FAMILY);
    assert_int_equal(use_of(directory, "vanderberg", 1), EXEAT_NAME_FAMILY);
    assert_int_equal(use_of(directory, "oneill", 2), EXEAT_NAME_FAMILY);
    assert_int_equal(use_of(directory, "nobody", 0), 0);
    static const char *const beginnings[] = {"william", "smith", "van", "o", "mc"};
    for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
        assert_true(exeat_directory_name_begins(directory, beginnings[i], strlen(beginnings[i])));
    assert_false(exeat_directory_name_begins(directory, "berg", 4));
}

static void
test_people(void **state)
{
    g_autoptr(ExeatDirectory) directory = written(state, NULL);
    assert_int_equal(exeat_directory_size(directory), 4);
    assert_int_equal(exeat_directory_count(directory, EXEAT_ROLE_PARENT), 2);
    gsize count;
    const ExeatPersonId *links = exeat_directory_links(directory, 1, &count);
    assert_int_equal(count, 1);
    assert_int_equal(links[0], 0);
    /* The father is of the household by the home that he shares with the mother. */
    assert_int_equal(exeat_directory_person(directory, 0)->household, exeat_directory_person(directory, 2)->household);
    assert_int_not_equal(exeat_directory_person(directory, 0)->household,
                         exeat_directory_person(directory, 3)->household);
    assert_null(exeat_directory_person(directory, 4));
    assert_true((exeat_directory_person(directory, 0)->given_initials & (1u << ('w' - 'a'))) != 0);
    assert_true((exeat_directory_person(directory, 0)->given_initials & (1u << ('g' - 'a'))) == 0); /* 16 letters apart */

    ExeatPersonId person;
    ExeatAddressUse use;
    const ExeatPersonId *people = NULL;
    assert_true(exeat_directory_address(directory, "home@example.test", &person, &use));
    assert_int_equal(person, 1);
    assert_int_equal(use, EXEAT_ADDRESS_PRIVATE);
    assert_int_equal(exeat_directory_address_people(directory, "home@example.test", &people), 2);
    assert_int_equal(people[1], 2);
    assert_false(exeat_directory_address(directory, "other@example.test", NULL, NULL));
    assert_int_equal(exeat_directory_user_people(directory, "19wsmith", 8, &people), 1);
    assert_int_equal(exeat_directory_user_people(directory, "home", 4, &people), 0);

    assert_int_equal(exeat_directory_fact_owner(directory, EXEAT_FACT_UPN, "H801200001001"), 0);
    assert_int_equal(exeat_directory_fact_owner(directory, EXEAT_FACT_ULN, "H801200001001"), EXEAT_NOBODY);
    assert_true(exeat_directory_has_fact(directory, 0, EXEAT_FACT_BIRTH, "2012-03-04"));
    assert_false(exeat_directory_has_fact(directory, 1, EXEAT_FACT_BIRTH, "2012-03-04"));

    ExeatDirectoryStats stats;
    exeat_directory_stats(directory, &stats);
    assert_int_equal(stats.sources, 2);
    assert_int_equal(stats.addresses, 2);
    assert_int_equal(stats.facts, 2);
    assert_true(stats.created > 0);
}

static void
test_empty(void **state)
{
    (void)state;
    g_autoptr(ExeatDirectory) directory = exeat_directory_new_empty();
    const ExeatNameEntry *entries;
    assert_int_equal(exeat_directory_names(directory, "jamie", 5, &entries), 0);
    assert_false(exeat_directory_address(directory, "a@b.test", NULL, NULL));
    assert_false(exeat_directory_fact_known(directory, EXEAT_FACT_UPN, "H801200001001"));
    assert_int_equal(exeat_directory_size(directory), 0);
}

static void
test_wrong_key(void **state)
{
    g_autoptr(ExeatDirectory) directory = written(state, NULL);
    assert_non_null(directory);
    g_autofree char *path = g_build_filename(*state, "directory", NULL);
    ExeatDirectoryKey other = {{1}};
    ExeatDirectory *none = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(exeat_directory_open(path, &other, &none, &error));
    assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG));
    g_clear_error(&error);
    g_autofree char *missing = g_build_filename(*state, "missing", NULL);
    assert_false(exeat_directory_open(missing, &test_key, &none, &error));
    assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE));
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void
expect_damaged(const char *path, const char *data, gsize length)
{
    assert_true(g_file_set_contents(path, data, (gssize)length, NULL));
    ExeatDirectory *none = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(exeat_directory_open(path, &test_key, &none, &error));
    assert_null(none);
}

/* Any single damaged byte is noticed; so is a cut at any length. */
static void
test_damage(void **state)
{
    g_autofree char *path = g_build_filename(*state, "directory", NULL);
    g_autoptr(ExeatDirectory) directory = written(state, NULL);
    g_autofree char *data = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &data, &length, NULL));
    for (gsize i = 0; i < length; i += 7) {
        data[i] = (char)(data[i] ^ 0x41);
        expect_damaged(path, data, length);
        data[i] = (char)(data[i] ^ 0x41);
    }
    for (gsize cut = 0; cut < length; cut += 101)
        expect_damaged(path, data, cut);
}

/* With the seal made right again every offset and index must still be checked. */
static void
test_forged(void **state)
{
    g_autofree char *path = g_build_filename(*state, "directory", NULL);
    g_autoptr(ExeatDirectory) first = written(state, NULL);
    g_autofree char *data = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &data, &length, NULL));
    ExeatFormatKeys keys;
    exeat_format_keys_derive(&test_key, &keys);
    gsize covered = G_STRUCT_OFFSET(ExeatFormatHeader, file_size);
    for (gsize i = covered; i + 4 <= length; i += 4) {
        g_autofree char *forged = g_memdup2(data, length);
        memset(forged + i, 0xff, 4);
        guint64 seal = exeat_siphash(&keys.seal, forged + covered, length - covered);
        memcpy(forged + G_STRUCT_OFFSET(ExeatFormatHeader, seal), &seal, sizeof seal);
        assert_true(g_file_set_contents(path, forged, (gssize)length, NULL));
        g_autoptr(ExeatDirectory) directory = NULL;
        if (!exeat_directory_open(path, &test_key, &directory, NULL))
            continue;
        for (ExeatPersonId id = 0; id < exeat_directory_size(directory); id++) {
            gsize count;
            const ExeatPersonId *links = exeat_directory_links(directory, id, &count);
            for (gsize j = 0; j < count; j++)
                assert_true(links[j] < exeat_directory_size(directory));
        }
        const ExeatNameEntry *entries;
        gsize count = exeat_directory_names(directory, "jones", 5, &entries);
        for (gsize j = 0; j < count; j++)
            assert_true(entries[j].person < exeat_directory_size(directory));
    }
}

static void
test_key_file(void **state)
{
    g_autofree char *path = g_build_filename(*state, "key", NULL);
    static const struct {
        const char *text;
        mode_t mode;
        bool want;
    } rows[] = {
        {"000102030405060708090a0b0c0d0e0f\n", 0600, true},
        {"000102030405060708090A0B0C0D0E0F", 0640, true},
        {"000102030405060708090a0b0c0d0e0f\n", 0644, false},
        {"000102030405060708090a0b0c0d0e0\n", 0600, false},
        {"000102030405060708090a0b0c0d0e0f0\n", 0600, false},
        {"000102030405060708090a0b0c0d0e0g\n", 0600, false},
        {"", 0600, false},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_true(g_file_set_contents(path, rows[i].text, -1, NULL));
        assert_int_equal(chmod(path, rows[i].mode), 0);
        ExeatDirectoryKey key = {{0}};
        g_autoptr(GError) error = NULL;
        assert_int_equal(exeat_directory_key_load(path, &key, &error), rows[i].want);
        if (rows[i].want)
            assert_memory_equal(key.bytes, test_key.bytes, sizeof key.bytes);
        else
            assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG));
    }
}

/* A hundred thousand people: sound, and every one of them found again. */
static void
test_scale(void **state)
{
    g_autofree char *path = g_build_filename(*state, "large", NULL);
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(&test_key);
    for (guint i = 0; i < 100000; i++) {
        ExeatPersonId id = exeat_directory_builder_add_person(builder,
                                                              i % 3 == 0 ? EXEAT_ROLE_PUPIL : EXEAT_ROLE_PARENT);
        char name[32];
        g_snprintf(name, sizeof name, "Given%c%c%c", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26),
                   'a' + (int)(i / 676 % 7));
        exeat_directory_builder_add_given(builder, id, name, false);
        g_snprintf(name, sizeof name, "Family%c%c%c", 'a' + (int)(i * 7 % 26), 'a' + (int)(i / 11 % 26),
                   'a' + (int)(i / 97 % 26));
        exeat_directory_builder_add_family(builder, id, name, false);
        g_snprintf(name, sizeof name, "p%u@example.test", i);
        exeat_directory_builder_add_address(builder, id, name, EXEAT_ADDRESS_PRIVATE);
        if (i % 3 != 0)
            exeat_directory_builder_add_link(builder, id, i - i % 3);
    }
    assert_true(exeat_directory_builder_write(builder, path, NULL));
    g_autoptr(ExeatDirectory) directory = NULL;
    assert_true(exeat_directory_open(path, &test_key, &directory, NULL));
    for (guint i = 0; i < 100000; i++) {
        char mailbox[32];
        g_snprintf(mailbox, sizeof mailbox, "p%u@example.test", i);
        ExeatPersonId person;
        assert_true(exeat_directory_address(directory, mailbox, &person, NULL));
        assert_int_equal(person, i);
        assert_int_equal(exeat_directory_person(directory, i)->household, i - i % 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash_vectors),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_limit),
        cmocka_unit_test(test_words),
        cmocka_unit_test_setup_teardown(test_names, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_people, setup_folder, teardown_folder),
        cmocka_unit_test(test_empty),
        cmocka_unit_test_setup_teardown(test_wrong_key, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_damage, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_forged, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_key_file, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_scale, setup_folder, teardown_folder),
    };
    return cmocka_run_group_tests_name("directory", tests, NULL, NULL);
}
