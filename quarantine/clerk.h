/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clerk: sends what waits in the outbox, delivers what was released, sends back what nobody decided on, reminds,
 * purges what is past its retention. Any number of clerks may work at one store; each piece of work is claimed under a
 * lease that is longer than a delivery can take.
 */
#ifndef EXEAT_QUARANTINE_CLERK_H
#define EXEAT_QUARANTINE_CLERK_H

#include "quarantine/deliver.h"
#include "quarantine/quarantine.h"

typedef struct ExeatClerk ExeatClerk;

typedef struct ExeatClerkSetup {
    ExeatQuarantine *quarantine; /* (transfer none), with an opener; must live longer */
    ExeatDeliverer *deliverer;   /* (transfer none); must live longer */
    GBytes *token_key;
    gint64 lease;     /* seconds; longer than the deliverer's time-out */
    gint64 give_up;   /* seconds after which a release that only met 4xx has failed */
    gint64 retention; /* seconds after which closed letters go; 0: never */
} ExeatClerkSetup;

typedef struct ExeatClerkReport {
    guint mails_sent, mails_later, mails_failed;
    guint released, later, failed;
    guint expired, reminded, purged;
    guint digests;         /* that somebody is sent */
    guint digests_overdue; /* alarms that were raised */
    guint faults;          /* pieces of work that met an error; the first of them is in the GError */
} ExeatClerkReport;

ExeatClerk *exeat_clerk_new(const ExeatClerkSetup *setup);
void exeat_clerk_free(ExeatClerk *clerk);
/* What @former has still to tell the store (that the relay took a letter) becomes @clerk's to tell. */
void exeat_clerk_take_over(ExeatClerk *clerk, ExeatClerk *former);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatClerk, exeat_clerk_free)

/*
 * Does all that is due at @now. One bad letter does not stop the others: false with the first error after everything
 * else was done. @stop (may be NULL) is looked at between two pieces of work.
 */
bool exeat_clerk_run_once(ExeatClerk *clerk, gint64 now, gint *stop, ExeatClerkReport *out_report, GError **error);

#endif
