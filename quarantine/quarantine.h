/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The quarantine as the gate, the command line and the office see it. The gate has a sealer and no opener: it puts
 * letters in and can read none back. What decides, lists contents or delivers needs the private key.
 *
 * When a call that writes returns true, what it did is on disk, with every notice that follows from it.
 * Immutable after it was made, shared by reference count; any thread.
 */
#ifndef EXEAT_QUARANTINE_QUARANTINE_H
#define EXEAT_QUARANTINE_QUARANTINE_H

#include <glib.h>
#include <stdbool.h>

#include "base/config.h"
#include "message/message.h"
#include "policies/verdict.h"
#include "quarantine/card.h"
#include "quarantine/clock.h"
#include "quarantine/deciders.h"
#include "quarantine/seal.h"
#include "quarantine/store.h"

typedef struct ExeatQuarantine ExeatQuarantine;

typedef struct ExeatQuarantineSetup {
    ExeatStore *store;         /* (transfer full) */
    ExeatSealer *sealer;       /* (transfer full) */
    ExeatOpener *opener;       /* (transfer full) or NULL: the gate */
    ExeatClock *clock;         /* (transfer full) */
    ExeatDeciders *deciders;   /* (transfer full) */
    GBytes *repeat_key;        /* for the digests of repeat.h; NULL: a letter that is sent again is held again */
    const char *from;          /* the address of our notices; strings are copied */
    const char *postmaster;    /* who hears what nobody else can be told */
    const char *console;       /* URL of the office, or NULL */
    const char *const *inside; /* the school's domains, NULL-terminated: who there may be sent notices */
    const char *language;      /* of notices where a request names none: "en", "cy", "both" */
    gint64 max_letter;         /* bytes; 0: what the store takes */
    gint64 deadline;           /* working seconds until a letter goes back */
    gint64 reminder;           /* working seconds before that */
    bool two_people;           /* letters about safeguarding are opened and decided on by two together */
} ExeatQuarantineSetup;

ExeatQuarantine *exeat_quarantine_new(const ExeatQuarantineSetup *setup);
ExeatQuarantine *exeat_quarantine_ref(ExeatQuarantine *quarantine);
void exeat_quarantine_unref(ExeatQuarantine *quarantine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatQuarantine, exeat_quarantine_unref)

/* From the configuration: the blocks of quarantine/settings.h and `school`. */
typedef enum ExeatQuarantineAccess {
    EXEAT_ACCESS_GATE, /* makes the store if it is not there; reads nothing back */
    EXEAT_ACCESS_LIST, /* what lies in clear: ids, states, counts, the trail */
    EXEAT_ACCESS_READ, /* with the private key: decide, show, deliver */
} ExeatQuarantineAccess;

bool exeat_quarantine_open(const ExeatConfig *config, ExeatQuarantineAccess access, ExeatQuarantine **out_quarantine,
                           GError **error);

/* For the gate: with the key that verifies release tokens. */
bool exeat_quarantine_open_gate(const ExeatConfig *config, ExeatQuarantine **out_quarantine, GBytes **out_token_key,
                                GError **error);

/* (transfer none) */
ExeatStore *exeat_quarantine_store(const ExeatQuarantine *quarantine);
const ExeatClock *exeat_quarantine_clock(const ExeatQuarantine *quarantine);

/* An address of the school: who is there may be written to. */
bool exeat_quarantine_is_inside(const ExeatQuarantine *quarantine, const char *address);

/* --- the gate ----------------------------------------------------------------------------------------------------- */

typedef struct ExeatHoldRequest {
    GBytes *letter; /* as received */
    const ExeatEnvelope *envelope;
    const char *subject;         /* decoded, or NULL */
    const char *message_id;      /* or NULL */
    const ExeatVerdict *verdict; /* whom it holds and why */
    const ExeatMessage *message; /* to say which attachment; may be NULL */
    const char *language;        /* of the notices: "en", "cy", "both"; NULL: the quarantine's */
    gint64 now;                  /* 0: the machine's clock */
} ExeatHoldRequest;

