/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Putting letters in. Everything that follows from holding a letter (its copy, its findings, its recipients, the
 * notices, the row in the trail) is one change and one commit; when it fails, nothing of it has happened and the gate
 * answers with a temporary failure.
 */
#include "quarantine/quarantine.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "base/fault.h"
#include "quarantine/quarantine-private.h"
#include "quarantine/repeat.h"
#include "quarantine/secret.h"

ExeatQuarantine *
exeat_quarantine_new(const ExeatQuarantineSetup *setup)
{
    ExeatQuarantine *quarantine = g_new0(ExeatQuarantine, 1);

    g_atomic_ref_count_init(&quarantine->references);
    quarantine->store = setup->store;
    quarantine->sealer = setup->sealer;
    quarantine->opener = setup->opener;
    quarantine->clock = setup->clock;
    quarantine->deciders = setup->deciders;
    quarantine->memo = exeat_memo_new();
    quarantine->repeat_key = setup->repeat_key != NULL ? g_bytes_ref(setup->repeat_key) : NULL;
    quarantine->from = g_strdup(setup->from);
    quarantine->postmaster = g_strdup(setup->postmaster);
    quarantine->console = g_strdup(setup->console);
    for (gsize length = setup->console != NULL ? strlen(setup->console) : 0;
         length > 0 && quarantine->console[length - 1] == '/'; length--)
        quarantine->console[length - 1] = '\0';
    quarantine->inside = g_strdupv((char **)(guintptr)setup->inside);
    quarantine->language = g_strdup(setup->language != NULL ? setup->language : "en");
    quarantine->max_letter = setup->max_letter > 0 ? setup->max_letter : EXEAT_STORE_LETTER_LIMIT;
    quarantine->deadline = setup->deadline;
    quarantine->reminder = setup->reminder;
    quarantine->two_people = setup->two_people;
    return quarantine;
}

ExeatQuarantine *
exeat_quarantine_ref(ExeatQuarantine *quarantine)
{
    g_atomic_ref_count_inc(&quarantine->references);
    return quarantine;
}

void
exeat_quarantine_unref(ExeatQuarantine *quarantine)
{
    if (quarantine == NULL || !g_atomic_ref_count_dec(&quarantine->references))
        return;
    exeat_store_close(quarantine->store);
    exeat_sealer_free(quarantine->sealer);
    exeat_opener_free(quarantine->opener);
    exeat_clock_free(quarantine->clock);
    exeat_deciders_free(quarantine->deciders);
    exeat_memo_free(quarantine->memo);
    g_clear_pointer(&quarantine->repeat_key, g_bytes_unref);
    g_free(quarantine->from);
    g_free(quarantine->postmaster);
    g_free(quarantine->console);
    g_strfreev(quarantine->inside);
    g_free(quarantine->language);
    g_free(quarantine);
}

ExeatStore *
exeat_quarantine_store(const ExeatQuarantine *quarantine)
{
    return quarantine->store;
}

const ExeatClock *
exeat_quarantine_clock(const ExeatQuarantine *quarantine)
{
    return quarantine->clock;
}

gint64
exeat_quarantine_now(gint64 now)
{
    return now != 0 ? now : g_get_real_time() / G_USEC_PER_SEC;
}

bool
exeat_quarantine_is_inside(const ExeatQuarantine *quarantine, const char *address)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    g_autofree char *domain = at != NULL ? exeat_domain_normalise(at + 1) : NULL;

    for (gsize i = 0; domain != NULL && quarantine->inside != NULL && quarantine->inside[i] != NULL; i++) {
        if (exeat_domain_is_within(domain, quarantine->inside[i]))
            return true;
    }
    return false;
}

static const char *
quarantine_whom_to_tell(const ExeatQuarantine *quarantine, const ExeatEnvelope *envelope)
{
    if (exeat_quarantine_is_inside(quarantine, envelope->sender))
        return envelope->sender;
    return exeat_quarantine_is_inside(quarantine, envelope->account) ? envelope->account : NULL;
}

/* What was found and what would put it right, as it is said at this moment. */
static void
quarantine_card_findings(const ExeatHoldRequest *request, ExeatCard *card)
{
    const ExeatVerdict *verdict = request->verdict;
    const GPtrArray *parts = request->message != NULL ? exeat_message_parts(request->message) : NULL;

    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        ExeatGuidancePlace place = {0, EXEAT_GUIDANCE_FILE};

        if (request->message != NULL)
            place = exeat_guidance_place(request->message, finding);
        exeat_card_add_finding(card, finding, &place, exeat_verdict_settles(verdict, finding));
    }
    exeat_card_set_remedy(card, verdict->remedy);
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        card->attachments += ((const ExeatPart *)g_ptr_array_index(parts, i))->is_attachment ? 1 : 0;
}

