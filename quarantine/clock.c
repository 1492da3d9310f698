/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The school's clock. A day is asked for its opening periods as local times, which GDateTime turns into instants, so
 * that a day on which the clocks change is an hour shorter or longer without a special case here.
 */
#include "quarantine/clock.h"

#include <string.h>

#include "base/error.h"

#define CLOCK_PERIODS 4 /* of one day */

typedef struct ClockPeriod {
    int opens, closes; /* minutes of the day */
} ClockPeriod;

typedef struct ClockDay {
    ClockPeriod periods[CLOCK_PERIODS];
    guint count;
} ClockDay;

typedef struct ClockRange {
    guint32 first, last; /* Julian days */
} ClockRange;

struct ExeatClock {
    GTimeZone *zone;
    ClockDay week[7];
    GArray *terms;  /* ClockRange */
    GArray *closed; /* ClockRange */
};

static bool
clock_parse_minutes(const char *text, int *out_minutes)
{
    if (strlen(text) != 5 || text[2] != ':' || !g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]) ||
        !g_ascii_isdigit(text[3]) || !g_ascii_isdigit(text[4]))
        return false;
    *out_minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return *out_minutes <= 24 * 60 && text[3] < '6';
}

static bool
clock_parse_day(const char *text, ClockDay *day)
{
    g_auto(GStrv) words = g_strsplit_set(text != NULL ? text : "", " ,", -1);
    int last = 0;

    for (gsize i = 0; words[i] != NULL; i++) {
        g_auto(GStrv) ends = NULL;
        ClockPeriod period;

        if (*words[i] == '\0')
            continue;
        ends = g_strsplit(words[i], "-", 3);
        if (day->count == CLOCK_PERIODS || g_strv_length(ends) != 2 || !clock_parse_minutes(ends[0], &period.opens) ||
            !clock_parse_minutes(ends[1], &period.closes) || period.opens < last || period.closes <= period.opens)
            return false;
        last = period.closes;
        day->periods[day->count++] = period;
    }
    return true;
}

static bool
clock_parse_date(const char *text, guint32 *out_julian)
{
    GDate date;
    int year, month, day;

    for (gsize i = 0; i < 10; i++) {
        if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit(text[i]))
            return false;
    }
    if (text[10] != '\0')
        return false;
    year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    month = (text[5] - '0') * 10 + text[6] - '0';
    day = (text[8] - '0') * 10 + text[9] - '0';
    if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    *out_julian = g_date_get_julian(&date);
    return true;
}

static bool
clock_parse_ranges(const char *const *texts, GArray *ranges, GError **error)
{
    for (gsize i = 0; texts != NULL && texts[i] != NULL; i++) {
        g_auto(GStrv) ends = g_strsplit(texts[i], "..", 3);
        guint count = g_strv_length(ends);
        ClockRange range = {0, 0};

        for (guint k = 0; k < count; k++)
            g_strstrip(ends[k]);
        if (count < 1 || count > 2 || !clock_parse_date(ends[0], &range.first) ||
            !clock_parse_date(ends[count - 1], &range.last) || range.last < range.first) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                        "\"%s\" is neither a date (2026-12-25) nor a span of dates (2026-10-26..2026-10-30)", texts[i]);
            return false;
        }
        g_array_append_val(ranges, range);
    }
    return true;
}

static bool
clock_fill(ExeatClock *clock, const ExeatClockHours *hours, GError **error)
{
    guint periods = 0;

    clock->zone = g_time_zone_new_identifier(hours->zone != NULL ? hours->zone : "Europe/London");
    if (clock->zone == NULL) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "time zone %s is not known here: install tzdata",
                    hours->zone != NULL ? hours->zone : "Europe/London");
        return false;
    }
    for (guint i = 0; i < 7; i++) {
        if (!clock_parse_day(hours->days[i], &clock->week[i])) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                        "working hours \"%s\" cannot be read: write 08:00-17:00", hours->days[i]);
            return false;
        }
        periods += clock->week[i].count;
    }
    if (periods == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the week has no working hours");
        return false;
    }
    return clock_parse_ranges(hours->terms, clock->terms, error) &&
           clock_parse_ranges(hours->closed, clock->closed, error);
}

