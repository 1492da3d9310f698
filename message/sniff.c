/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kind of a part. Content goes before claim: a spreadsheet called notes.txt is a document, and a CSV file that a
 * browser sent as application/vnd.ms-excel is text. Only what tells apart what this floor reads itself from what the
 * inspector must open; exact types of documents are the inspector's.
 *
 * Owns nothing, any thread. Hostile input; looks at no more than the bytes that it is given.
 */
#include "message/sniff.h"

typedef struct Magic {
    gsize offset;
    const char *bytes;
    gsize length;
    const char *type;
    ExeatPartKind kind;
} Magic;

#define MAGIC(offset, bytes, type, kind)                          \
    {                                                             \
        offset, bytes, sizeof(bytes) - 1, type, EXEAT_PART_##kind \
    }

static const Magic sniff_magic[] = {
    MAGIC(0, "PK\x03\x04", "application/zip", DOCUMENT),
    MAGIC(0, "PK\x05\x06", "application/zip", DOCUMENT),
    MAGIC(0, "PK\x07\x08", "application/zip", DOCUMENT),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage", DOCUMENT),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed", DOCUMENT),
    MAGIC(0, "Rar!\x1A\x07", "application/x-rar", DOCUMENT),
    MAGIC(0, "\x1F\x8B\x08", "application/gzip", DOCUMENT),
    MAGIC(0, "BZh", "application/x-bzip2", DOCUMENT),
    MAGIC(0,
          "\xFD"
          "7zXZ\0",
          "application/x-xz", DOCUMENT),
    MAGIC(0, "\x28\xB5\x2F\xFD", "application/zstd", DOCUMENT),
    MAGIC(257, "ustar", "application/x-tar", DOCUMENT),
    MAGIC(0, "MSCF", "application/vnd.ms-cab-compressed", DOCUMENT),
    MAGIC(0, "{\\rtf", "text/rtf", DOCUMENT),
    MAGIC(0, "\x78\x9F\x3E\x22", "application/vnd.ms-tnef", DOCUMENT),
    MAGIC(0, "SQLite format 3", "application/vnd.sqlite3", DOCUMENT),
    MAGIC(4, "Standard Jet DB", "application/x-msaccess", DOCUMENT),
    MAGIC(4, "Standard ACE DB", "application/x-msaccess", DOCUMENT),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "image/png", MEDIA),
    MAGIC(0, "\xFF\xD8\xFF", "image/jpeg", MEDIA),
    MAGIC(0, "GIF87a", "image/gif", MEDIA),
    MAGIC(0, "GIF89a", "image/gif", MEDIA),
    MAGIC(0, "II*\0", "image/tiff", MEDIA),
    MAGIC(0, "MM\0*", "image/tiff", MEDIA),
    MAGIC(8, "WEBP", "image/webp", MEDIA),
    MAGIC(8, "WAVE", "audio/x-wav", MEDIA),
    MAGIC(8, "AVI ", "video/x-msvideo", MEDIA),
    MAGIC(4, "ftypheic", "image/heic", MEDIA),
    MAGIC(4, "ftypheix", "image/heic", MEDIA),
    MAGIC(4, "ftypmif1", "image/heif", MEDIA),
    MAGIC(4, "ftypavif", "image/avif", MEDIA),
    MAGIC(4, "ftypM4A", "audio/mp4", MEDIA),
    MAGIC(4, "ftyp", "video/mp4", MEDIA),
    MAGIC(4, "moov", "video/quicktime", MEDIA),
    MAGIC(0, "ID3", "audio/mpeg", MEDIA),
    MAGIC(0, "\xFF\xFB", "audio/mpeg", MEDIA),
    MAGIC(0, "OggS", "application/ogg", MEDIA),
    MAGIC(0, "fLaC", "audio/flac", MEDIA),
    MAGIC(0, "\x1A\x45\xDF\xA3", "video/x-matroska", MEDIA),
    MAGIC(0, "#!AMR", "audio/amr", MEDIA),
    MAGIC(0,
          "\x7F"
          "ELF",
          "application/x-executable", OTHER),
};

static bool
sniff_ends_with(const char *name, const char *const *endings)
{
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    for (; dot != NULL && *endings != NULL; endings++)
        if (g_ascii_strcasecmp(dot + 1, *endings) == 0)
            return true;
    return false;
}

static const Magic *
sniff_find_magic(const char *head, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sniff_magic); i++) {
        const Magic *magic = &sniff_magic[i];
        if (length >= magic->offset + magic->length && memcmp(head + magic->offset, magic->bytes, magic->length) == 0)
            return magic;
    }
    static const Magic pdf = MAGIC(0, "%PDF-", "application/pdf", DOCUMENT);
    if (memmem(head, MIN(length, 1024), "%PDF-", 5) != NULL &&
        (length < 5 || memchr(head, 0, length) != NULL || memcmp(head, "%PDF-", 5) == 0))
        return &pdf;
    return NULL;
}

