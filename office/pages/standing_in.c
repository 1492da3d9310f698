/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/pages/standing_in.h"

#include <string.h>

static bool
standing_in_is_away(const ExeatVisit *visit, const char *address, bool *out_away, GError **error)
{
    g_autoptr(ExeatAccount) account = NULL;

    if (!exeat_accounts_find(visit->office->accounts, address, &account, error))
        return false;
    /* Who cannot sign in cannot decide either. */
    *out_away = account == NULL || account->disabled || account->away_until > visit->now;
    return true;
}

/* True in *out_away if nobody of @role is there. */
static bool
standing_in_role_is_away(const ExeatVisit *visit, const char *role, bool *out_away, GError **error)
{
    const ExeatConfig *config = visit->desk->settings->config;

    *out_away = true;
    for (guint i = 0; i < exeat_config_titled_count(config, "role"); i++) {
        const char *title = NULL;
        const ExeatRoleSettings *settings = exeat_config_titled(config, "role", i, &title);

        for (gsize k = 0; strcmp(title, role) == 0 && settings->people[k] != NULL && *out_away; k++) {
            if (!standing_in_is_away(visit, settings->people[k], out_away, error))
                return false;
        }
    }
    return true;
}

bool
exeat_standing_in(const ExeatVisit *visit, const ExeatLetterRow *row, bool *out_stands_in, GError **error)
{
    bool late = visit->desk->keeping->reminder > 0 && row->remind_at == 0;

    if (visit->desk->office->deputies == EXEAT_DEPUTIES_ALWAYS || late) {
        *out_stands_in = true;
        return true;
    }
    return standing_in_role_is_away(visit, *row->role != '\0' ? row->role : EXEAT_ROLE_NAME_HEADTEACHER, out_stands_in,
                                    error);
}
