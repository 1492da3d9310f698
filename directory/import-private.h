/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the importers share: fields and their headings (import_fields.c), clean values (import_values.c), people and how
 * they are told to be the same (import_people.c), and the readers (import_csv.c, import_ctf.c).
 */
#ifndef EXEAT_DIRECTORY_IMPORT_PRIVATE_H
#define EXEAT_DIRECTORY_IMPORT_PRIVATE_H

#include "directory/import.h"

typedef enum ImportField {
    IMPORT_NONE,
    IMPORT_UPN,
    IMPORT_ULN,
    IMPORT_UCI,
    IMPORT_NHS,
    IMPORT_ADMISSION, /* the school's own number of a pupil */
    IMPORT_ID,        /* any other number that tells people apart (OneRoster sourcedId, staff code) */
    IMPORT_AGENTS,    /* OneRoster: ids of parents or children */
    IMPORT_ROLE,
    IMPORT_TITLE,
    IMPORT_GIVEN,
    IMPORT_PREFERRED, /* preferred or known-as given name */
    IMPORT_MIDDLE,
    IMPORT_FAMILY,
    IMPORT_PREFERRED_FAMILY,
    IMPORT_FORMER_FAMILY,
    IMPORT_FULL, /* the whole name in one column */
    IMPORT_BIRTH,
    IMPORT_POSTCODE,
    IMPORT_ADDRESS,
    IMPORT_PHONE,
    IMPORT_EMAIL,
    IMPORT_USERNAME,
    IMPORT_CLASS, /* year, form, house: nothing is kept, but it tells a roll of pupils */
    IMPORT_POST,  /* job, department: tells a list of staff */
    IMPORT_FIELD_COUNT
} ImportField;

/* Whom a column is about. */
typedef enum ImportWho {
    IMPORT_SELF,
    IMPORT_PUPIL,   /* "Pupil Surname" in a list of contacts */
    IMPORT_STAFF,   /* "Staff Email"; self, and tells a list of staff */
    IMPORT_MAYBE,   /* "Primary Email": a contact's in a roll of pupils, else self */
    IMPORT_CONTACT, /* "Parent 2 Name", with the slot */
} ImportWho;

#define IMPORT_MAX_SLOTS 8u
#define IMPORT_MAX_TEXTS 256u /* names, addresses and numbers of one person; more of them are a slip in the rows */

typedef struct ImportColumn {
    ImportField field;
    ImportWho who;
    guint slot; /* of a contact, from 1 */
} ImportColumn;

ImportColumn exeat_import_heading(const char *heading);
/* False if @name is no field. */
bool exeat_import_field_named(const char *name, ImportColumn *out_column);

/* --- values: each gives NULL if the text is no such thing (transfer full) */
char *exeat_import_date(const char *text);
char *exeat_import_postcode(const char *text);
char *exeat_import_phone(const char *text);
char *exeat_import_upn(const char *text);
char *exeat_import_digits(const char *text, guint count);
char *exeat_import_uci(const char *text);
char *exeat_import_mailbox(const char *text);
/* Trimmed, spaces single, placeholders (".", "-", "N/A", "FNU") gone; "" if nothing is left. */
char *exeat_import_name(const char *text);

typedef struct ImportNames {
    char *given;
    char *family;
} ImportNames;
/* "Smith, Jamie", "Mrs Jane Smith", "SMITH Jamie". A title is cut. */
void exeat_import_split_name(const char *text, ImportNames *out_names);
void exeat_import_names_clear(ImportNames *names);

/* --- people */
typedef struct ImportPerson {
    int role;          /* ExeatRole, -1 not known yet */
    GPtrArray *texts;  /* of ImportText */
    GHashTable *links; /* set of indices + 1 */
    bool named;
} ImportPerson;

typedef struct ImportText {
    ImportField field;
    bool weak;
    char *value;
} ImportText;

typedef struct ImportPeople ImportPeople;

ImportPeople *exeat_import_people_new(const ExeatImportOptions *options);
void exeat_import_people_free(ImportPeople *people);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportPeople, exeat_import_people_free)

/* A person as one row tells, before it is known whether we have them already. */
typedef struct ImportDraft {
    GPtrArray *texts; /* of ImportText */
    int role;
    bool bad_value; /* something in it was no date, UPN, … */
} ImportDraft;

ImportDraft *exeat_import_draft_new(int role);
void exeat_import_draft_free(ImportDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportDraft, exeat_import_draft_free)
/* Takes one cell. Text that makes no sense for @field marks the draft. */
void exeat_import_draft_put(ImportDraft *draft, ImportField field, const char *text);
/* True if it has a name or an address or a number that tells who it is. */
bool exeat_import_draft_says_anything(const ImportDraft *draft);

/* Finds or makes the person; @family_of: index of a pupil whose contact this is, or -1. Returns the index. */
guint exeat_import_people_add(ImportPeople *people, const ImportDraft *draft, int family_of);
void exeat_import_people_link(ImportPeople *people, guint one, guint other);
/* A link to somebody who may come later, known by an IMPORT_ID. */
void exeat_import_people_link_id(ImportPeople *people, guint one, const char *id);
void exeat_import_people_emit(ImportPeople *people, ExeatDirectoryBuilder *builder, ExeatImportReport *report);

/* --- readers */
typedef struct ImportRun {
    const ExeatImportOptions *options;
    ImportPeople *people;
    ExeatImportReport *report;
    const char *path;
    int role;
    GHashTable *map; /* folded heading -> ImportColumn */
} ImportRun;

ExeatImportReport *exeat_import_report_new(void);
/* Notes a bad row. False (and sets @error) if the import is to stop. */
bool exeat_import_problem(ImportRun *run, guint line, const char *reason, GError **error);

bool exeat_import_csv(ImportRun *run, const char *text, gsize length, GError **error);
bool exeat_import_ctf(ImportRun *run, const char *data, gsize length, GError **error);

#endif