/* No NUL and few controls, or UTF-16. */
bool
exeat_sniff_is_text(const char *head, gsize length)
{
    if (length >= 2 && (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "\xFE\xFF", 2) == 0))
        return true;
    gsize controls = 0, nuls = 0, nul_even = 0;
    guint8 odd = 0; /* no early end: the compiler makes vectors of it */
    for (gsize i = 0; i < length; i++)
        odd |= (guint8)((guint8)head[i] < 0x20 && head[i] != '\n' && head[i] != '\r' && head[i] != '\t');
    if (odd == 0)
        return true;
    for (gsize i = 0; i < length; i++) {
        guint8 c = (guint8)head[i];
        nuls += (c == 0);
        nul_even += (c == 0 && i % 2 == 0);
        controls += (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B && c != 0x1A && c != 0);
    }
    if (controls * 50 > length)
        return false;
    bool utf16 = nuls * 10 > length * 3 && (nul_even * 10 < nuls || (nuls - nul_even) * 10 < nuls);
    return nuls * 100 <= length || utf16;
}

static bool
sniff_begins(const char *head, gsize length, const char *word)
{
    gsize at = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < length && g_ascii_isspace(head[at]))
        at++;
    return length - at >= strlen(word) && g_ascii_strncasecmp(head + at, word, strlen(word)) == 0;
}

/* A declaration of XML, in UTF-8 or UTF-16 (XML 1.0, appendix F). */
bool
exeat_sniff_is_xml(const char *head, gsize length)
{
    static const char little[] = "<\0?\0x\0m\0l", big[] = "\0<\0?\0x\0m\0l";
    gsize mark = length >= 2 && (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "\xFE\xFF", 2) == 0) ? 2 : 0;
    return sniff_begins(head, length, "<?xml") ||
           (length - mark >= 10 && (memcmp(head + mark, little, 9) == 0 || memcmp(head + mark, big, 10) == 0));
}

static bool
sniff_type_in(const char *type, const char *const *types)
{
    for (; type != NULL && *types != NULL; types++)
        if (strcmp(type, *types) == 0)
            return true;
    return false;
}

ExeatTextFormat
exeat_sniff_text_format(const char *type, const char *name, const char *head, gsize length)
{
    static const char *const table_types[] = {
        "text/csv",   "text/comma-separated-values", "application/csv",   "text/tab-separated-values",
        "text/x-csv", "application/vnd.ms-excel",    "application/x-csv", "text/x-comma-separated-values",
        NULL};
    static const char *const card_types[] = {
        "text/vcard",       "text/x-vcard",    "text/directory",    "text/calendar",
        "text/x-vcalendar", "application/ics", "application/vcard", NULL};
    static const char *const html_types[] = {"text/html", "application/xhtml+xml", NULL};
    static const char *const html_names[] = {"html", "htm", "xhtml", "mht", NULL};
    static const char *const table_names[] = {"csv", "tsv", "tab", "psv", NULL};
    static const char *const card_names[] = {"vcf", "vcard", "ics", "ical", "vcs", NULL};
    if (sniff_begins(head, length, "BEGIN:VC") && memchr(head, 0, length) == NULL)
        return EXEAT_FORMAT_CARD;
    if (sniff_type_in(type, html_types) || sniff_begins(head, length, "<!DOCTYPE HTML") ||
        sniff_begins(head, length, "<html"))
        return EXEAT_FORMAT_HTML;
    if (sniff_ends_with(name, table_names) || sniff_type_in(type, table_types))
        return EXEAT_FORMAT_DELIMITED;
    if (sniff_ends_with(name, card_names) || sniff_type_in(type, card_types))
        return EXEAT_FORMAT_CARD;
    return sniff_ends_with(name, html_names) ? EXEAT_FORMAT_HTML : EXEAT_FORMAT_PLAIN;
}

static bool
sniff_is_signature(const char *type)
{
    static const char *const types[] = {"application/pkcs7-signature", "application/x-pkcs7-signature",
                                        "application/pgp-signature",   "application/pgp-keys",
                                        "application/pgp-encrypted",   NULL};
    return sniff_type_in(type, types);
}

static bool
sniff_is_media_type(const char *type)
{
    return g_str_has_prefix(type, "image/") || g_str_has_prefix(type, "audio/") || g_str_has_prefix(type, "video/");
}

