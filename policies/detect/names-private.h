/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the name finder share: the words of a stretch of text (names_words.c), the shapes of names
 * (names.c, names_short.c), what speaks for and against one (names_judge.c), rows of tables (names_rows.c).
 */
#ifndef EXEAT_POLICIES_DETECT_NAMES_PRIVATE_H
#define EXEAT_POLICIES_DETECT_NAMES_PRIVATE_H

#include "directory/fold.h"
#include "directory/lookup.h"
#include "policies/detect/names.h"

/* Words looked at together, and what they are when folded. Longer prose is cut there. */
#define NAMES_MAX_WORDS 1024u
#define NAMES_FOLDED_BYTES (NAMES_MAX_WORDS * EXEAT_FOLD_MAX)

typedef enum NameGap {
    NAME_GAP_BREAK,  /* nothing joins across it: beginning, paragraph, tab, cell */
    NAME_GAP_CAMEL,  /* JamieSmith */
    NAME_GAP_HYPHEN, /* Smith-Jones */
    NAME_GAP_SPACE,  /* also _ */
    NAME_GAP_WRAP,   /* a single line end */
    NAME_GAP_COMMA,
    NAME_GAP_DOT,     /* J.Smith */
    NAME_GAP_STOP,    /* J. Smith, and the end of a sentence */
    NAME_GAP_BRACKET, /* Jamie (Jim) Smith */
    NAME_GAP_AND,     /* Jamie & Ella */
    NAME_GAP_AT,
    NAME_GAP_OTHER,
} NameGap;

typedef struct NameToken {
    ExeatWord word;
    NameGap gap;  /* before it */
    guint32 fold; /* where its folded form begins in NameScan.folded */
    guint16 length;
    bool begins;  /* a name of several words may begin here */
    bool masked;  /* part of a mail address or URL */
    guint8 level; /* exeat_word_level() */
    guint16 cues;
    guint count;
    const ExeatNameEntry *entries;
} NameToken;

typedef enum NameStyle {
    NAME_STYLE_MIXED, /* capitals mean something */
    NAME_STYLE_TITLE, /* Every Word Has One */
    NAME_STYLE_UPPER,
    NAME_STYLE_LOWER,
} NameStyle;

struct ExeatNameContext {
    GHashTable *allowed; /* phrases, folded word by word */
    guint longest;       /* in words */
};

/* Who it could be. */
typedef struct NameWho {
    ExeatPersonId person;
    ExeatRole role;
    guint people; /* 0: nobody */
    guint32 use;  /* the strongest union of uses */
} NameWho;

/* Answers of names_who.c: "James Smith" a thousand times over is looked up once. */
#define NAMES_CACHE 64u
typedef struct NameCached {
    const void *one; /* entries; NULL is a free place */
    const void *other;
    guint32 question;
    NameWho who;
} NameCached;

typedef struct NameScan {
    const ExeatDirectory *directory;
    const ExeatNameContext *context;
    const char *text;
    gsize length;
    GArray *tokens; /* of NameToken */
    char *folded;   /* NAMES_FOLDED_BYTES */
    gsize folded_length;
    NameStyle style;
    GArray *out;
    NameCached *cache; /* NAMES_CACHE places */
} NameScan;

/* Words [first, last] that are one name in the directory. */
typedef struct NameUnit {
    guint first;
    guint last;
    const ExeatNameEntry *entries;
    guint count;
    guint level;
} NameUnit;

static inline NameToken *
name_token(const NameScan *scan, guint i)
{
    return &g_array_index(scan->tokens, NameToken, i);
}

static inline const char *
name_folded(const NameScan *scan, const NameToken *token)
{
    return scan->folded + token->fold;
}

static inline bool
name_is_capital(const NameToken *token)
{
    return (token->word.flags & EXEAT_WORD_CAPITAL) != 0;
}

static inline bool
name_is_initial(const NameToken *token)
{
    return token->word.letters == 1 && (token->word.flags & EXEAT_WORD_DIGITS) == 0 && !token->masked;
}

/* --- names_words.c */
NameGap exeat_name_gap(const NameScan *scan, gsize from, gsize to);
void exeat_name_settle_words(NameScan *scan);
/* The unit of @words words from @first on; false if the directory has none. */
bool exeat_name_unit(const NameScan *scan, guint first, guint words, NameUnit *out_unit);

/* --- names_judge.c */
bool exeat_name_cue_near(const NameScan *scan, guint first, guint last, guint cues, guint reach);
bool exeat_name_pupil_near(const NameScan *scan, guint first, guint last);
/* Two words of a name, by how they are written. */
bool exeat_name_pair_stands(const NameScan *scan, const NameUnit *one, const NameUnit *other);
/* True if the words [first, last] are rather something else: a work, a place, a phrase that is allowed. */
/* *out_namesake (may be NULL) is set where only the name itself, and no word beside it, speaks of a work. */
bool exeat_name_is_other(const NameScan *scan, guint first, guint last, ExeatNameForm form, guint levels,
                         bool *out_namesake);
/* True if what comes behind word @last does not continue it. */
bool exeat_name_ends(const NameScan *scan, guint last);

/* --- names_who.c */
bool exeat_name_both(const NameScan *scan, const NameUnit *given, const NameUnit *family, NameWho *out_who);
bool exeat_name_with_initial(const NameScan *scan, const NameUnit *unit, guint32 use, char initial, NameWho *out_who);
/* Who has the name in that use. More than @most people need not be counted: they are too many for whoever asks. */
bool exeat_name_with_use(const NameScan *scan, const NameUnit *unit, guint32 use, bool staff_first, guint most,
                         NameWho *out_who);

/* --- names.c, names_short.c: a match that begins at word @at; returns the word behind it, or 0 */
guint exeat_name_full(NameScan *scan, guint at, ExeatNameMatch *match);
guint exeat_name_short(NameScan *scan, guint at, ExeatNameMatch *match);
void exeat_name_begin(ExeatNameMatch *match, const NameWho *who, ExeatNameForm form, guint confidence);
void exeat_name_put_parts(const NameScan *scan, ExeatNameMatch *match, guint first, guint last, ExeatNamePartKind kind);

/* --- names_rows.c */
void exeat_name_rows(NameScan *scan, const GArray *cells);

/* --- names_users.c */
void exeat_name_users(NameScan *scan);

#endif
