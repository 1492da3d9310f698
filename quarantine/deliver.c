/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SMTP by libcurl. The decisive reply is read from the protocol trace, since libcurl's own result does not tell a
 * refusal of the recipient from a relay that refuses everybody: a 5xx to the greeting, EHLO or AUTH is a fault of the
 * set-up and makes the letter wait; after MAIL it is about the letter.
 *
 * What the relay says is hostile enough to be bounded: only digits and dots of it are kept.
 */
#include "quarantine/deliver.h"

#include <curl/curl.h>
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/auto.h"
#include "quarantine/secret.h"

#define DELIVER_CONNECT_SECONDS 30

struct ExeatDeliverer {
    char *url;
    char *ca_file;
    char *user;
    char *password;
    gint64 timeout;
    ExeatTls tls;
};

typedef enum DeliverPhase {
    DELIVER_SETUP,  /* greeting, EHLO, STARTTLS, AUTH */
    DELIVER_LETTER, /* from MAIL on */
    DELIVER_OVER,   /* QUIT: what comes now decides nothing */
} DeliverPhase;

typedef struct DeliverRun {
    GBytes *pieces[2];
    guint piece;
    gsize offset;
    DeliverPhase phase;
    bool reached_letter;
    bool about_letter; /* the last reply that counts came after MAIL */
    ExeatDeliveryResult result;
} DeliverRun;

static char *
deliver_password(const char *path, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    const char *data, *end;
    gsize size = 0;

    if (!exeat_secret_load(path, true, &file, error))
        return NULL;
    data = g_bytes_get_data(file, &size);
    end = size > 0 ? memchr(data, '\n', size) : NULL;
    return g_strndup(data, end != NULL ? (gsize)(end - data) : size);
}

bool
exeat_deliverer_new(const ExeatDeliverySettings *settings, ExeatDeliverer **out_deliverer, GError **error)
{
    g_autoptr(ExeatDeliverer) deliverer = NULL;

    if (settings->relay == NULL ||
        (!g_str_has_prefix(settings->relay, "smtp://") && !g_str_has_prefix(settings->relay, "smtps://"))) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "the relay has to be written smtp://HOST:PORT or smtps://HOST");
        return false;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libcurl cannot be used");
        return false;
    }
    deliverer = g_new0(ExeatDeliverer, 1);
    /* libcurl takes the name for EHLO from the path of the URL. */
    deliverer->url = g_strdup_printf("%s/%s", settings->relay,
                                     settings->hello != NULL ? settings->hello : g_get_host_name());
    deliverer->ca_file = g_strdup(settings->ca_file);
    deliverer->user = g_strdup(settings->user);
    deliverer->timeout = settings->timeout;
    deliverer->tls = settings->tls;
    if (settings->password_file != NULL) {
        deliverer->password = deliver_password(settings->password_file, error);
        if (deliverer->password == NULL)
            return false;
    }
    *out_deliverer = g_steal_pointer(&deliverer);
    return true;
}

void
exeat_deliverer_free(ExeatDeliverer *deliverer)
{
    if (deliverer == NULL)
        return;
    g_free(deliverer->url);
    g_free(deliverer->ca_file);
    g_free(deliverer->user);
    exeat_secret_free(deliverer->password);
    g_free(deliverer);
    curl_global_cleanup();
}

static size_t
deliver_read(char *buffer, size_t size, size_t count, void *user_data)
{
    DeliverRun *run = user_data;
    gsize room = size * count, done = 0;

    while (done < room && run->piece < G_N_ELEMENTS(run->pieces)) {
        gsize length = 0, part;
        const char *data = g_bytes_get_data(run->pieces[run->piece], &length);

        part = MIN(room - done, length - run->offset);
        if (part > 0)
            memcpy(buffer + done, data + run->offset, part);
        done += part;
        run->offset += part;
        if (run->offset == length) {
            run->piece++;
            run->offset = 0;
        }
    }
    return done;
}

/* RFC 2034: "250 2.1.5 Ok"; the class is the code's first digit. */
static void
deliver_parse_enhanced(const char *text, gsize size, char first, char *enhanced)
{
    gsize length = 0;
    guint dots = 0;

    while (length < size && (g_ascii_isdigit(text[length]) || text[length] == '.')) {
        dots += text[length] == '.' ? 1 : 0;
        length++;
    }
    enhanced[0] = '\0';
    if (dots != 2 || length < 5 || length >= EXEAT_ENHANCED_BYTES || text[0] != first || text[length - 1] == '.')
        return;
    memcpy(enhanced, text, length);
    enhanced[length] = '\0';
}

