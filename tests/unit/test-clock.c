/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The school's clock: hours, weekends, half term, clock changes, terms that nobody configured. */
#include "tests/unit/quarantine_fixture.h"

#include "quarantine/clock.h"

static const char *const terms[] = {"2026-09-02..2026-12-18", "2027-01-05..2027-03-25", NULL};
static const char *const closed[] = {"2026-10-19..2026-10-23", "2026-11-27", NULL};

static const ExeatClockHours with_terms = {
    .zone = "Europe/London",
    .days = {"08:00-17:00", "08:00-17:00", "08:00-17:00", "08:00-17:00", "08:00-16:00", "", NULL},
    .terms = terms,
    .closed = closed,
};

static const ExeatClockHours without_terms = {
    .zone = "Europe/London",
    .days = {"08:00-12:00 13:00-17:00", "08:00-12:00, 13:00-17:00", "08:00-17:00", "08:00-17:00", "08:00-17:00"},
};

static const ExeatClockHours at_night = {
    .zone = "Europe/London",
    .days = {"00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00"},
};

static gint64
at(const char *text)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/London");
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, zone);

    assert_non_null(time);
    return g_date_time_to_unix(time);
}

static void
test_add_working(void **state)
{
    static const struct {
        const char *name, *from;
        gint64 seconds;
        const char *want;
        const ExeatClockHours *hours;
    } rows[] = {
        {"within a day", "2026-09-07T09:00:00", 3600, "2026-09-07T10:00:00", &with_terms},
        {"to the very end", "2026-09-07T09:00:00", 8 * 3600, "2026-09-07T17:00:00", &with_terms},
        {"a second more", "2026-09-07T09:00:00", 8 * 3600 + 1, "2026-09-08T08:00:01", &with_terms},
        {"before the school opens", "2026-09-07T03:00:00", 3600, "2026-09-07T09:00:00", &with_terms},
        {"Friday evening", "2026-09-11T18:30:00", 3600, "2026-09-14T09:00:00", &with_terms},
        {"over the weekend", "2026-09-11T15:30:00", 3600, "2026-09-14T08:30:00", &with_terms},
        {"over half term", "2026-10-16T15:00:00", 2 * 3600, "2026-10-26T09:00:00", &with_terms},
        {"INSET day", "2026-11-26T16:00:00", 2 * 3600, "2026-11-30T09:00:00", &with_terms},
        {"over Christmas", "2026-12-18T15:00:00", 2 * 3600, "2027-01-05T09:00:00", &with_terms},
        {"no term known any more", "2027-03-25T16:00:00", 2 * 3600, "2027-03-26T09:00:00", &with_terms},
        {"nothing to add", "2026-09-12T12:00:00", 0, "2026-09-12T12:00:00", &with_terms},
        {"over lunch", "2026-08-03T11:30:00", 3600, "2026-08-03T13:30:00", &without_terms},
        {"August without terms", "2026-08-07T16:00:00", 2 * 3600, "2026-08-10T09:00:00", &without_terms},
        {"clocks go back at the weekend", "2026-10-23T16:00:00", 2 * 3600, "2026-10-26T09:00:00", &without_terms},
        {"clocks go forward at the weekend", "2027-03-26T16:00:00", 2 * 3600, "2027-03-29T09:00:00", &without_terms},
        {"a night of 25 hours", "2026-10-25T00:00:00", 25 * 3600, "2026-10-26T00:00:00", &at_night},
        {"a night of 23 hours", "2027-03-28T00:00:00", 23 * 3600, "2027-03-29T00:00:00", &at_night},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(ExeatClock) clock = NULL;
        gint64 got;

        assert_ok(exeat_clock_new(rows[i].hours, &clock, &error));
        got = exeat_clock_add_working(clock, at(rows[i].from), rows[i].seconds);
        if (got != at(rows[i].want)) {
            g_autofree char *text = exeat_clock_text(clock, got, "en");

            fail_msg("%s: %s instead of %s", rows[i].name, text, rows[i].want);
        }
    }
}

