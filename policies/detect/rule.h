/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of personal data that detectors know, under the names that findings, the log and the JSON carry. */
#ifndef EXEAT_POLICIES_DETECT_RULE_H
#define EXEAT_POLICIES_DETECT_RULE_H

typedef enum ExeatRule {
    EXEAT_RULE_NHS,
    EXEAT_RULE_UPN,
    EXEAT_RULE_ULN,
    EXEAT_RULE_UCI,
    EXEAT_RULE_NINO,
    EXEAT_RULE_UTR,
    EXEAT_RULE_TRN,
    EXEAT_RULE_DBS,
    EXEAT_RULE_PASSPORT,
    EXEAT_RULE_DRIVING_LICENCE,
    EXEAT_RULE_BANK_ACCOUNT,
    EXEAT_RULE_IBAN,
    EXEAT_RULE_CARD,
    EXEAT_RULE_POSTCODE,
    EXEAT_RULE_ADDRESS,
    EXEAT_RULE_MOBILE,
    EXEAT_RULE_LANDLINE,
    EXEAT_RULE_BIRTH,
    EXEAT_RULE_EMAIL,
    EXEAT_RULE_VEHICLE,
    EXEAT_RULE_SOCIAL_HANDLE,
    EXEAT_RULE_CREDENTIAL,
    EXEAT_RULE_SPECIAL_CATEGORY,
    EXEAT_RULE_SAFEGUARDING,
    EXEAT_RULE_COUNT
} ExeatRule;

/* "nhs", "upn", … : static. */
const char *exeat_rule_name(ExeatRule rule);

#endif
