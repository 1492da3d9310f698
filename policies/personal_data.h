/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the personal-data policy share: its settings and the findings that it gathers. */
#ifndef EXEAT_POLICIES_PERSONAL_DATA_H
#define EXEAT_POLICIES_PERSONAL_DATA_H

#include "policies/policy.h"

#define EXEAT_PERSONAL_DATA "personal-data"
#define EXEAT_SURE 60 /* what counts, of 99 */

typedef struct ExeatDataSettings {
    ExeatPolicyBase base;
    gint64 list;         /* so many pupils make a list */
    int unreadable;      /* action for what cannot be inspected */
    int weak_encryption; /* and for a lock that keeps nobody out */
} ExeatDataSettings;

/* The action for an attachment that an option names; PASS for "pass". */
ExeatAction exeat_part_action(int choice);

/* Findings in the making: one for each rule, part and set of recipients. */
typedef struct ExeatGather ExeatGather;

ExeatGather *exeat_gather_new(const ExeatCase *letter);
void exeat_gather_free(ExeatGather *gather);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatGather, exeat_gather_free)

/*
 * Notes that @rule was found in @text at byte @at. @subject tells data subjects apart, over all texts of the letter:
 * exeat_subject_person() of whom the directory knows, exeat_subject_name() of another in a table, exeat_subject_value()
 * of a number that is all that is known. With @family, people of this person's household are no recipients of concern.
 */
void exeat_gather_add(ExeatGather *gather, ExeatRule rule, const ExeatText *text, gsize at, guint confidence,
                      guint64 subject, ExeatPersonId family);

static inline guint64
exeat_subject_person(ExeatPersonId person)
{
    return person;
}

static inline bool
exeat_subject_is_person(guint64 subject)
{
    return subject >> 32 == 0;
}

static inline guint64
exeat_subject_value(guint value)
{
    return (G_GUINT64_CONSTANT(1) << 32) | value;
}

static inline guint64
exeat_subject_name(guint name)
{
    return (G_GUINT64_CONSTANT(2) << 32) | name;
}

/* True if something of @rule was noted. */
bool exeat_gather_has(const ExeatGather *gather, ExeatRule rule);

/* Hands over the findings, in the order of the letter. */
void exeat_gather_finish(ExeatGather *gather, GPtrArray *findings);

/* The recipients that see the letter in clear: outside, and not reached over a secure path. Indices, (transfer full).
 */
GArray *exeat_open_recipients(const ExeatCase *letter);

/* True if this recipient belongs to the household of @person. */
bool exeat_recipient_is_family(const ExeatCase *letter, guint recipient, ExeatPersonId person);

/* The people whom the letter names in full, pupils only, by id; GHashTable set of GUINT_TO_POINTER(id + 1). (transfer
 * full) */
GHashTable *exeat_pupils_named(const ExeatCase *letter);

/* personal_data_list.c: five pupils or more, by name, by identifier, or by the headings of a table. Numbers that stand
 * in
 * @gather already, each beside its name, are not counted once more. */
void exeat_find_lists(const ExeatDataSettings *settings, const ExeatCase *letter, const ExeatGather *gather,
                      GPtrArray *findings);
/* personal_data_linked.c: an identifier, a date of birth, an address or bank details beside a name. */
void exeat_find_linked(const ExeatCase *letter, ExeatGather *gather);
/* personal_data_patterns.c: what the school looks for itself. */
void exeat_find_patterns(const ExeatDataSettings *settings, const ExeatCase *letter, GPtrArray *findings);
/* personal_data_parts.c: what attachments are: not inspected, weakly encrypted, with their password beside them, or a
 * Common Transfer File. */
void exeat_find_parts(const ExeatDataSettings *settings, const ExeatCase *letter, GPtrArray *findings);
/* personal_data_special.c: special categories and safeguarding beside a named child. */
void exeat_find_special(const ExeatCase *letter, ExeatGather *gather);

#endif
