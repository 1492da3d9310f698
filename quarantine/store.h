/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where held letters are kept. A back end is a struct of functions; this floor knows it through here alone.
 *
 * All writing is one value, an ExeatChange, and one call: a letter with its recipients and findings, moves of
 * recipients along the arrows of held.h, mails for the outbox, outcomes of mails, rows for the audit trail. It happens
 * whole, on disk, or not at all.
 *
 * The store sees sealed blobs. In clear beside them stand opaque ids, times, sizes, counts, words of ours (policy,
 * rule, state, event), SMTP reply codes and keyed digests (repeat.h); nothing that a letter or a person wrote.
 *
 * A handle may be used by many threads (one at a time gets in); several processes may have the same store open.
 */
#ifndef EXEAT_QUARANTINE_STORE_H
#define EXEAT_QUARANTINE_STORE_H

#include <glib.h>
#include <stdbool.h>

#include "quarantine/held.h"

/* A letter is at most so large; what MTAs are set to let through is far below. */
#define EXEAT_STORE_LETTER_LIMIT (256 * 1024 * 1024)
#define EXEAT_STORE_LIST_LIMIT 1000

typedef struct ExeatStore ExeatStore;

typedef enum ExeatLetterKind {
    EXEAT_LETTER_HELD,    /* somebody decides */
    EXEAT_LETTER_FLAGGED, /* went out; a copy for the monitor */
} ExeatLetterKind;

/* The clear part of a finding. */
typedef struct ExeatFindingRow {
    const char *policy, *rule; /* interned */
    const char *clause;        /* interned, or NULL */
    int confidence, zone, action;
    guint count, data_subjects;
} ExeatFindingRow;

typedef struct ExeatLetterRow {
    char *id;
    ExeatLetterKind kind;
    gint64 held_at;
    gint64 deadline_at;              /* 0 for a flagged copy */
    gint64 remind_at;                /* 0: no reminder (any more) */
    gint64 closed_at;                /* 0 while open */
    gint64 size;                     /* of the letter, in bytes */
    const char *role;                /* of those who decide, interned; "" in a row of before it was written down */
    bool kept;                       /* evidence: retention passes it by */
    guint states[EXEAT_HELD_STATES]; /* recipients in each state; read, not written */
    GArray *findings;                /* ExeatFindingRow */
} ExeatLetterRow;

ExeatLetterRow *exeat_letter_row_new(void);
void exeat_letter_row_free(ExeatLetterRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatLetterRow, exeat_letter_row_free)

typedef struct ExeatRecipientRow {
    char *letter;
    guint index;
    ExeatHeldState state;
    guint attempts;
    gint64 changed_at;           /* when it came into this state */
    gint64 attempt_started_at;   /* 0: none */
    gint64 next_at;              /* releasing: when it is tried next */
    guint code;                  /* of the last reply; 0: no answer */
    char *enhanced;              /* "5.1.1", or NULL */
    bool put_right;              /* goes out with the card's remedy */
    char *decision;              /* the decision that moved it last (exeat_held_new_decision()), or NULL */
    ExeatHeldState decided_from; /* the state that this decision found it in */
} ExeatRecipientRow;

void exeat_recipient_row_free(ExeatRecipientRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatRecipientRow, exeat_recipient_row_free)

/* A mail of ours that waits to be sent. */
typedef struct ExeatMailRow {
    gint64 id;
    gint64 created_at;
    char *kind;   /* "held", "decision", …: a word of ours */
    char *letter; /* or NULL */
    char *role;   /* of those whom a digest is for, or NULL */
    bool alarmed; /* a digest that is late before it is sent: somebody was told already */
    gint64 due_at;
    gint64 not_before; /* never sent earlier, however wrong a clock may be; 0: no such time */
    guint attempts;
    GBytes *sealed; /* see outbox.h */
} ExeatMailRow;

void exeat_mail_row_free(ExeatMailRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMailRow, exeat_mail_row_free)

typedef struct ExeatAuditRow {
    gint64 sequence; /* from 1, set by the store */
    gint64 at;
    char *event;      /* "held", "release-decided", …: a word of ours */
    char *letter;     /* or NULL */
    gint64 recipient; /* index, or -1 */
    char *role;       /* of who did it: "headteacher", "gate", "clerk", … */
    char *detail;     /* words and numbers of ours ("code=250"), or NULL */
    char *digest;     /* SHA-256 of the sealed detail in hexadecimal, or NULL */
    char *hash;       /* set by the store */
    GBytes *sealed;   /* who exactly and why; NULL if there is none, or once it was erased by retention */
} ExeatAuditRow;

