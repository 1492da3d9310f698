/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Named limits at N - 1, N and N + 1, where no other test has them: each test names its limit as the source does
 * (tests/house/limits.py looks for that), and asserts what happens on either side of the edge.
 */
#include "tests/unit/quarantine_fixture.h"

#include <string.h>
#include <sys/stat.h>

#include "base/config.h"
#include "directory/import.h"
#include "directory/lookup.h"
#include "message/encoded_word.h"
#include "message/headers.h"
#include "message/message.h"
#include "milter/spool.h"
#include "policies/detect/identifiers.h"
#include "quarantine/secret.h"
#include "quarantine/token.h"
#include "settings/settings.h"
#include "tests/fuzz/fuzz.h"

#define CONFIG_INCLUDE_DEPTH 8
#define CONFIG_FILE_BYTES (4 * 1024 * 1024)
#define LIST_ENTRIES 10000
#define TEXT_BYTES_DEFAULT 1024
#define ERRORS_KEPT 200
#define CONFIG_FILES_MOST 256
#define CONFIG_BLOCKS_MOST 5000
#define GROUP_DEPTH 8
#define GROUP_RESOLVED_MEMBERS 100000
#define TOKEN_LIMIT 256
#define NAME_MAX_BYTES 128
#define CHARSET_MAX 64
#define IMPORT_MAX_TEXTS 256u

static GArray *
policy_blocks(void)
{
    static GArray *blocks; /* the configurations point into it */
    if (!blocks) {
        blocks = g_array_new(TRUE, TRUE, sizeof(ExeatBlock));
        exeat_policy_blocks(blocks);
    }
    return blocks;
}

