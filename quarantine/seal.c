/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing with OpenSSL's CMS. Key transport is RSA-OAEP. Sealed bytes come back from a database that others might have
 * written to: nothing of them is handed out before the authentication tag was right.
 *
 * OpenSSL's error queue is a thread's own; it is emptied after each failure so that none is taken for another's.
 */
#include "quarantine/seal.h"

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "quarantine/auto.h"
#include "quarantine/secret.h"

struct ExeatSealer {
    GPtrArray *certificates; /* X509 */
};

struct ExeatOpener {
    X509 *certificate;
    EVP_PKEY *key;
};

static void G_GNUC_PRINTF(3, 4) seal_set_error(GError **error, ExeatErrorCode code, const char *format, ...)
{
    g_autofree char *what = NULL;
    char reason[160] = "";
    unsigned long last = ERR_peek_last_error();
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (last != 0)
        ERR_error_string_n(last, reason, sizeof reason);
    ERR_clear_error();
    g_set_error(error, EXEAT_ERROR, code, "%s%s%s", what, *reason != '\0' ? ": " : "", reason);
}

static X509 *
seal_load_certificate(const char *path, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    g_autoptr(BIO) bio = NULL;
    g_autoptr(X509) certificate = NULL;

    if (!exeat_secret_load(path, false, &file, error))
        return NULL;
    bio = BIO_new_mem_buf(g_bytes_get_data(file, NULL), (int)g_bytes_get_size(file));
    certificate = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (certificate == NULL) {
        seal_set_error(error, EXEAT_ERROR_CONFIG, "%s is no certificate in PEM", path);
        return NULL;
    }
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) != EVP_PKEY_RSA) {
        seal_set_error(error, EXEAT_ERROR_CONFIG, "%s: only RSA certificates can seal letters", path);
        return NULL;
    }
    return g_steal_pointer(&certificate);
}

static void
seal_free_certificate(gpointer certificate)
{
    X509_free(certificate);
}

bool
exeat_sealer_new(const char *const *paths, ExeatSealer **out_sealer, GError **error)
{
    g_autoptr(ExeatSealer) sealer = g_new0(ExeatSealer, 1);

    sealer->certificates = g_ptr_array_new_with_free_func(seal_free_certificate);
    for (gsize i = 0; paths != NULL && paths[i] != NULL; i++) {
        X509 *certificate;

        if (i == EXEAT_SEAL_CERTIFICATES) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "more than %d certificates to seal for",
                        EXEAT_SEAL_CERTIFICATES);
            return false;
        }
        certificate = seal_load_certificate(paths[i], error);
        if (certificate == NULL)
            return false;
        g_ptr_array_add(sealer->certificates, certificate);
    }
    if (sealer->certificates->len == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "no certificate to seal letters for: exeat keygen makes one");
        return false;
    }
    *out_sealer = g_steal_pointer(&sealer);
    return true;
}

void
exeat_sealer_free(ExeatSealer *sealer)
{
    if (sealer == NULL)
        return;
    g_clear_pointer(&sealer->certificates, g_ptr_array_unref);
    g_free(sealer);
}

/* OpenSSL would ask a terminal for the password of an encrypted key. */
static int
seal_no_password(char *buffer, int size, int writing, void *data)
{
    (void)buffer, (void)size, (void)writing, (void)data;
    return -1;
}

static EVP_PKEY *
seal_load_key(const char *path, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    g_autoptr(BIO) bio = NULL;
    EVP_PKEY *key;

    if (!exeat_secret_load(path, true, &file, error))
        return NULL;
    bio = BIO_new_mem_buf(g_bytes_get_data(file, NULL), (int)g_bytes_get_size(file));
    key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, seal_no_password, NULL) : NULL;
    if (key == NULL)
        seal_set_error(error, EXEAT_ERROR_CONFIG, "%s is no private key in PEM without a password", path);
    return key;
}

