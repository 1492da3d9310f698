/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The content of a leaf, still encoded: its size without decoding it, its beginning, or all of it up to a limit. */
#ifndef EXEAT_MESSAGE_CONTENT_H
#define EXEAT_MESSAGE_CONTENT_H

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>

typedef struct ExeatContent {
    const char *data; /* inside the letter's bytes */
    gsize length;
    GMimeContentEncoding encoding;
} ExeatContent;

/* The content of a part parsed from a memory stream; empty if it has none. */
ExeatContent exeat_content_of(GMimePart *part);

/* How many bytes it decodes to. Exact but for uuencoded and broken contents. */
gsize exeat_content_size(const ExeatContent *content);

/* At most @max decoded bytes, followed by a NUL that does not count; *out_cut if there were more (may be NULL).
 * (transfer full) */
char *exeat_content_decode(const ExeatContent *content, gsize max, gsize *out_length, bool *out_cut);

#endif
