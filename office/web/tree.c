/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/web/tree.h"

#include <libxml/HTMLtree.h>
#include <stdarg.h>
#include <string.h>

#include "office/web/auto.h"

static const xmlChar *
chars(const char *text)
{
    return (const xmlChar *)text;
}

/* Marks that turn the direction of writing (UAX #9): in a file's name they disguise its ending. */
static bool
turns_direction(gunichar c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool
is_fit(gunichar c)
{
    if (c < 0x20)
        return c == '\n' || c == '\t';
    return !(c >= 0x7F && c < 0xA0) && !(c >= 0xD800 && c <= 0xDFFF) && (c & 0xFFFE) != 0xFFFE && !turns_direction(c);
}

/* What may stand in a document. (transfer full) */
static char *
fit_text(const char *text, gsize length)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    GString *fit = g_string_sized_new(length + 1);

    for (char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c != '\r')
            g_string_append_unichar(fit, is_fit(c) ? c : 0xFFFD);
    }
    return g_string_free(fit, FALSE);
}

xmlDoc *
exeat_tree_new(const char *language, xmlNode **out_head, xmlNode **out_body)
{
    g_autoptr(xmlDoc) doc = htmlNewDocNoDtD(NULL, NULL);
    xmlNode *html = xmlNewDocNode(doc, NULL, chars("html"), NULL);

    xmlCreateIntSubset(doc, chars("html"), NULL, NULL);
    xmlDocSetRootElement(doc, html);
    exeat_tree_set(html, "lang", language);
    *out_head = exeat_tree_add(html, "head", NULL);
    exeat_tree_add(*out_head, "meta", "charset", "utf-8", NULL);
    *out_body = exeat_tree_add(html, "body", NULL);
    return g_steal_pointer(&doc);
}

void
exeat_tree_set(xmlNode *node, const char *attribute, const char *value)
{
    g_autofree char *fit = NULL;

    if (value == NULL)
        return;
    fit = fit_text(value, strlen(value));
    xmlSetProp(node, chars(attribute), *value != '\0' ? chars(fit) : NULL);
}

xmlNode *
exeat_tree_add(xmlNode *parent, const char *name, ...)
{
    xmlNode *node = xmlNewChild(parent, NULL, chars(name), NULL);
    const char *attribute;
    va_list pairs;

    va_start(pairs, name);
    while ((attribute = va_arg(pairs, const char *)) != NULL)
        exeat_tree_set(node, attribute, va_arg(pairs, const char *));
    va_end(pairs);
    return node;
}

xmlNode *
exeat_tree_add_text(xmlNode *parent, const char *name, const char *class, const char *text)
{
    xmlNode *node = exeat_tree_add(parent, name, "class", class, NULL);

    exeat_tree_text(node, text);
    return node;
}

void
exeat_tree_text(xmlNode *parent, const char *text)
{
    exeat_tree_text_length(parent, text, strlen(text));
}

void
exeat_tree_text_length(xmlNode *parent, const char *text, gsize length)
{
    g_autofree char *fit = fit_text(text, length);

    xmlAddChild(parent, xmlNewDocText(parent->doc, chars(fit)));
}

GBytes *
exeat_tree_write(xmlDoc *doc)
{
    g_autoptr(xmlOutputBuffer) out = xmlAllocOutputBuffer(NULL);

    htmlDocContentDumpFormatOutput(out, doc, "UTF-8", 0);
    xmlOutputBufferFlush(out);
    return g_bytes_new(xmlOutputBufferGetContent(out), xmlOutputBufferGetSize(out));
}
