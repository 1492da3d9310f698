/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP as the pages see it: a request that was read whole and checked, and a reply as a value. server.c speaks the
 * protocol by libmicrohttpd.
 *
 * Everything in a request is a stranger's. What is larger than the limits below, no UTF-8, or written with control
 * characters never reaches a page: server.c answers it.
 */
#ifndef EXEAT_OFFICE_WEB_HTTP_H
#define EXEAT_OFFICE_WEB_HTTP_H

#include <glib.h>
#include <stdbool.h>

#define EXEAT_HTTP_FORM_BYTES (64 * 1024) /* body of a form */
#define EXEAT_HTTP_FIELDS 600             /* fields of a form, or of a query */
#define EXEAT_HTTP_PATH_BYTES 512
#define EXEAT_HTTP_COOKIE_BYTES 512 /* of one cookie's value */

/* Values by name, in the order in which they came. */
typedef struct ExeatFields ExeatFields;

ExeatFields *exeat_fields_new(void);
void exeat_fields_free(ExeatFields *fields);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatFields, exeat_fields_free)
/* Copies. False beyond EXEAT_HTTP_FIELDS, or for what is no clean UTF-8 (CR LF becomes LF). */
bool exeat_fields_add(ExeatFields *fields, const char *name, const char *value, gsize length);
/* The first value, or NULL. */
const char *exeat_fields_get(const ExeatFields *fields, const char *name);
/* All of them (const char *), never NULL. (transfer container) */
GPtrArray *exeat_fields_all(const ExeatFields *fields, const char *name);

typedef struct ExeatHttpRequest {
    bool is_post;         /* else GET or HEAD */
    bool says_origin;     /* a POST whose browser said that a page of ours sent it */
    char *path;           /* "/letter/H-7K3M-Q9TX-2B4W" */
    ExeatFields *query;   /* of the address */
    ExeatFields *form;    /* of a POST; never NULL */
    ExeatFields *cookies; /* those that we may have set */
    char *client;         /* who asks, as an IP address */
    char *languages;      /* Accept-Language, or NULL */
} ExeatHttpRequest;

typedef struct ExeatHttpReply {
    guint status;
    const char *type; /* "text/html; charset=utf-8" */
    GBytes *body;
    bool may_be_kept;   /* by the browser's cache: style sheets; pages never are */
    GPtrArray *headers; /* char *, name and value in turn */
} ExeatHttpReply;

/* @body (transfer full). */
ExeatHttpReply *exeat_http_reply_new(guint status, const char *type, GBytes *body);
/* 303: after a POST, the page to show. @path is ours, or was checked by exeat_http_is_local(). */
ExeatHttpReply *exeat_http_reply_see(const char *path);
void exeat_http_reply_free(ExeatHttpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatHttpReply, exeat_http_reply_free)

void exeat_http_reply_header(ExeatHttpReply *reply, const char *name, const char *value);
/* For this host alone, over TLS alone, out of reach of scripts and of other sites' requests. @seconds 0: deletes it. */
void exeat_http_reply_cookie(ExeatHttpReply *reply, const char *name, const char *value, gint64 seconds);

/* Cookies are called __Host-exeat-NAME. (RFC 6265bis 4.1.3.2) */
#define EXEAT_HTTP_COOKIE_PREFIX "__Host-exeat-"

/* True for a path of ours to go back to: it begins with one slash and has no authority, backslash or control. */
bool exeat_http_is_local(const char *path);

#endif