static ExeatCard *
quarantine_card(const ExeatQuarantine *quarantine, const ExeatHoldRequest *request)
{
    ExeatCard *card = exeat_card_new();
    const ExeatEnvelope *envelope = request->envelope;
    const char *role = NULL;

    card->sender = g_strdup(envelope->sender != NULL ? envelope->sender : "");
    card->account = g_strdup(envelope->account);
    for (guint i = 0; i < envelope->recipients->len; i++)
        g_ptr_array_add(card->recipients, g_strdup(g_ptr_array_index(envelope->recipients, i)));
    g_array_append_vals(card->held, request->verdict->held->data, request->verdict->held->len);
    card->subject = g_strdup(request->subject);
    card->message_id = g_strdup(request->message_id);
    card->queue_id = g_strdup(envelope->queue_id);
    card->client_address = g_strdup(envelope->client_address);
    card->notify = g_strdup(quarantine_whom_to_tell(quarantine, envelope));
    card->language = g_strdup(request->language != NULL ? request->language : quarantine->language);
    card->received_at = envelope->received_at;
    quarantine_card_findings(request, card);
    g_clear_pointer(&card->deciders, g_ptr_array_unref);
    if (!exeat_deciders_choose(quarantine->deciders, request->verdict->release_by, envelope->sender, envelope->account,
                               &role, &card->deciders))
        card->deciders = g_ptr_array_new_with_free_func(g_free);
    card->role = g_strdup(role != NULL ? role : EXEAT_ROLE_NAME_HEADTEACHER);
    return card;
}

static ExeatLetterRow *
quarantine_row(const ExeatCard *card, const char *id, gint64 size, gint64 now)
{
    ExeatLetterRow *row = exeat_letter_row_new();

    row->id = g_strdup(id);
    row->held_at = now;
    row->size = size;
    row->role = g_intern_string(card->role);
    for (guint i = 0; i < card->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(card->findings, i);
        ExeatFindingRow clear = {.policy = finding->policy,
                                 .rule = finding->rule,
                                 .clause = finding->clause,
                                 .confidence = (int)finding->confidence,
                                 .zone = (int)finding->zone,
                                 .action = (int)finding->action,
                                 .count = finding->count,
                                 .data_subjects = finding->data_subjects};

        g_array_append_val(row->findings, clear);
    }
    return row;
}

static bool
quarantine_seal_letter(const ExeatQuarantine *quarantine, ExeatChange *change, const ExeatCard *card, GBytes *letter,
                       GError **error)
{
    g_autoptr(GBytes) plain = exeat_card_to_bytes(card);

    if (EXEAT_FAULT_FAILS("hold.before-seal", error))
        return false;
    if ((gint64)g_bytes_get_size(letter) > quarantine->max_letter) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT,
                    "the letter is larger than the quarantine keeps (%" G_GINT64_FORMAT " bytes)",
                    quarantine->max_letter);
        return false;
    }
    return exeat_seal(quarantine->sealer, plain, &change->sealed_card, error) &&
           exeat_seal(quarantine->sealer, letter, &change->sealed_letter, error);
}

ExeatNotice
exeat_quarantine_notice(const ExeatQuarantine *quarantine, const ExeatCard *card, ExeatNoticeKind kind, const char *id,
                        guint concerned, const char *deadline_text, gint64 now)
{
    return (ExeatNotice){
        .kind = kind,
        .id = id,
        .language = card->language,
        .from = quarantine->from,
        .findings = card->findings,
        .places = card->places,
        .concerned = concerned,
        .recipients = card->recipients->len,
        .deadline = deadline_text,
        .role = card->role,
        .console = quarantine->console,
        .message_id = card->message_id,
        .now = now,
        .received_at = card->received_at,
    };
}

bool
exeat_quarantine_add_notice(const ExeatQuarantine *quarantine, ExeatChange *change, ExeatNotice *notice, const char *to,
                            const GArray *returns, bool fallback, GError **error)
{
    g_autoptr(GBytes) message = NULL;
    g_autoptr(ExeatMail) mail = NULL;

    notice->to = to;
    message = exeat_notice_build(notice);
    mail = exeat_mail_new(to, message);
    mail->fallback = fallback;
    if (returns != NULL) {
        mail->returns = g_array_new(false, false, sizeof(guint));
        g_array_append_vals(mail->returns, returns->data, returns->len);
    }
    return exeat_outbox_add(change, quarantine->sealer, exeat_notice_kind_name(notice->kind), notice->id,
                            change->due_at, mail, error);
}

