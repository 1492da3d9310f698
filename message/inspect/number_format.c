/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes of number formats (ECMA-376 part 1, 18.8.30 and 18.8.31), the same in every age of workbooks: which sections
 * a code has, whether each is a date or places for digits, and the table of a workbook's formats. Shows nothing itself.
 *
 * One thread a table. Codes are hostile: of any bytes, with quotes and brackets that never end. Their length and their
 * count are limited; a section is read once.
 */
#include "message/inspect/number_format.h"

#include <string.h>

#define FORMATS_MOST 65536
#define CODE_BYTES 1024 /* Excel takes 255 characters */
#define PERCENTS_MOST 2

struct ExeatNumberFormats {
    GHashTable *own; /* number to ExeatNumberFormat */
    GPtrArray *built_in;
};

const char *
exeat_number_token_end(const char *at)
{
    const char *end = NULL;
    switch (*at) {
    case '"':
        end = strchr(at + 1, '"');
        break;
    case '[':
        end = strchr(at + 1, ']');
        break;
    case '\\':
    case '_':
    case '*':
        at++;
        for (guint bytes = g_utf8_skip[(guchar)*at]; bytes > 0 && *at != '\0'; bytes--)
            at++;
        return at;
    default:
        break;
    }
    return end != NULL ? end + 1 : at + 1;
}

/* --- what a section is --- */

/* "[h]", "[mm]": a count that goes on where a clock begins again. Any other bracket is a colour, a language … */
static bool
token_is_elapsed(const char *at)
{
    char c = g_ascii_tolower(at[1]);
    return (c == 'h' || c == 'm' || c == 's') && (at[2] == ']' || (at[2] == at[1] && at[3] == ']'));
}

static bool
token_is_general(const char *at)
{
    return g_ascii_strncasecmp(at, "General", 7) == 0;
}

/* "E+", and "e" alone is a year */
static bool
token_is_power(const char *at)
{
    return g_ascii_tolower(*at) == 'e' && (at[1] == '+' || at[1] == '-');
}

/* "[<=9999999]" */
static bool
section_read_condition(ExeatNumberSection *section, const char *at)
{
    static const struct {
        const char *sign;
        ExeatNumberRelation relation;
    } signs[] = {
        {"<=", EXEAT_NUMBER_AT_MOST}, {">=", EXEAT_NUMBER_AT_LEAST}, {"<>", EXEAT_NUMBER_OTHER},
        {"<", EXEAT_NUMBER_BELOW},    {">", EXEAT_NUMBER_ABOVE},     {"=", EXEAT_NUMBER_EQUAL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!g_str_has_prefix(at + 1, signs[i].sign))
            continue;
        const char *number = at + 1 + strlen(signs[i].sign);
        char *end = NULL;
        section->limit = g_ascii_strtod(number, &end);
        if (end == number || *end != ']')
            return false;
        section->relation = signs[i].relation;
        return true;
    }
    return false;
}

/* A letter that asks for a part of a date or time. Returns how many more letters belong to it. */
static gsize
section_read_letter(ExeatNumberSection *section, const char *at, bool *io_month)
{
    char c = g_ascii_tolower(*at);
    if (g_ascii_strncasecmp(at, "AM/PM", 5) == 0) {
        section->time = true;
        return 4;
    }
    bool era = c == 'g' || (c == 'e' && !token_is_power(at));
    section->date |= c == 'd' || c == 'y' || era;
    section->time |= c == 'h' || c == 's';
    section->seconds |= c == 's';
    *io_month |= c == 'm';
    return 0;
}

