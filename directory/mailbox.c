/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mailbox keys. RFC 5321 lets a host tell "Ann" from "ann", but no host that a school writes to does, and people type
 * both; sub-addresses (RFC 5233) and Gmail's dots reach the same person.
 *
 * Threads: no state. Hostile input: the mailbox; any string gives a key.
 */
#include "directory/mailbox.h"

#include <stdbool.h>
#include <string.h>

char *
exeat_mailbox_key(const char *mailbox)
{
    g_autofree char *lower = g_utf8_validate(mailbox, -1, NULL) ? g_utf8_strdown(mailbox, -1)
                                                                : g_ascii_strdown(mailbox, -1);
    char *text = g_strstrip(lower);
    const char *at = strrchr(text, '@');
    if (at == NULL)
        return g_strdup(text);

    const char *domain = at + 1;
    bool google = strcmp(domain, "gmail.com") == 0 || strcmp(domain, "googlemail.com") == 0;
    GString *key = g_string_sized_new(strlen(text) + 1);
    for (const char *c = text; c < at; c++) {
        /* A leading "+" is no sub-address: the local part would be empty. */
        if (*c == '+' && c > text)
            break;
        if (*c != '.' || !google)
            g_string_append_c(key, *c);
    }
    g_string_append_c(key, '@');
    g_string_append(key, google ? "gmail.com" : domain);
    return g_string_free(key, FALSE);
}
