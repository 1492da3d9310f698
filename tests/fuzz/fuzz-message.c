/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole letter: read, then judged by all policies, with its verdict's edits applied. Asserts that
 *   - all that comes out is valid UTF-8, cells lie in their text in order, limits hold;
 *   - a verdict is of one piece: its action is the strongest of its findings, indices are recipients', a held letter is
 *     held for somebody, a refusal has an answer that fits into SMTP;
 *   - edits give a letter that reads back as their preview said, and never a line that begins a new field;
 *   - the same bytes give the same verdict.
 *
 * An input may begin with "!": its first line then is the sender's account, the second the recipients.
 */
#include "message/dkim.h"
#include "message/edit.h"
#include "message/encoded_word.h"
#include "message/headers.h"
#include "policies/guidance/guidance.h"
#include "policies/judge.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT (256 * 1024)
#define REPLY_LINE_MAX 70
#define AT 1789372200 /* a Monday in September */

/* Low enough for a fuzzer to reach. */
static const ExeatMessageLimits limits = {.depth = 8,
                                          .parts = 40,
                                          .header_fields = 60,
                                          .header_bytes = 16384,
                                          .text_bytes = 65536,
                                          .total_text_bytes = 131072,
                                          .addresses = 50,
                                          .cells = 500};

static ExeatEnvelope *
make_envelope(FuzzInput *input)
{
    ExeatEnvelope *envelope = exeat_envelope_new();
    envelope->received_at = AT;
    if (input->left == 0 || *input->data != '!') {
        envelope->sender = g_strdup("a.latham@oakfield.sch.uk");
        envelope->account = g_strdup("a.latham@oakfield.sch.uk");
        g_ptr_array_add(envelope->recipients, g_strdup("reception@clinic.example"));
        g_ptr_array_add(envelope->recipients, g_strdup("jane.smith@home.example"));
        g_ptr_array_add(envelope->recipients, g_strdup("office@oakfield.sch.uk"));
        return envelope;
    }
    fuzz_byte(input);
    g_autofree char *account = fuzz_line(input), *recipients = fuzz_line(input);
    g_auto(GStrv) list = g_strsplit(recipients, ",", 20);
    envelope->account = *account ? g_strdup(account) : NULL;
    envelope->sender = g_strdup(account);
    for (guint i = 0; list[i]; i++)
        if (*list[i])
            g_ptr_array_add(envelope->recipients, g_strdup(list[i]));
    return envelope;
}

static void
check_addresses(const GPtrArray *list, guint *count)
{
    for (guint i = 0; i < list->len; i++, (*count)++) {
        const ExeatAddress *address = list->pdata[i];
        fuzz_check_utf8(address->display);
        fuzz_check_utf8(address->mailbox);
        fuzz_check_utf8(address->local);
        fuzz_check_utf8(address->domain);
        fuzz_assert(!strpbrk(address->display, "\r\n"));
        fuzz_check_key(address);
    }
}

static void
check_header(const ExeatMessage *message)
{
    const GPtrArray *headers = exeat_message_headers(message);
    guint addresses = 0;
    fuzz_assert(headers->len <= limits.header_fields);
    fuzz_check_utf8(exeat_message_subject(message));
    for (guint i = 0; i < headers->len; i++) {
        const ExeatHeader *header = headers->pdata[i];
        fuzz_assert(header->name && *header->name && header->raw);
        fuzz_check_utf8(header->decoded);
        fuzz_assert(!strpbrk(header->decoded, "\r\n\t"));
    }
    check_addresses(exeat_message_from(message), &addresses);
    check_addresses(exeat_message_sender(message), &addresses);
    check_addresses(exeat_message_reply_to(message), &addresses);
    check_addresses(exeat_message_to(message), &addresses);
    check_addresses(exeat_message_cc(message), &addresses);
    check_addresses(exeat_message_bcc(message), &addresses);
    fuzz_assert(addresses <= limits.addresses);
    fuzz_assert(exeat_message_date(message) >= 0);
}

