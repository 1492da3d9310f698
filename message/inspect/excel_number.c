/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Number formats of Excel. Digits are laid into the places of a format as Excel does it, so that a number kept as
 * 9434765919 with the format "000 000 0000" reads as people see it. Colours, conditions and fractions are not followed;
 * such numbers read as General does.
 *
 * Pure, any thread. Format and value are hostile; the work is bounded by the format's length and 20 digits.
 */
#include "message/inspect/excel_number.h"

#include <math.h>
#include <string.h>

#define NUMBER_WHOLE_MOST 1e15 /* above, a double has no more digits of its own */
#define FRACTION_PLACES 15
#define GROUPED_DIGITS 9 /* a longer number is no amount: it is never split by commas */
#define DATE_LAST 2958466.0
#define DAYS_1904 1462

const char *
exeat_excel_builtin_format(guint number)
{
    static const char *const formats[] = {
        [1] = "0",         [2] = "0.00",      [3] = "#,##0",     [4] = "#,##0.00",    [5] = "#,##0",
        [6] = "#,##0",     [7] = "#,##0.00",  [8] = "#,##0.00",  [9] = "0%",          [10] = "0.00%",
        [14] = "d/m/yyyy", [15] = "d/m/yy",   [16] = "d/m/yy",   [17] = "d/m/yy",     [18] = "h:mm",
        [19] = "h:mm:ss",  [20] = "h:mm",     [21] = "h:mm:ss",  [22] = "d/m/y h:mm", [27] = "d/m/y",
        [28] = "d/m/y",    [29] = "d/m/y",    [30] = "d/m/y",    [31] = "d/m/y",      [32] = "h:mm",
        [33] = "h:mm:ss",  [34] = "h:mm",     [35] = "h:mm:ss",  [36] = "d/m/y",      [37] = "#,##0",
        [38] = "#,##0",    [39] = "#,##0.00", [40] = "#,##0.00", [45] = "mm:ss",      [46] = "[h]:mm:ss",
        [47] = "mm:ss",    [50] = "d/m/y",    [51] = "d/m/y",    [52] = "d/m/y",      [53] = "d/m/y",
        [54] = "d/m/y",    [55] = "d/m/y",    [56] = "d/m/y",    [57] = "d/m/y",      [58] = "d/m/y",
    };
    return number < G_N_ELEMENTS(formats) ? formats[number] : NULL;
}

static void
number_general(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    bool whole = fabs(value) < NUMBER_WHOLE_MOST && value == floor(value);
    g_string_append(out, g_ascii_formatd(text, sizeof text, whole ? "%.0f" : "%.15g", value == 0 ? 0 : value));
}

/* --- format codes --- */

/* Behind the token at @at: a quoted text, an escaped character, a bracket, or one character. */
static const char *
format_token_end(const char *at)
{
    const char *end = NULL;
    if (*at == '"')
        end = strchr(at + 1, '"');
    else if (*at == '[')
        end = strchr(at + 1, ']');
    else if ((*at == '\\' || *at == '_' || *at == '*') && at[1] != '\0')
        end = at + g_utf8_skip[(guchar)at[1]];
    end = end != NULL ? end + 1 : at + 1;
    return memchr(at, '\0', (gsize)(end - at)) != NULL ? at + strlen(at) : end;
}

/* --- dates --- */

typedef struct DateParts {
    bool date, time, seconds;
} DateParts;

static DateParts
format_date_parts(const char *format)
{
    DateParts parts = {0};
    bool month = false;
    for (const char *at = format; *at != '\0' && *at != ';'; at = format_token_end(at)) {
        char c = g_ascii_tolower(*at == '[' ? at[1] : *at);
        if (*at == '[' && !(strchr("hms", c) != NULL && c != '\0' && (at[2] == ']' || at[2] == at[1])))
            continue; /* a colour, a language, a condition */
        if (g_ascii_strncasecmp(at, "General", 7) == 0 || strchr("0#?@", c) != NULL)
            return (DateParts){0}; /* digits: fractions of seconds do not begin a format */
        if (g_ascii_strncasecmp(at, "AM/PM", 5) == 0) {
            parts.time = true;
            at += 4;
            continue;
        }
        parts.date |= c == 'd' || c == 'y';
        parts.time |= c == 'h' || c == 's';
        parts.seconds |= c == 's';
        month |= c == 'm';
        if (c == 's' && parts.time)
            break; /* what follows may be ".000" */
    }
    parts.date |= month && !parts.time;
    return parts;
}

