/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes an ExeatMessage from bytes: its header fields here, its tree in tree.c, its text in text.c. Everything is read
 * at once, so that an ExeatMessage is immutable and may be shared by threads.
 *
 * Every byte is hostile. Nothing fails: what cannot be read becomes a problem, in words of ours.
 */
#include "message/message.h"

#include "message/address_list.h"
#include "message/charset.h"
#include "message/encoded_word.h"
#include "message/message-private.h"

#define HINT_BYTES 65536 /* of a letter that are searched for a charset to read unlabelled header text with */

const ExeatMessageLimits exeat_message_default_limits = {
    .depth = 32,
    .parts = 1000,
    .header_fields = 1000,
    .header_bytes = 1024 * 1024,
    .text_bytes = 8 * 1024 * 1024,
    .total_text_bytes = 32 * 1024 * 1024,
    .addresses = 10000,
    .cells = 500000,
};

void
exeat_message_library_init(void)
{
    g_mime_init();
    xmlInitParser();
}

void
exeat_message_library_shutdown(void)
{
    xmlCleanupParser();
    g_mime_shutdown();
}

void
exeat_reader_problem(ExeatReader *reader, const char *problem)
{
    GPtrArray *problems = reader->message->problems;
    for (guint i = 0; i < problems->len; i++)
        if (strcmp(problems->pdata[i], problem) == 0)
            return;
    g_ptr_array_add(problems, (gpointer)(guintptr)problem);
}

static void
message_free_header(ExeatHeader *header)
{
    g_free(header->name);
    g_free(header->raw);
    g_free(header->decoded);
    g_free(header);
}

static ExeatMessage *
message_new_empty(GBytes *bytes)
{
    ExeatMessage *message = g_new0(ExeatMessage, 1);
    message->bytes = g_bytes_ref(bytes);
    message->headers = g_ptr_array_new_with_free_func((GDestroyNotify)message_free_header);
    GPtrArray **lists[] = {&message->from, &message->sender, &message->reply_to,
                           &message->to,   &message->cc,     &message->bcc};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        *lists[i] = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_address_free);
    message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_part_free);
    message->texts = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_text_free);
    message->problems = g_ptr_array_new();
    return message;
}

void
exeat_message_free(ExeatMessage *message)
{
    if (message == NULL)
        return;
    g_bytes_unref(message->bytes);
    exeat_envelope_free(message->envelope);
    g_free(message->subject);
    GPtrArray *lists[] = {message->headers, message->from, message->sender, message->reply_to, message->to,
                          message->cc,      message->bcc,  message->texts,  message->parts,    message->problems};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(message);
}

/* The first charset that a letter declares: what its writer's program also writes bare header text in. (transfer full)
 */
static char *
message_find_hint(const char *data, gsize length)
{
    gsize seen = MIN(length, HINT_BYTES);
    for (gsize at = 0; at + 9 < seen; at++) {
        if ((data[at] != 'c' && data[at] != 'C') || g_ascii_strncasecmp(data + at, "charset=", 8) != 0)
            continue;
        const char *name = data + at + 8;
        gsize left = seen - at - 8, n = 0;
        if (*name == '"')
            name++, left--;
        while (n < left && (g_ascii_isalnum(name[n]) || strchr("-_.:", name[n]) != NULL) && name[n] != '\0')
            n++;
        return n > 0 ? g_strndup(name, n) : NULL;
    }
    return NULL;
}

static bool
message_has_8bit(const char *data, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if ((guint8)data[i] >= 0x80)
            return true;
    return false;
}

static void
message_read_headers(ExeatReader *reader, const char *data, const ExeatHeaderBlock *block)
{
    for (guint i = 0; i < block->fields->len; i++) {
        const ExeatField *field = &g_array_index(block->fields, ExeatField, i);
        ExeatHeader *header = g_new0(ExeatHeader, 1);
        gsize length = field->value_end - field->value;
        header->name = g_strndup(data + field->start, field->name_length);
        header->raw = g_strndup(data + field->value, length);
        header->decoded = exeat_header_decode(data + field->value, length, reader->hint);
        g_ptr_array_add(reader->message->headers, header);
    }
}

