/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat-office as a whole: the desk in force, the accounts, and the clerk, who is woken when a decision is due. Shared
 * by the clerk's thread and those that serve pages; the lock guards the desk in force and the clerk's sleep.
 */
#ifndef EXEAT_OFFICE_OFFICE_H
#define EXEAT_OFFICE_OFFICE_H

#include "accounts/accounts.h"
#include "office/desk.h"
#include "quarantine/summaries.h"

typedef struct ExeatOffice {
    GMutex lock;
    GCond wake;
    ExeatDesk *desk; /* in force */
    bool reload;
    gint64 due;                /* monotonic: when the clerk is to look again; 0: at the interval */
    gint stop;                 /* atomic: the clerk looks at it without the lock */
    gint64 round_at;           /* when the clerk was last through, 0: not yet */
    bool round_failed;         /* and whether it met a fault */
    ExeatAccounts *accounts;   /* NULL: there are no pages */
    ExeatSummaries *summaries; /* NULL likewise */
    ExeatPool *pool;           /* reads attachments for pages; NULL: it cannot be had */
} ExeatOffice;

/* The desk in force. (transfer full) */
ExeatDesk *exeat_office_desk(ExeatOffice *office);

/* Wakes the clerk in @seconds at the latest. */
void exeat_office_wake(ExeatOffice *office, gint64 seconds);

#endif
