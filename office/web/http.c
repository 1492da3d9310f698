/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/web/http.h"

#include <string.h>

typedef struct FieldsPair {
    char *name;
    char *value;
} FieldsPair;

struct ExeatFields {
    GPtrArray *pairs; /* FieldsPair; a form has a few dozen */
};

static void
fields_pair_free(gpointer data)
{
    FieldsPair *pair = data;

    g_free(pair->name);
    g_free(pair->value);
    g_free(pair);
}

ExeatFields *
exeat_fields_new(void)
{
    ExeatFields *fields = g_new0(ExeatFields, 1);

    fields->pairs = g_ptr_array_new_with_free_func(fields_pair_free);
    return fields;
}

void
exeat_fields_free(ExeatFields *fields)
{
    if (fields == NULL)
        return;
    g_ptr_array_unref(fields->pairs);
    g_free(fields);
}

/* CR LF to LF, in place: forms send lines so (HTML, 4.10.21.8). False for other control characters. */
static bool
fields_clean(char *value)
{
    char *to = value;

    for (const char *from = value; *from != '\0'; from++) {
        if (*from == '\r' && from[1] == '\n')
            continue;
        if ((guchar)*from < 0x20 && *from != '\n' && *from != '\t')
            return false;
        *to++ = *from;
    }
    *to = '\0';
    return true;
}

bool
exeat_fields_add(ExeatFields *fields, const char *name, const char *value, gsize length)
{
    FieldsPair *pair;
    g_autofree char *copy = NULL;

    if (fields->pairs->len >= EXEAT_HTTP_FIELDS || !g_utf8_validate_len(value, length, NULL))
        return false;
    copy = g_strndup(value, length);
    if (!fields_clean(copy))
        return false;
    pair = g_new0(FieldsPair, 1);
    pair->name = g_strdup(name);
    pair->value = g_steal_pointer(&copy);
    g_ptr_array_add(fields->pairs, pair);
    return true;
}

const char *
exeat_fields_get(const ExeatFields *fields, const char *name)
{
    for (guint i = 0; i < fields->pairs->len; i++) {
        const FieldsPair *pair = g_ptr_array_index(fields->pairs, i);

        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

GPtrArray *
exeat_fields_all(const ExeatFields *fields, const char *name)
{
    GPtrArray *values = g_ptr_array_new();

    for (guint i = 0; i < fields->pairs->len; i++) {
        const FieldsPair *pair = g_ptr_array_index(fields->pairs, i);

        if (strcmp(pair->name, name) == 0)
            g_ptr_array_add(values, pair->value);
    }
    return values;
}

ExeatHttpReply *
exeat_http_reply_new(guint status, const char *type, GBytes *body)
{
    ExeatHttpReply *reply = g_new0(ExeatHttpReply, 1);

    reply->status = status;
    reply->type = type;
    reply->body = body;
    reply->headers = g_ptr_array_new_with_free_func(g_free);
    return reply;
}

ExeatHttpReply *
exeat_http_reply_see(const char *path)
{
    ExeatHttpReply *reply = exeat_http_reply_new(303, "text/plain; charset=utf-8", g_bytes_new(NULL, 0));

    exeat_http_reply_header(reply, "Location", path);
    return reply;
}

void
exeat_http_reply_free(ExeatHttpReply *reply)
{
    if (reply == NULL)
        return;
    g_bytes_unref(reply->body);
    g_ptr_array_unref(reply->headers);
    g_free(reply);
}

void
exeat_http_reply_header(ExeatHttpReply *reply, const char *name, const char *value)
{
    g_ptr_array_add(reply->headers, g_strdup(name));
    g_ptr_array_add(reply->headers, g_strdup(value));
}

void
exeat_http_reply_cookie(ExeatHttpReply *reply, const char *name, const char *value, gint64 seconds)
{
    g_autofree char *text = g_strdup_printf(EXEAT_HTTP_COOKIE_PREFIX
                                            "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%" G_GINT64_FORMAT,
                                            name, value, seconds);

    exeat_http_reply_header(reply, "Set-Cookie", text);
}

bool
exeat_http_is_local(const char *path)
{
    if (path == NULL || path[0] != '/' || path[1] == '/' || strlen(path) > EXEAT_HTTP_PATH_BYTES)
        return false;
    for (const char *at = path; *at != '\0'; at++) {
        if (!g_ascii_isgraph(*at) || *at == '\\')
            return false;
    }
    return true;
}