/* Days since 1970-01-01 to a date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
static void
number_civil(gint64 days, int *year, int *month, int *day)
{
    days += 719468;
    gint64 era = days / 146097, of_era = days - era * 146097;
    gint64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    gint64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100), part = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * part + 2) / 5 + 1);
    *month = (int)(part < 10 ? part + 3 : part - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static bool
number_date(GString *out, double value, DateParts parts, bool date1904)
{
    if (!(value >= 0 && value < DATE_LAST))
        return false;
    gint64 day = (gint64)floor(value);
    gint64 seconds = (gint64)floor((value - (double)day) * 86400 + 0.5);
    if (seconds >= 86400) {
        seconds -= 86400;
        day++;
    }
    if (parts.date) {
        int year, month, month_day;
        gint64 serial = date1904 ? day + DAYS_1904 : day < 60 ? day + 1 : day; /* Excel's 29 February 1900 */
        number_civil(serial - 25569, &year, &month, &month_day);
        g_string_append_printf(out, "%02d/%02d/%04d", month_day, month, year);
    }
    gint64 hours = seconds / 3600 + (parts.date ? 0 : day * 24);
    if (parts.time)
        g_string_append_printf(out, "%s%02d:%02d", parts.date ? " " : "", (int)hours, (int)(seconds / 60 % 60));
    if (parts.time && parts.seconds)
        g_string_append_printf(out, ":%02d", (int)(seconds % 60));
    return true;
}

/* --- digits --- */

typedef struct NumberSection {
    const char *start, *end;
    guint whole, fraction; /* places for digits before and behind the point */
    guint percents, thousands;
    bool grouped, odd; /* odd: what is not followed here */
} NumberSection;

static bool
number_is_place(char c)
{
    return c == '0' || c == '#' || c == '?';
}

static void
section_look(NumberSection *section)
{
    bool point = false;
    guint commas = 0;
    for (const char *at = section->start; at < section->end; at = format_token_end(at)) {
        if (number_is_place(*at)) {
            section->grouped |= commas > 0;
            commas = 0;
            if (point)
                section->fraction++;
            else
                section->whole++;
        } else if (*at == '.') {
            section->odd |= point;
            point = true;
        } else if (*at == ',') {
            commas += section->whole > 0;
        } else if (*at == '%') {
            section->percents++;
        } else if (*at == '/' || *at == 'E' || *at == 'e' || *at == '@' || *at == 'G') {
            section->odd = true;
        }
    }
    section->thousands = commas;
    section->odd |= section->fraction > FRACTION_PLACES || section->percents > 2 || commas > 4;
}

/* Positive; negative; zero. A number takes the first section where its own is missing, and then shows its sign. */
static NumberSection
section_of(const char *format, double value, bool *out_sign)
{
    NumberSection sections[3] = {0};
    guint count = 0;
    const char *start = format, *at = format;
    for (; count < 3; at = format_token_end(at)) {
        if (*at != ';' && *at != '\0')
            continue;
        sections[count++] = (NumberSection){.start = start, .end = at};
        start = at + 1;
        if (*at == '\0')
            break;
    }
    guint wanted = value < 0 ? 1 : value == 0 ? 2 : 0;
    *out_sign = value < 0 && count < 2;
    return sections[wanted < count ? wanted : 0];
}

