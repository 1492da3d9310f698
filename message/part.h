/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One node of the MIME tree: what it claims to be, what it is, whether it is encrypted, and whether it could be read.
 * Encrypted (what the policy asks for), unreadable (a finding) and suspicious (another) are three things.
 */
#ifndef EXEAT_MESSAGE_PART_H
#define EXEAT_MESSAGE_PART_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatPartKind {
    EXEAT_PART_CONTAINER, /* multipart, message/rfc822: has children, no text of its own */
    EXEAT_PART_TEXT,      /* text that was read: see the letter's texts with this part */
    EXEAT_PART_DOCUMENT,  /* office document, PDF, archive or another file whose text only the inspector can read */
    EXEAT_PART_MEDIA,     /* picture, sound, film: not a document */
    EXEAT_PART_SIGNATURE, /* application/pkcs7-signature, pgp-signature, pgp-keys: says nothing about people */
    EXEAT_PART_OTHER,     /* anything else: binary that nobody knows */
} ExeatPartKind;

typedef enum ExeatEncryption {
    EXEAT_ENCRYPTION_NO,
    EXEAT_ENCRYPTION_YES,
    EXEAT_ENCRYPTION_WEAK,             /* traditional ZIP */
    EXEAT_ENCRYPTION_PARTIAL,          /* an archive with a plain member */
    EXEAT_ENCRYPTION_OWNER_ONLY,       /* a PDF that opens for anybody and forbids printing: not encrypted */
    EXEAT_ENCRYPTION_DEFAULT_PASSWORD, /* sealed with the password that Office itself tries: not encrypted */
} ExeatEncryption;

typedef struct ExeatPart {
    char *path;        /* IMAP-like: "" for the root, "1", "2.1"; a single-part letter's only leaf is "1" */
    char *type;        /* declared content type in lower case, "text/plain" if none stands there */
    char *actual_type; /* what the content is (libmagic), lower case, or NULL where it was not looked at */
    char *charset;     /* declared charset as written, or NULL */
    char *file_name;   /* decoded (RFC 2231, RFC 2047, raw), UTF-8, without directories, or NULL */
    char *content_id;  /* or NULL */
    ExeatPartKind kind;
    ExeatEncryption encryption;
    bool is_attachment;   /* meant to be saved: disposition attachment, or a file name and not shown in the body */
    bool is_inline_image; /* a picture that the HTML body refers to, or disposition inline: a logo, not an attachment */
    gsize size;           /* decoded bytes; counted, not kept */
    char *suspicious;     /* why it should not be mailed at all (an executable, macros, a disguise), or NULL */
    char *unreadable;     /* why it could not be read, as a short English phrase without content, or NULL */
} ExeatPart;

/* "no", "yes", "weak", "partial", "owner-only", "default-password". */
const char *exeat_encryption_name(ExeatEncryption encryption);

/*
 * The number of the part of the letter in which @path lies: "2" of "2/Year 6.xlsx", "subject" of "subject". Names of
 * files inside files are their sender's words: whatever is logged, counted or mailed has this and not the path.
 * (transfer full)
 */
char *exeat_part_number(const char *path);

/* True for what could not be read and might say something about people: neither sealed, nor a picture, nor a
 * signature. */
bool exeat_part_is_unread(const ExeatPart *part);

/* Takes NULL. */
void exeat_part_free(ExeatPart *part);

#endif
