/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vCard (RFC 6350, and 2.1 as telephones write it) and iCalendar (RFC 5545): one row a property, its name in column 0,
 * its decoded value in column 1. Compound values (N, ADR) are joined with ", ", so that "Roberts;Jane" reads "Roberts,
 * Jane".
 *
 * Owns nothing, any thread, linear. Hostile input; cells are bounded by the caller.
 */
#include <gmime/gmime.h>
#include <string.h>

#include "message/charset.h"
#include "message/render.h"

/* Lines that begin with a space go on the last (RFC 6350 3.2), and those after a quoted-printable "=". (transfer full)
 */
static GString *
card_unfold(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length);
    gsize line = 0; /* where the open line begins in out */
    for (gsize i = 0; i < length; i++) {
        if (text[i] != '\n') {
            g_string_append_c(out, text[i]);
            continue;
        }
        bool soft = out->len > line && out->str[out->len - 1] == '=' &&
                    memmem(out->str + line, out->len - line, "QUOTED-PRINTABLE", 16) != NULL;
        if (soft) {
            g_string_truncate(out, out->len - 1);
        } else if (i + 1 < length && (text[i + 1] == ' ' || text[i + 1] == '\t')) {
            i++;
        } else {
            g_string_append_c(out, '\n');
            line = out->len;
        }
    }
    return out;
}

/* The colon before the value: those in quoted parameters do not count. */
static gsize
card_find_colon(const char *line, gsize length)
{
    bool quoted = false;
    for (gsize i = 0; i < length; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ':' && !quoted)
            return i;
    }
    return length;
}

static bool
card_has(const char *parameters, gsize length, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= length; i++)
        if (g_ascii_strncasecmp(parameters + i, word, n) == 0)
            return true;
    return false;
}

/* Unescapes (RFC 6350 3.4); empty parts of a compound value go. */
static void
card_append_value(ExeatRendered *out, const char *value, gsize length)
{
    gsize start = out->text->len;
    bool gap = false;
    for (gsize i = 0; i < length; i++) {
        char c = value[i];
        if (c == ';') {
            gap = out->text->len > start;
            continue;
        }
        if (c == '\\' && i + 1 < length) {
            c = value[++i];
            c = c == 'n' || c == 'N' ? ' ' : c;
        }
        if (gap)
            g_string_append(out->text, ", ");
        gap = false;
        exeat_rendered_append_line(out, &c, 1);
    }
}

/* CN="Jane Roberts" of an attendee is what programs show. */
static void
card_append_cn(ExeatRendered *out, const char *parameters, gsize length)
{
    for (gsize i = 0; i + 4 < length; i++) {
        if (g_ascii_strncasecmp(parameters + i, ";CN=", 4) != 0)
            continue;
        i += 4;
        char stop = parameters[i] == '"' ? '"' : ';';
        if (stop == '"')
            i++;
        const char *end = memchr(parameters + i, stop, length - i);
        gsize n = end != NULL ? (gsize)(end - parameters) - i : length - i;
        exeat_rendered_append_line(out, parameters + i, n);
        g_string_append_c(out->text, ' ');
        return;
    }
}

static void
card_add_value(ExeatRendered *out, const char *line, gsize name, gsize colon, gsize length)
{
    const char *parameters = line + name, *value = line + colon + 1;
    gsize parameters_length = colon - name, value_length = length - colon - 1;
    card_append_cn(out, parameters, parameters_length);
    if (card_has(parameters, parameters_length, "QUOTED-PRINTABLE")) {
        GMimeEncoding state;
        g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
        g_autofree char *bytes = g_malloc(g_mime_encoding_outlen(&state, value_length) + 1);
        gsize n = g_mime_encoding_step(&state, value, value_length, bytes), decoded = 0, clean = 0;
        g_autofree char *text = exeat_charset_decode(bytes, n, NULL, NULL, &decoded);
        g_autofree char *tidy = exeat_text_clean(text, decoded, &clean);
        card_append_value(out, tidy, clean);
    } else if (!card_has(parameters, parameters_length, "ENCODING=B") &&
               !(value_length > 5 && g_ascii_strncasecmp(value, "data:", 5) == 0)) { /* a photograph is no text */
        card_append_value(out, value, value_length);
    }
}

static void
card_add_row(ExeatRendered *out, const char *line, gsize length, guint row)
{
    gsize colon = card_find_colon(line, length), name = 0, from = 0;
    while (name < colon && line[name] != ';')
        name++;
    const char *dot = memchr(line, '.', name); /* "item1.TEL" */
    from = dot != NULL ? (gsize)(dot - line) + 1 : 0;
    gsize start = out->text->len;
    exeat_rendered_append_line(out, line + from, name - from);
    exeat_rendered_add_cell(out, start, row, 0, 0);
    if (colon < length) {
        g_string_append_c(out->text, '\t');
        start = out->text->len;
        card_add_value(out, line, name, colon, length);
        exeat_rendered_add_cell(out, start, row, 1, 0);
    }
    g_string_append_c(out->text, '\n');
}

void
exeat_card_render(const char *text, gsize length, ExeatRendered *out)
{
    g_autoptr(GString) unfolded = card_unfold(text, length);
    const char *at = unfolded->str, *end = at + unfolded->len;
    guint row = 0;
    while (at < end) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        const char *stop = feed != NULL ? feed : end;
        gsize n = (gsize)(stop - at);
        bool frame = n >= 4 && (g_ascii_strncasecmp(at, "END:", 4) == 0 || g_ascii_strncasecmp(at, "BEGI", 4) == 0);
        if (n > 0 && !frame)
            card_add_row(out, at, n, row++);
        at = feed != NULL ? feed + 1 : end;
    }
}
