/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A summary is one block of memory: the struct, the pointers to its recipients, their marks, and all its strings one
 * after another, each with its NUL; then the same strings case-folded, unless they were so to begin with. A word is
 * looked for in the whole run of strings at once: it has no NUL in it, and so never lies across two.
 *
 * The cache is a table and a queue, the most recently used in front. Its lock is never held while a card is opened.
 */
#include "quarantine/summaries.h"

#include <string.h>

#include "base/error.h"
#include "quarantine/quarantine-private.h"
#include "quarantine/secret.h"

#define MARK_OUTSIDE 1u
#define MARK_HELD 2u

/* The lock is let go of after so many letters, for those who show pages meanwhile. */
#define SEARCH_STRETCH 1024

/* Letters that are opened ahead before all others: four pages of a list. */
#define WARM_URGENT 100

/* What a table and a queue cost for each, beside the block. */
#define ENTRY_OVERHEAD (sizeof(GList) + 2 * (2 * sizeof(gpointer) + sizeof(guint)))

typedef struct Summary {
    ExeatSummary public; /* first: one pointer is the other */
    gatomicrefcount references;
    gsize size; /* of the block */
    guint8 *marks;
    const char *strings;
    const char *folded;
    gsize strings_length, folded_length;
    GList link; /* in the queue; the cache's */
} Summary;

struct ExeatSummaries {
    ExeatQuarantine *quarantine;
    guint limit;
    gsize bytes_limit;
    GMutex lock;       /* guards what follows */
    GHashTable *table; /* id → Summary, with a reference */
    GQueue queue;
    gsize bytes;
    gint64 settled; /* how long the trail was when nothing was left to open; 0: something may be */
};

bool
exeat_summary_is_outside(const ExeatSummary *summary, guint recipient)
{
    return recipient < summary->count && (((const Summary *)summary)->marks[recipient] & MARK_OUTSIDE) != 0;
}

bool
exeat_summary_is_held(const ExeatSummary *summary, guint recipient)
{
    return recipient < summary->count && (((const Summary *)summary)->marks[recipient] & MARK_HELD) != 0;
}

ExeatSummary *
exeat_summary_ref(ExeatSummary *summary)
{
    g_atomic_ref_count_inc(&((Summary *)summary)->references);
    return summary;
}

void
exeat_summary_unref(ExeatSummary *summary)
{
    Summary *block = (Summary *)summary;

    if (block == NULL || !g_atomic_ref_count_dec(&block->references))
        return;
    explicit_bzero(block, block->size);
    g_free(block);
}

static void
summary_add_string(GString *strings, GString *folded, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1), *fold = g_utf8_casefold(valid, -1);

    g_string_append_len(strings, text, (gssize)strlen(text) + 1);
    g_string_append_len(folded, fold, (gssize)strlen(fold) + 1);
}

static guint
summary_count_attachments(const ExeatCard *card)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < card->places->len; i++) {
        guint attachment = g_array_index(card->places, ExeatGuidancePlace, i).attachment;

        if (attachment > 0)
            g_hash_table_add(seen, GUINT_TO_POINTER(attachment));
    }
    return g_hash_table_size(seen);
}

static void
summary_mark(Summary *summary, const ExeatQuarantine *quarantine, const ExeatCard *card)
{
    for (guint i = 0; i < card->recipients->len; i++) {
        if (exeat_quarantine_is_inside(quarantine, g_ptr_array_index(card->recipients, i)))
            continue;
        summary->marks[i] |= MARK_OUTSIDE;
        summary->public.outside++;
    }
    for (guint i = 0; i < card->held->len; i++) {
        if (g_array_index(card->held, guint, i) < card->recipients->len)
            summary->marks[g_array_index(card->held, guint, i)] |= MARK_HELD;
    }
}

