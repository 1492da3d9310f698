/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits: what they are, what they make of a letter's bytes, and that they leave the rest alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "message/edit.h"

static ExeatMessage *
read_letter(const char *letter)
{
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    return exeat_message_new(bytes, NULL, NULL);
}

static char *
apply(const ExeatEdits *edits, const char *letter)
{
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    g_autoptr(GBytes) after = exeat_edits_apply(edits, bytes);
    gsize length = 0;
    const char *data = g_bytes_get_data(after, &length);
    return g_strndup(data, length);
}

static void
test_subject(void **state)
{
    (void)state;
    static const struct {
        const char *name, *letter, *subject, *want;
    } rows[] = {
        {"plain", "From: a@b.example\nSubject: Old\nX-A: \xFF b\n\nbody\n", "New",
         "From: a@b.example\nSubject: New\nX-A: \xFF b\n\nbody\n"},
        {"crlf", "Subject: Old\r\n folded\r\nTo: a\r\n\r\nbody\r\n", "New", "Subject: New\r\nTo: a\r\n\r\nbody\r\n"},
        {"name as written", "SUBJECT : Old\n\n", "New", "SUBJECT: New\n\n"},
        {"two subjects", "Subject: a\nTo: x\nsubject: b\n\n", "New", "Subject: New\nTo: x\n\n"},
        {"none", "To: x\n\nbody", "New", "To: x\nSubject: New\n\nbody"},
        {"encoded", "Subject: Old\n\n", "Si\xC3\xA2n", "Subject: =?UTF-8?B?U2nDom4=?=\n\n"},
        {"mbox line stays", "From x\nSubject: a\n\n", "b", "From x\nSubject: b\n\n"},
        {"injection", "Subject: a\n\n", "b\r\nBcc: x@y.example", "Subject: b  Bcc: x@y.example\n\n"},
        {"no body", "Subject: a", "b", "Subject: b\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatMessage) message = read_letter(rows[i].letter);
        g_autoptr(ExeatEdits) edits = exeat_edits_new();
        exeat_edits_set_subject(edits, message, rows[i].subject);
        g_autofree char *got = apply(edits, rows[i].letter);
        if (strcmp(rows[i].name, "injection") == 0) {
            assert_null(strstr(got, "\nBcc:"));
            continue;
        }
        if (strcmp(got, rows[i].want) != 0)
            print_error("%s\n", rows[i].name);
        assert_string_equal(got, rows[i].want);
    }
}

static void
test_hide(void **state)
{
    (void)state;
    static const struct {
        const char *name, *letter, *want;
    } rows[] = {
        {"one of two", "To: a@x.example, b@y.example\n\n", "To: b@y.example\n\n"},
        {"all", "To: a@x.example\nCc: A@X.example\n\n", "To: undisclosed-recipients:;\n\n"},
        {"nothing to do", "To:  b@y.example ,c@y.example\n\n", "To:  b@y.example ,c@y.example\n\n"},
        {"encoded name kept", "To: =?iso-8859-1?Q?Si=E2n?= <b@y.example>, a@x.example\n\n",
         "To: =?iso-8859-1?Q?Si=E2n?= <b@y.example>\n\n"},
        {"quoted name kept", "To: a@x.example,\n \"Price, Tom\" <b@y.example>\n\n",
         "To: \"Price, Tom\" <b@y.example>\n\n"},
        {"unquoted comma", "To: Price, Tom <b@y.example>, a@x.example\n\n", "To: Price, Tom <b@y.example>\n\n"},
        {"group", "To: Staff: b@y.example, a@x.example;\n\n", "To: Staff: b@y.example;\n\n"},
        {"group emptied", "To: Parents: a@x.example;, b@y.example\n\n", "To: Parents:;, b@y.example\n\n"},
        {"two fields", "To: b@y.example\nX: 1\nTo: a@x.example, c@y.example\n\n",
         "To: b@y.example, c@y.example\nX: 1\n\n"},
        {"bcc untouched", "To: b@y.example\nBcc: a@x.example\n\n", "To: b@y.example\nBcc: a@x.example\n\n"},
        {"semicolons", "To: b@y.example; a@x.example; c@y.example\n\n", "To: b@y.example, c@y.example\n\n"},
    };
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(keys, (gpointer)(guintptr) "a@x.example");
    guint failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatMessage) message = read_letter(rows[i].letter);
        g_autoptr(ExeatEdits) edits = exeat_edits_new();
        exeat_edits_hide_recipients(edits, message, keys);
        g_autofree char *got = apply(edits, rows[i].letter);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: got %s want %s", rows[i].name, got, rows[i].want);
            failures++;
        }
    }
    assert_int_equal(failures, 0);
}

