/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/list.h"

#include <string.h>

#include "accounts/claims.h"
#include "policies/guidance/guidance.h"
#include "policies/policy.h"

#define LIST_DOMAINS 3 /* that a row names */
#define LIST_FOUND 3   /* and sentences of what was found */
#define LIST_SOON_SECONDS (4 * 3600)

static const char *
list_language(const ExeatVisit *visit)
{
    return exeat_language_code(visit->language);
}

static bool
list_search(const ExeatVisit *visit, ExeatList *list, GError **error)
{
    ExeatSearch search = {.ids = NULL};
    ExeatLetterFilter page = {.flagged = list->filter.flagged, .order = list->filter.order, .limit = EXEAT_LIST_PAGE};
    bool done;

    if (!exeat_summaries_search(visit->office->summaries, list->words, &list->filter,
                                (guint)((list->page - 1) * EXEAT_LIST_PAGE), EXEAT_LIST_PAGE, EXEAT_SEARCH_MS, &search,
                                error))
        return false;
    list->count = search.found;
    list->unseen = search.unseen;
    page.ids = search.ids;
    done = exeat_store_list(exeat_quarantine_store(visit->desk->quarantine), &page, &list->rows, error);
    exeat_search_clear(&search);
    return done;
}

static void
list_read_address(const ExeatVisit *visit, ExeatList *list)
{
    const char *reason = exeat_fields_get(visit->request->query, "reason"),
               *words = exeat_fields_get(visit->request->query, "q"),
               *page = exeat_fields_get(visit->request->query, "page");
    const ExeatPolicy *policy = reason != NULL ? exeat_policy_named(reason) : NULL;

    list->reason = policy != NULL ? policy->name : NULL;
    list->filter.policy = list->reason;
    list->words = words != NULL && *words != '\0' && g_utf8_strlen(words, -1) <= EXEAT_LIST_SEARCH_CHARACTERS ? words
                                                                                                              : NULL;
    if (page == NULL || !g_ascii_string_to_unsigned(page, 10, 1, 1000000, &list->page, NULL))
        list->page = 1;
}

bool
exeat_list_next(const ExeatVisit *visit, const char *but, char **out_id, GError **error)
{
    ExeatLetterFilter filter = {.states = 1u << EXEAT_HELD_HELD, .order = EXEAT_LETTERS_DEADLINE, .limit = 2};
    G_GNUC_UNUSED g_autofree const char **roles = exeat_rights_narrow(visit->rights, &filter);
    g_autoptr(GPtrArray) rows = NULL;

    if (!exeat_store_list(exeat_quarantine_store(visit->desk->quarantine), &filter, &rows, error))
        return false;
    for (guint i = 0; i < rows->len && *out_id == NULL; i++) {
        const ExeatLetterRow *row = g_ptr_array_index(rows, i);

        if (strcmp(row->id, but) != 0)
            *out_id = g_strdup(row->id);
    }
    return true;
}

bool
exeat_list_load(const ExeatVisit *visit, ExeatList *list, GError **error)
{
    ExeatStore *store = exeat_quarantine_store(visit->desk->quarantine);

    list->roles = exeat_rights_narrow(visit->rights, &list->filter);
    list_read_address(visit, list);
    list->filter.limit = EXEAT_LIST_PAGE;
    list->filter.offset = (guint)((list->page - 1) * EXEAT_LIST_PAGE);
    if (list->words != NULL)
        return list_search(visit, list, error);
    return exeat_store_list(store, &list->filter, &list->rows, error) &&
           exeat_store_list_count(store, &list->filter, &list->count, error);
}

void
exeat_list_clear(ExeatList *list)
{
    g_clear_pointer(&list->rows, g_ptr_array_unref);
    g_clear_pointer(&list->roles, g_free);
}

/* The address of this list with another page or reason. (transfer full) */
static char *
list_address(const ExeatList *list, const char *reason, guint64 page)
{
    GString *address = g_string_new(list->path);
    char mark = '?';

    if (reason != NULL) {
        g_string_append_printf(address, "%creason=%s", mark, reason);
        mark = '&';
    }
    if (list->words != NULL) {
        g_autofree char *words = g_uri_escape_string(list->words, NULL, false);

        g_string_append_printf(address, "%cq=%s", mark, words);
        mark = '&';
    }
    if (page > 1)
        g_string_append_printf(address, "%cpage=%" G_GUINT64_FORMAT, mark, page);
    return g_string_free(address, FALSE);
}

static void
list_write_search(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent)
{
    xmlNode *form = exeat_tree_add(parent, "form", "method", "get", "action", list->path, "role", "search", NULL);
    ExeatField field = {.name = "q",
                        .label = say(visit, "Find by sender, recipient or reference"),
                        .type = "search",
                        .value = list->words,
                        .optional = true,
                        .limit = EXEAT_LIST_SEARCH_CHARACTERS};

    if (list->reason != NULL)
        exeat_page_hidden(form, "reason", list->reason);
    exeat_page_field(form, &field);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Find"));
}

