/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter as it is: the envelope that the MTA was given, the header fields, the tree of MIME parts and
 * the decoded text of each, split into zones. Made once from bytes, never changed afterwards; a change to
 * a letter is a separate value (message/edit.h).
 *
 * Every byte of the input is hostile. Nothing here fails because a letter is malformed: what cannot be
 * read becomes a problem of the letter or of one part (`unreadable`), and the rest is read as far as it goes.
 *
 * Knows no directory, no policy, no MTA and no database. An ExeatMessage may be read by many threads.
 */
#ifndef EXEAT_MESSAGE_MESSAGE_H
#define EXEAT_MESSAGE_MESSAGE_H

#include <glib.h>
#include <stdbool.h>

#include "message/address.h"
#include "message/envelope.h"
#include "message/inspector.h"
#include "message/part.h"
#include "message/text.h"

typedef struct ExeatMessage ExeatMessage;

/* Call once, before the first letter is read and before any thread. */
void exeat_message_library_init(void);
/* For the end of a program that wants to leave nothing behind. */
void exeat_message_library_shutdown(void);

/* What a sender can choose is bounded. Each limit that is reached adds a problem to the letter. */
typedef struct ExeatMessageLimits {
    guint depth;            /* nested multiparts and message/rfc822 */
    guint parts;            /* leaves and containers together */
    guint header_fields;    /* fields read of any one header */
    gsize header_bytes;     /* bytes of any one header block that are decoded */
    gsize text_bytes;       /* decoded text of one part */
    gsize total_text_bytes; /* decoded text of the whole letter */
    guint addresses;        /* addresses read of To, Cc, Bcc together */
    guint cells;            /* table cells of one part */
} ExeatMessageLimits;

extern const ExeatMessageLimits exeat_message_default_limits;

/*
 * Reads @bytes, an Internet message (RFC 5322) with CRLF or LF line ends, as it was received.
 * @envelope may be NULL (a bare file): recipients are then those of To, Cc and Bcc. @limits may be NULL for
 * the defaults. Takes references or copies, so both arguments stay the caller's. Never NULL, never fails.
 */
ExeatMessage *exeat_message_new(GBytes *bytes, const ExeatEnvelope *envelope, const ExeatMessageLimits *limits);
void exeat_message_free(ExeatMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMessage, exeat_message_free)

/*
 * The same; files that are attached are shown to @inspector (may be NULL: then they are unreadable), each until
 * @deadline at the latest (monotonic microseconds).
 */
ExeatMessage *exeat_message_new_inspected(GBytes *bytes, const ExeatEnvelope *envelope,
                                          const ExeatMessageLimits *limits, ExeatInspector *inspector, gint64 deadline);

/* The parts and texts of @message, which ends: for a letter that is part of something else. The subject's text has no
 * part. (transfer full) */
ExeatInspected *exeat_message_dissolve(ExeatMessage *message);

/* The letter as received, (transfer none). */
GBytes *exeat_message_bytes(const ExeatMessage *message);

const ExeatEnvelope *exeat_message_envelope(const ExeatMessage *message);

/*
 * The decoded Subject (RFC 2047 in any charset, raw 8-bit, folded, split in the middle of a character), valid
 * UTF-8, unfolded, without control characters; "" if there is none. If several Subject fields stand there, all of
 * them are decoded, separated by a line feed, since programs disagree about which one counts.
 */
const char *exeat_message_subject(const ExeatMessage *message);

/*
 * The decoded value of the first field called @name (case ignored), or NULL. For all of them, in order, use
 * exeat_message_headers().
 */
const char *exeat_message_header(const ExeatMessage *message, const char *name);

typedef struct ExeatHeader {
    char *name;    /* as written */
    char *raw;     /* the value's bytes as received, folding kept, no final line end; may be no UTF-8 */
    char *decoded; /* valid UTF-8, unfolded */
} ExeatHeader;

/* The top-level header fields in order; elements are ExeatHeader, owned by the letter. */
const GPtrArray *exeat_message_headers(const ExeatMessage *message);

/*
 * Addresses of the top-level header, ExeatAddress elements in the order in which they stand. Group syntax is
 * opened. All To (or Cc, …) fields count, not only the first. Never NULL.
 */
const GPtrArray *exeat_message_from(const ExeatMessage *message);
const GPtrArray *exeat_message_sender(const ExeatMessage *message); /* Sender: */
const GPtrArray *exeat_message_reply_to(const ExeatMessage *message);
const GPtrArray *exeat_message_to(const ExeatMessage *message);
const GPtrArray *exeat_message_cc(const ExeatMessage *message);
const GPtrArray *exeat_message_bcc(const ExeatMessage *message);

/* Date: as seconds since the epoch, or 0 when it is missing or senseless. */
gint64 exeat_message_date(const ExeatMessage *message);

/* Every part in the order of the tree, ExeatPart elements; the root is first. */
const GPtrArray *exeat_message_parts(const ExeatMessage *message);

/* Every piece of text in reading order (subject first), ExeatText elements. */
const GPtrArray *exeat_message_texts(const ExeatMessage *message);

/* Limits reached and structure that could not be read, as plain English operator text (const char *), no content. */
const GPtrArray *exeat_message_problems(const ExeatMessage *message);

/* True for a bounce, a vacation notice or another automatic answer (RFC 3834: Auto-Submitted other than "no",
 * a multipart/report, an empty envelope sender). */
bool exeat_message_is_automatic(const ExeatMessage *message);

#endif
