/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the facts of a notice to a list of headings, paragraphs and steps, and from that list to text and HTML. HTML is
 * built as a tree and written by libxml2, so nothing can break out of its element.
 */
#include <libxml/HTMLtree.h>
#include <string.h>

#include "quarantine/notice-private.h"

#define NOTICE_WIDTH 72

static void
notice_free_block(gpointer data)
{
    NoticeBlock *block = data;

    g_free(block->text);
    g_free(block);
}

static void
notice_add(GPtrArray *blocks, NoticeBlockKind kind, const char *text)
{
    NoticeBlock *block = g_new0(NoticeBlock, 1);

    block->kind = kind;
    block->text = g_strdup(text);
    g_ptr_array_add(blocks, block);
}

static const char *
notice_role(const NoticeWords *words, const char *role)
{
    for (gsize i = 0; role != NULL && words->roles[i][0] != NULL; i++) {
        if (strcmp(words->roles[i][0], role) == 0)
            return words->roles[i][1];
    }
    return words->some_role;
}

/* Whom it is about: the only recipient, all of them, or some. */
static const char *
notice_whom(const ExeatNotice *notice, const NoticeWords *words)
{
    if (notice->concerned < notice->recipients)
        return words->whom_some;
    return notice->recipients == 1 ? words->whom_only : words->whom_all;
}

static char *
notice_fill(const ExeatNotice *notice, const char *pattern)
{
    const NoticeWords *words = exeat_notice_words(notice->language);
    g_autoptr(GString) text = g_string_new(pattern);
    g_autofree char *concerned = g_strdup_printf("%u", notice->concerned);
    g_autofree char *recipients = g_strdup_printf("%u", notice->recipients);
    g_autofree char *waiting = g_strdup_printf("%" G_GUINT64_FORMAT, notice->waiting);
    g_autofree char *fresh = g_strdup_printf("%" G_GUINT64_FORMAT, notice->fresh);
    g_autofree char *minutes = g_strdup_printf("%u", notice->minutes);
    g_autofree char *code = g_strdup_printf("%u%s%s", notice->code, notice->enhanced != NULL ? " " : "",
                                            notice->enhanced != NULL ? notice->enhanced : "");

    g_string_replace(text, "{whom}", notice_whom(notice, words), 0);
    g_string_replace(text, "{others}", notice->concerned < notice->recipients ? words->others : "", 0);
    g_string_replace(text, "{id}", notice->id != NULL ? notice->id : "", 0);
    g_string_replace(text, "{waiting}", waiting, 0);
    g_string_replace(text, "{fresh}", fresh, 0);
    g_string_replace(text, "{minutes}", minutes, 0);
    g_string_replace(text, "{concerned}", concerned, 0);
    g_string_replace(text, "{recipients}", recipients, 0);
    g_string_replace(text, "{role}", notice_role(words, notice->role), 0);
    g_string_replace(text, "{deadline}", notice->deadline != NULL ? notice->deadline : words->no_deadline, 0);
    g_string_replace(text, "{code}", code, 0);
    return g_strdup(text->str);
}

static void
notice_add_filled(GPtrArray *blocks, NoticeBlockKind kind, const ExeatNotice *notice, const char *pattern)
{
    g_autofree char *text = notice_fill(notice, pattern);

    notice_add(blocks, kind, text);
}

/* The same notice in one of two languages. */
static ExeatNotice
notice_in(const ExeatNotice *notice, const char *language)
{
    ExeatNotice copy = *notice;

    copy.language = language;
    return copy;
}

static bool
notice_is_in_both(const ExeatNotice *notice)
{
    return g_strcmp0(notice->language, "both") == 0;
}

char *
exeat_notice_subject(const ExeatNotice *notice)
{
    if (notice_is_in_both(notice)) {
        ExeatNotice english = notice_in(notice, "en"), welsh = notice_in(notice, "cy");
        g_autofree char *first = exeat_notice_subject(&english), *second = exeat_notice_subject(&welsh);

        return g_strdup_printf("%s / %s", first, second);
    }
    return notice_fill(notice, exeat_notice_words(notice->language)->kinds[notice->kind].subject);
}

