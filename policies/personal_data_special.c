/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Special categories and safeguarding beside a named child: one child is enough. The words by themselves are what
 * schools talk about all day (training, policies, charity days), so a word counts only where it is said of somebody.
 *
 * Who is named: pupils by their names; and, once a letter names a child in full or goes to a child's parent, the
 * child's given name alone.
 */
#include <string.h>

#include "directory/fold.h"
#include "policies/detect/link.h"
#include "policies/personal_data.h"

#define SAME_PARAGRAPH_LESS 12
#define TOPIC_BYTES 32     /* how near a word of them stands */
#define MENTION_REACH 2000 /* bytes beyond which nothing belongs together */
#define TOPIC_LESS 40      /* a charity run, an essay, a training day */
#define SAID_OF_BYTES 40
#define PRONOUN_LESS 5
#define PRONOUN_LEAST 75 /* words weaker than this need the name itself */
#define GIVEN_ONLY_SURE 75

/* What turns a word of pastoral care into a topic: "safeguarding training", "autism awareness week". */
static const char topic_words[] =
    "charity|charities|raised|raise|raising|fundraising|fundraiser|sponsor|sponsored|donate|donated|donation|donations|"
    "awareness|assembly|assemblies|lesson|lessons|project|topic|essay|essays|book|books|novel|copies|character|"
    "characters|"
    "workshop|workshops|poster|presentation|learn about|learning about|learnt about|museum|policy|policies|training|"
    "trained|inset|course|courses|webinar|newsletter|guidance|leaflet|campaign|research|trust fund|legislation|"
    "procedure|procedures|handbook|curriculum|pshe|polisi|hyfforddiant|elusen|codi arian|gwers";

/* What behind the word makes an office or a thing of it: "safeguarding lead", "SEN department". */
static const char office_words[] =
    "lead|leads|officer|team|department|coordinator|co-ordinator|manager|governor|governors|policy|policies|training|"
    "awareness|"
    "week|day|month|charity|uk|research|trust|foundation|society|association|provision map|register|kit|bag|link|code "
    "of practice|"
    "partnership|board|hub|service|services|statement|audit|update|bulletin|swyddog|tîm|polisi|arweinydd";

static const char pronouns[] = "he|she|his|her|him|hers|your son|your daughter|your child|this pupil|the pupil|this "
                               "child|the child|this student|the student|"
                               "your son's|your daughter's|your child's|ei|iddo|iddi|mae'n|ganddo|ganddi|y "
                               "disgybl|eich plentyn|eich mab|eich merch";

typedef struct Mention {
    gsize start, end;
    ExeatPersonId person;
    guint confidence;
} Mention;

typedef struct Special {
    const ExeatCase *letter;
    ExeatGather *gather;
    GHashTable *children; /* pupils whom a given name alone can mean: set of id + 1 */
    ExeatPersonId only;   /* the one child that the letter names, or EXEAT_NOBODY */
} Special;

static void
add_children_of_readers(const ExeatCase *letter, GHashTable *children)
{
    const GPtrArray *recipients = exeat_case_recipients(letter);
    const ExeatDirectory *directory = exeat_case_directory(letter);
    for (guint i = 0; i < recipients->len; i++) {
        const ExeatRecipient *recipient = g_ptr_array_index(recipients, i);
        if (!(recipient->class & EXEAT_CLASS_PARENT) || recipient->person == EXEAT_NOBODY)
            continue;
        gsize count = 0;
        const ExeatPersonId *links = exeat_directory_links(directory, recipient->person, &count);
        for (gsize k = 0; k < count; k++)
            g_hash_table_add(children, GUINT_TO_POINTER(links[k] + 1));
    }
}

static bool
is_given_name_of(const Special *special, const char *folded, gsize length, ExeatPersonId *out_person)
{
    const ExeatNameEntry *entries = NULL;
    gsize count = exeat_directory_names(exeat_case_directory(special->letter), folded, length, &entries);
    for (gsize i = 0; i < count; i++) {
        if ((entries[i].use & EXEAT_NAME_GIVEN) &&
            g_hash_table_contains(special->children, GUINT_TO_POINTER(entries[i].person + 1))) {
            *out_person = entries[i].person;
            return true;
        }
    }
    return false;
}

static void
add_given_only(const Special *special, const ExeatText *text, GArray *mentions)
{
    char folded[EXEAT_FOLD_MAX + 1];
    gsize length = 0;
    ExeatWord word;
    for (gsize at = 0; exeat_fold_next_word(text->text, text->length, &at, &word, folded, &length);) {
        Mention mention = {word.start, word.end, EXEAT_NOBODY, GIVEN_ONLY_SURE};
        if ((word.flags & EXEAT_WORD_CAPITAL) && is_given_name_of(special, folded, length, &mention.person))
            g_array_append_val(mentions, mention);
    }
}

static int
compare_mentions(gconstpointer a, gconstpointer b)
{
    const Mention *one = a;
    const Mention *other = b;
    return one->start < other->start ? -1 : one->start > other->start;
}