/* Digits do not begin a date, but seconds may have some behind them: "ss.000". */
static bool
section_is_moment(ExeatNumberSection *section)
{
    bool month = false;
    for (const char *at = section->code; at < section->end; at = exeat_number_token_end(at)) {
        if (*at == '[' && token_is_elapsed(at)) {
            section->elapsed = section->time = true;
            section->seconds |= g_ascii_tolower(at[1]) == 's';
        } else if (*at == '"' || *at == '[' || *at == '\\' || *at == '_' || *at == '*') {
            continue;
        } else if (exeat_number_is_place(*at) || *at == '@' || token_is_general(at)) {
            return section->seconds && at[-1] == '.';
        } else {
            at += section_read_letter(section, at, &month);
        }
    }
    section->date |= month && !section->time; /* "mmm" and "mm" alone are months, "mm:ss" are minutes */
    return section->date || section->time;
}

static bool
section_is_places(ExeatNumberSection *section)
{
    bool point = false;
    guint commas = 0, slashes = 0;
    for (const char *at = section->code; at < section->end; at = exeat_number_token_end(at)) {
        if (exeat_number_is_place(*at)) {
            section->grouped |= commas > 0;
            commas = 0;
            section->fraction += point;
            section->whole += !point;
        } else if (*at == '.') {
            if (point)
                return false;
            point = true;
        } else if (*at == ',') {
            commas += section->whole > 0;
        } else if (*at == '%') {
            section->percents++;
        } else if (*at == '/') {
            slashes++;
        } else if (*at == '@' || token_is_power(at) || token_is_general(at)) {
            return false;
        }
    }
    /* Commas at the end are for thousands, and would hide digits; one slash is a fraction, two are a date of digits. */
    return commas == 0 && slashes != 1 && section->percents <= PERCENTS_MOST &&
           section->fraction <= EXEAT_NUMBER_FRACTION && section->whole > 0;
}

static void
section_read(ExeatNumberSection *section)
{
    if (section_is_moment(section))
        section->kind = EXEAT_NUMBER_MOMENT;
    else if (section_is_places(section))
        section->kind = EXEAT_NUMBER_PLACES;
}

/* --- a format --- */

/* Where the code has no conditions: positive;negative;zero, of which the first takes zeros where it has no own. */
static void
format_settle_conditions(ExeatNumberFormat *format)
{
    ExeatNumberSection *first = &format->sections[0], *second = &format->sections[1];
    bool settled = first->relation != EXEAT_NUMBER_ANY;
    if (format->count > 1 && !settled)
        first->relation = format->count == 2 ? EXEAT_NUMBER_AT_LEAST : EXEAT_NUMBER_ABOVE;
    if (format->count > 2 && second->relation == EXEAT_NUMBER_ANY)
        second->relation = EXEAT_NUMBER_BELOW;
    second->negative = format->count == 2 ? !settled : second->relation == EXEAT_NUMBER_BELOW && second->limit <= 0;
    first->negative = first->relation == EXEAT_NUMBER_BELOW && first->limit <= 0;
}

static ExeatNumberFormat *
format_new(const char *code)
{
    ExeatNumberFormat *format = g_new0(ExeatNumberFormat, 1);
    format->code = g_strdup(code);
    if (g_ascii_strcasecmp(code, "General") == 0)
        return format;
    const char *at = format->code;
    while (format->count < EXEAT_NUMBER_SECTIONS) {
        ExeatNumberSection *section = &format->sections[format->count++];
        section->code = at;
        for (; *at != '\0' && *at != ';'; at = exeat_number_token_end(at))
            if (*at == '[' && section->relation == EXEAT_NUMBER_ANY)
                section_read_condition(section, at);
        section->end = at;
        section_read(section);
        if (*at++ == '\0')
            break;
    }
    format_settle_conditions(format);
    return format;
}

static void
format_free(gpointer data)
{
    ExeatNumberFormat *format = data;
    if (format == NULL)
        return;
    g_free(format->code);
    g_free(format);
}

