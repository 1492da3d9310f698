/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identifiers: what each check takes, and what is found in sentences that people write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "policies/detect/checks.h"
#include "policies/detect/identifiers.h"
#include "policies/detect/terms.h"

static bool
check_upn(const char *text)
{
    bool known = false;
    return exeat_check_upn(text, &known) && known;
}

typedef bool (*Check)(const char *);

static const struct {
    const char *name;
    Check check;
    const char *valid[6];
    const char *invalid[6];
} checks[] = {
    {"nhs",
     exeat_check_nhs,
     {"9434765919", "9434765870", "9990000018", "4010232137", "4505577104"},
     {"9434765918", "9434765871", "4010232138", "1234567890", "9991234560", "0000000000"}},
    {"uln",
     exeat_check_uln,
     {"9276308686", "1000000043", "9999375358", "6424316654", "7621706219"},
     {"1000000063", "9276308687", "0276308686", "9999999999", "9434765919"}},
    {"upn",
     check_upn,
     {"H801200001001", "G80120000101A", "P941200023001", "N666401124031", "B94120002401K"},
     {"Z801200001001", "G80120000101S", "I801200001001", "H801200001002", "A94120002401K"}},
    {"uci",
     exeat_check_uci,
     {"681990012058G", "689990980001D", "999990090001C", "523450231234W", "641010250042L"},
     {"681990012058H", "689990980001A", "999990090001D", "523450231234I", "641010250043L"}},
    {"nino",
     exeat_check_nino,
     {"AA370773A", "AB123456C", "HH010203D", "TW987654A", "PR123612C"},
     {"GB123456A", "AO123456A", "DS123456A", "AB123456E", "NT998877A", "QQ123456C"}},
    {"utr",
     exeat_check_utr,
     {"1955839661", "2234567890", "1097172564", "8258106771", "4748949890"},
     {"2955839661", "1234567890", "5550000621", "1955839662", "0097172564"}},
    {"iban",
     exeat_check_iban,
     {"GB29NWBK60161331926819", "GB98MIDL07009312345678", "GB82WEST12345698765432", "GB33BUKB20201555555555",
      "GB94BARC10201530093459"},
     {"GB29NWBK60161331926818", "GB28NWBK60161331926819", "GB82WEST1234569876543", "GB00NWBK60161331926819",
      "GB94BARC1020153009345"}},
    {"card",
     exeat_check_card,
     {"4462030000000000", "5404000000000001"},
     {"4111111111111112", "5555555555554445", "378282246310006", "4012888888881882", "9780140328721"}},
    {"postcode",
     exeat_check_postcode,
     {"SW1A1AA", "M11AE", "B338TH", "DN551PT", "CF103NQ"},
     {"QC1A1BB", "A19A", "LI103QP", "EC1A9B", "NF11AA"}},
    {"vehicle",
     exeat_check_vehicle,
     {"AB51ABC", "BD62XYZ", "LN14HGT", "A123BCD", "ABC123D"},
     {"IB51ABC", "AB35ABC", "AB80ABC", "I123BCD", "ABC123Z", "AB5ABC"}},
    {"passport's line for machines",
     exeat_check_mrz,
     {"L898902C36UTO7408122F1204159ZE184226B<<<<<10", "9250764733GBR1403125F3103120<<<<<<<<<<<<<<00"},
     {"L898902C36UTO7408122F1204159ZE184226B<<<<<1", "L898902C46UTO7408122F1204159ZE184226B<<<<<10",
      "L898902C36UTO7408132F1204159ZE184226B<<<<<10", "l898902c36UTO7408122F1204159ZE184226B<<<<<10",
      "THE CATALOGUE HAS 7408122 PAGES AND A COVER "}},
    {"driving licence",
     exeat_check_driving_licence,
     {"MORGA657054SM9IJ", "JONES710153J99EF", "SMITH862310AB1CD"},
     {"MORGA600054SM9IJ", "MORGA613054SM9IJ", "MORGA601324SM9IJ", "99999657054SM9IJ", "MORGA65705SM9IJ"}},
};

