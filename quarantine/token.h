/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The token in X-Exeat-Release that keeps a released letter from being held again: an HMAC-SHA256 under the token key
 * over the letter's id, its expiry, its sender and its one recipient. It opens the gate for that envelope alone; a
 * recipient who reads it can do nothing with it, since it is stripped before the letter leaves.
 */
#ifndef EXEAT_QUARANTINE_TOKEN_H
#define EXEAT_QUARANTINE_TOKEN_H

#include <glib.h>
#include <stdbool.h>

#define EXEAT_TOKEN_HEADER "X-Exeat-Release"

/* @key as exeat_secret_load_hex() gives it. @id holds letters, digits and hyphens only. (transfer full) */
char *exeat_token_make(GBytes *key, const char *id, const char *sender, const char *recipient, gint64 expires);

/* False for any token that is not ours, is for another envelope, or ran out. Domain case makes no difference.
 * @out_id (transfer full) may be NULL. */
bool exeat_token_verify(GBytes *key, const char *text, const char *sender, const char *recipient, gint64 now,
                        char **out_id);

#endif
