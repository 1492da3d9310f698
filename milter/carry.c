/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/carry.h"

#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "message/spf.h"
#include "policies/judge.h"
#include "quarantine/token.h"

#define FLAG_HEADER "X-Exeat-Flag"
#define REPLY_LINES 8 /* of a refusal; mail programs show few */
#define PROGRESS_BYTES (1024 * 1024)
#define JUDGING_SHARE 4 /* of the time budget: attachments that take long leave so much of it to judge the rest */

/* The one place in which an error becomes an answer (DESIGN: by the configured fail mode). */
static sfsistat
answer_failure(SMFICTX *ctx, const ExeatSession *session, const GError *failure)
{
    const ExeatGateSettings *settings = session->snapshot->settings->gate;
    exeat_metrics_failure(exeat_gate_metrics(session->gate));
    exeat_log(EXEAT_LOG_ERROR, session->envelope->queue_id, "failed", "reason", failure->message, "answer",
              exeat_gate_failures[settings->on_failure], NULL);
    if (g_error_matches(failure, EXEAT_ERROR, EXEAT_ERROR_LIMIT)) {
        smfi_setreply(ctx, (char[]){"552"}, (char[]){"5.3.4"},
                      (char[]){"This letter is too large for the school's mail gateway."});
        return SMFIS_REJECT;
    }
    if (g_str_equal(exeat_gate_failures[settings->on_failure], "reject")) {
        smfi_setreply(ctx, (char[]){"550"}, (char[]){"5.7.1"},
                      (char[]){"The school's mail gateway could not check this letter."});
        return SMFIS_REJECT;
    }
    smfi_setreply(ctx, (char[]){"451"}, (char[]){"4.7.1"},
                  (char[]){"The school's mail gateway cannot check this letter now. Please try again later."});
    return SMFIS_TEMPFAIL;
}

static bool
mta_refused(GError **error)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the MTA did not take a change");
    return false;
}

/* Of each name in @names, the how manieth of that name it is; a stranger chooses how many there are. (transfer full) */
static GArray *
number_names(const GPtrArray *names)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GArray *numbers = g_array_sized_new(FALSE, FALSE, sizeof(int), names->len);
    for (guint i = 0; i < names->len; i++) {
        char *key = g_ascii_strdown(g_ptr_array_index(names, i), -1);
        int number = GPOINTER_TO_INT(g_hash_table_lookup(seen, key)) + 1;
        g_hash_table_replace(seen, key, GINT_TO_POINTER(number));
        g_array_append_val(numbers, number);
    }
    return numbers;
}

/* X-Exeat-* says something only if we wrote it: what came in under that name goes. From the last, so that counts stay
 * right. */
static bool
strip_forged(SMFICTX *ctx, const ExeatSession *session, GError **error)
{
    g_autoptr(GArray) numbers = number_names(session->forged);
    for (guint i = session->forged->len; i-- > 0;)
        if (smfi_chgheader(ctx, g_ptr_array_index(session->forged, i), g_array_index(numbers, int, i), NULL) !=
            MI_SUCCESS)
            return mta_refused(error);
    return true;
}

/* A value as the MTA wants it: with its blank if it asked for that, and folded by bare line feeds. An MTA makes CR LF
 * of each LF, and of CR LF therefore CR CR LF, where the next server sees the end of a line or of the header. (transfer
 * full) */
static char *
wire_value(const ExeatSession *session, const char *value)
{
    g_autoptr(GString) wire = g_string_new(session->leading_space ? " " : "");
    g_string_append(wire, value);
    g_string_replace(wire, "\r\n", "\n", 0);
    return g_string_free(g_steal_pointer(&wire), FALSE);
}

/* From the last: Postfix counts a name's fields anew after each that it has removed. */
static bool
apply_edits(SMFICTX *ctx, const ExeatSession *session, const ExeatVerdict *verdict, GError **error)
{
    for (guint i = exeat_edits_count(verdict->edits); i-- > 0;) {
        const ExeatEdit *edit = exeat_edits_get(verdict->edits, i);
        g_autofree char *value = edit->value ? wire_value(session, edit->value) : NULL;
        if (smfi_chgheader(ctx, edit->name, (int)edit->index, value) != MI_SUCCESS)
            return mta_refused(error);
    }
    return true;
}