static void
message_read_subject(ExeatMessage *message)
{
    g_autoptr(GString) subject = g_string_new(NULL);
    guint count = 0;
    for (guint i = 0; i < message->headers->len; i++) {
        const ExeatHeader *header = message->headers->pdata[i];
        if (g_ascii_strcasecmp(header->name, "Subject") == 0)
            g_string_append_printf(subject, "%s%s", count++ > 0 ? "\n" : "", header->decoded);
    }
    message->subject = g_string_free(g_steal_pointer(&subject), FALSE);
}

static void
message_read_addresses(ExeatReader *reader, const char *data, const ExeatHeaderBlock *block)
{
    ExeatMessage *message = reader->message;
    const struct {
        const char *name;
        GPtrArray *list;
    } fields[] = {{"From", message->from}, {"Sender", message->sender}, {"Reply-To", message->reply_to},
                  {"To", message->to},     {"Cc", message->cc},         {"Bcc", message->bcc}};
    guint left = reader->limits->addresses;
    for (guint i = 0; i < block->fields->len; i++) {
        const ExeatField *field = &g_array_index(block->fields, ExeatField, i);
        for (guint k = 0; k < G_N_ELEMENTS(fields); k++) {
            if (!exeat_field_is(data, field, fields[k].name))
                continue;
            g_autoptr(GPtrArray)
                entries = exeat_address_list_parse(data + field->value, field->value_end - field->value, reader->hint,
                                                   left == G_MAXUINT ? left : left + 1);
            for (guint n = 0; n < entries->len; n++) {
                ExeatEntry *entry = entries->pdata[n];
                if (entry->kind != EXEAT_ENTRY_MAILBOX)
                    continue;
                if (left == 0) {
                    exeat_reader_problem(reader, "too many addresses");
                    break;
                }
                left--;
                g_ptr_array_add(fields[k].list, g_steal_pointer(&entry->address));
            }
        }
    }
}

static ExeatEnvelope *
message_make_envelope(const ExeatMessage *message)
{
    ExeatEnvelope *envelope = exeat_envelope_new();
    const GPtrArray *lists[] = {message->to, message->cc, message->bcc};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint k = 0; k < lists[i]->len; k++)
            g_ptr_array_add(envelope->recipients, g_strdup(((const ExeatAddress *)lists[i]->pdata[k])->mailbox));
    return envelope;
}

static gint64
message_read_date(const ExeatMessage *message)
{
    const char *text = exeat_message_header(message, "Date");
    g_autoptr(GDateTime) date = text != NULL ? g_mime_utils_header_decode_date(text) : NULL;
    return date != NULL ? MAX(g_date_time_to_unix(date), 0) : 0;
}

static bool
message_find_automatic(const ExeatMessage *message)
{
    const char *submitted = exeat_message_header(message, "Auto-Submitted");
    if (submitted != NULL && submitted[0] != '\0' && g_ascii_strncasecmp(submitted, "no", 2) != 0)
        return true;
    const char *type = exeat_message_header(message, "Content-Type");
    if (type != NULL && g_ascii_strncasecmp(type, "multipart/report", 16) == 0)
        return true;
    return message->envelope->sender != NULL && message->envelope->sender[0] == '\0';
}

static GMimeParserOptions *
message_parser_options(void)
{
    static const char *charsets[] = {"utf-8", "windows-1252", NULL};
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_fallback_charsets(options, charsets);
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    return options;
}

static void
message_note_structure(ExeatReader *reader, const ExeatHeaderBlock *block)
{
    if (block->cut)
        exeat_reader_problem(reader, "too many header fields");
    if (!block->separated)
        exeat_reader_problem(reader, "no empty line ends the header");
}

/* A letter whose lines end with CR alone, as old Macintosh programs store them, with LF in their place; NULL if it is
 * none. (transfer full) */
static char *
message_fix_line_ends(const char *data, gsize length)
{
    if (memchr(data, '\n', length) != NULL || memchr(data, '\r', length) == NULL)
        return NULL;
    char *fixed = g_memdup2(data, length);
    for (char *at = fixed; (at = memchr(at, '\r', (gsize)(fixed + length - at))) != NULL;)
        *at = '\n';
    return fixed;
}

ExeatMessage *
exeat_message_new(GBytes *bytes, const ExeatEnvelope *envelope, const ExeatMessageLimits *limits)
{
    return exeat_message_new_inspected(bytes, envelope, limits, NULL, 0);
}

