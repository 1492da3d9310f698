/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that schools send out, each judged as the attachment of a letter to somebody outside: what must be found in
 * them, and what must be let go. Tables are written with bars between their cells. The pupils are those of the
 * fuzzers' world; whoever else is named is nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "policies/judge.h"
#include "tests/fuzz/fuzz.h"

#define SENT_AT 1789372200 /* September 2026: the ages of pupils are told from it */

typedef struct Document {
    const char *name;
    const char *want; /* rules of personal-data that must be among what is found, "" for nothing at all */
    const char *text;
} Document;

static const Document sheets[] = {
    /* found: how a table is laid out */
    {"headings above", "upn", "Name|UPN|Form\nCallum McAllister|X801079244026|7B\n"},
    {"a title above the headings", "upn",
     "Autumn transfer list\nName|UPN|Form\nCallum McAllister|X801079244026|7B\nNoah Featherstone|D801859952890|7A\n"},
    {"a title, a date and a blank row above", "nhs",
     "Vaccination clinic\nPrinted 12/09/2026\n||\nName|NHS number|Form\nCallum McAllister|6260181590|7B\n"},
    {"headings in the second row", "date-of-birth",
     "|Pupil||Home\nNo|Name|DOB|Tel\n1|Callum McAllister|12/03/2014|x\n2|Mia Cholmondeley|01/12/2013|x\n"},
    {"halves of a name under headings", "date-of-birth",
     "List\nSurname|Forename|Date of birth\nMcAllister|Callum|12/03/2014\n"},
    {"a form", "date-of-birth", "Name|Callum McAllister\nDOB|12/03/2014\nForm|7B\n"},
    {"a form with the name in halves", "date-of-birth",
     "Referral form|\nForename|Callum\nSurname|McAllister\nDate of birth|12/03/2014\nReason|See below\n"},
    {"a form in pairs", "date-of-birth",
     "Forename|Callum|Surname|McAllister\nDate of birth|12/03/2014|Form|7B\nAddress|x|Phone|x\n"},
    {"two forms in one table", "date-of-birth",
     "Name|Alison Latham\nForm|7B\nName|Callum McAllister\nDate of birth|12/03/2014\n"},
    {"a form about needs", "special-category", "Name|Callum McAllister\nForm|7B\nMedical conditions|Type 1 diabetes\n"},
    {"people side by side", "upn",
     "Name|Callum McAllister|Noah Featherstone|Mia Cholmondeley\nForm|7B|7B|7B\n"
     "UPN|X801079244026|D801859952890|X801786666176\n"},
    {"halves of names side by side", "nhs",
     "Forename|Callum|Noah|Mia\nSurname|McAllister|Featherstone|Cholmondeley\n"
     "NHS number|6260181590|4830166134|4860913906\n"},
    {"needs side by side", "special-category",
     "Pupil name|Callum McAllister|Noah Featherstone|Mia Cholmondeley\nYear|7|7|7\nSEN need|ASD|-|-\n"},
    {"a second block below the first", "upn",
     "Room|Chairs\nHall|200\nGym|40\n\nName|UPN\nCallum McAllister|X801079244026\n"},
    {"the value before the name", "upn", "UPN|Form|Name\nX801079244026|7B|Callum McAllister\n"},
    {"far apart in one row", "upn", "Name|A|B|C|D|E|F|G|H|UPN\nCallum McAllister|1|2|3|4|5|6|7|8|X801079244026\n"},
    /* found: columns without a heading that says so */
    {"UPNs without a heading", "upn",
     "X801079244026|7B\nD801859952890|7B\nX801786666176|7B\nV801031372159|7C\nT801010928159|7C\n"},
    {"NHS numbers under ID", "nhs",
     "ID|Clinic\n6260181590|A\n4830166134|A\n4860913906|B\n7960308241|B\n6281948211|B\n7937865792|A\n"},
    {"ULNs under Number", "uln",
     "Number|Course\n9757491186|BTEC\n7252760188|BTEC\n6559797111|BTEC\n6075291708|BTEC\n4423667125|BTEC\n"},
    {"NHS and ULN side by side, told apart", "nhs uln",
     "A|B|Callum McAllister\n6260181590|9757491186|\n4830166134|7252760188|Callum McAllister\n4860913906|6559797111|\n"
     "7960308241|6075291708|\n6281948211|4423667125|Noah Featherstone\n"},
    {"candidates' UCIs", "uci",
     "681990241408L|GCSE\n681990242362Y|GCSE\n681990241675Y|GCSE\n681990245614H|GCSE\n681990244338M|GCSE\n"},
    {"birthdays under nothing", "date-of-birth",
     "Callum McAllister|12/03/2014\nNoah Featherstone|01/12/2013\nMia Cholmondeley|22/06/2014\n"
     "Lucas Trelawney|05/10/2014\nSophie Gallagher|30/01/2015\n"},
    {"National Insurance numbers", "nino",
     "Latham|Alison|AB123456C\nx|y|HH010203D\nx|y|TW987654A\nx|y|PR123612C\nx|y|AA370773A\n"},
    {"needs as codes", "special-category",
     "Name|Form|S\nCallum McAllister|7B|K\nNoah Featherstone|7B|N\nMia Cholmondeley|7B|E\nLucas Trelawney|7B|N\n"
     "Sophie Gallagher|7C|K\nAnn Lee|7C|N\n"},
    {"kinds of needs", "special-category",
     "Name|Form|Primary\nCallum McAllister|7B|ASD\nNoah Featherstone|7B|SEMH\nMia Cholmondeley|7B|SLCN\n"
     "Lucas Trelawney|7B|SPLD\nSophie Gallagher|7C|HI\n"},
    {"passports by their heading", "passport",
     "Name|Passport no\nCallum McAllister|925076473\nNoah Featherstone|107182890\n"},
    {"a staff car park", "vehicle", "Name|Registration number\nAlison Latham|AB51 ABC\nx|BD62 XYZ\nx|LN14 HGT\n"},
    /* found: lists of pupils */
    {"an export of strangers", "name",
     "Adm No|Legal Surname|Legal Forename|Reg Group\n1|Ashdown|Petra|7A\n2|Birkett|Olu|7A\n3|Cawthorne|Iwan|7A\n"
     "4|Dunmore|Zofia|7A\n5|Eastbrook|Hari|7A\n"},
    {"whole names beside a record's column", "name",
     "Full name|UPN|Year\nPetra Ashdown|-|7\nOlu Birkett|-|7\nIwan Cawthorne|-|7\nZofia Dunmore|-|7\nHari "
     "Eastbrook|-|7\n"},
    {"an export in two blocks", "name",
     "7A\nSurname|Forename|Reg\nAshdown|Petra|7A\nBirkett|Olu|7A\nCawthorne|Iwan|7A\n7B\nSurname|Forename|Reg\n"
     "Dunmore|Zofia|7B\nEastbrook|Hari|7B\n"},
    {"pupils of the school, nothing else", "name",
     "Callum McAllister\nNoah Featherstone\nMia Cholmondeley\nLucas Trelawney\nSophie Gallagher\n"},
    {"families' mail addresses", "email",
     "Club|Mail\nA|ann.ash@gmail.com\nB|bo.birk@hotmail.co.uk\nC|ci@btinternet.com\nD|di.dun@icloud.com\n"
     "E|ed@outlook.com\n"},
    {"a register", "name",
     "Pupil|Mon|Tue\nMcAllister, Callum|/|/\nFeatherstone, Noah|/|\\\nCholmondeley, Mia|N|/\nTrelawney, Lucas|/|/\n"
     "Gallagher, Sophie|/|/\n"},
    {"exam entries by strangers", "name",
     "Student|Candidate|UCI\nPetra Ashdown|1001|\nOlu Birkett|1002|\nIwan Cawthorne|1003|\nZofia Dunmore|1004|\n"
     "Hari Eastbrook|1005|\n"},
    /* let go */
    {"a timetable", "", "Day|P1|P2|P3\nMon|Maths|French|PE\nTue|Art|RE|IT\nWed|Maths|Science|Music\n"},
    {"fixtures", "",
     "Date|Opponent|Venue\n12/09/2026|Hillside|Home\n19/09/2026|Moorland|Away\n26/09/2026|St Anne's|Home\n"
     "03/10/2026|Valley|Away\n10/10/2026|Bridge|Home\n"},
    {"dates of seasons past", "",
     "Callum McAllister Cup|12/09/2015\nNoah House "
     "Shield|17/09/2016\nRelay|15/09/2018\nCup|14/09/2019\nRun|18/09/2021\n"},
    {"a stock list", "",
     "Item|Stock code|Qty\nGlue sticks|1163726516|40\nPaper|7612220297|12\nPens|2997528820|300\nCard|0182633043|25\n"
     "Tape|4839548620|8\nInk|5798682828|3\n"},
    {"stock codes of a pupil number's shape", "",
     "Code|Item\nB801341252427|Desk\nD801167232686|Chair\nF801635515058|Lamp\nH801706589481|Shelf\nX801079244026|Rug\n"
     "B801311440242|Bin\n"},
    {"order numbers beside names of pupils", "",
     "Order|For\n1163726516|Callum McAllister\n7612220297|Noah Featherstone\n2997528820|Mia Cholmondeley\n"
     "0182633043|Lucas Trelawney\n"},
    {"books by ISBN-10", "",
     "Title|ISBN|Copies\nA|0803852800|30\nB|1148525386|30\nC|1393363385|30\nD|1500474398|30\nE|1755131372|30\nF|"
     "0537990755|30\n"},
    {"books by ISBN-10, unheaded", "",
     "A|0803852800\nB|1148525386\nC|1393363385\nD|1500474398\nE|1755131372\nF|0537990755\n"},
    {"books by ISBN-13", "", "Title|ISBN\nA|9780140328721\nB|9780141439600\nC|9780199535569\nD|9780007158447\n"},
    {"a phone list of firms", "",
     "Firm|Phone\nPlumber|0113 496 0860\nElectrician|01632 960123\nCoaches|0117 496 0101\nTaxi|020 7946 0991\n"},
    {"money", "",
     "Item|Net|VAT|Gross\nCoach|450.00|90.00|540.00\nTickets|1250.00|0.00|1250.00\nLunch|310.50|62.10|372.60\n"},
    {"an invoice", "",
     "Invoice|20261109\nAccount|Oakfield School\nDue|30/11/2026\nLines|4\nTotal|£1,240.50\nVAT|GB 123 4567 89\n"},
    {"invoices by number", "",
     "Invoice no|Date|Amount\n1000000091|01/02/2024|12.00\n1000000092|03/05/2024|15.00\n1000000093|09/09/2024|18.50\n"
     "1000000094|02/02/2025|22.00\n1000000095|17/06/2025|40.00\n"},
    {"an order form", "",
     "Name of firm|Pennine Coaches\nOrder no|7612220297\nDelivery address|Oakfield School, M1 1AE\n"},
    {"a seating plan by number", "",
     "Row|1|2|3|4\nA|1001|1002|1003|1004\nB|1005|1006|1007|1008\nC|1009|1010|1011|1012\n"},
    {"marks by candidate number", "",
     "Candidate|Paper 1|Paper 2\n1001|34|41\n1002|28|39\n1003|45|47\n1004|12|20\n1005|30|30\n"},
    {"marks without names", "",
     "Pupil|Score|Reg\nPupil 1|34|7A\nPupil 2|28|7A\nPupil 3|45|7A\nPupil 4|12|7B\nPupil 5|30|7B\n"},
    {"letters for names", "",
     "Child|Reg|Target\nChild A|1|read daily\nChild B|1|number bonds\nChild C|2|phonics\nChild D|2|x\n"
     "Child E|2|y\n"},
    {"a census in figures", "",
     "Group|Number|Attendance %\nSEN|42|93.1\nFSM|88|91.0\nLAC|4|95.5\nEAL|61|94.4\nAll|812|94.9\n"},
    {"a curriculum map", "",
     "Year|Autumn|Spring|Summer\n7|Oliver Twist|Poetry|Matilda\n8|Harry Potter|Anne Frank|Drama\n"
     "9|An Inspector Calls|War poets|Shakespeare\n"},
    {"term dates", "",
     "Term|Starts|Ends\nAutumn|03/09/2026|18/12/2026\nSpring|05/01/2027|26/03/2027\nSummer|13/04/2027|21/07/2027\n"},
    {"equipment by date bought", "",
     "Equipment|Bought|Serial\nProjector|12/03/2014|PJ88112\nKiln|01/12/2013|KL2\nPiano|22/06/2014|Y1\nLathe|05/10/"
     "2014|L7\n"
     "Oven|30/01/2015|O9\n"},
    {"training by date, with names of staff", "",
     "Staff|First aid\nAlison Latham|12/03/2024\nx y|01/12/2023\nx y|22/06/2024\nx y|05/10/2024\nx y|30/01/2025\n"},
    {"when pupils were admitted", "",
     "Name|Admission date\nCallum McAllister|05/09/2019\nNoah Featherstone|04/09/2018\nMia Cholmondeley|06/01/2020\n"
     "Lucas Trelawney|03/09/2021\n"},
    {"room bookings", "",
     "Room|Date|Time|Who\nHall|17/06/2026|18:00|Choir\nGym|18/06/2026|19:00|Judo\nHall|19/06/2026|10:00|PTA\n"},
    {"minibus registrations by vehicle", "",
     "Vehicle|MOT|Insurance\nMinibus AB51 ABC|12/03/2027|yes\nMinibus BD62 XYZ|01/12/2026|yes\n"},
    {"a menu", "",
     "Day|Main|Vegetarian|Allergens\nMon|Pasta bake|Lentil curry|gluten, milk\nTue|Fish|Bean chilli|fish\n"},
    {"letters in a column", "",
     "Name|Seat\nCallum McAllister|E\nNoah Featherstone|A\nMia Cholmondeley|K\nLucas Trelawney|C\n"},
    {"firms' mail addresses", "",
     "Firm|Mail\nA|info@coaches.example\nB|sales@paper.example\nC|hello@museum.example\nD|x@zoo.example\n"
     "E|office@oakfield.sch.uk\n"},
    {"laptops on loan", "",
     "Name|Laptop|Condition\nCallum McAllister|L7|Good\nNoah Featherstone|L8|Fair\nMia Cholmondeley|L9|as new\n"},
    {"yes and no", "", "Name|Going\nCallum McAllister|Y\nNoah Featherstone|N\nMia Cholmondeley|Y\nLucas Trelawney|N\n"},
    {"grid references and postcodes of places", "",
     "Site|Postcode|Grid\nMuseum|M3 4FP|SJ 830 978\nCastle|LL55 2AY|SH 477 626\n"},
    {"museum prices", "",
     "Ticket|Price|Code\nAdult|12.50|4929112233445566\nChild|8.00|4929112233445567\nSchool|6.00|4929112233445568\n"
     "Carer|0.00|4929112233445569\nMember|0.00|4929112233445570\nStaff|0.00|4929112233445571\n"},
};

