/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration says of the school itself: its domains, whom it works with, and the numbers, places and names
 * that are its own and therefore say nothing about a person.
 */
#ifndef EXEAT_POLICIES_SCHOOL_H
#define EXEAT_POLICIES_SCHOOL_H

#include <stdbool.h>

#include "base/options.h"
#include "message/address.h"

typedef struct ExeatSchool {
    char *name;
    char **domains;          /* inside: every domain of the school and its trust */
    char **pupil_domains;    /* inside, and pupils' */
    char **partner_domains;  /* outside, worked with */
    char **secure_domains;   /* partners whose mail path is encrypted */
    char **personal_domains; /* public providers, beside the built-in list */
    char **work_domains;     /* never personal, even though the built-in list has them */
    char **phones;           /* the school's own numbers */
    char **postcodes;        /* of the school's own sites */
    char **numbers;          /* other numbers of its own: bank account, charity, centre number */
    char **names;            /* buildings, houses, prizes, trusts that sound like people */
    char **trusted_clients;  /* addresses or networks (CIDR) whose mail needs no sign-in */
    char **trusted_certificates;
    int language;       /* index into exeat_languages */
    int already_signed; /* ExeatAlreadySigned */
} ExeatSchool;

typedef enum ExeatAlreadySigned {
    EXEAT_ALREADY_SIGNED_HOLD,
    EXEAT_ALREADY_SIGNED_REWRITE,
} ExeatAlreadySigned;

extern const ExeatBlock exeat_school_block;
extern const char *const exeat_languages[]; /* "en", "cy", "both", NULL */

/* True if @domain (as ExeatAddress has it) is one of the school's own, subdomains included. */
bool exeat_school_is_inside(const ExeatSchool *school, const char *domain);

/* True if mail to @domain travels encrypted by agreement: the list, and the NHS and CJSM domains that everybody knows.
 */
bool exeat_school_is_secure(const ExeatSchool *school, const char *domain);

/* True if @domain is a public provider's, where people have private mailboxes. */
bool exeat_school_is_personal(const ExeatSchool *school, const char *domain);

/* True if @address (IP text) is in @networks (addresses or CIDR, IPv4 or IPv6). */
bool exeat_address_in_networks(const char *address, const char *const *networks);

/* Digits of @text only: the form in which numbers are compared. (transfer full) */
char *exeat_digits(const char *text);

/* True if @digits is one of the school's telephone or other numbers; they may be written with spaces and a country
 * code. */
bool exeat_school_owns_number(const ExeatSchool *school, const char *digits);

/* True if @postcode (upper case, no space) is of one of the school's own sites. */
bool exeat_school_owns_postcode(const ExeatSchool *school, const char *postcode);

#endif
