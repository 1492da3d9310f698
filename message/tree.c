/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the MIME tree: each node becomes an ExeatPart, text leaves are read, others are looked at. GMime parses; since
 * it bounds nesting but not the number of parts, lines that look like boundaries are counted first, and the letter is
 * cut where there are too many.
 *
 * Owns nothing that outlives the walk. Every byte is hostile; recursion is bounded by limits.depth.
 */
#include "message/message-private.h"

#include "message/charset.h"
#include "message/encoded_word.h"
#include "message/suspicion.h"

#define BOUNDARY_FACTOR 4 /* boundary-like lines for each part allowed: SQL dumps and signature rules have some too */
#define BOUNDARY_SPARE 2000
#define INNER_FIELDS 20000              /* lines like header fields in a row: GMime keeps some 500 bytes for each */
#define INNER_SUBJECT_BYTES (16 * 1024) /* of one line: GMime decodes a Subject in quadratic time */
#define FIELD_NAME_BYTES 64
#define FILE_NAME_BYTES 1024
#define LOGO_BYTES (64 * 1024) /* an unnamed inline picture below this is decoration */
#define LETTER_BYTES (16 * 1024 * 1024)

typedef struct Place {
    const char *path; /* "" for the root */
    guint depth;
    bool nested; /* inside message/rfc822: everything is attachment text */
    bool sealed; /* inside multipart/encrypted */
    bool top;    /* the root of a letter: a leaf is numbered 1 */
} Place;

static void tree_walk(ExeatReader *reader, GMimeObject *object, const Place *place);

static bool
tree_is_field_like(const char *line, gsize length)
{
    const char *colon = memchr(line, ':', MIN(length, (gsize)FIELD_NAME_BYTES));
    return colon != NULL && colon > line && memchr(line, ' ', (gsize)(colon - line)) == NULL;
}

/* The next @c at or behind @at; what was found before is not searched for again. */
static gsize
tree_seek(const char *data, gsize length, gsize at, char c, gsize found)
{
    if (found >= at)
        return found;
    const char *next = memchr(data + at, c, length - at);
    return next != NULL ? (gsize)(next - data) : length;
}

/* True if a line that continues no field begins in [@from, @to). */
static bool
tree_has_other_line(const char *data, gsize from, gsize to)
{
    while (from < to) {
        if (data[from] != ' ' && data[from] != '\t')
            return true;
        const char *feed = memchr(data + from, '\n', to - from);
        from = feed != NULL ? (gsize)(feed - data) + 1 : to;
    }
    return false;
}

static gsize
tree_line_start(const char *data, gsize least, gsize at)
{
    const char *feed = at > least ? memrchr(data + least, '\n', at - least) : NULL;
    return feed != NULL ? (gsize)(feed - data) + 1 : least;
}

/*
 * How much of the letter GMime may see: up to where there are too many boundaries, or an inner header of absurd size.
 * Only lines with a hyphen or a colon can be either, and megabytes of base64 have neither.
 */
static gsize
tree_bound(ExeatReader *reader, const char *data, gsize length, gsize body)
{
    guint64 boundaries = (guint64)reader->limits->parts * BOUNDARY_FACTOR + BOUNDARY_SPARE;
    guint fields = 0;
    gsize hyphen = 0, colon = 0;
    for (gsize at = body, next = 0; at < length; at = next) {
        hyphen = tree_seek(data, length, at, '-', hyphen);
        colon = tree_seek(data, length, at, ':', colon);
        if (MIN(hyphen, colon) == length)
            break;
        gsize start = tree_line_start(data, at, MIN(hyphen, colon));
        if (tree_has_other_line(data, at, start))
            fields = 0;
        const char *text = data + start, *feed = memchr(text, '\n', length - start);
        next = feed != NULL ? (gsize)(feed - data) + 1 : length;
        gsize line = next - start;
        if (line > 2 && text[0] == '-' && text[1] == '-') {
            fields = 0;
            if (boundaries-- == 0) {
                exeat_reader_problem(reader, "too many parts");
                return start;
            }
        } else if (text[0] != ' ' && text[0] != '\t') {
            fields = tree_is_field_like(text, line) ? fields + 1 : 0;
            if (fields > INNER_FIELDS ||
                (line > INNER_SUBJECT_BYTES && g_ascii_strncasecmp(text, "Subject:", 8) == 0)) {
                exeat_reader_problem(reader, "an inner header is too large");
                return start;
            }
        }
    }
    return length;
}

