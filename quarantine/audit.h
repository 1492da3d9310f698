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
    gint64 rows;      /* that were looked at */
    gint64 broken_at; /* sequence of the first row that does not hold, 0 if all do */
    gint64 erased;    /* details that retention took */
    char *head;       /* hash of the last row */
    char *reason;     /* what is wrong, or NULL */
} ExeatAuditReport;

void exeat_audit_report_free(ExeatAuditReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatAuditReport, exeat_audit_report_free)

/* False only if the trail cannot be read at all; a broken trail is an answer. */
bool exeat_audit_verify(ExeatStore *store, ExeatAuditReport **out_report, GError **error);

#endif