bool
exeat_opener_new(const char *key_path, const char *certificate_path, ExeatOpener **out_opener, GError **error)
{
    g_autoptr(ExeatOpener) opener = g_new0(ExeatOpener, 1);

    opener->key = seal_load_key(key_path, error);
    if (opener->key == NULL)
        return false;
    opener->certificate = seal_load_certificate(certificate_path, error);
    if (opener->certificate == NULL)
        return false;
    if (X509_check_private_key(opener->certificate, opener->key) != 1) {
        seal_set_error(error, EXEAT_ERROR_CONFIG, "%s is not the key of %s", key_path, certificate_path);
        return false;
    }
    *out_opener = g_steal_pointer(&opener);
    return true;
}

void
exeat_opener_free(ExeatOpener *opener)
{
    if (opener == NULL)
        return;
    X509_free(opener->certificate);
    EVP_PKEY_free(opener->key);
    g_free(opener);
}

static bool
seal_add_recipient(CMS_ContentInfo *cms, X509 *certificate)
{
    CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
    EVP_PKEY_CTX *context = recipient != NULL ? CMS_RecipientInfo_get0_pkey_ctx(recipient) : NULL;

    return context != NULL && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0;
}

static void
seal_free_bio(gpointer bio)
{
    BIO_free_all(bio);
}

/* The buffer of a memory BIO without copying it; the BIO lives as long as the bytes. Takes the BIO. */
static GBytes *
seal_bytes_of(BIO *bio)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);

    return g_bytes_new_with_free_func(data, size > 0 ? (gsize)size : 0, seal_free_bio, bio);
}

bool
exeat_seal(const ExeatSealer *sealer, GBytes *plain, GBytes **out_sealed, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(plain, &size);
    g_autoptr(CMS_ContentInfo) cms = NULL;
    g_autoptr(BIO) input = NULL;
    g_autoptr(BIO) output = BIO_new(BIO_s_mem());

    if (size > G_MAXINT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "too large to be sealed");
        return false;
    }
    input = BIO_new_mem_buf(size > 0 ? data : "", (int)size);
    cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
    if (input == NULL || output == NULL || cms == NULL || CMS_set_detached(cms, 0) != 1)
        goto failed;
    for (guint i = 0; i < sealer->certificates->len; i++) {
        if (!seal_add_recipient(cms, g_ptr_array_index(sealer->certificates, i)))
            goto failed;
    }
    if (CMS_final(cms, input, NULL, CMS_BINARY) != 1 || i2d_CMS_bio(output, cms) != 1)
        goto failed;
    *out_sealed = seal_bytes_of(g_steal_pointer(&output));
    return true;

failed:
    seal_set_error(error, EXEAT_ERROR_INTERNAL, "sealing failed");
    return false;
}

bool
exeat_unseal(const ExeatOpener *opener, GBytes *sealed, GBytes **out_plain, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(sealed, &size);
    g_autoptr(CMS_ContentInfo) cms = NULL;
    g_autoptr(BIO) input = NULL;
    g_autoptr(BIO) output = BIO_new(BIO_s_secmem());
    char *plain = NULL;
    long length;

    if (size == 0 || size > G_MAXINT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "a sealed record is empty or too large");
        return false;
    }
    input = BIO_new_mem_buf(data, (int)size);
    cms = input != NULL ? d2i_CMS_bio(input, NULL) : NULL;
    if (cms == NULL || output == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_id_smime_ct_authEnvelopedData) {
        seal_set_error(error, EXEAT_ERROR_MALFORMED, "a sealed record is damaged");
        return false;
    }
    if (CMS_decrypt(cms, opener->key, opener->certificate, NULL, output, CMS_BINARY) != 1) {
        seal_set_error(error, EXEAT_ERROR_MALFORMED, "a sealed record is damaged, or was sealed for another key");
        return false;
    }
    /* The copy is ours and wiped at its end; the BIO wipes its own (BIO_s_secmem). */
    length = BIO_get_mem_data(output, &plain);
    *out_plain = exeat_secret_bytes(g_memdup2(plain, length > 0 ? (gsize)length : 0), length > 0 ? (gsize)length : 0);
    return true;
}