static void
list_write_reason(const ExeatVisit *visit, const ExeatList *list, xmlNode *items, const char *reason, const char *text)
{
    g_autofree char *address = list_address(list, reason, 1);
    bool here = g_strcmp0(reason, list->reason) == 0;

    exeat_tree_text(exeat_tree_add(exeat_tree_add(items, "li", NULL), "a", "href", address, "aria-current",
                                   here ? "true" : NULL, NULL),
                    text);
    (void)visit;
}

static bool
list_write_reasons(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent, GError **error)
{
    ExeatLetterFilter filter = list->filter;
    g_autoptr(GArray) counts = NULL;
    xmlNode *items;

    filter.policy = NULL;
    if (!exeat_store_reasons(exeat_quarantine_store(visit->desk->quarantine), &filter, &counts, error))
        return false;
    if (counts->len < 2 && list->reason == NULL)
        return true;
    items = exeat_tree_add(parent, "ul", "class", "counts", "aria-label", say(visit, "By reason"), NULL);
    list_write_reason(visit, list, items, NULL, say(visit, "All"));
    for (guint i = 0; i < counts->len; i++) {
        const ExeatReasonCount *count = &g_array_index(counts, ExeatReasonCount, i);
        g_autofree char *text = g_strdup_printf(
            "%s: %" G_GUINT64_FORMAT, exeat_guidance_title(count->policy, list_language(visit)), count->letters);

        list_write_reason(visit, list, items, count->policy, text);
    }
    return true;
}

static bool
list_is_reason(const ExeatLetterRow *row, const ExeatFindingRow *finding)
{
    return row->kind == EXEAT_LETTER_FLAGGED || finding->action == (int)EXEAT_ACTION_HOLD;
}

GPtrArray *
exeat_list_reasons(const ExeatLetterRow *row)
{
    GPtrArray *reasons = g_ptr_array_new();

    for (guint i = 0; i < row->findings->len; i++) {
        const ExeatFindingRow *finding = &g_array_index(row->findings, ExeatFindingRow, i);

        if (list_is_reason(row, finding) && !g_ptr_array_find(reasons, finding->policy, NULL))
            g_ptr_array_add(reasons, (gpointer)(guintptr)finding->policy);
    }
    return reasons;
}

static void
list_say_deadline(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *parent)
{
    g_autofree char *when = exeat_visit_short_time(visit, row->deadline_at), *said = NULL;
    gint64 left = row->deadline_at - visit->now;

    if (left <= 0) {
        exeat_tree_add_text(parent, "span", "late", say(visit, "Its time is up: it is going back to its sender."));
        return;
    }
    said = exeat_words_fill(say(visit, "Goes back to its sender on {when} if nobody decides."), "when", when, NULL);
    exeat_tree_add_text(parent, "span", left < LIST_SOON_SECONDS ? "soon" : NULL, said);
}

typedef struct ListStateWords {
    ExeatHeldState state;
    const char *one, *many;
} ListStateWords;

static const ListStateWords state_words[] = {
    {EXEAT_HELD_HELD, EXEAT_WORDS_COUNT("waits for a decision", "{count} recipients wait for a decision")},
    {EXEAT_HELD_RELEASING, EXEAT_WORDS_COUNT("released, on its way", "released to {count} recipients, on its way")},
    {EXEAT_HELD_RELEASED, EXEAT_WORDS_COUNT("released and delivered", "released and delivered to {count} recipients")},
    {EXEAT_HELD_FAILED, EXEAT_WORDS_COUNT("released, but refused by the recipient’s server",
                                          "released, but refused by the servers of {count} recipients")},
    {EXEAT_HELD_RETURNING,
     EXEAT_WORDS_COUNT("going back to its sender", "going back to its sender for {count} recipients")},
    {EXEAT_HELD_RETURNED,
     EXEAT_WORDS_COUNT("sent back to its sender", "sent back to its sender for {count} recipients")},
    {EXEAT_HELD_EXPIRED, EXEAT_WORDS_COUNT("nobody decided in time; going back",
                                           "nobody decided in time for {count} recipients; going back")},
};

/* With a capital and a full stop. (transfer full) */
static char *
list_sentence(const char *words)
{
    GString *sentence = g_string_new(NULL);

    if (*words != '\0') {
        g_string_append_unichar(sentence, g_unichar_toupper(g_utf8_get_char(words)));
        g_string_append_printf(sentence, "%s.", g_utf8_offset_to_pointer(words, 1));
    }
    return g_string_free(sentence, FALSE);
}

