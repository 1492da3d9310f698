/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decision on many letters: the page shows which, and asks; each then has its own outcome. */
#include "office/pages/letter.h"
#include "office/pages/list.h"
#include "office/pages/pages.h"

#define BULK_MOST 100

/* The letters that were ticked and are theirs to decide on. (transfer full) ids as they are stored. */
static GPtrArray *
bulk_ids(const ExeatFields *fields)
{
    g_autoptr(GPtrArray) ticked = exeat_fields_all(fields, "id");
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < ticked->len && ids->len < BULK_MOST; i++) {
        char *id = exeat_held_parse_id(g_ptr_array_index(ticked, i));

        if (id != NULL)
            g_ptr_array_add(ids, id);
    }
    return ids;
}

/* Makes @id the visit's letter. False if it is not theirs to decide on. */
static bool
bulk_turn_to(ExeatVisit *visit, const char *id, ExeatLetterVisit *letter, GError **error)
{
    g_free(visit->letter);
    visit->letter = g_strdup(id);
    return exeat_letter_visit(visit, letter, error) && letter->may_decide;
}

ExeatHttpReply *
exeat_page_bulk(ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "One decision on several letters"));
    g_autoptr(GPtrArray) ids = bulk_ids(visit->request->query);
    xmlNode *form = exeat_page_form(visit, page->main, "/waiting/decide"), *list, *buttons;
    guint count = 0;
    ExeatField note = {.name = "note",
                       .label = say(visit, "Why, or a note to the senders"),
                       .type = "textarea",
                       .optional = true,
                       .limit = EXEAT_LETTER_REASON_CHARACTERS};

    list = exeat_tree_add(form, "ul", "class", "letters", NULL);
    for (guint i = 0; i < ids->len; i++) {
        g_auto(ExeatLetterVisit) letter = {.row = NULL};
        g_autoptr(GError) error = NULL;
        xmlNode *what;

        if (!bulk_turn_to(visit, g_ptr_array_index(ids, i), &letter, &error)) {
            if (error != NULL)
                return exeat_page_fault(visit, error);
            continue;
        }
        what = exeat_tree_add(exeat_tree_add(list, "li", NULL), "div", "class", "what", NULL);
        if (!exeat_list_row(visit, letter.row, what, true, &error))
            return exeat_page_fault(visit, error);
        exeat_page_hidden(what, "id", letter.row->id);
        count++;
    }
    if (count == 0)
        return exeat_page_say(visit, 200, say(visit, "One decision on several letters"),
                              say(visit, "None of the ticked letters is yours to decide on."));
    exeat_page_field(form, &note);
    buttons = exeat_tree_add(form, "div", "class", "buttons", NULL);
    exeat_page_button(buttons, NULL, "how", "release", say(visit, "Release all of these as they are"));
    exeat_page_button(buttons, "second", "how", "return", say(visit, "Send all of these back"));
    exeat_page_link(buttons, "/waiting", say(visit, "Do nothing"));
    return exeat_page_reply(page, 200);
}

static bool
bulk_decide(ExeatVisit *visit, const char *id, bool release, const char *note, bool *out_done, GError **error)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    ExeatDecisionOptions options = {.reason = note, .delay = visit->desk->office->undo};
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    bool worked;

    *out_done = false;
    if (!bulk_turn_to(visit, id, &letter, error))
        return *error == NULL;
    if (letter.two_people)
        return true; /* never without having looked at it */
    actor = exeat_visit_actor(visit, letter.row->role);
    worked = (release ? exeat_quarantine_release : exeat_quarantine_return)(visit->desk->quarantine, id, &actor,
                                                                            &options, visit->now, &decision, error);
    *out_done = worked && decision.outcome == EXEAT_DECISION_DONE;
    exeat_decision_clear(&decision);
    return worked;
}

static ExeatHttpReply *
bulk_report(const ExeatVisit *visit, const GPtrArray *done, const GPtrArray *left)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "One decision on several letters"));
    const GPtrArray *const groups[] = {done, left};
    const char *const titles[] = {say(visit, "Decided; for some seconds each can be taken back on its own page"),
                                  say(visit, "Not decided: somebody else was first, or it takes two people")};

    for (guint k = 0; k < G_N_ELEMENTS(groups); k++) {
        xmlNode *list;

        if (groups[k]->len == 0)
            continue;
        exeat_tree_add_text(page->main, "h2", NULL, titles[k]);
        list = exeat_tree_add(page->main, "ul", NULL);
        for (guint i = 0; i < groups[k]->len; i++) {
            const char *id = g_ptr_array_index(groups[k], i);
            g_autofree char *address = g_strconcat("/letter/", id, NULL);

            exeat_page_link(exeat_tree_add(list, "li", NULL), address, id);
        }
    }
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), "/waiting", say(visit, "Back to the waiting letters"));
    return exeat_page_reply(page, 200);
}

ExeatHttpReply *
exeat_page_do_bulk(ExeatVisit *visit)
{
    const char *how = exeat_fields_get(visit->request->form, "how"),
               *note = exeat_fields_get(visit->request->form, "note");
    g_autoptr(GPtrArray) ids = bulk_ids(visit->request->form), done = g_ptr_array_new(), left = g_ptr_array_new();
    bool release = g_strcmp0(how, "release") == 0;

    if ((!release && g_strcmp0(how, "return") != 0) ||
        (note != NULL && g_utf8_strlen(note, -1) > EXEAT_LETTER_REASON_CHARACTERS))
        return exeat_page_say(visit, 422, say(visit, "Nothing was changed"),
                              say(visit, "That is too long, or part of the form is missing."));
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(GError) error = NULL;
        bool decided = false;

        if (!bulk_decide(visit, g_ptr_array_index(ids, i), release, note != NULL && *note != '\0' ? note : NULL,
                         &decided, &error))
            return exeat_page_fault(visit, error);
        g_ptr_array_add(decided ? done : left, g_ptr_array_index(ids, i));
    }
    exeat_office_wake(visit->office, visit->desk->office->undo);
    return bulk_report(visit, done, left);
}
