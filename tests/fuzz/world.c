/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The school of the fuzz targets: a dozen invented people with all that a directory can hold, and settings in which
 * every policy is on and does something else. Made at the first question; targets run in one thread.
 */
#include "tests/fuzz/fuzz.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "directory/build.h"
#include "policies/policy.h"

static const ExeatDirectoryKey world_key = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

static const char world_configuration[] =
    "school { name = \"Oakfield School\" domains = { oakfield.sch.uk } pupil_domains = { pupils.oakfield.sch.uk }\n"
    "partner_domains = { council.example } secure_domains = { secure.example } names = { \"Noah House\" }\n"
    "phones = { \"01632 960000\" } postcodes = { \"M1 1AE\" } trusted_clients = { 192.0.2.0/24 } language = both }\n"
    "group \"office\" { members = { office@oakfield.sch.uk } }\n"
    "mailbox \"office@oakfield.sch.uk\" { users = { a.latham@oakfield.sch.uk } }\n"
    "names-in-subject { action = rewrite }\npersonal-data { action = hold clause = \"4.2\" }\n"
    "bulk-bcc { action = rewrite }\npersonal-recipient { action = hold }\nsender-identity { action = reject }\n";

/* A target that has more to prepare has one of its own. */
__attribute__((weak)) int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    exeat_message_library_init();
    return 0;
}

void
fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
    abort();
}

guint8
fuzz_byte(FuzzInput *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->data++;
}

guint32
fuzz_number(FuzzInput *input)
{
    guint32 number = 0;
    for (guint i = 0; i < 4; i++)
        number = number << 8 | fuzz_byte(input);
    return number;
}

char *
fuzz_line(FuzzInput *input)
{
    const uint8_t *feed = input->left > 0 ? memchr(input->data, '\n', input->left) : NULL;
    size_t length = feed ? (size_t)(feed - input->data) : input->left;
    char *line = g_strndup((const char *)input->data, length);
    length += feed ? 1 : 0;
    input->data += length;
    input->left -= length;
    return line;
}

void
fuzz_patch(FuzzInput *input, guint8 *bytes, gsize size, gsize from)
{
    while (input->left >= 4 && size > from) {
        gsize place = fuzz_byte(input);
        place = place << 8 | fuzz_byte(input);
        place = place << 8 | fuzz_byte(input);
        bytes[from + place % (size - from)] = fuzz_byte(input);
    }
}

static char *world_folder;

static void
world_clear(void)
{
    GDir *folder = g_dir_open(world_folder, 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(world_folder, name, NULL);
        g_unlink(path);
    }
    g_clear_pointer(&folder, g_dir_close);
    g_rmdir(world_folder);
}

const char *
fuzz_folder(void)
{
    if (!world_folder) {
        const char *memory = g_file_test("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir();
        const char *given = g_getenv("EXEAT_FUZZ_FOLDER"); /* libFuzzer ends without a word: its caller clears up */
        g_autofree char *name = g_build_filename(given ? given : memory, "exeat-fuzz-XXXXXX", NULL);
        fuzz_assert(g_mkdtemp(name));
        world_folder = g_steal_pointer(&name);
        atexit(world_clear);
    }
    return world_folder;
}

static ExeatPersonId
world_person(ExeatDirectoryBuilder *builder, ExeatRole role, const char *given, const char *family, const char *mailbox)
{
    ExeatPersonId person = exeat_directory_builder_add_person(builder, role);
    bool school = mailbox && g_str_has_suffix(mailbox, "oakfield.sch.uk");
    exeat_directory_builder_add_given(builder, person, given, false);
    exeat_directory_builder_add_family(builder, person, family, false);
    if (mailbox)
        exeat_directory_builder_add_address(builder, person, mailbox,
                                            school ? EXEAT_ADDRESS_SCHOOL : EXEAT_ADDRESS_PRIVATE);
    return person;
}

static void
world_fill(ExeatDirectoryBuilder *builder)
{
    static const char *const pupils[][2] = {
        {"Callum", "McAllister"}, {"Si\303\242n", "O'Neill"}, {"Noah", "Featherstone"}, {"Mia", "Cholmondeley"},
        {"Lucas", "Trelawney"},   {"Sophie", "Gallagher"},    {"Harry", "Potter"},      {"Ann", "Lee"}};
    ExeatPersonId jamie = world_person(builder, EXEAT_ROLE_PUPIL, "Jamie Robert", "Smith-Jones",
                                       "25jsmithjones@pupils.oakfield.sch.uk");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_UPN, "H801200001001");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_NHS, "9434765919");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_BIRTH, "2014-04-19");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_POSTCODE, "DN551PT");
    exeat_directory_builder_add_fact(builder, jamie, EXEAT_FACT_PHONE, "07700900123");
    for (gsize i = 0; i < G_N_ELEMENTS(pupils); i++)
        world_person(builder, EXEAT_ROLE_PUPIL, pupils[i][0], pupils[i][1], NULL);
    ExeatPersonId mother = world_person(builder, EXEAT_ROLE_PARENT, "Jane", "Smith", "jane.smith@home.example");
    world_person(builder, EXEAT_ROLE_PARENT, "Rhys", "van der Berg", "rhys@gmail.com");
    world_person(builder, EXEAT_ROLE_STAFF, "Alison", "Latham", "a.latham@oakfield.sch.uk");
    exeat_directory_builder_add_link(builder, jamie, mother);
}