void
exeat_list_state(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *parent)
{
    g_autoptr(GString) said = g_string_new(NULL);
    g_autofree char *sentence = NULL;

    if (row->states[EXEAT_HELD_HELD] > 0 && row->deadline_at > 0) {
        list_say_deadline(visit, row, parent);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(state_words); i++) {
        guint count = row->states[state_words[i].state];
        g_autofree char *words = NULL;

        if (count == 0)
            continue;
        words = exeat_visit_say_count(visit, state_words[i].one, state_words[i].many, count);
        g_string_append_printf(said, "%s%s", said->len > 0 ? "; " : "", words);
    }
    sentence = list_sentence(said->str);
    exeat_tree_add_text(parent, "span", row->states[EXEAT_HELD_FAILED] > 0 ? "late" : NULL, sentence);
}

/* "to 3 people, 2 of them outside the school: gmail.com, example.org" (transfer full) */
static char *
list_whom(const ExeatVisit *visit, const ExeatSummary *summary)
{
    g_autofree char *all = exeat_visit_say_count(visit, "To one person", "To {count} people", summary->count);
    g_autoptr(GPtrArray) domains = g_ptr_array_new();
    g_autoptr(GString) named = g_string_new(NULL);
    g_autofree char *outside = NULL;

    for (guint i = 0; i < summary->count; i++) {
        const char *at = strrchr(summary->recipients[i], '@');

        if (exeat_summary_is_outside(summary, i) && at != NULL &&
            !g_ptr_array_find_with_equal_func(domains, at + 1, g_str_equal, NULL))
            g_ptr_array_add(domains, (gpointer)(guintptr)(at + 1));
    }
    if (summary->outside == 0)
        return g_strconcat(all, ", ", say(visit, "inside the school"), NULL);
    for (guint i = 0; i < domains->len && i < LIST_DOMAINS; i++)
        g_string_append_printf(named, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(domains, i));
    if (domains->len > LIST_DOMAINS)
        g_string_append(named, " …");
    if (summary->outside == summary->count)
        return g_strdup_printf("%s %s (%s)", all, say(visit, "outside the school"), named->str);
    outside = exeat_visit_say_count(visit, "one of them outside the school", "{count} of them outside the school",
                                    summary->outside);
    return g_strdup_printf("%s, %s (%s)", all, outside, named->str);
}

/* "An NHS number, in the message." (transfer full) */
static char *
list_found(const ExeatVisit *visit, const ExeatFindingRow *row)
{
    g_autoptr(ExeatFinding) finding = exeat_finding_new(row->policy, row->rule, (ExeatConfidence)row->confidence);

    finding->zone = (ExeatZone)row->zone;
    finding->count = row->count;
    finding->data_subjects = row->data_subjects;
    return exeat_guidance_found(finding, NULL, list_language(visit));
}

/* The reasons, and what was found, by kind and number. */
static void
list_write_why(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *what)
{
    g_autoptr(GPtrArray) reasons = exeat_list_reasons(row);
    xmlNode *tags = exeat_tree_add(what, "p", NULL), *found = exeat_tree_add(what, "p", NULL);
    guint shown = 0;

    for (guint i = 0; i < reasons->len; i++)
        exeat_tree_add_text(tags, "span", "tag",
                            exeat_guidance_title(g_ptr_array_index(reasons, i), list_language(visit)));
    for (guint i = 0; i < row->findings->len && shown < LIST_FOUND; i++) {
        const ExeatFindingRow *finding = &g_array_index(row->findings, ExeatFindingRow, i);
        g_autofree char *sentence = NULL;

        if (!list_is_reason(row, finding))
            continue;
        sentence = list_found(visit, finding);
        exeat_tree_text(found, shown++ > 0 ? " " : "");
        exeat_tree_text(found, sentence);
    }
}

bool
exeat_list_row(const ExeatVisit *visit, const ExeatLetterRow *row, xmlNode *what, bool link, GError **error)
{
    g_autoptr(ExeatSummary) summary = NULL;
    g_autofree char *address = g_strconcat("/letter/", row->id, NULL), *when = NULL, *whom = NULL;
    xmlNode *heading, *line;
    const char *sender;

    if (!exeat_summaries_get(visit->office->summaries, row->id, &summary, error))
        return false;
    if (exeat_rights_is_own(visit->rights, summary->sender, summary->account)) {
        g_free(address);
        address = g_strconcat("/mine/", row->id, NULL); /* others decide on it */
    }
    sender = *summary->sender != '\0' ? summary->sender : say(visit, "an automatic sender");
    heading = exeat_tree_add(what, "h2", NULL);
    if (link)
        exeat_page_link(heading, address, sender);
    else
        exeat_tree_text(heading, sender);
    whom = list_whom(visit, summary);
    line = exeat_tree_add(what, "p", NULL);
    exeat_tree_text(line, whom);
    if (summary->attachments > 0) {
        g_autofree char *attached = exeat_visit_say_count(visit, "one attachment", "{count} attachments",
                                                          summary->attachments);

        exeat_tree_text(line, ", ");
        exeat_tree_text(line, attached);
    }
    list_write_why(visit, row, what);
    line = exeat_tree_add(what, "p", NULL);
    exeat_list_state(visit, row, line);
    when = exeat_visit_short_time(visit, row->held_at);
    line = exeat_tree_add(what, "p", "class", "soft", NULL);
    exeat_tree_text(line, when);
    exeat_tree_text(line, " · ");
    exeat_tree_add_text(line, "span", "number", row->id);
    return true;
}

