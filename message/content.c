/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoding 15 MB of pictures is what reading a letter would cost, so nothing is decoded here that nobody asks for: the
 * size is counted on the encoded bytes. Owns nothing, any thread. Hostile input; linear, the output is bounded by @max.
 */
#include "message/content.h"

#define STEP_BYTES 65536
#define COUNT_BYTES 128 /* whose line ends are counted at once: they fit into a byte */

ExeatContent
exeat_content_of(GMimePart *part)
{
    ExeatContent content = {.data = "", .encoding = g_mime_part_get_content_encoding(part)};
    GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
    GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
    if (stream == NULL || !GMIME_IS_STREAM_MEM(stream))
        return content;
    const GByteArray *bytes = GMIME_STREAM_MEM(stream)->buffer;
    gint64 start = stream->bound_start, end = stream->bound_end < 0 ? bytes->len : stream->bound_end;
    if (start >= 0 && start < end && end <= bytes->len) {
        content.data = (const char *)bytes->data + start;
        content.length = (gsize)(end - start);
    }
    return content;
}

/* Counted in a byte, which the compiler makes vectors of. */
static gsize
content_line_ends(const char *data, gsize length)
{
    guint8 ends = 0;
    for (gsize i = 0; i < length; i++)
        ends = (guint8)(ends + (data[i] == '\n') + (data[i] == '\r'));
    return ends;
}

static gsize
content_size_base64(const ExeatContent *content)
{
    const char *end = content->data + content->length;
    gsize ends = 0;
    for (gsize at = 0; at < content->length; at += COUNT_BYTES)
        ends += content_line_ends(content->data + at, MIN(content->length - at, (gsize)COUNT_BYTES));
    while (end > content->data && (end[-1] == '\n' || end[-1] == '\r' || end[-1] == ' '))
        end--;
    gsize padding = 0;
    while (padding < 2 && end - (gssize)padding > content->data && end[-1 - (gssize)padding] == '=')
        padding++;
    gsize digits = content->length - MIN(ends, content->length);
    return digits * 3 / 4 - MIN(padding, digits * 3 / 4);
}

static gsize
content_size_quoted(const ExeatContent *content)
{
    const char *at = content->data, *end = at + content->length;
    gsize removed = 0;
    for (const char *sign; at < end && (sign = memchr(at, '=', (gsize)(end - at))) != NULL; at = sign + 1) {
        if (end - sign > 2 && g_ascii_isxdigit(sign[1]) && g_ascii_isxdigit(sign[2]))
            removed += 2;
        else if (end - sign > 1 && sign[1] == '\n')
            removed += 2;
        else if (end - sign > 2 && sign[1] == '\r' && sign[2] == '\n')
            removed += 3;
    }
    return content->length - removed;
}

gsize
exeat_content_size(const ExeatContent *content)
{
    switch (content->encoding) {
    case GMIME_CONTENT_ENCODING_BASE64:
        return content_size_base64(content);
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
        return content_size_quoted(content);
    case GMIME_CONTENT_ENCODING_UUENCODE:
        return content->length / 62 * 45;
    default:
        return content->length;
    }
}

static bool
content_is_encoded(GMimeContentEncoding encoding)
{
    return encoding == GMIME_CONTENT_ENCODING_BASE64 || encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
           encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

char *
exeat_content_decode(const ExeatContent *content, gsize max, gsize *out_length, bool *out_cut)
{
    gsize length = 0;
    bool cut = false;
    char *out;
    if (!content_is_encoded(content->encoding)) {
        length = MIN(content->length, max);
        cut = content->length > max;
        out = g_malloc(length + 1);
        memcpy(out, content->data, length);
    } else {
        gsize room = MIN(exeat_content_size(content), max) + STEP_BYTES + 64;
        GMimeEncoding state;
        g_mime_encoding_init_decode(&state, content->encoding);
        out = g_malloc(room + 1);
        for (gsize at = 0; at < content->length;) {
            gsize step = MIN(content->length - at, MIN((gsize)STEP_BYTES, max + 256));
            if (length > max) {
                cut = true;
                break;
            }
            gsize need = length + g_mime_encoding_outlen(&state, step) + 1;
            if (need > room) {
                room = need + STEP_BYTES;
                out = g_realloc(out, room + 1);
            }
            length += g_mime_encoding_step(&state, content->data + at, step, out + length);
            at += step;
        }
        if (length > max)
            length = max, cut = true;
    }
    out[length] = '\0';
    *out_length = length;
    if (out_cut != NULL)
        *out_cut = cut;
    return out;
}
