/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads exeat.conf: words, strings, lists and blocks. The reader never gives up at an error: it notes it, skips to
 * where the next statement can begin, and goes on, so that an operator sees all of them at once.
 *
 * Owns the structs of all blocks. Immutable once loaded, with an atomic reference count.
 */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/config-private.h"

#define CONFIG_FILE_BYTES (4 * 1024 * 1024)
#define CONFIG_INCLUDE_DEPTH 8
#define CONFIG_FILES_MOST 256
#define CONFIG_BLOCKS_MOST 5000 /* the next one is looked for among all of them */

typedef struct ConfigSection {
    const ExeatBlock *block;
    char *title;
    char *file;
    guint line;
    void *fields;
    GHashTable *seen; /* keys already set */
} ConfigSection;

struct ExeatConfig {
    gatomicrefcount references;
    GPtrArray *sections;
    GPtrArray *files; /* paths that were read, the includes too */
    const ExeatBlock *blocks;
};

typedef struct ConfigReader {
    ExeatConfig *config;
    ExeatConfigErrors *errors;
    guint depth;
    char *open[CONFIG_INCLUDE_DEPTH + 1]; /* paths of the files in hand, the first one outermost; NULL: from memory */
} ConfigReader;

static void config_read_file(ConfigReader *reader, const char *path, const ExeatConfigPlace *from);

static void
section_free(gpointer data)
{
    ConfigSection *section = data;
    exeat_options_clear(section->block, section->fields);
    g_free(section->fields);
    g_free(section->title);
    g_free(section->file);
    g_hash_table_unref(section->seen);
    g_free(section);
}

static ConfigSection *
section_new(ExeatConfig *config, const ExeatBlock *block, const char *title, const ExeatConfigPlace *place)
{
    ConfigSection *section = g_new0(ConfigSection, 1);
    section->block = block;
    section->title = g_strdup(title);
    section->file = g_strdup(place->file);
    section->line = place->line;
    section->fields = g_malloc0(MAX(block->size, 1));
    section->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    exeat_options_default(block, section->fields);
    g_ptr_array_add(config->sections, section);
    return section;
}

static ConfigSection *
config_find(const ExeatConfig *config, const char *name, const char *title)
{
    for (guint i = 0; i < config->sections->len; i++) {
        ConfigSection *section = g_ptr_array_index(config->sections, i);
        if (g_str_equal(section->block->name, name) && g_strcmp0(section->title, title) == 0)
            return section;
    }
    return NULL;
}

static const ExeatBlock *
config_block_named(const ExeatConfig *config, const char *name)
{
    for (const ExeatBlock *block = config->blocks; block->name; block++)
        if (g_str_equal(block->name, name))
            return block;
    return NULL;
}

static const ExeatOption *
block_option(const ExeatBlock *block, const char *key)
{
    for (const ExeatOption *const *table = block->tables; *table; table++)
        for (const ExeatOption *option = *table; option->key; option++)
            if (g_str_equal(option->key, key))
                return option;
    return NULL;
}

static char *
suggest(const char *word, GStrvBuilder *builder, const char *what)
{
    g_auto(GStrv) known = g_strv_builder_end(builder);
    const char *near = exeat_options_nearest(word, (const char *const *)known);
    if (near)
        return g_strdup_printf("Did you mean %s?", near);
    g_autofree char *all = g_strjoinv(", ", known);
    return g_strdup_printf("Known %s: %s", what, all);
}

static char *
suggest_key(const ExeatBlock *block, const char *key)
{
    g_autoptr(GStrvBuilder) known = g_strv_builder_new();
    for (const ExeatOption *const *table = block->tables; *table; table++)
        for (const ExeatOption *option = *table; option->key; option++)
            g_strv_builder_add(known, option->key);
    return suggest(key, known, "settings");
}

static char *
suggest_block(const ExeatConfig *config, const char *name)
{
    g_autoptr(GStrvBuilder) known = g_strv_builder_new();
    for (const ExeatBlock *block = config->blocks; block->name; block++)
        g_strv_builder_add(known, block->name);
    g_strv_builder_add(known, "include");
    return suggest(name, known, "blocks");
}