bool
exeat_quarantine_add_decider_notices(const ExeatQuarantine *quarantine, ExeatChange *change, ExeatNotice *notice,
                                     const ExeatCard *card, GError **error)
{
    notice->decides = true;
    for (guint i = 0; i < card->deciders->len; i++) {
        if (!exeat_quarantine_add_notice(quarantine, change, notice, g_ptr_array_index(card->deciders, i), NULL, false,
                                         error))
            return false;
    }
    if (card->deciders->len > 0 || quarantine->postmaster == NULL)
        return true;
    return exeat_quarantine_add_notice(quarantine, change, notice, quarantine->postmaster, NULL, true, error);
}

bool
exeat_quarantine_tell_colleague(const ExeatQuarantine *quarantine, const ExeatCard *card, ExeatNoticeKind kind,
                                const char *id, const char *to, ExeatChange *change, GError **error)
{
    /* Of a flagged copy nobody is held. */
    guint concerned = card->held->len > 0 ? card->held->len : card->recipients->len;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, kind, id, concerned, NULL, change->at);

    notice.message_id = NULL; /* not their thread */
    return exeat_quarantine_add_notice(quarantine, change, &notice, to, NULL, false, error);
}

static void
quarantine_add_word(JsonObject *object, const char *name, const char *text)
{
    g_autofree char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;

    if (valid != NULL)
        json_object_set_string_member(object, name, valid);
}

bool
exeat_quarantine_seal_detail_whom(const ExeatQuarantine *quarantine, const char *actor, const char *reason,
                                  const char *whom, GBytes **out_sealed, GError **error)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autoptr(GBytes) plain = NULL;
    char *text;

    quarantine_add_word(object, "who", actor);
    quarantine_add_word(object, "why", reason);
    quarantine_add_word(object, "whom", whom);
    if (json_object_get_size(object) == 0) {
        *out_sealed = NULL;
        return true;
    }
    json_node_set_object(root, object);
    text = json_to_string(root, false);
    plain = exeat_secret_bytes(text, strlen(text));
    return exeat_seal(quarantine->sealer, plain, out_sealed, error);
}

bool
exeat_quarantine_seal_detail(const ExeatQuarantine *quarantine, const char *actor, const char *reason,
                             GBytes **out_sealed, GError **error)
{
    return exeat_quarantine_seal_detail_whom(quarantine, actor, reason, NULL, out_sealed, error);
}

static bool
quarantine_add_hold_notices(const ExeatQuarantine *quarantine, ExeatChange *change, const ExeatCard *card,
                            GError **error)
{
    const ExeatLetterRow *letter = change->letter;
    g_autofree char *deadline = exeat_clock_text(quarantine->clock, letter->deadline_at, card->language);
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_HELD, letter->id, card->held->len,
                                                 deadline, change->at);

    if (card->notify != NULL &&
        !exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, NULL, false, error))
        return false;
    /* Those who are sent digests hear of it in the next one; where there is nobody, the postmaster must. */
    if (card->deciders->len > 0 && !exeat_deciders_are_told_at_once(quarantine->deciders, card->role))
        return true;
    notice.kind = EXEAT_NOTICE_DECISION;
    notice.message_id = NULL; /* not their thread */
    return exeat_quarantine_add_decider_notices(quarantine, change, &notice, card, error);
}

/* The same letter may lie here from a moment ago (repeat.h): *out_id is its id then, else it stays as it is. */
static bool
quarantine_recognise(const ExeatQuarantine *quarantine, const ExeatHoldRequest *request, const char *kind,
                     ExeatChange *change, char **out_id, GError **error)
{
    if (quarantine->repeat_key == NULL || request->message_id == NULL || *request->message_id == '\0')
        return true;
    change->repeat = exeat_repeat_digest(quarantine->repeat_key, kind, request->envelope, request->verdict->held,
                                         request->letter);
    return exeat_store_find_repeat(quarantine->store, change->repeat, change->at, out_id, error);
}

static bool
quarantine_commit_letter(const ExeatQuarantine *quarantine, ExeatChange *change, char **out_id, GError **error)
{
    g_autofree char *first = NULL;
    bool lost = false;

    if (!exeat_store_commit(quarantine->store, change, &lost, error))
        return false;
    /* The same letter came over two connections at once. */
    if (lost && !exeat_store_find_repeat(quarantine->store, change->repeat, change->at, &first, error))
        return false;
    if (lost && first == NULL) {
        /* Somebody has decided on the other one since: this one stands for itself. */
        g_clear_pointer(&change->repeat, g_bytes_unref);
        if (!exeat_store_commit(quarantine->store, change, NULL, error))
            return false;
    }
    *out_id = first != NULL ? g_steal_pointer(&first) : g_strdup(change->letter->id);
    return true;
}

