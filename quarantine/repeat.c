/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quarantine/repeat.h"

#include <openssl/hmac.h>
#include <string.h>

/* The key is the one of release tokens, which begin otherwise: no digest is ever a token. */
#define REPEAT_DOMAIN "exeat-repeat-1:"

/* A length before each field: no two different sets of fields give the same bytes. */
static void
repeat_append(GString *input, const char *text)
{
    const char *field = text != NULL ? text : "";

    g_string_append_printf(input, "%" G_GSIZE_FORMAT ":%s,", strlen(field), field);
}

static void
repeat_append_letter(GString *input, GBytes *letter)
{
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, letter);

    repeat_append(input, sum);
}

GBytes *
exeat_repeat_digest(GBytes *key, const char *kind, const ExeatEnvelope *envelope, const GArray *held, GBytes *letter)
{
    g_autoptr(GString) input = g_string_new(REPEAT_DOMAIN);
    guint8 mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    gsize key_size = 0;
    const void *key_data = g_bytes_get_data(key, &key_size);

    repeat_append(input, kind);
    repeat_append(input, envelope->sender);
    repeat_append(input, envelope->account);
    for (guint i = 0; i < envelope->recipients->len; i++)
        repeat_append(input, g_ptr_array_index(envelope->recipients, i));
    for (guint i = 0; i < held->len; i++)
        g_string_append_printf(input, "%u,", g_array_index(held, guint, i));
    repeat_append_letter(input, letter);
    if (HMAC(EVP_sha256(), key_data, (int)key_size, (const unsigned char *)input->str, input->len, mac, &size) == NULL)
        g_error("HMAC-SHA256 is not to be had");
    return g_bytes_new(mac, size);
}