/* Keeps the letter for verdict->held. (transfer full) *out_id. */
bool exeat_quarantine_hold(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id, GError **error);

/* Keeps a copy for the monitor; nobody decides and nobody is written to. */
bool exeat_quarantine_flag(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id, GError **error);

/* Tells the sender that the letter went out put right; request->letter is not needed and not kept. */
bool exeat_quarantine_note_rewrite(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id,
                                   GError **error);

/* --- deciding ----------------------------------------------------------------------------------------------------- */

typedef struct ExeatActor {
    const char *role;    /* "headteacher", "operator", "clerk": stands in clear in the trail */
    const char *address; /* who it is: sealed; NULL: nobody in particular */
} ExeatActor;

typedef enum ExeatDecisionOutcome {
    EXEAT_DECISION_DONE,
    EXEAT_DECISION_ALREADY,     /* somebody was first: see by, role, at */
    EXEAT_DECISION_UNKNOWN,     /* there is no such letter */
    EXEAT_DECISION_OWN,         /* nobody decides on a letter of their own */
    EXEAT_DECISION_NO_REMEDY,   /* nothing is known that would put it right */
    EXEAT_DECISION_TOO_LATE,    /* an undo: it is being carried out */
    EXEAT_DECISION_NOTHING,     /* an undo: nothing of the actor's stands */
    EXEAT_DECISION_NOT_YOURS,   /* only its sender may do that */
    EXEAT_DECISION_NOT_ENOUGH,  /* a fix: the remedy does not settle all that it is held for */
    EXEAT_DECISION_TOO_OFTEN,   /* the sender has asked EXEAT_ASKED_MOST times */
    EXEAT_DECISION_TWO_PEOPLE,  /* it takes two, and they have not agreed */
    EXEAT_DECISION_SAME_PERSON, /* nobody agrees with themselves, or asks themselves */
    EXEAT_DECISION_OUTSIDE,     /* a question to somebody outside the school */
    EXEAT_DECISION_NOT_ASKED,   /* an answer from somebody whom nobody has asked */
    EXEAT_DECISION_OUTCOMES
} ExeatDecisionOutcome;

const char *exeat_decision_outcome_name(ExeatDecisionOutcome outcome); /* "already-decided": in JSON */

typedef struct ExeatDecision {
    ExeatDecisionOutcome outcome;
    guint changed; /* recipients that this decision moved */
    char *event;   /* ALREADY: "release-decided", "return-decided", "withdrawn", "put-right-by-sender", "expired" */
    char *role;    /* ALREADY: of who was first */
    char *by;      /* ALREADY: their address, if it is known and can be unsealed */
    gint64 at;     /* ALREADY: when */
} ExeatDecision;

void exeat_decision_clear(ExeatDecision *decision);

/* A decision waits no longer than this before it is carried out: what lies further ahead would look to the clerk like
 * the work of a wrong clock. */
#define EXEAT_DECISION_DELAY_LIMIT ((gint64)60 * 60)

/* How to decide; all of it may be left out. */
typedef struct ExeatDecisionOptions {
    const GArray *recipients; /* of guint: indices into the envelope; NULL: all */
    const char *reason;       /* sealed into the trail; a note to the sender, where it is sent back; or NULL */
    gint64 delay;             /* seconds until it is carried out, in which it may be undone */
    bool put_right;           /* a release: with the card's remedy */
} ExeatDecisionOptions;

/* @options may be NULL. The first decision on a recipient wins. LIMIT for a delay out of bounds. */
bool exeat_quarantine_release(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                              const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision,
                              GError **error);
/* The sender is told, with the guidance; of the reason only that there is a note. */
bool exeat_quarantine_return(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                             const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision,
                             GError **error);

/* Takes back the actor's last decision on the letter while it waits for its delay: DONE, TOO_LATE, NOTHING, UNKNOWN.
 * Who it moved is held again (or has failed again), under the deadline that was theirs. */