bool
exeat_quarantine_hold(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id, GError **error)
{
    gint64 now = exeat_quarantine_now(request->now);
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(ExeatCard) card = NULL;
    g_autofree char *id = exeat_held_new_id(), *first = NULL, *detail = NULL;

    if (request->verdict->held->len == 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_INTERNAL, "a letter is to be held for nobody");
        return false;
    }
    if (!quarantine_recognise(quarantine, request, "held", change, &first, error))
        return false;
    if (first != NULL) {
        *out_id = g_steal_pointer(&first);
        return true;
    }
    card = quarantine_card(quarantine, request);
    change->letter = quarantine_row(card, id, (gint64)g_bytes_get_size(request->letter), now);
    change->letter->deadline_at = exeat_clock_add_working(quarantine->clock, now, quarantine->deadline);
    if (quarantine->reminder > 0 && quarantine->reminder < quarantine->deadline)
        change->letter->remind_at = exeat_clock_add_working(quarantine->clock, now,
                                                            quarantine->deadline - quarantine->reminder);
    g_array_append_vals(change->held, card->held->data, card->held->len);
    detail = g_strdup_printf("recipients=%u held=%u findings=%u", card->recipients->len, card->held->len,
                             card->findings->len);
    exeat_change_audit(change, "held", id, -1, "gate", detail, NULL);
    if (!quarantine_seal_letter(quarantine, change, card, request->letter, error) ||
        !quarantine_add_hold_notices(quarantine, change, card, error) ||
        EXEAT_FAULT_FAILS("hold.before-commit", error) || !quarantine_commit_letter(quarantine, change, out_id, error))
        return false;
    EXEAT_FAULT_POINT("hold.committed");
    return true;
}

bool
exeat_quarantine_flag(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id, GError **error)
{
    gint64 now = exeat_quarantine_now(request->now);
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(ExeatCard) card = NULL;
    g_autofree char *id = exeat_held_new_id(), *first = NULL, *detail = NULL;

    if (!quarantine_recognise(quarantine, request, "flagged", change, &first, error))
        return false;
    if (first != NULL) {
        *out_id = g_steal_pointer(&first);
        return true;
    }
    card = quarantine_card(quarantine, request);
    change->letter = quarantine_row(card, id, (gint64)g_bytes_get_size(request->letter), now);
    change->letter->kind = EXEAT_LETTER_FLAGGED;
    detail = g_strdup_printf("recipients=%u findings=%u", card->recipients->len, card->findings->len);
    exeat_change_audit(change, "flagged", id, -1, "gate", detail, NULL);
    if (!quarantine_seal_letter(quarantine, change, card, request->letter, error) ||
        EXEAT_FAULT_FAILS("flag.before-commit", error) || !quarantine_commit_letter(quarantine, change, out_id, error))
        return false;
    EXEAT_FAULT_POINT("flag.committed");
    return true;
}

bool
exeat_quarantine_note_rewrite(ExeatQuarantine *quarantine, const ExeatHoldRequest *request, char **out_id,
                              GError **error)
{
    gint64 now = exeat_quarantine_now(request->now);
    g_autoptr(ExeatChange) change = exeat_change_new(now);
    g_autoptr(ExeatCard) card = quarantine_card(quarantine, request);
    g_autofree char *id = exeat_held_new_id(), *detail = NULL;
    ExeatNotice notice = exeat_quarantine_notice(quarantine, card, EXEAT_NOTICE_PUT_RIGHT, id, card->recipients->len,
                                                 NULL, now);

    notice.console = NULL; /* there is nothing to look at */
    detail = g_strdup_printf("recipients=%u findings=%u", card->recipients->len, card->findings->len);
    exeat_change_audit(change, "put-right", id, -1, "gate", detail, NULL);
    if (card->notify != NULL &&
        !exeat_quarantine_add_notice(quarantine, change, &notice, card->notify, NULL, false, error))
        return false;
    if (EXEAT_FAULT_FAILS("rewrite.before-commit", error) ||
        !exeat_store_commit(quarantine->store, change, NULL, error))
        return false;
    EXEAT_FAULT_POINT("rewrite.committed");
    *out_id = g_steal_pointer(&id);
    return true;
}