/* The strings of a card, one after another: id, sender, account if there is one, recipients. */
static Summary *
summary_lay_out(const GString *strings, const GString *folded, guint recipients, bool account)
{
    bool same = strings->len == folded->len && memcmp(strings->str, folded->str, strings->len) == 0;
    gsize pointers = (recipients + 1) * sizeof(char *);
    gsize size = sizeof(Summary) + pointers + recipients + strings->len + (same ? 0 : folded->len);
    Summary *summary = g_malloc0(size);
    const char **list = (const char **)(summary + 1);
    char *at;

    g_atomic_ref_count_init(&summary->references);
    summary->size = size;
    summary->link.data = summary;
    summary->marks = (guint8 *)(list + recipients + 1);
    at = (char *)summary->marks + recipients;
    memcpy(at, strings->str, strings->len);
    summary->strings = at;
    summary->strings_length = strings->len;
    summary->folded = same ? at : memcpy(at + strings->len, folded->str, folded->len);
    summary->folded_length = folded->len;
    summary->public.id = at;
    at += strlen(at) + 1;
    summary->public.sender = at;
    at += strlen(at) + 1;
    if (account) {
        summary->public.account = at;
        at += strlen(at) + 1;
    }
    summary->public.recipients = list;
    summary->public.count = recipients;
    for (guint i = 0; i < recipients; i++, at += strlen(at) + 1)
        list[i] = at;
    return summary;
}

/* @card may be NULL: it cannot be read. */
static Summary *
summary_new(const ExeatQuarantine *quarantine, const char *id, const ExeatCard *card)
{
    GString *strings = g_string_new(""), *folded = g_string_new("");
    bool account = card != NULL && card->account != NULL && !exeat_deciders_same(card->account, card->sender);
    Summary *summary;

    /* The id is matched whole, and not by a part of it. */
    g_string_append_len(strings, id, (gssize)strlen(id) + 1);
    g_string_append_len(folded, id, (gssize)strlen(id) + 1);
    summary_add_string(strings, folded, card != NULL ? card->sender : "");
    if (account)
        summary_add_string(strings, folded, card->account);
    for (guint i = 0; card != NULL && i < card->recipients->len; i++)
        summary_add_string(strings, folded, g_ptr_array_index(card->recipients, i));
    summary = summary_lay_out(strings, folded, card != NULL ? card->recipients->len : 0, account);
    summary->public.unreadable = card == NULL;
    if (card != NULL) {
        summary->public.attachments = summary_count_attachments(card);
        summary_mark(summary, quarantine, card);
    }
    explicit_bzero(strings->str, strings->len);
    explicit_bzero(folded->str, folded->len);
    g_string_free(strings, true);
    g_string_free(folded, true);
    return summary;
}

/* --- the cache ---------------------------------------------------------------------------------------------------- */

ExeatSummaries *
exeat_summaries_new(ExeatQuarantine *quarantine, guint limit, gsize bytes)
{
    ExeatSummaries *summaries = g_new0(ExeatSummaries, 1);

    summaries->quarantine = exeat_quarantine_ref(quarantine);
    summaries->limit = limit > 0 ? limit : EXEAT_SUMMARIES_LIMIT;
    summaries->bytes_limit = bytes > 0 ? bytes : EXEAT_SUMMARIES_BYTES_LIMIT;
    summaries->table = g_hash_table_new(g_str_hash, g_str_equal);
    g_mutex_init(&summaries->lock);
    g_queue_init(&summaries->queue);
    return summaries;
}

static gsize
summaries_cost(const Summary *summary)
{
    return summary->size + ENTRY_OVERHEAD;
}

/* With the lock held. */
static void
summaries_drop(ExeatSummaries *summaries, Summary *summary)
{
    g_queue_unlink(&summaries->queue, &summary->link);
    g_hash_table_remove(summaries->table, summary->public.id);
    summaries->bytes -= summaries_cost(summary);
    exeat_summary_unref(&summary->public);
}

/* With the lock held. (transfer none) or NULL */
static Summary *
summaries_find(ExeatSummaries *summaries, const char *id, bool touch)
{
    Summary *summary = g_hash_table_lookup(summaries->table, id);

    if (summary != NULL && touch) {
        g_queue_unlink(&summaries->queue, &summary->link);
        g_queue_push_head_link(&summaries->queue, &summary->link);
    }
    return summary;
}

/* With the lock held. */
static bool
summaries_are_full(const ExeatSummaries *summaries)
{
    return summaries->queue.length > summaries->limit || summaries->bytes > summaries->bytes_limit;
}