bool exeat_quarantine_undo(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now,
                           ExeatDecision *out_decision, GError **error);

/* The clerk's: the deadline has passed. */
bool exeat_quarantine_expire(ExeatQuarantine *quarantine, const char *id, gint64 now, ExeatDecision *out_decision,
                             GError **error);
bool exeat_quarantine_remind(ExeatQuarantine *quarantine, const ExeatLetterRow *letter, gint64 now, GError **error);

/* Evidence: retention passes it by. False in *out_found if there is no such letter. */
bool exeat_quarantine_keep(ExeatQuarantine *quarantine, const char *id, bool keep, const ExeatActor *actor,
                           const char *reason, gint64 now, bool *out_found, GError **error);

/* --- accounts ------------------------------------------------------------------------------------------------------
 */

/* Writes into the trail that @event ("account-added", a word of ours) happened to the account of @whom. */
bool exeat_quarantine_note_account(ExeatQuarantine *quarantine, const char *event, const ExeatActor *actor,
                                   const char *whom, gint64 now, GError **error);

/* --- mails about accounts ----------------------------------------------------------------------------------------- */

/*
 * One mail each, due at once, to an address of the school or of one who decides; CONFIG for any other. @language: "en",
 * "cy", "both", or NULL for the quarantine's. @code is ours: digits, letters and hyphens.
 */
bool exeat_quarantine_mail_code(ExeatQuarantine *quarantine, const char *address, const char *language,
                                const char *code, guint minutes, gint64 now, GError **error);

typedef enum ExeatAccountEvent {
    EXEAT_ACCOUNT_DEVICE,   /* signed in from a device that is new */
    EXEAT_ACCOUNT_PASSWORD, /* the password was changed */
} ExeatAccountEvent;

bool exeat_quarantine_mail_account(ExeatQuarantine *quarantine, const char *address, const char *language,
                                   ExeatAccountEvent event, gint64 now, GError **error);

/* --- the sender's own --------------------------------------------------------------------------------------------- */

/* How often a sender may ask for one letter. */
#define EXEAT_ASKED_MOST 3
/* A reason, a question or an answer that a person writes is at most so long. */
#define EXEAT_REASON_BYTES 4096

/* @actor must be the sender or the account of the letter, in whatever role; else NOT_YOURS. */

/* It comes back to them and does not go out; of those who decide nobody is told. */
bool exeat_quarantine_withdraw(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                               const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision,
                               GError **error);
/* It goes out put right, and nobody has to decide: NOT_ENOUGH unless the remedy settles every finding of action HOLD
 * that concerns a recipient asked for, NO_REMEDY if there is none. */
bool exeat_quarantine_fix(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                          const ExeatDecisionOptions *options, gint64 now, ExeatDecision *out_decision, GError **error);
/* Asks those who decide to let it go. They are told that there is a @reason; it is sealed into the trail ("asked").
 * CONFIG without a reason, LIMIT for one that is too long. TOO_OFTEN; ALREADY once nothing is held any more. */
bool exeat_quarantine_ask(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *reason,
                          gint64 now, ExeatDecision *out_decision, GError **error);

/* --- asking a colleague --------------------------------------------------------------------------------------------
 */

/* @to is told that there is a question; the question is sealed into the trail ("consulted"). DONE; OUTSIDE;
 * SAME_PERSON; OWN if either of the two sent it; TWO_PEOPLE; UNKNOWN. Of flagged copies too. */
bool exeat_quarantine_consult(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *to,
                              const char *question, gint64 now, ExeatDecision *out_decision, GError **error);
/* From one who was asked; who asked last is told that there is an answer. DONE, NOT_ASKED. */
bool exeat_quarantine_answer(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, const char *text,
                             gint64 now, ExeatDecision *out_decision, GError **error);
