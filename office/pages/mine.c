/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sender's own letters: what was found and where, how to put it right, and what became of it. Nothing here needs
 * anybody's leave but the release that the sender asks for.
 */
#include <string.h>

#include "office/pages/letter.h"
#include "office/pages/list.h"
#include "office/pages/pages.h"
#include "office/pages/trail.h"
#include "policies/guidance/guidance.h"

#define MINE_MOST 100

static const char *
mine_address(const ExeatVisit *visit)
{
    return visit->session->address;
}

/* A code shows that one mailbox is theirs, as it is written: not one that differs by what follows a plus. */
static bool
mine_is(const ExeatVisit *visit, const ExeatSummary *summary)
{
    if (visit->session->kind == EXEAT_SESSION_SENDER)
        return g_ascii_strcasecmp(mine_address(visit), summary->sender) == 0 ||
               (summary->account != NULL && g_ascii_strcasecmp(mine_address(visit), summary->account) == 0);
    return exeat_deciders_same(mine_address(visit), summary->sender) ||
           exeat_deciders_same(mine_address(visit), summary->account);
}

static bool
mine_write_row(const ExeatVisit *visit, const char *id, xmlNode *list, guint *count, GError **error)
{
    g_autoptr(ExeatSummary) summary = NULL;
    g_autoptr(ExeatLetterRow) row = NULL;
    g_autofree char *address = g_strconcat("/mine/", id, NULL), *when = NULL;
    xmlNode *what;

    if (!exeat_summaries_get(visit->office->summaries, id, &summary, error) ||
        !exeat_store_letter(exeat_quarantine_store(visit->desk->quarantine), id, &row, error))
        return false;
    if (row == NULL || !mine_is(visit, summary))
        return true;
    (*count)++;
    what = exeat_tree_add(exeat_tree_add(list, "li", NULL), "div", "class", "what", NULL);
    when = exeat_visit_time(visit, row->held_at);
    exeat_page_link(exeat_tree_add(what, "h2", NULL), address, when);
    exeat_list_state(visit, row, exeat_tree_add(what, "p", NULL));
    exeat_tree_add_text(exeat_tree_add(what, "p", "class", "soft", NULL), "span", "number", id);
    return true;
}

ExeatHttpReply *
exeat_page_mine(ExeatVisit *visit)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "My own letters"));
    g_autoptr(GError) error = NULL;
    ExeatLetterFilter filter = {.order = EXEAT_LETTERS_NEWEST};
    ExeatSearch search = {.ids = NULL};
    guint count = 0;
    xmlNode *list;
    bool done = exeat_summaries_search(visit->office->summaries, mine_address(visit), &filter, 0, MINE_MOST,
                                       EXEAT_SEARCH_MS, &search, &error);

    list = exeat_tree_add(page->main, "ul", "class", "letters", NULL);
    for (guint i = 0; done && i < search.ids->len; i++)
        done = mine_write_row(visit, g_ptr_array_index(search.ids, i), list, &count, &error);
    if (done && count == 0)
        exeat_tree_add_text(page->main, "p", NULL, say(visit, "None of your letters has been held."));
    if (done && search.unseen > 0)
        exeat_tree_add_text(page->main, "p", "soft",
                            say(visit, "Not all letters are in this list yet; try again in a moment."));
    exeat_search_clear(&search);
    return done ? exeat_page_reply(page, 200) : exeat_page_fault(visit, error);
}

/* --- one letter --------------------------------------------------------------------------------------------------- */

typedef struct Mine {
    ExeatLetterRow *row;
    ExeatCard *card;
    GPtrArray *recipients; /* ExeatRecipientRow */
} Mine;