static const Document prose[] = {
    {"an identifier in a sentence", "upn",
     "Report\nWe have agreed that Callum McAllister (UPN X801079244026) moves in May.\n"},
    {"in one paragraph", "date-of-birth", "Referral\n\nThe pupil is Callum McAllister.\nDate of birth: 12/03/2014.\n"},
    {"a condition in minutes", "special-category",
     "Minutes\n1. Apologies\n2. Callum McAllister has been diagnosed with epilepsy and needs a plan.\n"},
    {"a concern in minutes", "safeguarding",
     "Noah Featherstone is now on a child protection plan after the strategy meeting.\n"},
    {"SEN by its letter", "special-category", "Transfer notes. Mia Cholmondeley, SEN status: K, settles well.\n"},
    {"pupils on lines", "name",
     "Cast\nCallum McAllister\nNoah Featherstone\nMia Cholmondeley\nLucas Trelawney\nSophie Gallagher\nAnn Lee\n"},
    {"a home address", "address", "Callum McAllister\n14 Acacia Avenue\nLeeds LS8 2AB\n"},
    {"a passport read by a machine", "passport",
     "Scan of page 1\nP<GBRASHDOWN<<PETRA<<<<<<<<<<<<<<<<<<<<<<<<<<<\n"
     "9250764733GBR1403125F3103120<<<<<<<<<<<<<<02\nAshdown, Petra\n"},
    {"a trip letter", "",
     "Dear parents,\nYear 7 will visit the museum at 14 High Street, Leeds LS8 2AB on 17/06/2027. Please pay £12.50 by "
     "30/05/2027. Pupils with asthma should bring their inhalers.\nMiss Latham\n"},
    {"minutes of governors", "",
     "Minutes of 12/09/2026\nPresent: A Latham (clerk), six governors.\nThe safeguarding policy was approved. SEN "
     "numbers "
     "are stable: 42 at K, 9 with an EHCP. Attendance 94.9%.\n"},
    {"a policy", "",
     "Child protection policy\nAny disclosure of abuse is reported to the designated lead. A child protection plan may "
     "follow a section 47 enquiry. Staff hold a DBS certificate.\n"},
    {"an exam paper", "",
     "GCSE English Literature 8702/1\nCandidate number ____ Centre number ____\nAn Inspector Calls: how does Priestley "
     "present Arthur Birling? Harry Potter is not set.\n"},
    {"first aid for all", "", "Epilepsy: what to do. Asthma: use the blue inhaler. Diabetes: give sugar. Call 999.\n"},
    {"a booking", "",
     "Booking reference 7612220297 for 12 March 2027, 45 pupils and 5 adults. Contact Alison Latham.\n"},
    {"a link", "",
     "See https://shop.example/upn/X801079244026?nhs=6260181590 for Callum McAllister Cup merchandise.\n"},
    {"a meeting", "", "Join the Zoom meeting. Meeting ID: 626 018 1590 Passcode: 443322. Alison Latham will host.\n"},
    {"a tracking number", "", "Your parcel 6260181590 is with the courier and will reach Alison Latham today.\n"},
    {"a job advert", "",
     "Teacher of maths, from January 2027. You will hold QTS and an enhanced DBS check is needed. Apply to the "
     "head.\n"},
    {"a newsletter", "",
     "Well done to Callum and Mia for the cross country on 12/09/2026! Year 7 raised £340 for the autism charity.\n"},
    {"a history sheet", "", "Florence Nightingale was born on 12 May 1820. Mary Seacole was born in 1805.\n"},
};

