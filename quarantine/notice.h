/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mails that exeat writes: complete RFC 5322 messages, text and HTML, auto-generated (RFC 3834). A notice may be
 * open on a classroom's whiteboard: it names nobody, quotes nothing, and holds no subject and no address but that of
 * its reader. It says what kind of thing was found and where, which rule says so, how to put it right, what happens
 * next.
 */
#ifndef EXEAT_QUARANTINE_NOTICE_H
#define EXEAT_QUARANTINE_NOTICE_H

#include <glib.h>
#include <gmime/gmime.h>
#include <stdbool.h>

#include "policies/guidance/guidance.h"
#include "quarantine/store.h"

typedef enum ExeatNoticeKind {
    EXEAT_NOTICE_HELD,           /* to the sender: it waits for a decision */
    EXEAT_NOTICE_DECISION,       /* to those who decide */
    EXEAT_NOTICE_PUT_RIGHT,      /* to the sender: it went out, changed */
    EXEAT_NOTICE_RETURNED,       /* to the sender: it will not go out; a DSN */
    EXEAT_NOTICE_EXPIRED,        /* to the sender: nobody decided in time; a DSN */
    EXEAT_NOTICE_RELEASED,       /* to the sender: somebody let it go */
    EXEAT_NOTICE_FAILED,         /* to both: released, but the recipient's server refused it */
    EXEAT_NOTICE_REMINDER,       /* to those who decide: the deadline is near */
    EXEAT_NOTICE_OPENED,         /* to the sender: somebody read it, in their role */
    EXEAT_NOTICE_UNTOLD,         /* to those who decide: the sender could not be told */
    EXEAT_NOTICE_DIGEST,         /* to those who decide: all that waits for them */
    EXEAT_NOTICE_OVERDUE,        /* to the postmaster: a digest did not go out */
    EXEAT_NOTICE_CODE,           /* to whoever signs in: a code that works once */
    EXEAT_NOTICE_DEVICE,         /* to the owner of an account: it was used from another device */
    EXEAT_NOTICE_PASSWORD,       /* to the owner of an account: its password is another */
    EXEAT_NOTICE_RELEASED_RIGHT, /* to the sender: somebody let it go, put right */
    EXEAT_NOTICE_WITHDRAWN,      /* to the sender: they took it back themselves */
    EXEAT_NOTICE_ASKED,          /* to those who decide: the sender asks for it to go */
    EXEAT_NOTICE_OPENING,        /* to those who decide: a colleague asks for a second person to open it */
    EXEAT_NOTICE_CONSULTED,      /* to a colleague: somebody who decides has a question */
    EXEAT_NOTICE_ANSWERED,       /* to who asked: there is an answer */
    EXEAT_NOTICE_KINDS
} ExeatNoticeKind;

const char *exeat_notice_kind_name(ExeatNoticeKind kind); /* "held": in the outbox and in X-Exeat-Notice */

typedef struct ExeatNotice {
    ExeatNoticeKind kind;
    const char *id;            /* "H-7K3M-Q9TX-2B4W"; NULL: it is about no letter */
    const char *language;      /* "en", "cy", "both" */
    const char *from, *to;     /* addresses */
    const GPtrArray *findings; /* ExeatFinding; may be NULL */
    const GArray *places;      /* ExeatGuidancePlace, one a finding; may be NULL */
    guint concerned;           /* how many of the recipients this is about */
    guint recipients;          /* all of the letter's */
    const char *deadline;      /* as people write it, or NULL */
    const char *role;          /* who decides or decided: "headteacher", or NULL */
    const char *console;       /* URL of the office, or NULL */
    bool decides;              /* goes to one who decides; else to the sender, where the kind leaves it open */
    const char *message_id;    /* of the letter, or NULL; anything but a plain message id is left out */
    bool note;                 /* the one who decided left a note to be read after signing in */
    guint code;                /* FAILED: the reply */
    const char *enhanced;
    gint64 now;
    const GArray *indices; /* RETURNED, EXPIRED: of guint, the recipients this is about */
    gint64 received_at;    /* RETURNED, EXPIRED: the letter's */
    guint64 waiting;       /* DIGEST: letters that wait */
    guint64 fresh;         /* DIGEST: of them, since the last one */
    const GArray *reasons; /* DIGEST: ExeatReasonCount */
    const char *secret;    /* CODE: the code */
    guint minutes;         /* CODE: how long it works */
} ExeatNotice;

/* (transfer full) with CRLF line ends. */
GBytes *exeat_notice_build(const ExeatNotice *notice);

/* Shared with dsn.c: a message with its header fields and no body, the words as a multipart/alternative, the bytes. */
GMimeMessage *exeat_notice_new_message(const ExeatNotice *notice);
GMimeObject *exeat_notice_new_body(const ExeatNotice *notice);
GBytes *exeat_notice_to_bytes(GMimeMessage *message);

/* True for "<left@right>" in ASCII without spaces or controls, 250 bytes at most. */
bool exeat_notice_is_message_id(const char *text);

#endif
