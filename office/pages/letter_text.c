/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/letter_text.h"

#include <string.h>

#include "office/pages/letter_marks.h"
#include "office/pages/page.h"
#include "policies/case.h"
#include "policies/guidance/guidance.h"
#include "policies/settings.h"

typedef struct LetterView {
    const ExeatVisit *visit;
    const ExeatCard *card;
    const ExeatMessage *message;
    const ExeatScan *scan;
    gsize left; /* bytes that the page has still room for */
} LetterView;

static char *
letter_size(const ExeatVisit *visit, gsize bytes)
{
    g_autofree char *number = bytes < 1024 * 1024 ? g_strdup_printf("%" G_GSIZE_FORMAT, (bytes + 1023) / 1024)
                                                  : g_strdup_printf("%.1f", (double)bytes / (1024.0 * 1024.0));

    return exeat_words_fill(bytes < 1024 * 1024 ? say(visit, "{number} kB") : say(visit, "{number} MB"), "number",
                            number, NULL);
}

static void
letter_addresses(xmlNode *facts, const char *term, const GPtrArray *addresses)
{
    xmlNode *list;

    if (addresses->len == 0)
        return;
    list = exeat_tree_add(exeat_page_fact(facts, term, NULL), "ul", NULL);
    for (guint i = 0; i < addresses->len && i < EXEAT_LETTER_PARTS; i++) {
        const ExeatAddress *address = g_ptr_array_index(addresses, i);
        g_autofree char *full = *address->display != '\0'
                                    ? g_strdup_printf("%s <%s>", address->display, address->mailbox)
                                    : g_strdup(address->mailbox);

        exeat_tree_add_text(list, "li", NULL, full);
    }
}

static bool
letter_names(const GPtrArray *addresses, const char *key)
{
    for (guint i = 0; i < addresses->len; i++) {
        const ExeatAddress *address = g_ptr_array_index(addresses, i);
        g_autofree char *other = exeat_address_key(address->mailbox);

        if (strcmp(other, key) == 0)
            return true;
    }
    return false;
}

/* Whom only the envelope names: nobody who gets the letter sees them. */
static void
letter_blind(const LetterView *view, xmlNode *facts)
{
    g_autoptr(GPtrArray) blind = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_address_free);

    for (guint i = 0; i < view->card->recipients->len; i++) {
        const char *recipient = g_ptr_array_index(view->card->recipients, i);
        g_autofree char *key = exeat_address_key(recipient);

        if (!letter_names(exeat_message_to(view->message), key) && !letter_names(exeat_message_cc(view->message), key))
            g_ptr_array_add(blind, exeat_address_new(recipient));
    }
    letter_addresses(facts, say(view->visit, "Also to, hidden from the others"), blind);
}

static void
letter_subject(const LetterView *view, xmlNode *facts)
{
    const ExeatScanText *scanned = view->scan != NULL ? exeat_scan_text(view->scan, 0) : NULL;
    const char *subject = exeat_message_subject(view->message);
    bool same = scanned != NULL && scanned->text->zone == EXEAT_ZONE_SUBJECT;
    g_autoptr(ExeatMarks) marks = exeat_marks_new(view->card, same ? scanned : NULL);
    xmlNode *said = exeat_page_fact(facts, say(view->visit, "Subject"), NULL);

    if (*subject == '\0')
        exeat_tree_add_text(said, "span", "soft", say(view->visit, "none"));
    else if (same)
        exeat_marks_write(marks, said, scanned->text->text, 0, MIN(scanned->text->length, EXEAT_LETTER_TEXT_BYTES));
    else
        exeat_tree_text(said, subject);
}

/* The end of what is shown: within the limits, between characters. */
static gsize
letter_fit(LetterView *view, const char *text, gsize start, gsize end)
{
    gsize room = MIN(EXEAT_LETTER_TEXT_BYTES, view->left), to = end;

    if (end - start > room) {
        to = start + room;
        while (to > start && ((guchar)text[to] & 0xC0) == 0x80)
            to--;
    }
    view->left -= to - start;
    return to;
}

