/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file is. Structure goes before claim, so most rows are magic numbers; a ZIP or a compound file is told apart
 * by its reader, which has to open it anyway. What nobody knows is unreadable, never clean.
 *
 * Owns nothing, any thread. Hostile input; reads only what it is given.
 */
#include "message/inspect/formats.h"

#include <openssl/crypto.h>
#include <string.h>

#include "message/sniff.h"

#define TAR_BLOCK_BYTES 512
#define TAR_SUM_AT 148
#define TAR_SUM_BYTES 8
#define PDF_JUNK_BYTES 1024 /* that may stand before a PDF's header */

typedef struct Magic {
    gsize offset;
    const char *bytes;
    gsize length;
    ExeatFormat format;
} Magic;

#define MAGIC(offset, bytes, type, kind, read) \
    {                                          \
        offset, bytes, sizeof(bytes) - 1,      \
        {                                      \
            type, EXEAT_PART_##kind, read      \
        }                                      \
    }

static const Magic formats_magic[] = {
    MAGIC(0, "PK\x03\x04", "application/zip", DOCUMENT, exeat_zip_read),
    MAGIC(0, "PK\x05\x06", "application/zip", DOCUMENT, exeat_zip_read),
    MAGIC(0, "PK\x07\x08", "application/zip", DOCUMENT, exeat_zip_read),
    MAGIC(0, "PK00PK\x03\x04", "application/zip", DOCUMENT, exeat_zip_read),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage", DOCUMENT, exeat_compound_read),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "application/x-7z-compressed", DOCUMENT, exeat_archive_read),
    MAGIC(0, "Rar!\x1A\x07", "application/vnd.rar", DOCUMENT, exeat_rar_read),
    MAGIC(0, "\x1F\x8B", "application/gzip", DOCUMENT, exeat_archive_read),
    MAGIC(0, "BZh", "application/x-bzip2", DOCUMENT, exeat_archive_read),
    MAGIC(0, "\xFD\x37zXZ\0", "application/x-xz", DOCUMENT, exeat_archive_read),
    MAGIC(0, "\x28\xB5\x2F\xFD", "application/zstd", DOCUMENT, exeat_archive_read),
    MAGIC(257, "ustar", "application/x-tar", DOCUMENT, exeat_tar_read),
    MAGIC(0, "{\\rt", "application/rtf", DOCUMENT, exeat_rtf_read),
    MAGIC(0, "\x78\x9F\x3E\x22", "application/vnd.ms-tnef", DOCUMENT, exeat_tnef_read),
    MAGIC(0, "MSCF", "application/vnd.ms-cab-compressed", DOCUMENT, NULL),
    MAGIC(0, "ITSF", "application/vnd.ms-htmlhelp", DOCUMENT, NULL),
    MAGIC(0, "!BDN", "application/vnd.ms-outlook-pst", DOCUMENT, NULL),
    MAGIC(0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D", "application/onenote", DOCUMENT, NULL),
    MAGIC(0, "\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C", "application/onenote", DOCUMENT, NULL),
    MAGIC(0, "SQLite format 3", "application/vnd.sqlite3", DOCUMENT, NULL),
    MAGIC(4, "Standard Jet DB", "application/x-msaccess", DOCUMENT, NULL),
    MAGIC(4, "Standard ACE DB", "application/x-msaccess", DOCUMENT, NULL),
    MAGIC(0, "\xFFWPC", "application/vnd.wordperfect", DOCUMENT, NULL),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "image/png", MEDIA, NULL),
    MAGIC(0, "\xFF\xD8\xFF", "image/jpeg", MEDIA, NULL),
    MAGIC(0, "GIF87a", "image/gif", MEDIA, NULL),
    MAGIC(0, "GIF89a", "image/gif", MEDIA, NULL),
    MAGIC(0, "II*\0", "image/tiff", MEDIA, NULL),
    MAGIC(0, "MM\0*", "image/tiff", MEDIA, NULL),
    MAGIC(8, "WEBP", "image/webp", MEDIA, NULL),
    MAGIC(8, "WAVE", "audio/x-wav", MEDIA, NULL),
    MAGIC(8, "AVI ", "video/x-msvideo", MEDIA, NULL),
    MAGIC(40, " EMF", "image/emf", MEDIA, NULL),
    MAGIC(0, "\xD7\xCD\xC6\x9A", "image/wmf", MEDIA, NULL),
    MAGIC(4, "ftyp", "video/mp4", MEDIA, NULL),
    MAGIC(4, "moov", "video/quicktime", MEDIA, NULL),
    MAGIC(0, "ID3", "audio/mpeg", MEDIA, NULL),
    MAGIC(0, "\xFF\xFB", "audio/mpeg", MEDIA, NULL),
    MAGIC(0, "OggS", "application/ogg", MEDIA, NULL),
    MAGIC(0, "fLaC", "audio/flac", MEDIA, NULL),
    MAGIC(0, "\x1A\x45\xDF\xA3", "video/x-matroska", MEDIA, NULL),
    MAGIC(0, "\x7F\x45LF", "application/x-executable", OTHER, exeat_program_read),
    MAGIC(0, "\xCA\xFE\xBA\xBE", "application/java-vm", OTHER, exeat_program_read),
    MAGIC(0, "\x4C\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut", OTHER, exeat_program_read),
    MAGIC(0, "\x76\xE8\x04\x60\xC4\x11\xE3\x86", "application/x-microsoft-rpmsg-message", DOCUMENT, exeat_rights_read),
    MAGIC(0, "\x09\x00\x04\x00", "application/vnd.ms-excel", DOCUMENT, exeat_excel_read),
    MAGIC(0, "\x09\x02\x06\x00", "application/vnd.ms-excel", DOCUMENT, exeat_excel_read),
    MAGIC(0, "\x09\x04\x06\x00", "application/vnd.ms-excel", DOCUMENT, exeat_excel_read),
    MAGIC(0, "\x09\x08\x08\x00\x00\x05", "application/vnd.ms-excel", DOCUMENT, exeat_excel_read),
    MAGIC(0, "\x09\x08\x10\x00\x00\x06", "application/vnd.ms-excel", DOCUMENT, exeat_excel_read),
    MAGIC(0, "\xDB\xA5\x2D\x00", "application/msword", DOCUMENT, NULL),
};