bool
exeat_clock_new(const ExeatClockHours *hours, ExeatClock **out_clock, GError **error)
{
    g_autoptr(ExeatClock) clock = g_new0(ExeatClock, 1);

    clock->terms = g_array_new(false, false, sizeof(ClockRange));
    clock->closed = g_array_new(false, false, sizeof(ClockRange));
    if (!clock_fill(clock, hours, error))
        return false;
    *out_clock = g_steal_pointer(&clock);
    return true;
}

void
exeat_clock_free(ExeatClock *clock)
{
    if (clock == NULL)
        return;
    g_clear_pointer(&clock->zone, g_time_zone_unref);
    g_clear_pointer(&clock->terms, g_array_unref);
    g_clear_pointer(&clock->closed, g_array_unref);
    g_free(clock);
}

static bool
clock_in_ranges(const GArray *ranges, guint32 julian)
{
    for (guint i = 0; i < ranges->len; i++) {
        const ClockRange *range = &g_array_index(ranges, ClockRange, i);

        if (julian >= range->first && julian <= range->last)
            return true;
    }
    return false;
}

/* The opening periods of a day, or NULL for a day off. */
static const ClockDay *
clock_day(const ExeatClock *clock, guint32 julian, bool heed_terms)
{
    GDate date;
    const ClockDay *day;

    g_date_clear(&date, 1);
    g_date_set_julian(&date, julian);
    day = &clock->week[g_date_get_weekday(&date) - G_DATE_MONDAY];
    if (day->count == 0 || clock_in_ranges(clock->closed, julian))
        return NULL;
    if (heed_terms && clock->terms->len > 0 && !clock_in_ranges(clock->terms, julian))
        return NULL;
    return day;
}

static guint32
clock_julian_at(const ExeatClock *clock, gint64 at)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, clock->zone);
    GDate date;

    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)g_date_time_get_day_of_month(local), (GDateMonth)g_date_time_get_month(local),
                   (GDateYear)g_date_time_get_year(local));
    return g_date_get_julian(&date);
}

static gint64
clock_instant(const ExeatClock *clock, guint32 julian, int minutes)
{
    g_autoptr(GDateTime) local = NULL;
    GDate date;

    if (minutes == 24 * 60)
        return clock_instant(clock, julian + 1, 0);
    g_date_clear(&date, 1);
    g_date_set_julian(&date, julian);
    local = g_date_time_new(clock->zone, g_date_get_year(&date), (int)g_date_get_month(&date), g_date_get_day(&date),
                            minutes / 60, minutes % 60, 0);
    return g_date_time_to_unix(local);
}

bool
exeat_clock_is_open(const ExeatClock *clock, gint64 at)
{
    guint32 julian = clock_julian_at(clock, at);
    const ClockDay *day = clock_day(clock, julian, true);

    for (guint i = 0; day != NULL && i < day->count; i++) {
        if (at >= clock_instant(clock, julian, day->periods[i].opens) &&
            at < clock_instant(clock, julian, day->periods[i].closes))
            return true;
    }
    return false;
}

static bool
clock_find_opening(const ExeatClock *clock, gint64 at, bool heed_terms, gint64 *out_opens, gint64 *out_closes)
{
    guint32 today = clock_julian_at(clock, at);

    for (guint32 julian = today; julian < today + EXEAT_CLOCK_HORIZON_DAYS; julian++) {
        const ClockDay *day = clock_day(clock, julian, heed_terms);

        for (guint i = 0; day != NULL && i < day->count; i++) {
            gint64 closes = clock_instant(clock, julian, day->periods[i].closes);

            if (closes <= at)
                continue;
            *out_opens = MAX(at, clock_instant(clock, julian, day->periods[i].opens));
            *out_closes = closes;
            return true;
        }
    }
    return false;
}

