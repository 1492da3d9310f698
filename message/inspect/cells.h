/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sheets write alike in workbooks of every age, beside the formats of numbers (message/inspect/number.h). */
#ifndef EXEAT_MESSAGE_INSPECT_CELLS_H
#define EXEAT_MESSAGE_INSPECT_CELLS_H

#include <glib.h>

/* A number in 30 bits, with two that say what they are. */
double exeat_cells_number(guint32 packed);
/* Appends a header's text without its codes: &L, &"font,style", &12, &Kcolour. Its sides are lines. */
void exeat_cells_header(const char *code, GString *out);

#endif
