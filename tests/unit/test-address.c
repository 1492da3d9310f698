/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Address lists, keys and domains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "message/address-private.h"
#include "message/address_list.h"

typedef struct Row {
    const char *name;
    const char *raw;
    const char *want; /* "display|mailbox" joined with " ; " */
} Row;

static const Row rows[] = {
    {"bare", "a@b.example", "|a@b.example"},
    {"angle", "<a@b.example>", "|a@b.example"},
    {"name", "Jane Roberts <a@b.example>", "Jane Roberts|a@b.example"},
    {"quoted name", "\"Roberts, Jane\" <a@b.example>", "Roberts, Jane|a@b.example"},
    {"quoted name with escapes", "\"Jane \\\"JR\\\" R\" <a@b.example>", "Jane \"JR\" R|a@b.example"},
    {"encoded name", "=?utf-8?Q?Si=C3=A2n?= <a@b.example>", "Siân|a@b.example"},
    {"encoded name in quotes", "\"=?utf-8?Q?Si=C3=A2n?=\" <a@b.example>", "Siân|a@b.example"},
    {"encoded name with comma", "=?utf-8?Q?Roberts,_Si=C3=A2n?= <a@b.example>, c@d.example",
     "Roberts, Siân|a@b.example ; |c@d.example"},
    {"two", "a@b.example, c@d.example", "|a@b.example ; |c@d.example"},
    {"folded", "a@b.example,\r\n c@d.example", "|a@b.example ; |c@d.example"},
    {"semicolons", "a@b.example; c@d.example;", "|a@b.example ; |c@d.example"},
    {"semicolons with names", "Jane <a@b.example>; Tom <c@d.example>", "Jane|a@b.example ; Tom|c@d.example"},
    {"trailing comma", "a@b.example,,", "|a@b.example"},
    {"unquoted comma", "Roberts, Jane <a@b.example>, c@d.example", "Roberts, Jane|a@b.example ; |c@d.example"},
    {"unquoted dots", "Mrs. J. Roberts <a@b.example>", "Mrs. J. Roberts|a@b.example"},
    {"unquoted at", "jane@home <a@b.example>", "jane@home|a@b.example"},
    {"address as name", "\"a@b.example\" <c@d.example>", "a@b.example|c@d.example"},
    {"comment", "a@b.example (Jane Roberts)", "Jane Roberts|a@b.example"},
    {"comment inside", "a(x)@b.example", "|a@b.example"},
    {"comment with comma", "a@b.example (Roberts, Jane), c@d.example", "Roberts, Jane|a@b.example ; |c@d.example"},
    {"quoted local part", "\"jane roberts\"@b.example", "|\"jane roberts\"@b.example"},
    {"quoted local part with comma", "\"a,b\"@b.example", "|\"a,b\"@b.example"},
    {"group", "Year 6: a@b.example, c@d.example;, e@f.example", "|a@b.example ; |c@d.example ; |e@f.example"},
    {"empty group", "undisclosed-recipients:;", ""},
    {"group without end", "Parents: a@b.example, c@d.example", "|a@b.example ; |c@d.example"},
    {"spaces only", "a@b.example c@d.example", "|a@b.example ; |c@d.example"},
    {"angles side by side", "<a@b.example> <c@d.example>", "|a@b.example ; |c@d.example"},
    {"missing end bracket", "Jane <a@b.example, Tom <c@d.example>", "Jane|a@b.example ; Tom|c@d.example"},
    {"missing last bracket", "Jane <a@b.example", "Jane|a@b.example"},
    {"missing open bracket", "Jane a@b.example>", "Jane|a@b.example"},
    {"double brackets", "<<a@b.example>>", "|a@b.example"},
    {"unclosed quote", "\"Jane <a@b.example>, c@d.example", "Jane|a@b.example ; |c@d.example"},
    {"mailto", "<mailto:a@b.example>", "|a@b.example"},
    {"route", "<@x.example,@y.example:a@b.example>", "|a@b.example"},
    {"spaces in angle", "< a@b.example >", "|a@b.example"},
    {"single quotes", "'a@b.example'", "|a@b.example"},
    {"single quotes in name", "\"'Jane'\" <a@b.example>", "Jane|a@b.example"},
    {"final dot", "a@b.example.", "|a@b.example"},
    {"upper-case domain", "A.B@B.EXAMPLE", "|A.B@b.example"},
    {"idn",
     "a@b\xC3\xBC"
     "cher.example",
     "|a@xn--bcher-kva.example"},
    {"local name", "postmaster", "|postmaster"},
    {"local in angle", "Jane <jane>", "Jane|jane"},
    {"empty angle", "<>", ""},
    {"empty", "", ""},
    {"raw utf-8 name", "Si\xC3\xA2n <a@b.example>", "Siân|a@b.example"},
    {"raw latin-1 name", "Si\xE2n <a@b.example>", "Siân|a@b.example"},
    {"all encoded", "=?utf-8?Q?Jane_<a=40b.example>?=", "Jane|a@b.example"},
    {"name behind", "<a@b.example> Jane", "Jane|a@b.example"},
    {"bare with name before", "Jane Roberts a@b.example", "Jane Roberts|a@b.example"},
    {"literal", "a@[192.0.2.1]", "|a@[192.0.2.1"},
    {"two at", "a@b@c.example", "|a@b@c.example"},
};

