/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One letter before the policies: the letter, who is who, the school's settings, and what follows from the three: of
 * which class each recipient is, and what the detectors found. The detectors run once for all policies, at the first
 * question.
 *
 * Made for one letter by one thread; borrows what it is made of.
 */
#ifndef EXEAT_POLICIES_CASE_H
#define EXEAT_POLICIES_CASE_H

#include <glib.h>
#include <stdbool.h>

#include "directory/directory.h"
#include "message/message.h"
#include "policies/detect/scan.h"
#include "policies/school.h"

typedef enum ExeatRecipientClass {
    EXEAT_CLASS_INSIDE = 1 << 0,
    EXEAT_CLASS_OUTSIDE = 1 << 1,
    EXEAT_CLASS_PARTNER = 1 << 2,  /* outside, and worked with */
    EXEAT_CLASS_SECURE = 1 << 3,   /* outside, reached over an encrypted path */
    EXEAT_CLASS_PERSONAL = 1 << 4, /* a private mailbox: a public provider's, or marked so in the directory */
    EXEAT_CLASS_PARENT = 1 << 5,
    EXEAT_CLASS_PUPIL = 1 << 6,
    EXEAT_CLASS_STAFF = 1 << 7,
} ExeatRecipientClass;

typedef struct ExeatRecipient {
    ExeatAddress *address;
    char *key;            /* exeat_address_key() */
    guint class;          /* ExeatRecipientClass bits */
    ExeatPersonId person; /* or EXEAT_NOBODY */
} ExeatRecipient;

typedef struct ExeatPolicySettings ExeatPolicySettings;
typedef struct ExeatCase ExeatCase;

/* @deadline: until when the detectors may read, in monotonic microseconds; 0: as long as it takes. */
ExeatCase *exeat_case_new(const ExeatMessage *message, const ExeatPolicySettings *settings,
                          const ExeatDirectory *directory, gint64 deadline);
void exeat_case_free(ExeatCase *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatCase, exeat_case_free)

const ExeatMessage *exeat_case_message(const ExeatCase *letter);
const ExeatEnvelope *exeat_case_envelope(const ExeatCase *letter);
const ExeatDirectory *exeat_case_directory(const ExeatCase *letter);
const ExeatPolicySettings *exeat_case_settings(const ExeatCase *letter);
const ExeatSchool *exeat_case_school(const ExeatCase *letter);

/* The envelope's recipients, ExeatRecipient elements in its order. */
const GPtrArray *exeat_case_recipients(const ExeatCase *letter);

/* Whose address this is and of which class; for addresses of the header too. The letter's own, found once each. */
const ExeatRecipient *exeat_case_classify(const ExeatCase *letter, const char *address);

/* What the detectors found in the letter's texts; computed at the first call. */
const ExeatScan *exeat_case_scan(const ExeatCase *letter);
/* The same of the subject alone, which is all that mail inside needs. */
const ExeatScanText *exeat_case_scan_subject(const ExeatCase *letter);

/* True if the letter comes from the school: its sender signed in, or its client is trusted, or it says that it does.
 * Mail from outside on its way in is none of exeat's business. */
bool exeat_case_is_outgoing(const ExeatCase *letter);
/* True if somebody signed in, or the client needs not. */
bool exeat_case_sender_is_known(const ExeatCase *letter);

#endif
