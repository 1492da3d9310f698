/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the keys of an installation. No file is ever overwritten: a lost quarantine key is a lost quarantine.
 */
#ifndef EXEAT_QUARANTINE_KEYGEN_H
#define EXEAT_QUARANTINE_KEYGEN_H

#include <glib.h>
#include <stdbool.h>

#define EXEAT_KEYGEN_RSA_BITS 3072
#define EXEAT_KEYGEN_YEARS 20
#define EXEAT_TOKEN_KEY_BYTES 32

/* An RSA key (mode 0600) and its self-signed certificate (0644), in PEM. @name is the certificate's common name. */
bool exeat_keygen_quarantine(const char *key_path, const char *certificate_path, const char *name, GError **error);

/* @bytes random bytes as hexadecimal digits and a line end, mode 0600: 16 for the directory, EXEAT_TOKEN_KEY_BYTES for
 * release tokens. */
bool exeat_keygen_random(const char *path, gsize bytes, GError **error);

#endif
