/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTML to the text that a reader sees, by libxml2's tolerant parser: no network, no external entities, bounded input.
 * Blocks break lines, data tables keep their cells, layout tables fall into lines, containers of quotations and
 * signatures become marks. Text that style sheets hide is text: whoever selects it reads it.
 *
 * Owns the tree while it walks. The page is hostile; the walk is iterative, so depth costs no stack.
 */
#include "message/html.h"

#include "message/auto.h"
#include "message/charset.h"
#include "message/render.h"

#define SPAN_COLUMNS 64 /* columns over which rowspans are followed */
#define SPAN_MAX 64

typedef struct Html {
    ExeatRendered *out;
    bool space; /* a space is due before the next text */
    bool fresh; /* nothing stands on the line yet */
    guint pre;  /* depth of <pre> */
    guint quoted, signature;
    bool rest;      /* quoted to the end */
    xmlNode *table; /* the data table that we are in */
    guint tables, row, column;
    bool in_row, in_cell;
    gsize cell; /* where it begins */
    guint8 spans[SPAN_COLUMNS];
} Html;

static ExeatZone
html_zone_now(const Html *html)
{
    return html->rest || html->quoted > 0 ? EXEAT_ZONE_QUOTED
           : html->signature > 0          ? EXEAT_ZONE_SIGNATURE
                                          : EXEAT_ZONE_NEW;
}

static void
html_break(Html *html)
{
    html->space = false;
    if (html->in_cell) {
        html->space = html->out->text->len > html->cell;
        return;
    }
    if (!html->fresh)
        g_string_append_c(html->out->text, '\n');
    html->fresh = true;
}

/* Notes that what is appended now belongs to the zone at hand. */
static void
html_mark(Html *html)
{
    ExeatZone zone = html_zone_now(html);
    GArray *marks = html->out->marks;
    gsize at = html->out->text->len;
    ExeatRun *last = marks->len > 0 ? &g_array_index(marks, ExeatRun, marks->len - 1) : NULL;
    if (last != NULL && last->end == G_MAXSIZE) {
        if (last->zone == zone)
            return;
        last->end = at;
    }
    if (zone != EXEAT_ZONE_NEW) {
        ExeatRun run = {.start = at, .end = G_MAXSIZE, .zone = zone};
        g_array_append_val(marks, run);
    }
}

static void
html_append_word(Html *html, const char *word, gsize length)
{
    if (html->fresh)
        html_mark(html);
    else if (html->space && !(html->in_cell && html->out->text->len == html->cell))
        g_string_append_c(html->out->text, ' ');
    html->space = false;
    html->fresh = false;
    g_string_append_len(html->out->text, word, (gssize)length);
}

static void
html_append_clean(Html *html, const char *text, gsize length)
{
    const char *at = text, *end = text + length;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != ' ' && *stop != '\t' && *stop != '\n' && *stop != '\0')
            stop++;
        if (stop > at)
            html_append_word(html, at, (gsize)(stop - at));
        if (stop < end) {
            if (html->pre > 0 && *stop == '\n' && !html->in_cell) {
                g_string_append_c(html->out->text, '\n');
                html->fresh = true;
                html->space = false;
            } else {
                html->space = !html->fresh;
            }
            stop++;
        }
        at = stop;
    }
}

static void
html_append(Html *html, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    gsize length = strlen(text);
    bool ascii = true;
    for (gsize i = 0; i < length && ascii; i++)
        ascii = (guint8)text[i] < 0x7F && (guint8)text[i] >= 0x20;
    if (ascii) {
        html_append_clean(html, text, length);
    } else {
        g_autofree char *clean = exeat_text_clean(text, length, &length);
        html_append_clean(html, clean, length);
    }
}

static guint
html_span(const xmlNode *node, const char *name)
{
    const char *text = exeat_html_attribute(node, name);
    guint64 span = text != NULL ? g_ascii_strtoull(text, NULL, 10) : 1;
    return (guint)CLAMP(span, 1, SPAN_MAX);
}

static void
html_begin_row(Html *html)
{
    html_break(html);
    if (html->in_row)
        html->row++;
    html->in_row = true;
    html->column = 0;
    for (guint i = 0; i < SPAN_COLUMNS; i++)
        html->spans[i] = (guint8)(html->spans[i] > 0 ? html->spans[i] - 1 : 0);
}

static void
html_begin_cell(Html *html, const xmlNode *node)
{
    if (!html->in_row)
        html_begin_row(html);
    bool first = html->fresh;
    while (html->column < SPAN_COLUMNS && html->spans[html->column] > 0)
        html->column++;
    if (first)
        html_mark(html);
    else
        g_string_append_c(html->out->text, '\t');
    guint8 rows = (guint8)html_span(node, "rowspan");
    for (guint i = 0; i < html_span(node, "colspan") && html->column + i < SPAN_COLUMNS; i++)
        html->spans[html->column + i] = rows;
    html->fresh = false;
    html->space = false;
    html->in_cell = true;
    html->cell = html->out->text->len;
}

