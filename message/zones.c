/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Divides a body into what the sender wrote, the signature and the thread under it, line by line, as Outlook, Gmail,
 * Apple Mail, Thunderbird and telephones leave them, in English and Welsh. Quoting by ">" lets new text follow (an
 * answer between the lines); a separator or a block of header lines makes all that follows quoted.
 *
 * Owns nothing but the runs that it gives, any thread. Hostile input; each line is looked at a bounded number of times.
 */
#include "message/render.h"
#include "message/zone_words.h"

#define SIGN_OFF_LINES 15 /* a signature is not longer; what is, is text */
#define SIGN_OFF_LINE_BYTES 160
#define ATTRIBUTION_LINES 3 /* "On … wrote:" wraps */
#define ATTRIBUTION_BYTES 400
#define HEADER_BLOCK_LINES 8

typedef struct Line {
    gsize start, end; /* end is before the line end */
    ExeatZone zone;
    bool fixed; /* markup or ">" told */
    bool blank;
} Line;

typedef struct Split {
    const char *text;
    Line *lines;
    gsize count;
} Split;

static const char *
split_at(const Split *split, gsize i, gsize *out_length)
{
    const Line *line = &split->lines[i];
    gsize start = line->start, end = line->end;
    while (start < end && (split->text[start] == ' ' || split->text[start] == '\t' || split->text[start] == '*'))
        start++;
    while (end > start && (split->text[end - 1] == ' ' || split->text[end - 1] == '\t' || split->text[end - 1] == '*'))
        end--;
    *out_length = end - start;
    return split->text + start;
}

static ExeatZone
split_mark(const GArray *marks, guint *at, gsize offset, bool *out_marked)
{
    while (*at < marks->len && g_array_index(marks, ExeatRun, *at).end <= offset)
        ++*at;
    *out_marked = *at < marks->len && g_array_index(marks, ExeatRun, *at).start <= offset;
    return *out_marked ? g_array_index(marks, ExeatRun, *at).zone : EXEAT_ZONE_NEW;
}

static void
split_lines(const ExeatRendered *rendered, GArray *lines)
{
    const char *text = rendered->text->str;
    gsize length = rendered->text->len;
    guint mark = 0;
    for (gsize at = 0; at < length;) {
        const char *feed = memchr(text + at, '\n', length - at);
        Line line = {.start = at, .end = feed != NULL ? (gsize)(feed - text) : length};
        line.zone = split_mark(rendered->marks, &mark, at, &line.fixed);
        gsize c = at;
        while (c < line.end && (text[c] == ' ' || text[c] == '\t'))
            c++;
        line.blank = c == line.end;
        if (!line.fixed && c < line.end && c - at <= 1 && text[c] == '>') {
            line.zone = EXEAT_ZONE_QUOTED;
            line.fixed = true;
        }
        g_array_append_val(lines, line);
        at = line.end + 1;
    }
}

static gsize
split_next_text(const Split *split, gsize i)
{
    while (i < split->count && split->lines[i].blank)
        i++;
    return i;
}

/* "From: …" with at least two more of such lines below it. */
static bool
split_is_header_block(const Split *split, gsize i)
{
    gsize length;
    const char *line = split_at(split, i, &length);
    ExeatHeaderLabel label = exeat_zone_label(line, length);
    if (label != EXEAT_LABEL_FROM && label != EXEAT_LABEL_SUBJECT && label != EXEAT_LABEL_DATE)
        return false;
    guint seen = 1u << label, kinds = 1;
    for (gsize k = i + 1; k < split->count && k <= i + HEADER_BLOCK_LINES; k++) {
        line = split_at(split, k, &length);
        ExeatHeaderLabel next = exeat_zone_label(line, length);
        if (next != EXEAT_LABEL_NONE && (seen & 1u << next) == 0)
            kinds++, seen |= 1u << next;
    }
    return kinds >= 3 && (seen & 1u << EXEAT_LABEL_FROM) != 0;
}

/* A rule of underscores or dashes counts only above a header block. */
static bool
split_is_rule(const char *line, gsize length)
{
    if (length < 10)
        return false;
    for (gsize i = 0; i < length; i++)
        if (line[i] != '_' && line[i] != '-')
            return false;
    return true;
}

