/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words that a sender reads: what was found (its kind, place and number, never the thing itself), which rule of the
 * school says so, and how to put it right in Outlook, Gmail and on a phone. In English ("en") and Welsh ("cy"); any
 * other language is English. Looked up by the caller's choice, not by the process's locale, since one process writes to
 * many.
 *
 * Nothing here comes from a letter, so everything may be mailed, logged and shown. Constant data; any thread.
 */
#ifndef EXEAT_POLICIES_GUIDANCE_H
#define EXEAT_POLICIES_GUIDANCE_H

#include <glib.h>

#include "message/message.h"
#include "policies/finding.h"

typedef enum ExeatGuidanceProgram {
    EXEAT_GUIDANCE_ANY, /* what is the same everywhere; may be empty */
    EXEAT_GUIDANCE_OUTLOOK,
    EXEAT_GUIDANCE_GMAIL,
    EXEAT_GUIDANCE_PHONE,
    EXEAT_GUIDANCE_PROGRAMS
} ExeatGuidanceProgram;

typedef enum ExeatGuidanceFile {
    EXEAT_GUIDANCE_FILE,
    EXEAT_GUIDANCE_SPREADSHEET,
    EXEAT_GUIDANCE_DOCUMENT,
    EXEAT_GUIDANCE_PDF,
    EXEAT_GUIDANCE_PRESENTATION,
    EXEAT_GUIDANCE_ARCHIVE,
    EXEAT_GUIDANCE_PICTURE,
    EXEAT_GUIDANCE_LETTER, /* an attached message */
    EXEAT_GUIDANCE_FILES
} ExeatGuidanceFile;

/* Where, in a way that a person can count to. */
typedef struct ExeatGuidancePlace {
    guint attachment; /* from 1; 0: not in an attachment, the finding's zone says where */
    ExeatGuidanceFile file;
} ExeatGuidancePlace;

ExeatGuidancePlace exeat_guidance_place(const ExeatMessage *message, const ExeatFinding *finding);

/* "a spreadsheet": what kind of file it is. */
const char *exeat_guidance_file(const ExeatPart *part, const char *language);

/* The policy's name for people: "Names in the subject line". Unknown policies have general words. */
const char *exeat_guidance_title(const char *policy, const char *language);

/* One sentence: what the school's policy asks for. */
const char *exeat_guidance_rule(const char *policy, const char *language);

/* "31 unique pupil numbers, about 30 people, in the second attachment, a spreadsheet." @place may be NULL. (transfer
 * full) */
char *exeat_guidance_found(const ExeatFinding *finding, const ExeatGuidancePlace *place, const char *language);

/* Steps for one program, NULL-terminated, never NULL. */
const char *const *exeat_guidance_steps(const char *policy, ExeatGuidanceProgram program, const char *language);
const char *exeat_guidance_program_name(ExeatGuidanceProgram program, const char *language);

/* For an SMTP reply, in "en", "cy" or "both": ASCII lines separated by "\n", 70 characters at most. @clause may be
 * NULL. (transfer full) */
char *exeat_guidance_reply(const char *policy, const char *clause, const char *language);

/* True if there are words for it: a policy without guidance fails a test. */
gboolean exeat_guidance_knows(const char *policy, const char *language);

#endif
