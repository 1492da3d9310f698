/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing at rest: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) in DER, for one or several
 * certificates. In a disaster it opens by hand:
 *
 *     openssl cms -decrypt -inform DER -in letter.cms -inkey quarantine.key -recip quarantine.crt -out letter.eml
 *
 * A sealer knows certificates alone: who holds only that can put a letter in and read none back. Sealers and openers
 * are immutable and may be used by many threads at a time.
 */
#ifndef EXEAT_QUARANTINE_SEAL_H
#define EXEAT_QUARANTINE_SEAL_H

#include <glib.h>
#include <stdbool.h>

/* A sealer takes no more certificates. */
#define EXEAT_SEAL_CERTIFICATES 16

typedef struct ExeatSealer ExeatSealer;
typedef struct ExeatOpener ExeatOpener;

/* @paths: PEM files with one RSA certificate each, NULL-terminated. CONFIG if one is missing or unfit. */
bool exeat_sealer_new(const char *const *paths, ExeatSealer **out_sealer, GError **error);
void exeat_sealer_free(ExeatSealer *sealer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSealer, exeat_sealer_free)

/* CONFIG if the key can be read by others, is no key, or does not belong to the certificate. */
bool exeat_opener_new(const char *key_path, const char *certificate_path, ExeatOpener **out_opener, GError **error);
void exeat_opener_free(ExeatOpener *opener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatOpener, exeat_opener_free)

bool exeat_seal(const ExeatSealer *sealer, GBytes *plain, GBytes **out_sealed, GError **error);

/* MALFORMED if it was damaged, or sealed for others. What comes out is wiped when its last reference goes. */
bool exeat_unseal(const ExeatOpener *opener, GBytes *sealed, GBytes **out_plain, GError **error);

#endif
