/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The school's clock: when somebody is there to decide. Time is given and taken in seconds since the epoch; working
 * hours, terms and closed days are the school's, in its time zone. A clock is immutable and may be shared by threads.
 */
#ifndef EXEAT_QUARANTINE_CLOCK_H
#define EXEAT_QUARANTINE_CLOCK_H

#include <glib.h>
#include <stdbool.h>

/* Looking for an open day ends after so many days, and the clock then says "now". */
#define EXEAT_CLOCK_HORIZON_DAYS 400

typedef struct ExeatClock ExeatClock;

typedef struct ExeatClockHours {
    const char *zone;          /* "Europe/London" */
    const char *days[7];       /* Monday first: "08:00-17:00", "08:00-12:00 13:00-17:00", "" or NULL for a free day */
    const char *const *terms;  /* "2026-09-02..2026-12-18"; NULL or empty: the whole year is term */
    const char *const *closed; /* "2026-10-26..2026-10-30", "2026-12-25": half terms, INSET days, bank holidays */
} ExeatClockHours;

/* CONFIG for hours or dates that cannot be read, for a clock that is never open, for an unknown zone. */
bool exeat_clock_new(const ExeatClockHours *hours, ExeatClock **out_clock, GError **error);
void exeat_clock_free(ExeatClock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatClock, exeat_clock_free)

bool exeat_clock_is_open(const ExeatClock *clock, gint64 at);

/* @at itself if it is open, else when it opens next. Beyond the horizon (no more terms known): @at. */
gint64 exeat_clock_next_opening(const ExeatClock *clock, gint64 at);

/*
 * The moment at which @seconds of working time have passed since @from. Where the known terms end before that, the rest
 * counts as if every further day were in term, so that nothing waits for ever for a forgotten line of the
 * configuration.
 */
gint64 exeat_clock_add_working(const ExeatClock *clock, gint64 from, gint64 seconds);

/*
 * Times of the day, for what is done on working days alone ("08:15", "13:00"). *out_minutes is (transfer full) an array
 * of int, sorted, without doubles. CONFIG if one cannot be read.
 */
bool exeat_clock_parse_times(const char *const *texts, GArray **out_minutes, GError **error);

/*
 * The last moment up to @at, and the first one after it, at which one of the times came or comes on a working day of
 * the school; 0 if there is none within the horizon. Once no term is known any more, every further day counts as if it
 * were in term.
 */
gint64 exeat_clock_last_time(const ExeatClock *clock, const GArray *minutes, gint64 at);
gint64 exeat_clock_next_time(const ExeatClock *clock, const GArray *minutes, gint64 at);

/* "Monday 14 September 2026, 16:30" in the school's zone, in "en" or "cy". (transfer full) */
char *exeat_clock_text(const ExeatClock *clock, gint64 at, const char *language);

#endif
