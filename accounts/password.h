/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords: which are good enough, and their yescrypt hashes by libxcrypt. A password is prepared as RFC 8265 has it
 * for an opaque string, so that the same keys give the same password on every system. The text comes from a stranger.
 */
#ifndef EXEAT_ACCOUNTS_PASSWORD_H
#define EXEAT_ACCOUNTS_PASSWORD_H

#include <glib.h>
#include <stdbool.h>

/* The cost of a new hash as crypt_gensalt(3) counts it for yescrypt: 16 MiB. */
#define EXEAT_PASSWORD_COST 5
#define EXEAT_PASSWORD_LEAST 12 /* characters */
#define EXEAT_PASSWORD_BYTES 256

typedef enum ExeatPasswordFault {
    EXEAT_PASSWORD_FINE,
    EXEAT_PASSWORD_SHORT,   /* fewer than EXEAT_PASSWORD_LEAST characters */
    EXEAT_PASSWORD_LONG,    /* more than EXEAT_PASSWORD_BYTES bytes */
    EXEAT_PASSWORD_STRANGE, /* control characters, or no UTF-8 */
    EXEAT_PASSWORD_ADDRESS, /* hardly more than the person's own address */
    EXEAT_PASSWORD_COMMON,  /* among the first that anybody would try */
    EXEAT_PASSWORD_SAME,    /* the one that was to be changed */
} ExeatPasswordFault;

ExeatPasswordFault exeat_password_judge(const char *password, const char *address);

/* NULL if libxcrypt will not, or if the password is LONG or STRANGE. (transfer full) */
char *exeat_password_hash(const char *password, guint cost);

/* The beginning of a hash, of no password: checking against it takes as long, and is never right. (transfer full) */
char *exeat_password_setting(guint cost);

/* Takes the time of one hash, whatever the answer. */
bool exeat_password_check(const char *password, const char *hash);

/* True if @hash was made with another method or cost than @setting. */
bool exeat_password_is_dated(const char *hash, const char *setting);

#endif
