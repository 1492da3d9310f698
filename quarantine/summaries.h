/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a row of a list shows of a letter and stands on its sealed card: who sent it, to whom, how many of those are
 * outside the school. Opening a card costs a millisecond, so what was opened is kept in memory, as much as its limits
 * allow, the most recently used; nothing is ever written down. A summary holds no subject and no value that was found,
 * and is wiped when its last user lets go of it.
 *
 * Whoever asks for a summary may see a list of letters; what is in a letter is exeat_quarantine_show()'s, which leaves
 * a trace. Any thread. Needs a quarantine that can read.
 */
#ifndef EXEAT_QUARANTINE_SUMMARIES_H
#define EXEAT_QUARANTINE_SUMMARIES_H

#include "quarantine/quarantine.h"

/* A summary of one letter to two people takes about 400 bytes. */
#define EXEAT_SUMMARIES_LIMIT 200000
/* A letter to a thousand people takes what a hundred others do. */
#define EXEAT_SUMMARIES_BYTES_LIMIT ((gsize)256 * 1024 * 1024)

/* What a person types has so many words; more are not looked at. */
#define EXEAT_SEARCH_WORDS_LIMIT 8
/* How long a page may wait for letters that were never opened. */
#define EXEAT_SEARCH_MS 150

typedef struct ExeatSummary {
    const char *id;
    const char *sender;            /* "" for the null sender */
    const char *account;           /* that signed in, where it is another than the sender; or NULL */
    const char *const *recipients; /* the whole envelope's, NULL-terminated */
    guint count;                   /* of recipients */
    guint outside;                 /* recipients outside the school */
    guint attachments;             /* attached files that something was found in */
    bool unreadable;               /* its card cannot be opened: all the rest is empty */
} ExeatSummary;

bool exeat_summary_is_outside(const ExeatSummary *summary, guint recipient);
bool exeat_summary_is_held(const ExeatSummary *summary, guint recipient); /* since the letter came */
ExeatSummary *exeat_summary_ref(ExeatSummary *summary);
void exeat_summary_unref(ExeatSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSummary, exeat_summary_unref)

typedef struct ExeatSummaries ExeatSummaries;

/* Keeps a reference to @quarantine. @limit summaries and @bytes at most; 0: the limits above. */
ExeatSummaries *exeat_summaries_new(ExeatQuarantine *quarantine, guint limit, gsize bytes);
void exeat_summaries_free(ExeatSummaries *summaries);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSummaries, exeat_summaries_free)

/* MALFORMED if there is no such letter. A card that cannot be opened is no error: see unreadable. */
bool exeat_summaries_get(ExeatSummaries *summaries, const char *id, ExeatSummary **out_summary, GError **error);
/* Keeps what is known of a card that is open already. */
void exeat_summaries_put(ExeatSummaries *summaries, const char *id, const ExeatCard *card);
/* NULL: all. */
void exeat_summaries_forget(ExeatSummaries *summaries, const char *id);
void exeat_summaries_size(ExeatSummaries *summaries, guint *out_count, gsize *out_bytes);

typedef struct ExeatSearch {
    GPtrArray *ids; /* the page (char *), in the filter's order: for ExeatLetterFilter.ids */
    guint64 found;  /* on all pages */
    guint64 unseen; /* letters that were not looked at, because they were never opened and time was over */
} ExeatSearch;

void exeat_search_clear(ExeatSearch *search);

/*
 * The letters of @filter (whose own offset and limit are not heeded) whose sender or one of whose recipients has each
 * of the words in @text in it, whatever their case, or whose id is the word. Cards that are not here are opened for
 * @milliseconds at most.
 */
bool exeat_summaries_search(ExeatSummaries *summaries, const char *text, const ExeatLetterFilter *filter, guint offset,
                            guint limit, gint64 milliseconds, ExeatSearch *out_search, GError **error);

/*
 * For a thread in the background: forgets letters that are gone from the store, and opens up to @most cards that are
 * not here, those that wait most urgently and then the newest first, until everything is here or the limits are
 * reached. @stop (may be NULL) is looked at between two. *out_opened (may be NULL): 0 means that there is nothing left
 * to do.
 */
bool exeat_summaries_warm(ExeatSummaries *summaries, gint *stop, guint most, guint *out_opened, GError **error);

#endif
