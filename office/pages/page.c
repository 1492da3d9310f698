/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/page.h"

#include <gio/gio.h>
#include <string.h>

#include "base/log.h"

typedef struct PageTab {
    const char *path, *text;
    guint right; /* any of these; 0: whoever is signed in with an account */
} PageTab;

static const PageTab tabs[] = {
    {"/waiting", EXEAT_WORDS("Waiting"), EXEAT_RIGHT_LIST},
    {"/decided", EXEAT_WORDS("Decided"), EXEAT_RIGHT_LIST},
    {"/flagged", EXEAT_WORDS("Sent and flagged"), EXEAT_RIGHT_FLAGGED},
    {"/audit", EXEAT_WORDS("Audit trail"), EXEAT_RIGHT_AUDIT},
    {"/health", EXEAT_WORDS("Health"), EXEAT_RIGHT_HEALTH},
    {"/mine", EXEAT_WORDS("My own letters"), 0},
    {"/me", EXEAT_WORDS("My account"), 0},
};

const char *
exeat_page_style_path(void)
{
    static gsize made = 0;
    static const char *path = NULL; /* written once, read by all */

    if (g_once_init_enter(&made)) {
        g_autoptr(GBytes) sheet = g_resources_lookup_data("/exeat/style.css", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, sheet);
        g_autofree char *text = g_strdup_printf("/style-%.12s.css", digest);

        path = g_intern_string(text);
        g_once_init_leave(&made, 1);
    }
    return path;
}

static bool
page_is_tab(const ExeatVisit *visit, const PageTab *tab)
{
    gsize length = strlen(tab->path);

    return strncmp(visit->request->path, tab->path, length) == 0 &&
           (visit->request->path[length] == '\0' || visit->request->path[length] == '/');
}

static void
page_navigation(const ExeatVisit *visit, xmlNode *header)
{
    xmlNode *nav, *list;

    if (visit->account == NULL || visit->session->kind != EXEAT_SESSION_STAFF)
        return;
    nav = exeat_tree_add(header, "nav", "class", "main", "aria-label", say(visit, "Pages"), NULL);
    list = exeat_tree_add(exeat_tree_add(nav, "div", "class", "wide", NULL), "ul", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tabs); i++) {
        if (tabs[i].right != 0 && (visit->rights->bits & tabs[i].right) == 0)
            continue;
        exeat_tree_text(exeat_tree_add(exeat_tree_add(list, "li", NULL), "a", "href", tabs[i].path, "aria-current",
                                       page_is_tab(visit, &tabs[i]) ? "page" : NULL, NULL),
                        say(visit, tabs[i].text));
    }
}

/* Each language is named in itself. */
static void
page_language_switch(const ExeatVisit *visit, xmlNode *bar)
{
    bool welsh = visit->language == EXEAT_WELSH;
    xmlNode *form = exeat_page_form(visit, bar, "/language"), *button;

    exeat_page_hidden(form, "to", welsh ? "en" : "cy");
    exeat_page_hidden(form, "back", visit->request->is_post ? "/" : visit->request->path);
    button = exeat_page_button(form, "plain", NULL, NULL, welsh ? "English" : "Cymraeg");
    exeat_tree_set(button, "lang", welsh ? "en" : "cy");
}

static void
page_header(const ExeatVisit *visit, xmlNode *body)
{
    xmlNode *header, *bar;

    exeat_tree_text(exeat_tree_add(body, "a", "class", "skip", "href", "#main", NULL),
                    say(visit, "Skip to main content"));
    header = exeat_tree_add(body, "header", "class", "top", NULL);
    bar = exeat_tree_add(header, "div", "class", "wide bar", NULL);
    exeat_tree_text(exeat_tree_add(bar, "a", "class", "brand", "href", "/", NULL), "exeat");
    exeat_tree_add_text(bar, "span", "school", visit->desk->school->name != NULL ? visit->desk->school->name : "");
    page_language_switch(visit, bar);
    if (exeat_visit_is_signed_in(visit)) {
        xmlNode *form = exeat_page_form(visit, bar, "/sign-out");

        exeat_page_button(form, "plain", NULL, NULL, say(visit, "Sign out"));
    }
    page_navigation(visit, header);
}

