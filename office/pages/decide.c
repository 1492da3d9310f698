/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deciding on a letter. The first decision wins, and who comes second is told who was first; for some seconds it can be
 * taken back. What was typed is never lost: a form that cannot be carried out comes back with it.
 */
#include <string.h>

#include "accounts/claims.h"
#include "office/pages/letter.h"
#include "office/pages/list.h"
#include "office/pages/pages.h"
#include "office/pages/trail.h"
#include "policies/guidance/guidance.h"

/* --- the forms ---------------------------------------------------------------------------------------------------- */

static bool
decide_is_open(const ExeatRecipientRow *recipient)
{
    return recipient->state == EXEAT_HELD_HELD || recipient->state == EXEAT_HELD_FAILED;
}

static guint
decide_count_open(const ExeatLetterVisit *letter)
{
    guint open = 0;

    for (guint i = 0; i < letter->recipients->len; i++)
        open += decide_is_open(g_ptr_array_index(letter->recipients, i));
    return open;
}

/* One box for each recipient, all ticked; none where there is only one. */
static void
decide_write_recipients(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card, xmlNode *form,
                        const char *prefix)
{
    xmlNode *group;

    if (decide_count_open(letter) < 2)
        return;
    group = exeat_page_group(form, say(visit, "For whom"), NULL);
    exeat_page_hidden(form, "some", "yes");
    for (guint i = 0; i < letter->recipients->len; i++) {
        const ExeatRecipientRow *recipient = g_ptr_array_index(letter->recipients, i);
        g_autofree char *number = g_strdup_printf("%u", recipient->index),
                        *id = g_strdup_printf("%s-%u", prefix, recipient->index);
        xmlNode *line;

        if (!decide_is_open(recipient) || recipient->index >= card->recipients->len)
            continue;
        line = exeat_tree_add(group, "div", "class", "choice", NULL);
        exeat_tree_add(line, "input", "type", "checkbox", "name", "to", "value", number, "id", id, "checked", "", NULL);
        exeat_tree_text(exeat_tree_add(line, "label", "for", id, NULL),
                        g_ptr_array_index(card->recipients, recipient->index));
    }
}

static void
decide_write_release(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/release", NULL);
    xmlNode *form = exeat_page_form(visit, parent, action), *buttons;
    ExeatField reason = {.name = "reason",
                         .label = say(visit, "Why it may go"),
                         .type = "textarea",
                         .hint = letter->two_people
                                     ? say(visit, "It is about a child’s safety, so the reason is written down.")
                                     : say(visit, "You need not say; if you do, it is kept in the audit trail."),
                         .optional = !letter->two_people,
                         .class = "note",
                         .limit = EXEAT_LETTER_REASON_CHARACTERS};

    exeat_tree_add_text(form, "h3", NULL, say(visit, "Let it go"));
    decide_write_recipients(visit, letter, card, form, "release");
    exeat_page_field(form, &reason);
    buttons = exeat_tree_add(form, "div", "class", "buttons wideButtons", NULL);
    if (card->remedy != NULL) {
        exeat_page_button(buttons, NULL, "how", "put-right", say(visit, "Release put right"));
        exeat_page_button(buttons, "second", "how", "as-it-is", say(visit, "Release as it is"));
    } else {
        exeat_page_button(buttons, NULL, "how", "as-it-is", say(visit, "Release"));
    }
}

/* The guidance for what was found, as a start for the note. (transfer full) */
static char *
decide_guidance(const ExeatVisit *visit, const ExeatCard *card)
{
    const char *language = exeat_language_code(visit->language);
    GString *note = g_string_new(say(visit, "Your letter was not sent. What to do about it:"));
    g_autoptr(GPtrArray) said = g_ptr_array_new();

    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);
        const char *const *steps;

        if (finding->action != EXEAT_ACTION_HOLD || g_ptr_array_find(said, finding->policy, NULL))
            continue;
        g_ptr_array_add(said, (gpointer)(guintptr)finding->policy);
        g_string_append_printf(note, "\n\n%s", exeat_guidance_rule(finding->policy, language));
        steps = exeat_guidance_steps(finding->policy, EXEAT_GUIDANCE_ANY, language);
        for (gsize k = 0; steps[k] != NULL; k++)
            g_string_append_printf(note, "\n- %s", steps[k]);
    }
    return g_string_free(note, FALSE);
}

