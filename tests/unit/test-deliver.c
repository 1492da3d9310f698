/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery: what goes over the wire byte for byte, and what each answer of the relay means. */
#include "tests/unit/quarantine_fixture.h"

#include <string.h>

#include "quarantine/deliver.h"
#include "tests/unit/smtp_sink.h"

typedef struct Relay {
    Sink *sink;
    ExeatDeliverer *deliverer;
} Relay;

static int
setup(void **state)
{
    g_autoptr(GError) error = NULL;
    Relay *relay = g_new0(Relay, 1);
    g_autofree char *url = NULL;
    ExeatDeliverySettings settings = {.hello = "gate.oakfield.sch.uk", .timeout = 2};

    relay->sink = sink_new();
    url = sink_url(relay->sink);
    settings.relay = url;
    assert_ok(exeat_deliverer_new(&settings, &relay->deliverer, &error));
    *state = relay;
    return 0;
}

static int
teardown(void **state)
{
    Relay *relay = *state;

    exeat_deliverer_free(relay->deliverer);
    sink_free(relay->sink);
    g_free(relay);
    return 0;
}

static void
test_bytes(void **state)
{
    Relay *relay = *state;
    g_autofree char *long_line = g_strnfill(5000, 'x');
    g_autofree char *long_letter = g_strdup_printf("A: b\r\n\r\n%s\r\n.%s\r\n", long_line, long_line);
    const struct {
        const char *name, *letter, *want;
    } rows[] = {
        {"plain", "A: b\r\n\r\nhello\r\n", NULL},
        {"dots", "A: b\r\n\r\n.\r\n..\r\n.a\r\na.\r\n\r\n.\r\n", NULL},
        {"starts with a dot", ".A: b\r\n\r\nx\r\n", NULL},
        {"8 bit", "A: b\r\n\r\n\xe9\xff\x80\xc3\xa9\r\n", NULL},
        {"long lines", long_letter, NULL},
        {"no body", "A: b\r\n", NULL},
        /* SMTP has no letter without a final line end. */
        {"no final newline", "A: b\r\n\r\nhello", "A: b\r\n\r\nhello\r\n"},
        {"bare line feeds", "A: b\n\nx\n.\r\ny\n", "A: b\r\n\r\nx\r\n.\r\ny\r\n"},
        {"bare carriage returns", "A: b\r\n\r\nx\ry\r\n", "A: b\r\n\r\nx\r\ny\r\n"},
    };

    sink_set(relay->sink, (SinkScript){0});
    for (guint header = 0; header < 2; header++) {
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autoptr(GBytes) letter = g_bytes_new_static(rows[i].letter, strlen(rows[i].letter));
            g_autofree char *want = g_strconcat(header != 0 ? "X-Exeat-Release: t\r\n" : "",
                                                rows[i].want != NULL ? rows[i].want : rows[i].letter, NULL);
            const SinkLetter *got;
            ExeatDeliveryResult result;

            sink_clear(relay->sink);
            exeat_deliver(relay->deliverer, "a@oakfield.sch.uk", "b@mail.example",
                          header != 0 ? "X-Exeat-Release: t" : NULL, letter, &result);
            assert_int_equal(result.outcome, EXEAT_DELIVERY_DONE);
            assert_int_equal(sink_count(relay->sink), 1);
            got = sink_letter(relay->sink, 0);
            if (got->data->len != strlen(want) || memcmp(got->data->data, want, got->data->len) != 0)
                fail_msg("%s: not byte for byte (%u bytes for %zu)", rows[i].name, got->data->len, strlen(want));
        }
    }
}

static void
test_envelopes(void **state)
{
    static const struct {
        const char *sender, *recipient, *mail, *rcpt;
    } rows[] = {
        {"a@oakfield.sch.uk", "b@mail.example", "<a@oakfield.sch.uk>", "<b@mail.example>"},
        {"", "b@mail.example", "<>", "<b@mail.example>"},
        {"", "\"b c\"@mail.example", "<>", "<\"b c\"@mail.example>"},
    };
    Relay *relay = *state;
    g_autoptr(GBytes) letter = g_bytes_new_static("A: b\r\n", 6);

    sink_set(relay->sink, (SinkScript){0});
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const SinkLetter *got;
        ExeatDeliveryResult result;

        sink_clear(relay->sink);
        exeat_deliver(relay->deliverer, rows[i].sender, rows[i].recipient, NULL, letter, &result);
        assert_int_equal(result.outcome, EXEAT_DELIVERY_DONE);
        assert_int_equal(result.code, 250);
        assert_string_equal(result.enhanced, "2.0.0");
        got = sink_letter(relay->sink, 0);
        assert_true(g_str_has_prefix(got->sender, rows[i].mail));
        assert_true(g_str_has_prefix(got->recipient, rows[i].rcpt));
    }
}