static guint
errors_of_file(const char *path)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_read(path, (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
    return exeat_config_errors_count(errors);
}

static guint
errors_of_text(const char *text)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_parse(text, "t", (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
    return exeat_config_errors_count(errors);
}

static void
write_text(const char *path, const char *text)
{
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_include_depth(void **state)
{
    const Fixture *fixture = *state;
    for (gsize deep = CONFIG_INCLUDE_DEPTH - 1; deep <= CONFIG_INCLUDE_DEPTH + 1; deep++) {
        for (gsize i = 0; i <= deep; i++) {
            g_autofree char *name = g_strdup_printf("include-%zu.conf", i), *path = fixture_path(fixture, name);
            g_autofree char *text = i < deep ? g_strdup_printf("include \"include-%zu.conf\"\n", i + 1)
                                             : g_strdup("school { name = x domains = { a.example } }\n");
            write_text(path, text);
        }
        g_autofree char *first = fixture_path(fixture, "include-0.conf");
        assert_int_equal(errors_of_file(first) > 0, deep > CONFIG_INCLUDE_DEPTH);
    }
}

static void
test_config_file_bytes(void **state)
{
    g_autofree char *path = fixture_path(*state, "large.conf");
    const char *school = "school { name = x domains = { a.example } }\n";
    for (gsize size = CONFIG_FILE_BYTES - 1; size <= CONFIG_FILE_BYTES + 1; size++) {
        g_autoptr(GString) text = g_string_new(school);
        while (text->len < size)
            g_string_append_c(text, '\n');
        write_text(path, text->str);
        assert_int_equal(errors_of_file(path) > 0, size > CONFIG_FILE_BYTES);
    }
}

/* What has no end is read no further than a file may be; what is no file is an error as well. */
static void
test_config_of_no_file(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *path, *want;
    } rows[] = {{"/dev/zero", "/dev/zero is larger than 4194304 bytes. Split it"},
                {"/nowhere/at/all", "/nowhere/at/all cannot be read: No such file or directory. Name a file"},
                {"/", "/ cannot be read: Is a directory."}};
    g_autofree char *first = fixture_path(fixture, "first.conf");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("\ninclude \"%s\"\n", rows[i].path);
        write_text(first, text);
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig)
            config = exeat_config_read(first, (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
        g_autofree char *said = exeat_config_errors_to_text(errors),
                        *want = g_strdup_printf("%s:2: %s", first, rows[i].want);
        if (!g_str_has_prefix(said, want))
            fail_msg("%s: %s", rows[i].path, said);
    }
}

static void
test_list_entries(void **state)
{
    (void)state;
    for (gsize count = LIST_ENTRIES - 1; count <= LIST_ENTRIES + 1; count++) {
        g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example");
        for (gsize i = 1; i < count; i++)
            g_string_append(text, ", b.example");
        g_string_append(text, " } }\n");
        assert_int_equal(errors_of_text(text->str) > 0, count > LIST_ENTRIES);
    }
}

static void
test_text_bytes(void **state)
{
    (void)state;
    for (gsize length = TEXT_BYTES_DEFAULT - 1; length <= TEXT_BYTES_DEFAULT + 1; length++) {
        g_autofree char *name = g_strnfill(length, 'n');
        g_autofree char *text = g_strdup_printf("school { name = \"%s\" domains = { a.example } }\n", name);
        assert_int_equal(errors_of_text(text) > 0, length > TEXT_BYTES_DEFAULT);
    }
}

static const char *
unit_of(const ExeatOption *option)
{
    return option->type == EXEAT_OPTION_DURATION ? "s" : "";
}

/* Whether @option of @block takes this number of its own unit. */
static bool
option_takes(const ExeatBlock *block, const ExeatOption *option, gint64 number)
{
    g_autofree void *fields = g_malloc0(block->size);
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT "%s", number, unit_of(option)), *reason = NULL,
                    *remedy = NULL;
    const char *const values[] = {value, NULL};
    bool taken = exeat_option_set(option, fields, values, 1, &reason, &remedy);
    assert_true(taken || (reason && remedy));
    if (taken)
        assert_int_equal(*(const gint64 *)((const char *)fields + option->offset), number);
    return taken;
}

/* The bounds of every number in exeat.conf. */
static void
test_option_edges(void **state)
{
    (void)state;
    guint looked_at = 0;
    for (const ExeatBlock *block = exeat_settings_blocks(); block->name; block++) {
        for (const ExeatOption *const *table = block->tables; *table; table++) {
            for (const ExeatOption *option = *table; option->key; option++) {
                if (option->type != EXEAT_OPTION_COUNT && option->type != EXEAT_OPTION_SIZE &&
                    option->type != EXEAT_OPTION_DURATION)
                    continue;
                looked_at++;
                for (gint64 off = -1; off <= 1; off++)
                    if (option_takes(block, option, option->min + off) != (off >= 0) ||
                        option_takes(block, option, option->max + off) != (off <= 0))
                        fail_msg("%s.%s at %d of an edge", block->name, option->key, (int)off);
            }
        }
    }
    assert_true(looked_at > 15);
}

static void
test_errors_kept(void **state)
{
    (void)state;
    for (gsize count = ERRORS_KEPT - 1; count <= ERRORS_KEPT + 1; count++) {
        g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example } }\n");
        for (gsize i = 0; i < count; i++)
            g_string_append(text, "}\n");
        assert_int_equal(errors_of_text(text->str), MIN(count, ERRORS_KEPT));
    }
}

/* All that is wrong with @text, once its groups are looked at too. (transfer full) */
static char *
said_of_policies(const char *text)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_parse(text, "t", (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
    if (config) {
        g_autoptr(ExeatPolicySettings) settings = exeat_policy_settings_new(config, errors);
        assert_int_equal(settings == NULL, exeat_config_errors_count(errors) > 0);
    }
    return exeat_config_errors_to_text(errors);
}

/* A file that includes an empty one again and again. */
static void
test_files_most(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *first = fixture_path(fixture, "many.conf"), *leaf = fixture_path(fixture, "leaf.conf");
    write_text(leaf, "# nothing\n");
    for (gsize files = CONFIG_FILES_MOST - 1; files <= CONFIG_FILES_MOST + 1; files++) {
        g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example } }\n");
        for (gsize i = 1; i < files; i++)
            g_string_append(text, "include \"leaf.conf\"\n");
        write_text(first, text->str);
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig)
            config = exeat_config_read(first, (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
        assert_int_equal(exeat_config_files(config)->len, MIN(files, CONFIG_FILES_MOST));
        assert_int_equal(exeat_config_errors_count(errors), files > CONFIG_FILES_MOST);
        if (files <= CONFIG_FILES_MOST)
            continue;
        const ExeatConfigError *error = exeat_config_errors_get(errors, 0);
        assert_string_equal(error->file, first);
        assert_int_equal(error->line, files);
        assert_string_equal(error->remedy, "Put what they say into fewer files");
    }
}