void exeat_audit_row_free(ExeatAuditRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAuditRow, exeat_audit_row_free)

/* --- writing ------------------------------------------------------------------------------------------------------ */

typedef struct ExeatMove {
    char *letter;
    guint index;
    ExeatHeldState from, to;
    char *lease;    /* only if this lease still stands; NULL: whoever holds it */
    gint64 next_at; /* to RELEASING: when to try */
    guint code;
    char *enhanced;
    bool put_right; /* of a decision to RELEASING: with the card's remedy */
} ExeatMove;

typedef enum ExeatMailOutcome {
    EXEAT_MAIL_SENT,
    EXEAT_MAIL_LATER,
    EXEAT_MAIL_FAILED,
} ExeatMailOutcome;

typedef struct ExeatMailEnd {
    gint64 id;
    ExeatMailOutcome outcome;
    gint64 next_at;
    guint code;
    char *enhanced;
} ExeatMailEnd;

/* The digest of a role is made. */
typedef struct ExeatDigestMark {
    char *role;
    gint64 former_at; /* the change is lost if the last one is another */
    gint64 due_at;    /* the time that it was to come */
} ExeatDigestMark;

/* Digests of one role that were made at one time and are not where they belong. */
typedef struct ExeatDigestTrouble {
    char *role;
    gint64 made_at;
    bool failed; /* for good; else they wait */
} ExeatDigestTrouble;

void exeat_digest_trouble_free(ExeatDigestTrouble *trouble);

typedef struct ExeatChange {
    gint64 at;
    gint64 due_at;          /* when its mails are sent and its moves are carried out; @at unless it is set */
    ExeatLetterRow *letter; /* a new letter, or NULL */
    GBytes *sealed_card;    /* of the new letter */
    GBytes *sealed_letter;
    GBytes *repeat;    /* digest of the new letter (repeat.h), or NULL: the change is lost if it finds the same */
    GArray *held;      /* of guint: the new letter's held recipients, as indices into its envelope */
    GPtrArray *moves;  /* ExeatMove */
    GPtrArray *mails;  /* ExeatMailRow, new */
    GPtrArray *ends;   /* ExeatMailEnd */
    GPtrArray *audits; /* ExeatAuditRow */
    char *decision;    /* the decision that this is: its moves and mails bear it; or NULL */
    char *undo;        /* the decision that this takes back: its waiting mails go, and its moves must be those back. The
                          change is lost once the clerk has begun to carry it out, or may at @at. Or NULL */
    char *trail;       /* letter whose trail must still end at @trail_end, or the change is lost; or NULL */
    gint64 trail_end;  /* 0: it must have none */
    char *reminded;    /* letter whose reminder this is (its remind_at must still be due), or NULL */
    char *keep;        /* letter to mark or unmark as evidence, or NULL */
    bool keep_value;
    ExeatDigestMark digest;   /* or no role */
    ExeatDigestTrouble alarm; /* that is told to somebody now; or no role. Lost if it was told already */
} ExeatChange;

ExeatChange *exeat_change_new(gint64 at);
void exeat_change_free(ExeatChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatChange, exeat_change_free)

ExeatMove *exeat_change_move(ExeatChange *change, const char *letter, guint index, ExeatHeldState from,
                             ExeatHeldState to);
void exeat_change_mail(ExeatChange *change, const char *kind, const char *letter, gint64 due_at, GBytes *sealed);
ExeatMailEnd *exeat_change_mail_end(ExeatChange *change, gint64 id, ExeatMailOutcome outcome);
void exeat_change_audit(ExeatChange *change, const char *event, const char *letter, gint64 recipient, const char *role,
                        const char *detail, GBytes *sealed);

/* Durable when it returns true. *out_lost: a move did not find its recipient in the state it was to leave, or the new
 * letter is there already (somebody else was first), and nothing at all was changed. */
bool exeat_store_commit(ExeatStore *store, const ExeatChange *change, bool *out_lost, GError **error);

/* --- reading ------------------------------------------------------------------------------------------------------ */

typedef enum ExeatLetterOrder {
    EXEAT_LETTERS_OLDEST, /* as they came */
    EXEAT_LETTERS_NEWEST,
    EXEAT_LETTERS_DEADLINE, /* the most urgent first */
    EXEAT_LETTER_ORDERS
} ExeatLetterOrder;

