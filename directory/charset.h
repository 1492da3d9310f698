/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text files of unknown origin as UTF-8.
 */
#ifndef EXEAT_DIRECTORY_CHARSET_H
#define EXEAT_DIRECTORY_CHARSET_H

#include <glib.h>
#include <stdbool.h>

/* UTF-8 or UTF-16 by byte order mark; UTF-16 without one by where its zeros stand; else UTF-8 if it is valid, else
 * Windows-1252 (Latin-1 is its subset for all that is printed). MALFORMED if it is none of these. (transfer full) */
bool exeat_charset_to_utf8(const char *data, gsize length, char **out_text, gsize *out_length, GError **error);

#endif
