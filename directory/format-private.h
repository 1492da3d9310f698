/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directory's file, shared by the builder that writes it and the snapshot that maps it.
 *
 * A header, then flat arrays, each aligned to eight bytes. Integers are in the machine's order: the file is made and
 * read on one machine, and another one's is refused by the `order` mark. The seal is a keyed hash over everything
 * behind it, so that damage and forgery show; offsets and indices are checked one by one all the same when the file is
 * opened.
 *
 * Tables are open-addressing hash tables with linear probing over keyed hashes; a slot with hash 0 is free, at least
 * every second one is. No string of any kind is in the file.
 */
#ifndef EXEAT_DIRECTORY_FORMAT_PRIVATE_H
#define EXEAT_DIRECTORY_FORMAT_PRIVATE_H

#include "directory/directory.h"

#define EXEAT_FORMAT_MAGIC "EXEATDIR"
#define EXEAT_FORMAT_VERSION 1u
#define EXEAT_FORMAT_ORDER 0x01020304u

/* Limits of a file; the builder refuses what goes over them, the reader too. */
#define EXEAT_DIRECTORY_MAX_PERSONS (4u * 1024 * 1024)
#define EXEAT_DIRECTORY_MAX_FILE ((guint64)4 * 1024 * 1024 * 1024)

typedef enum ExeatFormatTable {
    EXEAT_TABLE_NAMES,     /* -> ExeatNameEntry; slot.extra bit 0: a name of several words begins so */
    EXEAT_TABLE_ADDRESSES, /* -> person ids; slot.extra: ExeatAddressUse */
    EXEAT_TABLE_USERS,     /* local parts of school addresses -> person ids */
    EXEAT_TABLE_FACTS,     /* -> person ids; slot.extra: ExeatFact */
    EXEAT_TABLE_COUNT
} ExeatFormatTable;

#define EXEAT_FORMAT_BEGINS 1u

typedef struct ExeatFormatSlot {
    guint64 hash;
    guint32 start; /* in the table's items */
    guint32 count;
    guint32 extra;
    guint32 zero;
} ExeatFormatSlot;

typedef struct ExeatFormatSpan {
    guint64 offset; /* from the beginning of the file */
    guint64 count;  /* of elements */
} ExeatFormatSpan;

typedef struct ExeatFormatHeader {
    char magic[8];
    guint32 version;
    guint32 order;
    guint64 key_check;
    guint64 seal;
    /* the seal covers the file from here on */
    guint64 file_size;
    gint64 created; /* seconds since 1970, UTC */
    guint32 sources;
    guint32 zero;
    guint64 roles[EXEAT_ROLE_COUNT];
    guint64 names; /* distinct */
    guint64 addresses;
    guint64 facts;
    ExeatFormatSpan persons;
    ExeatFormatSpan links;
    ExeatFormatSpan slots[EXEAT_TABLE_COUNT];
    ExeatFormatSpan items[EXEAT_TABLE_COUNT];
} ExeatFormatHeader;

typedef struct ExeatFormatKeys {
    ExeatDirectoryKey seal;
    ExeatDirectoryKey tables[EXEAT_TABLE_COUNT];
    guint64 check;
} ExeatFormatKeys;

void exeat_format_keys_derive(const ExeatDirectoryKey *key, ExeatFormatKeys *out_keys);

/* Never 0, which marks a free slot. */
guint64 exeat_format_hash(const ExeatFormatKeys *keys, ExeatFormatTable table, const char *text, gsize length);

/* Facts of different kinds are told apart by a first byte. */
guint64 exeat_format_hash_fact(const ExeatFormatKeys *keys, ExeatFact fact, const char *value);

gsize exeat_format_item_size(ExeatFormatTable table);

#endif
