/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How sure a value is: a table of confidences and of the words that say what a number is, and the one way to add a hit.
 */
#include "policies/detect/identifiers-private.h"

/* How sure a value of each rule is: alone, with its words near it, in a column of its like. */
static const struct {
    guint8 alone, with_context, column;
    const char *context;
    const char *against; /* words that say it is something else */
} levels[EXEAT_RULE_COUNT] = {
    [EXEAT_RULE_NHS] = {15, 92, 85, "nhs|nhs no|n.h.s|national health|patient|gig|rhif gig|claf", "isbn|isbn-10"},
    [EXEAT_RULE_UPN] = {85, 98, 98,
                        "upn|unique pupil|pupil no|pupil number|former upn|rhif unigryw y disgybl|rhud|rhif disgybl",
                        NULL},
    [EXEAT_RULE_ULN] = {15, 92, 85,
                        "uln|unique learner|learner number|learner no|learner ref|plr|lrs|learning records|"
                        "rhif unigryw y dysgwr|rhif dysgwr",
                        NULL},
    [EXEAT_RULE_UCI] = {70, 97, 97,
                        "uci|candidate|unique candidate|centre number|exam entry|jcq|edi|ymgeisydd|rhif ymgeisydd",
                        NULL},
    [EXEAT_RULE_NINO] = {72, 95, 95,
                         "ni|nino|ni no|ni number|n.i.|national insurance|payroll|p45|p60|new starter|"
                         "yswiriant gwladol|rhif yg",
                         "example|placeholder|specimen"},
    [EXEAT_RULE_UTR] = {3, 85, 50,
                        "utr|tax reference|self assessment|self-assessment|hmrc|ir35|"
                        "cyfeirnod unigryw trethdalwr",
                        NULL},
    [EXEAT_RULE_TRN] = {0, 75, 70,
                        "trn|teacher ref|teacher reference|teacher number|dfe number|dfe no|qts|ewc|gtc|"
                        "teachers' pension|teachers pension|single central record",
                        NULL},
    [EXEAT_RULE_DBS] = {0, 75, 75,
                        "dbs|crb|disclosure|certificate no|certificate number|update service|barred list|gdg", NULL},
    [EXEAT_RULE_PASSPORT] = {0, 80, 70, "passport|passport no|travel document|hmpo|pasbort", NULL},
    [EXEAT_RULE_DRIVING_LICENCE] = {85, 95, 95, "driving|licence|license|dvla|driver|trwydded", NULL},
    [EXEAT_RULE_BANK_ACCOUNT] = {55, 92, 80,
                                 "sort code|sort|account|acc|a/c|account no|account number|bank|bank details|bacs|"
                                 "payee|refund|payroll|cod didoli|rhif cyfrif|cyfrif|manylion banc|banc",
                                 NULL},
    [EXEAT_RULE_IBAN] = {95, 97, 97, "iban", NULL},
    [EXEAT_RULE_CARD] = {60, 92, 90, "card|visa|mastercard|amex|debit|credit|expiry|cvv|cvc|cerdyn", NULL},
    [EXEAT_RULE_POSTCODE] = {EXEAT_CONFIDENCE_CANDIDATE, EXEAT_CONFIDENCE_CANDIDATE, EXEAT_CONFIDENCE_CANDIDATE, "",
                             NULL},
    [EXEAT_RULE_ADDRESS] =
        {50, 75, 75,
         "address|home address|lives at|living at|live at|resides at|home|moved to|moving to|cyfeiriad|"
         "byw yn|byw ym",
         "museum|theatre|gallery|venue|hall|stadium|hotel|office|offices|ltd|centre|hospital|clinic|"
         "surgery|college|university|church|library|head office|registered"},
    [EXEAT_RULE_MOBILE] =
        {50, 80, 80,
         "mobile|mob|cell|tel|telephone|phone|call|text|ring|whatsapp|contact|ffôn|symudol|ffoniwch|tecstiwch", NULL},
    [EXEAT_RULE_LANDLINE] = {15, 60, 60, "tel|telephone|phone|call|ring|home number|contact|ffôn|ffoniwch|rhif cyswllt",
                             NULL},
    [EXEAT_RULE_VEHICLE] = {5, 60, 75,
                            "vehicle|car reg|car registration|registration number|vehicle registration|reg no|"
                            "number plate|plate|car park|parking|permit|drives|rhif cofrestru|car",
                            "minibus|coach|van|hire"},
    [EXEAT_RULE_BIRTH] = {EXEAT_CONFIDENCE_CANDIDATE, 85, 80,
                          "dob|d.o.b|d.o.b.|date of birth|birth date|birthdate|born|born on|"
                          "dyddiad geni|ganwyd|ganed|ganwyd ar",
                          NULL},
};

static bool
directory_fact(ExeatRule rule, ExeatFact *out_fact)
{
    switch (rule) {
    case EXEAT_RULE_NHS:
        *out_fact = EXEAT_FACT_NHS;
        return true;
    case EXEAT_RULE_UPN:
        *out_fact = EXEAT_FACT_UPN;
        return true;
    case EXEAT_RULE_ULN:
        *out_fact = EXEAT_FACT_ULN;
        return true;
    case EXEAT_RULE_UCI:
        *out_fact = EXEAT_FACT_UCI;
        return true;
    default:
        return false;
    }
}

guint
exeat_scanner_confidence(const ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end)
{
    if (levels[rule].against && exeat_context_near(scanner->context, start, end, levels[rule].against))
        return rule == EXEAT_RULE_NINO ? 30 : 20;
    if (exeat_context_near(scanner->context, start, end, levels[rule].context))
        return levels[rule].with_context;
    return levels[rule].alone;
}

void
exeat_scanner_add(ExeatScanner *scanner, ExeatRule rule, gsize start, gsize end, guint confidence,
                  const char *canonical)
{
    ExeatFact fact;
    ExeatHit hit = {rule, start, end, confidence, g_str_hash(canonical), EXEAT_NOBODY, ""};
    if (rule == EXEAT_RULE_BIRTH)
        g_strlcpy(hit.birth, canonical, sizeof hit.birth);
    if (directory_fact(rule, &fact))
        hit.person = exeat_directory_fact_owner(scanner->directory, fact, canonical);
    if (hit.person != EXEAT_NOBODY)
        hit.confidence = 99;
    if (hit.confidence > 0 && scanner->hits->len < EXEAT_HITS_MAX)
        g_array_append_val(scanner->hits, hit);
}

guint
exeat_scanner_column_confidence(ExeatRule rule)
{
    return levels[rule].column;
}

guint
exeat_scanner_alone_confidence(ExeatRule rule)
{
    return levels[rule].alone;
}