static void
decide_write_return(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/return", NULL),
                    *guidance = decide_guidance(visit, card);
    xmlNode *form = exeat_page_form(visit, parent, action);
    ExeatField note = {.name = "note",
                       .label = say(visit, "A note to the sender"),
                       .type = "textarea",
                       .hint = say(visit, "They read it after signing in; it is not in the mail that tells them."),
                       .value = guidance,
                       .optional = true,
                       .limit = EXEAT_LETTER_NOTE_CHARACTERS};

    exeat_tree_add_text(form, "h3", NULL, say(visit, "Send it back"));
    decide_write_recipients(visit, letter, card, form, "return");
    exeat_page_field(form, &note);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Send back with guidance"));
}

static void
decide_write_consult(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/consult", NULL);
    xmlNode *details = exeat_tree_add(parent, "details", NULL), *form;
    ExeatField colleague = {.name = "colleague",
                            .label = say(visit, "Colleague’s address"),
                            .type = "email",
                            .hint = say(visit, "Somebody at the school who has an account here."),
                            .limit = 254};
    ExeatField question = {.name = "question",
                           .label = say(visit, "What you want to know"),
                           .type = "textarea",
                           .limit = EXEAT_LETTER_REASON_CHARACTERS};

    exeat_tree_add_text(details, "summary", NULL, say(visit, "Ask a colleague"));
    form = exeat_page_form(visit, details, action);
    exeat_page_field(form, &colleague);
    exeat_page_field(form, &question);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Ask"));
}

static void
decide_write_answer(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/answer", NULL), *question = NULL;
    xmlNode *form;
    ExeatField answer = {.name = "answer",
                         .label = say(visit, "What you think"),
                         .type = "textarea",
                         .limit = EXEAT_LETTER_REASON_CHARACTERS};

    if (!letter->consulted)
        return;
    form = exeat_page_form(visit, parent, action);
    exeat_tree_add_text(form, "h3", NULL, say(visit, "A colleague has asked you"));
    question = exeat_trail_last_words(visit, letter->row->id, "consulted", visit->rights->address);
    if (question != NULL)
        exeat_tree_add_text(form, "p", "text", question);
    exeat_page_field(form, &answer);
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Answer"));
}

static void
decide_write_keep(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/keep", NULL);
    xmlNode *form = exeat_page_form(visit, parent, action);

    exeat_page_hidden(form, "keep", letter->row->kept ? "no" : "yes");
    exeat_page_button(form, "second", NULL, NULL,
                      letter->row->kept ? say(visit, "No longer keep as evidence") : say(visit, "Keep as evidence"));
}

void
exeat_letter_write_decisions(const ExeatVisit *visit, const ExeatLetterVisit *letter, const ExeatCard *card,
                             xmlNode *parent)
{
    xmlNode *section = exeat_tree_add(parent, "section", "class", "decisions", "aria-label",
                                      say(visit, "Your decision"), NULL);

    decide_write_answer(visit, letter, section);
    if (letter->may_decide && decide_count_open(letter) > 0) {
        exeat_tree_add_text(section, "h2", NULL, say(visit, "Your decision"));
        decide_write_release(visit, letter, card, section);
        decide_write_return(visit, letter, card, section);
    } else if (letter->stands_in) {
        exeat_tree_add_text(section, "p", NULL,
                            say(visit, "You stand in when those who decide are away, or when the letter’s time is "
                                       "nearly up. At the moment they are here."));
    }
    if (letter->may_decide)
        decide_write_consult(visit, letter, section);
    if (letter->may_decide || exeat_rights_has(visit->rights, EXEAT_RIGHT_AUDIT))
        decide_write_keep(visit, letter, section);
}

void
exeat_letter_write_undo(const ExeatVisit *visit, const ExeatLetterVisit *letter, xmlNode *parent)
{
    g_autofree char *action = g_strconcat("/letter/", letter->row->id, "/undo", NULL), *said = NULL, *seconds = NULL,
                    *next = NULL;
    const ExeatRecipientRow *decided = NULL;
    xmlNode *box, *form;

    for (guint i = 0; i < letter->recipients->len; i++) {
        const ExeatRecipientRow *recipient = g_ptr_array_index(letter->recipients, i);

        if (recipient->decision != NULL && recipient->changed_at + visit->desk->office->undo > visit->now &&
            (recipient->state == EXEAT_HELD_RELEASING || recipient->state == EXEAT_HELD_RETURNING))
            decided = recipient;
    }
    if (decided == NULL || !letter->may_decide)
        return;
    box = exeat_page_box(parent, "done",
                         decided->state == EXEAT_HELD_RELEASING ? say(visit, "The letter is released")
                                                                : say(visit, "The letter goes back to its sender"));
    seconds = g_strdup_printf("%" G_GINT64_FORMAT, decided->changed_at + visit->desk->office->undo - visit->now);
    said = exeat_words_fill(say(visit, "You can still take that back, within {seconds} seconds."), "seconds", seconds,
                            NULL);
    exeat_tree_add_text(box, "p", NULL, said);
    form = exeat_page_form(visit, box, action);
    exeat_tree_set(form, "class", "buttons");
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Take it back"));
    if (exeat_list_next(visit, letter->row->id, &next, NULL) && next != NULL) {
        g_autofree char *address = g_strconcat("/letter/", next, NULL);

        exeat_page_link(form, address, say(visit, "Next letter"));
    }
    exeat_page_link(form, "/waiting", say(visit, "Back to the waiting letters"));
}

