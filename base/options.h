/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings as one typed table a module. The reader of exeat.conf, `exeat check --explain` and exeat.conf(5) all come
 * from these tables, so they cannot disagree.
 *
 * A module declares a struct for its settings and a row for each field; the reader fills the struct. Fields own their
 * memory; exeat_options_clear() frees it.
 */
#ifndef EXEAT_BASE_OPTIONS_H
#define EXEAT_BASE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum ExeatOptionType {
    EXEAT_OPTION_BOOL,     /* bool: yes, no */
    EXEAT_OPTION_COUNT,    /* gint64 */
    EXEAT_OPTION_SIZE,     /* gint64 in bytes: 512, 64K, 20M, 1G */
    EXEAT_OPTION_DURATION, /* gint64 in seconds: 30s, 10m, 2h, 3d */
    EXEAT_OPTION_TEXT,     /* char *, NULL where the fallback is NULL */
    EXEAT_OPTION_CHOICE,   /* int: index into choices */
    EXEAT_OPTION_LIST,     /* char **, NULL-terminated, never NULL */
} ExeatOptionType;

typedef struct ExeatOption {
    const char *key; /* NULL ends a table */
    ExeatOptionType type;
    size_t offset;              /* of the field in the module's struct */
    const char *fallback;       /* the value when the key does not stand there, written as in the file; for a LIST the
                                   entries are separated by ", "; NULL: none */
    gint64 min, max;            /* for COUNT, SIZE, DURATION; for TEXT and LIST max is the length in bytes, 0: 1024 */
    const char *const *choices; /* for CHOICE, NULL-terminated */
    bool required;
    const char *help; /* one or two plain sentences */
} ExeatOption;

/*
 * A block of exeat.conf: `name { … }`, or `name "title" { … }` as often as one likes where `titled`.
 * `tables` are read one after the other into the same struct, so that blocks can share rows.
 */
typedef struct ExeatConfigErrors ExeatConfigErrors;
typedef struct ExeatConfigPlace {
    const char *file;
    guint line;
} ExeatConfigPlace;

typedef struct ExeatBlock {
    const char *name;
    bool titled;
    bool required;
    size_t size;                      /* of the struct */
    const ExeatOption *const *tables; /* NULL-terminated */
    const char *help;
    /* What one row cannot say (a value that must look like an address; two that exclude each other): adds errors.
     * May be NULL. `title` is NULL for an untitled block. */
    void (*check)(void *fields, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors);
} ExeatBlock;

/* Sets every field to its fallback. @fields is a zeroed struct. */
void exeat_options_default(const ExeatBlock *block, void *fields);
void exeat_options_clear(const ExeatBlock *block, void *fields);

/* Reads one value, written as in the file, into its field. False with the reason and the remedy in English. */
bool exeat_option_set(const ExeatOption *option, void *fields, const char *const *values, gsize count,
                      char **out_reason, char **out_remedy);

/* The words of a CHOICE as "a, b, c". (transfer full) */
char *exeat_options_choices(const ExeatOption *option);

/* The entry of @words that @word is probably a slip of, or NULL. */
const char *exeat_options_nearest(const char *word, const char *const *words);

const char *exeat_option_type_name(ExeatOptionType type); /* "duration" */

#endif
