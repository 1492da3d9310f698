/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows the numbers of cells: whole ones in full, dates as dd/mm/yyyy, and digits in the places of a format as Excel
 * lays them, so that 9434765919 with the format "000 000 0000" reads as people see it. Does not read codes of formats
 * (message/inspect/number_format.c does).
 *
 * Pure, any thread. A sheet may have a number in every cell: no printf but for fractions, and no allocation. Values are
 * hostile: any double, infinite ones too.
 */
#include "message/inspect/number.h"

#include <math.h> /* its macros: the library is not linked */
#include <string.h>

#include "message/inspect/number_format.h"

#define WRITTEN_BYTES 64 /* a longer number is none */
#define DAYS_END 2958466 /* the day behind 31/12/9999, the last that spreadsheets know */
#define DAY_ZERO 693594  /* 30/12/1899 as GDate counts */
#define DAYS_TO_1904 1462
#define DAY_SECONDS 86400
#define WHOLE_MOST 1e21 /* whole numbers up to here are shown in full */
#define PLACED_MOST 1e18
#define EXACT_MOST 1e15 /* above, a double has no digits of its own behind the point */
#define EXACT_DIGITS 15
#define GROUPED_DIGITS 9 /* a longer number is no amount: it is never split by commas */

/* Above 2^53 there are no others. */
static bool
number_is_whole(double value)
{
    return fabs(value) >= 9e15 || (double)(gint64)value == value;
}

/* @number in @width digits at least: printf costs more than all the rest of a cell. */
static void
number_append_digits(GString *out, guint64 number, guint width)
{
    char digits[WRITTEN_BYTES];
    guint at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || sizeof digits - at < width);
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

static void
number_show_general(double value, GString *out)
{
    char text[WRITTEN_BYTES];
    bool whole = fabs(value) < WHOLE_MOST && number_is_whole(value);
    if (!whole || fabs(value) >= PLACED_MOST) {
        g_string_append(out, g_ascii_formatd(text, sizeof text, whole ? "%.0f" : "%.15g", value));
        return;
    }
    if (value < 0)
        g_string_append_c(out, '-');
    number_append_digits(out, (guint64)fabs(value), 1);
}

/* --- dates --- */

/* @days counted from 1900. */
static void
number_append_date(GString *out, guint32 days)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, DAY_ZERO + days + (days < 60)); /* 1900 has a 29th of February here */
    number_append_digits(out, g_date_get_day(&date), 2);
    g_string_append_c(out, '/');
    number_append_digits(out, g_date_get_month(&date), 2);
    g_string_append_c(out, '/');
    number_append_digits(out, g_date_get_year(&date), 4);
}

/* A time of day whose number has days as well shows them: somebody may have hidden a date. */
static bool
number_show_moment(double value, const ExeatNumberSection *section, bool from_1904, GString *out)
{
    bool dated = section->date || (value >= 1 && !section->elapsed);
    double shifted = value + (dated && from_1904 ? DAYS_TO_1904 : 0);
    if (!(value >= 0 && shifted < DAYS_END) || (section->date && !section->time && shifted < 1))
        return false;
    dated = dated && shifted >= 1;
    guint32 days = (guint32)shifted, seconds = (guint32)((shifted - days) * DAY_SECONDS + 0.5);
    days += seconds / DAY_SECONDS;
    seconds %= DAY_SECONDS;
    if (days >= DAYS_END)
        return false;
    if (dated)
        number_append_date(out, days);
    if (dated && section->time)
        g_string_append_c(out, ' ');
    if (!section->time)
        return true;
    number_append_digits(out, seconds / 3600 + (section->elapsed && !dated ? days * 24 : 0), 2);
    g_string_append_c(out, ':');
    number_append_digits(out, seconds / 60 % 60, 2);
    if (section->seconds) {
        g_string_append_c(out, ':');
        number_append_digits(out, seconds % 60, 2);
    }
    return true;
}

/* --- places for digits --- */

typedef struct Digits {
    char text[WRITTEN_BYTES];
    guint whole, fraction; /* how many; 0 before the point has none, and zeros at the end are none */
    guint placed;          /* of either */
    bool grouped;
} Digits;

