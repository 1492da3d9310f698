/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words by which mail programs and people, in English and Welsh, set off quotations and signatures. One line each.
 */
#ifndef EXEAT_MESSAGE_ZONE_WORDS_H
#define EXEAT_MESSAGE_ZONE_WORDS_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatHeaderLabel {
    EXEAT_LABEL_NONE,
    EXEAT_LABEL_FROM,
    EXEAT_LABEL_DATE,
    EXEAT_LABEL_TO,
    EXEAT_LABEL_CC,
    EXEAT_LABEL_SUBJECT,
} ExeatHeaderLabel;

/* "From:", "Oddi wrth:", … at the beginning of a line. */
ExeatHeaderLabel exeat_zone_label(const char *line, gsize length);

/* "-----Original Message-----", "Begin forwarded message:", … */
bool exeat_zone_is_separator(const char *line, gsize length);

bool exeat_zone_begins_attribution(const char *text, gsize length);
bool exeat_zone_ends_attribution(const char *text, gsize length);

/* "Kind regards,", "Cofion cynnes", with at most a name behind it. */
bool exeat_zone_is_sign_off(const char *line, gsize length);

/* "Sent from my iPhone", … */
bool exeat_zone_is_device(const char *line, gsize length);

bool exeat_zone_is_postscript(const char *line, gsize length);

#endif