static void
summaries_add(ExeatSummaries *summaries, Summary *summary)
{
    Summary *former;

    g_mutex_lock(&summaries->lock);
    former = summaries_find(summaries, summary->public.id, false);
    if (former != NULL)
        summaries_drop(summaries, former);
    exeat_summary_ref(&summary->public);
    g_hash_table_insert(summaries->table, (gpointer)(guintptr)summary->public.id, summary);
    g_queue_push_head_link(&summaries->queue, &summary->link);
    summaries->bytes += summaries_cost(summary);
    while (summaries_are_full(summaries))
        summaries_drop(summaries, summaries->queue.tail->data);
    g_mutex_unlock(&summaries->lock);
}

void
exeat_summaries_put(ExeatSummaries *summaries, const char *id, const ExeatCard *card)
{
    Summary *summary = summary_new(summaries->quarantine, id, card);

    summaries_add(summaries, summary);
    exeat_summary_unref(&summary->public);
}

void
exeat_summaries_forget(ExeatSummaries *summaries, const char *id)
{
    Summary *summary;

    g_mutex_lock(&summaries->lock);
    summaries->settled = 0;
    if (id != NULL) {
        summary = summaries_find(summaries, id, false);
        if (summary != NULL)
            summaries_drop(summaries, summary);
    }
    while (id == NULL && summaries->queue.length > 0)
        summaries_drop(summaries, summaries->queue.tail->data);
    g_mutex_unlock(&summaries->lock);
}

void
exeat_summaries_free(ExeatSummaries *summaries)
{
    if (summaries == NULL)
        return;
    exeat_summaries_forget(summaries, NULL);
    g_hash_table_unref(summaries->table);
    g_mutex_clear(&summaries->lock);
    exeat_quarantine_unref(summaries->quarantine);
    g_free(summaries);
}

void
exeat_summaries_size(ExeatSummaries *summaries, guint *out_count, gsize *out_bytes)
{
    g_mutex_lock(&summaries->lock);
    *out_count = summaries->queue.length;
    *out_bytes = summaries->bytes;
    g_mutex_unlock(&summaries->lock);
}

/* Opens the card of a letter that is there; one that is damaged, or sealed for others, is unreadable for good. */
static bool
summaries_open(ExeatSummaries *summaries, const char *id, Summary **out_summary, GError **error)
{
    g_autoptr(GBytes) sealed = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GError) problem = NULL;

    if (!exeat_store_read_card(summaries->quarantine->store, id, &sealed, error))
        return false;
    if (!exeat_quarantine_open_card(summaries->quarantine, sealed, &card, &problem) &&
        !g_error_matches(problem, EXEAT_ERROR, EXEAT_ERROR_MALFORMED)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    *out_summary = summary_new(summaries->quarantine, id, card);
    summaries_add(summaries, *out_summary);
    return true;
}

bool
exeat_summaries_get(ExeatSummaries *summaries, const char *id, ExeatSummary **out_summary, GError **error)
{
    Summary *summary;

    g_mutex_lock(&summaries->lock);
    summary = summaries_find(summaries, id, true);
    if (summary != NULL)
        exeat_summary_ref(&summary->public);
    g_mutex_unlock(&summaries->lock);
    if (summary == NULL && !summaries_open(summaries, id, &summary, error))
        return false;
    *out_summary = &summary->public;
    return true;
}

/* --- searching ---------------------------------------------------------------------------------------------------- */

typedef struct SearchWord {
    char *folded;
    gsize length;
    char *id; /* the same as an id, or NULL */
} SearchWord;

static void
search_add_word(GArray *words, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    SearchWord word = {.folded = g_utf8_casefold(valid, -1), .id = exeat_held_parse_id(text)};

    word.length = strlen(word.folded);
    g_array_append_val(words, word);
}

static void
search_clear_word(gpointer data)
{
    SearchWord *word = data;

    exeat_secret_free(word->folded);
    g_free(word->id);
}

/* (transfer full) array of SearchWord */
static GArray *
search_words(const char *text)
{
    GArray *words = g_array_new(false, false, sizeof(SearchWord));
    g_auto(GStrv) parts = NULL;
    g_autofree char *id = exeat_held_parse_id(text);

    g_array_set_clear_func(words, search_clear_word);
    /* An id that was read out may have been written with spaces. */
    if (id != NULL) {
        search_add_word(words, id);
        return words;
    }
    parts = g_strsplit_set(text, " \t\r\n", -1);
    for (gsize i = 0; parts[i] != NULL && words->len < EXEAT_SEARCH_WORDS_LIMIT; i++) {
        if (*parts[i] != '\0')
            search_add_word(words, parts[i]);
    }
    return words;
}