static void
test_open(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatClock) clock = NULL;
    g_autofree char *english = NULL, *welsh = NULL;

    (void)state;
    assert_ok(exeat_clock_new(&with_terms, &clock, &error));
    assert_true(exeat_clock_is_open(clock, at("2026-09-07T08:00:00")));
    assert_false(exeat_clock_is_open(clock, at("2026-09-07T07:59:59")));
    assert_false(exeat_clock_is_open(clock, at("2026-09-07T17:00:00")));
    assert_false(exeat_clock_is_open(clock, at("2026-09-11T16:30:00")));
    assert_false(exeat_clock_is_open(clock, at("2026-09-13T10:00:00")));
    assert_false(exeat_clock_is_open(clock, at("2026-10-20T10:00:00")));
    assert_false(exeat_clock_is_open(clock, at("2026-08-20T10:00:00")));
    assert_int_equal(exeat_clock_next_opening(clock, at("2026-08-20T10:00:00")), at("2026-09-02T08:00:00"));
    assert_int_equal(exeat_clock_next_opening(clock, at("2026-09-07T10:00:00")), at("2026-09-07T10:00:00"));
    assert_int_equal(exeat_clock_next_opening(clock, at("2040-01-01T10:00:00")), at("2040-01-01T10:00:00"));
    english = exeat_clock_text(clock, at("2026-09-14T16:30:00"), "en");
    welsh = exeat_clock_text(clock, at("2026-09-14T16:30:00"), "cy");
    assert_string_equal(english, "Monday 14 September 2026, 16:30");
    assert_string_equal(welsh, "dydd Llun 14 Medi 2026, 16:30");
}

static void
test_times(void **state)
{
    static const char *const twice[] = {"13:00", "08:15", "13:00", NULL}, *const small_hours[] = {"01:30", NULL};
    static const struct {
        const char *name, *at, *last, *next; /* NULL: none */
        const ExeatClockHours *hours;
        const char *const *times;
    } rows[] = {
        {"in the morning", "2026-09-08T08:00:00", "2026-09-07T13:00:00", "2026-09-08T08:15:00", &with_terms, twice},
        {"on the minute", "2026-09-08T08:15:00", "2026-09-08T08:15:00", "2026-09-08T13:00:00", &with_terms, twice},
        {"a second before", "2026-09-08T08:14:59", "2026-09-07T13:00:00", "2026-09-08T08:15:00", &with_terms, twice},
        {"on a Saturday", "2026-09-12T10:00:00", "2026-09-11T13:00:00", "2026-09-14T08:15:00", &with_terms, twice},
        {"in half term", "2026-10-21T10:00:00", "2026-10-16T13:00:00", "2026-10-26T08:15:00", &with_terms, twice},
        {"on an INSET day", "2026-11-27T09:00:00", "2026-11-26T13:00:00", "2026-11-30T08:15:00", &with_terms, twice},
        {"at Christmas", "2026-12-25T09:00:00", "2026-12-18T13:00:00", "2027-01-05T08:15:00", &with_terms, twice},
        {"no term known any more", "2028-05-05T09:00:00", "2028-05-05T08:15:00", "2028-05-05T13:00:00", &with_terms,
         twice},
        {"before all terms", "2026-08-20T09:00:00", NULL, "2026-09-02T08:15:00", &with_terms, twice},
        {"clocks went back", "2026-10-26T09:00:00", "2026-10-26T08:15:00", "2026-10-26T13:00:00", &without_terms,
         twice},
        {"clocks went forward", "2027-03-29T07:00:00", "2027-03-26T13:00:00", "2027-03-29T08:15:00", &without_terms,
         twice},
        {"a time that came twice comes once", "2026-10-25T12:00:00", "2026-10-25T01:30:00", "2026-10-26T01:30:00",
         &at_night, small_hours},
        {"a time that never came", "2027-03-28T12:00:00", "2027-03-28T02:00:00", "2027-03-29T01:30:00", &at_night,
         small_hours},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(ExeatClock) clock = NULL;
        g_autoptr(GArray) minutes = NULL;
        gint64 now = at(rows[i].at), last = rows[i].last != NULL ? at(rows[i].last) : 0;

        assert_ok(exeat_clock_new(rows[i].hours, &clock, &error));
        assert_ok(exeat_clock_parse_times(rows[i].times, &minutes, &error));
        if (exeat_clock_last_time(clock, minutes, now) != last)
            fail_msg("%s: the last was another", rows[i].name);
        if (exeat_clock_next_time(clock, minutes, now) != at(rows[i].next))
            fail_msg("%s: the next is another", rows[i].name);
    }
}