/* Two addresses within one encoded word go together, and no carriage return stands by itself in what is written. */
static void
test_hide_odd(void **state)
{
    (void)state;
    static const struct {
        const char *name, *letter, *want;
    } rows[] = {
        {"encoded list", "To: =?utf-8?q?a=40x=2eexample=2c_b=40x=2eexample?=, c@x.example\n\n", "To: c@x.example\n\n"},
        {"encoded list stays", "To: a@x.example, =?utf-8?q?b=40x=2eexample=2c_c=40x=2eexample?=\n\n",
         "To: =?utf-8?q?b=40x=2eexample=2c_c=40x=2eexample?=\n\n"},
        {"bare carriage return", "To: a@x.example, \"B\rBcc: d@x.example\" <b@x.example>\n\n",
         "To: \"B Bcc: d@x.example\" <b@x.example>\n\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_add(keys, (gpointer)(guintptr) "a@x.example");
        g_autoptr(ExeatMessage) message = read_letter(rows[i].letter);
        g_autoptr(ExeatEdits) edits = exeat_edits_new();
        exeat_edits_hide_recipients(edits, message, keys);
        g_autofree char *got = apply(edits, rows[i].letter);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].name, got);
    }
}

/* Many addresses: lines stay within 78 columns and everybody else is still there. */
static void
test_hide_many(void **state)
{
    (void)state;
    g_autoptr(GString) letter = g_string_new("To: a@x.example");
    for (guint i = 0; i < 200; i++)
        g_string_append_printf(letter, ",\r\n Person %u <p%u@y.example>", i, i);
    g_string_append(letter, "\r\n\r\n");
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(keys, (gpointer)(guintptr) "a@x.example");
    g_autoptr(ExeatMessage) message = read_letter(letter->str);
    g_autoptr(ExeatEdits) edits = exeat_edits_new();
    exeat_edits_hide_recipients(edits, message, keys);
    g_autofree char *got = apply(edits, letter->str);
    g_autoptr(ExeatMessage) after = read_letter(got);
    assert_int_equal(exeat_message_to(after)->len, 200);
    g_auto(GStrv) lines = g_strsplit(got, "\r\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        assert_true(strlen(lines[i]) <= 78);
}

static void
test_list(void **state)
{
    (void)state;
    g_autoptr(ExeatEdits) edits = exeat_edits_new();
    exeat_edits_set(edits, "X-A", 1, "one");
    exeat_edits_set(edits, "x-a", 1, "two");
    exeat_edits_set(edits, "X-A", 2, NULL);
    assert_int_equal(exeat_edits_count(edits), 2);
    assert_string_equal(exeat_edits_get(edits, 0)->value, "two");
    g_autofree char *preview = exeat_edits_preview(edits, "X-a");
    assert_string_equal(preview, "two");
    assert_null(exeat_edits_preview(edits, "Subject"));
    g_autofree char *got = apply(edits, "X-A: 0\nX-B: 1\nX-A: 2\nX-A: 3\n\n");
    assert_string_equal(got, "X-A: two\nX-B: 1\nX-A: 3\n\n");
}

static int
start(void **state)
{
    (void)state;
    exeat_message_library_init();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subject),   cmocka_unit_test(test_hide), cmocka_unit_test(test_hide_odd),
        cmocka_unit_test(test_hide_many), cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
