/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One letter. Before it is opened, what is known of it without its content; opening it is an act of its own, which the
 * trail keeps and the sender is told of. After that, the letter, why it was held, and what can be done.
 */
#include "office/pages/letter.h"

#include <string.h>

#include "accounts/claims.h"
#include "office/pages/letter_text.h"
#include "office/pages/list.h"
#include "office/pages/pages.h"
#include "office/pages/standing_in.h"
#include "policies/guidance/guidance.h"

/* The longest that telling the sender may be put off by a recorded decision. */
#define LETTER_TELL_DAYS 90

static bool
letter_settle_rights(const ExeatVisit *visit, ExeatLetterVisit *letter, GError **error)
{
    ExeatMayDecide may = exeat_rights_may_decide(visit->rights, letter->row->role);

    letter->may_read = exeat_rights_has(visit->rights, EXEAT_RIGHT_READ) || letter->consulted;
    letter->may_decide = may == EXEAT_MAY_DECIDE;
    if (may == EXEAT_MAY_STAND_IN) {
        if (!exeat_standing_in(visit, letter->row, &letter->may_decide, error))
            return false;
        letter->stands_in = !letter->may_decide;
    }
    letter->two_people = visit->desk->keeping->two_people && exeat_quarantine_two_people(letter->row);
    if (letter->two_people) {
        g_auto(ExeatOpening) opening = {.asked_by = NULL};

        if (!exeat_quarantine_opening(visit->desk->quarantine, letter->row->id, visit->now, &opening, error))
            return false;
        letter->agreed = opening.agreed;
    }
    return true;
}

bool
exeat_letter_visit(const ExeatVisit *visit, ExeatLetterVisit *out_letter, GError **error)
{
    ExeatStore *store = exeat_quarantine_store(visit->desk->quarantine);
    g_auto(ExeatLetterVisit) letter = {.row = NULL};

    if (!exeat_store_letter(store, visit->letter, &letter.row, error) || letter.row == NULL)
        return false;
    if (!exeat_quarantine_consulted(visit->desk->quarantine, visit->letter, visit->rights->address, &letter.consulted,
                                    error))
        return false;
    if (!exeat_rights_sees(visit->rights, letter.row) && !letter.consulted)
        return false;
    if (!exeat_summaries_get(visit->office->summaries, visit->letter, &letter.summary, error) ||
        exeat_rights_is_own(visit->rights, letter.summary->sender, letter.summary->account))
        return false;
    if (!exeat_store_recipients(store, visit->letter, &letter.recipients, error) ||
        !letter_settle_rights(visit, &letter, error))
        return false;
    *out_letter = letter;
    memset(&letter, 0, sizeof letter);
    return true;
}

void
exeat_letter_visit_clear(ExeatLetterVisit *letter)
{
    g_clear_pointer(&letter->row, exeat_letter_row_free);
    g_clear_pointer(&letter->recipients, g_ptr_array_unref);
    if (letter->summary != NULL)
        exeat_summary_unref(letter->summary);
    letter->summary = NULL;
}

bool
exeat_letter_read_recipients(const ExeatVisit *visit, GArray **out_recipients)
{
    g_autoptr(GPtrArray) ticked = exeat_fields_all(visit->request->form, "to");
    g_autoptr(GArray) recipients = g_array_new(false, false, sizeof(guint));

    if (exeat_fields_get(visit->request->form, "some") == NULL)
        return true;
    for (guint i = 0; i < ticked->len; i++) {
        guint64 number = 0;
        guint index;

        if (!g_ascii_string_to_unsigned(g_ptr_array_index(ticked, i), 10, 0, G_MAXUINT32, &number, NULL))
            return false;
        index = (guint)number;
        g_array_append_val(recipients, index);
    }
    if (recipients->len == 0)
        return false;
    *out_recipients = g_steal_pointer(&recipients);
    return true;
}

char *
exeat_letter_address(const ExeatVisit *visit, const char *done)
{
    return done != NULL ? g_strconcat("/letter/", visit->letter, "?done=", done, NULL)
                        : g_strconcat("/letter/", visit->letter, NULL);
}