static char *
tree_file_name(const char *name, const char *hint)
{
    if (name == NULL || name[0] == '\0')
        return NULL;
    /* Names in encoded words inside a parameter are against RFC 2047 5 and everywhere. */
    g_autofree char *decoded = exeat_header_decode(name, MIN(strlen(name), (gsize)FILE_NAME_BYTES), hint);
    const char *slash = strrchr(decoded, '/'), *base = slash != NULL ? slash + 1 : decoded;
    const char *backslash = strrchr(base, '\\');
    base = backslash != NULL ? backslash + 1 : base;
    return base[0] != '\0' ? g_strdup(base) : NULL;
}

static ExeatPart *
tree_add_part(ExeatReader *reader, GMimeObject *object, const char *path)
{
    ExeatPart *part = g_new0(ExeatPart, 1);
    part->path = g_strdup(path);
    GMimeContentType *type = object != NULL ? g_mime_object_get_content_type(object) : NULL;
    g_autofree char *text = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
    part->type = g_ascii_strdown(text != NULL && strchr(text, '/') != NULL ? text : "text/plain", -1);
    const char *charset = type != NULL ? g_mime_content_type_get_parameter(type, "charset") : NULL;
    part->charset = charset != NULL && charset[0] != '\0' ? g_utf8_make_valid(charset, -1) : NULL;
    const char *name = object != NULL ? g_mime_object_get_content_disposition_parameter(object, "filename") : NULL;
    if ((name == NULL || name[0] == '\0') && type != NULL)
        name = g_mime_content_type_get_parameter(type, "name");
    if ((name == NULL || name[0] == '\0') && object != NULL)
        name = g_mime_object_get_content_disposition_parameter(object, "name");
    part->file_name = tree_file_name(name, reader->hint);
    const char *id = object != NULL ? g_mime_object_get_content_id(object) : NULL;
    part->content_id = id != NULL ? g_utf8_make_valid(id, -1) : NULL;
    g_ptr_array_add(reader->message->parts, part);
    return part;
}

static char *
tree_child_path(const Place *place, guint n)
{
    return place->path[0] == '\0' ? g_strdup_printf("%u", n) : g_strdup_printf("%s.%u", place->path, n);
}

static bool
tree_is_full(ExeatReader *reader, const Place *place)
{
    if (reader->message->parts->len >= reader->limits->parts) {
        exeat_reader_problem(reader, "too many parts");
        return true;
    }
    if (place->depth > reader->limits->depth) {
        exeat_reader_problem(reader, "parts are nested too deeply");
        return true;
    }
    return false;
}

static void
tree_name_text(ExeatReader *reader, const ExeatPart *part)
{
    if (part->file_name != NULL)
        exeat_reader_add_text(reader, EXEAT_ZONE_FILE_NAME, part,
                              exeat_text_clean(part->file_name, strlen(part->file_name), NULL), NULL);
}

