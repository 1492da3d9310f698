/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages as trees: libxml2 holds the elements and writes them down, so that text can never become markup. Whatever is
 * handed in as text or as an attribute's value may be hostile: bytes that are no UTF-8 and characters that XML does not
 * know become U+FFFD, and marks that turn the direction of writing become visible.
 *
 * Names of elements and attributes are ours. A tree belongs to one thread.
 */
#ifndef EXEAT_OFFICE_WEB_TREE_H
#define EXEAT_OFFICE_WEB_TREE_H

#include <glib.h>
#include <libxml/tree.h>

/* An HTML document with its <html lang="…"> and <body>; *out_head and *out_body belong to it. (transfer full) */
xmlDoc *exeat_tree_new(const char *language, xmlNode **out_head, xmlNode **out_body);

/* Adds an element; pairs of attribute and value follow, ended by NULL. A pair with a NULL value is left out; "" writes
 * the attribute alone ("required"). (transfer none) */
xmlNode *exeat_tree_add(xmlNode *parent, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* Adds an element with a class (may be NULL) that holds @text alone. */
xmlNode *exeat_tree_add_text(xmlNode *parent, const char *name, const char *class, const char *text);

/* Adds text to @parent. */
void exeat_tree_text(xmlNode *parent, const char *text);
void exeat_tree_text_length(xmlNode *parent, const char *text, gsize length);

void exeat_tree_set(xmlNode *node, const char *attribute, const char *value);

/* The page as UTF-8. */
GBytes *exeat_tree_write(xmlDoc *doc);

#endif
