/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds header fields in bytes. Both the reading of a letter and the applying of edits start here, so that the n-th
 * Subject is the same field for both. A line that is no field is passed over if a well-known field follows (a mbox
 * line, a broken proxy's debris), else the body begins there: somebody forgot the empty line.
 *
 * Owns nothing but the array that it fills. Hostile input; linear in the header's length.
 */
#include "message/headers.h"

#define NAME_MAX_BYTES 128 /* of a field's name; RFC 5322 knows no limit but the line's 998 */
#define JUNK_LINES 3       /* foreign lines in a row that a known field may follow */

void
exeat_headers_clear(ExeatHeaderBlock *block)
{
    g_clear_pointer(&block->fields, g_array_unref);
}

bool
exeat_field_is(const char *data, const ExeatField *field, const char *name)
{
    return strlen(name) == field->name_length &&
           g_ascii_strncasecmp(data + field->start, name, field->name_length) == 0;
}

static gsize
headers_line_end(const char *data, gsize length, gsize at)
{
    const char *feed = memchr(data + at, '\n', length - at);
    return feed == NULL ? length : (gsize)(feed - data) + 1;
}

/* The length of the field name that the line begins with, 0 if it is no field. */
static gsize
headers_name_length(const char *data, gsize at, gsize line_end, gsize *out_colon)
{
    gsize end = at;
    while (end < line_end && end - at < NAME_MAX_BYTES && (guint8)data[end] > 0x20 && (guint8)data[end] < 0x7F &&
           data[end] != ':')
        end++;
    gsize colon = end;
    while (colon < line_end && (data[colon] == ' ' || data[colon] == '\t'))
        colon++;
    if (end == at || colon == line_end || data[colon] != ':')
        return 0;
    *out_colon = colon;
    return end - at;
}

static bool
headers_is_known(const char *data, gsize at, gsize line_end)
{
    static const char *const known[] = {"subject",
                                        "from",
                                        "to",
                                        "cc",
                                        "date",
                                        "mime-version",
                                        "message-id",
                                        "received",
                                        "sender",
                                        "reply-to",
                                        "return-path",
                                        "references",
                                        "in-reply-to",
                                        "content-type",
                                        "content-transfer-encoding",
                                        "content-disposition",
                                        "user-agent",
                                        NULL};
    gsize colon, name = headers_name_length(data, at, line_end, &colon);
    if (name == 0)
        return false;
    if (name > 2 && g_ascii_strncasecmp(data + at, "x-", 2) == 0)
        return true;
    for (guint i = 0; known[i] != NULL; i++)
        if (strlen(known[i]) == name && g_ascii_strncasecmp(data + at, known[i], name) == 0)
            return true;
    return false;
}

static bool
headers_is_blank(const char *data, gsize at, gsize line_end)
{
    while (at < line_end && (data[at] == '\r' || data[at] == '\n'))
        at++;
    return at == line_end;
}

/* True if the foreign line at @at stands in the middle of a header. */
static bool
headers_goes_on(const char *data, gsize length, gsize at)
{
    for (guint i = 0; i < JUNK_LINES && at < length; i++) {
        gsize end = headers_line_end(data, length, at);
        if (headers_is_blank(data, at, end))
            return false;
        if (headers_is_known(data, at, end))
            return true;
        at = end;
    }
    return false;
}

static void
headers_close(const char *data, ExeatField *field, gsize end)
{
    field->end = field->value_end = end;
    while (field->value_end > field->value &&
           (data[field->value_end - 1] == '\n' || data[field->value_end - 1] == '\r'))
        field->value_end--;
}

static void
headers_begin(const char *data, gsize at, gsize name, gsize colon, gsize end, ExeatField *out)
{
    *out = (ExeatField){.start = at, .name_length = name, .value = colon + 1};
    if (out->value < end && (data[out->value] == ' ' || data[out->value] == '\t'))
        out->value++;
    headers_close(data, out, end);
}

void
exeat_headers_scan(const char *data, gsize length, guint max_fields, gsize max_bytes, ExeatHeaderBlock *out)
{
    *out = (ExeatHeaderBlock){.fields = g_array_new(FALSE, FALSE, sizeof(ExeatField)), .clean = true};
    gsize at = 0, first = headers_line_end(data, length, 0);
    out->crlf = first >= 2 && data[first - 2] == '\r';
    bool dropped = false; /* the field at hand is over the limit: its folds go with it */
    while (at < length) {
        gsize end = headers_line_end(data, length, at), colon = 0, name;
        if (headers_is_blank(data, at, end)) {
            out->body = end;
            out->separated = true;
            out->clean = out->clean && end - at <= 2; /* CR CR LF is no empty line to GMime */
            break;
        }
        if ((data[at] == ' ' || data[at] == '\t') && (out->fields->len > 0 || dropped)) {
            ExeatField *last = out->fields->len > 0 ? &g_array_index(out->fields, ExeatField, out->fields->len - 1)
                                                    : NULL;
            if (last != NULL && !dropped && last->end == at)
                headers_close(data, last, end);
        } else if ((name = headers_name_length(data, at, end, &colon)) > 0) {
            dropped = out->fields->len >= max_fields || end > max_bytes;
            out->cut = out->cut || dropped;
            ExeatField field;
            headers_begin(data, at, name, colon, end, &field);
            if (!dropped)
                g_array_append_val(out->fields, field);
        } else if ((at == 0 && length > 5 && memcmp(data, "From ", 5) == 0) || headers_goes_on(data, length, end)) {
            out->clean = false;
        } else {
            out->clean = false;
            out->body = at;
            break;
        }
        at = end;
        out->body = out->fields_end = at;
    }
    if (out->body > 0 && memchr(data, 0, out->body) != NULL)
        out->clean = false;
    if (!out->separated || out->cut)
        out->clean = false;
}

GBytes *
exeat_headers_repair(const char *data, gsize length, const ExeatHeaderBlock *block)
{
    GByteArray *fixed = g_byte_array_sized_new((guint)MIN(length + 4, G_MAXUINT / 2));
    for (guint i = 0; i < block->fields->len; i++) {
        const ExeatField *field = &g_array_index(block->fields, ExeatField, i);
        for (gsize at = field->start; at < field->end; at++)
            if (data[at] != '\0')
                g_byte_array_append(fixed, (const guint8 *)data + at, 1);
        if (data[field->end - 1] != '\n')
            g_byte_array_append(fixed, (const guint8 *)"\n", 1);
    }
    g_byte_array_append(fixed, (const guint8 *)"\n", 1);
    gsize rest = MIN(length - block->body, (gsize)(G_MAXUINT / 2));
    g_byte_array_append(fixed, (const guint8 *)data + block->body, (guint)rest);
    return g_byte_array_free_to_bytes(fixed);
}