static void
letter_say_cut(const LetterView *view, xmlNode *parent, gsize bytes)
{
    g_autofree char *size = letter_size(view->visit, bytes);
    g_autofree char *said = exeat_words_fill(say(view->visit, "There is more, which is not shown here ({size})."),
                                             "size", size, NULL);

    exeat_tree_add_text(parent, "p", "soft", said);
}

static void
letter_row(const ExeatMarks *marks, xmlNode *table, const ExeatText *text, guint first, guint last)
{
    xmlNode *row = exeat_tree_add(table, "tr", NULL);
    guint column = 0;

    for (guint i = first; i < last; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);

        for (; column < cell->column && column < 64; column++)
            exeat_tree_add(row, "td", NULL);
        exeat_marks_write(marks, exeat_tree_add(row, "td", NULL), text->text, cell->start, cell->end);
        column = cell->column + 1;
    }
}

/* Cells [@first, @last) as a table. A reader moves through it sideways, so it can have the focus. */
static void
letter_table(LetterView *view, xmlNode *parent, const ExeatMarks *marks, const ExeatText *text, guint first, guint last)
{
    xmlNode *scroll = exeat_tree_add(parent, "div", "class", "cells", "tabindex", "0", "role", "group", "aria-label",
                                     say(view->visit, "Table"), NULL);
    xmlNode *table = exeat_tree_add(scroll, "table", NULL);
    guint rows = 0, at = first;

    while (at < last && rows < EXEAT_LETTER_ROWS && view->left > 0) {
        guint row = g_array_index(text->cells, ExeatCell, at).row, end = at;
        gsize bytes = 0;

        for (; end < last && g_array_index(text->cells, ExeatCell, end).row == row; end++)
            bytes += g_array_index(text->cells, ExeatCell, end).end - g_array_index(text->cells, ExeatCell, end).start;
        if (bytes > view->left)
            break;
        view->left -= bytes;
        letter_row(marks, table, text, at, end);
        at = end;
        rows++;
    }
    if (at < last)
        letter_say_cut(view, parent,
                       g_array_index(text->cells, ExeatCell, last - 1).end -
                           g_array_index(text->cells, ExeatCell, at).start);
}

/* Bytes [@start, @end) of @text, where there is anything to read in them. */
static void
letter_prose(LetterView *view, xmlNode *parent, const ExeatMarks *marks, const ExeatText *text, gsize start, gsize end)
{
    bool quoted = text->zone == EXEAT_ZONE_QUOTED;
    gsize to;

    while (start < end && g_ascii_isspace(text->text[start]))
        start++;
    if (start == end)
        return;
    to = letter_fit(view, text->text, start, end);
    exeat_marks_write(
        marks, exeat_tree_add(parent, quoted ? "blockquote" : "div", "class", quoted ? "text quoted" : "text", NULL),
        text->text, start, to);
    if (to < end)
        letter_say_cut(view, parent, end - to);
}

/* What stands before, between and behind the tables of a text is prose. */
static void
letter_one_text(LetterView *view, xmlNode *parent, guint index)
{
    const ExeatScanText *scanned = view->scan != NULL && index < exeat_scan_count(view->scan)
                                       ? exeat_scan_text(view->scan, index)
                                       : NULL;
    const ExeatText *text = scanned != NULL ? scanned->text
                                            : g_ptr_array_index(exeat_message_texts(view->message), index);
    g_autoptr(ExeatMarks) marks = exeat_marks_new(view->card, scanned);
    guint cells = text->cells != NULL ? text->cells->len : 0;
    gsize at = 0;

    for (guint first = 0, last; first < cells; first = last) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, first);

        for (last = first + 1; last < cells; last++) {
            if (g_array_index(text->cells, ExeatCell, last).table != cell->table)
                break;
        }
        letter_prose(view, parent, marks, text, at, MAX(at, cell->start));
        letter_table(view, parent, marks, text, first, last);
        at = g_array_index(text->cells, ExeatCell, last - 1).end;
    }
    letter_prose(view, parent, marks, text, at, text->length);
}

