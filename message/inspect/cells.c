/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sheets write alike in workbooks of every age: numbers packed into 30 bits, and the codes in headers and footers
 * of a page. Reads no records and no XML: that is for the readers of each format.
 *
 * Pure, any thread. Every input is hostile; the work is bounded by its length.
 */
#include "message/inspect/cells.h"

#include <string.h>

#define COLOUR_DIGITS 6 /* "FF0000", or "01+000" of a theme */

/* A whole number, or the upper half of a double; perhaps a hundred times the number (MS-XLS 2.5.217). */
double
exeat_cells_number(guint32 packed)
{
    union {
        guint64 bits;
        double number;
    } both = {.bits = (guint64)(packed & ~3u) << 32};
    double value = (packed & 2) != 0 ? (double)((gint32)packed >> 2) : both.number;
    return (packed & 1) != 0 ? value / 100 : value;
}

/* The last character of the code whose first, behind the "&", is at @at. */
static const char *
header_code_end(const char *at)
{
    const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;
    if (*at == '"')
        return end != NULL ? end : at;
    if (*at == 'K') {
        for (guint i = 0; i < COLOUR_DIGITS && (g_ascii_isxdigit(at[1]) || at[1] == '+' || at[1] == '-'); i++)
            at++;
    } else if (g_ascii_isdigit(*at)) {
        while (g_ascii_isdigit(at[1]))
            at++;
    }
    return at;
}

/* ECMA-376 part 1, 18.3.1.46 */
void
exeat_cells_header(const char *code, GString *out)
{
    gsize before = out->len;
    for (const char *at = code; *at != '\0'; at++) {
        if (*at != '&') {
            g_string_append_c(out, *at);
            continue;
        }
        at++;
        if (*at == '\0')
            break;
        if (*at == '&')
            g_string_append_c(out, '&');
        else if (strchr("LCR", *at) != NULL && out->len > before)
            g_string_append_c(out, '\n');
        at = header_code_end(at);
    }
}
