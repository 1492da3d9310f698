/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail addresses and names in social networks. Both have a sign that is rare elsewhere: the text is searched for that,
 * and only its surroundings are read. An address of the school's own says nothing; a handle counts where a network is
 * spoken of, and somebody's own.
 */
#include <string.h>

#include "policies/detect/identifiers-private.h"

#define LOCAL_BYTES 64
#define HOST_BYTES 253
#define HANDLE_BYTES 30
#define HANDLE_LEAST 3
#define NETWORK_BYTES 40 /* how near a handle its network stands */
#define HANDLE_SURE 70

static const char networks[] =
    "insta|instagram|snap|snapchat|tiktok|tik tok|discord|twitter|x|facebook|fb|messenger|whatsapp|telegram|steam|"
    "roblox|psn|playstation|xbox|threads|bluesky|youtube|twitch";
static const char own_words[] = "my|me|mine|i'm|i am|fy|fi|ychwanega|dilyn";

static bool
is_local(char c)
{
    return g_ascii_isalnum(c) || (c && strchr(".!#$%&'*+/=?^_{|}~-", c));
}

/* The end of the domain at @at, or 0: labels of letters, digits and hyphens, two or more, the last without digits,
 * shorter than HOST_BYTES together. */
static gsize
host_end(const ExeatScanner *scanner, gsize at)
{
    gsize end = at, dot = 0;
    while (end < scanner->length && end - at < HOST_BYTES &&
           (exeat_is_word_byte(scanner->text[end]) || strchr(".-", scanner->text[end]))) {
        if (scanner->text[end] == '.' && end + 1 < scanner->length && exeat_is_word_byte(scanner->text[end + 1]))
            dot = end;
        end++;
    }
    if (end - at >= HOST_BYTES)
        return 0;
    while (end > at && strchr(".-", scanner->text[end - 1]))
        end--;
    return dot > at && end - dot > 2 && !g_ascii_isdigit(scanner->text[end - 1]) ? end : 0;
}

static bool
add_address(ExeatScanner *scanner, gsize sign)
{
    gsize start = sign, end = host_end(scanner, sign + 1);
    while (start > 0 && sign - start < LOCAL_BYTES && is_local(scanner->text[start - 1]))
        start--;
    if (start == sign || end == 0)
        return false;
    g_autofree char *address = g_strndup(scanner->context->lower + start, end - start);
    const char *domain = address + (sign + 1 - start);
    if (exeat_school_is_inside(scanner->school, domain))
        return true;
    guint sure = exeat_school_is_personal(scanner->school, domain) ? EXEAT_CONFIDENCE_PRIVATE
                                                                   : EXEAT_CONFIDENCE_CANDIDATE;
    exeat_scanner_add(scanner, EXEAT_RULE_EMAIL, start, end, sure, address);
    return true;
}

static gsize
handle_end(const ExeatScanner *scanner, gsize at)
{
    gsize end = at;
    while (end < scanner->length && end - at <= HANDLE_BYTES &&
           (g_ascii_isalnum(scanner->text[end]) || strchr("._", scanner->text[end])))
        end++;
    while (end > at && scanner->text[end - 1] == '.')
        end--;
    return end - at >= HANDLE_LEAST && end - at <= HANDLE_BYTES ? end : 0;
}

static void
add_handle(ExeatScanner *scanner, gsize start, gsize name, bool network)
{
    gsize end = handle_end(scanner, name);
    gsize from = start > NETWORK_BYTES ? start - NETWORK_BYTES : 0;
    gsize to = MIN(end + NETWORK_BYTES, scanner->length);
    if (end == 0 || (!network && !exeat_context_within(scanner->context, from, start, networks) &&
                     !exeat_context_within(scanner->context, end, to, networks)))
        return;
    bool own = exeat_context_within(scanner->context, from, start, own_words);
    g_autofree char *handle = g_strndup(scanner->context->lower + name, end - name);
    exeat_scanner_add(scanner, EXEAT_RULE_SOCIAL_HANDLE, start, end, own ? HANDLE_SURE : EXEAT_CONFIDENCE_CANDIDATE,
                      handle);
}

/* "instagram.com/…": the start of the network's host that ends at @slash; @slash if there is none. */
static gsize
network_before(const ExeatScanner *scanner, gsize slash)
{
    static const char *const hosts[] = {"instagram.com", "snapchat.com/add", "tiktok.com",
                                        "facebook.com",  "twitter.com",      "wa.me",
                                        "t.me",          "discord.gg"};
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        gsize length = strlen(hosts[i]);
        if (slash >= length && memcmp(scanner->context->lower + slash - length, hosts[i], length) == 0 &&
            (slash == length || !exeat_is_word_byte(scanner->text[slash - length - 1])))
            return slash - length;
    }
    return slash;
}

void
exeat_scan_mail(ExeatScanner *scanner)
{
    const char *end = scanner->text + scanner->length;
    for (const char *at = scanner->text; (at = memchr(at, '@', (gsize)(end - at))) != NULL; at++) {
        gsize sign = (gsize)(at - scanner->text);
        bool begins = sign == 0 || strchr(" \t\n(:,", scanner->text[sign - 1]);
        if (!add_address(scanner, sign) && begins)
            add_handle(scanner, sign, sign + 1, false);
    }
    for (const char *at = scanner->text; (at = memchr(at, '/', (gsize)(end - at))) != NULL; at++) {
        gsize slash = (gsize)(at - scanner->text);
        gsize host = network_before(scanner, slash);
        if (host < slash)
            add_handle(scanner, host, slash + 1 + (at[1] == '@'), true);
    }
}