static void
mine_clear(Mine *mine)
{
    g_clear_pointer(&mine->row, exeat_letter_row_free);
    g_clear_pointer(&mine->card, exeat_card_free);
    g_clear_pointer(&mine->recipients, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mine, mine_clear)

/* False if it is not theirs, or with @error set. */
static bool
mine_load(const ExeatVisit *visit, Mine *mine, GError **error)
{
    ExeatStore *store = exeat_quarantine_store(visit->desk->quarantine);
    g_autoptr(ExeatSummary) summary = NULL;

    if (!exeat_store_letter(store, visit->letter, &mine->row, error) || mine->row == NULL ||
        mine->row->kind != EXEAT_LETTER_HELD)
        return false;
    if (!exeat_summaries_get(visit->office->summaries, visit->letter, &summary, error) || !mine_is(visit, summary))
        return false;
    /* Its sender may know what was found in it; nobody reads the letter by this. */
    return exeat_quarantine_read_card(visit->desk->quarantine, visit->letter, &mine->card, error) &&
           exeat_store_recipients(store, visit->letter, &mine->recipients, error);
}

static void
mine_write_recipients(const ExeatVisit *visit, const Mine *mine, xmlNode *parent)
{
    xmlNode *facts = exeat_page_facts(parent);

    for (guint i = 0; i < mine->recipients->len; i++) {
        const ExeatRecipientRow *recipient = g_ptr_array_index(mine->recipients, i);
        ExeatLetterRow one = {.states = {0}};

        if (recipient->index >= mine->card->recipients->len)
            continue;
        one.states[recipient->state] = 1;
        exeat_list_state(visit, &one,
                         exeat_page_fact(facts, g_ptr_array_index(mine->card->recipients, recipient->index), NULL));
    }
    if (mine->card->recipients->len > mine->recipients->len)
        exeat_tree_add_text(parent, "p", NULL, say(visit, "Your other recipients got the letter at once."));
}

static void
mine_write_steps(const ExeatVisit *visit, const char *policy, xmlNode *parent)
{
    const char *language = exeat_language_code(visit->language);

    for (guint i = 0; i < EXEAT_GUIDANCE_PROGRAMS; i++) {
        const char *const *steps = exeat_guidance_steps(policy, (ExeatGuidanceProgram)i, language);
        xmlNode *details, *list;

        if (steps[0] == NULL)
            continue;
        details = exeat_tree_add(parent, "details", NULL);
        exeat_tree_add_text(details, "summary", NULL,
                            i == EXEAT_GUIDANCE_ANY ? say(visit, "How to put it right")
                                                    : exeat_guidance_program_name((ExeatGuidanceProgram)i, language));
        list = exeat_tree_add(details, "ol", NULL);
        for (gsize k = 0; steps[k] != NULL; k++)
            exeat_tree_add_text(list, "li", NULL, steps[k]);
    }
}

static void
mine_write_how(const ExeatVisit *visit, const Mine *mine, xmlNode *parent)
{
    g_autoptr(GPtrArray) reasons = exeat_list_reasons(mine->row);

    for (guint i = 0; i < reasons->len; i++) {
        const char *policy = g_ptr_array_index(reasons, i);

        exeat_tree_add_text(parent, "h3", NULL, exeat_guidance_title(policy, exeat_language_code(visit->language)));
        mine_write_steps(visit, policy, parent);
    }
}

/* True once the letter is on its way back: a note that was taken back with its decision is nobody's. */
static bool
mine_was_returned(const Mine *mine)
{
    return mine->row->states[EXEAT_HELD_RETURNING] + mine->row->states[EXEAT_HELD_RETURNED] > 0;
}

/* What a sender is shown of the trail: the decisions, their own reasons, and the note that came back with the letter.
 * Why it was released is for those who decide; who read it is told by mail, when it is to be told. */
static bool
mine_write_trail(const ExeatVisit *visit, const Mine *mine, xmlNode *parent, GError **error)
{
    static const char *const shown[] = {"held",      "asked",          "release-decided",     "return-decided",
                                        "withdrawn", "expired",        "put-right-by-sender", "released",
                                        "returned",  "release-failed", "decision-undone",     NULL};
    g_autoptr(GPtrArray) rows = NULL;
    xmlNode *list;

    if (!exeat_store_audit(exeat_quarantine_store(visit->desk->quarantine), visit->letter, 0, &rows, error))
        return false;
    exeat_tree_add_text(parent, "h2", NULL, say(visit, "What has happened so far"));
    list = exeat_tree_add(parent, "ol", NULL);
    for (guint i = 0; i < rows->len; i++) {
        const ExeatAuditRow *row = g_ptr_array_index(rows, i);

        bool theirs = strcmp(row->event, "asked") == 0 ||
                      (strcmp(row->event, "return-decided") == 0 && mine_was_returned(mine));

        if (g_strv_contains(shown, row->event))
            exeat_trail_write_row(visit, row, theirs, exeat_tree_add(list, "li", NULL));
    }
    return true;
}

static guint
mine_count_held(const Mine *mine)
{
    guint held = 0;

    for (guint i = 0; i < mine->recipients->len; i++)
        held += ((const ExeatRecipientRow *)g_ptr_array_index(mine->recipients, i))->state == EXEAT_HELD_HELD;
    return held;
}

static xmlNode *
mine_form(const ExeatVisit *visit, xmlNode *parent, const char *verb)
{
    g_autofree char *action = g_strconcat("/mine/", visit->letter, "/", verb, NULL);

    return exeat_page_form(visit, parent, action);
}

static void
mine_write_withdraw(const ExeatVisit *visit, const Mine *mine, xmlNode *parent)
{
    xmlNode *form = mine_form(visit, parent, "withdraw"), *group;

    exeat_tree_add_text(form, "h3", NULL, say(visit, "Take it back"));
    exeat_tree_add_text(form, "p", "hint",
                        mine_count_held(mine) > 1
                            ? say(visit, "It does not go to anybody who is ticked here. It stays in your sent items.")
                            : say(visit, "It does not go out. It stays in your sent items."));
    if (mine_count_held(mine) > 1) {
        group = exeat_page_group(form, say(visit, "For whom"), NULL);
        exeat_page_hidden(form, "some", "yes");
        for (guint i = 0; i < mine->recipients->len; i++) {
            const ExeatRecipientRow *recipient = g_ptr_array_index(mine->recipients, i);
            g_autofree char *number = g_strdup_printf("%u", recipient->index);

            if (recipient->state == EXEAT_HELD_HELD && recipient->index < mine->card->recipients->len)
                exeat_page_choice(group, "checkbox", "to", number,
                                  g_ptr_array_index(mine->card->recipients, recipient->index), true);
        }
    }
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Take the letter back"));
}

/* True if the remedy settles all that holds the letter. */
static bool
mine_can_fix(const Mine *mine)
{
    for (guint i = 0; i < mine->card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(mine->card->findings, i);

        if (finding->action == EXEAT_ACTION_HOLD && !exeat_card_settles(mine->card, i))
            return false;
    }
    return mine->card->remedy != NULL;
}

static void
mine_write_fix(const ExeatVisit *visit, const Mine *mine, xmlNode *parent)
{
    g_autofree char *subject = mine->card->remedy != NULL ? exeat_edits_preview(mine->card->remedy, "Subject") : NULL;
    g_autofree char *to = mine->card->remedy != NULL ? exeat_edits_preview(mine->card->remedy, "To") : NULL;
    xmlNode *form, *facts;

    if (!mine_can_fix(mine))
        return;
    form = mine_form(visit, parent, "fix");
    exeat_tree_add_text(form, "h3", NULL, say(visit, "Have it put right, and sent"));
    facts = exeat_page_facts(form);
    if (subject != NULL)
        exeat_page_fact(facts, say(visit, "New subject"), subject);
    if (to != NULL)
        exeat_page_fact(facts, say(visit, "New To line"), to);
    exeat_tree_add_text(form, "p", "hint",
                        say(visit, "That settles everything it was held for, so nobody else has to agree."));
    exeat_page_button(form, NULL, NULL, NULL, say(visit, "Put it right and send it"));
}

static void
mine_write_ask(const ExeatVisit *visit, xmlNode *parent)
{
    xmlNode *form = mine_form(visit, parent, "ask");
    ExeatField reason = {.name = "reason",
                         .label = say(visit, "Why it should go as it is"),
                         .type = "textarea",
                         .hint = say(visit, "Those who decide read it before they open the letter."),
                         .limit = EXEAT_LETTER_REASON_CHARACTERS};

    exeat_tree_add_text(form, "h3", NULL, say(visit, "Ask for its release"));
    exeat_page_field(form, &reason);
    exeat_page_button(form, "second", NULL, NULL, say(visit, "Ask"));
}

static void
mine_write_done(const ExeatVisit *visit, xmlNode *parent)
{
    static const struct {
        const char *done, *text;
    } words[] = {
        {"withdrawn", EXEAT_WORDS("You have taken the letter back. It is still in your sent items.")},
        {"fixed", EXEAT_WORDS("The letter is put right and on its way.")},
        {"asked", EXEAT_WORDS("You have asked for its release. You get a mail when it is decided.")},
    };
    const char *done = exeat_fields_get(visit->request->query, "done");

    for (gsize i = 0; done != NULL && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].done, done) == 0)
            exeat_tree_add_text(exeat_page_box(parent, "done", NULL), "p", NULL, say(visit, words[i].text));
    }
}

