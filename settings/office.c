/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings/office.h"

#include <gio/gio.h>
#include <string.h>

#include "base/config.h"

#define HOUR 3600
#define FIELD(member) .offset = offsetof(ExeatOfficeSettings, member)

const char *const exeat_office_deputies[] = {"stand-in", "always", NULL};

static const ExeatOption office_options[] = {
    {.key = "user",
     .type = EXEAT_OPTION_TEXT,
     FIELD(user),
     .fallback = "exeat-office",
     .help = "The user that the office becomes when root starts it; the gate's group, whose store it shares, it gets "
             "besides. It alone may read the private key."},
    {.key = "listen",
     .type = EXEAT_OPTION_TEXT,
     FIELD(listen),
     .fallback = "127.0.0.1:8443",
     .help = "Where the pages are served: ADDRESS:PORT. There are pages if quarantine.console says where people find "
             "them."},
    {.key = "certificate",
     .type = EXEAT_OPTION_TEXT,
     FIELD(certificate),
     .help = "The certificate of the pages, with its chain, in PEM. Without one they are plain HTTP, on loopback "
             "alone, for a proxy that speaks TLS."},
    {.key = "key",
     .type = EXEAT_OPTION_TEXT,
     FIELD(key),
     .help = "The key of that certificate, which only exeat-office may read."},
    {.key = "proxies",
     .type = EXEAT_OPTION_LIST,
     FIELD(proxies),
     .help = "Addresses of proxies in front, whose X-Forwarded-For says who asks: { 127.0.0.1 }."},
    {.key = "accounts",
     .type = EXEAT_OPTION_TEXT,
     FIELD(accounts),
     .fallback = EXEAT_STATEDIR "/office/accounts.db",
     .help = "The file of accounts and sessions, in a folder of its own that only exeat-office may enter."},
    {.key = "connections",
     .type = EXEAT_OPTION_COUNT,
     FIELD(connections),
     .fallback = "512",
     .min = 8,
     .max = 10000,
     .help = "How many browsers may be connected at once."},
    {.key = "idle",
     .type = EXEAT_OPTION_DURATION,
     FIELD(idle),
     .fallback = "30m",
     .min = 60,
     .max = 12 * HOUR,
     .help = "After this time without a click one has to sign in again."},
    {.key = "session",
     .type = EXEAT_OPTION_DURATION,
     FIELD(session),
     .fallback = "10h",
     .min = 300,
     .max = 24 * HOUR,
     .help = "After this time one has to sign in again in any case."},
    {.key = "deputies",
     .type = EXEAT_OPTION_CHOICE,
     FIELD(deputies),
     .fallback = "stand-in",
     .choices = exeat_office_deputies,
     .help = "When deputies decide: stand-in (while those whom they stand in for are away, or once the reminder was "
             "due), or always."},
    {.key = "undo",
     .type = EXEAT_OPTION_DURATION,
     FIELD(undo),
     .fallback = "10s",
     .max = 600,
     .help = "How long a decision waits before it is carried out, and can be taken back."},
    {.key = NULL},
};
static const ExeatOption *const office_tables[] = {office_options, NULL};

bool
exeat_office_parse_listen(const char *listen, char **out_host, guint16 *out_port)
{
    const char *colon = strrchr(listen, ':');
    g_autoptr(GInetAddress) address = NULL;
    g_autofree char *host = NULL;
    guint64 port = 0;

    if (colon == NULL || !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
        return false;
    if (*listen == '[' && colon > listen + 1 && colon[-1] == ']')
        host = g_strndup(listen + 1, (gsize)(colon - listen) - 2);
    else
        host = g_strndup(listen, (gsize)(colon - listen));
    address = g_inet_address_new_from_string(host);
    if (address == NULL)
        return false;
    *out_host = g_steal_pointer(&host);
    *out_port = (guint16)port;
    return true;
}

static void
office_check_listen(const ExeatOfficeSettings *settings, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    g_autoptr(GInetAddress) address = NULL;
    g_autofree char *host = NULL;
    guint16 port = 0;

    if (!exeat_office_parse_listen(settings->listen, &host, &port)) {
        exeat_config_errors_add(errors, place, "office.listen", "Write ADDRESS:PORT: 127.0.0.1:8443",
                                "this is no address to listen on");
        return;
    }
    address = g_inet_address_new_from_string(host);
    if (settings->certificate == NULL && !g_inet_address_get_is_loopback(address))
        exeat_config_errors_add(errors, place, "office.listen",
                                "Set certificate and key, or listen on 127.0.0.1 behind a proxy that speaks TLS",
                                "the pages would cross the network unencrypted");
}

static void
office_check(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    const ExeatOfficeSettings *settings = fields;

    (void)title;
    if ((settings->certificate == NULL) != (settings->key == NULL))
        exeat_config_errors_add(errors, place, "office.certificate", "Set both certificate and key, or neither",
                                "a certificate is nothing without its key");
    office_check_listen(settings, place, errors);
    for (gsize i = 0; settings->proxies[i] != NULL; i++) {
        g_autoptr(GInetAddress) proxy = g_inet_address_new_from_string(settings->proxies[i]);

        if (proxy == NULL)
            exeat_config_errors_add(errors, place, "office.proxies", "Write addresses: { 127.0.0.1 }",
                                    "this is no address of a proxy");
    }
    if (settings->idle > settings->session)
        exeat_config_errors_add(errors, place, "office.idle", "Make it no longer than session",
                                "a session would end before it was idle so long");
}

const ExeatBlock exeat_office_block = {
    .name = "office",
    .size = sizeof(ExeatOfficeSettings),
    .tables = office_tables,
    .check = office_check,
    .help = "The clerk, who delivers, and the pages in which people decide",
};
