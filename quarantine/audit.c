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

bool
exeat_audit_verify(ExeatStore *store, ExeatAuditReport **out_report, GError **error)
{
    g_autoptr(ExeatAuditReport) report = g_new0(ExeatAuditReport, 1);
    g_autofree char *head = NULL;
    gint64 head_rows = 0;
    guint count;

    report->whole = true;
    report->head = g_strdup(EXEAT_AUDIT_GENESIS);
    /* The head first: rows that others add meanwhile come after it and are no fault. */
    if (!exeat_store_audit_head(store, &head_rows, &head, error))
        return false;
    do {
        g_autoptr(GPtrArray) rows = NULL;

        if (!exeat_store_audit(store, NULL, report->rows, &rows, error))
            return false;
        count = rows->len;
        for (guint i = 0; i < count && report->whole; i++) {
            if (!audit_check_row(report, g_ptr_array_index(rows, i)))
                break;
            if (report->rows == head_rows && g_strcmp0(report->head, head) != 0)
                audit_break(report, head_rows, "the last row is not the one that was written last");
        }
    } while (count > 0 && report->whole);
    if (report->whole && report->rows < head_rows)
        audit_break(report, report->rows + 1, "rows were cut off at the end");
    *out_report = g_steal_pointer(&report);
    return true;
}