static void
tree_walk_multipart(ExeatReader *reader, GMimeMultipart *multipart, const Place *place)
{
    /* The multipart of a letter inside a letter has no number of its own (RFC 3501 6.4.5); the letter stands for it. */
    bool unnumbered = place->top && place->path[0] != '\0';
    GPtrArray *parts = reader->message->parts;
    ExeatPart *part = unnumbered ? parts->pdata[parts->len - 1]
                                 : tree_add_part(reader, GMIME_OBJECT(multipart), place->path);
    part->kind = EXEAT_PART_CONTAINER;
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
    bool sealed = place->sealed || g_mime_content_type_is_type(type, "multipart", "encrypted");
    if (sealed)
        part->encryption = EXEAT_ENCRYPTION_YES;
    int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; i++) {
        g_autofree char *path = tree_child_path(place, (guint)i + 1);
        Place child = {.path = path, .depth = place->depth + 1, .nested = place->nested, .sealed = sealed};
        if (tree_is_full(reader, &child))
            return;
        tree_walk(reader, g_mime_multipart_get_part(multipart, i), &child);
    }
}

static bool
tree_is_shown_field(const char *name)
{
    static const char *const shown[] = {"Subject", "From", "To", "Cc", "Reply-To", NULL};
    for (guint i = 0; shown[i] != NULL; i++)
        if (g_ascii_strcasecmp(name, shown[i]) == 0)
            return true;
    return false;
}

static void
tree_append_field(ExeatReader *reader, GString *text, const char *name, const char *raw, gsize length)
{
    if (!tree_is_shown_field(name))
        return;
    g_autofree char *value = exeat_header_decode(raw, MIN(length, reader->limits->header_bytes), reader->hint);
    g_string_append_printf(text, "%s: %s\n", name, value);
}

static void
tree_add_header_text(ExeatReader *reader, const ExeatPart *part, const GString *text)
{
    if (text->len > 0)
        exeat_reader_add_text(reader, EXEAT_ZONE_ATTACHMENT, part, exeat_text_clean(text->str, text->len, NULL), NULL);
}

/* Subject and address lines of a letter inside a letter are text that a reader sees. */
static void
tree_read_nested_header(ExeatReader *reader, const ExeatPart *part, GMimeObject *inner)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GMimeHeaderList *headers = g_mime_object_get_header_list(inner);
    int count = MIN(g_mime_header_list_get_count(headers), (int)reader->limits->header_fields);
    for (int i = 0; i < count; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
        const char *raw = g_mime_header_get_raw_value(header);
        if (raw != NULL)
            tree_append_field(reader, text, g_mime_header_get_name(header), raw, strlen(raw));
    }
    tree_add_header_text(reader, part, text);
}

/* The same for a letter that came as a file. */
static void
tree_read_file_header(ExeatReader *reader, const ExeatPart *part, const char *data, const ExeatHeaderBlock *block)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < block->fields->len; i++) {
        const ExeatField *field = &g_array_index(block->fields, ExeatField, i);
        g_autofree char *name = g_strndup(data + field->start, field->name_length);
        tree_append_field(reader, text, name, data + field->value, field->value_end - field->value);
    }
    tree_add_header_text(reader, part, text);
}

static void
tree_walk_letter(ExeatReader *reader, ExeatPart *part, GMimeMessage *inner, const Place *place)
{
    tree_name_text(reader, part);
    part->kind = EXEAT_PART_CONTAINER;
    part->is_attachment = true;
    if (inner == NULL)
        return;
    tree_read_nested_header(reader, part, GMIME_OBJECT(inner));
    GMimeObject *root = g_mime_message_get_mime_part(inner);
    Place child = {
        .path = place->path, .depth = place->depth + 1, .nested = true, .sealed = place->sealed, .top = true};
    if (root != NULL && !tree_is_full(reader, &child))
        tree_walk(reader, root, &child);
}

static bool
tree_is_attachment(const ExeatPart *part, GMimeObject *object, ExeatTextFormat format)
{
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    const char *how = disposition != NULL ? g_mime_content_disposition_get_disposition(disposition) : NULL;
    if (how != NULL && g_ascii_strcasecmp(how, "attachment") == 0)
        return true;
    bool shown = how != NULL && g_ascii_strcasecmp(how, "inline") == 0;
    if (part->kind != EXEAT_PART_TEXT)
        return part->kind != EXEAT_PART_SIGNATURE;
    if (format == EXEAT_FORMAT_DELIMITED || (format == EXEAT_FORMAT_CARD && part->file_name != NULL))
        return true;
    return part->file_name != NULL && !(shown && g_str_has_prefix(part->type, "text/"));
}