static void
test_checks(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        for (gsize k = 0; k < 6 && checks[i].invalid[k]; k++)
            if (checks[i].check(checks[i].invalid[k]))
                fail_msg("%s takes %s", checks[i].name, checks[i].invalid[k]);
        for (gsize k = 0; k < 6 && checks[i].valid[k]; k++)
            if (!checks[i].check(checks[i].valid[k]))
                fail_msg("%s does not take %s", checks[i].name, checks[i].valid[k]);
    }
}

/* What is found in @text at 60 or more, as "rule rule". */
static char *
find(const char *text)
{
    char *own_phones[] = {(char[]){"01632 960100"}, NULL};
    char *own_postcodes[] = {(char[]){"LS1 1UR"}, NULL};
    char *own_numbers[] = {(char[]){"20-00-00"}, (char[]){"55779911"}, NULL};
    const ExeatSchool school = {.phones = own_phones, .postcodes = own_postcodes, .numbers = own_numbers};
    ExeatText piece = {.zone = EXEAT_ZONE_NEW, .text = g_strdup(text), .length = strlen(text)};
    ExeatContext context;
    exeat_context_init(&context, &piece);
    g_autoptr(ExeatDirectory) nobody = exeat_directory_new_empty();
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    exeat_identifiers_find(&context, nobody, &school, 1772618400, hits);
    GString *found = g_string_new(NULL);
    for (guint i = 0; i < hits->len; i++) {
        const ExeatHit *hit = &g_array_index(hits, ExeatHit, i);
        if (hit->confidence >= 60)
            g_string_append_printf(found, "%s%s", found->len ? " " : "", exeat_rule_name(hit->rule));
    }
    exeat_context_clear(&context);
    g_free(piece.text);
    return g_string_free(found, FALSE);
}

/* A rule without words of its own has an empty list. */
static void
test_context(void **state)
{
    (void)state;
    ExeatText piece = {.zone = EXEAT_ZONE_NEW, .text = (char[]){"phone or mobile"}, .length = 15};
    ExeatContext context;
    exeat_context_init(&context, &piece);
    assert_true(exeat_context_within(&context, 0, 15, "fax|mobile"));
    assert_true(exeat_context_within(&context, 0, 5, "phone"));
    assert_false(exeat_context_within(&context, 0, 15, "bile"));
    assert_false(exeat_context_within(&context, 0, 15, ""));
    assert_false(exeat_context_within(&context, 0, 15, "fax|"));
    exeat_context_clear(&context);
}