static void
test_hostile_addresses(void **state)
{
    static const char *const bad[] = {"", "a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example> SIZE=1",
                                      "a\nb@c.example", "a b@c.example"};
    Relay *relay = *state;
    g_autoptr(GBytes) letter = g_bytes_new_static("A: b\r\n", 6);

    sink_set(relay->sink, (SinkScript){0});
    sink_clear(relay->sink);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        ExeatDeliveryResult result;

        exeat_deliver(relay->deliverer, "a@oakfield.sch.uk", bad[i], NULL, letter, &result);
        assert_int_equal(result.outcome, EXEAT_DELIVERY_REFUSED);
    }
    assert_int_equal(sink_count(relay->sink), 0);
}

static void
test_answers(void **state)
{
    static const struct {
        const char *name;
        SinkScript script;
        ExeatDeliveryOutcome want;
        guint code;
        const char *enhanced;
    } rows[] = {
        {"taken", {0}, EXEAT_DELIVERY_DONE, 250, "2.0.0"},
        {"taken, without an enhanced code", {.dot = "250 queued"}, EXEAT_DELIVERY_DONE, 250, ""},
        {"full", {.dot = "452 4.3.1 Insufficient system storage"}, EXEAT_DELIVERY_LATER, 452, "4.3.1"},
        {"refused at the end", {.dot = "554 5.7.1 No"}, EXEAT_DELIVERY_REFUSED, 554, "5.7.1"},
        {"no such user", {.rcpt = "550 5.1.1 Unknown"}, EXEAT_DELIVERY_REFUSED, 550, "5.1.1"},
        {"several lines", {.rcpt = "550-5.1.1 Unknown\r\n550 5.1.1 really"}, EXEAT_DELIVERY_REFUSED, 550, "5.1.1"},
        {"greylisted", {.rcpt = "450 4.2.0 Later"}, EXEAT_DELIVERY_LATER, 450, "4.2.0"},
        {"sender refused", {.mail = "553 5.1.8 No"}, EXEAT_DELIVERY_REFUSED, 553, "5.1.8"},
        {"DATA refused", {.data = "451 4.3.0 Later"}, EXEAT_DELIVERY_LATER, 451, "4.3.0"},
        {"relay talks to nobody", {.greeting = "554 5.3.2 Closed"}, EXEAT_DELIVERY_LATER, 554, "5.3.2"},
        {"EHLO refused", {.hello = "550 5.7.1 Go away"}, EXEAT_DELIVERY_LATER, 550, "5.7.1"},
        {"hangs up", {.hang_up = true}, EXEAT_DELIVERY_LATER, 0, ""},
        {"says nothing", {.stall = true}, EXEAT_DELIVERY_LATER, 0, ""},
        {"a code of another class", {.dot = "250 5.0.0 odd"}, EXEAT_DELIVERY_DONE, 250, ""},
        {"a code too long", {.dot = "250 2.12345678901.1 odd"}, EXEAT_DELIVERY_DONE, 250, ""},
    };
    Relay *relay = *state;
    g_autoptr(GBytes) letter = g_bytes_new_static("A: b\r\n\r\nx\r\n", 11);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExeatDeliveryResult result;

        sink_set(relay->sink, rows[i].script);
        exeat_deliver(relay->deliverer, "a@oakfield.sch.uk", "b@mail.example", NULL, letter, &result);
        if (result.outcome != rows[i].want || result.code != rows[i].code ||
            strcmp(result.enhanced, rows[i].enhanced) != 0)
            fail_msg("%s: outcome %d, code %u %s", rows[i].name, (int)result.outcome, result.code, result.enhanced);
        assert_int_equal(result.relay_down, rows[i].script.greeting != NULL || rows[i].script.hello != NULL);
    }
}

static void
test_no_relay(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatDeliverer) deliverer = NULL, wrong = NULL;
    g_autoptr(GBytes) letter = g_bytes_new_static("A: b\r\n", 6);
    ExeatDeliverySettings settings = {.relay = "smtp://127.0.0.1:1", .timeout = 2};
    ExeatDeliveryResult result;

    (void)state;
    assert_ok(exeat_deliverer_new(&settings, &deliverer, &error));
    exeat_deliver(deliverer, "", "b@mail.example", NULL, letter, &result);
    assert_int_equal(result.outcome, EXEAT_DELIVERY_LATER);
    assert_int_equal(result.code, 0);
    assert_true(result.relay_down);
    settings.relay = "http://127.0.0.1";
    assert_fails(exeat_deliverer_new(&settings, &wrong, &error), EXEAT_ERROR_CONFIG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),   cmocka_unit_test(test_envelopes), cmocka_unit_test(test_hostile_addresses),
        cmocka_unit_test(test_answers), cmocka_unit_test(test_no_relay),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
