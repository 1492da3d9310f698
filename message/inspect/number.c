/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/number.h"

#include <math.h> /* its macros: the library is not linked */
#include <string.h>

#define WRITTEN_BYTES 64   /* a longer number is none */
#define DAY_MOST 2958465.0 /* 31/12/9999, the last day that spreadsheets know */
#define DAYS_TO_1904 1462
#define WHOLE_MOST 1e21 /* whole numbers up to here are shown in full */
#define EXACT_DIGITS 15

/* ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates of East Asian editions. */
static ExeatNumberKind
number_built_in(guint number)
{
    if ((number >= 18 && number <= 21) || (number >= 45 && number <= 47))
        return EXEAT_NUMBER_TIME;
    if ((number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58))
        return EXEAT_NUMBER_DATE;
    return number == 9 || number == 10 ? EXEAT_NUMBER_PERCENT : EXEAT_NUMBER_GENERAL;
}

/* The next letter of a format that means something: literals, colours and conditions are passed over. 0 at the end of
 * its first section. */
static char
number_next_sign(const char **at)
{
    for (const char *c = *at; *c != '\0' && *c != ';'; c++) {
        if (*c == '"') {
            const char *end = strchr(c + 1, '"');
            if (end == NULL)
                break;
            c = end;
        } else if (*c == '[') {
            const char *end = strchr(c, ']');
            if (end == NULL)
                break;
            bool elapsed = strchr("hHmMsS", c[1]) != NULL; /* [h]:mm */
            c = elapsed ? c : end;
        } else if (*c == '\\' || *c == '_' || *c == '*') {
            if (c[1] == '\0')
                break;
            c++;
        } else {
            *at = c + 1;
            return *c;
        }
    }
    return '\0';
}

ExeatNumberFormat
exeat_number_format(guint number, const char *code)
{
    bool zeros = false, other = false, day = false, time = false, percent = false;
    if (code == NULL)
        return (ExeatNumberFormat){.kind = number_built_in(number)};
    if (g_ascii_strncasecmp(code, "general", 7) == 0)
        return (ExeatNumberFormat){.kind = EXEAT_NUMBER_GENERAL};
    const char *at = code;
    for (char sign = number_next_sign(&at); sign != '\0'; sign = number_next_sign(&at)) {
        sign = g_ascii_tolower(sign);
        zeros = zeros || sign == '0';
        percent = percent || sign == '%';
        bool power = sign == 'e' && (*at == '+' || *at == '-'); /* 0.00E+00; else a year */
        day = day || (strchr("dyeg", sign) != NULL && !power);
        time = time || strchr("hms", sign) != NULL;
        other = other || strchr(" 0#-+/()", sign) == NULL;
    }
    if (percent)
        return (ExeatNumberFormat){.kind = EXEAT_NUMBER_PERCENT};
    if (zeros && !other)
        return (ExeatNumberFormat){.kind = EXEAT_NUMBER_DIGITS, .pattern = code};
    /* "mmm" and "mm" alone are months, "mm:ss" are minutes */
    bool month = time && !day && strpbrk(code, "hHsS") == NULL;
    if (day || month)
        return (ExeatNumberFormat){.kind = EXEAT_NUMBER_DATE};
    return (ExeatNumberFormat){.kind = time && !zeros ? EXEAT_NUMBER_TIME : EXEAT_NUMBER_GENERAL};
}

/* Above 2^53 there are no others. */
static bool
number_is_whole(double value)
{
    return fabs(value) >= 9e15 || (double)(gint64)value == value;
}

static void
number_show_general(double value, GString *out)
{
    char text[WRITTEN_BYTES];
    if (fabs(value) < WHOLE_MOST && number_is_whole(value))
        g_string_append(out, g_ascii_formatd(text, sizeof text, "%.0f", value));
    else
        g_string_append(out, g_ascii_formatd(text, sizeof text, "%.15g", value));
}

