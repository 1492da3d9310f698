/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The school's own patterns: what they find, what a wrong one says, and that one without an end comes to an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "policies/judge.h"
#include "tests/fuzz/fuzz.h"

#define SCHOOL "school { name = \"Oakfield\" domains = { oakfield.sch.uk } }\n"

/* @blocks: those of start(), which a configuration borrows. */
static ExeatPolicySettings *
settings_of(GArray *blocks, const char *patterns, char **out_errors)
{
    g_autofree char *text = g_strconcat(SCHOOL, patterns, NULL);
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_parse(text, "test.conf", (const ExeatBlock *)(gconstpointer)blocks->data, errors);
    ExeatPolicySettings *settings = config ? exeat_policy_settings_new(config, errors) : NULL;
    *out_errors = exeat_config_errors_to_text(errors);
    return settings;
}

/* The findings of a letter with this body: "rule×count:action", and the letter's action. */
static char *
judge(const ExeatPolicySettings *settings, const char *subject, const char *body)
{
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    envelope->sender = g_strdup("a@oakfield.sch.uk");
    envelope->account = g_strdup("a@oakfield.sch.uk");
    g_ptr_array_add(envelope->recipients, g_strdup("b@firm.example"));
    g_autofree char *letter = g_strdup_printf(
        "From: a@oakfield.sch.uk\r\nTo: b@firm.example\r\nSubject: %s\r\n\r\n%s\r\n", subject, body);
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, envelope, NULL);
    g_autoptr(ExeatVerdict) verdict = NULL;
    g_autoptr(ExeatDirectory) nobody = exeat_directory_new_empty();
    assert_true(exeat_judge(message, settings, nobody, 0, &verdict, NULL));
    GString *found = g_string_new(NULL);
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        g_string_append_printf(found, "%s%s %u %s", found->len ? ", " : "", finding->rule, finding->count,
                               exeat_action_name(finding->action));
    }
    return g_string_free(found, FALSE);
}

static const struct {
    const char *patterns, *subject, *body, *want;
} rows[] = {
    {"pattern \"Library card\" { match = \"\\bLIB-\\d{6}\\b\" }", "Books", "His card is LIB-123456.",
     "pattern:library-card 1 hold"},
    {"pattern \"Library card\" { match = \"\\bLIB-\\d{6}\\b\" }", "Books", "His card is LIB-1234567.", ""},
    {"pattern \"Library card\" { match = \"\\bLIB-\\d{6}\\b\" }", "LIB-123456", "See above",
     "pattern:library-card 1 hold"},
    {"pattern a { match = \"\\bLIB-\\d{6}\\b\" min = 2 }", "Books", "LIB-123456 and lib-123456 and LIB-123456", ""},
    {"pattern a { match = \"\\bLIB-\\d{6}\\b\" min = 2 }", "LIB-123456", "LIB-654321",
     "pattern:a 1 hold, pattern:a 1 hold"},
    {"pattern a { match = \"(?i)lib\" action = flag }", "x", "LIB lib Lib", "pattern:a 3 flag"},
    {"pattern a { match = \"(?i)lib\" action = reject }", "x", "LIB", "pattern:a 1 hold"},
    {"pattern a { match = \"(?i)lib\" }\npersonal-data { action = off }", "x", "LIB", ""},
    {"pattern \"\xc3\x89t\xc3\xa9!\" { match = \"^\xc3\xa9t\xc3\xa9$\" }", "x", "\xc3\xa9t\xc3\xa9",
     "pattern:t 1 hold"},
    {"pattern a { match = \"x*\" }", "b", "b b b", ""},
    {"pattern a { match = \"(?=b)\" }", "b", "b b b", ""},
    {"pattern a { match = \"b\\K\" }", "c", "b b b", ""},
};

static void
test_found(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *errors = NULL;
        g_autoptr(ExeatPolicySettings) settings = settings_of(*state, rows[i].patterns, &errors);
        if (!settings)
            fail_msg("%s: %s", rows[i].patterns, errors);
        g_autofree char *found = judge(settings, rows[i].subject, rows[i].body);
        if (!g_str_equal(found, rows[i].want))
            fail_msg("%s in %s: %s", rows[i].patterns, rows[i].body, found);
    }
}

static void
test_far_apart(void **state)
{
    g_autofree char *errors = NULL;
    g_autoptr(ExeatPolicySettings)
        settings = settings_of(*state, "pattern a { match = \"\\bLIB-\\d{6}\\b\" }", &errors);
    for (gsize before = 4090; before < 4103; before++) {
        g_autofree char *filler = g_strnfill(before, ' ');
        g_autofree char *body = g_strconcat("\xc3\xa9", filler, "LIB-123456", NULL);
        g_autofree char *found = judge(settings, "x", body);
        assert_string_equal(found, "pattern:a 1 hold");
    }
}

static void
test_without_end(void **state)
{
    static const char *const endless[] = {"(a+)+[xy]", "(a|aa)+[xy]", "(?:a?){40}a{40}[xy]", "(.*)*(?=[xy])"};
    g_autofree char *body = g_strnfill(20000, 'a');
    for (gsize i = 0; i < G_N_ELEMENTS(endless); i++) {
        g_autofree char *errors = NULL;
        g_autofree char *text = g_strdup_printf("pattern a { match = \"%s\" }\npersonal-data { unreadable = pass }",
                                                endless[i]);
        g_autoptr(ExeatPolicySettings) settings = settings_of(*state, text, &errors);
        assert_non_null(settings);
        g_autofree char *aaaa = g_strconcat(body, "b", NULL);
        gint64 before = g_get_monotonic_time();
        g_autofree char *found = judge(settings, "s", aaaa);
        assert_true(g_get_monotonic_time() - before < 20 * G_USEC_PER_SEC);
        if (i < 2)
            assert_string_equal(found, "unscannable 1 observe");
    }
}

static void
test_errors(void **state)
{
    static const struct {
        const char *patterns, *want;
    } wrong[] = {
        {"pattern \"Card\" { match = \"LIB-(\" }",
         "test.conf:2: pattern.match: pattern \"Card\" is no regular expression: "},
        {"\npattern \"Card\" { match = \"LIB-(\" }", "test.conf:3: "},
        {"pattern \"Card\" { match = \"a\\C\" }", "at byte 3"},
        {"pattern \"Card\" { match = \"LIB-(\" }", "at byte 5"},
        {"pattern \"Card\" { min = 2 }", "match"},
        {"pattern { match = a }", "pattern"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *errors = NULL;
        g_autoptr(ExeatPolicySettings) settings = settings_of(*state, wrong[i].patterns, &errors);
        assert_null(settings);
        if (!strstr(errors, wrong[i].want))
            fail_msg("%s: %s", wrong[i].patterns, errors);
    }
}

static int
start(void **state)
{
    GArray *blocks = g_array_new(TRUE, TRUE, sizeof(ExeatBlock));
    exeat_message_library_init();
    exeat_policy_blocks(blocks);
    *state = blocks;
    return 0;
}

static int
finish(void **state)
{
    g_array_unref(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_far_apart),
                                       cmocka_unit_test(test_without_end), cmocka_unit_test(test_errors)};
    return cmocka_run_group_tests_name("patterns", tests, start, finish);
}