/* --- what they do ------------------------------------------------------------------------------------------------- */

/* Nothing was done: a page that says why, with what was typed. */
static ExeatHttpReply *
decide_refuse(const ExeatVisit *visit, guint status, const char *sentence)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "Nothing was changed"));
    g_autofree char *address = exeat_letter_address(visit, NULL);

    exeat_tree_add_text(exeat_page_box(page->main, "error", NULL), "p", NULL, sentence);
    exeat_page_write_typed(visit, page->main);
    exeat_page_link(exeat_tree_add(page->main, "p", NULL), address, say(visit, "Back to the letter"));
    return exeat_page_reply(page, status);
}

/* Who was first, when, and what they did. (transfer full) */
static char *
decide_say_first(const ExeatVisit *visit, const ExeatDecision *decision)
{
    g_autofree char *when = exeat_visit_time(visit, decision->at);

    return exeat_words_fill(say(visit, "Somebody else was first: {what} by {who} ({role}) on {when}."), "what",
                            exeat_trail_event(visit, decision->event != NULL ? decision->event : ""), "who",
                            decision->by != NULL ? decision->by : "–", "role",
                            exeat_trail_role(visit, decision->role != NULL ? decision->role : ""), "when", when, NULL);
}

static ExeatHttpReply *
decide_reply(const ExeatVisit *visit, const ExeatDecision *decision, const char *done)
{
    g_autofree char *address = exeat_letter_address(visit, done), *first = NULL;

    switch (decision->outcome) {
    case EXEAT_DECISION_DONE:
        return exeat_http_reply_see(address);
    case EXEAT_DECISION_ALREADY:
        first = decide_say_first(visit, decision);
        return decide_refuse(visit, 409, first);
    case EXEAT_DECISION_OWN:
        return decide_refuse(visit, 403, say(visit, "Nobody decides on a letter of their own."));
    case EXEAT_DECISION_NO_REMEDY:
        return decide_refuse(visit, 409,
                             say(visit, "There is nothing in this letter that exeat can put right by itself."));
    case EXEAT_DECISION_TWO_PEOPLE:
        return decide_refuse(visit, 403, say(visit, "Two people open and decide on this letter together."));
    case EXEAT_DECISION_SAME_PERSON:
        return decide_refuse(visit, 422, say(visit, "It has to be somebody other than you."));
    case EXEAT_DECISION_OUTSIDE:
        return decide_refuse(visit, 422, say(visit, "You can only ask somebody at the school."));
    case EXEAT_DECISION_TOO_LATE:
        g_free(address);
        address = exeat_letter_address(visit, "too-late");
        return exeat_http_reply_see(address);
    default:
        return exeat_page_not_found(visit);
    }
}

static bool
decide_fits(const char *text, glong characters)
{
    return text == NULL || g_utf8_strlen(text, -1) <= characters;
}

typedef bool (*DecideFunction)(ExeatQuarantine *, const char *, const ExeatActor *, const ExeatDecisionOptions *,
                               gint64, ExeatDecision *, GError **);

