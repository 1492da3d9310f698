/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was done with a letter before, as its trail has it: the trail is the memory of who decided, asked and agreed,
 * and there is no other. Its rows come from a store that others might have written to; a sealed detail that does not
 * open is nobody's.
 */
#include <string.h>

#include "quarantine/quarantine-private.h"

bool
exeat_quarantine_trail(ExeatQuarantine *quarantine, const char *id, GPtrArray **out_rows, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_audit_row_free);
    gint64 after = 0;
    guint count;

    do {
        GPtrArray *rows = NULL;

        if (!exeat_store_audit(quarantine->store, id, after, &rows, error))
            return false;
        count = rows->len;
        if (count > 0)
            after = ((const ExeatAuditRow *)g_ptr_array_index(rows, count - 1))->sequence;
        g_ptr_array_extend_and_steal(all, rows);
    } while (count > 0);
    *out_rows = g_steal_pointer(&all);
    return true;
}

char *
exeat_quarantine_trail_word(const ExeatAuditRow *row, const char *key)
{
    g_auto(GStrv) words = row->detail != NULL ? g_strsplit(row->detail, " ", -1) : NULL;
    gsize length = strlen(key);

    for (gsize i = 0; words != NULL && words[i] != NULL; i++) {
        if (strncmp(words[i], key, length) == 0 && words[i][length] == '=')
            return g_strdup(words[i] + length + 1);
    }
    return NULL;
}

bool
exeat_quarantine_trail_stands(const GPtrArray *rows, guint i)
{
    static const char *const events[] = {"release-decided",     "return-decided", "withdrawn",
                                         "put-right-by-sender", "expired",        NULL};
    const ExeatAuditRow *row = g_ptr_array_index(rows, i);
    g_autofree char *decision = NULL;

    if (!g_strv_contains(events, row->event))
        return false;
    decision = exeat_quarantine_trail_word(row, "decision");
    for (guint k = i + 1; decision != NULL && k < rows->len; k++) {
        const ExeatAuditRow *later = g_ptr_array_index(rows, k);
        g_autofree char *undone = NULL;

        if (strcmp(later->event, "decision-undone") != 0)
            continue;
        undone = exeat_quarantine_trail_word(later, "decision");
        if (g_strcmp0(undone, decision) == 0)
            return false;
    }
    return true;
}

bool
exeat_quarantine_trail_is_by(const ExeatQuarantine *quarantine, const ExeatAuditRow *row, const ExeatActor *actor)
{
    g_autofree char *who = exeat_quarantine_audit_detail(quarantine, row, "who");

    if (actor->address != NULL)
        return exeat_deciders_same(who, actor->address) || g_strcmp0(who, actor->address) == 0;
    return who == NULL && g_strcmp0(row->role, actor->role) == 0;
}

void
exeat_quarantine_trail_guard(ExeatChange *change, const char *id, const GPtrArray *rows)
{
    g_free(change->trail);
    change->trail = g_strdup(id);
    change->trail_end = rows->len > 0 ? ((const ExeatAuditRow *)g_ptr_array_index(rows, rows->len - 1))->sequence : 0;
}
