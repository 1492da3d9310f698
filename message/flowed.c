/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * format=flowed (RFC 3676): lines that end in a space go on in the next, so that a name is not cut by the margin.
 * Owns nothing, any thread, linear.
 */
#include "message/render.h"

typedef struct Flow {
    GString *out;
    guint depth; /* of the open paragraph */
    bool open;
    bool delsp;
} Flow;

static void
flowed_begin(Flow *flow, guint depth)
{
    if (flow->open)
        g_string_append_c(flow->out, '\n');
    for (guint i = 0; i < depth; i++)
        g_string_append_c(flow->out, '>');
    if (depth > 0)
        g_string_append_c(flow->out, ' ');
    flow->depth = depth;
    flow->open = false;
}

static void
flowed_add(Flow *flow, const char *line, gsize length)
{
    guint depth = 0;
    while (depth < length && line[depth] == '>')
        depth++;
    line += depth, length -= depth;
    if (length > 0 && line[0] == ' ') /* stuffing, 4.4 */
        line++, length--;
    bool delimiter = length == 3 && memcmp(line, "-- ", 3) == 0;
    bool soft = length > 0 && line[length - 1] == ' ' && !delimiter;
    if (!flow->open || flow->depth != depth || delimiter)
        flowed_begin(flow, depth);
    g_string_append_len(flow->out, line, (gssize)(soft && flow->delsp ? length - 1 : length));
    if (!soft)
        g_string_append_c(flow->out, '\n');
    flow->open = soft;
}

char *
exeat_flowed_join(const char *text, gsize length, bool delsp)
{
    Flow flow = {.out = g_string_sized_new(length + 1), .delsp = delsp};
    const char *at = text, *end = text + length;
    while (at < end) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        const char *stop = feed != NULL ? feed : end;
        gsize line = (gsize)(stop - at);
        if (line > 0 && at[line - 1] == '\r')
            line--;
        flowed_add(&flow, at, line);
        at = feed != NULL ? feed + 1 : end;
    }
    return g_string_free(flow.out, FALSE);
}