static ExeatHttpReply *
decide_carry_out(ExeatVisit *visit, DecideFunction decide, ExeatDecisionOptions *options)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GArray) recipients = NULL;
    g_autoptr(GError) error = NULL;
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    ExeatHttpReply *reply;

    if (!exeat_letter_visit(visit, &letter, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    if (!letter.may_decide)
        return decide_refuse(visit, 403, say(visit, "This letter is not yours to decide on."));
    if (!exeat_letter_read_recipients(visit, &recipients))
        return decide_refuse(visit, 422, say(visit, "Please tick at least one recipient."));
    if (letter.two_people && decide == exeat_quarantine_release &&
        (options->reason == NULL || *options->reason == '\0'))
        return decide_refuse(visit, 422, say(visit, "It is about a child’s safety: please write down why it may go."));
    options->recipients = recipients;
    options->delay = visit->desk->office->undo;
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!decide(visit->desk->quarantine, visit->letter, &actor, options, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    exeat_claims_end(visit->office->accounts, visit->letter, visit->rights->address);
    exeat_office_wake(visit->office, options->delay);
    reply = decide_reply(visit, &decision, NULL);
    exeat_decision_clear(&decision);
    return reply;
}

ExeatHttpReply *
exeat_page_do_release(ExeatVisit *visit)
{
    const char *reason = exeat_fields_get(visit->request->form, "reason"),
               *how = exeat_fields_get(visit->request->form, "how");
    ExeatDecisionOptions options = {.reason = reason != NULL && *reason != '\0' ? reason : NULL,
                                    .put_right = g_strcmp0(how, "put-right") == 0};

    if (how == NULL || !decide_fits(reason, EXEAT_LETTER_REASON_CHARACTERS))
        return decide_refuse(visit, 422, say(visit, "That is too long, or part of the form is missing."));
    return decide_carry_out(visit, exeat_quarantine_release, &options);
}

ExeatHttpReply *
exeat_page_do_return(ExeatVisit *visit)
{
    const char *note = exeat_fields_get(visit->request->form, "note");
    ExeatDecisionOptions options = {.reason = note != NULL && *note != '\0' ? note : NULL};

    if (!decide_fits(note, EXEAT_LETTER_NOTE_CHARACTERS))
        return decide_refuse(visit, 422, say(visit, "That is too long, or part of the form is missing."));
    return decide_carry_out(visit, exeat_quarantine_return, &options);
}

ExeatHttpReply *
exeat_page_do_undo(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    ExeatHttpReply *reply;

    if (!exeat_letter_visit(visit, &letter, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!exeat_quarantine_undo(visit->desk->quarantine, visit->letter, &actor, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    reply = decision.outcome == EXEAT_DECISION_NOTHING
                ? decide_refuse(visit, 409, say(visit, "There is no decision of yours to take back."))
                : decide_reply(visit, &decision, "undone");
    exeat_decision_clear(&decision);
    return reply;
}

ExeatHttpReply *
exeat_page_do_keep(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *address = NULL;
    bool keep = g_strcmp0(exeat_fields_get(visit->request->form, "keep"), "yes") == 0, found = false;
    ExeatActor actor;

    if (!exeat_letter_visit(visit, &letter, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!exeat_quarantine_keep(visit->desk->quarantine, visit->letter, keep, &actor, NULL, visit->now, &found, &error))
        return exeat_page_fault(visit, error);
    address = exeat_letter_address(visit, keep ? "kept" : "unkept");
    return exeat_http_reply_see(address);
}

ExeatHttpReply *
exeat_page_do_consult(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatAccount) colleague = NULL;
    const char *whom = exeat_fields_get(visit->request->form, "colleague"),
               *question = exeat_fields_get(visit->request->form, "question");
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    ExeatHttpReply *reply;

    if (!exeat_letter_visit(visit, &letter, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    if (whom == NULL || *whom == '\0' || question == NULL || *question == '\0' ||
        !decide_fits(question, EXEAT_LETTER_REASON_CHARACTERS))
        return decide_refuse(visit, 422, say(visit, "Please say whom you ask, and what."));
    if (!exeat_accounts_find(visit->office->accounts, whom, &colleague, &error))
        return exeat_page_fault(visit, error);
    if (colleague == NULL)
        return decide_refuse(visit, 422, say(visit, "No colleague with that address has an account here."));
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!exeat_quarantine_consult(visit->desk->quarantine, visit->letter, &actor, colleague->address, question,
                                  visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    exeat_office_wake(visit->office, 0);
    reply = decide_reply(visit, &decision, "consulted");
    exeat_decision_clear(&decision);
    return reply;
}

ExeatHttpReply *
exeat_page_do_answer(ExeatVisit *visit)
{
    g_auto(ExeatLetterVisit) letter = {.row = NULL};
    g_autoptr(GError) error = NULL;
    const char *answer = exeat_fields_get(visit->request->form, "answer");
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatActor actor;
    ExeatHttpReply *reply;

    if (!exeat_letter_visit(visit, &letter, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    if (!letter.consulted || answer == NULL || *answer == '\0' || !decide_fits(answer, EXEAT_LETTER_REASON_CHARACTERS))
        return decide_refuse(visit, 422, say(visit, "Please write down what you think."));
    actor = exeat_visit_actor(visit, letter.row->role);
    if (!exeat_quarantine_answer(visit->desk->quarantine, visit->letter, &actor, answer, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    exeat_office_wake(visit->office, 0);
    reply = decide_reply(visit, &decision, "answered");
    exeat_decision_clear(&decision);
    return reply;
}