/* Each level includes the next one twice: 2 to the power of the depth files, were they all read. And a file that
 * includes itself twice is told so twice, and read once. */
static void
test_includes_that_multiply(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *first = fixture_path(fixture, "double-0.conf"), *self = fixture_path(fixture, "self.conf");
    for (guint i = 0; i <= CONFIG_INCLUDE_DEPTH; i++) {
        g_autofree char *name = g_strdup_printf("double-%u.conf", i), *path = fixture_path(fixture, name);
        g_autofree char *text = g_strdup_printf("include double-%u.conf\ninclude double-%u.conf\n", i + 1, i + 1);
        write_text(path, i < CONFIG_INCLUDE_DEPTH ? text : "# the innermost\n");
    }
    write_text(self, "school { name = x domains = { a.example } }\ninclude self.conf\ninclude ./self.conf\n");
    const struct {
        const char *path;
        guint files;
        const char *want;
    } rows[] = {{first, CONFIG_FILES_MOST, "more than 256 files"}, {self, 1, "self.conf:3: include: "}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig)
            config = exeat_config_read(rows[i].path, (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
        g_autofree char *said = exeat_config_errors_to_text(errors);
        assert_int_equal(exeat_config_files(config)->len, rows[i].files);
        if (!strstr(said, rows[i].want))
            fail_msg("%s: %s", rows[i].path, said);
    }
}

static void
test_blocks_most(void **state)
{
    (void)state;
    for (gsize count = CONFIG_BLOCKS_MOST - 1; count <= CONFIG_BLOCKS_MOST + 1; count++) {
        g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example } }\n");
        for (gsize i = 1; i < count; i++)
            g_string_append_printf(text, "group g%zu { members = a@b.example }\n", i);
        g_autofree char *want = g_strdup_printf("t:%zu: group: there are more than %d blocks. Put what they say into "
                                                "fewer blocks.\n",
                                                count, CONFIG_BLOCKS_MOST);
        g_autofree char *said = said_of_policies(text->str);
        assert_string_equal(said, count > CONFIG_BLOCKS_MOST ? want : "");
    }
}

static void
test_group_depth(void **state)
{
    (void)state;
    for (gsize deep = GROUP_DEPTH - 1; deep <= GROUP_DEPTH + 1; deep++) {
        g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example } }\n");
        for (gsize i = 1; i <= deep; i++) {
            g_autofree char *member = i < deep ? g_strdup_printf("g%zu", i + 1) : g_strdup("x@a.example");
            g_string_append_printf(text, "group \"g%zu\" { members = { %s } }\n", i, member);
        }
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig) config = exeat_config_parse(
            text->str, "t", (const ExeatBlock *)(gconstpointer)policy_blocks()->data, errors);
        g_autoptr(ExeatPolicySettings) settings = exeat_policy_settings_new(config, errors);
        if (deep <= GROUP_DEPTH) {
            assert_non_null(settings);
            assert_true(exeat_group_has(settings, "g1", "x@a.example"));
            assert_false(exeat_group_has(settings, "g1", "y@a.example"));
            continue;
        }
        assert_null(settings);
        g_autofree char *said = exeat_config_errors_to_text(errors);
        assert_string_equal(said, "t:2: group.members: the group \"g1\" has groups more than 8 deep in one another. "
                                  "Write the members of the innermost groups into those that hold them.\n");
    }
}

/* Groups that each hold the first one, so that its thousand members count again with each; the last names what is left.
 */
static void
test_group_members(void **state)
{
    (void)state;
    const gsize base = 1000, holders = 98; /* holders count their one member and those of the base */
    const gsize rest = GROUP_RESOLVED_MEMBERS - base - holders * (base + 1);
    for (gsize count = rest - 1; count <= rest + 1; count++) {
        g_autoptr(GString)
            text = g_string_new("school { name = x domains = { a.example } }\ngroup base { members = { p");
        for (gsize i = 1; i < base; i++)
            g_string_append(text, ", p");
        g_string_append(text, " } }\n");
        for (gsize i = 0; i < holders; i++)
            g_string_append_printf(text, "group g%zu { members = base }\n", i);
        g_string_append(text, "group last { members = { p");
        for (gsize i = 1; i < count; i++)
            g_string_append(text, ", p");
        g_string_append(text, " } }\n");
        g_autofree char *said = said_of_policies(text->str);
        if (count <= rest)
            assert_string_equal(said, "");
        else
            assert_non_null(strstr(said, "t:101: group.members: the group \"last\" brings the members"));
    }
}

