/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of addresses (RFC 5322 section 3.4) as they stand in real letters: each entry with its place in the raw value.
 */
#ifndef EXEAT_MESSAGE_ADDRESS_LIST_H
#define EXEAT_MESSAGE_ADDRESS_LIST_H

#include <glib.h>

#include "message/address.h"

typedef enum ExeatEntryKind {
    EXEAT_ENTRY_MAILBOX,
    EXEAT_ENTRY_GROUP_BEGIN, /* text is "Name:" */
    EXEAT_ENTRY_GROUP_END,
    EXEAT_ENTRY_OTHER, /* words without an address */
} ExeatEntryKind;

typedef struct ExeatEntry {
    ExeatEntryKind kind;
    gsize start; /* in the raw value, without surrounding space; the same for all addresses of one encoded word */
    gsize end;
    ExeatAddress *address; /* of a mailbox, else NULL */
} ExeatEntry;

void exeat_entry_free(ExeatEntry *entry);

/*
 * Reads at most @max mailboxes of the raw value of a To, Cc, From, … field. Elements are ExeatEntry in order. @hint as
 * for exeat_header_decode(). (transfer full)
 */
GPtrArray *exeat_address_list_parse(const char *raw, gsize length, const char *hint, guint max);

#endif
