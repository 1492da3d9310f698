/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "office/web/auto.h"

#define SERVER_THREADS 8 /* one that shows a large letter keeps others waiting */
#define SERVER_SHARE 2   /* of the connections, one address has at most so large a part: half */
#define SERVER_IDLE_SECONDS 60
#define SERVER_REQUEST_BYTES ((size_t)32 * 1024) /* a request's line and fields, and what is being written */
#define SERVER_BACKLOG 128
#define SERVER_TLS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"
#define SERVER_FORM_TYPE "application/x-www-form-urlencoded"

struct ExeatHttpServer {
    struct MHD_Daemon *daemon;
    ExeatHttpHandler handle;
    ExeatHttpRefuse refuse;
    gpointer data;
    char **proxies;
    guint16 port;
};

/* One request while it comes in. */
typedef struct Exchange {
    ExeatFields *form;
    struct MHD_PostProcessor *reader; /* NULL: no form */
    char *name;                       /* of the field that is being read */
    GString *value;
    gsize bytes;
    guint refused; /* status, 0: fine so far */
} Exchange;

static const char *const reply_headers[][2] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                                "frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    {"Strict-Transport-Security", "max-age=31536000"},
    {"X-Robots-Tag", "noindex, nofollow"},
};

static void
exchange_free(Exchange *exchange)
{
    if (exchange == NULL)
        return;
    if (exchange->reader != NULL)
        MHD_destroy_post_processor(exchange->reader);
    exeat_fields_free(exchange->form);
    g_free(exchange->name);
    g_string_free(exchange->value, TRUE);
    g_free(exchange);
}

static void
exchange_end_field(Exchange *exchange)
{
    if (exchange->name != NULL &&
        !exeat_fields_add(exchange->form, exchange->name, exchange->value->str, exchange->value->len))
        exchange->refused = MHD_HTTP_BAD_REQUEST;
    g_clear_pointer(&exchange->name, g_free);
    g_string_truncate(exchange->value, 0);
}

static enum MHD_Result
exchange_take(void *data, enum MHD_ValueKind kind, const char *name, const char *file_name, const char *content_type,
              const char *transfer_encoding, const char *piece, uint64_t offset, size_t size)
{
    Exchange *exchange = data;

    (void)kind;
    (void)file_name;
    (void)content_type;
    (void)transfer_encoding;
    if (offset == 0 || exchange->name == NULL) {
        exchange_end_field(exchange);
        exchange->name = g_strdup(name);
    }
    g_string_append_len(exchange->value, piece, (gssize)size);
    return MHD_YES;
}

static const char *
header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* A browser says from which site's page a form was sent; what comes from another's, or from nowhere, is refused. */
static bool
comes_from_here(struct MHD_Connection *connection)
{
    const char *origin = header(connection, "Origin"), *host = header(connection, MHD_HTTP_HEADER_HOST),
               *site = header(connection, "Sec-Fetch-Site");
    const char *authority;

    if (site != NULL && strcmp(site, "same-origin") != 0)
        return false;
    if (origin == NULL)
        return true;
    authority = strstr(origin, "://");
    return authority != NULL && host != NULL && g_ascii_strcasecmp(authority + 3, host) == 0;
}

/* What is wrong with a POST before its body is read, or 0. */
static guint
judge_post(struct MHD_Connection *connection)
{
    const char *type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
               *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    guint64 bytes = 0;

    if (!comes_from_here(connection))
        return MHD_HTTP_FORBIDDEN;
    if (type == NULL || g_ascii_strncasecmp(type, SERVER_FORM_TYPE, strlen(SERVER_FORM_TYPE)) != 0)
        return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    if (length != NULL && !g_ascii_string_to_unsigned(length, 10, 0, EXEAT_HTTP_FORM_BYTES, &bytes, NULL))
        return MHD_HTTP_CONTENT_TOO_LARGE;
    return 0;
}

static Exchange *
exchange_new(struct MHD_Connection *connection, const char *method)
{
    Exchange *exchange = g_new0(Exchange, 1);
    bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;

    exchange->form = exeat_fields_new();
    exchange->value = g_string_new(NULL);
    if (post)
        exchange->refused = judge_post(connection);
    else if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        exchange->refused = MHD_HTTP_METHOD_NOT_ALLOWED;
    if (post && exchange->refused == 0)
        exchange->reader = MHD_create_post_processor(connection, 1024, exchange_take, exchange);
    return exchange;
}

