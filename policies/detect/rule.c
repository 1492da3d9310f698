/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/rule.h"

const char *
exeat_rule_name(ExeatRule rule)
{
    static const char *const names[EXEAT_RULE_COUNT] = {
        [EXEAT_RULE_NHS] = "nhs",
        [EXEAT_RULE_UPN] = "upn",
        [EXEAT_RULE_ULN] = "uln",
        [EXEAT_RULE_UCI] = "uci",
        [EXEAT_RULE_NINO] = "nino",
        [EXEAT_RULE_UTR] = "utr",
        [EXEAT_RULE_TRN] = "trn",
        [EXEAT_RULE_DBS] = "dbs",
        [EXEAT_RULE_PASSPORT] = "passport",
        [EXEAT_RULE_DRIVING_LICENCE] = "driving-licence",
        [EXEAT_RULE_BANK_ACCOUNT] = "bank-account",
        [EXEAT_RULE_IBAN] = "iban",
        [EXEAT_RULE_CARD] = "card",
        [EXEAT_RULE_POSTCODE] = "postcode",
        [EXEAT_RULE_ADDRESS] = "address",
        [EXEAT_RULE_MOBILE] = "mobile",
        [EXEAT_RULE_LANDLINE] = "landline",
        [EXEAT_RULE_BIRTH] = "date-of-birth",
        [EXEAT_RULE_EMAIL] = "email",
        [EXEAT_RULE_VEHICLE] = "vehicle",
        [EXEAT_RULE_SOCIAL_HANDLE] = "social-handle",
        [EXEAT_RULE_CREDENTIAL] = "credential",
        [EXEAT_RULE_SPECIAL_CATEGORY] = "special-category",
        [EXEAT_RULE_SAFEGUARDING] = "safeguarding",
    };
    return names[rule];
}
