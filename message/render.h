/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as a reader sees it, made from one format of text part: prose with marks of what is quoted, and cells of tables.
 */
#ifndef EXEAT_MESSAGE_RENDER_H
#define EXEAT_MESSAGE_RENDER_H

#include <glib.h>
#include <stdbool.h>

#include "message/text.h"

typedef enum ExeatTextFormat {
    EXEAT_FORMAT_PLAIN,
    EXEAT_FORMAT_HTML,
    EXEAT_FORMAT_DELIMITED, /* CSV, TSV, … */
    EXEAT_FORMAT_CARD,      /* vCard, iCalendar */
} ExeatTextFormat;

typedef struct ExeatRun {
    gsize start, end; /* byte offsets */
    ExeatZone zone;
} ExeatRun;

typedef struct ExeatRendered {
    GString *text; /* clean (exeat_text_clean()) */
    GArray *cells; /* of ExeatCell */
    GArray *marks; /* of ExeatRun: SIGNATURE and QUOTED stretches that markup tells, in order, from line start to line
                      end */
    guint max_cells;
    bool cut; /* more cells than allowed: the text is whole, the table is not */
} ExeatRendered;

void exeat_rendered_init(ExeatRendered *rendered, guint max_cells);
void exeat_rendered_clear(ExeatRendered *rendered);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatRendered, exeat_rendered_clear)

/* Notes the cell [@start, end of text). */
void exeat_rendered_add_cell(ExeatRendered *rendered, gsize start, guint row, guint column, guint table);

/* Appends @length bytes on one line: line ends and tabs become spaces. */
void exeat_rendered_append_line(ExeatRendered *rendered, const char *text, gsize length);

/* Plain text as it is, with the cells of tables that were pasted into it. */
void exeat_tabbed_render(const char *text, gsize length, ExeatRendered *out);

/* @text is UTF-8 as decoded, not yet clean. False if libxml2 gives up. (message/html.c) */
bool exeat_html_render(const char *text, gsize length, ExeatRendered *out);

/* @text is clean for all below. */
void exeat_delimited_render(const char *text, gsize length, ExeatRendered *out);
/* The separator of a table, or 0 if the text is none. @sure: called a table by its type or name. */
char exeat_delimited_detect(const char *text, gsize length, bool sure);
void exeat_card_render(const char *text, gsize length, ExeatRendered *out);

/* format=flowed (RFC 3676) to lines as they were written, quote marks kept. (transfer full) */
char *exeat_flowed_join(const char *text, gsize length, bool delsp);

/* Divides the text into zones NEW, SIGNATURE and QUOTED: elements ExeatRun, without gaps. (message/zones.c) */
GArray *exeat_zones_split(const ExeatRendered *rendered);

#endif
