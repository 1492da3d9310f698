/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit trail: append-only rows, each with a SHA-256 over the row before it and its own canonical text. Verifying
 * needs no key, since of a sealed detail only the digest is in the chain; for the same reason retention may erase the
 * detail and the chain still holds.
 *
 * Who can rewrite the whole database can also rewrite the whole chain. What they can't do is make it end in a hash that
 * was written down elsewhere: exeat_audit_verify() gives the head for that.
 */
#ifndef EXEAT_QUARANTINE_AUDIT_H
#define EXEAT_QUARANTINE_AUDIT_H

#include "quarantine/store.h"

/* The hash before the first row. */
#define EXEAT_AUDIT_GENESIS "0000000000000000000000000000000000000000000000000000000000000000"

/* The hash of a row that has its sequence. (transfer full) */
char *exeat_audit_hash(const char *previous, const ExeatAuditRow *row);

typedef struct ExeatAuditReport {
    bool whole;
    gint64 rows;       /* that hold */
    gint64 earlier;    /* the first of them, which a proof had already and which were not looked at again */
    gint64 earlier_at; /* since when: all of them were proven then or later */
    gint64 broken_at;  /* sequence of the first row that does not hold, 0 if all do */
    gint64 erased;     /* details that retention took */
    char *head;        /* hash of the last row */
    char *reason;      /* what is wrong, or NULL */
} ExeatAuditReport;

void exeat_audit_report_free(ExeatAuditReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAuditReport, exeat_audit_report_free)

/* False only if the trail cannot be read at all; a broken trail is an answer. */
bool exeat_audit_verify(ExeatStore *store, ExeatAuditReport **out_report, GError **error);

/*
 * Up to where the trail of one store was proven, in memory: how many rows, and the hash of the last of them. Who asks
 * often need not hash a hundred thousand rows each time, and a trail that was cut or rewritten since is found even if
 * it is whole in itself. Any thread.
 */
typedef struct ExeatAuditProof ExeatAuditProof;

ExeatAuditProof *exeat_audit_proof_new(void);
void exeat_audit_proof_free(ExeatAuditProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAuditProof, exeat_audit_proof_free)

/* Verifies the rows that came since, and that the last of the earlier ones still ends in its hash; with @all, every row
 * again. */
bool exeat_audit_verify_on(ExeatStore *store, ExeatAuditProof *proof, bool all, gint64 now,
                           ExeatAuditReport **out_report, GError **error);

#endif
