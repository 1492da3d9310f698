/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/signed.h"

#include "message/dkim.h"

/* A trust signs with its own name what comes from a school's subdomain, so a parent of ours is ours here. */
static bool
signed_by_school(const ExeatSchool *school, const ExeatDkim *signature)
{
    const char *const signer[] = {signature->domain, NULL};
    if (exeat_school_is_inside(school, signature->domain))
        return true;
    for (char **list = school->domains; list && *list; list++)
        if (exeat_domain_in_list(*list, signer))
            return true;
    for (char **list = school->pupil_domains; list && *list; list++)
        if (exeat_domain_in_list(*list, signer))
            return true;
    return false;
}

static bool
signed_breaks(const ExeatDkim *signature, const ExeatEdits *edits)
{
    const char *asked = "";
    for (guint i = 0; i < exeat_edits_count(edits); i++) {
        const char *name = exeat_edits_get(edits, i)->name;
        if (g_ascii_strcasecmp(name, asked) != 0 && exeat_dkim_signs(signature, name))
            return true;
        asked = name; /* edits of one field by the thousand stand together */
    }
    return false;
}

/* One more finding beside @cause, for whoever reads the log or the notice. */
static ExeatFinding *
signed_finding(const ExeatFinding *cause, ExeatAction action)
{
    ExeatFinding *finding = exeat_finding_new(cause->policy, EXEAT_RULE_ALREADY_SIGNED, EXEAT_CONFIDENCE_HIGH);
    finding->clause = cause->clause;
    finding->part = g_strdup("envelope");
    finding->recipients = cause->recipients ? g_array_copy(cause->recipients) : NULL;
    finding->action = action;
    return finding;
}

static void
signed_note(ExeatVerdict *verdict, ExeatAction action)
{
    guint found = verdict->findings->len;
    for (guint i = 0; i < found; i++) {
        ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        if (finding->action != EXEAT_ACTION_REWRITE)
            continue;
        finding->action = action;
        verdict->action = MAX(verdict->action, action);
        g_ptr_array_add(verdict->findings, signed_finding(finding, action));
    }
}

/* The indices of the school's own signatures that @edits would break. (transfer full) */
static GArray *
signed_broken(const ExeatCase *letter, const ExeatEdits *edits)
{
    GArray *broken = g_array_new(FALSE, FALSE, sizeof(guint));
    if (exeat_edits_count(edits) == 0)
        return broken;
    g_autoptr(GPtrArray) signatures = exeat_dkim_signatures(exeat_case_message(letter));
    for (guint i = 0; i < signatures->len; i++) {
        const ExeatDkim *signature = g_ptr_array_index(signatures, i);
        if (signed_by_school(exeat_case_school(letter), signature) && signed_breaks(signature, edits))
            g_array_append_val(broken, signature->index);
    }
    return broken;
}

bool
exeat_signed_remove(const ExeatCase *letter, ExeatEdits *edits)
{
    g_autoptr(GArray) broken = signed_broken(letter, edits);
    for (guint i = 0; i < broken->len; i++)
        exeat_edits_set(edits, EXEAT_DKIM_FIELD, g_array_index(broken, guint, i), NULL);
    return broken->len > 0;
}

void
exeat_signed_settle(const ExeatCase *letter, ExeatVerdict *verdict)
{
    if (exeat_case_school(letter)->already_signed == EXEAT_ALREADY_SIGNED_REWRITE) {
        if (exeat_signed_remove(letter, verdict->edits))
            signed_note(verdict, EXEAT_ACTION_REWRITE);
        return;
    }
    g_autoptr(GArray) broken = signed_broken(letter, verdict->edits);
    if (broken->len == 0)
        return;
    exeat_edits_free(verdict->edits);
    verdict->edits = exeat_edits_new();
    signed_note(verdict, EXEAT_ACTION_HOLD);
}