static void
test_group_circles(void **state)
{
    (void)state;
    static const struct {
        const char *groups, *want;
    } rows[] = {
        {"group a { members = { x@a.example, a } }",
         "t:2: group.members: the group \"a\" leads to a group that holds "},
        {"group a { members = { b, b } }\ngroup b { members = { a, a } }",
         "t:3: group.members: the group \"b\" leads "},
        {"group a { members = b }\ngroup b { members = c }\ngroup c { members = b }", "Take one of the groups out of"},
        {"group a { members = { b, c } }\ngroup b { members = c }\ngroup c { members = x@a.example }", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("school { name = x domains = { a.example } }\n%s\n", rows[i].groups);
        g_autofree char *said = said_of_policies(text);
        if (rows[i].want ? !strstr(said, rows[i].want) : *said)
            fail_msg("%s: %s", rows[i].groups, said);
    }
}

/* A hundred ways at each level: a hundred to the power of eight, were they all gone. */
static void
test_groups_that_multiply(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("school { name = x domains = { a.example } }\n");
    for (guint i = 0; i < GROUP_DEPTH; i++) {
        g_string_append_printf(text, "group g%u { members = { g%u", i, i + 1);
        for (guint k = 1; k < 100; k++)
            g_string_append_printf(text, ", g%u", i + 1);
        g_string_append(text, " } }\n");
    }
    g_autofree char *said = said_of_policies(text->str);
    assert_non_null(strstr(said, "more than 100000"));
}

static void
test_token(void **state)
{
    (void)state;
    g_autoptr(GBytes) key = g_bytes_new_static("0123456789abcdef0123456789abcdef", 32);
    g_autofree char *shortest = exeat_token_make(key, "H", "a@b.example", "c@d.example", 2000000000);
    for (gsize length = TOKEN_LIMIT - 1; length <= TOKEN_LIMIT + 1; length++) {
        g_autofree char *id = g_strnfill(length - strlen(shortest) + 1, 'H');
        g_autofree char *token = exeat_token_make(key, id, "a@b.example", "c@d.example", 2000000000);
        assert_int_equal(strlen(token), length);
        assert_int_equal(exeat_token_verify(key, token, "a@b.example", "c@d.example", 1, NULL), length <= TOKEN_LIMIT);
    }
}

static void
test_field_name(void **state)
{
    (void)state;
    for (gsize length = NAME_MAX_BYTES - 1; length <= NAME_MAX_BYTES + 1; length++) {
        g_autofree char *name = g_strnfill(length, 'N');
        g_autofree char *text = g_strdup_printf("Subject: a\r\n%s: b\r\nTo: c\r\n\r\n", name);
        g_auto(ExeatHeaderBlock) block;
        exeat_headers_scan(text, strlen(text), 100, 10000, &block);
        assert_int_equal(block.fields->len, length <= NAME_MAX_BYTES ? 3 : 2);
    }
}

static void
test_charset_name(void **state)
{
    (void)state;
    for (gsize length = CHARSET_MAX - 1; length <= CHARSET_MAX + 1; length++) {
        g_autofree char *charset = g_strnfill(length, 'x');
        g_autofree char *word = g_strdup_printf("=?%s?q?a?=", charset);
        assert_int_equal(exeat_encoded_word_length(word, word + strlen(word)) > 0, length <= CHARSET_MAX);
    }
}

static void
test_hits(void **state)
{
    (void)state;
    for (gsize count = EXEAT_HITS_MAX - 1; count <= EXEAT_HITS_MAX + 1; count++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (gsize i = 0; i < count; i++)
            g_string_append_printf(text, "NHS number 943 476 5919\n");
        const ExeatText piece = {.zone = EXEAT_ZONE_NEW, .text = text->str, .length = text->len};
        g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
        ExeatContext context;
        exeat_context_init(&context, &piece);
        exeat_identifiers_find(&context, fuzz_directory(), exeat_policy_settings_school(fuzz_settings()), 1, hits);
        exeat_context_clear(&context);
        assert_int_equal(hits->len, MIN(count, EXEAT_HITS_MAX));
    }
}

/* The spool's two bounds: what goes to the file, and what is refused. The bytes are the same in whatever pieces they
 * come. */
static void
test_spool(void **state)
{
    const Fixture *fixture = *state;
    const gsize memory = 1000, most = 5000;
    g_autofree char *bytes = g_strnfill(most + 1, 'x');
    const gsize sizes[] = {memory - 1, memory, memory + 1, most - 1, most, most + 1};
    for (gsize i = 0; i < most + 1; i++)
        bytes[i] = (char)('a' + i % 23);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (gsize step = 1; step <= sizes[i]; step = step * 3 + 1) {
            g_autoptr(ExeatSpool) spool = exeat_spool_new(fixture->folder, memory, most);
            g_autoptr(GBytes) whole = NULL;
            g_autoptr(GError) error = NULL;
            bool taken = true;
            for (gsize at = 0; at < sizes[i] && taken; at += step)
                taken = exeat_spool_append(spool, bytes + at, MIN(step, sizes[i] - at), &error);
            assert_int_equal(taken, sizes[i] <= most);
            if (!taken) {
                assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT));
                continue;
            }
            assert_ok(exeat_spool_finish(spool, &whole, &error));
            assert_int_equal(g_bytes_get_size(whole), sizes[i]);
            assert_memory_equal(g_bytes_get_data(whole, NULL), bytes, sizes[i]);
        }
    }
}