/* Why, by the kinds alone. */
static void
letter_write_closed_why(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autoptr(GPtrArray) reasons = exeat_list_reasons(letter->row);
    xmlNode *list;

    exeat_tree_add_text(parent, "h2", NULL, exeat_letter_why_title(visit, letter->row));
    list = exeat_tree_add(parent, "ul", "class", "why", NULL);
    for (guint i = 0; i < reasons->len; i++) {
        const char *policy = g_ptr_array_index(reasons, i);
        xmlNode *item = exeat_tree_add(list, "li", NULL);

        exeat_tree_add_text(item, "strong", NULL, exeat_guidance_title(policy, exeat_language_code(visit->language)));
        exeat_tree_add_text(item, "p", "soft", exeat_guidance_rule(policy, exeat_language_code(visit->language)));
    }
}

static void
letter_write_reason(const ExeatVisit *visit, xmlNode *form, const char *label, const char *hint)
{
    ExeatField field = {.name = "reason",
                        .label = label,
                        .type = "textarea",
                        .hint = hint,
                        .value = exeat_fields_get(visit->request->form, "reason"),
                        .limit = EXEAT_LETTER_REASON_CHARACTERS};

    exeat_page_field(form, &field);
}

/* Putting off that the sender is told is itself a decision that is kept. */
static void
letter_write_tell(const ExeatVisit *visit, xmlNode *form)
{
    xmlNode *details, *group;

    if (!exeat_rights_has(visit->rights, EXEAT_RIGHT_EXPLAIN | EXEAT_RIGHT_AUDIT))
        return;
    details = exeat_tree_add(form, "details", NULL);
    exeat_tree_add_text(details, "summary", NULL, say(visit, "When the sender is told"));
    group = exeat_page_group(
        details, say(visit, "The sender is told in writing that the letter was opened"),
        say(visit,
            "Tell them later only for a criminal or safeguarding inquiry. That is written down with your reason."));
    exeat_page_choice(group, "radio", "tell", "now", say(visit, "At once"), true);
    exeat_page_choice(group, "radio", "tell", "14", say(visit, "In 14 days"), false);
    exeat_page_choice(group, "radio", "tell", "90", say(visit, "In 90 days"), false);
}

static void
letter_write_two_people(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_auto(ExeatOpening) opening = {.asked_by = NULL};
    g_autofree char *agree = g_strconcat("/letter/", letter->row->id, "/agree", NULL), *said = NULL;
    xmlNode *box = exeat_page_box(parent, "notice", say(visit, "Two people open this letter together")), *form;
    bool asked, own;

    exeat_tree_add_text(box, "p", NULL,
                        say(visit,
                            "It may be about a child’s safety. One person asks, another agrees; then both can read "
                            "it and decide."));
    if (!exeat_quarantine_opening(visit->desk->quarantine, letter->row->id, visit->now, &opening, NULL))
        return;
    asked = opening.asked;
    own = asked && opening.asked_by != NULL && exeat_deciders_same(opening.asked_by, visit->rights->address);
    if (own) {
        exeat_tree_add_text(
            box, "p", NULL,
            say(visit, "You have asked. Now somebody else who may read letters has to agree on this page."));
        return;
    }
    if (asked) {
        said = exeat_words_fill(say(visit, "{who} has asked to open it."), "who",
                                opening.asked_by != NULL ? opening.asked_by : "–", NULL);
        exeat_tree_add_text(box, "p", NULL, said);
    }
    form = exeat_page_form(visit, box, agree);
    letter_write_reason(visit, form, say(visit, "Why it should be opened"), NULL);
    exeat_page_button(form, NULL, NULL, NULL,
                      asked ? say(visit, "Agree to open it together") : say(visit, "Ask to open it together"));
}