/* The first mention that can still belong to what stands at @start. */
static guint
first_mention_near(const GArray *mentions, gsize start)
{
    guint low = 0;
    for (guint high = mentions->len; low < high;) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(mentions, Mention, middle).start + MENTION_REACH < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Every place at which this text names a child, in order. (transfer full) */
static GArray *
collect_mentions(const Special *special, const ExeatScanText *scanned)
{
    GArray *mentions = g_array_new(FALSE, FALSE, sizeof(Mention));
    for (guint i = 0; i < scanned->names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(scanned->names, ExeatNameMatch, i);
        bool counts = name->confidence >= EXEAT_SURE || name->confidence == EXEAT_NAME_NAMESAKE;
        if (name->role != EXEAT_ROLE_PUPIL || !counts)
            continue;
        Mention mention = {name->start, name->end, name->person, name->confidence};
        g_array_append_val(mentions, mention);
    }
    if (g_hash_table_size(special->children) > 0)
        add_given_only(special, scanned->text, mentions);
    g_array_sort(mentions, compare_mentions);
    return mentions;
}

static guint
less(guint confidence, guint amount)
{
    return confidence > amount ? confidence - amount : 0;
}

/* How plainly the word is said of a person here, and not of a topic. */
static guint
term_confidence(const ExeatScanText *scanned, const ExeatHit *term)
{
    gsize start, end;
    exeat_sentence_around(scanned->text, term->start, term->end, &start, &end);
    gsize after = MIN(term->end + 24, scanned->text->length);
    gsize next = term->end;
    while (next < after && !g_ascii_isalpha(scanned->text->text[next]))
        next++;
    while (next < after && (g_ascii_isalpha(scanned->text->text[next]) || scanned->text->text[next] == '-'))
        next++;
    if (exeat_context_within(&scanned->context, term->end, next, office_words))
        return 0;
    start = MAX(start, term->start > TOPIC_BYTES ? term->start - TOPIC_BYTES : 0);
    end = MIN(end, term->end + TOPIC_BYTES);
    bool topic = exeat_context_within(&scanned->context, start, term->start, topic_words) ||
                 exeat_context_within(&scanned->context, term->end, end, topic_words);
    return topic ? less(term->confidence, TOPIC_LESS) : term->confidence;
}

static guint
linked_confidence(guint confidence, ExeatNearness nearness)
{
    switch (nearness) {
    case EXEAT_SAME_LINE:
    case EXEAT_NEAR:
        return confidence;
    case EXEAT_SAME_PARAGRAPH:
        return less(confidence, SAME_PARAGRAPH_LESS);
    default:
        return 0;
    }
}

/* "Jack Frost has epilepsy": beside a plain word, in so few bytes, even a namesake of somebody is the pupil. */
static bool
is_said_of(const Mention *mention, const ExeatHit *term)
{
    return term->confidence >= PRONOUN_LEAST && mention->end <= term->start &&
           term->start - mention->end <= SAID_OF_BYTES;
}

static const Mention *
nearest_mention(const ExeatScanText *scanned, const GArray *mentions, const ExeatHit *term, ExeatNearness *out_nearness)
{
    const Mention *best = NULL;
    *out_nearness = EXEAT_APART;
    for (guint i = first_mention_near(mentions, term->start); i < mentions->len; i++) {
        const Mention *mention = &g_array_index(mentions, Mention, i);
        if (mention->start > term->end + MENTION_REACH)
            break;
        ExeatNearness nearness = exeat_nearness(scanned->text, mention->start, mention->end, term->start, term->end);
        if (mention->confidence == EXEAT_NAME_NAMESAKE && !is_said_of(mention, term))
            continue;
        if (nearness > *out_nearness) {
            *out_nearness = nearness;
            best = mention;
        }
    }
    return best;
}

/* "He has been diagnosed …" in a letter about one child. */
static bool
is_about_only(const Special *special, const ExeatScanText *scanned, const ExeatHit *term, guint confidence)
{
    if (special->only == EXEAT_NOBODY || confidence < PRONOUN_LEAST)
        return false;
    gsize start, end;
    exeat_sentence_around(scanned->text, term->start, term->end, &start, &end);
    return exeat_context_within(&scanned->context, start, end, pronouns);
}

/* What a parent wrote about their own child comes back to them in the thread below: no news to them. */
static ExeatPersonId
family_of(const ExeatText *text, ExeatPersonId person)
{
    return text->zone == EXEAT_ZONE_QUOTED ? person : EXEAT_NOBODY;
}

static void
weigh_term(const Special *special, const ExeatScanText *scanned, const GArray *mentions, const ExeatHit *term)
{
    guint confidence = term_confidence(scanned, term);
    if (confidence < EXEAT_SURE)
        return;
    ExeatNearness nearness;
    const Mention *mention = nearest_mention(scanned, mentions, term, &nearness);
    ExeatPersonId person = mention ? mention->person : special->only;
    guint linked = mention ? linked_confidence(confidence, nearness) : 0;
    if (linked < EXEAT_SURE && is_about_only(special, scanned, term, confidence)) {
        person = special->only;
        linked = less(confidence, PRONOUN_LESS);
    }
    if (linked >= EXEAT_SURE)
        exeat_gather_add(special->gather, term->rule, scanned->text, term->start, linked, exeat_subject_person(person),
                         family_of(scanned->text, person));
}

static void
find_in_text(const Special *special, const ExeatScanText *scanned)
{
    g_autoptr(GArray) mentions = collect_mentions(special, scanned);
    for (guint i = 0; i < scanned->terms->len; i++)
        weigh_term(special, scanned, mentions, &g_array_index(scanned->terms, ExeatHit, i));
}

void
exeat_find_special(const ExeatCase *letter, ExeatGather *gather)
{
    Special special = {letter, gather, exeat_pupils_named(letter), EXEAT_NOBODY};
    if (g_hash_table_size(special.children) == 1) {
        GHashTableIter each;
        gpointer key = NULL;
        g_hash_table_iter_init(&each, special.children);
        g_hash_table_iter_next(&each, &key, NULL);
        special.only = GPOINTER_TO_UINT(key) - 1;
    }
    add_children_of_readers(letter, special.children);
    const ExeatScan *scan = exeat_case_scan(letter);
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        if (scanned->terms->len > 0)
            find_in_text(&special, scanned);
    }
    g_hash_table_unref(special.children);
}
