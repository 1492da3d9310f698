/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crypto is OpenSSL's. The one key is never used itself: each label gives another. A nonce is random: few secrets are
 * sealed in the life of a key, far from where two could be alike.
 */
#include "accounts/keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "accounts/accounts.h"
#include "base/error.h"
#include "quarantine/secret.h"

#define KEY_LABEL "exeat accounts v1"
#define SEAL_LABEL "seal"
#define NONCE_BYTES 12
#define TAG_BYTES 16
/* No I, L, O, U. */
#define CODE_SIGNS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

static bool
keys_derive(GBytes *from, guint8 *out, gsize size)
{
    gsize length = 0;
    const void *data = g_bytes_get_data(from, &length);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(guintptr) "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(guintptr)data, length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(guintptr)KEY_LABEL, strlen(KEY_LABEL)),
        OSSL_PARAM_construct_end(),
    };
    bool done = context != NULL && EVP_KDF_derive(context, out, size, parameters) == 1;

    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return done;
}

bool
exeat_accounts_key(const char *private_key_path, GBytes **out_key, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    g_autofree guint8 *key = NULL;

    if (!exeat_secret_load(private_key_path, true, &file, error))
        return false;
    if (g_bytes_get_size(file) == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s is empty", private_key_path);
        return false;
    }
    key = g_malloc(EXEAT_ACCOUNTS_KEY_BYTES);
    if (!keys_derive(file, key, EXEAT_ACCOUNTS_KEY_BYTES)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "making the key of the accounts failed");
        return false;
    }
    *out_key = exeat_secret_bytes(g_steal_pointer(&key), EXEAT_ACCOUNTS_KEY_BYTES);
    return true;
}

bool
accounts_mac(GBytes *key, const char *label, const char *text, guint8 out_mac[ACCOUNTS_HASH_BYTES])
{
    guint8 own[ACCOUNTS_HASH_BYTES];
    bool done = HMAC(EVP_sha256(), g_bytes_get_data(key, NULL), (int)g_bytes_get_size(key), (const guint8 *)label,
                     strlen(label), own, NULL) != NULL &&
                HMAC(EVP_sha256(), own, sizeof own, (const guint8 *)text, strlen(text), out_mac, NULL) != NULL;

    OPENSSL_cleanse(own, sizeof own);
    return done;
}

GBytes *
accounts_seal(GBytes *key, const char *bound, const void *data, gsize size)
{
    g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
    g_autofree guint8 *sealed = g_malloc(NONCE_BYTES + size + TAG_BYTES);
    guint8 own[ACCOUNTS_HASH_BYTES];
    int length = 0;
    bool done = context != NULL && accounts_mac(key, SEAL_LABEL, "", own) && RAND_bytes(sealed, NONCE_BYTES) == 1 &&
                EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), own, sealed, NULL) == 1 &&
                EVP_EncryptUpdate(context, NULL, &length, (const guint8 *)bound, (int)strlen(bound)) == 1 &&
                EVP_EncryptUpdate(context, sealed + NONCE_BYTES, &length, data, (int)size) == 1 &&
                EVP_EncryptFinal_ex(context, sealed + NONCE_BYTES + size, &length) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, sealed + NONCE_BYTES + size) == 1;

    OPENSSL_cleanse(own, sizeof own);
    return done ? g_bytes_new_take(g_steal_pointer(&sealed), NONCE_BYTES + size + TAG_BYTES) : NULL;
}

GBytes *
accounts_unseal(GBytes *key, const char *bound, GBytes *sealed)
{
    g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
    g_autoptr(GBytes) opened = NULL;
    guint8 own[ACCOUNTS_HASH_BYTES], tag[TAG_BYTES];
    gsize whole = 0;
    const guint8 *data = g_bytes_get_data(sealed, &whole);
    gsize size = whole > NONCE_BYTES + TAG_BYTES ? whole - NONCE_BYTES - TAG_BYTES : 0;
    guint8 *clear = g_malloc0(size + 1);
    int length = 0;
    bool done;

    opened = exeat_secret_bytes(clear, size);
    if (size == 0 || context == NULL)
        return NULL;
    memcpy(tag, data + NONCE_BYTES + size, TAG_BYTES);
    done = accounts_mac(key, SEAL_LABEL, "", own) &&
           EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), own, data, NULL) == 1 &&
           EVP_DecryptUpdate(context, NULL, &length, (const guint8 *)bound, (int)strlen(bound)) == 1 &&
           EVP_DecryptUpdate(context, clear, &length, data + NONCE_BYTES, (int)size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
           EVP_DecryptFinal_ex(context, clear + size, &length) == 1;
    OPENSSL_cleanse(own, sizeof own);
    return done ? g_steal_pointer(&opened) : NULL;
}

char *
accounts_base64url(const guint8 *data, gsize size)
{
    char *text = g_base64_encode(data, size), *pad = strchr(text, '=');

    if (pad != NULL)
        *pad = '\0';
    return g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
}

char *
accounts_token_new(void)
{
    guint8 random[ACCOUNTS_TOKEN_BYTES];
    char *token = RAND_bytes(random, sizeof random) == 1 ? accounts_base64url(random, sizeof random) : NULL;

    OPENSSL_cleanse(random, sizeof random);
    return token;
}

void
accounts_token_hash(const char *token, guint8 out_hash[ACCOUNTS_HASH_BYTES])
{
    SHA256((const guint8 *)token, strlen(token), out_hash);
}

/* @count signs, each as likely. */
static char *
keys_draw(const char *signs, guint count)
{
    guint kinds = (guint)strlen(signs), fair = 256 / kinds * kinds;
    char *text = g_malloc0(count + 1);

    for (guint i = 0; i < count;) {
        guint8 random = 0;

        if (RAND_bytes(&random, 1) != 1) {
            exeat_secret_free(text);
            return NULL;
        }
        if (random < fair)
            text[i++] = signs[random % kinds];
    }
    return text;
}

char *
accounts_code_new(guint count)
{
    return keys_draw(CODE_SIGNS, count);
}

char *
accounts_digits_new(guint count)
{
    return keys_draw("0123456789", count);
}

char *
accounts_code_clean(const char *typed)
{
    char *code = g_malloc0(strlen(typed) + 1);
    gsize length = 0;

    for (const char *at = typed; *at != '\0'; at++) {
        char c = g_ascii_toupper(*at);

        if (c == ' ' || c == '-' || c == '\t')
            continue;
        code[length++] = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    }
    return code;
}
