/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The landing page, and its neighbours: letters that wait, that were decided on, and copies of those that went out
 * flagged.
 */
#include "office/pages/list.h"
#include "office/pages/pages.h"

#define WAITING_STATES (1u << EXEAT_HELD_HELD | 1u << EXEAT_HELD_FAILED)

static void
waiting_say_count(const ExeatVisit *visit, const ExeatList *list, xmlNode *parent)
{
    g_autofree char *said = NULL;

    if (list->count == 0) {
        xmlNode *box = exeat_page_box(parent, "done", NULL);

        exeat_tree_add_text(box, "p", NULL,
                            list->words != NULL || list->reason != NULL ? say(visit, "No letters match.")
                                                                        : say(visit, "No letter is waiting for you."));
        return;
    }
    said = exeat_visit_say_count(visit, "One letter, the most urgent first.", "{count} letters, the most urgent first.",
                                 list->count);
    exeat_tree_add_text(parent, "p", NULL, said);
}

static ExeatHttpReply *
list_page(const ExeatVisit *visit, ExeatList *list, const char *title, const char *empty)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, title);
    g_autoptr(GError) error = NULL;
    bool done = exeat_list_load(visit, list, &error);

    if (done && list->count == 0)
        exeat_tree_add_text(page->main, "p", NULL, empty);
    done = done && exeat_list_write(visit, list, page->main, &error);
    exeat_list_clear(list);
    return done ? exeat_page_reply(page, 200) : exeat_page_fault(visit, error);
}

ExeatHttpReply *
exeat_page_waiting(ExeatVisit *visit)
{
    ExeatList list = {.path = "/waiting",
                      .filter = {.states = WAITING_STATES, .order = EXEAT_LETTERS_DEADLINE},
                      .choosable = exeat_rights_has(visit->rights, EXEAT_RIGHT_DECIDE)};
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Waiting for you"));
    g_autoptr(GError) error = NULL;
    bool done = exeat_list_load(visit, &list, &error);

    if (done)
        waiting_say_count(visit, &list, page->main);
    done = done && exeat_list_write(visit, &list, page->main, &error);
    exeat_list_clear(&list);
    return done ? exeat_page_reply(page, 200) : exeat_page_fault(visit, error);
}

ExeatHttpReply *
exeat_page_decided(ExeatVisit *visit)
{
    ExeatList list = {
        .path = "/decided",
        .filter = {.states = (1u << EXEAT_HELD_STATES) - 1 - (1u << EXEAT_HELD_HELD), .order = EXEAT_LETTERS_NEWEST}};

    return list_page(visit, &list, say(visit, "Decided"), say(visit, "Nothing has been decided yet."));
}

ExeatHttpReply *
exeat_page_flagged(ExeatVisit *visit)
{
    ExeatList list = {.path = "/flagged", .filter = {.flagged = true, .order = EXEAT_LETTERS_NEWEST}};

    return list_page(visit, &list, say(visit, "Sent and flagged"), say(visit, "No letter has gone out flagged."));
}