static bool
notice_is_first_of_policy(const ExeatNotice *notice, guint i)
{
    const ExeatFinding *finding = g_ptr_array_index(notice->findings, i);

    for (guint k = 0; k < i; k++) {
        if (g_strcmp0(((const ExeatFinding *)g_ptr_array_index(notice->findings, k))->policy, finding->policy) == 0)
            return false;
    }
    return true;
}

static void
notice_add_policy(GPtrArray *blocks, const ExeatNotice *notice, const ExeatFinding *first)
{
    const NoticeWords *words = exeat_notice_words(notice->language);

    notice_add(blocks, NOTICE_PARAGRAPH, exeat_guidance_title(first->policy, notice->language));
    for (guint i = 0; i < notice->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(notice->findings, i);
        const ExeatGuidancePlace *place = notice->places != NULL && i < notice->places->len
                                              ? &g_array_index(notice->places, ExeatGuidancePlace, i)
                                              : NULL;
        g_autofree char *found = NULL;

        if (g_strcmp0(finding->policy, first->policy) != 0)
            continue;
        found = exeat_guidance_found(finding, place, notice->language);
        notice_add(blocks, NOTICE_ITEM, found);
    }
    notice_add(blocks, NOTICE_PARAGRAPH, exeat_guidance_rule(first->policy, notice->language));
    if (first->clause != NULL) {
        g_autoptr(GString) clause = g_string_new(words->clause);

        g_string_replace(clause, "{clause}", first->clause, 0);
        notice_add(blocks, NOTICE_PARAGRAPH, clause->str);
    }
}

static void
notice_add_steps(GPtrArray *blocks, const ExeatNotice *notice, const char *policy)
{
    for (guint program = 0; program < EXEAT_GUIDANCE_PROGRAMS; program++) {
        const char *const *steps = exeat_guidance_steps(policy, (ExeatGuidanceProgram)program, notice->language);

        if (steps[0] == NULL)
            continue;
        if (program != EXEAT_GUIDANCE_ANY)
            notice_add(blocks, NOTICE_PARAGRAPH,
                       exeat_guidance_program_name((ExeatGuidanceProgram)program, notice->language));
        for (gsize i = 0; steps[i] != NULL; i++)
            notice_add(blocks, program == EXEAT_GUIDANCE_ANY ? NOTICE_ITEM : NOTICE_STEP, steps[i]);
    }
}

static bool
notice_is_for_sender(ExeatNoticeKind kind)
{
    return kind == EXEAT_NOTICE_HELD || kind == EXEAT_NOTICE_PUT_RIGHT || kind == EXEAT_NOTICE_RETURNED ||
           kind == EXEAT_NOTICE_EXPIRED || kind == EXEAT_NOTICE_RELEASED_RIGHT;
}

static void
notice_add_findings(GPtrArray *blocks, const ExeatNotice *notice)
{
    const NoticeWords *words = exeat_notice_words(notice->language);
    bool steps = notice_is_for_sender(notice->kind);

    if (notice->findings == NULL || notice->findings->len == 0 ||
        (!steps && notice->kind != EXEAT_NOTICE_DECISION && notice->kind != EXEAT_NOTICE_REMINDER))
        return;
    notice_add(blocks, NOTICE_HEADING, words->what);
    for (guint i = 0; i < notice->findings->len; i++) {
        if (notice_is_first_of_policy(notice, i))
            notice_add_policy(blocks, notice, g_ptr_array_index(notice->findings, i));
    }
    if (!steps)
        return;
    notice_add(blocks, NOTICE_HEADING, words->how);
    for (guint i = 0; i < notice->findings->len; i++) {
        if (notice_is_first_of_policy(notice, i))
            notice_add_steps(blocks, notice, ((const ExeatFinding *)g_ptr_array_index(notice->findings, i))->policy);
    }
}

/* How many letters wait for which reason. */
static void
notice_add_reasons(GPtrArray *blocks, const ExeatNotice *notice)
{
    for (guint i = 0; notice->reasons != NULL && i < notice->reasons->len; i++) {
        const ExeatReasonCount *reason = &g_array_index(notice->reasons, ExeatReasonCount, i);
        g_autofree char *text = g_strdup_printf(
            "%s: %" G_GUINT64_FORMAT, exeat_guidance_title(reason->policy, notice->language), reason->letters);

        if (i == 0)
            notice_add(blocks, NOTICE_HEADING, exeat_notice_words(notice->language)->what);
        notice_add(blocks, NOTICE_ITEM, text);
    }
}