/* What is read of DKIM-Signature fields: in order, each with a domain and what it signs. */
static void
check_signatures(const ExeatMessage *message)
{
    g_autoptr(GPtrArray) signatures = exeat_dkim_signatures(message);
    guint last = 0;
    for (guint i = 0; i < signatures->len; i++) {
        const ExeatDkim *signature = signatures->pdata[i];
        fuzz_assert(signature->index > last && signature->index <= exeat_message_headers(message)->len);
        fuzz_assert(signature->domain && signature->names && signature->names[0]);
        for (char **name = signature->names; *name; name++) {
            fuzz_assert(!strpbrk(*name, ":;") && (!**name || !g_ascii_isspace(**name)));
            fuzz_assert(exeat_dkim_signs(signature, *name));
        }
        last = signature->index;
    }
}

static void
check_parts(const ExeatMessage *message)
{
    const GPtrArray *parts = exeat_message_parts(message), *texts = exeat_message_texts(message);
    gsize total = 0;
    fuzz_assert(parts->len >= 1 && parts->len <= limits.parts);
    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = parts->pdata[i];
        guint dots = 0;
        fuzz_assert(part->path && part->type && part->kind <= EXEAT_PART_OTHER);
        fuzz_assert(part->encryption <= EXEAT_ENCRYPTION_PARTIAL);
        fuzz_check_utf8(part->type);
        if (part->file_name) {
            fuzz_check_utf8(part->file_name);
            fuzz_assert(!strpbrk(part->file_name, "/\r\n"));
        }
        for (const char *at = part->path; *at; at++)
            dots += *at == '.';
        fuzz_assert(dots <= limits.depth);
    }
    fuzz_assert(texts->len >= 1 && ((const ExeatText *)texts->pdata[0])->zone == EXEAT_ZONE_SUBJECT);
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = texts->pdata[i];
        fuzz_check_text(text);
        fuzz_assert(!text->part || g_ptr_array_find((GPtrArray *)(guintptr)parts, text->part, NULL));
        fuzz_assert(!memchr(text->text, '\r', text->length));
        total += text->length;
    }
    fuzz_assert(total <= limits.total_text_bytes);
}

static void
check_finding(const ExeatMessage *message, const ExeatFinding *finding)
{
    guint recipients = exeat_message_envelope(message)->recipients->len;
    fuzz_assert(finding->policy && finding->rule && finding->part);
    fuzz_assert(finding->confidence <= EXEAT_CONFIDENCE_HIGH && finding->zone <= EXEAT_ZONE_FILE_NAME);
    fuzz_assert(finding->action > EXEAT_ACTION_PASS && finding->action <= EXEAT_ACTION_REJECT);
    for (guint i = 0; finding->recipients && i < finding->recipients->len; i++)
        fuzz_assert(g_array_index(finding->recipients, guint, i) < recipients);
    ExeatGuidancePlace place = exeat_guidance_place(message, finding);
    fuzz_assert(place.attachment <= exeat_message_parts(message)->len && place.file < EXEAT_GUIDANCE_FILES);
    g_autofree char *found = exeat_guidance_found(finding, &place, "cy");
    fuzz_check_utf8(found);
}

static void
check_reply(const ExeatReply *reply)
{
    fuzz_assert(reply->code == 550 && reply->enhanced && g_str_is_ascii(reply->text) && *reply->text);
    g_auto(GStrv) lines = g_strsplit(reply->text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        fuzz_assert(strlen(lines[i]) <= REPLY_LINE_MAX && !strchr(lines[i], '\r'));
}

static void
check_verdict(const ExeatMessage *message, const ExeatVerdict *verdict)
{
    guint recipients = exeat_message_envelope(message)->recipients->len;
    ExeatAction strongest = EXEAT_ACTION_PASS;
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = verdict->findings->pdata[i];
        check_finding(message, finding);
        strongest = MAX(strongest, finding->action);
    }
    fuzz_assert(verdict->action == strongest);
    for (guint i = 0; i < verdict->held->len; i++) {
        guint held = g_array_index(verdict->held, guint, i);
        fuzz_assert(held < recipients && (i == 0 || g_array_index(verdict->held, guint, i - 1) < held));
    }
    if (verdict->action == EXEAT_ACTION_HOLD && recipients > 0)
        fuzz_assert(verdict->held->len > 0 && verdict->release_by->len > 0);
    fuzz_assert((verdict->reply != NULL) == (verdict->action == EXEAT_ACTION_REJECT));
    if (verdict->reply)
        check_reply(verdict->reply);
}

