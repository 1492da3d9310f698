/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is made of the accounts' key: keyed hashes, each use under a label of its own, and the sealing of small secrets.
 * Random tokens and codes. Any thread.
 */
#ifndef EXEAT_ACCOUNTS_KEYS_H
#define EXEAT_ACCOUNTS_KEYS_H

#include <glib.h>
#include <stdbool.h>

#define ACCOUNTS_TOKEN_BYTES 32
#define ACCOUNTS_HASH_BYTES 32

/* HMAC-SHA256 with the key of @label over @text. False only without memory. */
bool accounts_mac(GBytes *key, const char *label, const char *text, guint8 out_mac[ACCOUNTS_HASH_BYTES]);

/* AES-256-GCM: nonce, what was sealed, tag. @bound is authenticated with it. NULL on failure. (transfer full) */
GBytes *accounts_seal(GBytes *key, const char *bound, const void *data, gsize size);
/* NULL if it was sealed with another key or for something else. Wiped with its last reference. (transfer full) */
GBytes *accounts_unseal(GBytes *key, const char *bound, GBytes *sealed);

/* ACCOUNTS_TOKEN_BYTES random bytes in base64url; NULL without randomness. (transfer full; exeat_secret_free()) */
char *accounts_token_new(void);
/* SHA-256 of a token, for looking it up: it is random, so that no key is needed. */
void accounts_token_hash(const char *token, guint8 out_hash[ACCOUNTS_HASH_BYTES]);
char *accounts_base64url(const guint8 *data, gsize size);

/* @count random signs that can be told apart when read aloud, after Crockford. (transfer full; exeat_secret_free()) */
char *accounts_code_new(guint count);
/* @count random digits. (transfer full; exeat_secret_free()) */
char *accounts_digits_new(guint count);
/* A code as it was typed: spaces and hyphens out, capitals, 0 for O, 1 for I and L. (transfer full;
 * exeat_secret_free()) */
char *accounts_code_clean(const char *typed);

#endif
