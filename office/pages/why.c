/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a letter is held, in the words that its sender gets too, and what would put it right, as before and after. */
#include <string.h>

#include "office/pages/letter.h"
#include "office/pages/letter_text.h"
#include "policies/guidance/guidance.h"

/* A link to where it stands, on the page of an opened letter. */
static void
why_write_place(const ExeatVisit *visit, const ExeatFinding *finding, xmlNode *item)
{
    bool attached = finding->zone == EXEAT_ZONE_ATTACHMENT || finding->zone == EXEAT_ZONE_FILE_NAME;
    g_autofree char *anchor = attached ? exeat_letter_anchor(finding->part) : NULL;
    g_autofree char *address = anchor != NULL ? g_strconcat("#", anchor, NULL) : NULL;

    if (address != NULL)
        exeat_page_link(exeat_tree_add(item, "p", NULL), address, say(visit, "Show the attachment"));
}

static void
why_write_finding(const ExeatVisit *visit, const ExeatCard *card, guint i, bool opened, xmlNode *item)
{
    const ExeatFinding *finding = g_ptr_array_index(card->findings, i);
    const ExeatGuidancePlace *place = &g_array_index(card->places, ExeatGuidancePlace, i);
    g_autofree char *found = exeat_guidance_found(finding, place, exeat_language_code(visit->language));

    exeat_tree_add_text(item, "p", NULL, found);
    if (finding->cell != NULL) {
        g_autofree char *first = exeat_words_fill(say(visit, "First in {place}."), "place", finding->cell, NULL);

        exeat_tree_add_text(item, "p", "soft", first);
    }
    if (opened)
        why_write_place(visit, finding, item);
}

/* All that one policy found, and what it asks for. @first is its first finding. */
static void
why_write_policy(const ExeatVisit *visit, const ExeatCard *card, guint first, bool opened, bool undecided,
                 xmlNode *list)
{
    const ExeatFinding *of = g_ptr_array_index(card->findings, first);
    const char *language = exeat_language_code(visit->language);
    xmlNode *item = exeat_tree_add(list, "li", NULL);
    bool settled = undecided;

    exeat_tree_add_text(item, "strong", NULL, exeat_guidance_title(of->policy, language));
    for (guint i = first; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);

        if (finding->policy != of->policy || finding->action < EXEAT_ACTION_FLAG)
            continue;
        why_write_finding(visit, card, i, opened, item);
        settled = settled && exeat_card_settles(card, i);
    }
    exeat_tree_add_text(item, "p", "soft", exeat_guidance_rule(of->policy, language));
    if (of->clause != NULL) {
        g_autofree char *clause = exeat_words_fill(say(visit, "The school’s own rule: {clause}."), "clause", of->clause,
                                                   NULL);

        exeat_tree_add_text(item, "p", "soft", clause);
    }
    if (settled)
        exeat_tree_add_text(item, "p", "fine", say(visit, "This can be put right when the letter is released."));
}

/* True if no finding before @i is of its policy. */
static bool
why_is_first(const ExeatCard *card, guint i)
{
    for (guint k = 0; k < i; k++) {
        const ExeatFinding *before = g_ptr_array_index(card->findings, k);

        if (before->policy == ((const ExeatFinding *)g_ptr_array_index(card->findings, i))->policy &&
            before->action >= EXEAT_ACTION_FLAG)
            return false;
    }
    return true;
}

const char *
exeat_letter_why_title(const ExeatVisit *visit, const ExeatLetterRow *row)
{
    return row->kind == EXEAT_LETTER_FLAGGED ? say(visit, "Why it was flagged") : say(visit, "Why it was held");
}

void
exeat_letter_write_why(const ExeatVisit *visit, const ExeatLetterRow *row, const ExeatCard *card, bool opened,
                       xmlNode *parent)
{
    bool undecided = row->states[EXEAT_HELD_HELD] + row->states[EXEAT_HELD_FAILED] > 0;
    xmlNode *list;
    guint others = 0;

    exeat_tree_add_text(parent, "h2", NULL, exeat_letter_why_title(visit, row));
    list = exeat_tree_add(parent, "ul", "class", "why", NULL);
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);

        if (finding->action < EXEAT_ACTION_FLAG)
            others++;
        else if (why_is_first(card, i))
            why_write_policy(visit, card, i, opened, undecided, list);
    }
    if (others > 0) {
        g_autofree char *said = exeat_visit_say_count(
            visit, "One more thing was noticed; it alone would not hold a letter.",
            "{count} more things were noticed; they alone would not hold a letter.", others);

        exeat_tree_add_text(parent, "p", "soft", said);
    }
}

/* The values of all fields of one name, joined, or NULL. (transfer full) */
static char *
change_value(const ExeatMessage *message, const char *name)
{
    const GPtrArray *headers = exeat_message_headers(message);
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < headers->len; i++) {
        const ExeatHeader *header = g_ptr_array_index(headers, i);

        if (g_ascii_strcasecmp(header->name, name) == 0)
            g_string_append_printf(all, "%s%s", all->len > 0 ? ", " : "", header->decoded);
    }
    return all->len > 0 ? g_strdup(all->str) : NULL;
}

static bool
change_write_field(const ExeatMessage *before, const ExeatMessage *after, const char *name, const char *term,
                   xmlNode *facts)
{
    g_autofree char *old = change_value(before, name), *new = change_value(after, name);
    xmlNode *said;

    if (g_strcmp0(old, new) == 0)
        return false;
    said = exeat_page_fact(facts, term, NULL);
    if (old != NULL)
        exeat_tree_add_text(exeat_tree_add(said, "div", NULL), "del", NULL, old);
    if (new != NULL)
        exeat_tree_add_text(exeat_tree_add(said, "div", NULL), "ins", NULL, new);
    return true;
}

void
exeat_letter_write_change(const ExeatVisit *visit, const ExeatCard *card, GBytes *letter, xmlNode *parent)
{
    g_autoptr(GBytes) changed = NULL;
    g_autoptr(ExeatMessage) before = NULL, after = NULL;
    xmlNode *facts;
    bool any;

    exeat_tree_add_text(parent, "h2", NULL, say(visit, "What would be put right"));
    if (card->remedy == NULL) {
        exeat_tree_add_text(parent, "p", NULL,
                            say(visit, "exeat cannot put this right by itself. The sender would have to change it."));
        return;
    }
    changed = exeat_quarantine_put_right(card, letter);
    before = exeat_message_new(letter, NULL, NULL);
    after = exeat_message_new(changed, NULL, NULL);
    facts = exeat_page_facts(parent);
    exeat_tree_set(facts, "class", "facts change");
    any = change_write_field(before, after, "Subject", say(visit, "Subject"), facts);
    any = change_write_field(before, after, "To", say(visit, "To"), facts) || any;
    any = change_write_field(before, after, "Cc", say(visit, "Cc"), facts) || any;
    exeat_tree_add_text(
        parent, "p", "soft",
        any ? say(visit, "Everybody still gets the letter, and its text and attachments stay as they are.")
            : say(visit, "Nothing changes that a reader would see."));
}
