/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Serves pages by libmicrohttpd, with TLS of its own or in plain behind a proxy. Reads a request whole, within its
 * limits, before anybody judges it; refuses a POST that another site's page has sent; adds to every reply what keeps a
 * browser from running, framing, guessing or keeping it.
 *
 * The handler is called by several threads at once.
 */
#ifndef EXEAT_OFFICE_WEB_SERVER_H
#define EXEAT_OFFICE_WEB_SERVER_H

#include "office/web/http.h"

/* (transfer full), never NULL. */
typedef ExeatHttpReply *(*ExeatHttpHandler)(const ExeatHttpRequest *request, gpointer data);
/* What to answer a request that is refused before the handler sees it. */
typedef ExeatHttpReply *(*ExeatHttpRefuse)(guint status, const char *languages, gpointer data);

typedef struct ExeatHttpSettings {
    const char *host;              /* an IP address */
    guint16 port;                  /* 0: any, see exeat_http_server_port() */
    const char *certificate, *key; /* PEM text; NULL: plain HTTP */
    const char *const *proxies;    /* addresses whose X-Forwarded-For is believed; NULL-terminated, may be NULL */
    guint connections;
    ExeatHttpHandler handle;
    ExeatHttpRefuse refuse;
    gpointer data;
} ExeatHttpSettings;

typedef struct ExeatHttpServer ExeatHttpServer;

/* UNAVAILABLE if the address cannot be had; CONFIG for a certificate that does not serve. Strings are copied. */
bool exeat_http_server_new(const ExeatHttpSettings *settings, ExeatHttpServer **out_server, GError **error);
/* Ends after the requests in hand. */
void exeat_http_server_free(ExeatHttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatHttpServer, exeat_http_server_free)

guint16 exeat_http_server_port(const ExeatHttpServer *server);

#endif