static const ExeatFormat formats_pdf = {"application/pdf", EXEAT_PART_DOCUMENT, exeat_pdf_read};
static const ExeatFormat formats_program = {"application/vnd.microsoft.portable-executable", EXEAT_PART_OTHER,
                                            exeat_program_read};
static const ExeatFormat formats_cms = {"application/pkcs7-mime", EXEAT_PART_DOCUMENT, exeat_cms_read};
static const ExeatFormat formats_pgp = {"application/pgp-encrypted", EXEAT_PART_DOCUMENT, exeat_pgp_read};
static const ExeatFormat formats_letter = {"message/rfc822", EXEAT_PART_CONTAINER, exeat_letter_read};
static const ExeatFormat formats_xml = {"application/xml", EXEAT_PART_DOCUMENT, exeat_xml_read};
static const ExeatFormat formats_text = {"text/plain", EXEAT_PART_TEXT, exeat_text_read};
static const ExeatFormat formats_bitmap = {"image/bmp", EXEAT_PART_MEDIA, NULL};
static const ExeatFormat formats_iso = {"application/x-iso9660-image", EXEAT_PART_DOCUMENT, NULL};
static const ExeatFormat formats_tar = {"application/x-tar", EXEAT_PART_DOCUMENT, exeat_tar_read};
static const ExeatFormat formats_unknown = {"application/octet-stream", EXEAT_PART_OTHER, exeat_unknown_read};

/* A header of the oldest tar, which has no magic number but a sum of its own bytes (POSIX.1-1988, 10.1.1). */
static bool
formats_is_old_tar(const ExeatFile *file)
{
    if (file->length < TAR_BLOCK_BYTES || file->data[0] == 0)
        return false;
    char digits[TAR_SUM_BYTES + 1] = {0};
    memcpy(digits, file->data + TAR_SUM_AT, TAR_SUM_BYTES);
    guint64 sum = g_ascii_strtoull(digits, NULL, 8), counted = 0;
    for (gsize i = 0; i < TAR_BLOCK_BYTES; i++)
        counted += i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_BYTES ? ' ' : file->data[i];
    return sum == counted;
}

static const ExeatFormat *
formats_by_magic(const ExeatFile *file)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats_magic); i++) {
        const Magic *magic = &formats_magic[i];
        if (file->length >= magic->offset + magic->length &&
            memcmp(file->data + magic->offset, magic->bytes, magic->length) == 0)
            return &magic->format;
    }
    return NULL;
}