typedef struct Gather {
    ExeatFields *fields;
    const char *prefix; /* only names that begin so, and without it; NULL: all */
    gsize limit;        /* bytes of a value; 0: none of its own */
    bool refused;
} Gather;

static enum MHD_Result
gather(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
    Gather *gathered = data;

    (void)kind;
    if (gathered->prefix != NULL) {
        if (!g_str_has_prefix(name, gathered->prefix))
            return MHD_YES;
        name += strlen(gathered->prefix);
    }
    if (value == NULL || (gathered->limit > 0 && strlen(value) > gathered->limit))
        return MHD_YES;
    gathered->refused = !exeat_fields_add(gathered->fields, name, value, strlen(value)) || gathered->refused;
    return MHD_YES;
}

static char *
address_text(const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(gconstpointer)address)->sin_addr, text, sizeof text);
    else if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(gconstpointer)address)->sin6_addr, text, sizeof text);
    return g_strdup(text);
}

/* The proxy writes whom it speaks for at the end; what stands before it is the stranger's own word. (transfer full) */
static char *
client_of(const ExeatHttpServer *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    g_autofree char *peer = address_text(info->client_addr), *last = NULL;
    const char *forwarded = header(connection, "X-Forwarded-For"), *comma;

    if (forwarded == NULL || server->proxies == NULL || !g_strv_contains((const char *const *)server->proxies, peer))
        return g_steal_pointer(&peer);
    comma = strrchr(forwarded, ',');
    last = g_strstrip(g_strdup(comma != NULL ? comma + 1 : forwarded));
    return g_hostname_is_ip_address(last) ? g_steal_pointer(&last) : g_steal_pointer(&peer);
}

static bool
is_clean_path(const char *path)
{
    if (*path != '/' || strlen(path) > EXEAT_HTTP_PATH_BYTES || !g_utf8_validate(path, -1, NULL))
        return false;
    for (const char *at = path; *at != '\0'; at++) {
        if ((guchar)*at < 0x20 || *at == 0x7F)
            return false;
    }
    return true;
}

static enum MHD_Result
send_reply(struct MHD_Connection *connection, const ExeatHttpReply *reply)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(reply->body, &size);
    g_autoptr(MhdResponse)
        response = MHD_create_response_from_buffer(size, (void *)(guintptr)data, MHD_RESPMEM_MUST_COPY);

    if (response == NULL)
        return MHD_NO;
    for (gsize i = 0; i < G_N_ELEMENTS(reply_headers); i++)
        MHD_add_response_header(response, reply_headers[i][0], reply_headers[i][1]);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                            reply->may_be_kept ? "public, max-age=31536000, immutable" : "no-store");
    for (guint i = 0; i + 1 < reply->headers->len; i += 2)
        MHD_add_response_header(response, g_ptr_array_index(reply->headers, i),
                                g_ptr_array_index(reply->headers, i + 1));
    return MHD_queue_response(connection, reply->status, response);
}

static enum MHD_Result
refuse(const ExeatHttpServer *server, struct MHD_Connection *connection, guint status)
{
    g_autoptr(ExeatHttpReply)
        reply = server->refuse(status, header(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE), server->data);

    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        exeat_http_reply_header(reply, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
    return send_reply(connection, reply);
}

/* The request is whole. */
static enum MHD_Result
answer_whole(const ExeatHttpServer *server, struct MHD_Connection *connection, const char *path, const char *method,
             Exchange *exchange)
{
    g_autoptr(ExeatFields) query = exeat_fields_new(), cookies = exeat_fields_new();
    g_autofree char *client = client_of(server, connection);
    ExeatHttpRequest request = {.is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0,
                                .says_origin = header(connection, "Origin") != NULL,
                                .path = (char *)(guintptr)path,
                                .query = query,
                                .form = exchange->form,
                                .cookies = cookies,
                                .client = client,
                                .languages = (char *)(guintptr)header(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE)};
    Gather arguments = {.fields = query};
    Gather ours = {.fields = cookies, .prefix = EXEAT_HTTP_COOKIE_PREFIX, .limit = EXEAT_HTTP_COOKIE_BYTES};
    g_autoptr(ExeatHttpReply) reply = NULL;

    exchange_end_field(exchange);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, gather, &arguments);
    MHD_get_connection_values(connection, MHD_COOKIE_KIND, gather, &ours);
    if (exchange->refused == 0 && (arguments.refused || ours.refused || !is_clean_path(path)))
        exchange->refused = MHD_HTTP_BAD_REQUEST;
    if (exchange->refused != 0)
        return refuse(server, connection, exchange->refused);
    reply = server->handle(&request, server->data);
    return send_reply(connection, reply);
}

