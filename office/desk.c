/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/desk.h"

#include <stdio.h>

#include "accounts/accounts.h"
#include "base/log.h"
#include "base/privileges.h"
#include "settings/guard.h"

static ExeatSettings *
desk_load(const char *path)
{
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    ExeatSettings *settings = exeat_settings_load(path, errors);

    if (settings == NULL) {
        g_autofree char *text = exeat_config_errors_to_text(errors);

        fputs(text, stderr);
        exeat_log(EXEAT_LOG_ERROR, NULL, "configuration-refused", NULL);
    }
    return settings;
}

static bool
desk_open(ExeatDesk *desk, GError **error)
{
    const ExeatConfig *config = desk->settings->config;

    /* Root makes the folder; nobody but the office's user may enter it. */
    if (exeat_desk_has_pages(desk) && !exeat_accounts_prepare(desk->office->accounts, desk->office->user, error))
        return false;
    if (!exeat_privileges_become(desk->office->user, desk->settings->gate->user, error))
        return false;
    exeat_privileges_harden(); /* held letters must not lie in a core file */
    return exeat_settings_guard(desk->settings, EXEAT_GUARD_OFFICE, error) &&
           exeat_quarantine_open(config, EXEAT_ACCESS_READ, &desk->quarantine, error) &&
           exeat_quarantine_open_deliverer(config, &desk->deliverer, error) &&
           exeat_quarantine_open_clerk(config, desk->quarantine, desk->deliverer, &desk->clerk, error);
}

/* Pages can do without it: what was found is on the card. */
static void
desk_open_directory(ExeatDesk *desk)
{
    g_autoptr(GError) error = NULL;

    if (exeat_desk_has_pages(desk) && !exeat_settings_open_directory(desk->settings, &desk->directory, &error))
        exeat_log(EXEAT_LOG_WARNING, NULL, "directory-unread", "reason", error->message, NULL);
}

ExeatDesk *
exeat_desk_new(const char *path)
{
    g_autoptr(ExeatDesk) desk = g_new0(ExeatDesk, 1);
    g_autoptr(GError) error = NULL;

    g_atomic_ref_count_init(&desk->references);
    desk->proof = exeat_audit_proof_new();
    desk->settings = desk_load(path);
    if (desk->settings == NULL)
        return NULL;
    desk->office = exeat_config_block(desk->settings->config, "office");
    desk->keeping = exeat_config_block(desk->settings->config, "quarantine");
    desk->school = exeat_config_block(desk->settings->config, "school");
    if (!desk_open(desk, &error)) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "office-cannot-open", "reason", error->message, NULL);
        return NULL;
    }
    desk_open_directory(desk);
    return g_steal_pointer(&desk);
}

ExeatDesk *
exeat_desk_ref(ExeatDesk *desk)
{
    g_atomic_ref_count_inc(&desk->references);
    return desk;
}

void
exeat_desk_unref(ExeatDesk *desk)
{
    if (desk == NULL || !g_atomic_ref_count_dec(&desk->references))
        return;
    exeat_clerk_free(desk->clerk);
    exeat_deliverer_free(desk->deliverer);
    exeat_audit_proof_free(desk->proof);
    exeat_quarantine_unref(desk->quarantine);
    exeat_directory_unref(desk->directory);
    exeat_settings_unref(desk->settings);
    g_free(desk);
}

bool
exeat_desk_has_pages(const ExeatDesk *desk)
{
    return desk->keeping->console != NULL;
}