/* key = VALUE, inside a block. @section is NULL inside a block that nobody knows: the value is read and forgotten. */
static void
read_setting(ConfigReader *reader, ExeatLexer *lexer, ConfigSection *section, const char *key, guint line)
{
    ExeatConfigPlace place = {lexer->file, line};
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *full = section ? g_strdup_printf("%s.%s", section->block->name, key) : g_strdup(key);
    if (!exeat_lexer_values(lexer, full, values, reader->errors) || !section)
        return;
    const ExeatOption *option = block_option(section->block, key);
    if (!option) {
        g_autofree char *remedy = suggest_key(section->block, key);
        exeat_config_errors_add(reader->errors, &place, full, remedy, "there is no such setting");
        return;
    }
    if (!g_hash_table_add(section->seen, g_strdup(key))) {
        exeat_config_errors_add(reader->errors, &place, full, "Keep one of them", "the setting stands there twice");
        return;
    }
    g_autofree char *reason = NULL;
    g_autofree char *remedy = NULL;
    if (!exeat_option_set(option, section->fields, (const char *const *)values->pdata, values->len, &reason, &remedy))
        exeat_config_errors_add(reader->errors, &place, full, remedy, "%s", reason);
}

static void
check_section(ConfigReader *reader, ConfigSection *section)
{
    ExeatConfigPlace place = {section->file, section->line};
    for (const ExeatOption *const *table = section->block->tables; *table; table++) {
        for (const ExeatOption *option = *table; option->key; option++) {
            if (!option->required || g_hash_table_contains(section->seen, option->key))
                continue;
            g_autofree char *full = g_strdup_printf("%s.%s", section->block->name, option->key);
            g_autofree char *remedy = g_strdup_printf("Add %s = …: %s", option->key, option->help);
            exeat_config_errors_add(reader->errors, &place, full, remedy, "the setting is missing");
        }
    }
    if (section->block->check)
        section->block->check(section->fields, section->title, &place, reader->errors);
}

static ConfigSection *
open_section(ConfigReader *reader, const char *name, const char *title, const ExeatConfigPlace *place)
{
    const ExeatBlock *block = config_block_named(reader->config, name);
    if (!block) {
        g_autofree char *remedy = suggest_block(reader->config, name);
        exeat_config_errors_add(reader->errors, place, name, remedy, "there is no such block");
        return NULL;
    }
    if (block->titled != (title != NULL)) {
        g_autofree char *remedy = g_strdup_printf(block->titled ? "Write %s \"NAME\" { … }" : "Write %s { … }", name);
        exeat_config_errors_add(reader->errors, place, name, remedy,
                                block->titled ? "the block needs a name" : "the block takes no name");
        return NULL;
    }
    const ConfigSection *earlier = config_find(reader->config, name, title);
    if (earlier) {
        exeat_config_errors_add(reader->errors, place, name, "Put both into one block",
                                "the block stands there already, at %s:%u", earlier->file, earlier->line);
        return NULL;
    }
    if (reader->config->sections->len >= CONFIG_BLOCKS_MOST) {
        exeat_config_errors_add(reader->errors, place, name, "Put what they say into fewer blocks",
                                "there are more than %d blocks", CONFIG_BLOCKS_MOST);
        return NULL;
    }
    return section_new(reader->config, block, title, place);
}

/* What stands between { and }. */
static void
read_block(ConfigReader *reader, ExeatLexer *lexer, const char *name, const char *title, guint line)
{
    ExeatConfigPlace place = {lexer->file, line};
    ConfigSection *section = open_section(reader, name, title, &place);
    for (;;) {
        exeat_lexer_next(lexer, reader->errors);
        if (lexer->token == EXEAT_TOKEN_CLOSE)
            break;
        if (lexer->token == EXEAT_TOKEN_END) {
            exeat_config_errors_add(reader->errors, &place, name, "Add the missing }", "the block is never closed");
            break;
        }
        if (lexer->token != EXEAT_TOKEN_WORD) {
            exeat_lexer_complain(lexer, reader->errors, "Write SETTING = VALUE");
            continue;
        }
        g_autofree char *key = g_strdup(lexer->word->str);
        read_setting(reader, lexer, section, key, lexer->line);
    }
    if (section)
        check_section(reader, section);
}

/* A file that includes two files, each of which does the same, costs 2 to the power of the depth: so both have a bound.
 */