static void
page_footer(const ExeatVisit *visit, xmlNode *body)
{
    xmlNode *footer = exeat_tree_add(body, "footer", NULL);
    xmlNode *wide = exeat_tree_add(footer, "div", "class", "wide", NULL);

    exeat_tree_add_text(
        wide, "p", NULL,
        say(visit, "Each time a letter is opened or decided on, it is written down who did so and why."));
}

ExeatPage *
exeat_page_new(const ExeatVisit *visit, const char *title)
{
    ExeatPage *page = g_new0(ExeatPage, 1);
    g_autofree char *full = g_strconcat(title, " – exeat", NULL);
    xmlNode *head, *body;

    page->visit = visit;
    page->doc = exeat_tree_new(exeat_language_code(visit->language), &head, &body);
    exeat_tree_add(head, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
    exeat_tree_add_text(head, "title", NULL, full);
    exeat_tree_add(head, "link", "rel", "stylesheet", "href", exeat_page_style_path(), NULL);
    exeat_tree_add(head, "link", "rel", "icon", "href", "/icon.svg", "type", "image/svg+xml", NULL);
    page_header(visit, body);
    page->main = exeat_tree_add(body, "main", "id", "main", "class", "wide", NULL);
    exeat_tree_add_text(page->main, "h1", NULL, title);
    page_footer(visit, body);
    return page;
}

void
exeat_page_free(ExeatPage *page)
{
    if (page == NULL)
        return;
    xmlFreeDoc(page->doc);
    g_free(page);
}

ExeatHttpReply *
exeat_page_reply(ExeatPage *page, guint status)
{
    return exeat_http_reply_new(status, "text/html; charset=utf-8", exeat_tree_write(page->doc));
}

ExeatHttpReply *
exeat_page_say(const ExeatVisit *visit, guint status, const char *title, const char *sentence)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, title);

    if (sentence != NULL)
        exeat_tree_add_text(page->main, "p", NULL, sentence);
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), "/", say(visit, "Back to the first page"));
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_not_found(const ExeatVisit *visit)
{
    return exeat_page_say(visit, 404, say(visit, "There is nothing here for you"),
                          say(visit,
                              "This page does not exist, or it is not yours to see. If you followed a link from a "
                              "mail, sign in as the person to whom the mail was sent."));
}

ExeatHttpReply *
exeat_page_fault(const ExeatVisit *visit, const GError *error)
{
    exeat_log(EXEAT_LOG_ERROR, NULL, "page-fault", "reason", error != NULL ? error->message : "unknown", NULL);
    return exeat_page_say(visit, 500, say(visit, "That did not work, and it is not your fault"),
                          say(visit, "Nothing was changed and no letter is lost. Please try again in a moment; if it "
                                     "stays like this, tell whoever looks after the school's mail."));
}

xmlNode *
exeat_page_form(const ExeatVisit *visit, xmlNode *parent, const char *action)
{
    xmlNode *form = exeat_tree_add(parent, "form", "method", "post", "action", action, NULL);

    if (visit->csrf != NULL)
        exeat_page_hidden(form, "csrf", visit->csrf);
    return form;
}

xmlNode *
exeat_page_button(xmlNode *form, const char *class, const char *name, const char *value, const char *text)
{
    xmlNode *button = exeat_tree_add(form, "button", "type", "submit", "class", class, "name", name, "value", value,
                                     NULL);

    exeat_tree_text(button, text);
    return button;
}

void
exeat_page_hidden(xmlNode *form, const char *name, const char *value)
{
    exeat_tree_add(form, "input", "type", "hidden", "name", name, "value", value, NULL);
}

xmlNode *
exeat_page_link(xmlNode *parent, const char *href, const char *text)
{
    xmlNode *link = exeat_tree_add(parent, "a", "href", href, NULL);

    exeat_tree_text(link, text);
    return link;
}