/* The number of lines of an attribution ("On Tue, 3 Mar 2026 at 10:00, … wrote:") that begins here, else 0. */
static gsize
split_attribution(const Split *split, gsize i)
{
    gsize length;
    const char *line = split_at(split, i, &length);
    if (!exeat_zone_begins_attribution(line, length))
        return 0;
    g_autoptr(GString) joined = g_string_new(NULL);
    for (gsize k = 0; k < ATTRIBUTION_LINES && i + k < split->count; k++) {
        line = split_at(split, i + k, &length);
        if (length == 0 || joined->len + length > ATTRIBUTION_BYTES)
            return 0;
        if (k > 0)
            g_string_append_c(joined, ' ');
        g_string_append_len(joined, line, (gssize)length);
        if (exeat_zone_ends_attribution(joined->str, joined->len))
            return k + 1;
    }
    return 0;
}

static void
split_fill(Split *split, gsize from, gsize to, ExeatZone zone)
{
    for (gsize i = from; i < to && i < split->count; i++)
        if (!split->lines[i].fixed || zone == EXEAT_ZONE_QUOTED)
            split->lines[i].zone = zone, split->lines[i].fixed = true;
}

/* Marks what separators and attributions make quoted. */
static void
split_mark_quoted(Split *split)
{
    for (gsize i = 0; i < split->count; i++) {
        if (split->lines[i].fixed || split->lines[i].blank)
            continue;
        gsize length, lines;
        const char *line = split_at(split, i, &length);
        gsize below = split_next_text(split, i + 1);
        if (exeat_zone_is_separator(line, length) || split_is_header_block(split, i) ||
            (split_is_rule(line, length) && below < split->count && split_is_header_block(split, below))) {
            split_fill(split, i, split->count, EXEAT_ZONE_QUOTED);
            return;
        }
        if ((lines = split_attribution(split, i)) == 0)
            continue;
        below = split_next_text(split, i + lines);
        bool marked = below < split->count && split->lines[below].zone == EXEAT_ZONE_QUOTED;
        split_fill(split, i, marked || below == split->count ? below : split->count, EXEAT_ZONE_QUOTED);
    }
}

/* True if the lines from @i to @end look like the rest of a signature after a sign-off. */
static bool
split_is_signature(const Split *split, gsize i, gsize end)
{
    guint lines = 0;
    for (; i < end; i++) {
        gsize length;
        const char *line = split_at(split, i, &length);
        if (length == 0)
            continue;
        if (++lines > SIGN_OFF_LINES || length > SIGN_OFF_LINE_BYTES || exeat_zone_is_postscript(line, length))
            return false;
    }
    return true;
}

/* Finds the signature in the new text of [@from, @end), which a quotation or the text's end follows. */
static void
split_mark_signature(Split *split, gsize from, gsize end)
{
    for (gsize i = from; i < end; i++) {
        gsize length, raw = split->lines[i].end - split->lines[i].start;
        const char *line = split_at(split, i, &length);
        const char *whole = split->text + split->lines[i].start;
        if (length == 0)
            continue;
        bool delimiter = (raw == 3 && memcmp(whole, "-- ", 3) == 0) || (raw == 2 && memcmp(whole, "--", 2) == 0);
        bool device = exeat_zone_is_device(line, length);
        if (delimiter || device || (exeat_zone_is_sign_off(line, length) && split_is_signature(split, i + 1, end))) {
            for (gsize k = i; k < end; k++)
                split->lines[k].zone = EXEAT_ZONE_SIGNATURE;
            return;
        }
    }
}

static void
split_mark_signatures(Split *split)
{
    gsize from = 0;
    for (gsize i = 0; i <= split->count; i++) {
        bool fresh = i < split->count && split->lines[i].zone == EXEAT_ZONE_NEW;
        if (fresh)
            continue;
        if (i > from)
            split_mark_signature(split, from, i);
        from = i + 1;
    }
}

/* Blank lines go with what is above them; between two stretches they tell nothing. */
static GArray *
split_runs(const Split *split, gsize length)
{
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(ExeatRun));
    for (gsize i = 0; i < split->count; i++) {
        const Line *line = &split->lines[i];
        gsize end = MIN(line->end + 1, length);
        ExeatRun *last = runs->len > 0 ? &g_array_index(runs, ExeatRun, runs->len - 1) : NULL;
        if (last != NULL && (last->zone == line->zone || line->blank)) {
            last->end = end;
        } else {
            ExeatRun run = {.start = line->start, .end = end, .zone = line->zone};
            g_array_append_val(runs, run);
        }
    }
    return runs;
}

GArray *
exeat_zones_split(const ExeatRendered *rendered)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
    split_lines(rendered, lines);
    Split split = {.text = rendered->text->str, .lines = (Line *)(void *)lines->data, .count = lines->len};
    split_mark_quoted(&split);
    split_mark_signatures(&split);
    return split_runs(&split, rendered->text->len);
}
