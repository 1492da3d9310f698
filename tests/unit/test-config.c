/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat.conf: what is read, and that each wrong line is named with its remedy, all in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "base/config.h"

typedef struct Sample {
    bool open;
    gint64 count;
    gint64 size;
    gint64 wait;
    char *name;
    int action;
    char **domains;
} Sample;

static const char *const actions[] = {"observe", "flag", "hold", NULL};

static const ExeatOption sample_options[] = {
    {.key = "open", .type = EXEAT_OPTION_BOOL, .offset = offsetof(Sample, open), .fallback = "yes"},
    {.key = "count",
     .type = EXEAT_OPTION_COUNT,
     .offset = offsetof(Sample, count),
     .fallback = "5",
     .min = 1,
     .max = 10},
    {.key = "size", .type = EXEAT_OPTION_SIZE, .offset = offsetof(Sample, size), .fallback = "1M", .max = 1 << 30},
    {.key = "wait", .type = EXEAT_OPTION_DURATION, .offset = offsetof(Sample, wait), .fallback = "2h", .max = 86400},
    {.key = "name", .type = EXEAT_OPTION_TEXT, .offset = offsetof(Sample, name), .max = 8},
    {.key = "action",
     .type = EXEAT_OPTION_CHOICE,
     .offset = offsetof(Sample, action),
     .fallback = "hold",
     .choices = actions},
    {.key = "domains", .type = EXEAT_OPTION_LIST, .offset = offsetof(Sample, domains), .fallback = "a.test, b.test"},
    {.key = NULL},
};
static const ExeatOption needed_options[] = {
    {.key = "name", .type = EXEAT_OPTION_TEXT, .offset = offsetof(Sample, name), .required = true, .help = "the name"},
    {.key = NULL},
};
static const ExeatOption *const sample_tables[] = {sample_options, NULL};
static const ExeatOption *const needed_tables[] = {needed_options, NULL};
static const ExeatBlock blocks[] = {
    {.name = "sample", .size = sizeof(Sample), .tables = sample_tables},
    {.name = "group", .titled = true, .size = sizeof(Sample), .tables = needed_tables},
    {.name = NULL},
};

static ExeatConfig *
read_good(const char *text)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    ExeatConfig *config = exeat_config_parse(text, "t.conf", blocks, errors);
    if (!config) {
        g_autofree char *all = exeat_config_errors_to_text(errors);
        fail_msg("%s", all);
    }
    return config;
}

static void
test_defaults(void **state)
{
    (void)state;
    g_autoptr(ExeatConfig) config = read_good("");
    const Sample *sample = exeat_config_block(config, "sample");
    assert_true(sample->open);
    assert_int_equal(sample->count, 5);
    assert_int_equal(sample->size, 1 << 20);
    assert_int_equal(sample->wait, 7200);
    assert_null(sample->name);
    assert_int_equal(sample->action, 2);
    assert_int_equal(g_strv_length(sample->domains), 2);
    assert_false(exeat_config_has_block(config, "sample"));
}

static void
test_values(void **state)
{
    (void)state;
    g_autoptr(ExeatConfig)
        config = read_good("\xef\xbb\xbf# a comment, sample { count = 99 }\n"
                           "sample { open = no count = 10\n size=64K wait = 30s # seconds\n"
                           "  name = \"a \\\"b\\\" #\" action = flag\n domains = { x.test, \"y z\", }\n}\n"
                           "group one { name = \"1\" } group \"two\" { name = 2 }\n");
    const Sample *sample = exeat_config_block(config, "sample");
    assert_false(sample->open);
    assert_int_equal(sample->count, 10);
    assert_int_equal(sample->size, 65536);
    assert_int_equal(sample->wait, 30);
    assert_string_equal(sample->name, "a \"b\" #");
    assert_int_equal(sample->action, 1);
    assert_string_equal(sample->domains[1], "y z");
    assert_int_equal(exeat_config_titled_count(config, "group"), 2);
    const char *title = NULL;
    const Sample *group = exeat_config_titled(config, "group", 1, &title);
    assert_string_equal(title, "two");
    assert_string_equal(group->name, "2");
    assert_null(exeat_config_titled(config, "group", 2, NULL));
    assert_int_equal(exeat_config_place(config, "sample").line, 2);
}

