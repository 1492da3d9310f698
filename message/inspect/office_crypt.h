/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords of Office documents (MS-OFFCRYPTO). The only password that is ever tried is the one which Office tries by
 * itself, without asking anybody: who seals with that has sealed nothing.
 */
#ifndef EXEAT_MESSAGE_INSPECT_OFFICE_CRYPT_H
#define EXEAT_MESSAGE_INSPECT_OFFICE_CRYPT_H

#include <openssl/evp.h>

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

#define EXEAT_EXCEL_PASSWORD "VelvetSweatshop"
#define EXEAT_POWERPOINT_PASSWORD "/01Hannes Ruescher/01"

/* True if @info and @package (the streams EncryptionInfo and EncryptedPackage) open with Excel's or PowerPoint's own
 * password; *out_package is the ZIP inside. (transfer full) */
bool exeat_office_open(ExeatInspection *inspection, ExeatBytes info, ExeatBytes package, GBytes **out_package);

/* RC4 over whole streams, where a block of so many bytes has a key of its own. (message/inspect/office_rc4.c) */
typedef struct ExeatRc4 ExeatRc4;

/* @header is a FILEPASS or CryptSession record from its version on. NULL if the password is another, or if this is no
 * RC4. (transfer full) */
ExeatRc4 *exeat_rc4_open(ExeatBytes header, const char *password);
void exeat_rc4_free(ExeatRc4 *rc4);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatRc4, exeat_rc4_free)

/* Opens @length bytes in place with the key of block @block. */
void exeat_rc4_block(const ExeatRc4 *rc4, guint32 block, guint8 *data, gsize length);

/* --- between the files --- */

#define EXEAT_DIGEST_MAX EVP_MAX_MD_SIZE

/* @one and @other behind each other, hashed. */
bool exeat_office_digest(EVP_MD_CTX *context, const EVP_MD *digest, ExeatBytes one, ExeatBytes other,
                         guint8 out[EXEAT_DIGEST_MAX]);

/* ASCII as UTF-16LE. (transfer full) */
GByteArray *exeat_office_password(const char *password);

#endif
