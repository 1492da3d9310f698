/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cymraeg. NEEDS REVIEW by a fluent speaker before a school relies on it. Numbers stand after a label ("Rhifau: 31"),
 * so that no mutation or plural depends on them. SMTP replies are ASCII, without accents.
 */
#include "policies/guidance/guidance-private.h"

static const GuidancePolicy cy_policies[] = {
    {
        .policy = "names-in-subject",
        .title = "Enwau yn y llinell bwnc",
        .rule = "Mae polisi'r ysgol yn gofyn na chaiff neb ei enwi mewn llinell bwnc: mae'n ymddangos ar sgriniau sydd "
                "wedi'u "
                "cloi ac ym mewnflychau pobl eraill. Mae llythrennau cyntaf yn iawn.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Rhowch lythrennau cyntaf yn y pwnc, a'r enw yn y neges ei hun."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Agorwch y neges o'r eitemau a anfonwyd ac anfonwch hi ymlaen.",
                                            "Newidiwch yr enw yn y blwch Pwnc am lythrennau cyntaf, ac anfonwch."},
                [EXEAT_GUIDANCE_GMAIL] = {"Agorwch y neges o'r negeseuon a anfonwyd ac anfonwch hi ymlaen.",
                                          "Dewiswch y saeth fach wrth y derbynwyr, yna Golygu'r pwnc.",
                                          "Rhowch lythrennau cyntaf yn lle'r enw, ac anfonwch."},
                [EXEAT_GUIDANCE_PHONE] =
                    {"Agorwch y neges a anfonwyd a'i hanfon ymlaen.",
                     "Tapiwch y llinell bwnc, rhowch lythrennau cyntaf yn lle'r enw, ac anfonwch."},
            },
        .reply = "Mae'r llinell bwnc yn enwi person.\n"
                 "Rhowch lythrennau cyntaf yno yn lle'r enw ac anfonwch eto.",
    },
    {
        .policy = "personal-data",
        .title = "Data personol yn gadael yr ysgol",
        .rule = "Mae polisi'r ysgol yn gofyn bod data personol yn gadael yr ysgol wedi'i amgryptio, neu drwy wasanaeth "
                "y mae'r "
                "ysgol wedi cytuno arno.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] =
                    {"Ystyriwch a oes angen anfon y data o gwbl, neu a fyddai llai yn ddigon.",
                     "Os oes, rhowch y data mewn ffeil â chyfrinair, a rhowch y cyfrinair dros y ffôn, "
                     "byth drwy e-bost.",
                     "Os oes gan yr ysgol wasanaeth trosglwyddo diogel, defnyddiwch hwnnw."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Yn Word neu Excel dewiswch Ffeil, Gwybodaeth, Diogelu, Amgryptio â "
                                            "Chyfrinair, a chadw.",
                                            "Atodwch y ffeil i neges newydd a'i hanfon."},
                [EXEAT_GUIDANCE_GMAIL] =
                    {"Lawrlwythwch y ffeil fel Word neu Excel a gosodwch gyfrinair yno.",
                     "Atodwch y ffeil ddiogel i neges newydd; nid yw dolen i “unrhyw un” yn ddiogel."},
                [EXEAT_GUIDANCE_PHONE] =
                    {"Ni all ffonau osod cyfrinair ar y rhan fwyaf o ffeiliau: defnyddiwch gyfrifiadur.",
                     "Os yw'n frys, ffoniwch y person."},
            },
        .reply = "Mae data personol heb ei amgryptio yn y neges.\n"
                 "Diogelwch y ffeil a chyfrinair, neu defnyddiwch wasanaeth\n"
                 "diogel yr ysgol, ac anfonwch eto.",
    },
    {
        .policy = "bulk-bcc",
        .title = "Llawer o gyfeiriadau y gall pawb eu gweld",
        .rule = "Mae polisi'r ysgol yn gofyn bod negeseuon at lawer o bobl y tu allan yn mynd fel copi dall (Bcc).",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Rhowch eich cyfeiriad eich hun yn At a phawb arall yn Bcc."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Dewiswch Dewisiadau, Bcc, symudwch y cyfeiriadau yno, ac anfonwch."},
                [EXEAT_GUIDANCE_GMAIL] =
                    {"Dewiswch Bcc ar ddiwedd y llinell At, symudwch y cyfeiriadau yno, ac anfonwch."},
                [EXEAT_GUIDANCE_PHONE] = {"Tapiwch Cc/Bcc, symudwch y cyfeiriadau i Bcc, ac anfonwch."},
            },
        .reply = "Gall llawer o gyfeiriadau allanol weld ei gilydd yn To a Cc.\n"
                 "Rhowch nhw yn Bcc ac anfonwch eto.",
    },
    {
        .policy = "personal-recipient",
        .title = "Gwaith ysgol yn mynd i flwch post personol",
        .rule = "Mae polisi'r ysgol yn gofyn bod gwaith ysgol yn aros ym mlychau post yr ysgol.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] =
                    {"Defnyddiwch gyfeiriad ysgol y person.", "I weithio gartref, mewngofnodwch i'ch cyfrif ysgol yno.",
                     "Os mai cyfeiriad rhiant neu ofalwr yw hwn, gofynnwch i'r swyddfa ei ychwanegu."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Os yw Outlook yn cynnig yr hen gyfeiriad, dewiswch × wrth ei ymyl."},
                [EXEAT_GUIDANCE_GMAIL] = {"Os yw Gmail yn cynnig yr hen gyfeiriad, tynnwch ef o Google Contacts."},
                [EXEAT_GUIDANCE_PHONE] = {"Gwiriwch y cyfeiriad cyfan cyn anfon."},
            },
        .reply = "Mae un o'r derbynwyr yn flwch post personol.\n"
                 "Defnyddiwch gyfeiriad ysgol y person.",
    },
    {
        .policy = "sender-identity",
        .title = "Cyfeiriad yr anfonwr",
        .rule = "Mae polisi'r ysgol yn gofyn bod post ysgol yn cael ei anfon o'ch cyfrif ysgol eich hun.",
        .steps =
            {
                [EXEAT_GUIDANCE_ANY] = {"Anfonwch o'r cyfrif ysgol rydych wedi mewngofnodi iddo.",
                                        "Ar gyfer blwch post a rennir, gofynnwch i'r rheolwr rhwydwaith."},
                [EXEAT_GUIDANCE_OUTLOOK] = {"Dewiswch Dewisiadau, Oddi wrth, a'ch cyfeiriad ysgol."},
                [EXEAT_GUIDANCE_GMAIL] = {"Dewiswch y llinell Oddi wrth a'ch cyfeiriad ysgol."},
                [EXEAT_GUIDANCE_PHONE] = {"Tapiwch y llinell Oddi wrth a dewiswch eich cyfrif ysgol."},
            },
        .reply = "Nid cyfeiriad y cyfrif a fewngofnododd yw cyfeiriad yr anfonwr,\n"
                 "neu nid yw'n un o rai'r ysgol. Anfonwch o'ch cyfrif ysgol.",
    },
    {
        .policy = NULL,
        .title = "Un o reolau polisi e-bost yr ysgol",
        .rule = "Mae gan bolisi e-bost yr ysgol reol am negeseuon fel hyn.",
        .steps = {[EXEAT_GUIDANCE_ANY] = {"Gofynnwch i swyddfa'r ysgol beth i'w newid."}},
        .reply = "Nid yw polisi e-bost yr ysgol yn caniatau'r neges hon.\n"
                 "Gofynnwch i swyddfa'r ysgol beth i'w newid.",
    },
};