/* Called at the fields of a request, for each piece of its body, and at its end. */
static enum MHD_Result
answer(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
       const char *upload, size_t *upload_size, void **state)
{
    const ExeatHttpServer *server = data;
    Exchange *exchange = *state;

    (void)version;
    if (exchange == NULL) {
        exchange = exchange_new(connection, method);
        *state = exchange;
        /* A body that nobody wants is not even read. */
        return exchange->refused != 0 ? refuse(server, connection, exchange->refused) : MHD_YES;
    }
    if (*upload_size == 0)
        return answer_whole(server, connection, url, method, exchange);
    exchange->bytes += *upload_size;
    if (exchange->bytes > EXEAT_HTTP_FORM_BYTES)
        return MHD_NO; /* it had not said how long it would be: there is nobody to be polite to */
    if (exchange->reader == NULL || MHD_post_process(exchange->reader, upload, *upload_size) != MHD_YES)
        exchange->refused = MHD_HTTP_BAD_REQUEST;
    *upload_size = 0;
    return MHD_YES;
}

static void
completed(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    (void)data;
    (void)connection;
    (void)code;
    exchange_free(*state);
    *state = NULL;
}

static bool
server_listen(const ExeatHttpSettings *settings, int *out_socket, guint16 *out_port, GError **error)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(settings->host);
    g_autoptr(GSocketAddress) where = g_inet_socket_address_new(address, settings->port);
    struct sockaddr_storage native;
    socklen_t length = (socklen_t)g_socket_address_get_native_size(where);
    int family = g_socket_address_get_family(where) == G_SOCKET_FAMILY_IPV6 ? AF_INET6 : AF_INET;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0 || !g_socket_address_to_native(where, &native, sizeof native, NULL) ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&native, length) != 0 || listen(fd, SERVER_BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&native, &length) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "pages cannot be served at %s port %u: %s",
                    settings->host, settings->port, g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    /* The port stands at the same place in both families. */
    *out_port = ntohs(((const struct sockaddr_in *)(gconstpointer)&native)->sin_port);
    *out_socket = fd;
    return true;
}

static void
server_start(ExeatHttpServer *server, const ExeatHttpSettings *settings, int fd)
{
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(guintptr)settings->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(guintptr)settings->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(guintptr)SERVER_TLS},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    bool secure = settings->certificate != NULL;
    /* One address may be a whole school behind its router, but not everybody. */
    bool behind_proxy = settings->proxies != NULL && settings->proxies[0] != NULL;
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | (secure ? MHD_USE_TLS : 0u);

    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, answer, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned int)SERVER_THREADS, MHD_OPTION_CONNECTION_LIMIT, settings->connections, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned int)SERVER_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, SERVER_REQUEST_BYTES,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, behind_proxy ? 0u : settings->connections / SERVER_SHARE,
        MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        secure ? tls : none, MHD_OPTION_END);
}

bool
exeat_http_server_new(const ExeatHttpSettings *settings, ExeatHttpServer **out_server, GError **error)
{
    g_autoptr(ExeatHttpServer) server = g_new0(ExeatHttpServer, 1);
    int fd = -1;

    server->handle = settings->handle;
    server->refuse = settings->refuse;
    server->data = settings->data;
    server->proxies = g_strdupv((char **)(guintptr)settings->proxies);
    if (!server_listen(settings, &fd, &server->port, error))
        return false;
    server_start(server, settings, fd);
    if (server->daemon == NULL) {
        close(fd);
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    settings->certificate != NULL
                        ? "the pages' certificate and key do not serve, or do not belong together"
                        : "pages cannot be served");
        return false;
    }
    *out_server = g_steal_pointer(&server);
    return true;
}

void
exeat_http_server_free(ExeatHttpServer *server)
{
    if (server == NULL)
        return;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    g_strfreev(server->proxies);
    g_free(server);
}

guint16
exeat_http_server_port(const ExeatHttpServer *server)
{
    return server->port;
}