/* What an edit writes must be a field and nothing more: each further line begins with white space. */
static void
check_value(const ExeatEdit *edit)
{
    for (const char *feed = edit->value ? strchr(edit->value, '\n') : NULL; feed; feed = strchr(feed + 1, '\n')) {
        fuzz_assert(feed[1] == ' ' || feed[1] == '\t');
        /* RFC 5322 2.2.3: a fold of white space alone could be taken for the header's end */
        fuzz_assert(feed[1 + strspn(feed + 1, " \t\r")] != '\n');
    }
    for (const char *cr = edit->value ? strchr(edit->value, '\r') : NULL; cr; cr = strchr(cr + 1, '\r'))
        fuzz_assert(cr[1] == '\n');
}

/* True if no foreign lines stand among the fields: these may end the header once a field behind them is gone. No letter
 * that came over the milter protocol has any. */
static bool
is_clean(GBytes *bytes)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    g_auto(ExeatHeaderBlock) block;
    exeat_headers_scan(data ? data : "", size, G_MAXUINT, G_MAXSIZE, &block);
    return block.clean;
}

static void
check_edits(const ExeatMessage *message, const ExeatEdits *edits)
{
    g_autoptr(GBytes) bytes = exeat_edits_apply(edits, exeat_message_bytes(message));
    g_autoptr(ExeatMessage) edited = exeat_message_new(bytes, exeat_message_envelope(message), NULL);
    g_autoptr(ExeatMessage) whole = exeat_message_new(exeat_message_bytes(message), NULL, NULL);
    bool clean = is_clean(exeat_message_bytes(message));
    gint difference = 0;
    for (guint i = 0; i < exeat_edits_count(edits); i++) {
        const ExeatEdit *edit = exeat_edits_get(edits, i);
        check_value(edit);
        if (!clean)
            continue;
        if (!edit->value) {
            difference--;
            continue;
        }
        g_autofree char *preview = exeat_edits_preview(edits, edit->name);
        const char *now = exeat_message_header(edited, edit->name);
        /* raw 8-bit text is read with a hint from the letter, which a preview does not have */
        fuzz_assert(now && (!g_str_is_ascii(edit->value) || g_str_equal(now, preview)));
        if (!exeat_message_header(whole, edit->name))
            difference++;
    }
    if (!clean)
        return;
    if (exeat_message_headers(whole)->len < exeat_message_default_limits.header_fields)
        fuzz_assert((gint)exeat_message_headers(edited)->len == (gint)exeat_message_headers(whole)->len + difference);
    fuzz_assert(exeat_message_parts(edited)->len == exeat_message_parts(whole)->len);
}

static void
check_same(const ExeatVerdict *one, const ExeatVerdict *other)
{
    fuzz_assert(one->action == other->action && one->findings->len == other->findings->len);
    fuzz_assert(one->held->len == other->held->len);
    fuzz_assert(exeat_edits_count(one->edits) == exeat_edits_count(other->edits));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    g_autoptr(ExeatEnvelope) envelope = make_envelope(&input);
    g_autoptr(GBytes) bytes = g_bytes_new(input.data, input.left);
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, envelope, &limits);
    check_header(message);
    check_signatures(message);
    check_parts(message);
    g_autoptr(ExeatVerdict) verdict = NULL, again = NULL;
    fuzz_assert(exeat_judge(message, fuzz_settings(), fuzz_directory(), 0, &verdict, NULL));
    check_verdict(message, verdict);
    check_edits(message, verdict->edits);
    check_edits(message, verdict->remedy);
    fuzz_assert(exeat_judge(message, fuzz_settings(), fuzz_directory(), 0, &again, NULL));
    check_same(verdict, again);
    return 0;
}