typedef struct ExeatLetterFilter {
    guint states;       /* bit set of 1 << ExeatHeldState: letters with a recipient in any of them; 0: all */
    bool flagged;       /* flagged copies instead of held letters */
    bool kept;          /* evidence only */
    gint64 held_before; /* 0: any */
    gint64 held_after;
    gint64 deadline_before;   /* 0: any */
    gint64 remind_before;     /* 0: any; only letters whose reminder is still to come */
    const char *role;         /* of those who decide, or NULL: of any */
    const char *const *roles; /* any of these, NULL-terminated; or NULL */
    const char *or_rule;      /* with roles: letters of other roles too that a finding of this rule holds; or NULL */
    const char *not_role;     /* any role but this; or NULL. One of role, roles and not_role at most */
    const char *policy;       /* only letters that a finding of this policy holds (flags, for copies); NULL: any */
    const char *rule;         /* the same for a rule; with both, of one finding */
    const GPtrArray *ids;     /* only these (char *), or NULL */
    ExeatLetterOrder order;
    guint limit; /* 0: EXEAT_STORE_LIST_LIMIT */
    guint offset;
} ExeatLetterFilter;

/* How many letters a policy holds; one that two policies hold counts for both. */
typedef struct ExeatReasonCount {
    const char *policy; /* interned */
    guint64 letters;
} ExeatReasonCount;

typedef struct ExeatStoreCounts {
    guint64 letters, flagged, bytes;
    guint64 states[EXEAT_HELD_STATES];
    guint64 mails_waiting, mails_failed;
    gint64 oldest_held_at; /* 0: none waits for a decision */
    gint64 oldest_mail_due_at;
} ExeatStoreCounts;

/*
 * One page of the letters of a filter, in its order. (transfer full) array of ExeatLetterRow. What a page needs is in
 * indexes alone: 100,000 letters are listed, counted or grouped in some milliseconds, at any offset.
 */
bool exeat_store_list(ExeatStore *store, const ExeatLetterFilter *filter, GPtrArray **out_rows, GError **error);
/* The next three heed neither offset nor limit. */
bool exeat_store_list_count(ExeatStore *store, const ExeatLetterFilter *filter, guint64 *out_count, GError **error);
/* All ids (transfer full, char *), in the filter's order. */
bool exeat_store_list_ids(ExeatStore *store, const ExeatLetterFilter *filter, GPtrArray **out_ids, GError **error);
/* (transfer full) array of ExeatReasonCount, the most frequent first. */
bool exeat_store_reasons(ExeatStore *store, const ExeatLetterFilter *filter, GArray **out_counts, GError **error);
bool exeat_store_counts(ExeatStore *store, ExeatStoreCounts *out_counts, GError **error);
/* *out_row is NULL if there is no such letter. */
bool exeat_store_letter(ExeatStore *store, const char *id, ExeatLetterRow **out_row, GError **error);
bool exeat_store_recipients(ExeatStore *store, const char *id, GPtrArray **out_rows, GError **error);
/* The letter of the same digest that came at most EXEAT_REPEAT_SECONDS from @now and that nobody has decided on, or
 * NULL.
 */
bool exeat_store_find_repeat(ExeatStore *store, GBytes *digest, gint64 now, char **out_id, GError **error);
bool exeat_store_read_card(ExeatStore *store, const char *id, GBytes **out_sealed, GError **error);
bool exeat_store_read_letter(ExeatStore *store, const char *id, GBytes **out_sealed, GError **error);

/* --- the clerk's -------------------------------------------------------------------------------------------------- */

/*
 * Takes one recipient in `releasing` that is due, or whose last attempt's lease ran out, for @lease until
 * @now + @seconds, and writes down that an attempt has started. *out_row is NULL if there is none.
 */
bool exeat_store_claim_release(ExeatStore *store, const char *lease, gint64 now, gint64 seconds,
                               ExeatRecipientRow **out_row, GError **error);
bool exeat_store_claim_mail(ExeatStore *store, const char *lease, gint64 now, gint64 seconds, ExeatMailRow **out_row,
                            GError **error);

/* When the last digest of @role was to come, and when it was made; both 0 if there was none. */
bool exeat_store_digest(ExeatStore *store, const char *role, gint64 *out_due_at, gint64 *out_made_at, GError **error);
/* Those that failed, or were made up to @before and still wait; with @told, also those that an alarm was raised for,
 * and then of failed ones the last of their role alone. (transfer full) array of ExeatDigestTrouble */