static void
deliver_note_reply(DeliverRun *run, const char *line, gsize size)
{
    if (run->phase == DELIVER_OVER || size < 3 || !g_ascii_isdigit(line[0]) || !g_ascii_isdigit(line[1]) ||
        !g_ascii_isdigit(line[2]))
        return;
    run->result.code = (guint)((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
    run->result.enhanced[0] = '\0';
    run->about_letter = run->phase == DELIVER_LETTER;
    if (size > 4)
        deliver_parse_enhanced(line + 4, size - 4, line[0], run->result.enhanced);
}

static int
deliver_trace(CURL *curl, curl_infotype type, char *data, size_t size, void *user_data)
{
    DeliverRun *run = user_data;

    (void)curl;
    if (type == CURLINFO_HEADER_OUT) {
        if (size >= 5 && memcmp(data, "MAIL ", 5) == 0) {
            run->phase = DELIVER_LETTER;
            run->reached_letter = true;
        } else if (size >= 4 && memcmp(data, "QUIT", 4) == 0) {
            run->phase = DELIVER_OVER;
        }
        /* A reply to an earlier command is no reply to this one. */
        if (run->phase != DELIVER_OVER) {
            run->result.code = 0;
            run->result.enhanced[0] = '\0';
        }
        EXEAT_FAULT_VERB("relay.sent", data, size);
    } else if (type == CURLINFO_DATA_OUT) {
        EXEAT_FAULT_POINT("relay.sent-text");
    } else if (type == CURLINFO_HEADER_IN) {
        deliver_note_reply(run, data, size);
    }
    return 0;
}

static void
deliver_set_up(const ExeatDeliverer *deliverer, CURL *curl, DeliverRun *run)
{
    curl_off_t size = (curl_off_t)(g_bytes_get_size(run->pieces[0]) + g_bytes_get_size(run->pieces[1]));
    long how = deliverer->tls == EXEAT_TLS_MUST  ? (long)CURLUSESSL_ALL
               : deliverer->tls == EXEAT_TLS_MAY ? (long)CURLUSESSL_TRY
                                                 : (long)CURLUSESSL_NONE;

    curl_easy_setopt(curl, CURLOPT_URL, deliverer->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)MIN(deliverer->timeout, DELIVER_CONNECT_SECONDS));
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)deliverer->timeout);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)deliverer->timeout);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, how);
    /* Opportunistic TLS with a certificate that nobody can check is still better than none (RFC 7435). */
    if (deliverer->tls == EXEAT_TLS_MAY && g_str_has_prefix(deliverer->url, "smtp://")) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (deliverer->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, deliverer->ca_file);
    if (deliverer->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, deliverer->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, deliverer->password != NULL ? deliverer->password : "");
    }
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, size);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, deliver_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, run);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, deliver_trace);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, run);
}

/* What would end the command line early, or mean another address. */
static bool
deliver_address_is_sane(const char *address)
{
    for (const char *p = address; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p) || *p == '<' || *p == '>' || (*p == ' ' && address[0] != '"'))
            return false;
    }
    return true;
}

static GBytes *
deliver_crlf(GBytes *letter)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(letter, &size);
    GByteArray *out = NULL;
    gsize kept = 0;

    for (gsize i = 0; i < size; i++) {
        bool lone_lf = data[i] == '\n' && (i == 0 || data[i - 1] != '\r');
        bool lone_cr = data[i] == '\r' && (i + 1 == size || data[i + 1] != '\n');

        if (!lone_lf && !lone_cr)
            continue;
        if (out == NULL)
            out = g_byte_array_new();
        g_byte_array_append(out, (const guint8 *)data + kept, (guint)(i - kept));
        g_byte_array_append(out, (const guint8 *)"\r\n", 2);
        kept = i + 1;
    }
    if (out == NULL)
        return g_bytes_ref(letter);
    g_byte_array_append(out, (const guint8 *)data + kept, (guint)(size - kept));
    return g_byte_array_free_to_bytes(out);
}

static ExeatDeliveryOutcome
deliver_outcome(const DeliverRun *run, CURLcode code)
{
    guint class = run->result.code / 100;

    if (code == CURLE_OK && class == 2)
        return EXEAT_DELIVERY_DONE;
    if (class == 5 && run->about_letter)
        return EXEAT_DELIVERY_REFUSED;
    return EXEAT_DELIVERY_LATER;
}

void
exeat_deliver(ExeatDeliverer *deliverer, const char *sender, const char *recipient, const char *header, GBytes *letter,
              ExeatDeliveryResult *out_result)
{
    g_autofree char *line = header != NULL ? g_strconcat(header, "\r\n", NULL) : g_strdup("");
    g_autoptr(GBytes) prefix = g_bytes_new(line, strlen(line)), body = deliver_crlf(letter);
    DeliverRun run = {.pieces = {prefix, body}};
    g_autoptr(CURL) curl = curl_easy_init();
    struct curl_slist *recipients = NULL;
    CURLcode code;

    memset(out_result, 0, sizeof *out_result);
    if (!deliver_address_is_sane(sender) || !deliver_address_is_sane(recipient) || *recipient == '\0') {
        out_result->outcome = EXEAT_DELIVERY_REFUSED;
        return;
    }
    out_result->outcome = EXEAT_DELIVERY_LATER;
    if (curl == NULL)
        return;
    recipients = curl_slist_append(NULL, recipient);
    deliver_set_up(deliverer, curl, &run);
    /* Without MAIL_FROM libcurl writes the null reverse-path. */
    if (*sender != '\0')
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    code = curl_easy_perform(curl);
    curl_slist_free_all(recipients);
    *out_result = run.result;
    out_result->outcome = deliver_outcome(&run, code);
    out_result->relay_down = out_result->outcome == EXEAT_DELIVERY_LATER && !run.reached_letter;
    /* 354 is no answer to a letter. */
    if (out_result->code / 100 == 3)
        out_result->code = 0;
}
