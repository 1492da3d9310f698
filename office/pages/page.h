/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all pages have in common: the frame with its navigation, and the pieces that they are made of. A form always
 * carries the session's token; a field always has its label, its hint and what was wrong with it.
 */
#ifndef EXEAT_OFFICE_PAGES_PAGE_H
#define EXEAT_OFFICE_PAGES_PAGE_H

#include <libxml/tree.h>

#include "office/pages/visit.h"
#include "office/web/tree.h"

typedef struct ExeatPage {
    const ExeatVisit *visit;
    xmlDoc *doc;
    xmlNode *main; /* what the page is about goes here */
} ExeatPage;

/* With the frame, and @title as its heading. Texts are in the visitor's language already. */
ExeatPage *exeat_page_new(const ExeatVisit *visit, const char *title);
void exeat_page_free(ExeatPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatPage, exeat_page_free)

ExeatHttpReply *exeat_page_reply(ExeatPage *page, guint status);

/* A page that says one thing, kindly, and where to go from here; @sentence may be NULL. */
ExeatHttpReply *exeat_page_say(const ExeatVisit *visit, guint status, const char *title, const char *sentence);
/* There is no such page, or not for them: the same words for both. */
ExeatHttpReply *exeat_page_not_found(const ExeatVisit *visit);
/* Something of ours failed; the log says what. */
ExeatHttpReply *exeat_page_fault(const ExeatVisit *visit, const GError *error);

/* What somebody wrote into a form that cannot be carried out is not lost: it stands there to be copied. */
void exeat_page_write_typed(const ExeatVisit *visit, xmlNode *parent);

/* --- pieces; all give the element (transfer none) --- */

/* A form that POSTs to @action. */
xmlNode *exeat_page_form(const ExeatVisit *visit, xmlNode *parent, const char *action);
xmlNode *exeat_page_button(xmlNode *form, const char *class, const char *name, const char *value, const char *text);
void exeat_page_hidden(xmlNode *form, const char *name, const char *value);
xmlNode *exeat_page_link(xmlNode *parent, const char *href, const char *text);

typedef struct ExeatField {
    const char *name, *label;
    const char *type;         /* "text", "email", "password", "search", "textarea" */
    const char *value;        /* or NULL */
    const char *hint, *wrong; /* or NULL */
    const char *autocomplete; /* or NULL */
    const char *class;        /* or NULL */
    const char *mode;         /* inputmode, or NULL */
    bool optional;
    guint limit; /* characters, 0: none of its own */
} ExeatField;

xmlNode *exeat_page_field(xmlNode *form, const ExeatField *field);

/* A radio button or a tick box with its label. */
xmlNode *exeat_page_choice(xmlNode *parent, const char *type, const char *name, const char *value, const char *label,
                           bool checked);
xmlNode *exeat_page_group(xmlNode *parent, const char *legend, const char *hint);

/* A box that screen readers announce: class "error", "done" or "notice". */
xmlNode *exeat_page_box(xmlNode *parent, const char *class, const char *title);

/* A term and what is said of it, in a <dl class="facts">. Gives the <dd>. */
xmlNode *exeat_page_facts(xmlNode *parent);
xmlNode *exeat_page_fact(xmlNode *facts, const char *term, const char *text);

/* The address of the style sheet; it changes with its content. (transfer none) */
const char *exeat_page_style_path(void);

#endif
