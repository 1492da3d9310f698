/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Release tokens: "1.ID.EXPIRES.MAC", the MAC in base64url. The text to verify comes from a header field that anybody
 * can write, so it is bounded before anything else is done with it, and compared in constant time.
 */
#include "quarantine/token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define TOKEN_VERSION "1"
#define TOKEN_LIMIT 256
#define TOKEN_MAC_BYTES 32
#define TOKEN_MAC_TEXT 43 /* 32 bytes in base64 without the pad */

static void
token_append(GString *input, const char *text)
{
    /* A length before each field: no two different sets of fields give the same bytes. */
    g_string_append_printf(input, "%" G_GSIZE_FORMAT ":%s,", strlen(text), text);
}

static void
token_append_address(GString *input, const char *address)
{
    g_autofree char *folded = g_strdup(address != NULL ? address : "");
    char *at = strrchr(folded, '@');

    /* RFC 5321 2.4: the local part is compared as it stands. */
    for (char *p = at; p != NULL && *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    token_append(input, folded);
}

static char *
token_mac(GBytes *key, const char *id, const char *sender, const char *recipient, const char *expires)
{
    g_autoptr(GString) input = g_string_new("exeat-release-" TOKEN_VERSION ":");
    guint8 mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    gsize key_size = 0;
    const void *key_data = g_bytes_get_data(key, &key_size);
    char *text;

    token_append(input, id);
    token_append(input, expires);
    token_append_address(input, sender);
    token_append_address(input, recipient);
    if (HMAC(EVP_sha256(), key_data, (int)key_size, (const unsigned char *)input->str, input->len, mac, &size) == NULL)
        g_error("HMAC-SHA256 is not to be had");
    text = g_base64_encode(mac, TOKEN_MAC_BYTES);
    text[TOKEN_MAC_TEXT] = '\0';
    return g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
}

char *
exeat_token_make(GBytes *key, const char *id, const char *sender, const char *recipient, gint64 expires)
{
    g_autofree char *until = g_strdup_printf("%" G_GINT64_FORMAT, expires);
    g_autofree char *mac = token_mac(key, id, sender, recipient, until);

    return g_strconcat(TOKEN_VERSION ".", id, ".", until, ".", mac, NULL);
}

bool
exeat_token_verify(GBytes *key, const char *text, const char *sender, const char *recipient, gint64 now, char **out_id)
{
    g_auto(GStrv) fields = NULL;
    g_autofree char *stripped = NULL, *mac = NULL;
    guint64 expires = 0;

    if (text == NULL || strnlen(text, TOKEN_LIMIT + 1) > TOKEN_LIMIT)
        return false;
    stripped = g_strstrip(g_strdup(text));
    fields = g_strsplit(stripped, ".", 5);
    if (g_strv_length(fields) != 4 || strcmp(fields[0], TOKEN_VERSION) != 0 || *fields[1] == '\0' ||
        strlen(fields[3]) != TOKEN_MAC_TEXT)
        return false;
    if (!g_ascii_string_to_unsigned(fields[2], 10, 0, G_MAXINT64, &expires, NULL))
        return false;
    mac = token_mac(key, fields[1], sender, recipient, fields[2]);
    if (CRYPTO_memcmp(mac, fields[3], TOKEN_MAC_TEXT) != 0 || now >= (gint64)expires)
        return false;
    if (out_id != NULL)
        *out_id = g_strdup(fields[1]);
    return true;
}