/* What those who sent it back have to say comes first. */
static void
mine_write_note(const ExeatVisit *visit, const Mine *mine, xmlNode *parent)
{
    g_autofree char *note = NULL;

    if (!mine_was_returned(mine))
        return;
    note = exeat_trail_last_words(visit, visit->letter, "return-decided", NULL);
    if (note != NULL && *note != '\0')
        exeat_tree_add_text(exeat_page_box(parent, "notice", exeat_trail_event(visit, "return-decided")), "p", "text",
                            note);
}

static ExeatHttpReply *
mine_page(const ExeatVisit *visit, const Mine *mine, guint status, const char *wrong)
{
    g_autoptr(ExeatPage) page = exeat_page_new(visit, say(visit, "A letter of yours"));
    g_autoptr(GError) error = NULL;

    if (wrong != NULL)
        exeat_tree_add_text(exeat_page_box(page->main, "error", NULL), "p", NULL, wrong);
    mine_write_done(visit, page->main);
    exeat_list_state(visit, mine->row, exeat_tree_add(page->main, "p", NULL));
    mine_write_note(visit, mine, page->main);
    mine_write_recipients(visit, mine, page->main);
    exeat_letter_write_why(visit, mine->row, mine->card, false, page->main);
    mine_write_how(visit, mine, page->main);
    if (mine_count_held(mine) > 0) {
        exeat_tree_add_text(page->main, "h2", NULL, say(visit, "What you can do"));
        mine_write_fix(visit, mine, page->main);
        mine_write_withdraw(visit, mine, page->main);
        mine_write_ask(visit, page->main);
    }
    if (!mine_write_trail(visit, mine, page->main, &error))
        return exeat_page_fault(visit, error);
    return exeat_page_reply(page, status);
}