/* A picture that is shown in the body is decoration; whether HTML refers to it is known at the end. */
static void
tree_note_picture(ExeatReader *reader, ExeatPart *part, GMimeObject *object)
{
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    const char *how = disposition != NULL ? g_mime_content_disposition_get_disposition(disposition) : NULL;
    bool shown = how != NULL && g_ascii_strcasecmp(how, "inline") == 0;
    if (shown && (part->size < LOGO_BYTES || part->content_id != NULL))
        part->is_inline_image = true;
    else if (part->content_id != NULL || part->file_name != NULL)
        g_ptr_array_add(reader->inlines, part);
    if (part->is_inline_image)
        part->is_attachment = false;
}

void
exeat_reader_settle_inlines(ExeatReader *reader)
{
    for (guint i = 0; i < reader->inlines->len; i++) {
        ExeatPart *part = reader->inlines->pdata[i];
        if (part->content_id != NULL && g_hash_table_contains(reader->cids, part->content_id)) {
            part->is_inline_image = true;
            part->is_attachment = false;
        }
    }
}

static bool
tree_is_flowed(GMimeObject *object, bool *out_delsp)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *format = g_mime_content_type_get_parameter(type, "format");
    const char *delsp = g_mime_content_type_get_parameter(type, "delsp");
    *out_delsp = delsp != NULL && g_ascii_strcasecmp(delsp, "yes") == 0;
    return format != NULL && g_ascii_strcasecmp(format, "flowed") == 0;
}

static void
tree_walk_leaf(ExeatReader *reader, GMimePart *leaf, const Place *place)
{
    GMimeObject *object = GMIME_OBJECT(leaf);
    g_autofree char *path = place->top ? tree_child_path(place, 1) : g_strdup(place->path);
    ExeatPart *part = tree_add_part(reader, object, path);
    ExeatContent content = exeat_content_of(leaf);
    part->size = exeat_content_size(&content);
    gsize length = 0;
    g_autofree char *head = exeat_content_decode(&content, EXEAT_SNIFF_BYTES, &length, NULL);
    ExeatTextFormat format = EXEAT_FORMAT_PLAIN;
    if (exeat_sniff_is_letter(part, head, length)) {
        g_autofree char *letter = exeat_content_decode(&content, LETTER_BYTES, &length, NULL);
        part->kind = EXEAT_PART_CONTAINER;
        part->is_attachment = true;
        tree_name_text(reader, part);
        g_auto(ExeatHeaderBlock) block;
        exeat_headers_scan(letter, length, reader->limits->header_fields, reader->limits->header_bytes, &block);
        tree_read_file_header(reader, part, letter, &block);
        exeat_reader_walk(reader, letter, length, &block, path, place->depth + 1);
        return;
    }
    exeat_sniff(part, head, length, &format);
    if (place->sealed) {
        part->encryption = EXEAT_ENCRYPTION_YES;
        g_clear_pointer(&part->unreadable, g_free);
    } else if (reader->inspector != NULL && exeat_sniff_needs_inspector(part)) {
        exeat_reader_inspect(reader, part, &content);
    } else {
        exeat_encryption_detect(part, head, length);
    }
    if (part->suspicious == NULL)
        part->suspicious = g_strdup(exeat_suspicion(part->file_name, part->actual_type));
    part->is_attachment = tree_is_attachment(part, object, format);
    if (part->kind == EXEAT_PART_MEDIA &&
        (g_str_has_prefix(part->type, "image/") ||
         (part->actual_type != NULL && g_str_has_prefix(part->actual_type, "image/"))))
        tree_note_picture(reader, part, object);
    if (part->is_attachment || part->kind != EXEAT_PART_TEXT)
        tree_name_text(reader, part);
    bool delsp = false, flowed = tree_is_flowed(object, &delsp);
    if (part->kind == EXEAT_PART_TEXT && !place->sealed)
        exeat_reader_read_text(reader, part, &content, format, flowed, delsp, !place->nested && !part->is_attachment);
}