const ExeatDirectoryKey *
fuzz_directory_key(void)
{
    return &world_key;
}

static char *
world_directory_path(void)
{
    static bool written = false;
    char *path = g_build_filename(fuzz_folder(), "directory", NULL);
    if (!written) {
        g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(&world_key);
        world_fill(builder);
        fuzz_assert(exeat_directory_builder_write(builder, path, NULL));
        written = true;
    }
    return path;
}

const ExeatDirectory *
fuzz_directory(void)
{
    static ExeatDirectory *directory = NULL;
    if (!directory) {
        g_autofree char *path = world_directory_path();
        fuzz_assert(exeat_directory_open(path, &world_key, &directory, NULL));
    }
    return directory;
}

GBytes *
fuzz_directory_file(void)
{
    static GBytes *file = NULL;
    if (!file) {
        g_autofree char *path = world_directory_path();
        char *bytes = NULL;
        gsize size = 0;
        fuzz_assert(g_file_get_contents(path, &bytes, &size, NULL));
        file = g_bytes_new_take(bytes, size);
    }
    return file;
}

const ExeatPolicySettings *
fuzz_settings(void)
{
    static ExeatPolicySettings *settings = NULL;
    if (!settings) {
        static GArray *blocks; /* the configuration points into them */
        blocks = g_array_new(TRUE, TRUE, sizeof(ExeatBlock));
        exeat_policy_blocks(blocks);
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig) config = exeat_config_parse(world_configuration, "world",
                                                           (const ExeatBlock *)(gconstpointer)blocks->data, errors);
        g_autofree char *text = exeat_config_errors_to_text(errors);
        if (exeat_config_errors_count(errors) > 0)
            fuzz_fail("world.c", 0, text);
        settings = exeat_policy_settings_new(config, errors);
        fuzz_assert(settings);
    }
    return settings;
}

const ExeatNameContext *
fuzz_names(void)
{
    return exeat_policy_settings_names(fuzz_settings());
}

void
fuzz_check_utf8(const char *text)
{
    fuzz_assert(text && g_utf8_validate(text, -1, NULL));
}

/* A key is a normal form, but for local parts whose quotes are quoted, and what has no domain at all. */
void
fuzz_check_key(const ExeatAddress *address)
{
    g_autofree char *key = exeat_address_key(address->mailbox), *again = exeat_address_key(key);
    fuzz_check_utf8(key);
    if (*address->domain && !strpbrk(address->local, "\"\\"))
        fuzz_assert(g_str_equal(key, again));
}

void
fuzz_check_text(const ExeatText *text)
{
    fuzz_assert(strlen(text->text) == text->length);
    fuzz_assert(g_utf8_validate(text->text, (gssize)text->length, NULL));
    fuzz_assert(text->zone <= EXEAT_ZONE_FILE_NAME);
    fuzz_assert((text->part == NULL) == (text->zone == EXEAT_ZONE_SUBJECT));
    gsize at = 0;
    for (guint i = 0; text->cells && i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        fuzz_assert(at <= cell->start && cell->start <= cell->end && cell->end <= text->length);
        at = cell->end;
        if (cell->start < cell->end) {
            fuzz_assert(exeat_text_cell_at(text, cell->start) == cell);
            fuzz_assert(exeat_text_cell_at(text, cell->end - 1) == cell);
        }
    }
}