static const struct {
    const char *text;
    const char *want;
} sentences[] = {
    {"His NHS number is 943 476 5919.", "nhs"},
    {"NHS No: 9434765919", "nhs"},
    {"NHS number:\n943 476 5919", "nhs"},
    {"Order 9434765919 was delivered.", ""},
    {"Zoom meeting ID: 943 476 5919", ""},
    {"UPN H801200001001", "upn"},
    {"upn: h801200001001", "upn"},
    {"Her unique pupil number is H 801 2000 01001, please use it.", "upn"},
    {"The UPN given was H801200001002", "upn"},
    {"Part number H801200001002 is in stock", ""},
    {"ULN 9276308686", "uln"},
    {"Invoice 9276308686", ""},
    {"NI number AB 12 34 56 C", "nino"},
    {"Please bring your NI number (for example QQ 12 34 56 C).", ""},
    {"National Insurance: ab123456c", "nino"},
    {"Model AB123456 is out", ""},
    {"UCI 681990012058G", "uci"},
    {"DOB: 02.12.2012", "date-of-birth"},
    {"date of birth is 17/06/2013", "date-of-birth"},
    {"born 15th June 2011", "date-of-birth"},
    {"d.o.b. 4 June 2014", "date-of-birth"},
    {"2015-01-31 (DoB)", "date-of-birth"},
    {"dyddiad geni: 3 Mai 2014", "date-of-birth"},
    {"Date of birth: June 17, 2012", "date-of-birth"},
    {"DOB 31/02/2012", ""},
    {"The trip is on 17/06/2025", ""},
    {"Shakespeare was born on 23 April 1564", ""},
    {"Please pay sort code 20-12-53, account 63748472 by Friday", "bank-account"},
    {"Please pay the school: sort code 20-00-00, account 55779911", ""},
    {"Sort code: 12-05-19\nAccount number: 66374958", "bank-account"},
    {"On 12-05-19 we sold 66374958 tickets", ""},
    {"IBAN GB29 NWBK 6016 1331 9268 19", "iban"},
    {"IBAN NO66 5508 9350 084", "iban"},
    {"Invoice no 665 508 9350 084", ""},
    {"card 4462 0300 0000 0000 exp 12/27", "card"},
    {"ISBN 978-0-14-032872-1", ""},
    {"passport number 925076473", "passport"},
    {"Reference 925076473", ""},
    {"His driving licence: MORGA657054SM9IJ", "driving-licence"},
    {"TRN 9912345", "trn"},
    {"1234567 people live there", ""},
    {"DBS certificate no 001234567890", "dbs"},
    {"mobile 07700 900123", "mobile"},
    {"ring me on +44 7700 900 123", "mobile"},
    {"ring the office on 01632 960100", ""},
    {"tel 0117 496 0860", "landline"},
    {"She lives at 14 Acacia Avenue, Leeds LS8 2AB", "address"},
    {"Meet at the museum, 14 High Street, Leeds LS8 2AB", ""},
    {"cyfeiriad: 12 Heol y Parc, Caerdydd CF10 3NQ", "address"},
    {"See https://shop.example/nhs/9434765919 for NHS leaflets", ""},
    {"Mrs Okafor's car AB51 ABC is parked there", "vehicle"},
    {"number plate A123 BCD", "vehicle"},
    {"vehicle registration ABC 123D", "vehicle"},
    {"Room A123 BCD is free", ""},
    {"the minibus AB51 ABC", ""},
    {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "passport"},
    {"Follow me on Instagram: @jo_smith7", "social-handle"},
    {"add me on snap, I'm @jo.smith", "social-handle"},
    {"my page: instagram.com/jo_smith7", "social-handle"},
    {"The school is on X: @oakfieldschool", ""},
    {"See facebook.com/oakfieldschool", ""},
    {"Meet @ 7 by the gate", ""},
    {"ISBN 0803852800 for the NHS book", ""},
    {"Write to nhs9434765919@clinic.example about the NHS number", ""},
    {"version 1.12.2012 of the NHS app", ""},
    {"9434765919\n9434765870\n4010232137\n4505577104\n9990000018", "nhs nhs nhs nhs nhs"},
    {"9434765919\n9434765871\n4010232138\n4505577105\n9990000019\n1234567891", ""},
};

static void
test_sentences(void **state)
{
    (void)state;
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++) {
        g_autofree char *found = find(sentences[i].text);
        if (!g_str_equal(found, sentences[i].want)) {
            print_error("%s\n  gave \"%s\", wanted \"%s\"\n", sentences[i].text, found, sentences[i].want);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void
test_truncation(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++) {
        for (gsize length = 0; length < strlen(sentences[i].text); length++) {
            g_autofree char *part = g_strndup(sentences[i].text, length);
            g_autofree char *valid = g_utf8_make_valid(part, -1);
            g_autofree char *found = find(valid);
            assert_non_null(found);
        }
    }
}

static const struct {
    const char *text;
    guint count;
} vocabulary[] = {
    {"She was diagnosed with autism.", 2},
    {"He self-harms", 0},
    {"self-harm", 1},
    {"self harm", 1},
    {"SELF-HARM", 1},
    {"the LAC review of this pupil", 1},
    {"lac review of this pupil", 0},
    {"Asperger\xe2\x80\x99s", 1},
    {"An incontinent", 1},
    {"careful", 0},
    {"", 0},
    {"EHCP", 1},
};

static void
test_terms(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(vocabulary); i++) {
        ExeatText piece = {
            .zone = EXEAT_ZONE_NEW, .text = g_strdup(vocabulary[i].text), .length = strlen(vocabulary[i].text)};
        ExeatContext context;
        exeat_context_init(&context, &piece);
        g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
        exeat_terms_find(&context, hits);
        if (hits->len != vocabulary[i].count)
            fail_msg("%s: %u", vocabulary[i].text, hits->len);
        exeat_context_clear(&context);
        g_free(piece.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context),    cmocka_unit_test(test_checks), cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_truncation), cmocka_unit_test(test_terms),
    };
    return cmocka_run_group_tests_name("identifiers", tests, NULL, NULL);
}
