/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blocks of exeat.conf that belong to the quarantine, and a quarantine, a deliverer and a clerk made of them. */
#include "tests/unit/quarantine_fixture.h"

#include <string.h>

#include "policies/school.h"
#include "quarantine/settings.h"

#define BLOCKS 16

static void
all_blocks(ExeatBlock blocks[BLOCKS])
{
    guint count = 0;

    blocks[count++] = exeat_school_block;
    for (const ExeatBlock *block = exeat_quarantine_blocks; block->name != NULL; block++)
        blocks[count++] = *block;
    blocks[count] = (ExeatBlock){0};
    assert_true(count < BLOCKS);
}

static char *
config_text(const Fixture *fixture, const char *more)
{
    return g_strdup_printf("school { name = \"Oakfield\" domains = { oakfield.sch.uk } language = cy }\n"
                           "quarantine { store = \"%s/office.db\" certificates = { \"%s\" } private_key = \"%s\"\n"
                           "  token_key = \"%s\" }\n"
                           "role \"headteacher\" { people = { head@oakfield.sch.uk } }\n%s",
                           fixture->folder, fixture->certificate, fixture->key, fixture->token, more);
}

static void
test_open(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autofree char *text = config_text(fixture, "");
    ExeatBlock blocks[BLOCKS];
    g_autoptr(ExeatConfig) config = NULL;
    g_autoptr(ExeatQuarantine) gate = NULL, office = NULL, early = NULL;
    g_autoptr(ExeatDeliverer) deliverer = NULL;
    g_autoptr(ExeatClerk) clerk = NULL;
    g_autoptr(GBytes) token = NULL;
    ExeatClerkReport report;

    all_blocks(blocks);
    config = exeat_config_parse(text, "t.conf", blocks, errors);
    if (config == NULL) {
        g_autofree char *all = exeat_config_errors_to_text(errors);

        fail_msg("%s", all);
    }
    /* The gate makes the store; nobody else does. */
    assert_fails(exeat_quarantine_open(config, EXEAT_ACCESS_READ, &early, &error), EXEAT_ERROR_CONFIG);
    assert_ok(exeat_quarantine_open_gate(config, &gate, &token, &error));
    assert_int_equal(g_bytes_get_size(token), 32);
    assert_ok(exeat_quarantine_open(config, EXEAT_ACCESS_READ, &office, &error));
    assert_ok(exeat_quarantine_open_deliverer(config, &deliverer, &error));
    assert_ok(exeat_quarantine_open_clerk(config, office, deliverer, &clerk, &error));
    assert_ok(exeat_clerk_run_once(clerk, 1789372800, NULL, &report, &error));
    assert_int_equal(report.mails_sent, 0);
}

static void
test_wrong_lines(void **state)
{
    static const struct {
        const char *more, *want;
    } rows[] = {
        {"hours { monday = \"8-17\" }", "hours"},
        {"hours { closed = { Easter } }", "hours"},
        {"hours { zone = \"Europe/Atlantis\" }", "hours"},
        {"delivery { relay = \"http://x\" }", "delivery.relay"},
        {"delivery { from = \"exeat\" }", "delivery.from"},
        {"delivery { user = x }", "delivery.user"},
        {"delivery { tls = perhaps }", "delivery.tls"},
        {"role \"chair\" { people = { \"Mrs Chair\" } }", "role.people"},
        {"role \"chair\" { }", "role.people"},
        {"role \"dsl\" { people = { d@x.example } notify = digest }", "role.digest"},
        {"role \"dsl\" { people = { d@x.example } digest = { \"08:15\" } }", "role.notify"},
        {"role \"dsl\" { people = { d@x.example } notify = both digest = { \"8.15\" } }", "role.digest"},
        {"role \"dsl\" { people = { d@x.example } notify = never }", "role.notify"},
    };
    const Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
        g_autofree char *text = config_text(fixture, rows[i].more), *all = NULL;
        ExeatBlock blocks[BLOCKS];
        g_autoptr(ExeatConfig) config = NULL;

        all_blocks(blocks);
        config = exeat_config_parse(text, "t.conf", blocks, errors);
        all = exeat_config_errors_to_text(errors);
        if (config != NULL || strstr(all, rows[i].want) == NULL)
            fail_msg("%s: %s", rows[i].more, all);
    }
}

static void
test_every_setting_is_explained(void **state)
{
    (void)state;
    for (const ExeatBlock *block = exeat_quarantine_blocks; block->name != NULL; block++) {
        assert_non_null(block->help);
        for (const ExeatOption *option = block->tables[0]; option->key != NULL; option++) {
            if (option->help == NULL || strlen(option->help) < 10)
                fail_msg("%s.%s is not explained", block->name, option->key);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_wrong_lines),
        cmocka_unit_test(test_every_setting_is_explained),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