/* Whether somebody has asked @address about this letter. */
bool exeat_quarantine_consulted(ExeatQuarantine *quarantine, const char *id, const char *address, bool *out_asked,
                                GError **error);

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Who has opened a letter may look at it again for so long. */
#define EXEAT_OPENED_SECONDS ((gint64)24 * 60 * 60)
/* Looks within so long of each other are one: a page that is shown again after each of its forms. */
#define EXEAT_STILL_SECONDS ((gint64)5 * 60)
/* How much later than it is opened the sender may be told. */
#define EXEAT_TELL_LATER_LIMIT ((gint64)366 * 24 * 60 * 60)

typedef struct ExeatShowOptions {
    const char *reason; /* sealed into the trail; must be given the first time */
    gint64 tell_at;     /* when the sender is told, where a decision says so; 0: at once */
    bool silent_again;  /* the same person within EXEAT_OPENED_SECONDS has "viewed" it, once in EXEAT_STILL_SECONDS, and
                           nobody is told  anew */
} ExeatShowOptions;

/* Opens a letter for a person: the trail says who did and why, and the sender is told. @out_letter may be NULL (the
 * card alone). MALFORMED if there is no such letter; CONFIG without a reason, or if it takes two people who have not
 * agreed; LIMIT for a time too far away. */
bool exeat_quarantine_show(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                           const ExeatShowOptions *options, gint64 now, ExeatCard **out_card, GBytes **out_letter,
                           GError **error);

/* Whether the actor has opened the letter within EXEAT_OPENED_SECONDS. */
bool exeat_quarantine_has_opened(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor, gint64 now,
                                 bool *out_opened, GError **error);

/* True if the letter is one that two people open together, where ExeatQuarantineSetup.two_people asks for that. */
bool exeat_quarantine_two_people(const ExeatLetterRow *letter);

/* How long a question waits for who agrees, and an agreement for who opens. */
#define EXEAT_OPENING_SECONDS ((gint64)24 * 60 * 60)

typedef struct ExeatOpening {
    bool asked;     /* and it waits, or was agreed to; what follows may still be NULL where retention erased it */
    char *asked_by; /* addresses */
    gint64 asked_at;
    char *why;
    bool agreed; /* the letter may be opened */
    char *agreed_by;
    gint64 agreed_at;
} ExeatOpening;

void exeat_opening_clear(ExeatOpening *opening);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatOpening, exeat_opening_clear)

/* What stands at @now, of this letter. (transfer full) *out_opening. */
bool exeat_quarantine_opening(ExeatQuarantine *quarantine, const char *id, gint64 now, ExeatOpening *out_opening,
                              GError **error);
/* DONE, and the others who decide are told; ALREADY (see by, at) if somebody has asked; OWN, UNKNOWN. */
bool exeat_quarantine_ask_to_open(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                                  const char *reason, gint64 now, ExeatDecision *out_decision, GError **error);
/* DONE; NOTHING if nobody has asked; SAME_PERSON; ALREADY; OWN, UNKNOWN. */
bool exeat_quarantine_agree_to_open(ExeatQuarantine *quarantine, const char *id, const ExeatActor *actor,
                                    const char *reason, gint64 now, ExeatDecision *out_decision, GError **error);

/* The same without a trace, for the machine: delivery, notices. Never behind a page or a command. */
bool exeat_quarantine_read_card(ExeatQuarantine *quarantine, const char *id, ExeatCard **out_card, GError **error);
bool exeat_quarantine_read_letter(ExeatQuarantine *quarantine, const char *id, GBytes **out_letter, GError **error);

/* The letter as it will be with the card's remedy, wiped with its last reference; as it is if there is none. (transfer
 * full) */
GBytes *exeat_quarantine_put_right(const ExeatCard *card, GBytes *letter);

/* An audit row's sealed "who" or "why", or NULL. (transfer full) */
char *exeat_quarantine_audit_detail(const ExeatQuarantine *quarantine, const ExeatAuditRow *row, const char *member);
/* What was opened for that stays in memory for a while (memo.h); from time to time it has to go, as retention erases.
 */
void exeat_quarantine_forget_details(ExeatQuarantine *quarantine);

#endif
