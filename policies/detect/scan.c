/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/scan.h"

#include "policies/detect/identifiers.h"
#include "policies/detect/secrets.h"
#include "policies/detect/shape.h"
#include "policies/detect/tables.h"
#include "policies/detect/terms.h"

struct ExeatScan {
    GPtrArray *texts;
    bool incomplete;
};

static void
scan_text_free(gpointer data)
{
    ExeatScanText *scanned = data;
    exeat_context_clear(&scanned->context);
    g_array_unref(scanned->names);
    g_array_unref(scanned->hits);
    g_array_unref(scanned->terms);
    exeat_shaped_free(scanned->shaped);
    g_free(scanned);
}

static ExeatScanText *
scan_one(const ExeatText *given, const ExeatScanWorld *world)
{
    ExeatScanText *scanned = g_new0(ExeatScanText, 1);
    scanned->shaped = exeat_text_shape(given);
    const ExeatText *text = scanned->text = scanned->shaped ? scanned->shaped : given;
    scanned->names = g_array_new(FALSE, FALSE, sizeof(ExeatNameMatch));
    scanned->hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    scanned->terms = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    exeat_context_init(&scanned->context, text);
    exeat_names_find(world->directory, world->names, text->text, text->length, text->cells, scanned->names);
    exeat_identifiers_find(&scanned->context, world->directory, world->school, world->now, scanned->hits);
    exeat_terms_find(&scanned->context, scanned->terms);
    exeat_secrets_find(&scanned->context, scanned->terms, scanned->hits);
    exeat_table_special(&scanned->context, scanned->terms);
    return scanned;
}

ExeatScan *
exeat_scan_new(const GPtrArray *texts, const ExeatScanWorld *world)
{
    ExeatScan *scan = g_new0(ExeatScan, 1);
    scan->texts = g_ptr_array_new_with_free_func(scan_text_free);
    for (guint i = 0; i < texts->len && !scan->incomplete; i++) {
        g_ptr_array_add(scan->texts, scan_one(g_ptr_array_index(texts, i), world));
        scan->incomplete = world->deadline > 0 && i + 1 < texts->len && g_get_monotonic_time() > world->deadline;
    }
    return scan;
}

void
exeat_scan_free(ExeatScan *scan)
{
    if (!scan)
        return;
    g_ptr_array_unref(scan->texts);
    g_free(scan);
}

bool
exeat_scan_is_incomplete(const ExeatScan *scan)
{
    return scan->incomplete;
}

guint
exeat_scan_count(const ExeatScan *scan)
{
    return scan->texts->len;
}

const ExeatScanText *
exeat_scan_text(const ExeatScan *scan, guint i)
{
    return i < scan->texts->len ? g_ptr_array_index(scan->texts, i) : NULL;
}
