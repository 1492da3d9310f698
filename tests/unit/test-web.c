/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages are made of: trees that no text turns into markup, fields of requests, words with marks, rights. */
#include "office/web/tree.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "office/pages/rights.h"
#include "office/web/auto.h"
#include "office/web/http.h"
#include "office/web/qr.h"
#include "office/web/words.h"
#include "settings/settings.h"

/* What a page with @text as a text and as an attribute's value is written down as. (transfer full) */
static char *
written(const char *text)
{
    xmlNode *head, *body;
    g_autoptr(xmlDoc) doc = exeat_tree_new("cy", &head, &body);
    g_autoptr(GBytes) bytes = NULL;

    exeat_tree_set(exeat_tree_add_text(body, "p", "c", text), "title", text);
    bytes = exeat_tree_write(doc);
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void
test_text_stays_text(void **state)
{
    static const struct {
        const char *text, *within;
    } rows[] = {
        {"plain", "<p class=\"c\" title=\"plain\">plain</p>"},
        {"<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"},
        {"\"><script>x</script>", "title='\"&gt;&lt;script&gt;x&lt;/script&gt;'>\"&gt;"},
        {"\"'><i>", "title=\"&quot;'&gt;&lt;i&gt;\">\"'&gt;"},
        {"a\x01\x1b[0m", "a\xEF\xBF\xBD\xEF\xBF\xBD[0m</p>"},
        {"no \xFF\xFE utf-8", "no \xEF\xBF\xBD\xEF\xBF\xBD utf-8</p>"},
        {"turned \xE2\x80\xAE"
         "exe.doc",
         "turned \xEF\xBF\xBD"
         "exe.doc</p>"},
        {"\xEF\xBF\xBE", ">\xEF\xBF\xBD</p>"},
        {"two\r\nlines", "two\nlines</p>"},
        {"Siân, Ŵyn", "Siân, Ŵyn</p>"},
        {"]]><!--", "]]&gt;&lt;!--</p>"},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *page = written(rows[i].text);

        if (strstr(page, rows[i].within) == NULL)
            fail_msg("row %zu: %s", i, page);
        assert_true(g_str_has_prefix(page, "<!DOCTYPE html>"));
        assert_non_null(strstr(page, "<html lang=\"cy\">"));
        assert_true(g_utf8_validate(page, -1, NULL));
    }
}

static void
test_empty_attributes(void **state)
{
    xmlNode *head, *body;
    g_autoptr(xmlDoc) doc = exeat_tree_new("en", &head, &body);
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *page = NULL;

    (void)state;
    exeat_tree_add(body, "input", "required", "", "value", NULL, "name", "n", NULL);
    bytes = exeat_tree_write(doc);
    page = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    assert_non_null(strstr(page, "<input required name=\"n\">"));
}

static void
test_pictures_of_text(void **state)
{
    g_autofree char *long_text = g_strnfill(4000, 'x');
    xmlNode *head, *body;
    g_autoptr(xmlDoc) doc = exeat_tree_new("en", &head, &body);
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *page = NULL;

    (void)state;
    exeat_qr_add(body, "otpauth://totp/x?secret=ABCD", "the \"key\"");
    bytes = exeat_tree_write(doc);
    page = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    assert_non_null(strstr(page, "<svg class=\"qr\" viewBox=\"0 0 37 37\" role=\"img\" aria-label='the \"key\"'>"));
    /* The corner of a finder pattern (ISO/IEC 18004, 6.3.3): seven dark modules, inside the quiet zone. */
    assert_non_null(
        strstr(page, "d=\"M4 4h1v1h-1zM5 4h1v1h-1zM6 4h1v1h-1zM7 4h1v1h-1zM8 4h1v1h-1zM9 4h1v1h-1zM10 4h1v1h-1z"));
    assert_null(strstr(page, "M11 4h"));
    exeat_qr_add(head, long_text, "nothing");
    assert_null(xmlHasProp(head, (const xmlChar *)"class"));
    for (xmlNode *child = head->children; child != NULL; child = child->next)
        assert_string_not_equal((const char *)child->name, "svg");
}

static void
test_attribute_is_there_once(void **state)
{
    xmlNode *head, *body;
    g_autoptr(xmlDoc) doc = exeat_tree_new("en", &head, &body);
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *page = NULL;

    (void)state;
    exeat_tree_set(exeat_tree_add(body, "dl", "class", "facts", NULL), "class", "facts change");
    bytes = exeat_tree_write(doc);
    page = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    assert_non_null(strstr(page, "<dl class=\"facts change\">"));
}

static void
test_fields(void **state)
{
    g_autoptr(ExeatFields) fields = exeat_fields_new();
    g_autoptr(GPtrArray) all = NULL;

    (void)state;
    assert_true(exeat_fields_add(fields, "to", "1", 1));
    assert_true(exeat_fields_add(fields, "note", "a\r\nb\tc", 6));
    assert_true(exeat_fields_add(fields, "to", "2", 1));
    assert_string_equal(exeat_fields_get(fields, "to"), "1");
    assert_string_equal(exeat_fields_get(fields, "note"), "a\nb\tc");
    assert_null(exeat_fields_get(fields, "nothing"));
    all = exeat_fields_all(fields, "to");
    assert_int_equal(all->len, 2);
    assert_string_equal(g_ptr_array_index(all, 1), "2");
    assert_false(exeat_fields_add(fields, "x", "\xFF", 1));
    assert_false(exeat_fields_add(fields, "x", "a\x1b", 2));
    assert_false(exeat_fields_add(fields, "x", "a\rb", 3));
    assert_false(exeat_fields_add(fields, "x", "a\0b", 3));
    for (guint i = 3; i < EXEAT_HTTP_FIELDS; i++)
        assert_true(exeat_fields_add(fields, "n", "v", 1));
    assert_false(exeat_fields_add(fields, "n", "v", 1));
}

static void
test_where_to_go_back(void **state)
{
    g_autofree char *most = g_strnfill(EXEAT_HTTP_PATH_BYTES, 'a'), *more = g_strnfill(EXEAT_HTTP_PATH_BYTES + 1, 'a');
    const char *const good[] = {"/", "/waiting?page=2&q=a%20b", "/letter/H-7K3M-Q9TX-2B4W", most};
    const char *const bad[] = {NULL,   "",       "waiting", "//evil.example", "/\\evil", "https://evil.example",
                               "/a b", "/a\r\n", more};

    (void)state;
    most[0] = more[0] = '/';
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(exeat_http_is_local(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(exeat_http_is_local(bad[i]));
}

static void
test_words(void **state)
{
    g_autofree char *filled = exeat_words_fill("{who} has {what}, {who} and {nobody} { {", "who", "{what}", "what",
                                               "it", NULL);

    (void)state;
    assert_string_equal(filled, "{what} has it, {what} and {nobody} { {");
    assert_int_equal(exeat_language_accepted("cy-GB,cy;q=0.9,en;q=0.8"), EXEAT_WELSH);
    assert_int_equal(exeat_language_accepted("fr, en-GB, cy"), EXEAT_ENGLISH);
    assert_int_equal(exeat_language_accepted("fr, cy"), EXEAT_WELSH);
    assert_int_equal(exeat_language_accepted(NULL), EXEAT_ENGLISH);
    assert_int_equal(exeat_language_accepted("cyx,,;"), EXEAT_ENGLISH);
    assert_string_equal(exeat_words_count(EXEAT_ENGLISH, "one", "many", 1), "one");
    assert_string_equal(exeat_words_count(EXEAT_ENGLISH, "one", "many", 0), "many");
}

/* --- rights ------------------------------------------------------------------------------------------------------- */

static const char school[] =
    "school { name = \"Oak\" domains = { \"oak.example\" } }\n"
    "role \"headteacher\" { people = { \"head@oak.example\" } deputies = { \"deputy@oak.example\" } }\n"
    "role \"chair\" { people = { \"chair@home.example\" } }\n"
    "role \"dpo\" { people = { \"dpo@oak.example\" } }\n"
    "role \"dsl\" { people = { \"dsl@oak.example\", \"deputy@oak.example\" } }\n"
    "role \"office\" { people = { \"office@oak.example\" } }\n"
    "role \"network-manager\" { people = { \"it@oak.example\" } }\n"
    "role \"head of year\" { people = { \"year@oak.example\" } }\n";

typedef struct RightsRow {
    const char *address, *role; /* who, and for whom the letter waits */
    bool safeguarding;
    bool sees, reads, explains;
    ExeatMayDecide decides;
} RightsRow;

static const RightsRow rights_rows[] = {
    {"head@oak.example", "headteacher", false, true, true, false, EXEAT_MAY_DECIDE},
    {"HEAD@Oak.example", "dsl", true, true, true, false, EXEAT_MAY_DECIDE},
    {"head@oak.example", "chair", false, false, true, false, EXEAT_MAY_NOT},
    {"deputy@oak.example", "headteacher", false, true, true, false, EXEAT_MAY_STAND_IN},
    {"deputy@oak.example", "dsl", true, true, true, false, EXEAT_MAY_DECIDE},
    {"deputy@oak.example", "chair", false, false, true, false, EXEAT_MAY_NOT},
    {"chair@home.example", "chair", false, true, true, false, EXEAT_MAY_DECIDE},
    {"chair@home.example", "headteacher", false, false, true, false, EXEAT_MAY_NOT},
    {"dpo@oak.example", "chair", false, true, true, true, EXEAT_MAY_NOT},
    {"dsl@oak.example", "headteacher", false, false, true, true, EXEAT_MAY_NOT},
    {"dsl@oak.example", "headteacher", true, true, true, true, EXEAT_MAY_NOT},
    {"dsl@oak.example", "dsl", true, true, true, true, EXEAT_MAY_DECIDE},
    {"office@oak.example", "headteacher", false, true, false, false, EXEAT_MAY_NOT},
    {"it@oak.example", "headteacher", false, false, false, false, EXEAT_MAY_NOT},
    {"year@oak.example", "head of year", false, true, true, false, EXEAT_MAY_DECIDE},
    {"year@oak.example", "headteacher", false, false, true, false, EXEAT_MAY_NOT},
    {"teacher@oak.example", "headteacher", false, false, false, false, EXEAT_MAY_NOT},
    {"", "headteacher", false, false, false, false, EXEAT_MAY_NOT},
};

static ExeatSettings *
load_school(void)
{
    g_autofree char *path = NULL;
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    int fd = g_file_open_tmp("exeat-test-XXXXXX", &path, NULL);
    ExeatSettings *settings;

    assert_true(fd >= 0 && g_close(fd, NULL) && g_file_set_contents(path, school, -1, NULL));
    settings = exeat_settings_load(path, errors);
    if (settings == NULL)
        fail_msg("%s", exeat_config_errors_to_text(errors));
    g_unlink(path);
    return settings;
}

static void
test_rights(void **state)
{
    g_autoptr(ExeatSettings) settings = load_school();

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rights_rows); i++) {
        const RightsRow *row = &rights_rows[i];
        g_autoptr(ExeatRights) rights = exeat_rights_of(settings->config, row->address);
        g_autoptr(ExeatLetterRow) letter = exeat_letter_row_new();
        ExeatFindingRow finding = {.policy = "personal-data", .rule = row->safeguarding ? "safeguarding" : "nhs"};

        letter->role = g_intern_string(row->role);
        g_array_append_val(letter->findings, finding);
        if (exeat_rights_sees(rights, letter) != row->sees ||
            exeat_rights_has(rights, EXEAT_RIGHT_READ) != row->reads ||
            exeat_rights_has(rights, EXEAT_RIGHT_EXPLAIN) != row->explains ||
            exeat_rights_may_decide(rights, row->role) != row->decides)
            fail_msg("%s, %s", row->address, row->role);
        assert_false(exeat_rights_has(rights, EXEAT_RIGHT_HEALTH) && exeat_rights_has(rights, EXEAT_RIGHT_LIST) &&
                     strcmp(row->address, "it@oak.example") == 0);
        letter->kind = EXEAT_LETTER_FLAGGED;
        assert_int_equal(exeat_rights_sees(rights, letter), row->sees && exeat_rights_has(rights, EXEAT_RIGHT_FLAGGED));
    }
}

static void
test_lists_of_roles(void **state)
{
    g_autoptr(ExeatSettings) settings = load_school();
    g_autoptr(ExeatRights) head = exeat_rights_of(settings->config, "head@oak.example");
    g_autoptr(ExeatRights) chair = exeat_rights_of(settings->config, "chair@home.example");
    g_autoptr(ExeatRights) dpo = exeat_rights_of(settings->config, "dpo@oak.example");
    g_autoptr(ExeatRights) dsl = exeat_rights_of(settings->config, "dsl@oak.example");
    ExeatLetterFilter heads = {.limit = 1}, dpos = {.limit = 1}, chairs = {.limit = 1}, dsls = {.limit = 1};
    g_autofree const char **chairs_roles = NULL, **dsls_roles = NULL;

    (void)state;
    assert_null(exeat_rights_narrow(head, &heads));
    assert_string_equal(heads.not_role, "chair");
    assert_null(exeat_rights_narrow(dpo, &dpos));
    assert_null(dpos.not_role);
    chairs_roles = exeat_rights_narrow(chair, &chairs);
    assert_string_equal(chairs.roles[0], "chair");
    assert_null(chairs.roles[1]);
    assert_null(chairs.or_rule);
    dsls_roles = exeat_rights_narrow(dsl, &dsls);
    assert_string_equal(dsls.roles[0], "dsl");
    assert_string_equal(dsls.or_rule, "safeguarding");
    assert_true(exeat_rights_is_own(head, "Head@oak.example", NULL));
    assert_true(exeat_rights_is_own(head, "office@oak.example", "head@oak.example"));
    assert_false(exeat_rights_is_own(head, "", NULL));
    assert_string_equal(exeat_rights_acting_as(head, "dsl"), "headteacher");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_stays_text),
        cmocka_unit_test(test_empty_attributes),
        cmocka_unit_test(test_pictures_of_text),
        cmocka_unit_test(test_attribute_is_there_once),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_where_to_go_back),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_rights),
        cmocka_unit_test(test_lists_of_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