static void
html_end_cell(Html *html, const xmlNode *node)
{
    if (!html->in_cell)
        return;
    exeat_rendered_add_cell(html->out, html->cell, html->row, html->column, html->tables);
    html->column += html_span(node, "colspan");
    html->in_cell = false;
    html->space = false;
}

static void
html_enter_table(Html *html, xmlNode *node)
{
    if (html->table != NULL || !exeat_html_is_data_table(node))
        return;
    html_break(html);
    html->table = node;
    html->in_row = false;
    memset(html->spans, 0, sizeof html->spans);
}

static void
html_leave_table(Html *html, const xmlNode *node)
{
    if (html->table != node)
        return;
    html->in_cell = false;
    html_break(html);
    if (html->in_row)
        html->row++;
    html->tables++;
    html->table = NULL;
    html->in_row = false;
}

static void
html_enter_zone(Html *html, const xmlNode *node, bool enter)
{
    ExeatHtmlZone zone = exeat_html_zone(node);
    if (zone == EXEAT_HTML_PLAIN || html->in_cell)
        return;
    html_break(html);
    if (zone == EXEAT_HTML_QUOTED_REST)
        html->rest = true;
    else if (zone == EXEAT_HTML_QUOTED)
        html->quoted = enter ? html->quoted + 1 : html->quoted - (html->quoted > 0);
    else
        html->signature = enter ? html->signature + 1 : html->signature - (html->signature > 0);
}

static bool
html_is_cell(const Html *html, const xmlNode *node)
{
    return html->table != NULL && (exeat_html_is(node, "td") || exeat_html_is(node, "th"));
}

static void
html_append_attribute(Html *html, const xmlNode *node, const char *name)
{
    const char *text = exeat_html_attribute(node, name);
    if (text == NULL)
        return;
    html->space = !html->fresh;
    html_append(html, text);
    html->space = !html->fresh;
}

static void
html_enter(Html *html, xmlNode *node)
{
    if (exeat_html_is(node, "br")) {
        if (!html->in_cell && html->fresh)
            g_string_append_c(html->out->text, '\n');
        html_break(html);
        return;
    }
    html_enter_zone(html, node, true);
    if (exeat_html_is(node, "table"))
        html_enter_table(html, node);
    else if (html_is_cell(html, node))
        html_begin_cell(html, node);
    else if (html->table != NULL && exeat_html_is(node, "tr"))
        html_begin_row(html);
    else if (exeat_html_is_block(node))
        html_break(html);
    html->pre += exeat_html_is(node, "pre");
    if (exeat_html_is(node, "img") || exeat_html_is(node, "area"))
        html_append_attribute(html, node, "alt");
    if (exeat_html_is(node, "input") && exeat_html_attribute(node, "type") != NULL &&
        g_ascii_strcasecmp(exeat_html_attribute(node, "type"), "hidden") != 0)
        html_append_attribute(html, node, "value");
}

static void
html_leave(Html *html, xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE)
        return;
    const char *title = exeat_html_attribute(node, "title");
    if (title != NULL && !(node->children != NULL && node->children->content != NULL &&
                           strcmp((const char *)node->children->content, title) == 0))
        html_append_attribute(html, node, "title");
    if (exeat_html_is(node, "table"))
        html_leave_table(html, node);
    else if (html_is_cell(html, node))
        html_end_cell(html, node);
    if (exeat_html_is_block(node) && html->table == NULL)
        html_break(html);
    else if (html->in_cell && exeat_html_is_block(node))
        html_break(html);
    html->pre -= exeat_html_is(node, "pre");
    html_enter_zone(html, node, false);
}

static void
html_walk(Html *html, xmlNode *root)
{
    xmlNode *node = root;
    while (node != NULL) {
        bool dropped = exeat_html_is_dropped(node);
        if (!dropped && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE))
            html_append(html, (const char *)node->content);
        else if (!dropped && node->type == XML_ELEMENT_NODE)
            html_enter(html, node);
        if (!dropped && node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        if (!dropped)
            html_leave(html, node);
        while (node != root && node->next == NULL) {
            node = node->parent;
            html_leave(html, node);
        }
        node = node != root ? node->next : NULL;
    }
}

bool
exeat_html_render(const char *text, gsize length, ExeatRendered *out)
{
    int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                  HTML_PARSE_COMPACT;
    if (length == 0)
        return true;
    g_autoptr(xmlDoc) document = htmlReadMemory(text, (int)MIN(length, (gsize)G_MAXINT), NULL, "UTF-8", options);
    xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
    if (root == NULL)
        return document != NULL;
    Html html = {.out = out, .fresh = true};
    html_walk(&html, root);
    if (out->marks->len > 0) {
        ExeatRun *last = &g_array_index(out->marks, ExeatRun, out->marks->len - 1);
        last->end = MIN(last->end, out->text->len);
    }
    return true;
}