static bool
remove_held(SMFICTX *ctx, const ExeatSession *session, const ExeatVerdict *verdict, GError **error)
{
    for (guint i = 0; i < verdict->held->len; i++) {
        char *recipient = g_ptr_array_index(session->recipients, g_array_index(verdict->held, guint, i));
        if (smfi_delrcpt(ctx, recipient) != MI_SUCCESS)
            return mta_refused(error);
        EXEAT_FAULT_POINT("answer.recipient-removed");
    }
    return true;
}

static void
set_reply(SMFICTX *ctx, const ExeatReply *reply)
{
    char *lines[REPLY_LINES] = {NULL};
    g_auto(GStrv) split = g_strsplit(reply->text, "\n", REPLY_LINES);
    for (guint i = 0; split[i] && i < REPLY_LINES; i++) {
        g_strdelimit(split[i], "%\r\n", ' ');
        lines[i] = split[i];
    }
    g_autofree char *code = g_strdup_printf("%u", reply->code);
    smfi_setmlreply(ctx, code, reply->enhanced, lines[0], lines[1], lines[2], lines[3], lines[4], lines[5], lines[6],
                    lines[7], NULL);
}

static void
log_verdict(const ExeatSession *session, const ExeatVerdict *verdict, const char *id, gint64 microseconds, gsize bytes)
{
    g_autoptr(GString) findings = g_string_new(NULL);
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        g_string_append_printf(findings, "%s%s/%s:%u:%u:%s", findings->len ? "," : "", finding->policy, finding->rule,
                               finding->count, finding->data_subjects, exeat_action_name(finding->action));
        exeat_metrics_finding(exeat_gate_metrics(session->gate), finding->policy, finding->action);
    }
    g_autofree char *held = g_strdup_printf("%u/%u", verdict->held->len, session->recipients->len);
    g_autofree char *size = g_strdup_printf("%zu", bytes);
    g_autofree char *milliseconds = g_strdup_printf("%.1f", (double)microseconds / 1000);
    exeat_log(EXEAT_LOG_INFO, session->envelope->queue_id, "letter", "action", exeat_action_name(verdict->action),
              "findings", findings->len ? findings->str : NULL, "held", verdict->held->len ? held : NULL, "id", id,
              "bytes", size, "ms", milliseconds, NULL);
}

/* What must be on disk before the MTA hears anything: the held letter, the flagged copy, the note of a rewrite. */
static bool
make_durable(const ExeatSession *session, const ExeatMessage *message, const ExeatVerdict *verdict, char **out_id,
             GError **error)
{
    const ExeatSchool *school = exeat_policy_settings_school(session->snapshot->settings->policies);
    ExeatHoldRequest request = {
        .letter = exeat_message_bytes(message),
        .envelope = session->envelope,
        .subject = exeat_message_subject(message),
        .message_id = exeat_message_header(message, "Message-ID"),
        .verdict = verdict,
        .message = message,
        .language = exeat_languages[school->language],
    };
    ExeatQuarantine *quarantine = session->snapshot->quarantine;
    switch (verdict->action) {
    case EXEAT_ACTION_HOLD:
        return exeat_quarantine_hold(quarantine, &request, out_id, error);
    case EXEAT_ACTION_FLAG:
        return exeat_quarantine_flag(quarantine, &request, out_id, error);
    case EXEAT_ACTION_REWRITE:
        return exeat_quarantine_note_rewrite(quarantine, &request, out_id, error);
    default:
        return true;
    }
}

static bool
has_flag(const ExeatVerdict *verdict)
{
    for (guint i = 0; i < verdict->findings->len; i++)
        if (((const ExeatFinding *)g_ptr_array_index(verdict->findings, i))->action == EXEAT_ACTION_FLAG)
            return true;
    return false;
}

static bool
tell_mta(SMFICTX *ctx, const ExeatSession *session, const ExeatVerdict *verdict, const char *id, GError **error)
{
    if (!strip_forged(ctx, session, error) || !apply_edits(ctx, session, verdict, error) ||
        !remove_held(ctx, session, verdict, error))
        return false;
    if (!has_flag(verdict) || !id)
        return true;
    g_autofree char *value = g_strconcat(session->leading_space ? " " : "", id, NULL);
    return smfi_addheader(ctx, (char[]){FLAG_HEADER}, value) == MI_SUCCESS || mta_refused(error);
}

