/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hash chain. Rows come from a database that may have been tampered with: nothing about them is taken for granted.
 */
#include "quarantine/audit.h"

#include <string.h>

static void
audit_append(GString *text, const char *key, const char *value)
{
    /* A length before each value: no two different rows have the same text. */
    if (value == NULL)
        g_string_append_printf(text, "%s=-\n", key);
    else
        g_string_append_printf(text, "%s=%" G_GSIZE_FORMAT ":%s\n", key, strlen(value), value);
}

char *
exeat_audit_hash(const char *previous, const ExeatAuditRow *row)
{
    g_autoptr(GString) text = g_string_new("exeat-audit-1\n");

    audit_append(text, "previous", previous);
    g_string_append_printf(text, "sequence=%" G_GINT64_FORMAT "\nat=%" G_GINT64_FORMAT "\n", row->sequence, row->at);
    audit_append(text, "event", row->event);
    audit_append(text, "letter", row->letter);
    g_string_append_printf(text, "recipient=%" G_GINT64_FORMAT "\n", row->recipient);
    audit_append(text, "role", row->role);
    audit_append(text, "detail", row->detail);
    audit_append(text, "sealed", row->digest);
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text->str, text->len);
}

void
exeat_audit_report_free(ExeatAuditReport *report)
{
    if (report == NULL)
        return;
    g_free(report->head);
    g_free(report->reason);
    g_free(report);
}

static void
audit_break(ExeatAuditReport *report, gint64 sequence, const char *reason)
{
    report->whole = false;
    report->broken_at = sequence;
    report->reason = g_strdup(reason);
}

static bool
audit_check_row(ExeatAuditReport *report, const ExeatAuditRow *row)
{
    g_autofree char *hash = NULL, *digest = NULL;

    if (row->sequence != report->rows + 1) {
        audit_break(report, report->rows + 1, "a row is missing");
        return false;
    }
    hash = exeat_audit_hash(report->head, row);
    if (g_strcmp0(hash, row->hash) != 0) {
        audit_break(report, row->sequence, "a row is not what was written");
        return false;
    }
    if (row->sealed != NULL) {
        digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, row->sealed);
        if (g_strcmp0(digest, row->digest) != 0) {
            audit_break(report, row->sequence, "a row's sealed detail is not what was written");
            return false;
        }
    } else if (row->digest != NULL) {
        report->erased++;
    }
    report->rows = row->sequence;
    g_free(report->head);
    report->head = g_steal_pointer(&hash);
    return true;
}

/* From where @report stands to the end. */
static bool
audit_walk(ExeatStore *store, ExeatAuditReport *report, GError **error)
{
    g_autofree char *head = NULL;
    gint64 head_rows = 0;
    guint count;

    /* The head first: rows that others add meanwhile come after it and are no fault. */
    if (!exeat_store_audit_head(store, &head_rows, &head, error))
        return false;
    if (report->rows == head_rows && g_strcmp0(report->head, head) != 0)
        audit_break(report, head_rows, "the last row is not the one that was written last");
    while (report->whole) {
        g_autoptr(GPtrArray) rows = NULL;

        if (!exeat_store_audit(store, NULL, report->rows, &rows, error))
            return false;
        count = rows->len;
        if (count == 0)
            break;
        for (guint i = 0; i < count && report->whole; i++) {
            if (!audit_check_row(report, g_ptr_array_index(rows, i)))
                break;
            if (report->rows == head_rows && g_strcmp0(report->head, head) != 0)
                audit_break(report, head_rows, "the last row is not the one that was written last");
        }
    }
    if (report->whole && report->rows < head_rows)
        audit_break(report, report->rows + 1, "rows were cut off at the end");
    return true;
}

bool
exeat_audit_verify(ExeatStore *store, ExeatAuditReport **out_report, GError **error)
{
    g_autoptr(ExeatAuditReport) report = g_new0(ExeatAuditReport, 1);

    report->whole = true;
    report->head = g_strdup(EXEAT_AUDIT_GENESIS);
    if (!audit_walk(store, report, error))
        return false;
    *out_report = g_steal_pointer(&report);
    return true;
}

/* --- a proof that is gone on with --------------------------------------------------------------------------------- */

struct ExeatAuditProof {
    GMutex lock; /* guards what follows; never held while rows are read */
    gint64 rows, erased, at;
    char *head; /* NULL: nothing was proven yet */
};

ExeatAuditProof *
exeat_audit_proof_new(void)
{
    ExeatAuditProof *proof = g_new0(ExeatAuditProof, 1);

    g_mutex_init(&proof->lock);
    return proof;
}

void
exeat_audit_proof_free(ExeatAuditProof *proof)
{
    if (proof == NULL)
        return;
    g_mutex_clear(&proof->lock);
    g_free(proof->head);
    g_free(proof);
}

/* A report that stands where the proof ends. (transfer full) */
static ExeatAuditReport *
proof_begin(ExeatAuditProof *proof)
{
    ExeatAuditReport *report = g_new0(ExeatAuditReport, 1);

    g_mutex_lock(&proof->lock);
    report->whole = true;
    report->rows = report->earlier = proof->rows;
    report->earlier_at = proof->rows > 0 ? proof->at : 0;
    report->erased = proof->erased;
    report->head = g_strdup(proof->head != NULL ? proof->head : EXEAT_AUDIT_GENESIS);
    g_mutex_unlock(&proof->lock);
    return report;
}

/* What goes on from an earlier proof says when that was; what began anew is of @now. */
static void
proof_keep(ExeatAuditProof *proof, const ExeatAuditReport *report, gint64 now)
{
    g_mutex_lock(&proof->lock);
    if (report->earlier == 0 || report->rows > proof->rows) {
        g_free(proof->head);
        proof->head = g_strdup(report->head);
        proof->rows = report->rows;
        proof->erased = report->erased;
        proof->at = report->earlier > 0 ? report->earlier_at : now;
    }
    g_mutex_unlock(&proof->lock);
}

/* Whether the row that @report stands at still has its hash. */
static bool
proof_still_holds(ExeatStore *store, const ExeatAuditReport *report, bool *out_holds, GError **error)
{
    const ExeatAuditFilter filter = {.before = report->rows + 1, .limit = 1};
    g_autoptr(GPtrArray) rows = NULL;
    const ExeatAuditRow *row;

    if (report->rows == 0) {
        *out_holds = true;
        return true;
    }
    if (!exeat_store_audit_latest(store, &filter, &rows, error))
        return false;
    row = rows->len > 0 ? g_ptr_array_index(rows, 0) : NULL;
    *out_holds = row != NULL && row->sequence == report->rows && g_strcmp0(row->hash, report->head) == 0;
    return true;
}

bool
exeat_audit_verify_on(ExeatStore *store, ExeatAuditProof *proof, bool all, gint64 now, ExeatAuditReport **out_report,
                      GError **error)
{
    g_autoptr(ExeatAuditReport) report = proof_begin(proof), anew = NULL;
    bool holds = false;

    if (!proof_still_holds(store, report, &holds, error))
        return false;
    if (holds && !all) {
        if (!audit_walk(store, report, error))
            return false;
    } else {
        if (!exeat_audit_verify(store, &anew, error))
            return false;
        if (anew->whole && !holds)
            audit_break(anew, report->earlier, "the trail is not the one that was proven before");
        exeat_audit_report_free(report);
        report = g_steal_pointer(&anew);
    }
    if (report->whole)
        proof_keep(proof, report, now);
    *out_report = g_steal_pointer(&report);
    return true;
}
