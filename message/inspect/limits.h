/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sender of a file can choose is bounded. Each limit that is reached makes the part unreadable that reached
 * it.
 */
#ifndef EXEAT_MESSAGE_INSPECT_LIMITS_H
#define EXEAT_MESSAGE_INSPECT_LIMITS_H

#include <glib.h>

typedef struct ExeatInspectLimits {
    guint depth;        /* files inside files */
    guint members;      /* files taken out of others, all together */
    gsize member_bytes; /* of one of them, unpacked */
    gsize total_bytes;  /* of all of them, and of all that readers unpack to read it at once */
    guint ratio;        /* unpacked to packed bytes, once ratio_from bytes came out */
    gsize ratio_from;
    gsize text_bytes;       /* of one part */
    gsize total_text_bytes; /* of all of them */
    guint cells;            /* of one part */
    guint milliseconds;     /* of the processor's time, for one inspection */
} ExeatInspectLimits;

extern const ExeatInspectLimits exeat_inspect_default_limits;

#define EXEAT_INSPECT_NAME_BYTES 512  /* of a member's name: paths in archives are longer than names in a letter */
#define EXEAT_INSPECT_TITLE_BYTES 256 /* of a table's title */
#define EXEAT_INSPECT_WORDS_BYTES 128 /* of a type or a reason */

#endif