ExeatHttpReply *
exeat_page_mine_letter(ExeatVisit *visit)
{
    g_auto(Mine) mine = {.row = NULL};
    g_autoptr(GError) error = NULL;

    if (!mine_load(visit, &mine, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    return mine_page(visit, &mine, 200, NULL);
}

static ExeatHttpReply *
mine_reply(const ExeatVisit *visit, const Mine *mine, const ExeatDecision *decision, const char *done)
{
    g_autofree char *address = g_strconcat("/mine/", visit->letter, "?done=", done, NULL);

    switch (decision->outcome) {
    case EXEAT_DECISION_DONE:
        exeat_office_wake(visit->office, 0);
        return exeat_http_reply_see(address);
    case EXEAT_DECISION_ALREADY:
        return mine_page(visit, mine, 409, say(visit, "Somebody has decided on it in the meantime. See below."));
    case EXEAT_DECISION_NOT_ENOUGH:
    case EXEAT_DECISION_NO_REMEDY:
        return mine_page(visit, mine, 409, say(visit, "That would not settle everything it was held for."));
    default:
        return exeat_page_not_found(visit);
    }
}

typedef bool (*MineFunction)(ExeatQuarantine *, const char *, const ExeatActor *, const ExeatDecisionOptions *, gint64,
                             ExeatDecision *, GError **);

static ExeatHttpReply *
mine_decide(ExeatVisit *visit, MineFunction decide, const char *done)
{
    g_auto(Mine) mine = {.row = NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) recipients = NULL;
    ExeatActor actor = {.role = "sender", .address = mine_address(visit)};
    ExeatDecisionOptions options = {.recipients = NULL};
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatHttpReply *reply;

    if (!mine_load(visit, &mine, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    if (!exeat_letter_read_recipients(visit, &recipients))
        return mine_page(visit, &mine, 422, say(visit, "Please tick at least one recipient."));
    options.recipients = recipients;
    if (!decide(visit->desk->quarantine, visit->letter, &actor, &options, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    reply = mine_reply(visit, &mine, &decision, done);
    exeat_decision_clear(&decision);
    return reply;
}

ExeatHttpReply *
exeat_page_do_withdraw(ExeatVisit *visit)
{
    return mine_decide(visit, exeat_quarantine_withdraw, "withdrawn");
}

ExeatHttpReply *
exeat_page_do_fix(ExeatVisit *visit)
{
    return mine_decide(visit, exeat_quarantine_fix, "fixed");
}

ExeatHttpReply *
exeat_page_do_ask(ExeatVisit *visit)
{
    g_auto(Mine) mine = {.row = NULL};
    g_autoptr(GError) error = NULL;
    const char *reason = exeat_fields_get(visit->request->form, "reason");
    ExeatActor actor = {.role = "sender", .address = mine_address(visit)};
    ExeatDecision decision = {.outcome = EXEAT_DECISION_UNKNOWN};
    ExeatHttpReply *reply;

    if (!mine_load(visit, &mine, &error))
        return error != NULL ? exeat_page_fault(visit, error) : exeat_page_not_found(visit);
    if (reason == NULL || *reason == '\0' || g_utf8_strlen(reason, -1) > EXEAT_LETTER_REASON_CHARACTERS)
        return mine_page(visit, &mine, 422, say(visit, "Please write down why it should go."));
    if (!exeat_quarantine_ask(visit->desk->quarantine, visit->letter, &actor, reason, visit->now, &decision, &error))
        return exeat_page_fault(visit, error);
    reply = mine_reply(visit, &mine, &decision, "asked");
    exeat_decision_clear(&decision);
    return reply;
}
