/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "milter/carry.h"
#include "quarantine/token.h"

#define HEADER_PREFIX "X-Exeat-"

/* libmilter's callbacks carry no pointer of ours before a session exists: written once, before any thread. */
static ExeatGate *session_gate;

#define WANTED_ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_DELRCPT)
#define SPARED_STEPS (SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NODATA)
#define SPARED_REPLIES                                                                                              \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN | SMFIP_NR_HDR | \
     SMFIP_NR_EOH | SMFIP_NR_BODY)

static void
session_reset(ExeatSession *session)
{
    g_clear_pointer(&session->snapshot, exeat_snapshot_unref);
    g_clear_pointer(&session->envelope, exeat_envelope_free);
    g_clear_pointer(&session->recipients, g_ptr_array_unref);
    g_clear_pointer(&session->spool, exeat_spool_free);
    g_clear_pointer(&session->token, g_free);
    g_clear_pointer(&session->forged, g_ptr_array_unref);
    g_clear_error(&session->failure);
}

static void
session_free(ExeatSession *session)
{
    if (!session)
        return;
    session_reset(session);
    g_free(session->client_address);
    g_free(session->client_name);
    g_free(session);
}

static ExeatSession *
session_of(SMFICTX *ctx)
{
    ExeatSession *session = smfi_getpriv(ctx);
    if (session)
        return session;
    session = g_new0(ExeatSession, 1);
    session->gate = session_gate;
    session->go_on = SMFIS_CONTINUE;
    if (smfi_setpriv(ctx, session) != MI_SUCCESS)
        g_clear_pointer(&session, session_free);
    return session;
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long unused2, unsigned long unused3,
             unsigned long *out_actions, unsigned long *out_steps, unsigned long *out_unused2,
             unsigned long *out_unused3)
{
    (void)unused2;
    (void)unused3;
    ExeatSession *session = session_of(ctx);
    if (!session || (actions & WANTED_ACTIONS) != WANTED_ACTIONS) {
        exeat_log(EXEAT_LOG_ERROR, NULL, "negotiation", "reason",
                  "the MTA does not let a milter change headers and recipients", NULL);
        return SMFIS_REJECT;
    }
    *out_actions = WANTED_ACTIONS;
    *out_steps = steps & (SPARED_STEPS | SMFIP_HDR_LEADSPC);
    *out_unused2 = 0;
    *out_unused3 = 0;
    if ((steps & SPARED_REPLIES) == SPARED_REPLIES) {
        *out_steps |= SPARED_REPLIES;
        session->go_on = SMFIS_NOREPLY;
    }
    session->leading_space = (steps & SMFIP_HDR_LEADSPC) != 0;
    return SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    ExeatSession *session = session_of(ctx);
    if (!session)
        return SMFIS_TEMPFAIL;
    char text[INET6_ADDRSTRLEN] = "";
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)(gpointer)address)->sin_addr, text, sizeof text);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(gpointer)address)->sin6_addr, text, sizeof text);
    session->client_address = *text ? g_strdup(text) : NULL;
    session->client_name = g_strdup(name);
    return session->go_on;
}

/* "<a@b>" without its brackets. (transfer full) */
static char *
bare_address(const char *text)
{
    gsize length = strlen(text);
    if (length >= 2 && text[0] == '<' && text[length - 1] == '>')
        return g_strndup(text + 1, length - 2);
    return g_strdup(text);
}

static sfsistat
on_mail(SMFICTX *ctx, char **arguments)
{
    ExeatSession *session = session_of(ctx);
    if (!session)
        return SMFIS_TEMPFAIL;
    session_reset(session);
    exeat_gate_follow_directory(session->gate);
    session->snapshot = exeat_gate_snapshot(session->gate);
    const ExeatGateSettings *settings = session->snapshot->settings->gate;
    session->spool = exeat_spool_new(settings->spool, (gsize)settings->memory, (gsize)settings->max_letter);
    exeat_spool_use_share(session->spool, exeat_gate_spool_share(session->gate), (gsize)settings->shared);
    session->recipients = g_ptr_array_new_with_free_func(g_free);
    session->forged = g_ptr_array_new_with_free_func(g_free);
    session->envelope = exeat_envelope_new();
    session->envelope->sender = bare_address(arguments[0]);
    session->envelope->account = g_strdup(smfi_getsymval(ctx, "{auth_authen}"));
    session->envelope->client_certificate = g_strdup(smfi_getsymval(ctx, "{cert_subject}"));
    session->envelope->client_address = g_strdup(session->client_address);
    session->envelope->client_name = g_strdup(session->client_name);
    session->envelope->received_at = g_get_real_time() / G_USEC_PER_SEC;
    return session->go_on;
}

