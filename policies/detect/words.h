/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words that are words before they are names.
 */
#ifndef EXEAT_POLICIES_DETECT_WORDS_H
#define EXEAT_POLICIES_DETECT_WORDS_H

#include <glib.h>
#include <stdbool.h>

/* How much of an everyday word a folded word is: 0 not, 1 now and then (baker), 2 above all (will). */
guint exeat_word_level(const char *folded, gsize length);

/* The tables. */
extern const char *const exeat_words_common[];
extern const guint exeat_words_common_count;
extern const char *const exeat_words_rare[];
extern const guint exeat_words_rare_count;

#endif
