/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Knowledge of HTML as mail programs write it: which containers Outlook, Gmail, Apple Mail, Yahoo, Thunderbird and
 * others put round quotations and signatures, and which tables are there for their lines rather than for their data.
 *
 * Owns nothing, any thread. The tree is hostile; walks are iterative and bounded.
 */
#include "message/html.h"

#include <glib.h>
#include <string.h>

#include "base/word_set.h"

#define CELL_BYTES 200      /* a longer cell is prose */
#define TABLE_NODES 2000000 /* looked at to decide about one table */

bool
exeat_html_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

typedef enum HtmlKind {
    HTML_OTHER,
    HTML_BLOCK,   /* begins on a line of its own, and ends it */
    HTML_DROPPED, /* nobody reads what is in it */
} HtmlKind;

static const ExeatWordSet *
html_kinds(void)
{
    static const char *const blocks[] = {
        "p",       "div",     "tr",     "table",      "li",      "ul",       "ol",   "h1",     "h2",      "h3",
        "h4",      "h5",      "h6",     "blockquote", "pre",     "hr",       "dl",   "dt",     "dd",      "center",
        "section", "article", "header", "footer",     "address", "fieldset", "form", "option", "caption", "thead",
        "tbody",   "tfoot",   "body",   "td",         "th",      "main",     "nav",  "aside",  "figure"};
    static const char *const dropped[] = {"style", "script", "head", "title", "meta", "link", "template"};
    static gsize set;
    if (g_once_init_enter(&set)) {
        ExeatWordSet *made = exeat_word_set_new(G_N_ELEMENTS(blocks) + G_N_ELEMENTS(dropped));
        exeat_word_set_add_all(made, blocks, G_N_ELEMENTS(blocks), HTML_BLOCK);
        exeat_word_set_add_all(made, dropped, G_N_ELEMENTS(dropped), HTML_DROPPED);
        g_once_init_leave(&set, (gsize)made);
    }
    return (const ExeatWordSet *)set;
}

static HtmlKind
html_kind(const xmlNode *node)
{
    guint kind = HTML_OTHER;
    exeat_word_set_find(html_kinds(), (const char *)node->name, strlen((const char *)node->name), &kind);
    return (HtmlKind)kind;
}

const char *
exeat_html_attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
        if (strcmp((const char *)attribute->name, name) == 0)
            return attribute->children != NULL ? (const char *)attribute->children->content : NULL;
    return NULL;
}

bool
exeat_html_is_block(const xmlNode *node)
{
    return html_kind(node) == HTML_BLOCK;
}

bool
exeat_html_is_dropped(const xmlNode *node)
{
    return node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE || node->type == XML_DTD_NODE ||
           (node->type == XML_ELEMENT_NODE && html_kind(node) == HTML_DROPPED);
}

static bool
html_has(const char *text, const char *word)
{
    if (text == NULL)
        return false;
    gsize n = strlen(word);
    for (; *text != '\0'; text++)
        if (g_ascii_strncasecmp(text, word, n) == 0)
            return true;
    return false;
}

/* Outlook's rule above the header lines of the thread: a top border and nothing else. */
static bool
html_is_outlook_rule(const char *style)
{
    return html_has(style, "border-top:solid") && html_has(style, "border:none") && html_has(style, "padding:3.0pt");
}