/* The school's own domain is asked for, and no other: a stranger never chooses what the resolver reads. */
static void
gather_spf(ExeatSession *session)
{
    const ExeatGateSettings *settings = session->snapshot->settings->gate;
    const char *sender = session->envelope->sender;
    g_autoptr(ExeatAddress) address = exeat_address_new(sender && *sender ? sender : "");
    if (!*settings->spf_domains || !exeat_domain_in_list(address->domain, (const char *const *)settings->spf_domains))
        return;
    g_autoptr(ExeatSpfResolver) resolver = NULL;
    g_autoptr(GError) error = NULL;
    if (exeat_spf_resolver_new(settings->spf_server, (guint)settings->spf_timeout * 1000, &resolver, &error))
        session->envelope->spf = exeat_spf_check(resolver, settings->spf_address, address->domain, sender);
    else
        exeat_log(EXEAT_LOG_WARNING, session->envelope->queue_id, "spf-unavailable", "reason", error->message, NULL);
}

static bool
judge_letter(ExeatSession *session, GBytes *bytes, ExeatMessage **out_message, ExeatVerdict **out_verdict,
             GError **error)
{
    gather_spf(session);
    const ExeatSettings *settings = session->snapshot->settings;
    gint64 budget = settings->gate->time_budget * G_USEC_PER_SEC;
    gint64 deadline = g_get_monotonic_time() + budget;
    ExeatSlots *slots = exeat_gate_slots(session->gate);
    bool taken = exeat_slots_take(slots, deadline - budget / 2);
    ExeatLetterInspector inspector;
    exeat_letter_inspector_init(&inspector, exeat_gate_pool(session->gate), slots,
                                exeat_gate_inspect_share(session->gate), &taken);
    *out_message = exeat_message_new_inspected(bytes, session->envelope, NULL, &inspector.inspector,
                                               deadline - budget / JUDGING_SHARE);
    bool judged = exeat_judge(*out_message, settings->policies, session->snapshot->directory, deadline, out_verdict,
                              error);
    if (taken)
        exeat_slots_give(slots);
    exeat_inspect_log_unread(session->envelope->queue_id, *out_message);
    return judged;
}

static bool
is_ours(const ExeatSession *session)
{
    return session->token && session->snapshot->token_key && session->envelope->recipients->len == 1 &&
           exeat_token_verify(session->snapshot->token_key, session->token, session->envelope->sender,
                              g_ptr_array_index(session->envelope->recipients, 0), g_get_real_time() / G_USEC_PER_SEC,
                              NULL);
}

static sfsistat
let_through(SMFICTX *ctx, ExeatSession *session)
{
    g_autoptr(GError) error = NULL;
    if (!strip_forged(ctx, session, &error))
        return answer_failure(ctx, session, error);
    exeat_metrics_released(exeat_gate_metrics(session->gate));
    exeat_log(EXEAT_LOG_INFO, session->envelope->queue_id, "let-through", "reason", "our own token", NULL);
    return SMFIS_CONTINUE;
}

static sfsistat
status_of(const ExeatSession *session, const ExeatVerdict *verdict)
{
    if (verdict->action == EXEAT_ACTION_REJECT)
        return SMFIS_REJECT;
    return exeat_verdict_holds_all(verdict, session->recipients->len) ? SMFIS_DISCARD : SMFIS_CONTINUE;
}

sfsistat
exeat_carry_letter(SMFICTX *ctx, ExeatSession *session)
{
    gint64 started = g_get_monotonic_time();
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(ExeatMessage) message = NULL;
    g_autoptr(ExeatVerdict) verdict = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;
    if (session->failure)
        return answer_failure(ctx, session, session->failure);
    if (is_ours(session))
        return let_through(ctx, session);
    gsize size = exeat_spool_size(session->spool);
    if (size > PROGRESS_BYTES)
        smfi_progress(ctx);
    if (!exeat_spool_finish(session->spool, &bytes, &error) ||
        !judge_letter(session, bytes, &message, &verdict, &error) ||
        !make_durable(session, message, verdict, &id, &error))
        return answer_failure(ctx, session, error);
    EXEAT_FAULT_POINT("answer.before-changes");
    sfsistat status = status_of(session, verdict);
    if (status == SMFIS_REJECT)
        set_reply(ctx, verdict->reply);
    else if (status == SMFIS_CONTINUE && !tell_mta(ctx, session, verdict, id, &error))
        return answer_failure(ctx, session, error);
    gint64 took = g_get_monotonic_time() - started;
    exeat_metrics_letter(exeat_gate_metrics(session->gate), verdict->action, took, size);
    log_verdict(session, verdict, id, took, size);
    EXEAT_FAULT_POINT("answer.before");
    return status;
}