static void
section_literal(GString *out, const char *at, const char *end)
{
    if (*at == '"')
        g_string_append_len(out, at + 1, MAX(end - at - 2, 0));
    else if (*at == '\\' && end > at + 1)
        g_string_append_len(out, at + 1, end - at - 1);
    else if (*at == '_')
        g_string_append_c(out, ' ');
    else if (*at == '[' && at[1] == '$') { /* [$£-809] */
        gsize length = strcspn(at + 2, "-]");
        g_string_append_len(out, at + 2, (gssize)MIN(length, (gsize)(end - at - 2)));
    } else if (*at != '[' && *at != '*' && *at != ',')
        g_string_append_len(out, at, end - at);
}

typedef struct Digits {
    const char *whole, *fraction;
    gsize whole_length;
    gsize fraction_length; /* without the zeros at its end */
    gsize whole_at, fraction_at;
} Digits;

static void
digits_put_whole(GString *out, const NumberSection *section, Digits *digits, char place, guint places_left)
{
    while (digits->whole_length - digits->whole_at >= places_left) {
        if (digits->whole_at >= digits->whole_length)
            break;
        g_string_append_c(out, digits->whole[digits->whole_at++]);
        gsize rest = digits->whole_length - digits->whole_at;
        if (section->grouped && rest > 0 && rest % 3 == 0 && digits->whole_length <= GROUPED_DIGITS)
            g_string_append_c(out, ',');
        if (digits->whole_length - digits->whole_at < places_left)
            return;
    }
    if (digits->whole_length < places_left && place == '0')
        g_string_append_c(out, '0');
}

static void
digits_put_fraction(GString *out, Digits *digits, char place)
{
    char digit = digits->fraction[digits->fraction_at++];
    if (place == '0' || digits->fraction_at <= digits->fraction_length)
        g_string_append_c(out, digit);
}

static void
section_append(GString *out, const NumberSection *section, double value)
{
    char text[512], code[8];
    for (guint i = 0; i < section->percents; i++)
        value *= 100;
    for (guint i = 0; i < section->thousands; i++)
        value /= 1000;
    double unit = pow(10, section->fraction), scaled = floor(fabs(value) * unit + 0.5); /* halves go up, as in Excel */
    g_snprintf(code, sizeof code, "%%.%uf", section->fraction);
    g_ascii_formatd(text, sizeof text, code, scaled < NUMBER_WHOLE_MOST ? scaled / unit : fabs(value));
    const char *point = strchr(text, '.');
    Digits digits = {.whole = text, .whole_length = point != NULL ? (gsize)(point - text) : strlen(text)};
    if (digits.whole_length == 1 && text[0] == '0')
        digits.whole_length = 0;
    digits.fraction = point != NULL ? point + 1 : "";
    digits.fraction_length = strlen(digits.fraction);
    while (digits.fraction_length > 0 && digits.fraction[digits.fraction_length - 1] == '0')
        digits.fraction_length--;
    guint places_left = section->whole;
    bool behind = false;
    for (const char *at = section->start, *end; at < section->end; at = end) {
        end = format_token_end(at);
        if (number_is_place(*at) && !behind)
            digits_put_whole(out, section, &digits, *at, places_left--);
        else if (number_is_place(*at))
            digits_put_fraction(out, &digits, *at);
        else
            section_literal(out, at, end);
        behind |= *at == '.';
    }
}

static bool
number_custom(GString *out, double value, const char *format)
{
    bool sign = false;
    NumberSection section = section_of(format, value, &sign);
    section_look(&section);
    if (section.odd || section.whole + section.fraction == 0 || fabs(value) >= NUMBER_WHOLE_MOST)
        return false;
    gsize before = out->len;
    if (sign)
        g_string_append_c(out, '-');
    section_append(out, &section, value);
    return out->len > before;
}

void
exeat_excel_number_append(GString *out, double value, const char *format, bool date1904)
{
    if (!isfinite(value))
        return;
    if (format == NULL || format[0] == '\0' || g_ascii_strcasecmp(format, "General") == 0) {
        number_general(out, value);
        return;
    }
    DateParts parts = format_date_parts(format);
    if ((parts.date || parts.time) && number_date(out, value, parts, date1904))
        return;
    if (parts.date || parts.time || !number_custom(out, value, format))
        number_general(out, value);
}
