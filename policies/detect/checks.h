/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Check digits and structure of British identifiers. A check that passes is a filter, never a verdict: one random
 * ten-digit number in four passes at least one of them. All take the canonical form: upper case, no separators.
 */
#ifndef EXEAT_POLICIES_DETECT_CHECKS_H
#define EXEAT_POLICIES_DETECT_CHECKS_H

#include <glib.h>
#include <stdbool.h>

/* NHS number: ten digits, weights 10 to 2, remainder to 11 (NHS data dictionary). All-equal digits are no number. */
bool exeat_check_nhs(const char *digits);
/* True for the ranges issued in England, Wales and the Isle of Man. */
bool exeat_check_nhs_range(const char *digits);
/* Unique learner number (HESA C21051): weights 10 to 2, remainder r of 11, check digit 10 - r, r = 0 never issued. */
bool exeat_check_uln(const char *digits);
/* Self-assessment reference: weights 6 7 8 9 10 5 4 3 2 over digits 2 to 10, looked up in "21987654321". */
bool exeat_check_utr(const char *digits);
/* Unique pupil number, 13 characters (Government Data Standards Catalogue, UPN 2.0). *out_known_authority tells whether
 * the local authority code is one that the census takes. */
bool exeat_check_upn(const char *upn, bool *out_known_authority);
/* Unique candidate identifier, 13 characters (JCQ). The check letter is tested where the board character is a digit. */
bool exeat_check_uci(const char *uci);
/* National Insurance number, 8 or 9 characters: prefixes in use (HMRC NIM39110); the placeholder QQ is none. */
bool exeat_check_nino(const char *nino);
/* Driving licence of Great Britain, 16 characters: its date must be one. */
bool exeat_check_driving_licence(const char *licence);
/* Payment card: Luhn, issuer and length. */
bool exeat_check_card(const char *digits);
/* IBAN: country's length, mod 97 (ISO 13616). */
bool exeat_check_iban(const char *iban);
/* Outward and inward code with a known postcode area; no space. */
bool exeat_check_postcode(const char *postcode);

/* Vehicle registration, no space: the current style with its age, and those of 1963 to 2001 with a letter for the year.
 */
bool exeat_check_vehicle(const char *plate);
/* The second line of a passport's zone for machines (ICAO 9303 TD3), 44 characters: four check digits. */
bool exeat_check_mrz(const char *line);

#endif
