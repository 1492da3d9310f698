/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an operator asks a directory: whether somebody is in it. The answer is numbers; there is nothing else in it.
 */
#ifndef EXEAT_DIRECTORY_FIND_H
#define EXEAT_DIRECTORY_FIND_H

#include "directory/lookup.h"

typedef struct ExeatDirectoryFound {
    guint people;
    guint roles[EXEAT_ROLE_COUNT];
    bool by_name;
    bool by_address;
    bool by_fact; /* UPN, ULN, UCI, NHS number, date of birth, postcode, telephone number */
} ExeatDirectoryFound;

/* How many people match what was typed: a name in either order ("Jamie Smith", "Smith, Jamie") or one word of it, a
 * mail address, an identifier, a date of birth, a postcode or a telephone number. False if nobody. */
bool exeat_directory_find(const ExeatDirectory *directory, const char *typed, ExeatDirectoryFound *out_found);

#endif