/* Where the page of this notice is: a page shows, and nothing happens before a button on it is pressed. (transfer full)
 * or NULL */
static char *
notice_link(const ExeatNotice *notice)
{
    if (notice->console == NULL)
        return NULL;
    if (notice->kind == EXEAT_NOTICE_DIGEST)
        return g_strdup_printf("%s/waiting", notice->console);
    if (notice->id == NULL)
        return NULL;
    return g_strdup_printf("%s/%s/%s", notice->console,
                           notice->decides || exeat_notice_is_for_others(notice->kind) ? "letter" : "mine", notice->id);
}

static void
notice_add_link(GPtrArray *blocks, const ExeatNotice *notice)
{
    const NoticeWords *words = exeat_notice_words(notice->language);
    g_autofree char *link = notice_link(notice);

    if (link == NULL)
        return;
    notice_add(blocks, NOTICE_PARAGRAPH, words->sign_in);
    notice_add(blocks, NOTICE_LINK, link);
    ((NoticeBlock *)g_ptr_array_index(blocks, blocks->len - 1))->label = notice->kind == EXEAT_NOTICE_DIGEST
                                                                             ? words->open_waiting
                                                                             : words->open;
}

static void
notice_add_all(GPtrArray *blocks, const ExeatNotice *notice)
{
    const NoticeWords *words = exeat_notice_words(notice->language);

    notice_add_filled(blocks, NOTICE_PARAGRAPH, notice, words->kinds[notice->kind].opening);
    if (notice->secret != NULL)
        notice_add(blocks, NOTICE_CODE, notice->secret);
    if (notice->note)
        notice_add(blocks, NOTICE_PARAGRAPH, words->note);
    notice_add_findings(blocks, notice);
    notice_add_reasons(blocks, notice);
    if (notice->id != NULL)
        notice_add(blocks, NOTICE_HEADING, words->next);
    notice_add_filled(blocks, NOTICE_PARAGRAPH, notice, words->kinds[notice->kind].next);
    notice_add_link(blocks, notice);
    if (notice->id != NULL)
        notice_add_filled(blocks, NOTICE_PARAGRAPH, notice, words->reference);
    if (notice->secret == NULL)
        notice_add(blocks, NOTICE_PARAGRAPH, words->privacy);
}

GPtrArray *
exeat_notice_blocks(const ExeatNotice *notice)
{
    GPtrArray *blocks = g_ptr_array_new_with_free_func(notice_free_block);

    if (notice_is_in_both(notice)) {
        ExeatNotice english = notice_in(notice, "en"), welsh = notice_in(notice, "cy");

        notice_add_all(blocks, &english);
        notice_add(blocks, NOTICE_HEADING, "Cymraeg");
        notice_add_all(blocks, &welsh);
    } else {
        notice_add_all(blocks, notice);
    }
    return blocks;
}

static void
notice_wrap(GString *out, const char *first, const char *indent, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    glong column = g_utf8_strlen(first, -1);
    bool fresh = true;

    g_string_append(out, first);
    for (gsize i = 0; words[i] != NULL; i++) {
        glong length = g_utf8_strlen(words[i], -1);

        if (!fresh && column + 1 + length > NOTICE_WIDTH) {
            g_string_append_printf(out, "\n%s", indent);
            column = g_utf8_strlen(indent, -1);
        } else if (!fresh) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, words[i]);
        column += length;
        fresh = false;
    }
    g_string_append_c(out, '\n');
}

char *
exeat_notice_text(const GPtrArray *blocks)
{
    GString *out = g_string_new("");
    guint step = 0;

    for (guint i = 0; i < blocks->len; i++) {
        const NoticeBlock *block = g_ptr_array_index(blocks, i);
        g_autofree char *number = NULL;

        step = block->kind == NOTICE_STEP ? step + 1 : 0;
        number = g_strdup_printf("  %u. ", step);
        switch (block->kind) {
        case NOTICE_HEADING:
            g_string_append_printf(out, "\n%s\n", block->text);
            for (glong k = g_utf8_strlen(block->text, -1); k > 0; k--)
                g_string_append_c(out, '-');
            g_string_append_c(out, '\n');
            break;
        case NOTICE_PARAGRAPH:
            g_string_append(out, i > 0 ? "\n" : "");
            notice_wrap(out, "", "", block->text);
            break;
        case NOTICE_ITEM:
            notice_wrap(out, "  - ", "    ", block->text);
            break;
        case NOTICE_STEP:
            notice_wrap(out, number, "     ", block->text);
            break;
        case NOTICE_LINK:
        case NOTICE_CODE:
            g_string_append_printf(out, "\n  %s\n", block->text);
            break;
        }
    }
    return g_string_free(out, false);
}