bool exeat_store_digest_troubles(ExeatStore *store, gint64 before, bool told, GPtrArray **out_troubles, GError **error);

/* Deletes letters that were closed before @before, are not open and not kept, with their cards, recipients, sent mails
 * and sealed audit details, and adds an audit row if there were any. The trail itself stays. */
bool exeat_store_purge(ExeatStore *store, gint64 before, gint64 now, guint *out_letters, GError **error);

/* --- the audit trail ---------------------------------------------------------------------------------------------- */

/* Rows after @after, in order, EXEAT_STORE_LIST_LIMIT at most; of one letter if @letter is not NULL. */
bool exeat_store_audit(ExeatStore *store, const char *letter, gint64 after, GPtrArray **out_rows, GError **error);

typedef struct ExeatAuditFilter {
    const char *letter;    /* NULL: of all letters, and of none */
    const char *event;     /* NULL: any */
    const char *not_event; /* NULL: none is left out */
    gint64 from, to;       /* from then, and before then; 0: any time */
    gint64 before;         /* rows with a smaller sequence; 0: all */
    guint limit;           /* 0: EXEAT_STORE_LIST_LIMIT */
} ExeatAuditFilter;

/* The latest first. */
bool exeat_store_audit_latest(ExeatStore *store, const ExeatAuditFilter *filter, GPtrArray **out_rows, GError **error);
bool exeat_store_audit_head(ExeatStore *store, gint64 *out_rows, char **out_hash, GError **error);

/* --- opening ------------------------------------------------------------------------------------------------------ */

typedef enum ExeatStoreMode {
    EXEAT_STORE_OPEN,   /* must be there */
    EXEAT_STORE_CREATE, /* made if it is not there: the gate's right alone */
} ExeatStoreMode;

/*
 * CONFIG if it is missing, is no store, belongs to a newer exeat, or may not be written; UNAVAILABLE if it is damaged
 * or busy.
 */
bool exeat_store_open(const char *path, ExeatStoreMode mode, ExeatStore **out_store, GError **error);
void exeat_store_close(ExeatStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatStore, exeat_store_close)

/* Looks at every page. UNAVAILABLE if it is damaged. */
bool exeat_store_check(ExeatStore *store, GError **error);

/* What a back end fills. */
typedef struct ExeatStoreEngine {
    const char *name;
    void (*close)(void *handle);
    bool (*check)(void *handle, GError **error);
    bool (*commit)(void *handle, const ExeatChange *change, bool *out_lost, GError **error);
    bool (*list)(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_rows, GError **error);
    bool (*list_count)(void *handle, const ExeatLetterFilter *filter, guint64 *out_count, GError **error);
    bool (*list_ids)(void *handle, const ExeatLetterFilter *filter, GPtrArray **out_ids, GError **error);
    bool (*reasons)(void *handle, const ExeatLetterFilter *filter, GArray **out_counts, GError **error);
    bool (*counts)(void *handle, ExeatStoreCounts *out_counts, GError **error);
    bool (*letter)(void *handle, const char *id, ExeatLetterRow **out_row, GError **error);
    bool (*recipients)(void *handle, const char *id, GPtrArray **out_rows, GError **error);
    bool (*find_repeat)(void *handle, GBytes *digest, gint64 now, char **out_id, GError **error);
    bool (*read_card)(void *handle, const char *id, GBytes **out_sealed, GError **error);
    bool (*read_letter)(void *handle, const char *id, GBytes **out_sealed, GError **error);
    bool (*claim_release)(void *handle, const char *lease, gint64 now, gint64 seconds, ExeatRecipientRow **out_row,
                          GError **error);
    bool (*claim_mail)(void *handle, const char *lease, gint64 now, gint64 seconds, ExeatMailRow **out_row,
                       GError **error);
    bool (*digest)(void *handle, const char *role, gint64 *out_due_at, gint64 *out_made_at, GError **error);
    bool (*digest_troubles)(void *handle, gint64 before, bool told, GPtrArray **out_troubles, GError **error);
    bool (*purge)(void *handle, gint64 before, gint64 now, guint *out_letters, GError **error);
    bool (*audit)(void *handle, const char *letter, gint64 after, GPtrArray **out_rows, GError **error);
    bool (*audit_latest)(void *handle, const ExeatAuditFilter *filter, GPtrArray **out_rows, GError **error);
    bool (*audit_head)(void *handle, gint64 *out_rows, char **out_hash, GError **error);
} ExeatStoreEngine;

#endif