static const GuidanceNoun cy_nouns[] = {
    {"names-in-subject", "name", "Enw person", "Enwau pobl"},
    {NULL, "name", "Enw gyda data personol arall", "Enwau gyda data personol arall"},
    {NULL, "list", "Rhestr o bobl", "Enwau mewn rhestr o bobl"},
    {NULL, "upn", "Rhif disgybl unigryw", "Rhifau disgybl unigryw"},
    {NULL, "uln", "Rhif dysgwr unigryw", "Rhifau dysgwr unigryw"},
    {NULL, "uci", "Rhif ymgeisydd arholiad", "Rhifau ymgeisydd arholiad"},
    {NULL, "nhs", "Rhif GIG", "Rhifau GIG"},
    {NULL, "nino", "Rhif Yswiriant Gwladol", "Rhifau Yswiriant Gwladol"},
    {NULL, "trn", "Rhif cyfeirnod athro", "Rhifau cyfeirnod athro"},
    {NULL, "passport", "Rhif pasbort", "Rhifau pasbort"},
    {NULL, "driving-licence", "Rhif trwydded yrru", "Rhifau trwydded yrru"},
    {NULL, "bank-account", "Manylion banc", "Manylion banc"},
    {NULL, "iban", "Manylion banc", "Manylion banc"},
    {NULL, "card", "Rhif cerdyn talu", "Rhifau cerdyn talu"},
    {NULL, "address", "Cyfeiriad cartref", "Cyfeiriadau cartref"},
    {NULL, "postcode", "Cod post gyda pherson", "Codau post gyda phobl"},
    {NULL, "mobile", "Rhif ffôn symudol", "Rhifau ffôn symudol"},
    {NULL, "landline", "Rhif ffôn", "Rhifau ffôn"},
    {NULL, "date-of-birth", "Dyddiad geni", "Dyddiadau geni"},
    {NULL, "email", "Cyfeiriad e-bost preifat", "Cyfeiriadau e-bost preifat"},
    {NULL, "special-category", "Gwybodaeth sensitif am berson", "Gwybodaeth sensitif"},
    {NULL, "safeguarding", "Gwybodaeth ddiogelu am berson", "Gwybodaeth ddiogelu"},
    {NULL, "unreadable", "Ffeil na ellid ei hagor", "Ffeiliau na ellid eu hagor"},
    {NULL, "social-handle", "Enw ar rwydwaith cymdeithasol", "Enwau ar rwydweithiau cymdeithasol"},
    {NULL, "credential", "Cyfrinair neu allwedd", "Cyfrineiriau neu allweddi"},
    {NULL, "password-beside", "Cyfrinair ffeil a warchodir, wrth ymyl y ffeil ei hun",
     "Cyfrineiriau ffeiliau a warchodir, wrth ymyl y ffeiliau eu hunain"},
    {NULL, "weak-encryption", "Ffeil ZIP â hen fath o gyfrinair sy'n hawdd ei dorri",
     "Ffeiliau ZIP â hen fath o gyfrinair sy'n hawdd ei dorri"},
    {NULL, "common-transfer-file", "Ffeil Drosglwyddo Gyffredin: cofnodion cyfan disgyblion",
     "Ffeiliau Trosglwyddo Cyffredin: cofnodion cyfan disgyblion"},
    {NULL, "pattern", "Rhywbeth y mae'r ysgol ei hun yn chwilio amdano (“{name}”)",
     "Pethau y mae'r ysgol ei hun yn chwilio amdanynt (“{name}”)"},
    {NULL, "unscannable", "Testun na ellid ei chwilio yn yr amser a ganiateir",
     "Testunau na ellid eu chwilio yn yr amser a ganiateir"},
    {NULL, "cut-off", "Rhan a oedd yn rhy fawr i edrych i mewn iddi",
     "Rhannau a oedd yn rhy fawr i edrych i mewn iddynt"},
    {NULL, "utr", "Cyfeirnod treth", "Cyfeirnodau treth"},
    {NULL, "dbs", "Rhif tystysgrif DBS", "Rhifau tystysgrif DBS"},
    {NULL, "vehicle", "Rhif cofrestru cerbyd", "Rhifau cofrestru cerbydau"},
    {NULL, "already-signed", "Llofnod digidol (DKIM) yr ysgol y byddai cywiro'r neges yn ei dorri",
     "Llofnodion digidol (DKIM) yr ysgol y byddai cywiro'r neges yn eu torri"},
    {"bulk-bcc", "visible-recipients", "Cyfeiriad allanol yn At neu Cc",
     "Cyfeiriadau allanol sy'n gweld ei gilydd yn At a Cc"},
    {"personal-recipient", "own-private", "Eich blwch post preifat eich hun", "Eich blychau post preifat eich hun"},
    {"personal-recipient", "staff-private", "Blwch post preifat cydweithiwr", "Blychau post preifat cydweithwyr"},
    {"personal-recipient", "pupil-private", "Blwch post preifat disgybl", "Blychau post preifat disgyblion"},
    {"personal-recipient", "attachment-to-stranger", "Blwch post personol nad yw'r ysgol yn ei adnabod, gydag atodiad",
     "Blychau post personol nad yw'r ysgol yn eu hadnabod, gydag atodiad"},
    {"sender-identity", "from-outside", "Cyfeiriad Oddi wrth nad yw'n eiddo i'r ysgol",
     "Cyfeiriadau nad ydynt yn eiddo i'r ysgol"},
    {"sender-identity", "from-other-account", "Cyfeiriad Oddi wrth cyfrif arall", "Cyfeiriadau cyfrifon eraill"},
    {"sender-identity", "envelope-outside", "Cyfeiriad anfonwr nad yw'n eiddo i'r ysgol",
     "Cyfeiriadau nad ydynt yn eiddo i'r ysgol"},
    {"sender-identity", "envelope-other-account", "Cyfeiriad anfonwr cyfrif arall", "Cyfeiriadau cyfrifon eraill"},
    {"sender-identity", "not-signed-in", "Neges a anfonwyd heb fewngofnodi", "Negeseuon a anfonwyd heb fewngofnodi"},
    {"sender-identity", "spf", "Parth anfonwr nad yw'n caniatáu'r gweinydd post hwn",
     "Parthau nad ydynt yn caniatáu'r gweinydd post hwn"},
    {NULL, NULL, NULL, NULL},
};

const GuidanceLanguage exeat_guidance_cy = {
    .code = "cy",
    .policies = cy_policies,
    .nouns = cy_nouns,
    .ordinals = {"yr atodiad cyntaf", "yr ail atodiad", "y trydydd atodiad", "y pedwerydd atodiad", "y pumed atodiad",
                 "y chweched atodiad", "y seithfed atodiad", "yr wythfed atodiad", "y nawfed atodiad",
                 "y degfed atodiad"},
    .nth_attachment = "atodiad rhif {n}",
    .zones = {"yn y llinell bwnc", "yn y neges", "yn y llofnod", "yn y negeseuon a ddyfynnir", "mewn atodiad",
              "yn enw atodiad"},
    .files = {"ffeil", "taenlen", "dogfen", "PDF", "cyflwyniad", "archif (megis ZIP)", "llun", "neges atodedig"},
    .in_attachment = "yn {which} ({file})",
    .programs = {"Mewn unrhyw raglen", "Yn Outlook", "Yn Gmail", "Ar ffôn"},
    .found_one = "{noun}",
    .found_many = "{noun}: {count}",
    .about = " (nifer y bobl: {people})",
    .clause = "Polisi'r ysgol, cymal {clause}.",
};