/* Going from time to time, each comes once and none is left out, over both changes of the clocks. */
static void
test_every_time(void **state)
{
    static const char *const texts[] = {"00:00", "01:00", "01:30", "02:00", "23:59", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatClock) clock = NULL;
    g_autoptr(GArray) minutes = NULL;
    gint64 now = at("2026-10-20T12:00:00"), end = at("2027-04-02T12:00:00");
    guint count = 0;

    (void)state;
    assert_ok(exeat_clock_new(&at_night, &clock, &error));
    assert_ok(exeat_clock_parse_times(texts, &minutes, &error));
    for (;; count++) {
        gint64 next = exeat_clock_next_time(clock, minutes, now);

        assert_true(next > now);
        if (next > end)
            break;
        assert_int_equal(exeat_clock_last_time(clock, minutes, next), next);
        assert_true(exeat_clock_last_time(clock, minutes, next - 1) <= now);
        now = next;
    }
    /* 164 days of five times; where an hour is left out, two of its times fall on two that come after it. */
    assert_in_range(count, 164 * 5 - 2, 164 * 5);
}

static void
test_no_times(void **state)
{
    static const char *const none[] = {NULL}, *const bad[] = {"24:00", "8:15", "08:60", "", "noon", "08:15:00"};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatClock) clock = NULL;
    g_autoptr(GArray) minutes = NULL;

    (void)state;
    assert_ok(exeat_clock_new(&with_terms, &clock, &error));
    assert_ok(exeat_clock_parse_times(none, &minutes, &error));
    assert_int_equal(exeat_clock_last_time(clock, minutes, at("2026-09-08T12:00:00")), 0);
    assert_int_equal(exeat_clock_next_time(clock, minutes, at("2026-09-08T12:00:00")), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        const char *const texts[] = {"08:15", bad[i], NULL};
        GArray *nothing = NULL;

        assert_fails(exeat_clock_parse_times(texts, &nothing, &error), EXEAT_ERROR_CONFIG);
        assert_null(nothing);
    }
}

static void
test_errors(void **state)
{
    static const char *const bad_ranges[][2] = {
        {"2026-13-01", NULL},
        {"2026-02-30", NULL},
        {"26-01-01", NULL},
        {"2026-10-30..2026-10-26", NULL},
        {"", NULL},
        {"Easter", NULL},
        {"2026-01-01..2026", NULL},
        {"2026-01-01..2026-01-02..2026-01-03", NULL},
    };
    static const char *const bad_days[] = {
        "8-17", "17:00-08:00", "08:00", "08:00-25:00", "08:60-09:00", "13:00-17:00 08:00-12:00", "08:00-08:00"};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatClock) clock = NULL;
    ExeatClockHours hours = with_terms;

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(bad_ranges); i++) {
        hours = with_terms;
        hours.closed = bad_ranges[i];
        assert_fails(exeat_clock_new(&hours, &clock, &error), EXEAT_ERROR_CONFIG);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad_days); i++) {
        hours = with_terms;
        hours.days[2] = bad_days[i];
        assert_fails(exeat_clock_new(&hours, &clock, &error), EXEAT_ERROR_CONFIG);
    }
    hours = (ExeatClockHours){.zone = "Europe/London"};
    assert_fails(exeat_clock_new(&hours, &clock, &error), EXEAT_ERROR_CONFIG);
    hours = with_terms;
    hours.zone = "Europe/Atlantis";
    assert_fails(exeat_clock_new(&hours, &clock, &error), EXEAT_ERROR_CONFIG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_working), cmocka_unit_test(test_open),     cmocka_unit_test(test_times),
        cmocka_unit_test(test_every_time),  cmocka_unit_test(test_no_times), cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