static char *
describe(const GPtrArray *entries)
{
    GString *got = g_string_new(NULL);
    for (guint i = 0; i < entries->len; i++) {
        const ExeatEntry *entry = entries->pdata[i];
        if (entry->kind == EXEAT_ENTRY_MAILBOX)
            g_string_append_printf(got, "%s%s|%s", got->len > 0 ? " ; " : "", entry->address->display,
                                   entry->address->mailbox);
    }
    return g_string_free(got, FALSE);
}

static void
test_lists(void **state)
{
    (void)state;
    guint failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) entries = exeat_address_list_parse(rows[i].raw, strlen(rows[i].raw), NULL, 100);
        g_autofree char *got = describe(entries);
        if (strcmp(got, rows[i].want) != 0)
            print_error("%s: got \"%s\", want \"%s\"\n", rows[i].name, got, rows[i].want);
        failures += strcmp(got, rows[i].want) != 0;
        for (guint k = 0; k < entries->len; k++) {
            const ExeatEntry *entry = entries->pdata[k];
            assert_true(entry->start < entry->end && entry->end <= strlen(rows[i].raw));
        }
    }
    assert_int_equal(failures, 0);
}

static void
test_list_limit(void **state)
{
    (void)state;
    for (guint n = 9; n <= 11; n++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        for (guint i = 0; i < n; i++)
            g_string_append_printf(raw, "u%u@b.example, ", i);
        g_autoptr(GPtrArray) entries = exeat_address_list_parse(raw->str, raw->len, NULL, 10);
        assert_int_equal(entries->len, MIN(n, 10));
    }
}

/* Nothing in a list makes the parser look at the same character again and again. */
static void
test_list_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"(",   "\"",    "<",          "a ",           ",",     "=?", "<a@b", "\\", "a:",
                                        "(a)", "\"a\"", "=?utf-8?q?", "=?utf-8?q?a ", "((a) ", NULL};
    for (guint k = 0; units[k] != NULL; k++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        for (guint i = 0; i < 30000; i++)
            g_string_append(raw, units[k]);
        g_string_append(raw, "x@y.example)>\"");
        g_autoptr(GPtrArray) entries = exeat_address_list_parse(raw->str, raw->len, NULL, 1000);
        assert_non_null(entries);
    }
}

/* Places are in order, whatever words without an address stand before an encoded list; an address of nothing is none.
 */
static void
test_list_places(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "Smith, =?utf-8?q?a=40b=2eexample=2c_c=40d=2eexample?=",
        "=?&utf-8?B?U2nDom4=?= =?ilo-8859-1?q?:,;@r2:h@,.exone?q??\256?in",
        "Jane, j@k.example",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GPtrArray) entries = exeat_address_list_parse(lists[i], strlen(lists[i]), NULL, 10);
        for (guint k = 1; k < entries->len; k++) {
            const ExeatEntry *before = entries->pdata[k - 1], *entry = entries->pdata[k];
            if (entry->start < before->end && entry->start != before->start)
                fail_msg("%s: entry %u begins within the one before it", lists[i], k);
        }
    }
    g_autoptr(GPtrArray) nothing = exeat_address_list_parse("\x1c\x1c@\x1c", 4, NULL, 10);
    assert_int_equal(nothing->len, 1);
    assert_int_equal(((const ExeatEntry *)nothing->pdata[0])->kind, EXEAT_ENTRY_OTHER);
}