static bool
search_matches(const Summary *summary, const GArray *words)
{
    gsize skip = strlen(summary->public.id) + 1;

    for (guint i = 0; i < words->len; i++) {
        const SearchWord *word = &g_array_index(words, SearchWord, i);

        if (word->id != NULL && strcmp(word->id, summary->public.id) == 0)
            continue;
        if (memmem(summary->folded + skip, summary->folded_length - skip, word->folded, word->length) == NULL)
            return false;
    }
    return true;
}

void
exeat_search_clear(ExeatSearch *search)
{
    g_clear_pointer(&search->ids, g_ptr_array_unref);
    search->found = search->unseen = 0;
}

typedef struct Search {
    ExeatSummaries *summaries;
    const GArray *words;
    guint offset, limit;
    gint64 until; /* monotonic */
    ExeatSearch result;
} Search;

static void
search_take(Search *search, const char *id)
{
    if (search->result.found >= search->offset && search->result.ids->len < search->limit)
        g_ptr_array_add(search->result.ids, g_strdup(id));
    search->result.found++;
}

/* A letter that is not here. */
static bool
search_open(Search *search, const char *id, GError **error)
{
    g_autoptr(GError) problem = NULL;
    Summary *summary = NULL;

    if (g_get_monotonic_time() >= search->until) {
        search->result.unseen++;
        return true;
    }
    if (!summaries_open(search->summaries, id, &summary, &problem)) {
        /* Gone since it was listed. */
        if (g_error_matches(problem, EXEAT_ERROR, EXEAT_ERROR_MALFORMED))
            return true;
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (search_matches(summary, search->words))
        search_take(search, id);
    exeat_summary_unref(&summary->public);
    return true;
}

/* From @at on, as far as letters are here and the stretch goes. Returns where it ended. */
static guint
search_stretch(Search *search, const GPtrArray *ids, guint at)
{
    guint end = MIN(ids->len, at + SEARCH_STRETCH);

    g_mutex_lock(&search->summaries->lock);
    for (; at < end; at++) {
        const char *id = g_ptr_array_index(ids, at);
        /* Being looked at by a search is no use of a letter: the first pages stay in front. */
        const Summary *summary = search->words->len > 0 ? summaries_find(search->summaries, id, false) : NULL;

        if (summary == NULL && search->words->len > 0)
            break;
        if (summary == NULL || search_matches(summary, search->words))
            search_take(search, id);
    }
    g_mutex_unlock(&search->summaries->lock);
    return at;
}

bool
exeat_summaries_search(ExeatSummaries *summaries, const char *text, const ExeatLetterFilter *filter, guint offset,
                       guint limit, gint64 milliseconds, ExeatSearch *out_search, GError **error)
{
    g_autoptr(GPtrArray) ids = NULL;
    g_autoptr(GArray) words = search_words(text);
    Search search = {.summaries = summaries,
                     .words = words,
                     .offset = offset,
                     .limit = limit,
                     .until = g_get_monotonic_time() + milliseconds * 1000};

    if (!exeat_store_list_ids(summaries->quarantine->store, filter, &ids, error))
        return false;
    search.result.ids = g_ptr_array_new_with_free_func(g_free);
    for (guint at = 0; at < ids->len;) {
        guint end = search_stretch(&search, ids, at);

        if (end == at && !search_open(&search, g_ptr_array_index(ids, at), error)) {
            exeat_search_clear(&search.result);
            return false;
        }
        at = end == at ? at + 1 : end;
    }
    *out_search = search.result;
    return true;
}

/* --- in the background -------------------------------------------------------------------------------------------- */

/* Letters that retention took are not to live on here. */
static void
summaries_forget_gone(ExeatSummaries *summaries, const GPtrArray *held, const GPtrArray *flagged)
{
    g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) gone = g_ptr_array_new();

    for (guint i = 0; i < held->len; i++)
        g_hash_table_add(there, g_ptr_array_index(held, i));
    for (guint i = 0; i < flagged->len; i++)
        g_hash_table_add(there, g_ptr_array_index(flagged, i));
    g_mutex_lock(&summaries->lock);
    for (GList *link = summaries->queue.head; link != NULL; link = link->next) {
        if (!g_hash_table_contains(there, ((Summary *)link->data)->public.id))
            g_ptr_array_add(gone, link->data);
    }
    for (guint i = 0; i < gone->len; i++)
        summaries_drop(summaries, g_ptr_array_index(gone, i));
    g_mutex_unlock(&summaries->lock);
}