gint64
exeat_clock_next_opening(const ExeatClock *clock, gint64 at)
{
    gint64 opens, closes;

    return clock_find_opening(clock, at, true, &opens, &closes) ? opens : at;
}

gint64
exeat_clock_add_working(const ExeatClock *clock, gint64 from, gint64 seconds)
{
    gint64 at = from;

    while (seconds > 0) {
        gint64 opens, closes;

        if (!clock_find_opening(clock, at, true, &opens, &closes) &&
            !clock_find_opening(clock, at, false, &opens, &closes))
            return at + seconds;
        if (closes - opens >= seconds)
            return opens + seconds;
        seconds -= closes - opens;
        at = closes;
    }
    return at;
}

static gint
clock_compare_minutes(gconstpointer a, gconstpointer b)
{
    return *(const int *)a - *(const int *)b;
}

bool
exeat_clock_parse_times(const char *const *texts, GArray **out_minutes, GError **error)
{
    g_autoptr(GArray) minutes = g_array_new(false, false, sizeof(int));

    for (gsize i = 0; texts != NULL && texts[i] != NULL; i++) {
        int minute = 0;

        if (!clock_parse_minutes(texts[i], &minute) || minute == 24 * 60) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "\"%s\" is no time of the day: write 08:15", texts[i]);
            return false;
        }
        g_array_append_val(minutes, minute);
    }
    g_array_sort(minutes, clock_compare_minutes);
    for (guint i = minutes->len; i > 1; i--) {
        if (g_array_index(minutes, int, i - 1) == g_array_index(minutes, int, i - 2))
            g_array_remove_index(minutes, i - 1);
    }
    *out_minutes = g_steal_pointer(&minutes);
    return true;
}

/* Whether terms say anything about the time from @at on. */
static bool
clock_knows_terms(const ExeatClock *clock, gint64 at)
{
    gint64 opens, closes;

    return clock_find_opening(clock, at, true, &opens, &closes);
}

gint64
exeat_clock_last_time(const ExeatClock *clock, const GArray *minutes, gint64 at)
{
    bool heed_terms = clock_knows_terms(clock, at);
    guint32 today = clock_julian_at(clock, at);

    for (guint32 julian = today; julian + EXEAT_CLOCK_HORIZON_DAYS > today; julian--) {
        for (guint i = clock_day(clock, julian, heed_terms) != NULL ? minutes->len : 0; i > 0; i--) {
            gint64 moment = clock_instant(clock, julian, g_array_index(minutes, int, i - 1));

            if (moment <= at)
                return moment;
        }
    }
    return 0;
}

gint64
exeat_clock_next_time(const ExeatClock *clock, const GArray *minutes, gint64 at)
{
    bool heed_terms = clock_knows_terms(clock, at);
    guint32 today = clock_julian_at(clock, at);

    for (guint32 julian = today; julian < today + EXEAT_CLOCK_HORIZON_DAYS; julian++) {
        for (guint i = 0; clock_day(clock, julian, heed_terms) != NULL && i < minutes->len; i++) {
            gint64 moment = clock_instant(clock, julian, g_array_index(minutes, int, i));

            if (moment > at)
                return moment;
        }
    }
    return 0;
}

static const char *const clock_days[2][7] = {
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul"},
};

static const char *const clock_months[2][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"},
    {"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd",
     "Rhagfyr"},
};

char *
exeat_clock_text(const ExeatClock *clock, gint64 at, const char *language)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, clock->zone);
    guint which = g_strcmp0(language, "cy") == 0 ? 1 : 0;

    return g_strdup_printf("%s %d %s %d, %02d:%02d", clock_days[which][g_date_time_get_day_of_week(local) - 1],
                           g_date_time_get_day_of_month(local), clock_months[which][g_date_time_get_month(local) - 1],
                           g_date_time_get_year(local), g_date_time_get_hour(local), g_date_time_get_minute(local));
}
