/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Of the times that passed while no clerk was there only the last counts: one digest tells of all that waits. A time in
 * the future was written down while the clock was wrong, and holds nothing up.
 */
#include "quarantine/digest.h"

#include "base/fault.h"
#include "quarantine/quarantine-private.h"

typedef struct Digest {
    const char *role;
    const GArray *minutes;
    GPtrArray *people;        /* char * */
    gint64 due_at;            /* of the one that is due now, or was last */
    gint64 former, former_at; /* the one that was made last: when it was to come, and when it came */
} Digest;

static void
digest_clear(Digest *digest)
{
    g_clear_pointer(&digest->people, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Digest, digest_clear)

/* False after the last role, or with an error. */
static bool
digest_next(const ExeatQuarantine *quarantine, guint number, gint64 now, Digest *digest, GError **error)
{
    digest_clear(digest);
    if (!exeat_deciders_digest(quarantine->deciders, number, &digest->role, &digest->minutes, &digest->people))
        return false;
    digest->due_at = exeat_clock_last_time(quarantine->clock, digest->minutes, now);
    return exeat_store_digest(quarantine->store, digest->role, &digest->former, &digest->former_at, error);
}

static bool
digest_is_due(const Digest *digest, gint64 now)
{
    return digest->due_at > 0 && (digest->former < digest->due_at || digest->former > now);
}

/* Nobody waits for the first digest of all. */
static bool
digest_is_late(const Digest *digest, gint64 now)
{
    return digest->former > 0 && now - digest->due_at > EXEAT_DIGEST_LATE;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static bool
digest_count(const ExeatQuarantine *quarantine, const Digest *digest, gint64 now, ExeatNotice *notice,
             GArray **out_reasons, gint64 *out_deadline, GError **error)
{
    ExeatLetterFilter filter = {
        .states = 1u << EXEAT_HELD_HELD, .role = digest->role, .order = EXEAT_LETTERS_DEADLINE, .limit = 1};
    g_autoptr(GPtrArray) first = NULL;

    if (!exeat_store_list_count(quarantine->store, &filter, &notice->waiting, error) ||
        !exeat_store_reasons(quarantine->store, &filter, out_reasons, error) ||
        !exeat_store_list(quarantine->store, &filter, &first, error))
        return false;
    *out_deadline = first->len > 0 ? ((const ExeatLetterRow *)g_ptr_array_index(first, 0))->deadline_at : 0;
    /* A letter of the very second of the last digest counts once more rather than never. */
    filter.held_after = digest->former_at <= now ? digest->former_at - 1 : 0;
    return exeat_store_list_count(quarantine->store, &filter, &notice->fresh, error);
}

static bool
digest_add_alarm(const ExeatQuarantine *quarantine, ExeatChange *change, const char *role, gint64 due_at,
                 const char *why, GError **error)
{
    g_autofree char *detail = g_strdup_printf("role=%s %s", role, why);
    g_autofree char *when = exeat_clock_text(quarantine->clock, due_at, quarantine->language);
    ExeatNotice notice = {.kind = EXEAT_NOTICE_OVERDUE,
                          .language = quarantine->language,
                          .from = quarantine->from,
                          .role = role,
                          .deadline = when,
                          .now = change->at};

    exeat_change_audit(change, "digest-overdue", NULL, -1, "clerk", detail, NULL);
    return quarantine->postmaster == NULL ||
           exeat_quarantine_add_notice(quarantine, change, &notice, quarantine->postmaster, NULL, false, error);
}

static bool
digest_add_mails(const ExeatQuarantine *quarantine, const Digest *digest, ExeatNotice *notice, bool late,
                 ExeatChange *change, GError **error)
{
    g_autofree char *detail = g_strdup_printf("role=%s waiting=%" G_GUINT64_FORMAT " mails=%u", digest->role,
                                              notice->waiting, digest->people->len);

    exeat_change_audit(change, "digest", NULL, -1, "clerk", detail, NULL);
    for (guint i = 0; i < digest->people->len; i++) {
        ExeatMailRow *mail;

        if (!exeat_quarantine_add_notice(quarantine, change, notice, g_ptr_array_index(digest->people, i), NULL, false,
                                         error))
            return false;
        mail = g_ptr_array_index(change->mails, change->mails->len - 1);
        mail->role = g_strdup(digest->role);
        mail->alarmed = late;
    }
    return !late || digest_add_alarm(quarantine, change, digest->role, digest->due_at, "made-late", error);
}

/* *out_made, *out_late: as exeat_digest_make() counts. */
static bool
digest_make_one(const ExeatQuarantine *quarantine, const Digest *digest, gint64 now, bool *out_made, bool *out_late,
                GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(GArray) reasons = NULL;
    g_autofree char *deadline = NULL;
    ExeatNotice notice = {.kind = EXEAT_NOTICE_DIGEST,
                          .language = quarantine->language,
                          .from = quarantine->from,
                          .role = digest->role,
                          .console = quarantine->console,
                          .decides = true,
                          .now = now};
    gint64 deadline_at = 0;
    bool lost = false;

    if (!digest_count(quarantine, digest, now, &notice, &reasons, &deadline_at, error))
        return false;
    deadline = exeat_clock_text(quarantine->clock, deadline_at, quarantine->language);
    notice.deadline = deadline;
    notice.reasons = reasons;
    change->digest = (ExeatDigestMark){g_strdup(digest->role), digest->former, digest->due_at};
    *out_made = notice.waiting > 0;
    *out_late = *out_made && digest_is_late(digest, now);
    if (*out_made && !digest_add_mails(quarantine, digest, &notice, *out_late, change, error))
        return false;
    if (EXEAT_FAULT_FAILS("digest.before-commit", error) ||
        !exeat_store_commit(quarantine->store, change, &lost, error))
        return false;
    EXEAT_FAULT_POINT("digest.committed");
    /* Lost: another clerk has made it. */
    *out_made = *out_made && !lost;
    *out_late = *out_late && !lost;
    return true;
}

bool
exeat_digest_make(ExeatQuarantine *quarantine, gint64 now, guint *out_made, guint *out_late, GError **error)
{
    g_auto(Digest) digest = {0};
    GError *problem = NULL;

    *out_made = *out_late = 0;
    for (guint i = 0; digest_next(quarantine, i, now, &digest, &problem); i++) {
        bool made = false, late = false;

        if (digest_is_due(&digest, now) && !digest_make_one(quarantine, &digest, now, &made, &late, &problem))
            break;
        *out_made += made ? 1 : 0;
        *out_late += late ? 1 : 0;
    }
    if (problem == NULL)
        return true;
    g_propagate_error(error, problem);
    return false;
}

/* --- what did not go out ------------------------------------------------------------------------------------------ */

bool
exeat_digest_alarm(ExeatQuarantine *quarantine, gint64 now, guint *out_raised, GError **error)
{
    g_autoptr(GPtrArray) troubles = NULL;

    *out_raised = 0;
    if (!exeat_store_digest_troubles(quarantine->store, now - EXEAT_DIGEST_LATE, false, &troubles, error))
        return false;
    for (guint i = 0; i < troubles->len; i++) {
        const ExeatDigestTrouble *trouble = g_ptr_array_index(troubles, i);
        g_autoptr(ExeatChange) change = exeat_change_new(now);
        bool lost = false;

        change->alarm = (ExeatDigestTrouble){.role = g_strdup(trouble->role), .made_at = trouble->made_at};
        if (!digest_add_alarm(quarantine, change, trouble->role, trouble->made_at,
                              trouble->failed ? "failed" : "not-sent", error) ||
            EXEAT_FAULT_FAILS("alarm.before-commit", error) ||
            !exeat_store_commit(quarantine->store, change, &lost, error))
            return false;
        *out_raised += lost ? 0 : 1;
    }
    return true;
}

/* Whether nobody has made it: no clerk is at work. */
static bool
digest_is_missing(const Digest *digest, gint64 now)
{
    return digest_is_due(digest, now) && digest_is_late(digest, now);
}

bool
exeat_digest_overdue(ExeatQuarantine *quarantine, gint64 now, guint *out_roles, GError **error)
{
    g_autoptr(GPtrArray) troubles = NULL;
    g_autoptr(GHashTable) roles = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(Digest) digest = {0};
    GError *problem = NULL;

    if (!exeat_store_digest_troubles(quarantine->store, now - EXEAT_DIGEST_LATE, true, &troubles, error))
        return false;
    for (guint i = 0; i < troubles->len; i++)
        g_hash_table_add(roles, ((ExeatDigestTrouble *)g_ptr_array_index(troubles, i))->role);
    for (guint i = 0; digest_next(quarantine, i, now, &digest, &problem); i++) {
        if (digest_is_missing(&digest, now))
            g_hash_table_add(roles, (gpointer)(guintptr)digest.role);
    }
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return false;
    }
    *out_roles = g_hash_table_size(roles);
    return true;
}