static sfsistat
on_rcpt(SMFICTX *ctx, char **arguments)
{
    ExeatSession *session = session_of(ctx);
    if (!session || !session->envelope)
        return SMFIS_TEMPFAIL;
    if (session->recipients->len >= session->snapshot->settings->gate->recipients) {
        if (!session->failure)
            g_set_error(&session->failure, EXEAT_ERROR, EXEAT_ERROR_LIMIT,
                        "the letter has more recipients than %" G_GINT64_FORMAT,
                        session->snapshot->settings->gate->recipients);
        return session->go_on;
    }
    g_ptr_array_add(session->recipients, g_strdup(arguments[0]));
    g_ptr_array_add(session->envelope->recipients, bare_address(arguments[0]));
    return session->go_on;
}

static void
spool(ExeatSession *session, const void *bytes, gsize length)
{
    if (!session->failure)
        exeat_spool_append(session->spool, bytes, length, &session->failure);
}

/* A field goes into the letter as it stood on the wire: folding comes with bare line feeds over the milter protocol. */
static void
spool_field(ExeatSession *session, const char *name, const char *value)
{
    spool(session, name, strlen(name));
    spool(session, session->leading_space ? ":" : ": ", session->leading_space ? 1 : 2);
    for (const char *line = value; *line;) {
        gsize length = strcspn(line, "\n");
        gsize text = length > 0 && line[length] == '\n' && line[length - 1] == '\r' ? length - 1 : length;
        spool(session, line, text);
        line += length;
        if (*line == '\n') {
            spool(session, "\r\n", 2);
            line++;
        }
    }
    spool(session, "\r\n", 2);
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
    ExeatSession *session = session_of(ctx);
    if (!session || !session->envelope)
        return SMFIS_TEMPFAIL;
    if (g_ascii_strncasecmp(name, HEADER_PREFIX, strlen(HEADER_PREFIX)) == 0) {
        g_ptr_array_add(session->forged, g_strdup(name));
        if (!session->token && g_ascii_strcasecmp(name, EXEAT_TOKEN_HEADER) == 0)
            session->token = g_strstrip(g_strdup(value));
        return session->go_on;
    }
    spool_field(session, name, value);
    return session->go_on;
}

static sfsistat
on_header_end(SMFICTX *ctx)
{
    ExeatSession *session = session_of(ctx);
    if (!session || !session->envelope)
        return SMFIS_TEMPFAIL;
    spool(session, "\r\n", 2);
    return session->go_on;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
    ExeatSession *session = session_of(ctx);
    if (!session || !session->envelope)
        return SMFIS_TEMPFAIL;
    spool(session, bytes, length);
    return session->go_on;
}

static sfsistat
on_message_end(SMFICTX *ctx)
{
    ExeatSession *session = session_of(ctx);
    if (!session || !session->envelope)
        return SMFIS_TEMPFAIL;
    session->envelope->queue_id = g_strdup(smfi_getsymval(ctx, "i"));
    sfsistat status = exeat_carry_letter(ctx, session);
    session_reset(session);
    return status;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
    ExeatSession *session = smfi_getpriv(ctx);
    if (session)
        session_reset(session);
    return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
    session_free(smfi_getpriv(ctx));
    smfi_setpriv(ctx, NULL);
    return SMFIS_CONTINUE;
}

void
exeat_session_use(ExeatGate *gate)
{
    session_gate = gate;
}

bool
exeat_session_register(GError **error)
{
    struct smfiDesc description = {
        .xxfi_name = (char[]){"exeat"},
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = WANTED_ACTIONS,
        .xxfi_connect = on_connect,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_rcpt,
        .xxfi_header = on_header,
        .xxfi_eoh = on_header_end,
        .xxfi_body = on_body,
        .xxfi_eom = on_message_end,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_negotiate = on_negotiate,
    };
    if (smfi_register(description) == MI_SUCCESS)
        return true;
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "libmilter took no registration");
    return false;
}