static const struct {
    const char *text;
    const char *want; /* all errors, one a line */
} bad[] = {
    {"sample { acton = hold }", "t.conf:1: sample.acton: there is no such setting. Did you mean action?\n"},
    {"sample {\n action = holt\n}",
     "t.conf:2: sample.action: \"holt\" is not one of observe, flag, hold. Did you mean hold?\n"},
    {"sample { count = 11 }",
     "t.conf:1: sample.count: \"11\" is out of range. Write a number from 1 to 10, for example 5.\n"},
    {"sample { count = 0 }",
     "t.conf:1: sample.count: \"0\" is out of range. Write a number from 1 to 10, for example 5.\n"},
    {"sample { wait = 3 }",
     "t.conf:1: sample.wait: \"3\" is no duration. Write a duration from 0s to 86400s, for example 2h.\n"},
    {"sample { open = maybe }", "t.conf:1: sample.open: \"maybe\" is neither yes nor no. Write yes or no.\n"},
    {"sample { name = 123456789 }", "t.conf:1: sample.name: the text is longer than 8 bytes. Shorten it.\n"},
    {"sample { count = { 1, 2 } }",
     "t.conf:1: sample.count: count takes one value, not a list. Write count = VALUE.\n"},
    {"sample { count = 1 count = 2 }", "t.conf:1: sample.count: the setting stands there twice. Keep one of them.\n"},
    {"sampel { count = 1 }", "t.conf:1: sampel: there is no such block. Did you mean sample?\n"},
    {"group { name = 1 }", "t.conf:1: group: the block needs a name. Write group \"NAME\" { … }.\n"},
    {"sample x { }", "t.conf:1: sample: the block takes no name. Write sample { … }.\n"},
    {"group a { }", "t.conf:1: group.name: the setting is missing. Add name = …: the name.\n"},
    {"sample {\n}\nsample { }",
     "t.conf:3: sample: the block stands there already, at t.conf:1. Put both into one block.\n"},
    {"sample {\n name = \"x\n}", "t.conf:2: a quoted text has no end. Close it with \" on the same line.\n"},
    {"sample {\n count 3\n action = flag }",
     "t.conf:2: sample.count: there is no = behind the setting. Write SETTING = VALUE.\n"},
    {"sample { domains = { a b } }",
     "t.conf:1: sample.domains: the list that begins here is not well formed. Write { VALUE, "
     "VALUE }: commas between values, } at the end.\n"},
    {"sample {\n\n", "t.conf:1: sample: the block is never closed. Add the missing }.\n"},
    {"count = 1\n", "t.conf:1: count: this stands outside any block. Put settings into a block: NAME { … }.\n"},
    {"# one\n# two\nsample { x = 1\n y = 2 }\n}",
     "t.conf:3: sample.x: there is no such setting. Known settings: open, count, size, wait, name, action, domains.\n"
     "t.conf:4: sample.y: there is no such setting. Known settings: open, count, size, wait, name, action, domains.\n"
     "t.conf:5: } does not belong here. Write NAME { … }.\n"},
};

static void
test_errors(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig) config = exeat_config_parse(bad[i].text, "t.conf", blocks, errors);
        assert_null(config);
        g_autofree char *all = exeat_config_errors_to_text(errors);
        if (!g_str_has_prefix(all, bad[i].want) || !g_str_equal(all, bad[i].want))
            fail_msg("%s\ngave:\n%swanted:\n%s", bad[i].text, all, bad[i].want);
    }
}

static void
test_truncation(void **state)
{
    (void)state;
    const char *whole = "sample { open = no domains = { \"a\", b } name = \"q\\\"\" } group g { name = x }\n";
    for (gsize length = 0; length < strlen(whole); length++) {
        g_autofree char *text = g_strndup(whole, length);
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autoptr(ExeatConfig) config = exeat_config_parse(text, "t.conf", blocks, errors);
        assert_true((config != NULL) == (exeat_config_errors_count(errors) == 0));
    }
}

/* GLib's spaces have no vertical tab, the reader's do: it once waited for the end of a word of no length. */
static void
test_odd_spaces(void **state)
{
    (void)state;
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig) config = exeat_config_parse(
        "sample\v{\f domains = { a,\v b \v} name =\vx\v}\v\ngroup g { name = x }\n", "t.conf", blocks, errors);
    g_autofree char *text = exeat_config_errors_to_text(errors);
    assert_string_equal(text, "");
    const Sample *sample = exeat_config_block(config, "sample");
    assert_string_equal(sample->domains[1], "b");
    assert_string_equal(sample->name, "x");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),   cmocka_unit_test(test_values),     cmocka_unit_test(test_errors),
        cmocka_unit_test(test_truncation), cmocka_unit_test(test_odd_spaces),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