/* Two texts with the same words: a letter's plain form and its HTML. */
static bool
letter_same_words(const ExeatText *a, const ExeatText *b)
{
    const char *left = a->text, *right = b->text;

    for (;;) {
        while (g_ascii_isspace(*left))
            left++;
        while (g_ascii_isspace(*right))
            right++;
        if (*left != *right || *left == '\0')
            return *left == *right;
        left++;
        right++;
    }
}

static bool
letter_is_body(const ExeatText *text)
{
    return text->zone == EXEAT_ZONE_NEW || text->zone == EXEAT_ZONE_SIGNATURE || text->zone == EXEAT_ZONE_QUOTED;
}

static bool
letter_was_shown(const GPtrArray *texts, guint index)
{
    const ExeatText *text = g_ptr_array_index(texts, index);

    for (guint i = 0; i < index; i++) {
        const ExeatText *other = g_ptr_array_index(texts, i);

        if (letter_is_body(other) && other->part != text->part && letter_same_words(other, text))
            return true;
    }
    return false;
}

static void
letter_body(LetterView *view, xmlNode *parent)
{
    const GPtrArray *texts = exeat_message_texts(view->message);
    guint shown = 0;

    for (guint i = 0; i < texts->len && shown < EXEAT_LETTER_PARTS; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);

        if (!letter_is_body(text) || text->source != NULL || text->length == 0 || letter_was_shown(texts, i))
            continue;
        letter_one_text(view, parent, i);
        shown++;
    }
    if (shown == 0)
        exeat_tree_add_text(parent, "p", "soft", say(view->visit, "The letter itself has no text."));
}

static const char *
letter_encryption(const ExeatVisit *visit, const ExeatPart *part)
{
    switch (part->encryption) {
    case EXEAT_ENCRYPTION_YES:
        return say(visit, "Encrypted: it opens only with a password or key.");
    case EXEAT_ENCRYPTION_WEAK:
        return say(visit, "Encrypted, but in a way that is easily broken.");
    case EXEAT_ENCRYPTION_PARTIAL:
        return say(visit, "Only part of it is encrypted.");
    case EXEAT_ENCRYPTION_OWNER_ONLY:
    case EXEAT_ENCRYPTION_DEFAULT_PASSWORD:
        return say(visit, "Not encrypted: its password keeps nobody from reading it.");
    case EXEAT_ENCRYPTION_NO:
        break;
    }
    return NULL;
}

/* All texts of @part; true if there were any. */
static bool
letter_part_texts(LetterView *view, xmlNode *parent, const ExeatPart *part)
{
    const GPtrArray *texts = exeat_message_texts(view->message);
    bool any = false;

    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);

        if (text->part != part || text->zone != EXEAT_ZONE_ATTACHMENT || text->source != NULL || text->length == 0)
            continue;
        letter_one_text(view, parent, i);
        any = true;
    }
    return any;
}

static bool
letter_has_texts(const LetterView *view, const ExeatPart *part)
{
    const GPtrArray *texts = exeat_message_texts(view->message);

    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);

        if (text->part == part && text->zone == EXEAT_ZONE_ATTACHMENT && text->length > 0)
            return true;
    }
    return false;
}

char *
exeat_letter_anchor(const char *path)
{
    g_autofree char *number = path != NULL ? exeat_part_number(path) : NULL;

    /* What is inside a file is named by its sender: its place is that of the file. */
    return number != NULL ? g_strconcat("part-", number, NULL) : NULL;
}