/* Content of S/MIME, or PKCS#12 (RFC 7292, 4): a SEQUENCE of version 3 and another SEQUENCE. */
static bool
formats_is_cms(const ExeatFile *file)
{
    const guint8 *data = file->data;
    bool sealed = false;
    if (exeat_encryption_is_cms(data, file->length, &sealed))
        return true;
    if (file->length < 24 || data[0] != 0x30)
        return false;
    gsize at = data[1] <= 0x80 ? 2 : 2u + (data[1] & 0x7F);
    return at <= 6 && data[at] == 0x02 && data[at + 1] == 1 && data[at + 2] == 3 && data[at + 3] == 0x30;
}

static bool
formats_ends_with(const ExeatFile *file, const char *ending)
{
    gsize name = file->name != NULL ? strlen(file->name) : 0, length = strlen(ending);
    return name >= length && g_ascii_strcasecmp(file->name + name - length, ending) == 0;
}

static bool
formats_is_letter(const ExeatFile *file, const char *head, gsize length)
{
    static const char *const begins[] = {
        "From ", "Received: ", "Return-Path: ", "Delivered-To: ", "MIME-Version: ", "Message-ID: "};
    if (memchr(head, ':', length) == NULL)
        return false;
    if (formats_ends_with(file, ".eml") || g_strcmp0(file->type, "message/rfc822") == 0)
        return true;
    if (formats_ends_with(file, ".mht") || formats_ends_with(file, ".mhtml"))
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(begins); i++)
        if (length > strlen(begins[i]) && g_ascii_strncasecmp(head, begins[i], strlen(begins[i])) == 0)
            return strcmp(begins[i], "From ") != 0 || memmem(head, length, "\nMessage-I", 10) != NULL;
    return false;
}

/* XML that declares itself, or that is called so and begins with an element. */
static bool
formats_is_xml(const ExeatFile *file, const char *head, gsize length)
{
    static const char *const endings[] = {".xml", ".svg", ".fodt", ".fods", ".fodp", ".fodg"};
    bool called = file->type != NULL && strstr(file->type, "xml") != NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(endings) && !called; i++)
        called = formats_ends_with(file, endings[i]);
    const char *begin = head + (g_str_has_prefix(head, "\xEF\xBB\xBF") ? 3 : 0);
    begin += strspn(begin, " \t\r\n");
    bool element = begin[0] == '<' && (g_ascii_isalpha(begin[1]) || begin[1] == '!');
    return (exeat_sniff_is_xml(head, length) || (called && element)) &&
           exeat_sniff_text_format(file->type, file->name, head, length) != EXEAT_FORMAT_HTML;
}

static const ExeatFormat *
formats_of_text(const ExeatFile *file, const char *head, gsize length)
{
    if (formats_is_letter(file, head, length))
        return &formats_letter;
    if (g_str_has_prefix(head, "-----BEGIN PKCS7-----") || g_str_has_prefix(head, "-----BEGIN CMS-----"))
        return &formats_cms;
    if (formats_is_xml(file, head, length))
        return &formats_xml;
    return &formats_text;
}

const ExeatFormat *
exeat_format_of(const ExeatFile *file)
{
    const ExeatFormat *known = formats_by_magic(file);
    gsize length = MIN(file->length, (gsize)EXEAT_SNIFF_BYTES);
    g_autofree char *head = g_malloc0(length + 1);
    memcpy(head, file->data, length);
    bool text = exeat_sniff_is_text(head, length);
    if (known != NULL && (known->kind != EXEAT_PART_MEDIA || !text))
        return known;
    if (memmem(head, MIN(length, (gsize)PDF_JUNK_BYTES), "%PDF-", 5) != NULL)
        return &formats_pdf;
    if (formats_is_cms(file))
        return &formats_cms;
    if (text && length > 0)
        return formats_of_text(file, head, length);
    if (exeat_encryption_is_pgp(file->data, file->length))
        return &formats_pgp;
    if (length >= 64 && memcmp(head, "MZ", 2) == 0)
        return &formats_program;
    if (length >= 2 && memcmp(head, "BM", 2) == 0)
        return &formats_bitmap;
    if (formats_is_old_tar(file))
        return &formats_tar;
    if (file->length > 32774 && memcmp(file->data + 32769, "CD001", 5) == 0)
        return &formats_iso;
    return &formats_unknown;
}

void
exeat_formats_prepare(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS, NULL);
    exeat_pdf_prepare();
}