static void
letter_write_opening(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/open", NULL);
    xmlNode *form;

    if (!letter->may_read) {
        exeat_tree_add_text(parent, "p", NULL,
                            say(visit, "In your role you can see that this letter is waiting, but not read it."));
        return;
    }
    if (letter->two_people && !letter->agreed) {
        letter_write_two_people(visit, letter, parent);
        return;
    }
    form = exeat_page_form(visit, parent, action);
    if (exeat_rights_has(visit->rights, EXEAT_RIGHT_EXPLAIN) || !letter->may_decide)
        letter_write_reason(
            visit, form, say(visit, "Why you open it"),
            say(visit, "It is kept in the audit trail, and the sender is told that you opened the letter."));
    else
        exeat_tree_add_text(
            form, "p", "hint",
            say(visit, "You are opening it to decide on it. That is written down, and the sender is told."));
    letter_write_tell(visit, form);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Open the letter"));
}

static const char *
letter_title(const ExeatVisit *visit, const ExeatLetterRow *row)
{
    return row->kind == EXEAT_LETTER_FLAGGED ? say(visit, "A letter that was sent and flagged")
                                             : say(visit, "A letter that was held");
}

static ExeatHttpReply *
letter_closed(const ExeatVisit *visit, const ExeatLetterVisit *letter, const char *wrong, guint status)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, letter_title(visit, letter->row));
    g_autoptr(GError) error = NULL;
    xmlNode *card;

    if (wrong != NULL)
        exeat_tree_add_text(exeat_page_box(page->main, "error", NULL), "p", NULL, wrong);
    if (letter->row->kind == EXEAT_LETTER_HELD)
        exeat_letter_write_undo(visit, letter, page->main);
    card = exeat_tree_add(page->main, "div", "class", "card", NULL);
    if (!exeat_list_row(visit, letter->row, card, false, &error))
        return exeat_page_fault(visit, error);
    letter_write_closed_why(visit, letter, page->main);
    letter_write_opening(visit, letter, page->main);
    if (!exeat_letter_write_trail(visit, letter, page->main, &error))
        return exeat_page_fault(visit, error);
    return exeat_page_reply(page, status);
}

static void
letter_write_done(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    static const struct {
        const char *done, *text;
    } words[] = {
        {"kept", EXEAT_WORDS("The letter is kept as evidence: it stays when others of its age are deleted.")},
        {"unkept", EXEAT_WORDS("The letter is no longer kept as evidence.")},
        {"consulted",
         EXEAT_WORDS("Your colleague gets a mail with a link to this letter. Nothing of the letter is in it.")},
        {"answered", EXEAT_WORDS("Your answer stands below, with what became of the letter.")},
        {"undone", EXEAT_WORDS("Your decision is taken back. The letter waits again.")},
        {"too-late", EXEAT_WORDS("It was too late to take that back: the decision is being carried out.")},
    };
    const char *done = exeat_fields_get(visit->request->query, "done");

    for (gsize i = 0; done != NULL && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].done, done) == 0)
            exeat_tree_add_text(exeat_page_box(parent, "done", NULL), "p", NULL, say(visit, words[i].text));
    }
    if (letter->row->kind == EXEAT_LETTER_HELD)
        exeat_letter_write_undo(visit, letter, parent);
}

static ExeatHttpReply *
letter_open_page(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card, GBytes *bytes)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, letter_title(visit, letter->row));
    g_autoptr(GError) error = NULL;
    xmlNode *two, *left, *right;

    letter_write_done(visit, letter, page->main);
    exeat_list_state(visit, letter->row, exeat_tree_add(page->main, "p", NULL));
    two = exeat_tree_add(page->main, "div", "class", "two", NULL);
    left = exeat_tree_add(two, "section", "aria-label", say(visit, "The letter"), NULL);
    exeat_tree_add_text(left, "h2", NULL, say(visit, "What the recipient would see"));
    exeat_letter_show(visit, left, card, bytes);
    right = exeat_tree_add(two, "section", "aria-label", say(visit, "Why, and what to do"), NULL);
    exeat_letter_write_why(visit, letter->row, card, true, right);
    if (letter->row->kind == EXEAT_LETTER_HELD)
        exeat_letter_write_change(visit, card, bytes, right);
    exeat_letter_write_decisions(visit, letter, card, page->main);
    if (!exeat_letter_write_trail(visit, letter, page->main, &error))
        return exeat_page_fault(visit, error);
    return exeat_page_reply(page, 200);
}

/* Nothing, or a reply to a visitor who has no such letter. */
static ExeatHttpReply *
letter_missing(const ExeatVisit *visit, const GError *error)
{
    return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
}

