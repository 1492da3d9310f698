/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Key making with OpenSSL. RSA, because every OpenSSL that a school may have at hand in ten years decrypts CMS with it.
 */
#include "quarantine/keygen.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/error.h"
#include "quarantine/auto.h"
#include "quarantine/secret.h"

#define KEYGEN_SERIAL_BYTES 16
#define KEYGEN_RANDOM_LIMIT 64

static bool
keygen_extension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;
    g_autoptr(X509_EXTENSION) extension = NULL;

    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    return extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
}

static bool
keygen_serial(X509 *certificate)
{
    guint8 random[KEYGEN_SERIAL_BYTES];
    BIGNUM *number;
    bool done;

    if (RAND_bytes(random, sizeof random) != 1)
        return false;
    random[0] &= 0x7f; /* RFC 5280 4.1.2.2: a positive number */
    number = BN_bin2bn(random, sizeof random, NULL);
    done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return done;
}

static X509 *
keygen_certificate(EVP_PKEY *key, const char *name)
{
    g_autoptr(X509) certificate = X509_new();
    X509_NAME *subject;

    if (certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 || !keygen_serial(certificate))
        return NULL;
    if (X509_gmtime_adj(X509_getm_notBefore(certificate), 0) == NULL ||
        X509_time_adj_ex(X509_getm_notAfter(certificate), EXEAT_KEYGEN_YEARS * 365 + EXEAT_KEYGEN_YEARS / 4, 0, NULL) ==
            NULL)
        return NULL;
    subject = X509_get_subject_name(certificate);
    if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) != 1 ||
        X509_set_issuer_name(certificate, subject) != 1 || X509_set_pubkey(certificate, key) != 1)
        return NULL;
    if (!keygen_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") ||
        !keygen_extension(certificate, NID_key_usage, "critical,keyEncipherment") ||
        !keygen_extension(certificate, NID_subject_key_identifier, "hash"))
        return NULL;
    return X509_sign(certificate, key, EVP_sha256()) > 0 ? g_steal_pointer(&certificate) : NULL;
}

static bool
keygen_store(BIO *pem, const char *path, mode_t mode, GError **error)
{
    char *data = NULL;
    long size = BIO_get_mem_data(pem, &data);

    return exeat_secret_create(path, mode, data, (gsize)size, error);
}

bool
exeat_keygen_quarantine(const char *key_path, const char *certificate_path, const char *name, GError **error)
{
    g_autoptr(EVP_PKEY) key = EVP_RSA_gen(EXEAT_KEYGEN_RSA_BITS);
    g_autoptr(X509) certificate = key != NULL ? keygen_certificate(key, name) : NULL;
    g_autoptr(BIO) key_pem = BIO_new(BIO_s_secmem());
    g_autoptr(BIO) certificate_pem = BIO_new(BIO_s_mem());

    if (certificate == NULL || key_pem == NULL || certificate_pem == NULL ||
        PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) != 1 ||
        PEM_write_bio_X509(certificate_pem, certificate) != 1) {
        ERR_clear_error();
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "making the key failed");
        return false;
    }
    if (!keygen_store(key_pem, key_path, 0600, error))
        return false;
    if (keygen_store(certificate_pem, certificate_path, 0644, error))
        return true;
    /* A key that nothing was sealed for yet, made a moment ago by us. */
    unlink(key_path);
    return false;
}

bool
exeat_keygen_random(const char *path, gsize bytes, GError **error)
{
    guint8 random[KEYGEN_RANDOM_LIMIT];
    char text[2 * KEYGEN_RANDOM_LIMIT + 1];
    bool done;

    g_return_val_if_fail(bytes > 0 && bytes <= sizeof random, false);
    if (RAND_bytes(random, (int)bytes) != 1) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "no randomness");
        return false;
    }
    for (gsize i = 0; i < bytes; i++)
        g_snprintf(text + 2 * i, 3, "%02x", random[i]);
    text[2 * bytes] = '\n';
    done = exeat_secret_create(path, 0600, text, 2 * bytes + 1, error);
    OPENSSL_cleanse(text, sizeof text);
    OPENSSL_cleanse(random, sizeof random);
    return done;
}
