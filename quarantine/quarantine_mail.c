/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails of ours about no letter: codes for signing in, and what happened to an account. They go to the school's own
 * addresses and to those whom the configuration names as deciding, so that nobody can have strangers written to. A code
 * is in the body alone: subjects are shown on locked screens.
 */
#include "base/error.h"
#include "quarantine/quarantine-private.h"

static bool
mail_one(const ExeatQuarantine *quarantine, ExeatNotice *notice, const char *address, gint64 now, GError **error)
{
    g_autoptr(ExeatChange) change = exeat_change_new(exeat_quarantine_now(now));
    g_autofree char *when = NULL;

    if (!exeat_quarantine_is_inside(quarantine, address) &&
        !exeat_deciders_has_anywhere(quarantine->deciders, address)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "mails about accounts go to the school's own addresses and to those who decide");
        return false;
    }
    if (notice->language == NULL)
        notice->language = quarantine->language;
    when = exeat_clock_text(quarantine->clock, change->at, notice->language);
    notice->from = quarantine->from;
    notice->deadline = when;
    notice->now = change->at;
    return exeat_quarantine_add_notice(quarantine, change, notice, address, NULL, false, error) &&
           exeat_store_commit(quarantine->store, change, NULL, error);
}

bool
exeat_quarantine_mail_code(ExeatQuarantine *quarantine, const char *address, const char *language, const char *code,
                           guint minutes, gint64 now, GError **error)
{
    ExeatNotice notice = {.kind = EXEAT_NOTICE_CODE, .language = language, .secret = code, .minutes = minutes};

    return mail_one(quarantine, &notice, address, now, error);
}

bool
exeat_quarantine_mail_account(ExeatQuarantine *quarantine, const char *address, const char *language,
                              ExeatAccountEvent event, gint64 now, GError **error)
{
    ExeatNotice notice = {.kind = event == EXEAT_ACCOUNT_PASSWORD ? EXEAT_NOTICE_PASSWORD : EXEAT_NOTICE_DEVICE,
                          .language = language};

    return mail_one(quarantine, &notice, address, now, error);
}
