/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses one by one: their parts, the key under which two spellings are equal, and what their domain says. Lists of
 * them are message/address_list.c. Owns nothing, any thread; every address may have been written by a stranger.
 */
#include "message/address.h"

#include <idn2.h>

#include "message/address-private.h"
#include "message/address_list.h"
#include "message/charset.h"

#define DOMAIN_MAX 1024 /* bytes of a domain that are worth normalising; DNS allows 253 */

void
exeat_address_free(ExeatAddress *address)
{
    if (address == NULL)
        return;
    g_free(address->display);
    g_free(address->mailbox);
    g_free(address->local);
    g_free(address->domain);
    g_free(address);
}

static bool
address_is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guint8)*text >= 0x80)
            return false;
    return true;
}

static char *
address_cut_dots(char *domain)
{
    for (gsize length = strlen(domain); length > 0 && domain[length - 1] == '.'; length--)
        domain[length - 1] = '\0';
    return domain;
}

/* As DNS has it, or NULL if it is no domain's name. (transfer full) */
static char *
address_domain_labels(const char *domain)
{
    char *labels = NULL;
    if (idn2_to_ascii_8z(domain, &labels, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK &&
        idn2_to_ascii_8z(domain, &labels, IDN2_TRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return NULL;
    char *normal = g_ascii_strdown(labels, -1);
    idn2_free(labels);
    return address_cut_dots(normal); /* other scripts' full stops, characters that are mapped to nothing */
}

char *
exeat_domain_normalise(const char *domain)
{
    g_autofree char *cut = address_cut_dots(g_strdup(domain));
    gsize length = strlen(cut);
    if (length > DOMAIN_MAX || address_is_ascii(cut) || !g_utf8_validate(cut, -1, NULL))
        return address_cut_dots(g_ascii_strdown(cut, -1));
    char *normal = address_domain_labels(cut);
    if (normal != NULL)
        return normal;
    /* a capital may be forbidden whose small letter is not */
    char *lower = g_utf8_strdown(cut, -1);
    normal = address_domain_labels(lower);
    if (normal == NULL)
        return lower;
    g_free(lower);
    return normal;
}

ExeatAddress *
exeat_address_make(const char *bare, char *display)
{
    gsize length = strlen(bare);
    g_autofree char *text = exeat_text_is_plain(bare, length) ? g_strdup(bare)
                                                              : exeat_charset_decode(bare, length, NULL, NULL, NULL);
    g_autofree char *clean = exeat_text_clean_line(text, strlen(text));
    const char *at = strrchr(clean, '@');
    ExeatAddress *address = g_new0(ExeatAddress, 1);
    address->display = display != NULL ? display : g_strdup("");
    address->local = at != NULL ? g_strndup(clean, (gsize)(at - clean)) : g_strdup(clean);
    address->domain = exeat_domain_normalise(at != NULL ? at + 1 : "");
    address->mailbox = address->domain[0] != '\0' ? g_strconcat(address->local, "@", address->domain, NULL)
                                                  : g_strdup(address->local);
    return address;
}

/* "jo.smith@oakfield.sch.uk": nothing in it that a list, a comment or quotes could be made of. */
static bool
address_is_simple(const char *text)
{
    gsize local = 0;
    while (g_ascii_isalnum(text[local]) || (text[local] != '\0' && strchr("._-+", text[local]) != NULL))
        local++;
    if (local == 0 || text[local] != '@')
        return false;
    const char *domain = text + local + 1;
    gsize length = 0;
    while (g_ascii_isalnum(domain[length]) || domain[length] == '-' || (domain[length] == '.' && length > 0))
        length++;
    return domain[length] == '\0' && length > 0 && domain[length - 1] != '.';
}

ExeatAddress *
exeat_address_new(const char *text)
{
    if (address_is_simple(text))
        return exeat_address_make(text, NULL);
    g_autoptr(GPtrArray) entries = exeat_address_list_parse(text, strlen(text), NULL, 1);
    for (guint i = 0; i < entries->len; i++) {
        ExeatEntry *entry = entries->pdata[i];
        if (entry->kind == EXEAT_ENTRY_MAILBOX)
            return g_steal_pointer(&entry->address);
    }
    return exeat_address_make(text, NULL);
}

/* The local part without needless quotes (RFC 5321 4.1.2: "a.b" and a.b are one). */
static char *
address_unquote(const char *local)
{
    gsize length = strlen(local);
    if (length < 2 || local[0] != '"' || local[length - 1] != '"')
        return g_strdup(local);
    GString *bare = g_string_sized_new(length);
    for (gsize i = 1; i < length - 1; i++) {
        if (local[i] == '\\' && i + 1 < length - 1)
            i++;
        g_string_append_c(bare, local[i]);
    }
    return g_string_free(bare, FALSE);
}

static void
address_drop_dots(char *text)
{
    char *to = text;
    for (; *text != '\0'; text++)
        if (*text != '.')
            *to++ = *text;
    *to = '\0';
}

char *
exeat_address_key(const char *mailbox)
{
    const char *at = strrchr(mailbox, '@');
    g_autofree char *domain = exeat_domain_normalise(at != NULL ? at + 1 : "");
    g_autofree char *written = at != NULL ? g_strndup(mailbox, (gsize)(at - mailbox)) : g_strdup(mailbox);
    g_autofree char *bare = address_unquote(written);
    g_autofree char *local = g_utf8_validate(bare, -1, NULL) ? g_utf8_strdown(bare, -1) : g_ascii_strdown(bare, -1);
    char *plus = strchr(local, '+');
    if (plus != NULL && plus != local)
        *plus = '\0';
    const char *kept = domain;
    if (strcmp(domain, "gmail.com") == 0 || strcmp(domain, "googlemail.com") == 0) {
        kept = "gmail.com";
        address_drop_dots(local);
    }
    return kept[0] != '\0' ? g_strconcat(local, "@", kept, NULL) : g_steal_pointer(&local);
}

bool
exeat_domain_is_within(const char *domain, const char *parent)
{
    gsize length = strlen(domain), suffix = strlen(parent);
    if (suffix == 0 || length < suffix || strcmp(domain + length - suffix, parent) != 0)
        return false;
    return length == suffix || domain[length - suffix - 1] == '.';
}

bool
exeat_domain_in_list(const char *domain, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        if (exeat_domain_is_within(domain, g_str_has_prefix(*list, "*.") ? *list + 2 : *list))
            return true;
    return false;
}

static int
address_compare(const void *one, const void *other)
{
    return strcmp(one, *(const char *const *)other);
}

bool
exeat_domain_is_public_provider(const char *domain)
{
    for (const char *at = domain; at != NULL && strchr(at, '.') != NULL; at = strchr(at, '.') + 1)
        if (bsearch(at, exeat_providers, exeat_providers_count, sizeof *exeat_providers, address_compare) != NULL)
            return true;
    return false;
}
