/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/verdict.h"

static void
finding_destroy(gpointer finding)
{
    exeat_finding_free(finding);
}

ExeatVerdict *
exeat_verdict_new(void)
{
    ExeatVerdict *verdict = g_new0(ExeatVerdict, 1);
    verdict->findings = g_ptr_array_new_with_free_func(finding_destroy);
    verdict->held = g_array_new(FALSE, FALSE, sizeof(guint));
    verdict->edits = exeat_edits_new();
    verdict->remedy = exeat_edits_new();
    verdict->remedied = g_ptr_array_new();
    verdict->release_by = g_ptr_array_new_with_free_func(g_free);
    return verdict;
}

static void
reply_free(ExeatReply *reply)
{
    if (!reply)
        return;
    g_free(reply->enhanced);
    g_free(reply->text);
    g_free(reply);
}

void
exeat_verdict_free(ExeatVerdict *verdict)
{
    if (!verdict)
        return;
    g_ptr_array_unref(verdict->findings);
    g_array_unref(verdict->held);
    exeat_edits_free(verdict->edits);
    exeat_edits_free(verdict->remedy);
    g_ptr_array_unref(verdict->remedied);
    reply_free(verdict->reply);
    g_ptr_array_unref(verdict->release_by);
    g_free(verdict);
}

bool
exeat_verdict_settles(const ExeatVerdict *verdict, const ExeatFinding *finding)
{
    for (guint i = 0; i < verdict->remedied->len; i++)
        if (g_strcmp0(g_ptr_array_index(verdict->remedied, i), finding->policy) == 0)
            return true;
    return false;
}

bool
exeat_verdict_holds_all(const ExeatVerdict *verdict, guint recipients)
{
    return recipients > 0 && verdict->held->len == recipients;
}