/* @number in @width digits: a sheet may have a date in every cell, and printf costs more than all the rest of it. */
static void
number_append_digits(GString *out, guint number, guint width)
{
    char digits[4];
    for (guint i = width; i-- > 0; number /= 10)
        digits[i] = (char)('0' + number % 10);
    g_string_append_len(out, digits, width);
}

/* @value is not negative, and no more than DAY_MOST. */
static void
number_show_time(double value, GString *out)
{
    guint minutes = (guint)((value - (double)(gint64)value) * 24 * 60 + 0.5) % (24 * 60);
    number_append_digits(out, minutes / 60, 2);
    g_string_append_c(out, ':');
    number_append_digits(out, minutes % 60, 2);
}

static void
number_show_date(double value, bool from_1904, GString *out)
{
    double shifted = value + (from_1904 ? DAYS_TO_1904 : 0);
    if (!(shifted >= 1 && shifted <= DAY_MOST)) {
        number_show_general(value, out);
        return;
    }
    guint32 days = (guint32)shifted;
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, 30, G_DATE_DECEMBER, 1899);
    g_date_add_days(&date, days < 60 ? days + 1 : days); /* 1900 has a 29th of February here */
    number_append_digits(out, g_date_get_day(&date), 2);
    g_string_append_c(out, '/');
    number_append_digits(out, g_date_get_month(&date), 2);
    g_string_append_c(out, '/');
    number_append_digits(out, g_date_get_year(&date), 4);
    if (shifted - days > 0) {
        g_string_append_c(out, ' ');
        number_show_time(shifted, out);
    }
}

/* The digits of a whole number, put into the places of a pattern from the right. */
static void
number_show_digits(double value, const char *pattern, GString *out)
{
    char digits[WRITTEN_BYTES];
    if (!(fabs(value) < 1e18) || !number_is_whole(value)) {
        number_show_general(value, out);
        return;
    }
    g_ascii_formatd(digits, sizeof digits, "%.0f", fabs(value));
    gsize places = 0, length = strlen(digits);
    const char *end = pattern + strcspn(pattern, ";");
    const char *at = pattern;
    for (char sign = number_next_sign(&at); sign != '\0'; sign = number_next_sign(&at))
        places += sign == '0' || sign == '#';
    if (value < 0)
        g_string_append_c(out, '-');
    gsize place = 0;
    bool quoted = false;
    for (const char *c = pattern; c < end; c++) {
        if (*c == '"') {
            quoted = !quoted;
        } else if (!quoted && *c == '\\' && c + 1 < end) {
            g_string_append_c(out, *++c);
        } else if (!quoted && *c == '[' && memchr(c, ']', (gsize)(end - c)) != NULL) {
            c = memchr(c, ']', (gsize)(end - c));
        } else if (!quoted && (*c == '_' || *c == '*') && c + 1 < end) {
            c++;
        } else if (!quoted && (*c == '0' || *c == '#')) {
            if (place == 0 && length > places)
                g_string_append_len(out, digits, (gssize)(length - places));
            gsize left = places - place++;
            if (left <= length)
                g_string_append_c(out, digits[length - left]);
            else if (*c == '0')
                g_string_append_c(out, '0');
        } else {
            g_string_append_c(out, *c);
        }
    }
}

void
exeat_number_show(double value, const ExeatNumberFormat *format, bool from_1904, GString *out)
{
    switch (format->kind) {
    case EXEAT_NUMBER_DATE:
        number_show_date(value, from_1904, out);
        return;
    case EXEAT_NUMBER_TIME:
        if (value >= 0 && value < 1)
            number_show_time(value, out);
        else
            number_show_date(value, from_1904, out);
        return;
    case EXEAT_NUMBER_PERCENT:
        number_show_general(value * 100, out);
        g_string_append_c(out, '%');
        return;
    case EXEAT_NUMBER_DIGITS:
        number_show_digits(value, format->pattern, out);
        return;
    case EXEAT_NUMBER_GENERAL:
        number_show_general(value, out);
        return;
    }
}

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
    bool whole = number_is_short_and_whole(text, length), plain = whole && format->kind == EXEAT_NUMBER_GENERAL;
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