ExeatHttpReply *
exeat_page_letter(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) bytes = NULL;
    ExeatActor actor;
    bool opened = false;

    if (!exeat_letter_visit(visit, &letter, &error))
        return letter_missing(visit, error);
    actor = exeat_visit_actor(visit, letter.row->role);
    if (letter.may_read && (!letter.two_people || letter.agreed) &&
        !exeat_quarantine_has_opened(visit->desk->quarantine, letter.row->id, &actor, visit->now, &opened, &error))
        return exeat_page_fault(visit, error);
    if (!opened)
        return letter_closed(visit, &letter, NULL, 200);
    if (!exeat_quarantine_show(visit->desk->quarantine, letter.row->id, &actor,
                               &(ExeatShowOptions){.silent_again = true}, visit->now, &card, &bytes, &error))
        return exeat_page_fault(visit, error);
    exeat_claims_set(visit->office->accounts, letter.row->id, visit->rights->address, visit->now);
    return letter_open_page(visit, &letter, card, bytes);
}

static const char *
letter_reason(const ExeatVisit *visit)
{
    const char *reason = exeat_fields_get(visit->request->form, "reason");

    return reason != NULL && *reason != '\0' && g_utf8_strlen(reason, -1) <= EXEAT_LETTER_REASON_CHARACTERS ? reason
                                                                                                            : NULL;
}

ExeatHttpReply *
exeat_page_do_open(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *back = NULL;
    const char *tell = exeat_fields_get(visit->request->form, "tell"), *reason = letter_reason(visit);
    ExeatShowOptions options = {.silent_again = true};
    g_autoptr(ExeatCard) card = NULL;
    ExeatActor actor;
    guint64 days = 0;
    bool explain;

    if (!exeat_letter_visit(visit, &letter, &error))
        return letter_missing(visit, error);
    if (!letter.may_read || (letter.two_people && !letter.agreed))
        return letter_closed(visit, &letter, say(visit, "You cannot open this letter by yourself."), 403);
    explain = exeat_rights_has(visit->rights, EXEAT_RIGHT_EXPLAIN) || !letter.may_decide;
    if (tell != NULL && exeat_rights_has(visit->rights, EXEAT_RIGHT_EXPLAIN | EXEAT_RIGHT_AUDIT) &&
        g_ascii_string_to_unsigned(tell, 10, 1, LETTER_TELL_DAYS, &days, NULL)) {
        options.tell_at = visit->now + (gint64)days * 24 * 3600;
        explain = true;
    }
    if (explain && reason == NULL)
        return letter_closed(visit, &letter, say(visit, "Please write down why you open it."), 422);
    options.reason = reason != NULL ? reason : say(visit, "to decide on it");
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!exeat_quarantine_show(visit->desk->quarantine, letter.row->id, &actor, &options, visit->now, &card, NULL,
                               &error))
        return exeat_page_fault(visit, error);
    exeat_office_wake(visit->office, 0);
    back = exeat_letter_address(visit, NULL);
    return exeat_http_reply_see(back);
}

ExeatHttpReply *
exeat_page_do_agree(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_auto(ExeatOpening) opening = {.asked_by = NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *back = exeat_letter_address(visit, NULL);
    const char *reason = letter_reason(visit);
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    bool same;

    if (!exeat_letter_visit(visit, &letter, &error))
        return letter_missing(visit, error);
    if (reason == NULL)
        return letter_closed(visit, &letter, say(visit, "Please write down why it should be opened."), 422);
    if (!exeat_quarantine_opening(visit->desk->quarantine, letter.row->id, visit->now, &opening, &error))
        return exeat_page_fault(visit, error);
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!(opening.asked ? exeat_quarantine_agree_to_open : exeat_quarantine_ask_to_open)(
            visit->desk->quarantine, letter.row->id, &actor, reason, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    same = decision.outcome == EXEAT_DECISION_SAME_PERSON;
    exeat_decision_clear(&decision);
    exeat_office_wake(visit->office, 0);
    return same ? letter_closed(visit, &letter, say(visit, "It takes two people."), 403) : exeat_http_reply_see(back);
}
