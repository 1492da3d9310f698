/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery status notifications with GMime. */
#include "quarantine/dsn.h"

#include <string.h>

static GMimeObject *
dsn_part(const char *type, const char *subtype, const char *text)
{
    GMimePart *part = g_mime_part_new_with_type(type, subtype);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_mime_part_set_content(part, content);
    g_object_unref(content);
    g_object_unref(stream);
    return GMIME_OBJECT(part);
}

static char *
dsn_date(gint64 at)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);

    return g_mime_utils_header_format_date(time);
}

/* RFC 3464 2.1: one group of fields for the message, then one for each recipient. */
static char *
dsn_status(const ExeatNotice *notice)
{
    const char *at = strrchr(notice->from, '@');
    g_autofree char *arrival = dsn_date(notice->received_at);
    /* RFC 3463: 5.7.1 delivery not authorised; 5.4.7 delivery time expired. */
    const char *status = notice->kind == EXEAT_NOTICE_EXPIRED ? "5.4.7" : "5.7.1";
    GString *text = g_string_new("");

    g_string_append_printf(text, "Reporting-MTA: dns; %s\nArrival-Date: %s\nX-Exeat-Reference: %s\n",
                           at != NULL ? at + 1 : "localhost", arrival, notice->id);
    for (guint i = 0; notice->indices != NULL && i < notice->indices->len; i++)
        g_string_append_printf(text, "\nFinal-Recipient: x-exeat; %s/%u\nAction: failed\nStatus: %s\n", notice->id,
                               g_array_index(notice->indices, guint, i) + 1, status);
    return g_string_free(text, false);
}

static char *
dsn_headers(const ExeatNotice *notice)
{
    g_autofree char *date = dsn_date(notice->received_at);
    bool known = exeat_notice_is_message_id(notice->message_id);

    return g_strdup_printf("Date: %s\n%s%s%s", date, known ? "Message-ID: " : "", known ? notice->message_id : "",
                           known ? "\n" : "");
}

static void
dsn_add(GMimeMultipart *report, GMimeObject *part)
{
    g_mime_multipart_add(report, part);
    g_object_unref(part);
}

GBytes *
exeat_dsn_build(const ExeatNotice *notice)
{
    GMimeMessage *message = exeat_notice_new_message(notice);
    GMimeMultipart *report = g_mime_multipart_new_with_subtype("report");
    g_autofree char *status = dsn_status(notice), *headers = dsn_headers(notice);
    GBytes *bytes;

    g_mime_object_set_content_type_parameter(GMIME_OBJECT(report), "report-type", "delivery-status");
    dsn_add(report, exeat_notice_new_body(notice));
    dsn_add(report, dsn_part("message", "delivery-status", status));
    dsn_add(report, dsn_part("text", "rfc822-headers", headers));
    g_mime_message_set_mime_part(message, GMIME_OBJECT(report));
    bytes = exeat_notice_to_bytes(message);
    g_object_unref(report);
    g_object_unref(message);
    return bytes;
}
