/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to the accounts of those who decide stands in the trail too: whom it was done to is sealed. */
#include "quarantine/quarantine-private.h"

bool
exeat_quarantine_note_account(ExeatQuarantine *quarantine, const char *event, const ExeatActor *actor, const char *whom,
                              gint64 now, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autoptr(GBytes) sealed = NULL;

    if (!exeat_quarantine_seal_detail_whom(quarantine, actor->address, NULL, whom, &sealed, error))
        return false;
    exeat_change_audit(change, event, NULL, -1, actor->role, NULL, sealed);
    return exeat_store_commit(quarantine->store, change, NULL, error);
}
