/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is who: pupils, staff, parents and carers, their names and addresses, and whom they belong to. Kept as keyed
 * hashes (SipHash-2-4 under a secret key), in one file that is mapped read-only: nobody can read a class list off it.
 *
 * An ExeatDirectory is an immutable snapshot with a reference count; any number of threads may ask it. A new import
 * replaces the file by rename, and whoever wants the new one opens it again; the old snapshot lives as long as its
 * users.
 *
 * The cost of a question does not depend on how many people there are.
 */
#ifndef EXEAT_DIRECTORY_DIRECTORY_H
#define EXEAT_DIRECTORY_DIRECTORY_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatDirectory ExeatDirectory;

#define EXEAT_DIRECTORY_KEY_BYTES 16
typedef struct ExeatDirectoryKey {
    guint8 bytes[EXEAT_DIRECTORY_KEY_BYTES];
} ExeatDirectoryKey;

/* Reads a key file (32 hexadecimal digits and a line end). CONFIG if it is missing, unreadable or malformed, or if
 * others than its owner and group may read it. */
bool exeat_directory_key_load(const char *path, ExeatDirectoryKey *out_key, GError **error);

/* Opens the directory at @path. UNAVAILABLE if it cannot be read, MALFORMED if it is damaged, CONFIG if it was made
 * with another key. */
bool exeat_directory_open(const char *path, const ExeatDirectoryKey *key, ExeatDirectory **out_directory,
                          GError **error);

/* A directory that knows nobody. (transfer full) */
ExeatDirectory *exeat_directory_new_empty(void);

ExeatDirectory *exeat_directory_ref(ExeatDirectory *directory);
void exeat_directory_unref(ExeatDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatDirectory, exeat_directory_unref)

typedef enum ExeatRole {
    EXEAT_ROLE_PUPIL,
    EXEAT_ROLE_STAFF,
    EXEAT_ROLE_PARENT, /* parent or carer */
    EXEAT_ROLE_OTHER,  /* governor, volunteer, … */
    EXEAT_ROLE_COUNT
} ExeatRole;

typedef guint32 ExeatPersonId; /* index into the snapshot, from 0 */
#define EXEAT_NOBODY G_MAXUINT32

typedef struct ExeatPerson {
    guint32 role;      /* ExeatRole */
    guint32 household; /* persons with the same number belong together: a pupil, brothers and sisters, their parents */
    guint32 given_initials;  /* bit set of the initials (a=0 … z=25) of all given names */
    guint32 family_initials; /* … and of all family names */
    guint32 links_start;     /* private to directory.c */
    guint32 links_count;
} ExeatPerson;

gsize exeat_directory_count(const ExeatDirectory *directory, ExeatRole role);
gsize exeat_directory_size(const ExeatDirectory *directory);

/* NULL if there is no such person. */
const ExeatPerson *exeat_directory_person(const ExeatDirectory *directory, ExeatPersonId id);

/* The persons whom @id belongs to: a parent's pupils, a pupil's parents and carers. Never NULL if *out_count > 0. */
const ExeatPersonId *exeat_directory_links(const ExeatDirectory *directory, ExeatPersonId id, gsize *out_count);

/* --- names ------------------------------------------------------------------------------------------------------- */

typedef enum ExeatNameUse {
    EXEAT_NAME_GIVEN = 1 << 0,
    EXEAT_NAME_FAMILY = 1 << 1,
    EXEAT_NAME_NICK = 1 << 2, /* with GIVEN: not in the records, but usual for a given name that is (Will, Dai) */
    EXEAT_NAME_WEAK = 1 << 3, /* a middle name, a former name, one half of a double-barrelled one */
} ExeatNameUse;

typedef struct ExeatNameEntry {
    ExeatPersonId person;
    guint32 use; /* ExeatNameUse bits */
} ExeatNameEntry;

/*
 * The entries for a name, folded by exeat_fold_name() (directory/fold.h: lower case, no marks, apostrophes, hyphens or
 * spaces, so that O'Neill, O Neill and oneill, or Smith-Jones and Smith Jones, are one). Sorted by person. 0 if nobody
 * has it.
 */
gsize exeat_directory_names(const ExeatDirectory *directory, const char *folded, gsize length,
                            const ExeatNameEntry **out_entries);

/* True if some name of several words may begin with this folded word (it may err on the side of true). */
bool exeat_directory_name_begins(const ExeatDirectory *directory, const char *folded, gsize length);

/* --- addresses --------------------------------------------------------------------------------------------------- */

typedef enum ExeatAddressUse {
    EXEAT_ADDRESS_SCHOOL,  /* given by the school */
    EXEAT_ADDRESS_PRIVATE, /* a parent's own mailbox, or a private one of staff or a pupil: see the person's role */
} ExeatAddressUse;

/* Whose mailbox it is. @mailbox as exeat_address_key() gives it. False if nobody's. An address that several people
 * share (two parents) names the first; *out_person and *out_use may be NULL. */
bool exeat_directory_address(const ExeatDirectory *directory, const char *mailbox, ExeatPersonId *out_person,
                             ExeatAddressUse *out_use);

/* All people of a shared mailbox. */
gsize exeat_directory_address_people(const ExeatDirectory *directory, const char *mailbox,
                                     const ExeatPersonId **out_people);

/* --- facts about a person ---------------------------------------------------------------------------------------- */

typedef enum ExeatFact {
    EXEAT_FACT_UPN, /* upper case, no spaces */
    EXEAT_FACT_ULN,
    EXEAT_FACT_UCI,
    EXEAT_FACT_NHS,
    EXEAT_FACT_BIRTH,    /* "yyyy-mm-dd" */
    EXEAT_FACT_POSTCODE, /* upper case, no space */
    EXEAT_FACT_PHONE,    /* digits of the national number, with the leading 0 */
} ExeatFact;

/* Whose number it is (UPN, ULN, UCI, NHS), or EXEAT_NOBODY. */
ExeatPersonId exeat_directory_fact_owner(const ExeatDirectory *directory, ExeatFact fact, const char *value);

/* True if @value is this person's date of birth, postcode, telephone number or identifier. */
bool exeat_directory_has_fact(const ExeatDirectory *directory, ExeatPersonId id, ExeatFact fact, const char *value);

/* True if @value is anybody's (a private telephone number of somebody in the records, a home postcode). */
bool exeat_directory_fact_known(const ExeatDirectory *directory, ExeatFact fact, const char *value);

#endif