static char *
letter_of(const Document *document, bool sheet)
{
    return g_strdup_printf("From: Alison Latham <a.latham@oakfield.sch.uk>\r\nTo: reception@clinic.example\r\n"
                           "Subject: As agreed\r\nDate: Mon, 14 Sep 2026 10:00:00 +0100\r\n"
                           "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                           "--b\r\nContent-Type: text/plain\r\n\r\nPlease see attached.\r\n--b\r\n"
                           "Content-Type: %s; charset=utf-8\r\nContent-Disposition: attachment; filename=a.%s\r\n\r\n"
                           "%s\r\n--b--\r\n",
                           sheet ? "text/csv" : "text/plain", sheet ? "csv" : "txt", document->text);
}

static ExeatVerdict *
judge(const char *letter)
{
    g_autoptr(ExeatEnvelope) envelope = exeat_envelope_new();
    envelope->sender = g_strdup("a.latham@oakfield.sch.uk");
    envelope->account = g_strdup("a.latham@oakfield.sch.uk");
    envelope->received_at = SENT_AT;
    g_ptr_array_add(envelope->recipients, g_strdup("reception@clinic.example"));
    g_autoptr(GBytes) bytes = g_bytes_new(letter, strlen(letter));
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, envelope, NULL);
    ExeatVerdict *verdict = NULL;
    assert_true(exeat_judge(message, fuzz_settings(), fuzz_directory(), 0, &verdict, NULL));
    return verdict;
}