/* Who else has it open, so that two do not read the same letter. */
static void
list_write_claim(const ExeatVisit *visit, const GPtrArray *claims, const char *id, xmlNode *what)
{
    for (guint i = 0; i < claims->len; i++) {
        const ExeatClaim *claim = g_ptr_array_index(claims, i);
        g_autofree char *said = NULL;

        if (strcmp(claim->letter, id) != 0 || exeat_deciders_same(claim->address, visit->rights->address))
            continue;
        said = exeat_words_fill(say(visit, "{who} has it open."), "who", claim->address, NULL);
        exeat_tree_add_text(what, "p", "soon", said);
    }
}

static bool
list_write_rows(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent, GError **error)
{
    xmlNode *items = exeat_tree_add(parent, "ul", "class", "letters", NULL);
    g_autoptr(GPtrArray) ids = g_ptr_array_new(), claims = NULL;

    for (guint i = 0; i < list->rows->len; i++)
        g_ptr_array_add(ids, ((const ExeatLetterRow *)g_ptr_array_index(list->rows, i))->id);
    g_ptr_array_add(ids, NULL);
    claims = exeat_claims_list(visit->office->accounts, (const char *const *)ids->pdata, visit->now);
    for (guint i = 0; i < list->rows->len; i++) {
        const ExeatLetterRow *row = g_ptr_array_index(list->rows, i);
        xmlNode *item = exeat_tree_add(items, "li", NULL), *what;

        if (list->choosable) {
            g_autofree char *label = exeat_words_fill(say(visit, "Choose {id}"), "id", row->id, NULL);

            exeat_tree_add(item, "input", "type", "checkbox", "name", "id", "value", row->id, "aria-label", label,
                           NULL);
        }
        what = exeat_tree_add(item, "div", "class", "what", NULL);
        if (!exeat_list_row(visit, row, what, true, error))
            return false;
        list_write_claim(visit, claims, row->id, what);
    }
    return true;
}

static void
list_write_pages(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent)
{
    guint64 pages = (list->count + EXEAT_LIST_PAGE - 1) / EXEAT_LIST_PAGE;
    g_autofree char *here = g_strdup_printf("%" G_GUINT64_FORMAT, list->page),
                    *all = g_strdup_printf("%" G_GUINT64_FORMAT, pages), *said = NULL, *address = NULL, *next = NULL;
    xmlNode *nav;

    if (pages < 2)
        return;
    nav = exeat_tree_add(parent, "nav", "class", "pages", "aria-label", say(visit, "Pages of this list"), NULL);
    if (list->page > 1) {
        address = list_address(list, list->reason, list->page - 1);
        exeat_page_link(nav, address, say(visit, "Previous"));
    }
    said = exeat_words_fill(say(visit, "Page {page} of {pages}"), "page", here, "pages", all, NULL);
    exeat_tree_add_text(nav, "span", NULL, said);
    if (list->page < pages) {
        next = list_address(list, list->reason, list->page + 1);
        exeat_page_link(nav, next, say(visit, "Next"));
    }
}

bool
exeat_list_write(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent, GError **error)
{
    xmlNode *around = parent;

    if (!list_write_reasons(visit, list, parent, error))
        return false;
    if (list->choosable && list->rows->len > 1) {
        around = exeat_tree_add(parent, "form", "method", "get", "action", "/waiting/decide", NULL);
        if (!list_write_rows(visit, list, around, error))
            return false;
        exeat_page_button(around, "second", NULL, NULL, say(visit, "Decide on the ticked letters"));
    } else if (list->rows->len > 0) {
        ExeatList plain = *list;

        plain.choosable = false;
        if (!list_write_rows(visit, &plain, around, error))
            return false;
    }
    if (list->unseen > 0) {
        g_autofree char *unseen = exeat_visit_say_count(
            visit, "One letter is not in this list yet; try again in a moment.",
            "{count} letters are not in this list yet; try again in a moment.", list->unseen);

        exeat_tree_add_text(parent, "p", "soft", unseen);
    }
    list_write_pages(visit, list, parent);
    list_write_search(visit, list, parent);
    return true;
}