static ExeatHtmlZone
html_zone_by_id(const char *id)
{
    static const char *const rest[] = {"divRplyFwdMsg",
                                       "appendonsend",
                                       "stopSpelling",
                                       "replySplit",
                                       "ms-outlook-mobile-reference-message",
                                       "mail-editor-reference-message-container",
                                       "OLK_SRC_BODY_SECTION",
                                       NULL};
    static const char *const signatures[] = {"Signature",
                                             "AppleMailSignature",
                                             "divtagdefaultwrapper_signature",
                                             "ms-outlook-mobile-signature",
                                             "ms-outlook-ios-signature",
                                             "protonmail_signature_block",
                                             "lineBreakAtBeginningOfSignature",
                                             NULL};
    for (guint i = 0; id != NULL && rest[i] != NULL; i++)
        if (g_ascii_strcasecmp(id, rest[i]) == 0)
            return EXEAT_HTML_QUOTED_REST;
    for (guint i = 0; id != NULL && signatures[i] != NULL; i++)
        if (g_ascii_strcasecmp(id, signatures[i]) == 0)
            return EXEAT_HTML_SIGNATURE;
    return EXEAT_HTML_PLAIN;
}

ExeatHtmlZone
exeat_html_zone(const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE || node->properties == NULL)
        return exeat_html_is(node, "blockquote") ? EXEAT_HTML_QUOTED : EXEAT_HTML_PLAIN;
    const char *class = exeat_html_attribute(node, "class"), *style = exeat_html_attribute(node, "style");
    ExeatHtmlZone zone = html_zone_by_id(exeat_html_attribute(node, "id"));
    if (zone != EXEAT_HTML_PLAIN)
        return zone;
    if (exeat_html_is(node, "blockquote")) { /* Gmail's "indent more" is a blockquote without a border */
        bool cited = html_has(exeat_html_attribute(node, "type"), "cite") || html_has(class, "quote");
        return !cited && html_has(style, "border:none") ? EXEAT_HTML_PLAIN : EXEAT_HTML_QUOTED;
    }
    if (html_has(class, "gmail_quote") || html_has(class, "yahoo_quoted") || html_has(class, "moz-cite-prefix") ||
        html_has(class, "moz-forward-container") || html_has(class, "protonmail_quote") ||
        html_has(class, "tutanota_quote") || html_has(class, "zmail_extra") || html_has(class, "OutlookMessageHeader"))
        return EXEAT_HTML_QUOTED;
    if (html_has(class, "gmail_signature") || html_has(class, "moz-signature") ||
        html_has(class, "protonmail_signature_block-user") ||
        html_has(exeat_html_attribute(node, "data-smartmail"), "gmail_signature"))
        return EXEAT_HTML_SIGNATURE;
    return exeat_html_is(node, "div") && html_is_outlook_rule(style) ? EXEAT_HTML_QUOTED_REST : EXEAT_HTML_PLAIN;
}

static xmlNode *
html_next(xmlNode *node, const xmlNode *root)
{
    if (node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node != root ? node->next : NULL;
}

typedef struct TableCount {
    guint rows;    /* with two cells or more */
    guint columns; /* in the row at hand */
    guint cells, long_cells;
    gsize cell_bytes;
} TableCount;

static void
html_close_cell(TableCount *count)
{
    count->long_cells += count->cell_bytes > CELL_BYTES;
    count->cell_bytes = 0;
}

static void
html_close_row(TableCount *count)
{
    html_close_cell(count);
    count->rows += count->columns >= 2;
    count->columns = 0;
}

bool
exeat_html_is_data_table(xmlNode *table)
{
    TableCount count = {0};
    guint seen = 0;
    for (xmlNode *node = html_next(table, table); node != NULL && seen++ < TABLE_NODES; node = html_next(node, table)) {
        if (node->type == XML_TEXT_NODE) {
            const char *text = (const char *)node->content;
            count.cell_bytes += text != NULL && strspn(text, " \t\r\n") < strlen(text) ? strlen(text) : 0;
        } else if (exeat_html_is(node, "table")) {
            return false;
        } else if (exeat_html_is(node, "tr")) {
            html_close_row(&count);
        } else if (exeat_html_is(node, "td") || exeat_html_is(node, "th")) {
            html_close_cell(&count);
            count.columns++;
            count.cells++;
        }
    }
    html_close_row(&count);
    return count.rows >= 2 && count.long_cells * 10 <= count.cells;
}