static bool
may_include(const ConfigReader *reader, const char *path, const ExeatConfigPlace *place)
{
    g_autofree char *plain = g_canonicalize_filename(path, NULL);
    for (guint i = 0; i <= reader->depth; i++) {
        if (g_strcmp0(reader->open[i], plain) == 0) {
            exeat_config_errors_add(reader->errors, place, "include", "Do not let a file include itself",
                                    "%s is being read already", path);
            return false;
        }
    }
    if (reader->depth >= CONFIG_INCLUDE_DEPTH) {
        exeat_config_errors_add(reader->errors, place, "include", "Include it from a file further out",
                                "files are nested more than %d deep", CONFIG_INCLUDE_DEPTH);
        return false;
    }
    if (reader->config->files->len >= CONFIG_FILES_MOST) {
        exeat_config_errors_add(reader->errors, place, "include", "Put what they say into fewer files",
                                "there are more than %d files, each counted as often as it is included",
                                CONFIG_FILES_MOST);
        return false;
    }
    return true;
}

static void
read_include(ConfigReader *reader, ExeatLexer *lexer)
{
    ExeatConfigPlace place = {lexer->file, lexer->line};
    exeat_lexer_next(lexer, reader->errors);
    if (lexer->token != EXEAT_TOKEN_WORD && lexer->token != EXEAT_TOKEN_STRING) {
        exeat_lexer_complain(lexer, reader->errors, "Write include \"FILE\"");
        return;
    }
    g_autofree char *folder = g_path_get_dirname(lexer->file);
    g_autofree char *path = g_path_is_absolute(lexer->word->str) ? g_strdup(lexer->word->str)
                                                                 : g_build_filename(folder, lexer->word->str, NULL);
    if (!may_include(reader, path, &place))
        return;
    reader->depth++;
    config_read_file(reader, path, &place);
    reader->depth--;
}

/* NAME { … }, NAME "TITLE" { … } or include "FILE". */
static void
read_statement(ConfigReader *reader, ExeatLexer *lexer)
{
    guint line = lexer->line;
    g_autofree char *name = g_strdup(lexer->word->str);
    if (g_str_equal(name, "include")) {
        read_include(reader, lexer);
        return;
    }
    exeat_lexer_next(lexer, reader->errors);
    g_autofree char *title = NULL;
    if (lexer->token == EXEAT_TOKEN_WORD || lexer->token == EXEAT_TOKEN_STRING) {
        title = g_strdup(lexer->word->str);
        exeat_lexer_next(lexer, reader->errors);
    }
    if (lexer->token == EXEAT_TOKEN_OPEN) {
        read_block(reader, lexer, name, title, line);
        return;
    }
    ExeatConfigPlace place = {lexer->file, line};
    exeat_config_errors_add(reader->errors, &place, name, "Put settings into a block: NAME { … }",
                            "this stands outside any block");
    exeat_lexer_skip_line(lexer);
}

static void
config_read_text(ConfigReader *reader, const char *text, gsize length, const char *name)
{
    ExeatConfigPlace place = {name, 1};
    if (strlen(text) != length) {
        exeat_config_errors_add(reader->errors, &place, NULL, "Save the file as plain text",
                                "the file holds a NUL byte");
        return;
    }
    ExeatLexer lexer;
    exeat_lexer_init(&lexer, text, name);
    for (;;) {
        exeat_lexer_next(&lexer, reader->errors);
        if (lexer.token == EXEAT_TOKEN_END)
            break;
        if (lexer.token == EXEAT_TOKEN_WORD)
            read_statement(reader, &lexer);
        else
            exeat_lexer_complain(&lexer, reader->errors, "Write NAME { … }");
    }
    exeat_lexer_clear(&lexer);
}

/* No more than is taken, whatever stands there: a device has no end. False with errno set. (transfer full) */
static bool
config_read_bytes(const char *path, GByteArray **out_bytes)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 piece[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && bytes->len <= CONFIG_FILE_BYTES) {
        got = read(fd, piece, sizeof piece);
        if (got > 0)
            g_byte_array_append(bytes, piece, (guint)got);
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    int failure = errno;
    if (fd >= 0)
        close(fd);
    errno = failure;
    if (got < 0)
        return false;
    *out_bytes = g_steal_pointer(&bytes);
    return true;
}

static void
config_read_file(ConfigReader *reader, const char *path, const ExeatConfigPlace *from)
{
    g_autoptr(GByteArray) bytes = NULL;
    if (!config_read_bytes(path, &bytes)) {
        exeat_config_errors_add(reader->errors, from, NULL, "Name a file that this user may read",
                                "%s cannot be read: %s", path, g_strerror(errno));
        return;
    }
    if (bytes->len > CONFIG_FILE_BYTES) {
        exeat_config_errors_add(reader->errors, from, NULL, "Split it with include", "%s is larger than %d bytes", path,
                                CONFIG_FILE_BYTES);
        return;
    }
    gsize length = bytes->len;
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    g_ptr_array_add(reader->config->files, g_strdup(path));
    reader->open[reader->depth] = g_canonicalize_filename(path, NULL);
    config_read_text(reader, (const char *)bytes->data, length, path);
    g_clear_pointer(&reader->open[reader->depth], g_free);
}