static void
test_secret_file(void **state)
{
    g_autofree char *path = fixture_path(*state, "secret");
    for (gsize size = EXEAT_SECRET_FILE_LIMIT - 1; size <= EXEAT_SECRET_FILE_LIMIT + 1; size++) {
        g_autofree char *text = g_strnfill(size, 's');
        g_autoptr(GBytes) bytes = NULL;
        g_autoptr(GError) error = NULL;
        write_text(path, text);
        assert_int_equal(chmod(path, 0600), 0);
        assert_int_equal(exeat_secret_load(path, true, &bytes, &error), size <= EXEAT_SECRET_FILE_LIMIT);
    }
}

static void
test_certificates(void **state)
{
    const Fixture *fixture = *state;
    for (gsize count = EXEAT_SEAL_CERTIFICATES - 1; count <= EXEAT_SEAL_CERTIFICATES + 1; count++) {
        const char *paths[EXEAT_SEAL_CERTIFICATES + 2] = {NULL};
        g_autoptr(ExeatSealer) sealer = NULL;
        g_autoptr(GError) error = NULL;
        for (gsize i = 0; i < count; i++)
            paths[i] = fixture->certificate;
        assert_int_equal(exeat_sealer_new(paths, &sealer, &error), count <= EXEAT_SEAL_CERTIFICATES);
    }
}