static void
letter_attachment(LetterView *view, xmlNode *list, const ExeatPart *part)
{
    const ExeatVisit *visit = view->visit;
    bool inside = strchr(part->path, '/') != NULL;
    g_autofree char *anchor = inside ? NULL : exeat_letter_anchor(part->path), *size = letter_size(visit, part->size);
    const char *file = exeat_guidance_file(part, exeat_language_code(visit->language));
    g_autofree char *kind = g_strdup_printf("%s, %s", file, size);
    xmlNode *item = exeat_tree_add(list, "li", "id", anchor, NULL), *head = exeat_tree_add(item, "p", NULL);
    const char *sealed = letter_encryption(visit, part);

    exeat_tree_add_text(head, "strong", NULL, part->file_name != NULL ? part->file_name : say(visit, "without a name"));
    exeat_tree_text(head, " ");
    exeat_tree_add_text(head, "span", "soft", kind);
    if (sealed != NULL)
        exeat_tree_add_text(item, "p", NULL, sealed);
    if (part->suspicious != NULL)
        exeat_tree_add_text(item, "p", "late", say(visit, "Do not open it: it is, or hides, a program."));
    if (letter_has_texts(view, part)) {
        xmlNode *details = exeat_tree_add(item, "details", NULL);

        exeat_tree_add_text(details, "summary", NULL, say(visit, "What is in it"));
        letter_part_texts(view, details, part);
    } else if (part->unreadable != NULL && sealed == NULL) {
        exeat_tree_add_text(item, "p", "soft", say(visit, "It could not be read."));
    }
}

static void
letter_attachments(LetterView *view, xmlNode *parent)
{
    const GPtrArray *parts = exeat_message_parts(view->message);
    xmlNode *list = NULL;
    guint shown = 0;

    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);

        if ((!part->is_attachment && !letter_has_texts(view, part)) || part->is_inline_image)
            continue;
        if (list == NULL) {
            exeat_tree_add_text(parent, "h2", NULL, say(view->visit, "Attached"));
            list = exeat_tree_add(parent, "ul", NULL);
        }
        if (++shown > EXEAT_LETTER_PARTS) {
            exeat_tree_add_text(list, "li", "soft",
                                say(view->visit, "There are more attachments than this page shows."));
            break;
        }
        letter_attachment(view, list, part);
    }
}

static void
letter_write(LetterView *view, xmlNode *parent)
{
    const ExeatVisit *visit = view->visit;
    xmlNode *facts = exeat_page_facts(parent);

    letter_addresses(facts, say(visit, "From"), exeat_message_from(view->message));
    letter_addresses(facts, say(visit, "To"), exeat_message_to(view->message));
    letter_addresses(facts, say(visit, "Cc"), exeat_message_cc(view->message));
    letter_blind(view, facts);
    letter_subject(view, facts);
    letter_body(view, parent);
    letter_attachments(view, parent);
    if (exeat_message_problems(view->message)->len > 0)
        exeat_tree_add_text(
            parent, "p", "soft",
            say(visit, "This letter is not made as e-mail should be; mail programs may show it differently."));
}

static ExeatEnvelope *
letter_envelope(const ExeatCard *card)
{
    ExeatEnvelope *envelope = exeat_envelope_new();

    envelope->sender = g_strdup(card->sender);
    envelope->account = g_strdup(card->account);
    for (guint i = 0; i < card->recipients->len; i++)
        g_ptr_array_add(envelope->recipients, g_strdup(g_ptr_array_index(card->recipients, i)));
    return envelope;
}

void
exeat_letter_show(const ExeatVisit *visit, xmlNode *parent, const ExeatCard *card, GBytes *letter)
{
    ExeatInspector *inspector = visit->office->pool != NULL ? exeat_pool_inspector(visit->office->pool) : NULL;
    gint64 deadline = g_get_monotonic_time() + EXEAT_LETTER_SECONDS * G_USEC_PER_SEC;
    g_autoptr(ExeatEnvelope) envelope = letter_envelope(card);
    g_autoptr(ExeatMessage) message = exeat_message_new_inspected(letter, envelope, NULL, inspector, deadline);
    g_autoptr(ExeatCase)
        judged = visit->desk->directory != NULL
                     ? exeat_case_new(message, visit->desk->settings->policies, visit->desk->directory, deadline)
                     : NULL;
    LetterView view = {.visit = visit,
                       .card = card,
                       .message = message,
                       .scan = judged != NULL ? exeat_case_scan(judged) : NULL,
                       .left = EXEAT_LETTER_PAGE_BYTES};

    letter_write(&view, exeat_tree_add(parent, "div", "class", "letter", NULL));
}