ExeatMessage *
exeat_message_new_inspected(GBytes *bytes, const ExeatEnvelope *envelope, const ExeatMessageLimits *limits,
                            ExeatInspector *inspector, gint64 deadline)
{
    ExeatMessage *message = message_new_empty(bytes);
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    data = data != NULL ? data : "";
    g_autofree char *fixed = message_fix_line_ends(data, length);
    data = fixed != NULL ? fixed : data;
    g_autoptr(GMimeParserOptions) options = message_parser_options();
    g_autoptr(GHashTable) cids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) inlines = g_ptr_array_new();
    ExeatReader reader = {.message = message,
                          .limits = limits != NULL ? limits : &exeat_message_default_limits,
                          .options = options,
                          .inspector = inspector,
                          .deadline = deadline,
                          .cids = cids,
                          .inlines = inlines};
    reader.text_left = reader.limits->total_text_bytes;

    g_auto(ExeatHeaderBlock) block;
    exeat_headers_scan(data, length, reader.limits->header_fields, reader.limits->header_bytes, &block);
    g_autofree char *hint = message_has_8bit(data, block.body) ? message_find_hint(data, length) : NULL;
    reader.hint = hint;
    message_read_headers(&reader, data, &block);
    message_read_subject(message);
    message_read_addresses(&reader, data, &block);
    message_note_structure(&reader, &block);
    message->envelope = envelope != NULL ? exeat_envelope_copy(envelope) : message_make_envelope(message);
    message->date = message_read_date(message);
    message->automatic = message_find_automatic(message);

    exeat_reader_add_text(&reader, EXEAT_ZONE_SUBJECT, NULL,
                          exeat_text_clean(message->subject, strlen(message->subject), NULL), NULL);
    exeat_reader_walk(&reader, data, length, &block, "", 0);
    exeat_reader_settle_inlines(&reader);
    return message;
}

ExeatInspected *
exeat_message_dissolve(ExeatMessage *message)
{
    g_autoptr(ExeatInspected) inspected = exeat_inspected_new();
    GPtrArray *parts = inspected->parts, *texts = inspected->texts;
    inspected->parts = message->parts;
    inspected->texts = message->texts;
    message->parts = parts;
    message->texts = texts;
    exeat_message_free(message);
    return g_steal_pointer(&inspected);
}

GBytes *
exeat_message_bytes(const ExeatMessage *message)
{
    return message->bytes;
}

const ExeatEnvelope *
exeat_message_envelope(const ExeatMessage *message)
{
    return message->envelope;
}

const char *
exeat_message_subject(const ExeatMessage *message)
{
    return message->subject;
}

const char *
exeat_message_header(const ExeatMessage *message, const char *name)
{
    for (guint i = 0; i < message->headers->len; i++) {
        const ExeatHeader *header = message->headers->pdata[i];
        if (g_ascii_strcasecmp(header->name, name) == 0)
            return header->decoded;
    }
    return NULL;
}

const GPtrArray *
exeat_message_headers(const ExeatMessage *message)
{
    return message->headers;
}

const GPtrArray *
exeat_message_from(const ExeatMessage *message)
{
    return message->from;
}

const GPtrArray *
exeat_message_sender(const ExeatMessage *message)
{
    return message->sender;
}

const GPtrArray *
exeat_message_reply_to(const ExeatMessage *message)
{
    return message->reply_to;
}

const GPtrArray *
exeat_message_to(const ExeatMessage *message)
{
    return message->to;
}

const GPtrArray *
exeat_message_cc(const ExeatMessage *message)
{
    return message->cc;
}

const GPtrArray *
exeat_message_bcc(const ExeatMessage *message)
{
    return message->bcc;
}

gint64
exeat_message_date(const ExeatMessage *message)
{
    return message->date;
}

const GPtrArray *
exeat_message_parts(const ExeatMessage *message)
{
    return message->parts;
}

const GPtrArray *
exeat_message_texts(const ExeatMessage *message)
{
    return message->texts;
}

const GPtrArray *
exeat_message_problems(const ExeatMessage *message)
{
    return message->problems;
}

bool
exeat_message_is_automatic(const ExeatMessage *message)
{
    return message->automatic;
}