/* Halves go up, as in Excel. False if the places would take digits that count. */
static bool
digits_of(double value, const ExeatNumberSection *section, Digits *out_digits)
{
    static const double units[EXEAT_NUMBER_FRACTION + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    guint fraction = section->fraction;
    double scaled = value * units[fraction] + 0.5;
    if (!(scaled < EXACT_MOST)) {
        if (!(value < PLACED_MOST) || !number_is_whole(value))
            return false;
        scaled = value;
        fraction = 0;
    }
    guint64 number = (guint64)scaled;
    char digits[WRITTEN_BYTES];
    guint count = 0;
    for (; number > 0 || count < fraction; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    for (guint i = 0; i < count; i++)
        out_digits->text[i] = digits[count - 1 - i];
    out_digits->whole = count - fraction;
    while (fraction > 0 && out_digits->text[out_digits->whole + fraction - 1] == '0')
        fraction--;
    out_digits->fraction = fraction;
    out_digits->placed = 0;
    out_digits->grouped = section->grouped && out_digits->whole <= GROUPED_DIGITS;
    return true;
}

static void
digits_append(GString *out, const Digits *digits, char digit, guint rest)
{
    g_string_append_c(out, digit);
    if (digits->grouped && rest > 0 && rest % 3 == 0)
        g_string_append_c(out, ',');
}

/* @left places are before the point, with this one; the first takes all digits that have none. */
static void
digits_put_whole(GString *out, Digits *digits, char place, guint left)
{
    if (left > digits->whole && place == '0')
        digits_append(out, digits, '0', left - 1);
    while (digits->placed < digits->whole && digits->whole - digits->placed >= left) {
        char digit = digits->text[digits->placed++];
        digits_append(out, digits, digit, digits->whole - digits->placed);
    }
}

static void
digits_put_fraction(GString *out, const Digits *digits, char place, guint number)
{
    if (number < digits->fraction)
        g_string_append_c(out, digits->text[digits->whole + number]);
    else if (place == '0')
        g_string_append_c(out, '0');
}

static void
section_append_literal(GString *out, const char *at, const char *end)
{
    gssize length = end - at;
    if (*at == '"' && length >= 2) {
        g_string_append_len(out, at + 1, length - 2);
    } else if (*at == '\\') {
        g_string_append_len(out, at + 1, length - 1);
    } else if (*at == '[' && length > 2 && at[1] == '$') { /* [$£-809] */
        gsize sign = strcspn(at + 2, "-]");
        g_string_append_len(out, at + 2, (gssize)MIN(sign, (gsize)length - 2));
    } else if (*at == '_') {
        g_string_append_c(out, ' ');
    } else if (strchr("\"[*,", *at) == NULL) {
        g_string_append_len(out, at, length);
    }
}

static bool
number_show_places(double value, const ExeatNumberSection *section, GString *out)
{
    Digits digits;
    double magnitude = fabs(value);
    for (guint i = 0; i < section->percents; i++)
        magnitude *= 100;
    if (!digits_of(magnitude, section, &digits))
        return false;
    gsize before = out->len;
    if (value < 0 && !section->negative && digits.whole + digits.fraction > 0)
        g_string_append_c(out, '-');
    guint left = section->whole, behind = 0;
    for (const char *at = section->code, *end; at < section->end; at = end) {
        end = exeat_number_token_end(at);
        if (*at == '_' && out->len == before)
            continue;
        if (!exeat_number_is_place(*at))
            section_append_literal(out, at, end);
        else if (left > 0)
            digits_put_whole(out, &digits, *at, left--);
        else
            digits_put_fraction(out, &digits, *at, behind++);
    }
    while (out->len > before && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    return out->len > before;
}

void
exeat_number_show(double value, const ExeatNumberFormat *format, bool from_1904, GString *out)
{
    const ExeatNumberSection *section = exeat_number_section(format, value);
    ExeatNumberKind kind = section != NULL ? section->kind : EXEAT_NUMBER_GENERAL;
    if (!isfinite(value) || (kind == EXEAT_NUMBER_MOMENT && number_show_moment(value, section, from_1904, out)) ||
        (kind == EXEAT_NUMBER_PLACES && number_show_places(value, section, out)))
        return;
    number_show_general(value, out);
}

/* --- numbers and dates as they are written --- */

static bool
number_is_short_and_whole(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isdigit(text[i]))
            return false;
    return length > 0 && length <= EXACT_DIGITS;
}

void
exeat_number_show_written(const char *text, gsize length, const ExeatNumberFormat *format, bool from_1904, GString *out)
{
    char number[WRITTEN_BYTES];
    char *end = NULL;
    bool whole = number_is_short_and_whole(text, length), plain = whole && format == NULL;
    if (whole && !plain) {
        gint64 value = 0;
        for (gsize i = 0; i < length; i++)
            value = value * 10 + (text[i] - '0');
        exeat_number_show((double)value, format, from_1904, out);
        return;
    }
    if (!plain && length > 0 && length < sizeof number) {
        memcpy(number, text, length);
        number[length] = '\0';
        double value = g_ascii_strtod(number, &end);
        if (*end == '\0' && isfinite(value)) {
            exeat_number_show(value, format, from_1904, out);
            return;
        }
    }
    g_string_append_len(out, text, (gssize)length);
}

void
exeat_number_show_iso(const char *text, gsize length, GString *out)
{
    static const char shape[] = "dddd-dd-dd";
    gsize same = 0;
    while (same < length && shape[same] != '\0' &&
           (shape[same] == 'd' ? g_ascii_isdigit(text[same]) : text[same] == shape[same]))
        same++;
    if (shape[same] != '\0') {
        g_string_append_len(out, text, (gssize)length);
        return;
    }
    g_string_append_printf(out, "%.2s/%.2s/%.4s", text + 8, text + 5, text);
    bool midnight = length >= 16 && memcmp(text + 10, "T00:00", 6) == 0;
    if (length >= 16 && text[10] == 'T' && !midnight)
        g_string_append_printf(out, " %.5s", text + 11);
}