/* No boundary of the declared one stands in the body: a mail program shows all of it as text. */
static void
tree_walk_unbounded(ExeatReader *reader, GMimeMultipart *multipart, const Place *place)
{
    exeat_reader_problem(reader, "a multipart has no parts");
    ExeatPart *container = tree_add_part(reader, GMIME_OBJECT(multipart), place->path);
    container->kind = EXEAT_PART_CONTAINER;
    const char *prologue = g_mime_multipart_get_prologue(multipart);
    g_autofree char *path = tree_child_path(place, 1);
    Place child = {.path = path, .depth = place->depth + 1, .nested = place->nested, .sealed = place->sealed};
    if (prologue == NULL || place->sealed || tree_is_full(reader, &child))
        return;
    ExeatPart *part = tree_add_part(reader, NULL, path);
    part->kind = EXEAT_PART_TEXT;
    part->size = strlen(prologue);
    ExeatContent content = {.data = prologue, .length = part->size, .encoding = GMIME_CONTENT_ENCODING_DEFAULT};
    exeat_reader_read_text(reader, part, &content, EXEAT_FORMAT_PLAIN, false, false, !place->nested);
}

static void
tree_walk(ExeatReader *reader, GMimeObject *object, const Place *place)
{
    if (GMIME_IS_MULTIPART(object)) {
        if (g_mime_multipart_get_count(GMIME_MULTIPART(object)) > 0)
            tree_walk_multipart(reader, GMIME_MULTIPART(object), place);
        else
            tree_walk_unbounded(reader, GMIME_MULTIPART(object), place);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        g_autofree char *path = place->top ? tree_child_path(place, 1) : g_strdup(place->path);
        ExeatPart *part = tree_add_part(reader, object, path);
        Place here = *place;
        here.path = path;
        tree_walk_letter(reader, part, g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)), &here);
    } else if (GMIME_IS_PART(object)) {
        tree_walk_leaf(reader, GMIME_PART(object), place);
    } else {
        ExeatPart *part = tree_add_part(reader, object, place->path);
        part->kind = EXEAT_PART_OTHER;
        part->unreadable = g_strdup("unknown structure");
    }
}

/* Parses [@data, @length) as one part: the letter's own fields are none of GMime's business (its decoding of a long
 * Subject is quadratic). */
static void
tree_parse(ExeatReader *reader, const char *data, gsize length, gsize body, const Place *place)
{
    gsize bounded = MIN(tree_bound(reader, data, length, body), (gsize)G_MAXINT);
    /* A view: the stream reads and never grows it. */
    GByteArray view = {.data = (guint8 *)(guintptr)data, .len = (guint)bounded};
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), &view);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeObject *root = g_mime_parser_construct_part(parser, reader->options);
    if (root != NULL) {
        tree_walk(reader, root, place);
        g_object_unref(root);
    } else {
        ExeatPart *part = tree_add_part(reader, NULL, "1");
        part->kind = EXEAT_PART_TEXT;
        exeat_reader_problem(reader, "the letter has no readable structure");
    }
}

void
exeat_reader_walk(ExeatReader *reader, const char *data, gsize length, const ExeatHeaderBlock *block, const char *path,
                  guint depth)
{
    Place place = {.path = path, .depth = depth, .nested = depth > 0, .top = true};
    if (depth > 0 && tree_is_full(reader, &place))
        return;
    if (block->clean) {
        tree_parse(reader, data, length, block->body, &place);
        return;
    }
    g_autoptr(GBytes) repaired = exeat_headers_repair(data, length, block);
    gsize repaired_length = 0;
    const char *bytes = g_bytes_get_data(repaired, &repaired_length);
    tree_parse(reader, bytes, repaired_length, repaired_length - (length - block->body), &place);
}