static bool
section_is_for(const ExeatNumberSection *section, double value)
{
    switch (section->relation) {
    case EXEAT_NUMBER_BELOW:
        return value < section->limit;
    case EXEAT_NUMBER_AT_MOST:
        return value <= section->limit;
    case EXEAT_NUMBER_EQUAL:
        return value >= section->limit && value <= section->limit;
    case EXEAT_NUMBER_OTHER:
        return value < section->limit || value > section->limit;
    case EXEAT_NUMBER_AT_LEAST:
        return value >= section->limit;
    case EXEAT_NUMBER_ABOVE:
        return value > section->limit;
    case EXEAT_NUMBER_ANY:
        break;
    }
    return true;
}

const ExeatNumberSection *
exeat_number_section(const ExeatNumberFormat *format, double value)
{
    if (format == NULL || format->count == 0)
        return NULL;
    guint last = format->count - 1, i = 0;
    while (i < last && !section_is_for(&format->sections[i], value))
        i++;
    return &format->sections[i];
}

/* --- the table --- */

/* Numbers 27 to 36 and 50 to 58 are of East Asian editions. General, powers, fractions and texts are left out. */
static const char *const built_in_codes[] = {
    [1] = "0",           [2] = "0.00",      [3] = "#,##0",      [4] = "#,##0.00", [5] = "#,##0",  [6] = "#,##0",
    [7] = "#,##0.00",    [8] = "#,##0.00",  [9] = "0%",         [10] = "0.00%",   [14] = "d/m/y", [15] = "d/m/y",
    [16] = "d/m/y",      [17] = "d/m/y",    [18] = "h:mm",      [19] = "h:mm:ss", [20] = "h:mm",  [21] = "h:mm:ss",
    [22] = "d/m/y h:mm", [27] = "d/m/y",    [28] = "d/m/y",     [29] = "d/m/y",   [30] = "d/m/y", [31] = "d/m/y",
    [32] = "h:mm",       [33] = "h:mm:ss",  [34] = "h:mm",      [35] = "h:mm:ss", [36] = "d/m/y", [37] = "#,##0",
    [38] = "#,##0",      [39] = "#,##0.00", [40] = "#,##0.00",  [41] = "#,##0",   [42] = "#,##0", [43] = "#,##0.00",
    [44] = "#,##0.00",   [45] = "mm:ss",    [46] = "[h]:mm:ss", [47] = "mm:ss.0", [50] = "d/m/y", [51] = "d/m/y",
    [52] = "d/m/y",      [53] = "d/m/y",    [54] = "d/m/y",     [55] = "d/m/y",   [56] = "d/m/y", [57] = "d/m/y",
    [58] = "d/m/y",
};

ExeatNumberFormats *
exeat_number_formats_new(void)
{
    ExeatNumberFormats *formats = g_new0(ExeatNumberFormats, 1);
    formats->own = g_hash_table_new_full(NULL, NULL, NULL, format_free);
    formats->built_in = g_ptr_array_new_with_free_func(format_free);
    for (gsize i = 0; i < G_N_ELEMENTS(built_in_codes); i++)
        g_ptr_array_add(formats->built_in, built_in_codes[i] != NULL ? format_new(built_in_codes[i]) : NULL);
    return formats;
}

void
exeat_number_formats_free(ExeatNumberFormats *formats)
{
    if (formats == NULL)
        return;
    g_hash_table_unref(formats->own);
    g_ptr_array_unref(formats->built_in);
    g_free(formats);
}

void
exeat_number_formats_add(ExeatNumberFormats *formats, guint number, const char *code)
{
    gpointer key = GUINT_TO_POINTER(number);
    if (g_hash_table_size(formats->own) >= FORMATS_MOST || g_hash_table_contains(formats->own, key))
        return;
    bool fits = strnlen(code, CODE_BYTES + 1) <= CODE_BYTES;
    g_hash_table_insert(formats->own, key, format_new(fits ? code : "General"));
}

const ExeatNumberFormat *
exeat_number_formats_get(const ExeatNumberFormats *formats, guint number)
{
    const ExeatNumberFormat *own = g_hash_table_lookup(formats->own, GUINT_TO_POINTER(number));
    if (own != NULL || number >= formats->built_in->len)
        return own;
    return formats->built_in->pdata[number];
}
