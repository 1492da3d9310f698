/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What elements of an HTML page mean to a reader: breaks, quotations, signatures, tables. */
#ifndef EXEAT_MESSAGE_HTML_H
#define EXEAT_MESSAGE_HTML_H

#include <libxml/tree.h>
#include <stdbool.h>

typedef enum ExeatHtmlZone {
    EXEAT_HTML_PLAIN,
    EXEAT_HTML_SIGNATURE,   /* the element is a signature */
    EXEAT_HTML_QUOTED,      /* the element is a quotation */
    EXEAT_HTML_QUOTED_REST, /* the page is a quotation from here on */
} ExeatHtmlZone;

bool exeat_html_is(const xmlNode *node, const char *name);

/* The value of an attribute, inside the tree, or NULL. */
const char *exeat_html_attribute(const xmlNode *node, const char *name);

bool exeat_html_is_block(const xmlNode *node);
bool exeat_html_is_dropped(const xmlNode *node);
ExeatHtmlZone exeat_html_zone(const xmlNode *node);

/* True if a table holds data: two columns and two rows at least, short cells, no table inside. Else it is layout. */
bool exeat_html_is_data_table(xmlNode *table);

#endif