/* Whether it is to be opened: it is not here, and nothing has to go for it. */
static bool
summaries_want(ExeatSummaries *summaries, const char *id, bool *out_full)
{
    bool here;

    g_mutex_lock(&summaries->lock);
    here = g_hash_table_contains(summaries->table, id);
    *out_full = summaries->queue.length >= summaries->limit || summaries->bytes >= summaries->bytes_limit;
    g_mutex_unlock(&summaries->lock);
    return !here;
}

static bool
summaries_warm_list(ExeatSummaries *summaries, const GPtrArray *ids, gint *stop, guint most, guint *opened,
                    GError **error)
{
    bool full = false;

    for (guint i = 0; i < ids->len && *opened < most && !full; i++) {
        g_autoptr(GError) problem = NULL;
        Summary *summary = NULL;

        if (stop != NULL && g_atomic_int_get(stop) != 0)
            return true;
        if (!summaries_want(summaries, g_ptr_array_index(ids, i), &full) || full)
            continue;
        if (summaries_open(summaries, g_ptr_array_index(ids, i), &summary, &problem)) {
            exeat_summary_unref(&summary->public);
            (*opened)++;
        } else if (!g_error_matches(problem, EXEAT_ERROR, EXEAT_ERROR_MALFORMED)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
    return true;
}

/* What stands on the first pages of what waits: people look there first. */
static bool
summaries_warm_urgent(ExeatSummaries *summaries, gint *stop, guint most, guint *opened, GError **error)
{
    const ExeatLetterFilter filter = {.states = 1u << EXEAT_HELD_HELD | 1u << EXEAT_HELD_FAILED,
                                      .order = EXEAT_LETTERS_DEADLINE,
                                      .limit = WARM_URGENT};
    g_autoptr(GPtrArray) rows = NULL, ids = g_ptr_array_new();

    if (!exeat_store_list(summaries->quarantine->store, &filter, &rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(ids, ((const ExeatLetterRow *)g_ptr_array_index(rows, i))->id);
    return summaries_warm_list(summaries, ids, stop, most, opened, error);
}

/* Letters come and go with a row of the trail: while it is as long as it was, there is nothing to do. */
static bool
summaries_are_settled(ExeatSummaries *summaries, gint64 trail)
{
    bool settled;

    g_mutex_lock(&summaries->lock);
    settled = summaries->settled > 0 && summaries->settled == trail;
    g_mutex_unlock(&summaries->lock);
    return settled;
}

static void
summaries_settle(ExeatSummaries *summaries, gint64 trail)
{
    g_mutex_lock(&summaries->lock);
    summaries->settled = trail;
    g_mutex_unlock(&summaries->lock);
}

bool
exeat_summaries_warm(ExeatSummaries *summaries, gint *stop, guint most, guint *out_opened, GError **error)
{
    ExeatLetterFilter filter = {.order = EXEAT_LETTERS_NEWEST};
    g_autoptr(GPtrArray) held = NULL, flagged = NULL;
    g_autofree char *head = NULL;
    gint64 trail = 0;
    guint opened = 0;
    bool done;

    if (!exeat_store_audit_head(summaries->quarantine->store, &trail, &head, error))
        return false;
    if (summaries_are_settled(summaries, trail)) {
        if (out_opened != NULL)
            *out_opened = 0;
        return true;
    }
    if (!summaries_warm_urgent(summaries, stop, most, &opened, error) ||
        !exeat_store_list_ids(summaries->quarantine->store, &filter, &held, error))
        return false;
    filter.flagged = true;
    if (!exeat_store_list_ids(summaries->quarantine->store, &filter, &flagged, error))
        return false;
    summaries_forget_gone(summaries, held, flagged);
    done = summaries_warm_list(summaries, held, stop, most, &opened, error) &&
           summaries_warm_list(summaries, flagged, stop, most, &opened, error);
    if (done && opened < most && (stop == NULL || g_atomic_int_get(stop) == 0))
        summaries_settle(summaries, trail);
    if (done && out_opened != NULL)
        *out_opened = opened;
    return done;
}
