/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words around a value that say what it is. They stand before or behind it on its line or table row, on a label's
 * line of its own just above, or at the head of its column.
 */
#ifndef EXEAT_POLICIES_DETECT_CONTEXT_H
#define EXEAT_POLICIES_DETECT_CONTEXT_H

#include <glib.h>
#include <stdbool.h>

#include "message/text.h"

typedef struct ExeatContext {
    const ExeatText *text;
    char *lower; /* the text with ASCII letters in lower case: same offsets */
} ExeatContext;

void exeat_context_init(ExeatContext *context, const ExeatText *text);
void exeat_context_clear(ExeatContext *context);

/* True if one of @words ("a|b c|d": lower case, whole words) stands near the value at [start, end). */
bool exeat_context_near(const ExeatContext *context, gsize start, gsize end, const char *words);

/* True if one of @words stands as whole words in [from, to) of the text. */
bool exeat_context_within(const ExeatContext *context, gsize from, gsize to, const char *words);

/* The heading of the column in which @cell stands: its first row. NULL in the first row itself. */
const ExeatCell *exeat_text_heading(const ExeatText *text, const ExeatCell *cell);

#endif