static xmlNode *
notice_child(xmlNode *parent, const char *name, const char *text, const char *style)
{
    xmlNode *node = xmlNewTextChild(parent, NULL, (const xmlChar *)name, (const xmlChar *)text);

    if (style != NULL)
        xmlNewProp(node, (const xmlChar *)"style", (const xmlChar *)style);
    return node;
}

/* Something to press, and the address in plain sight, so that a reader can see where it leads, or type it. */
static void
notice_html_link(const NoticeBlock *block, xmlNode *body)
{
    xmlNode *link = notice_child(notice_child(body, "p", NULL, NULL), "a", block->label,
                                 "display:inline-block;padding:0.6em 1.2em;border-radius:0.3em;background:#1a4480;"
                                 "color:#ffffff;font-weight:bold;text-decoration:none");

    xmlNewProp(link, (const xmlChar *)"href", (const xmlChar *)block->text);
    notice_child(body, "p", block->text, "word-break:break-all");
}

static void
notice_html_blocks(const GPtrArray *blocks, xmlNode *body)
{
    xmlNode *list = NULL;
    NoticeBlockKind last = NOTICE_PARAGRAPH;

    for (guint i = 0; i < blocks->len; i++) {
        const NoticeBlock *block = g_ptr_array_index(blocks, i);
        bool item = block->kind == NOTICE_ITEM || block->kind == NOTICE_STEP;

        if (item && (list == NULL || block->kind != last))
            list = notice_child(body, block->kind == NOTICE_ITEM ? "ul" : "ol", NULL, NULL);
        if (!item)
            list = NULL;
        last = block->kind;
        if (item) {
            notice_child(list, "li", block->text, NULL);
        } else if (block->kind == NOTICE_HEADING) {
            notice_child(body, "h2", block->text, "font-size:1.1em;margin:1.5em 0 0.5em");
        } else if (block->kind == NOTICE_LINK) {
            notice_html_link(block, body);
        } else if (block->kind == NOTICE_CODE) {
            notice_child(body, "p", block->text, "font-family:monospace;font-size:1.6em;letter-spacing:0.1em");
        } else {
            notice_child(body, "p", block->text, NULL);
        }
    }
}

char *
exeat_notice_html(const GPtrArray *blocks, const char *title, const char *language)
{
    xmlDoc *document = htmlNewDocNoDtD(NULL, NULL);
    xmlNode *html, *head, *node;
    xmlChar *buffer = NULL;
    int size = 0;
    char *text;

    xmlCreateIntSubset(document, (const xmlChar *)"html", NULL, NULL);
    html = xmlNewNode(NULL, (const xmlChar *)"html");
    xmlDocSetRootElement(document, html);
    xmlNewProp(html, (const xmlChar *)"lang", (const xmlChar *)(g_strcmp0(language, "cy") == 0 ? "cy" : "en"));
    head = xmlNewChild(html, NULL, (const xmlChar *)"head", NULL);
    node = xmlNewChild(head, NULL, (const xmlChar *)"meta", NULL);
    xmlNewProp(node, (const xmlChar *)"charset", (const xmlChar *)"utf-8");
    node = xmlNewChild(head, NULL, (const xmlChar *)"meta", NULL);
    xmlNewProp(node, (const xmlChar *)"name", (const xmlChar *)"viewport");
    xmlNewProp(node, (const xmlChar *)"content", (const xmlChar *)"width=device-width");
    notice_child(head, "title", title, NULL);
    notice_html_blocks(
        blocks, notice_child(html, "body", NULL, "font-family:sans-serif;line-height:1.5;max-width:40em;margin:1em"));
    htmlDocDumpMemoryFormat(document, &buffer, &size, 0);
    text = g_strndup((const char *)buffer, size > 0 ? (gsize)size : 0);
    xmlFree(buffer);
    xmlFreeDoc(document);
    return text;
}
