/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields: whose they are and what they sign, however they are folded, ordered or damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "message/dkim.h"

/* Domain, fields and index of each signature of a letter with these lines on top: "2 d.example from,to;" */
static char *
signatures_of(const char *lines)
{
    g_autofree char *letter = g_strconcat(lines, "From: a@b.example\r\nSubject: x\r\n\r\nbody\r\n", NULL);
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    g_autoptr(GPtrArray) found = exeat_dkim_signatures(message);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const ExeatDkim *signature = g_ptr_array_index(found, i);
        g_autofree char *names = g_strjoinv(",", signature->names);
        g_string_append_printf(text, "%u %s %s;", signature->index, signature->domain, names);
    }
    return g_string_free(text, FALSE);
}

static void
test_fields(void **state)
{
    (void)state;
    static const struct {
        const char *name, *lines, *want;
    } rows[] = {
        {"none", "", ""},
        {"plain", "DKIM-Signature: v=1; a=x; d=Oak.Example; s=s; h=from:Subject; b=AA\r\n",
         "1 oak.example from,Subject;"},
        {"in any order", "dkim-signature: h=to; b=AA; d=oak.example; v=1;\r\n", "1 oak.example to;"},
        {"folded", "DKIM-Signature: v=1;\r\n\td=oak.example ;\r\n h = from :\r\n\tto\r\n :cc;\r\n b=A\r\n A=;\r\n",
         "1 oak.example from,to,cc;"},
        {"two, and another's",
         "DKIM-Signature: v=1; d=a.example; h=from\r\nX: y\r\nDKIM-SIGNATURE: v=1; d=b.example; h=to\r\n",
         "1 a.example from;2 b.example to;"},
        {"one unread keeps its number", "DKIM-Signature: nonsense\r\nDKIM-Signature: v=1; d=b.example; h=to\r\n",
         "2 b.example to;"},
        {"a tag twice", "DKIM-Signature: v=1; d=a.example; d=b.example; h=from\r\n", ""},
        {"an unknown tag twice", "DKIM-Signature: v=1; d=a.example; h=from; q=1; q=1\r\n", ""},
        {"tags know case", "DKIM-Signature: v=1; d=a.example; h=from; D=x\r\n", "1 a.example from;"},
        {"another version", "DKIM-Signature: v=2; d=a.example; h=from\r\n", ""},
        {"no domain", "DKIM-Signature: v=1; h=from\r\n", ""},
        {"empty domain", "DKIM-Signature: v=1; d= ; h=from\r\n", ""},
        {"no fields", "DKIM-Signature: v=1; d=a.example\r\n", ""},
        {"a tag without a name", "DKIM-Signature: v=1; =x; d=a.example; h=from\r\n", ""},
        {"a tag in two words", "DKIM-Signature: v=1; d d=a.example; h=from\r\n", ""},
        {"no equals sign in the middle", "DKIM-Signature: v=1; oops; d=a.example; h=from\r\n", ""},
        {"a semicolon too many", "DKIM-Signature: v=1;; d=a.example; h=from\r\n", ""},
        {"value with equals signs", "DKIM-Signature: v=1; d=a.example; h=from; b=AA==\r\n", "1 a.example from;"},
        {"empty", "DKIM-Signature:\r\n", ""},
        {"another field", "X-DKIM-Signature: v=1; d=a.example; h=from\r\n", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = signatures_of(rows[i].lines);
        if (strcmp(got, rows[i].want) != 0)
            print_error("%s\n", rows[i].name);
        assert_string_equal(got, rows[i].want);
    }
}

static void
test_longest(void **state)
{
    (void)state;
    static const char *const start = "v=1; d=a.example; h=from; b=";
    for (int more = -1; more <= 1; more++) {
        gsize length = (gsize)(EXEAT_DKIM_FIELD_BYTES + more) - strlen(start);
        g_autofree char *filler = g_strnfill(length, 'A');
        g_autofree char *lines = g_strconcat("DKIM-Signature: ", start, filler, "\r\n", NULL);
        g_autofree char *got = signatures_of(lines);
        assert_string_equal(got, more <= 0 ? "1 a.example from;" : "");
    }
}

static void
test_signs(void **state)
{
    (void)state;
    ExeatDkim signature = {.names = (char *[]){(char[]){"From"}, (char[]){"to"}, (char[]){""}, NULL}};
    assert_true(exeat_dkim_signs(&signature, "from"));
    assert_true(exeat_dkim_signs(&signature, "To"));
    assert_false(exeat_dkim_signs(&signature, "Subject"));
    assert_false(exeat_dkim_signs(&signature, "T"));
}

int
main(void)
{
    exeat_message_library_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
