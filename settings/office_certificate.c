/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the pages' certificate and key would serve, asked before anybody relies on them: GnuTLS says no more than
 * that they do not.
 */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "base/config.h"
#include "settings/office.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

/* No key of the pages asks for a passphrase: nobody would be there to type it. */
static int
certificate_no_passphrase(char *buffer, int size, int writing, void *data)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)data;
    return -1;
}

static X509 *
certificate_read(const char *path, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    g_autoptr(BIO) file = BIO_new_file(path, "r");
    X509 *certificate = file != NULL ? PEM_read_bio_X509(file, NULL, certificate_no_passphrase, NULL) : NULL;

    if (certificate == NULL)
        exeat_config_errors_add(errors, place, "office.certificate",
                                "Name a file with the certificate and its chain, in PEM, that exeat-office may read",
                                file != NULL ? "there is no certificate in %s" : "%s cannot be read", path);
    return certificate;
}

static EVP_PKEY *
certificate_read_key(const char *path, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    g_autoptr(BIO) file = BIO_new_file(path, "r");
    EVP_PKEY *key = file != NULL ? PEM_read_bio_PrivateKey(file, NULL, certificate_no_passphrase, NULL) : NULL;

    if (key == NULL)
        exeat_config_errors_add(
            errors, place, "office.key",
            "Name the certificate's key, in PEM and without a passphrase, that exeat-office may read",
            file != NULL ? "there is no key in %s" : "%s cannot be read", path);
    return key;
}

bool
exeat_office_settings_try(const ExeatOfficeSettings *settings, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    g_autoptr(X509) certificate = NULL;
    g_autoptr(EVP_PKEY) key = NULL;

    if (settings->certificate == NULL)
        return true;
    certificate = certificate_read(settings->certificate, place, errors);
    key = certificate_read_key(settings->key, place, errors);
    if (certificate == NULL || key == NULL)
        return false;
    if (X509_check_private_key(certificate, key) != 1) {
        exeat_config_errors_add(errors, place, "office.key", "Name the key that the certificate was made for",
                                "the pages' key does not belong to their certificate");
        return false;
    }
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0)
        return true;
    exeat_config_errors_add(errors, place, "office.certificate", "Have it renewed, and start exeat-office again",
                            "the pages' certificate has run out");
    return false;
}