static void
test_keys(void **state)
{
    (void)state;
    static const struct {
        const char *mailbox, *key;
    } keys[] = {
        {"Jane@Oakfield.sch.uk", "jane@oakfield.sch.uk"},
        {"jane+school@b.example", "jane@b.example"},
        {"J.A.Ne@gmail.com", "jane@gmail.com"},
        {"jane@googlemail.com", "jane@gmail.com"},
        {"j.ane+x@GoogleMail.com", "jane@gmail.com"},
        {"j.ane@b.example", "j.ane@b.example"},
        {"\"jane\"@b.example", "jane@b.example"},
        {"+x@b.example", "+x@b.example"},
        {"jane", "jane"},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *got = exeat_address_key(keys[i].mailbox);
        assert_string_equal(got, keys[i].key);
    }
}

static void
test_domains(void **state)
{
    (void)state;
    assert_true(exeat_domain_is_within("a.b.example", "b.example"));
    assert_true(exeat_domain_is_within("b.example", "b.example"));
    assert_false(exeat_domain_is_within("ab.example", "b.example"));
    assert_false(exeat_domain_is_within("b.example", "a.b.example"));
    assert_false(exeat_domain_is_within("b.example", ""));
    static const char *const list[] = {"*.oakfield.sch.uk", "trust.example", NULL};
    assert_true(exeat_domain_in_list("oakfield.sch.uk", list));
    assert_true(exeat_domain_in_list("mail.trust.example", list));
    assert_false(exeat_domain_in_list("trust.example.test", list));
    assert_true(exeat_domain_is_public_provider("gmail.com"));
    assert_true(exeat_domain_is_public_provider("jane.plus.com"));
    assert_true(exeat_domain_is_public_provider("smithfamily.fsnet.co.uk"));
    assert_true(exeat_domain_is_public_provider("btinternet.com"));
    assert_false(exeat_domain_is_public_provider("oakfield.sch.uk"));
    assert_false(exeat_domain_is_public_provider("com"));
    assert_false(exeat_domain_is_public_provider("co.uk"));
    assert_false(exeat_domain_is_public_provider(""));
    for (gsize i = 1; i < exeat_providers_count; i++)
        assert_true(strcmp(exeat_providers[i - 1], exeat_providers[i]) < 0);
    g_autofree char *idn = exeat_domain_normalise("B\xC3\xBC"
                                                  "cher.Example.");
    assert_string_equal(idn, "xn--bcher-kva.example");
    g_autofree char *capital = exeat_domain_normalise("\u04C0a.example"),
                    *small = exeat_domain_normalise("\u04CFA.example");
    assert_string_equal(capital, small); /* DNS forbids U+04C0, the capital, alone */
    assert_true(g_str_has_prefix(capital, "xn--"));
    g_autofree char *none = exeat_domain_normalise("\u2488.\uFFFDB.example"), *once_more = exeat_domain_normalise(none);
    assert_string_equal(none, once_more); /* no domain's name at all */
    g_autofree char *dots = exeat_domain_normalise("gmail.com.\xE2\x80\x8B\xE3\x80\x82");
    assert_string_equal(dots, "gmail.com");
}

static void
test_new(void **state)
{
    (void)state;
    g_autoptr(ExeatAddress) address = exeat_address_new("Jane <Jane@B.Example>");
    assert_string_equal(address->local, "Jane");
    assert_string_equal(address->domain, "b.example");
    g_autoptr(ExeatAddress) empty = exeat_address_new("");
    assert_string_equal(empty->mailbox, "");
    g_autoptr(ExeatAddress) bytes = exeat_address_new("\xFF\xFE@\xFF");
    assert_true(g_utf8_validate(bytes->mailbox, -1, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),       cmocka_unit_test(test_list_places), cmocka_unit_test(test_list_limit),
        cmocka_unit_test(test_list_linear), cmocka_unit_test(test_keys),        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