static ExeatConfig *
config_new(const ExeatBlock *blocks)
{
    ExeatConfig *config = g_new0(ExeatConfig, 1);
    g_atomic_ref_count_init(&config->references);
    config->sections = g_ptr_array_new_with_free_func(section_free);
    config->files = g_ptr_array_new_with_free_func(g_free);
    config->blocks = blocks;
    return config;
}

/* Blocks that do not stand there get their defaults; those that must stand there are errors. */
static ExeatConfig *
config_finish(ExeatConfig *config, const char *name, ExeatConfigErrors *errors)
{
    ExeatConfigPlace nowhere = {name, 0};
    for (const ExeatBlock *block = config->blocks; block->name; block++) {
        if (block->titled || config_find(config, block->name, NULL))
            continue;
        if (block->required) {
            g_autofree char *remedy = g_strdup_printf("Add %s { … }: %s", block->name, block->help);
            exeat_config_errors_add(errors, &nowhere, block->name, remedy, "the block is missing");
        }
        section_new(config, block, NULL, &nowhere);
    }
    return config;
}

ExeatConfig *
exeat_config_read(const char *path, const ExeatBlock *blocks, ExeatConfigErrors *errors)
{
    ConfigReader reader = {.config = config_new(blocks), .errors = errors};
    ExeatConfigPlace place = {path, 0};
    config_read_file(&reader, path, &place);
    return config_finish(reader.config, path, errors);
}

ExeatConfig *
exeat_config_parse(const char *text, const char *name, const ExeatBlock *blocks, ExeatConfigErrors *errors)
{
    ConfigReader reader = {.config = config_new(blocks), .errors = errors};
    config_read_text(&reader, text, strlen(text), name);
    ExeatConfig *config = config_finish(reader.config, name, errors);
    if (exeat_config_errors_count(errors) > 0)
        g_clear_pointer(&config, exeat_config_unref);
    return config;
}

ExeatConfig *
exeat_config_ref(ExeatConfig *config)
{
    g_atomic_ref_count_inc(&config->references);
    return config;
}

void
exeat_config_unref(ExeatConfig *config)
{
    if (!config || !g_atomic_ref_count_dec(&config->references))
        return;
    g_ptr_array_unref(config->sections);
    g_ptr_array_unref(config->files);
    g_free(config);
}

const GPtrArray *
exeat_config_files(const ExeatConfig *config)
{
    return config->files;
}

const void *
exeat_config_block(const ExeatConfig *config, const char *name)
{
    const ConfigSection *section = config_find(config, name, NULL);
    return section ? section->fields : NULL;
}

bool
exeat_config_has_block(const ExeatConfig *config, const char *name)
{
    return exeat_config_place(config, name).line > 0;
}

static const ConfigSection *
config_titled(const ExeatConfig *config, const char *name, guint wanted, guint *out_count)
{
    guint count = 0;
    for (guint i = 0; i < config->sections->len; i++) {
        const ConfigSection *section = g_ptr_array_index(config->sections, i);
        if (section->title && g_str_equal(section->block->name, name) && count++ == wanted)
            return section;
    }
    *out_count = count;
    return NULL;
}

guint
exeat_config_titled_count(const ExeatConfig *config, const char *name)
{
    guint count = 0;
    config_titled(config, name, G_MAXUINT, &count);
    return count;
}

const void *
exeat_config_titled(const ExeatConfig *config, const char *name, guint i, const char **out_title)
{
    guint count = 0;
    const ConfigSection *section = config_titled(config, name, i, &count);
    if (section && out_title)
        *out_title = section->title;
    return section ? section->fields : NULL;
}

ExeatConfigPlace
exeat_config_place(const ExeatConfig *config, const char *name)
{
    const ConfigSection *section = config_find(config, name, NULL);
    if (!section)
        return (ExeatConfigPlace){NULL, 0};
    return (ExeatConfigPlace){section->file, section->line};
}

ExeatConfigPlace
exeat_config_titled_place(const ExeatConfig *config, const char *name, guint i)
{
    guint count = 0;
    const ConfigSection *section = config_titled(config, name, i, &count);
    if (!section)
        return (ExeatConfigPlace){NULL, 0};
    return (ExeatConfigPlace){section->file, section->line};
}
