/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notices as mail, with GMime. The only text here that comes from a letter is its Message-ID, which says nothing about
 * anybody; it is let through only if it is nothing but that.
 */
#include "quarantine/notice.h"

#include <openssl/rand.h>
#include <string.h>

#include "message/message.h"
#include "quarantine/dsn.h"
#include "quarantine/notice-private.h"

#define NOTICE_MESSAGE_ID_LIMIT 250

const char *
exeat_notice_kind_name(ExeatNoticeKind kind)
{
    static const char *const names[EXEAT_NOTICE_KINDS] = {
        "held",      "decision", "put-right", "returned",  "expired", "released", "failed",  "reminder",
        "opened",    "untold",   "digest",    "overdue",   "code",    "account",  "account", "released-put-right",
        "withdrawn", "asked",    "opening",   "consulted", "answered"};

    return (guint)kind < EXEAT_NOTICE_KINDS ? names[kind] : "unknown";
}

bool
exeat_notice_is_message_id(const char *text)
{
    gsize length = text != NULL ? strnlen(text, NOTICE_MESSAGE_ID_LIMIT + 1) : 0;
    guint ats = 0;

    if (length < 5 || length > NOTICE_MESSAGE_ID_LIMIT || text[0] != '<' || text[length - 1] != '>')
        return false;
    for (gsize i = 1; i < length - 1; i++) {
        if (!g_ascii_isgraph(text[i]) || text[i] == '<' || text[i] == '>')
            return false;
        ats += text[i] == '@' ? 1 : 0;
    }
    return ats == 1;
}

static void
notice_start_gmime(void)
{
    static gsize started = 0;

    if (g_once_init_enter(&started)) {
        exeat_message_library_init();
        g_once_init_leave(&started, 1);
    }
}

static char *
notice_new_message_id(const char *from)
{
    const char *at = strrchr(from, '@');
    guint8 random[16];
    GString *id = g_string_new("exeat.");

    if (RAND_bytes(random, sizeof random) != 1)
        g_error("no randomness");
    for (gsize i = 0; i < sizeof random; i++)
        g_string_append_printf(id, "%02x", random[i]);
    g_string_append_printf(id, "@%s", at != NULL ? at + 1 : "localhost");
    return g_string_free(id, false);
}

static void
notice_add_address(GMimeMessage *message, GMimeAddressType type, const char *name, const char *address)
{
    InternetAddress *mailbox = internet_address_mailbox_new(name, address);

    internet_address_list_add(g_mime_message_get_addresses(message, type), mailbox);
    g_object_unref(mailbox);
}

bool
exeat_notice_is_for_others(ExeatNoticeKind kind)
{
    return kind == EXEAT_NOTICE_DECISION || kind == EXEAT_NOTICE_REMINDER || kind == EXEAT_NOTICE_UNTOLD ||
           kind == EXEAT_NOTICE_ASKED || kind == EXEAT_NOTICE_OPENING || kind == EXEAT_NOTICE_CONSULTED ||
           kind == EXEAT_NOTICE_ANSWERED;
}

GMimeMessage *
exeat_notice_new_message(const ExeatNotice *notice)
{
    GMimeMessage *message;
    GMimeObject *object;
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(notice->now);
    g_autofree char *subject = exeat_notice_subject(notice), *id = notice_new_message_id(notice->from);

    notice_start_gmime();
    message = g_mime_message_new(true);
    object = GMIME_OBJECT(message);
    notice_add_address(message, GMIME_ADDRESS_TYPE_FROM, "exeat", notice->from);
    notice_add_address(message, GMIME_ADDRESS_TYPE_TO, NULL, notice->to);
    g_mime_message_set_subject(message, subject, "utf-8");
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    g_mime_object_set_header(
        object, "Auto-Submitted",
        notice->id == NULL || exeat_notice_is_for_others(notice->kind) ? "auto-generated" : "auto-replied", NULL);
    /* Exchange answers automatic mail all the same unless it is told. */
    g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", NULL);
    g_mime_object_set_header(object, "X-Exeat-Notice", exeat_notice_kind_name(notice->kind), NULL);
    if (exeat_notice_is_message_id(notice->message_id))
        g_mime_object_set_header(object, "References", notice->message_id, NULL);
    return message;
}

static GMimeObject *
notice_text_part(const char *subtype, const char *text)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static void
notice_add_part(GMimeMultipart *multipart, GMimeObject *part)
{
    g_mime_multipart_add(multipart, part);
    g_object_unref(part);
}

GMimeObject *
exeat_notice_new_body(const ExeatNotice *notice)
{
    g_autoptr(GPtrArray) blocks = exeat_notice_blocks(notice);
    g_autofree char *subject = exeat_notice_subject(notice), *text = exeat_notice_text(blocks),
                    *html = exeat_notice_html(blocks, subject, notice->language);
    GMimeMultipart *alternative;

    notice_start_gmime();
    alternative = g_mime_multipart_new_with_subtype("alternative");
    notice_add_part(alternative, notice_text_part("plain", text));
    notice_add_part(alternative, notice_text_part("html", html));
    return GMIME_OBJECT(alternative);
}

GBytes *
exeat_notice_to_bytes(GMimeMessage *message)
{
    GMimeFormatOptions *options = g_mime_format_options_new();
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *array;
    GBytes *bytes;

    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    bytes = g_bytes_new(array->data, array->len);
    g_object_unref(stream);
    g_mime_format_options_free(options);
    return bytes;
}

GBytes *
exeat_notice_build(const ExeatNotice *notice)
{
    GMimeMessage *message;
    GMimeObject *body;
    GBytes *bytes;

    if (notice->kind == EXEAT_NOTICE_RETURNED || notice->kind == EXEAT_NOTICE_EXPIRED)
        return exeat_dsn_build(notice);
    message = exeat_notice_new_message(notice);
    body = exeat_notice_new_body(notice);
    g_mime_message_set_mime_part(message, body);
    bytes = exeat_notice_to_bytes(message);
    g_object_unref(body);
    g_object_unref(message);
    return bytes;
}