/* The rules of personal-data that were found, each once. */
static char *
rules_of(const ExeatVerdict *verdict)
{
    GString *found = g_string_new(" ");
    for (guint i = 0; i < verdict->findings->len; i++) {
        const ExeatFinding *finding = g_ptr_array_index(verdict->findings, i);
        g_autofree char *rule = g_strdup_printf(" %s ", finding->rule);
        if (g_str_equal(finding->policy, "personal-data") && !strstr(found->str, rule))
            g_string_append(found, rule + 1);
    }
    return g_string_free(found, FALSE);
}

static bool
is_right(const Document *document, bool sheet)
{
    g_autofree char *letter = letter_of(document, sheet);
    g_autoptr(ExeatVerdict) verdict = judge(letter);
    g_autofree char *found = rules_of(verdict);
    g_auto(GStrv) wanted = g_strsplit(document->want, " ", -1);
    bool right = *document->want || g_str_equal(found, " ");
    for (char **want = wanted; *want && **want; want++) {
        g_autofree char *rule = g_strdup_printf(" %s ", *want);
        right = right && strstr(found, rule);
    }
    if (!right)
        print_error("%s: found \"%s\", wanted \"%s\"\n", document->name, found, document->want);
    return right;
}

static void
test_sheets(void **state)
{
    (void)state;
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(sheets); i++)
        wrong += !is_right(&sheets[i], true);
    assert_int_equal(wrong, 0);
}

static void
test_prose(void **state)
{
    (void)state;
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(prose); i++)
        wrong += !is_right(&prose[i], false);
    assert_int_equal(wrong, 0);
}

static int
start(void **state)
{
    (void)state;
    exeat_message_library_init();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sheets), cmocka_unit_test(test_prose)};
    return cmocka_run_group_tests_name("documents", tests, start, NULL);
}