static xmlNode *
page_add_input(xmlNode *block, const ExeatField *field, const char *id, const char *described)
{
    g_autofree char *limit = field->limit > 0 ? g_strdup_printf("%u", field->limit) : NULL;
    bool area = strcmp(field->type, "textarea") == 0;
    xmlNode *input = exeat_tree_add(
        block, area ? "textarea" : "input", "id", id, "name", field->name, "type", area ? NULL : field->type, "class",
        field->class, "autocomplete", field->autocomplete, "inputmode", field->mode, "maxlength", limit,
        "aria-describedby", described, "aria-invalid", field->wrong != NULL ? "true" : NULL, NULL);

    if (!field->optional)
        exeat_tree_set(input, "required", "");
    if (area)
        exeat_tree_text(input, field->value != NULL ? field->value : "");
    else if (strcmp(field->type, "password") != 0)
        exeat_tree_set(input, "value", field->value);
    return input;
}

xmlNode *
exeat_page_field(xmlNode *form, const ExeatField *field)
{
    xmlNode *block = exeat_tree_add(form, "div", "class", "field", NULL);
    g_autofree char *id = g_strconcat("field-", field->name, NULL);
    g_autofree char *hint = field->hint != NULL ? g_strconcat(id, "-hint", NULL) : NULL;
    g_autofree char *wrong = field->wrong != NULL ? g_strconcat(id, "-wrong", NULL) : NULL;
    g_autofree char *described = hint != NULL && wrong != NULL ? g_strconcat(hint, " ", wrong, NULL) : NULL;

    exeat_tree_text(exeat_tree_add(block, "label", "for", id, NULL), field->label);
    if (hint != NULL)
        exeat_tree_text(exeat_tree_add(block, "p", "class", "hint", "id", hint, NULL), field->hint);
    if (wrong != NULL)
        exeat_tree_text(exeat_tree_add(block, "p", "class", "wrong", "id", wrong, NULL), field->wrong);
    return page_add_input(block, field, id, described != NULL ? described : hint != NULL ? hint : wrong);
}

void
exeat_page_write_typed(const ExeatVisit *visit, xmlNode *parent)
{
    static const char *const typed[] = {"reason", "note", "question", "answer"};

    for (gsize i = 0; i < G_N_ELEMENTS(typed); i++) {
        ExeatField field = {.name = typed[i],
                            .label = say(visit, "What you had written"),
                            .type = "textarea",
                            .value = exeat_fields_get(visit->request->form, typed[i]),
                            .optional = true};

        if (field.value != NULL && *field.value != '\0')
            exeat_tree_set(exeat_page_field(parent, &field), "readonly", "");
    }
}

xmlNode *
exeat_page_choice(xmlNode *parent, const char *type, const char *name, const char *value, const char *label,
                  bool checked)
{
    xmlNode *line = exeat_tree_add(parent, "div", "class", "choice", NULL);
    g_autofree char *id = g_strdup_printf("choice-%s-%s", name, value);
    xmlNode *input = exeat_tree_add(line, "input", "type", type, "name", name, "value", value, "id", id, NULL);

    if (checked)
        exeat_tree_set(input, "checked", "");
    exeat_tree_text(exeat_tree_add(line, "label", "for", id, NULL), label);
    return input;
}

xmlNode *
exeat_page_group(xmlNode *parent, const char *legend, const char *hint)
{
    xmlNode *group = exeat_tree_add(parent, "fieldset", NULL);

    exeat_tree_add_text(group, "legend", NULL, legend);
    if (hint != NULL)
        exeat_tree_add_text(group, "p", "hint", hint);
    return group;
}

xmlNode *
exeat_page_box(xmlNode *parent, const char *class, const char *title)
{
    xmlNode *box = exeat_tree_add(parent, "div", "class", class, "role",
                                  strcmp(class, "error") == 0  ? "alert"
                                  : strcmp(class, "done") == 0 ? "status"
                                                               : NULL,
                                  NULL);

    if (title != NULL)
        exeat_tree_add_text(box, "h2", NULL, title);
    return box;
}

xmlNode *
exeat_page_facts(xmlNode *parent)
{
    return exeat_tree_add(parent, "dl", "class", "facts", NULL);
}

xmlNode *
exeat_page_fact(xmlNode *facts, const char *term, const char *text)
{
    exeat_tree_add_text(facts, "dt", NULL, term);
    return text != NULL ? exeat_tree_add_text(facts, "dd", NULL, text) : exeat_tree_add(facts, "dd", NULL);
}