static bool
sniff_claims_document(const ExeatPart *part)
{
    static const char *const names[] = {
        "doc",  "docx", "docm", "dot", "dotx",  "xls",     "xlsx", "xlsm",  "xlsb", "ppt",  "pptx", "pptm", "pps",
        "ppsx", "pdf",  "odt",  "ods", "odp",   "rtf",     "zip",  "7z",    "rar",  "gz",   "tgz",  "tar",  "bz2",
        "xz",   "msg",  "pub",  "one", "pages", "numbers", "key",  "accdb", "mdb",  "epub", "xps",  "wpd",  NULL};
    return sniff_ends_with(part->file_name, names) || g_str_has_prefix(part->type, "application/vnd.openxmlformats") ||
           g_str_has_prefix(part->type, "application/vnd.oasis") || strcmp(part->type, "application/pdf") == 0 ||
           strcmp(part->type, "application/msword") == 0 || strcmp(part->type, "application/zip") == 0 ||
           strcmp(part->type, "application/ms-tnef") == 0 || strcmp(part->type, "application/vnd.ms-tnef") == 0;
}

static void
sniff_set(ExeatPart *part, ExeatPartKind kind, const char *actual, const char *unreadable)
{
    part->kind = kind;
    g_free(part->actual_type);
    part->actual_type = g_strdup(actual);
    g_free(part->unreadable);
    part->unreadable = g_strdup(unreadable);
}

void
exeat_sniff(ExeatPart *part, const char *head, gsize length, ExeatTextFormat *out_format)
{
    const char *needs = "document: needs the inspector";
    const Magic *magic = sniff_find_magic(head, length);
    bool text = exeat_sniff_is_text(head, length), sealed = false;
    if (sniff_is_signature(part->type)) {
        sniff_set(part, EXEAT_PART_SIGNATURE, NULL, NULL);
    } else if (exeat_encryption_is_cms((const guint8 *)head, length, &sealed)) {
        sniff_set(part, EXEAT_PART_DOCUMENT, "application/pkcs7-mime", needs);
    } else if (magic != NULL && (magic->length > 3 || !text || g_ascii_iscntrl(magic->bytes[0]))) {
        sniff_set(part, magic->kind, magic->type,
                  magic->kind == EXEAT_PART_DOCUMENT ? needs
                  : magic->kind == EXEAT_PART_OTHER  ? "executable"
                                                     : NULL);
    } else if (length >= 64 && memcmp(head, "MZ", 2) == 0 && !text) {
        sniff_set(part, EXEAT_PART_OTHER, "application/x-dosexec", "executable");
    } else if (!text && length >= 2 && memcmp(head, "BM", 2) == 0) {
        sniff_set(part, EXEAT_PART_MEDIA, "image/bmp", NULL);
    } else if (sniff_is_media_type(part->type) && strcmp(part->type, "image/svg+xml") != 0) {
        sniff_set(part, EXEAT_PART_MEDIA, NULL, NULL);
    } else if (length == 0) {
        sniff_set(part, g_str_has_prefix(part->type, "text/") ? EXEAT_PART_TEXT : EXEAT_PART_OTHER, NULL, NULL);
        *out_format = EXEAT_FORMAT_PLAIN;
    } else if (text && strcmp(part->type, "message/external-body") != 0) {
        *out_format = exeat_sniff_text_format(part->type, part->file_name, head, length);
        if (*out_format == EXEAT_FORMAT_PLAIN && exeat_sniff_is_xml(head, length))
            sniff_set(part, EXEAT_PART_DOCUMENT, "application/xml", needs);
        else if (sniff_begins(head, length, "-----BEGIN PKCS7-----") ||
                 sniff_begins(head, length, "-----BEGIN CMS-----"))
            sniff_set(part, EXEAT_PART_DOCUMENT, "application/pkcs7-mime", needs);
        else
            sniff_set(part, EXEAT_PART_TEXT, NULL, NULL);
    } else if (sniff_claims_document(part)) {
        sniff_set(part, EXEAT_PART_DOCUMENT, NULL, needs);
    } else {
        sniff_set(part, EXEAT_PART_OTHER, "application/octet-stream", "unknown binary content");
    }
}

bool
exeat_sniff_needs_inspector(const ExeatPart *part)
{
    return (part->kind == EXEAT_PART_DOCUMENT || part->kind == EXEAT_PART_OTHER) && part->size > 0;
}

bool
exeat_sniff_is_letter(const ExeatPart *part, const char *head, gsize length)
{
    static const char *const names[] = {"eml", NULL};
    bool claims = strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0 ||
                  sniff_ends_with(part->file_name, names);
    return claims && exeat_sniff_is_text(head, length) && memchr(head, ':', length) != NULL;
}