/* Imports a roll and gives what the directory then counts. */
static ExeatDirectoryStats
import_roll(const Fixture *fixture, const char *text, ExeatImportReport **out_report)
{
    g_autofree char *path = fixture_path(fixture, "roll.csv"), *file = fixture_path(fixture, "directory");
    const ExeatImportSource source = {.path = path, .role = EXEAT_ROLE_PUPIL};
    const ExeatImportOptions options = {.map = NULL};
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(fuzz_directory_key());
    g_autoptr(ExeatDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;
    ExeatDirectoryStats stats;
    write_text(path, text);
    assert_ok(exeat_directory_import(&source, 1, &options, builder, out_report, &error));
    assert_ok(exeat_directory_builder_write(builder, file, &error));
    assert_ok(exeat_directory_open(file, fuzz_directory_key(), &directory, &error));
    exeat_directory_stats(directory, &stats);
    return stats;
}

/* The address stands in the last column: beyond EXEAT_IMPORT_MAX_COLUMNS nobody reads it. */
static void
test_import_columns(void **state)
{
    for (gsize count = EXEAT_IMPORT_MAX_COLUMNS - 1; count <= EXEAT_IMPORT_MAX_COLUMNS + 1; count++) {
        g_autoptr(GString) head = g_string_new("Surname,Forename"), row = g_string_new("Lee,Ann");
        g_autoptr(ExeatImportReport) report = NULL;
        for (gsize i = 3; i < count; i++) {
            g_string_append_printf(head, ",Spare%zu", i);
            g_string_append(row, ",");
        }
        g_autofree char *text = g_strdup_printf("%s,Email\n%s,ann@home.example\n", head->str, row->str);
        ExeatDirectoryStats stats = import_roll(*state, text, &report);
        assert_int_equal(stats.addresses, count <= EXEAT_IMPORT_MAX_COLUMNS ? 1 : 0);
    }
}

/* An address at the end of a cell that is cut at EXEAT_IMPORT_MAX_FIELD loses its last letter. */
static void
test_import_field(void **state)
{
    for (gsize length = EXEAT_IMPORT_MAX_FIELD - 1; length <= EXEAT_IMPORT_MAX_FIELD + 1; length++) {
        g_autofree char *spaces = g_strnfill(length - strlen("ann@home.uk"), ' ');
        g_autofree char *text = g_strdup_printf("Surname,Forename,Email\nLee,Ann,\"%sann@home.uk\"\n", spaces);
        g_autofree char *file = fixture_path(*state, "directory");
        g_autoptr(ExeatImportReport) report = NULL;
        g_autoptr(ExeatDirectory) directory = NULL;
        import_roll(*state, text, &report);
        assert_true(exeat_directory_open(file, fuzz_directory_key(), &directory, NULL));
        assert_int_equal(exeat_directory_address(directory, "ann@home.uk", NULL, NULL),
                         length <= EXEAT_IMPORT_MAX_FIELD);
    }
}

static void
test_import_problems(void **state)
{
    for (gsize count = EXEAT_IMPORT_MAX_PROBLEMS - 1; count <= EXEAT_IMPORT_MAX_PROBLEMS + 1; count++) {
        g_autoptr(GString) text = g_string_new("Surname,Forename,DOB\n");
        g_autoptr(ExeatImportReport) report = NULL;
        for (gsize i = 0; i < count; i++)
            g_string_append(text, "Lee,Ann,31/02/2013\n");
        import_roll(*state, text->str, &report);
        assert_int_equal(report->problems_count, count);
        assert_int_equal(report->problems->len, MIN(count, EXEAT_IMPORT_MAX_PROBLEMS));
    }
}

static void
test_import_texts(void **state)
{
    const gsize names = 2; /* the given and the family name are two of them */
    for (gsize count = IMPORT_MAX_TEXTS - 1; count <= IMPORT_MAX_TEXTS + 1; count++) {
        g_autoptr(GString) text = g_string_new("UPN,Surname,Forename,Email\n");
        g_autoptr(ExeatImportReport) report = NULL;
        for (gsize i = 0; i < count - names; i++)
            g_string_append_printf(text, ",Lee,Ann,ann%zu@home.example\n", i);
        ExeatDirectoryStats stats = import_roll(*state, text->str, &report);
        assert_int_equal(stats.addresses, MIN(count, IMPORT_MAX_TEXTS) - names);
    }
}

static int
start(void **state)
{
    exeat_message_library_init();
    return fixture_setup(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_include_depth),
        cmocka_unit_test(test_config_file_bytes),
        cmocka_unit_test(test_config_of_no_file),
        cmocka_unit_test(test_list_entries),
        cmocka_unit_test(test_text_bytes),
        cmocka_unit_test(test_errors_kept),
        cmocka_unit_test(test_option_edges),
        cmocka_unit_test(test_group_depth),
        cmocka_unit_test(test_files_most),
        cmocka_unit_test(test_includes_that_multiply),
        cmocka_unit_test(test_blocks_most),
        cmocka_unit_test(test_group_members),
        cmocka_unit_test(test_group_circles),
        cmocka_unit_test(test_groups_that_multiply),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_field_name),
        cmocka_unit_test(test_charset_name),
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_spool),
        cmocka_unit_test(test_secret_file),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_import_columns),
        cmocka_unit_test(test_import_field),
        cmocka_unit_test(test_import_problems),
        cmocka_unit_test(test_import_texts),
    };
    return cmocka_run_group_tests_name("limits", tests, start, fixture_teardown);
}
