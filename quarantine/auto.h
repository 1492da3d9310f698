/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clean-ups for the objects of OpenSSL, SQLite, libcurl, libxml2 and GMime that this floor uses, so that each is freed
 * on every way out of a function. Defined here and nowhere else on this floor.
 */
#ifndef EXEAT_QUARANTINE_AUTO_H
#define EXEAT_QUARANTINE_AUTO_H

#include <curl/curl.h>
#include <glib.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)

#endif
