/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns the words of exeat.conf into typed fields. Each type has one reader, found by a table; a reader either fills
 * the field or says why not and what to write instead. No state, no output: safe in any thread.
 */
#include "base/options.h"

#include <string.h>

#define TEXT_BYTES_DEFAULT 1024

typedef struct OptionFault {
    char *reason;
    char *remedy;
} OptionFault;

typedef struct Unit {
    const char *suffix;
    gint64 factor;
} Unit;

static const Unit size_units[] = {{"", 1}, {"K", 1024}, {"M", 1024 * 1024}, {"G", 1024 * 1024 * 1024}, {NULL, 0}};
static const Unit duration_units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}, {NULL, 0}};
static const Unit count_units[] = {{"", 1}, {NULL, 0}};

static void *
option_field(const ExeatOption *option, void *fields)
{
    return (char *)fields + option->offset;
}

static bool
option_fail(OptionFault *fault, char *reason, char *remedy)
{
    fault->reason = reason;
    fault->remedy = remedy;
    return false;
}

/* Edit distance, small and quadratic: both words are keys of ours or at most a screen line long. */
static guint
word_distance(const char *a, const char *b)
{
    gsize length = strlen(b);
    if (strlen(a) > 64 || length > 64)
        return G_MAXUINT;
    guint row[65];
    for (gsize j = 0; j <= length; j++)
        row[j] = (guint)j;
    for (gsize i = 1; a[i - 1]; i++) {
        guint diagonal = row[0];
        row[0] = (guint)i;
        for (gsize j = 1; j <= length; j++) {
            guint above = row[j];
            guint change = diagonal + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));
            row[j] = MIN(change, MIN(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[length];
}

const char *
exeat_options_nearest(const char *word, const char *const *words)
{
    const char *best = NULL;
    guint least = 3;
    for (; *words; words++) {
        guint distance = word_distance(word, *words);
        if (distance < least && distance < strlen(word)) {
            least = distance;
            best = *words;
        }
    }
    return best;
}

static bool
read_bool(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    (void)option;
    if (g_str_equal(value, "yes") || g_str_equal(value, "no")) {
        *(bool *)field = value[0] == 'y';
        return true;
    }
    return option_fail(fault, g_strdup_printf("\"%s\" is neither yes nor no", value), g_strdup("Write yes or no"));
}

static char *
describe_range(const ExeatOption *option, const Unit *units, const char *example)
{
    const char *base = units[0].suffix;
    return g_strdup_printf("Write a %s from %" G_GINT64_FORMAT "%s to %" G_GINT64_FORMAT "%s, for example %s",
                           exeat_option_type_name(option->type), option->min, base, option->max, base, example);
}

static bool
read_number(const ExeatOption *option, void *field, const char *value, const Unit *units, OptionFault *fault)
{
    const char *example = option->fallback ? option->fallback : "10";
    char *end = NULL;
    gint64 number = g_ascii_isdigit(value[0]) ? g_ascii_strtoll(value, &end, 10) : -1;
    const Unit *unit = units;
    while (end && unit->suffix && !g_str_equal(end, unit->suffix))
        unit++;
    if (!end || !unit->suffix)
        return option_fail(fault, g_strdup_printf("\"%s\" is no %s", value, exeat_option_type_name(option->type)),
                           describe_range(option, units, example));
    if (number > G_MAXINT64 / unit->factor || number * unit->factor < option->min ||
        number * unit->factor > option->max)
        return option_fail(fault, g_strdup_printf("\"%s\" is out of range", value),
                           describe_range(option, units, example));
    *(gint64 *)field = number * unit->factor;
    return true;
}

static bool
read_count(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    return read_number(option, field, value, count_units, fault);
}

static bool
read_size(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    return read_number(option, field, value, size_units, fault);
}

static bool
read_duration(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    return read_number(option, field, value, duration_units, fault);
}

static bool
text_fits(const ExeatOption *option, const char *value, OptionFault *fault)
{
    gsize most = option->max > 0 ? (gsize)option->max : TEXT_BYTES_DEFAULT;
    if (!g_utf8_validate(value, -1, NULL))
        return option_fail(fault, g_strdup("the text is not UTF-8"), g_strdup("Save the file as UTF-8"));
    if (strlen(value) > most)
        return option_fail(fault, g_strdup_printf("the text is longer than %zu bytes", most), g_strdup("Shorten it"));
    return true;
}

static bool
read_text(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    if (!text_fits(option, value, fault))
        return false;
    g_free(*(char **)field);
    *(char **)field = g_strdup(value);
    return true;
}

char *
exeat_options_choices(const ExeatOption *option)
{
    GString *all = g_string_new(NULL);
    for (const char *const *choice = option->choices; *choice; choice++)
        g_string_append_printf(all, "%s%s", all->len ? ", " : "", *choice);
    return g_string_free(all, FALSE);
}

static bool
read_choice(const ExeatOption *option, void *field, const char *value, OptionFault *fault)
{
    for (int i = 0; option->choices[i]; i++) {
        if (g_str_equal(option->choices[i], value)) {
            *(int *)field = i;
            return true;
        }
    }
    g_autofree char *all = exeat_options_choices(option);
    const char *near = exeat_options_nearest(value, option->choices);
    return option_fail(fault, g_strdup_printf("\"%s\" is not one of %s", value, all),
                       near ? g_strdup_printf("Did you mean %s?", near) : g_strdup_printf("Write one of %s", all));
}

typedef bool (*ScalarReader)(const ExeatOption *, void *, const char *, OptionFault *);

static const ScalarReader scalar_readers[] = {
    [EXEAT_OPTION_BOOL] = read_bool,         [EXEAT_OPTION_COUNT] = read_count, [EXEAT_OPTION_SIZE] = read_size,
    [EXEAT_OPTION_DURATION] = read_duration, [EXEAT_OPTION_TEXT] = read_text,   [EXEAT_OPTION_CHOICE] = read_choice,
};

static bool
read_list(const ExeatOption *option, void *field, const char *const *values, gsize count, OptionFault *fault)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (gsize i = 0; i < count; i++) {
        if (!text_fits(option, values[i], fault))
            return false;
        g_strv_builder_add(builder, values[i]);
    }
    g_strfreev(*(char ***)field);
    *(char ***)field = g_strv_builder_end(builder);
    return true;
}

bool
exeat_option_set(const ExeatOption *option, void *fields, const char *const *values, gsize count, char **out_reason,
                 char **out_remedy)
{
    OptionFault fault = {NULL, NULL};
    void *field = option_field(option, fields);
    bool done;
    if (option->type == EXEAT_OPTION_LIST)
        done = read_list(option, field, values, count, &fault);
    else if (count != 1)
        done = option_fail(&fault, g_strdup_printf("%s takes one value, not a list", option->key),
                           g_strdup_printf("Write %s = VALUE", option->key));
    else
        done = scalar_readers[option->type](option, field, values[0], &fault);
    if (!done) {
        *out_reason = fault.reason;
        *out_remedy = fault.remedy;
    }
    return done;
}

static void
option_default(const ExeatOption *option, void *fields)
{
    g_auto(GStrv) words = NULL;
    if (option->type == EXEAT_OPTION_LIST)
        words = option->fallback && *option->fallback ? g_strsplit(option->fallback, ", ", -1) : g_new0(char *, 1);
    else if (option->fallback)
        words = g_strsplit(option->fallback, "\n", 1);
    else
        return;
    g_autofree char *reason = NULL;
    g_autofree char *remedy = NULL;
    if (!exeat_option_set(option, fields, (const char *const *)words, g_strv_length(words), &reason, &remedy))
        g_error("the default of %s is wrong: %s", option->key, reason);
}

void
exeat_options_default(const ExeatBlock *block, void *fields)
{
    for (const ExeatOption *const *table = block->tables; *table; table++)
        for (const ExeatOption *option = *table; option->key; option++)
            option_default(option, fields);
}

void
exeat_options_clear(const ExeatBlock *block, void *fields)
{
    for (const ExeatOption *const *table = block->tables; *table; table++) {
        for (const ExeatOption *option = *table; option->key; option++) {
            void *field = option_field(option, fields);
            if (option->type == EXEAT_OPTION_TEXT)
                g_clear_pointer((char **)field, g_free);
            else if (option->type == EXEAT_OPTION_LIST)
                g_clear_pointer((char ***)field, g_strfreev);
        }
    }
}

const char *
exeat_option_type_name(ExeatOptionType type)
{
    static const char *const names[] = {"yes or no", "number", "size", "duration", "text", "choice", "list"};
    return names[type];
}
