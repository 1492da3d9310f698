/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Importing: the exports of the usual systems, character sets, links between pupils and parents, merging, bad rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/error.h"
#include "directory/find.h"
#include "directory/import-private.h"

static const ExeatDirectoryKey test_key = {{9}};
static const char *const test_domains[] = {"oakfield.sch.uk", NULL};

typedef struct Outcome {
    ExeatDirectory *directory;
    ExeatImportReport *report;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    exeat_directory_unref(outcome->directory);
    exeat_import_report_free(outcome->report);
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

/* Imports up to two files. */
static void
import_into(Outcome *outcome, const char *one, gssize length, const char *two, int role, bool strict, const char *map)
{
    g_autofree char *folder = g_dir_make_tmp("exeat-import-XXXXXX", NULL);
    g_autofree char *first = g_build_filename(folder, "one", NULL);
    g_autofree char *second = g_build_filename(folder, "two", NULL);
    g_autofree char *file = g_build_filename(folder, "directory", NULL);
    assert_true(g_file_set_contents(first, one, length, NULL));
    assert_true(g_file_set_contents(second, two != NULL ? two : "", -1, NULL));
    ExeatImportSource sources[] = {{first, role}, {second, -1}};
    ExeatImportOptions options = {.map = map, .school_domains = test_domains, .strict = strict};
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(&test_key);
    if (exeat_directory_import(sources, two != NULL ? 2 : 1, &options, builder, &outcome->report, &outcome->error)) {
        assert_true(exeat_directory_builder_write(builder, file, NULL));
        assert_true(exeat_directory_open(file, &test_key, &outcome->directory, NULL));
    }
    g_unlink(first);
    g_unlink(second);
    g_unlink(file);
    g_rmdir(folder);
}

static bool
knows(const Outcome *outcome, const char *typed, ExeatRole role)
{
    ExeatDirectoryFound found;
    return exeat_directory_find(outcome->directory, typed, &found) && found.roles[role] == 1;
}

static void
test_systems(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        guint pupils;
        guint staff;
        guint parents;
        const char *known; /* separated by "|" */
        ExeatRole role;
    } rows[] = {
        /* SIMS */
        {"Forename,Surname,UPN,Year,Reg,Email\nJamie,Sugden,H801200001001,7,7B,21jsugden@oakfield.sch.uk\n", 1, 0, 0,
         "Jamie Sugden|Sugden, Jamie|H801200001001|21jsugden@oakfield.sch.uk", EXEAT_ROLE_PUPIL},
        {"Admission No,UPN,Legal Surname,Legal Forename,Preferred Name,Date of Birth,Gender,Year Group,Reg Group\n"
         "001234,H801200001001,Sugden,James,Jamie,03/04/2012,M,Year 7,7B\n",
         1, 0, 0, "James Sugden|Jamie Sugden|2012-04-03|3 Apr 2012", EXEAT_ROLE_PUPIL},
        /* Arbor */
        {"First name;Last name;Year group;Registration form;Legal last name\nSiân;O'Neill;Year 7;7B;Rimmer\n", 1, 0, 0,
         "Sian Oneill|Siân Rimmer", EXEAT_ROLE_PUPIL},
        /* Bromcom */
        {"FirstName\tLastName\tYearGroup\tForm\tStudentEmail\nZoë\tYates\t7\t7B\tzyates@oakfield.sch.uk\n", 1, 0, 0,
         "Zoe Yates|zyates@oakfield.sch.uk", EXEAT_ROLE_PUPIL},
        /* OneRoster: the parent comes before the child that she belongs to */
        {"sourcedId,status,enabledUser,role,givenName,familyName,email,agentSourcedIds,preferredFirstName\n"
         "p1,active,true,parent,Claire,Ogden,claire@example.test,s1,\n"
         "s1,active,true,student,Ryan,Ogden,rogden@oakfield.sch.uk,p1,Ry\n"
         "t1,active,true,teacher,Anita,Patel,apatel@oakfield.sch.uk,,\n",
         1, 1, 1, "Ryan Ogden|Ry Ogden", EXEAT_ROLE_PUPIL},
        /* Welsh */
        {"Enw Cyntaf,Cyfenw,Dyddiad Geni,Blwyddyn,E-bost\nCai,Beynon,17/06/2013,6,cbeynon@oakfield.sch.uk\n", 1, 0, 0,
         "Cai Beynon|17/06/2013", EXEAT_ROLE_PUPIL},
        /* whole names, and a title above the headings */
        {"Staff list\n\nName,Staff Code,Work Email,Home Email,Department\n"
         "Mrs Anita Patel,APA,apatel@oakfield.sch.uk,anita@example.test,Maths\n",
         0, 1, 0, "Anita Patel|anita@example.test|apatel@oakfield.sch.uk", EXEAT_ROLE_STAFF},
        {"Title,Forename,Surname,Email Address\nMr,Pieter,van der Berg,p@oakfield.sch.uk\n", 0, 1, 0,
         "Pieter van der Berg|Pieter Berg", EXEAT_ROLE_STAFF},
        /* contacts beside the pupil */
        {"Surname,Forename,UPN,Parent 1 Name,Parent 1 Email,Parent 1 Mobile,Parent 2 Name,Priority 2 Email\n"
         "Varley,Ellie,H801200001001,Mr John Varley,john@example.test,07700 900123,\"Lomax, Ann\",ann@example.test\n",
         1, 0, 2, "John Varley|Ann Lomax|07700900123|+44 7700 900123|john@example.test|ann@example.test",
         EXEAT_ROLE_PARENT},
        {"Name,Reg,Mother,Mother Email,Father\nEllie Varley,7B,Jane Varley,jane@example.test,John Varley\n", 1, 0, 2,
         "Jane Varley|John Varley", EXEAT_ROLE_PARENT},
        /* contacts with the pupil beside them */
        {"Contact Surname,Contact Forename,Contact Email,Pupil Surname,Pupil Forename,Relationship\n"
         "Varley,John,john@example.test,Varley,Ellie,Father\n",
         1, 0, 1, "John Varley|john@example.test", EXEAT_ROLE_PARENT},
        {"Forename,Surname,Email,Student Name,Student UPN\nJohn,Varley,john@example.test,Ellie Varley,H801200001001\n",
         1, 0, 1, "John Varley", EXEAT_ROLE_PARENT},
        /* what is called nobody's is the contact's */
        {"UPN,Student first name,Student last name,Title,Contact first name,Contact last name,Email address,Mobile "
         "number\n"
         "H801200001001,Ellie,Varley,Mrs,Jane,Varley,jane@example.test,07700 900456\n",
         1, 0, 1, "Jane Varley|jane@example.test|07700900456", EXEAT_ROLE_PARENT},
        {"UPN,Contact Name,Email,Telephone\nH801200001001,Jane Varley,jane@example.test,07700 900456\n", 0, 0,
         1, /* nobody says who the pupil is */
         "Jane Varley|jane@example.test", EXEAT_ROLE_PARENT},
        {"sep=;\r\nForename;Surname;UPN\r\nJamie;Sugden;H801200001001\r\n", 1, 0, 0, "Jamie Sugden", EXEAT_ROLE_PUPIL},
        {"Forename,Surname,Year\nSukarno,.,7\n", 1, 0, 0, "Sukarno", EXEAT_ROLE_PUPIL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Outcome) outcome = {0};
        import_into(&outcome, rows[i].text, -1, NULL, -1, false, NULL);
        if (outcome.directory == NULL)
            fail_msg("row %u: %s", i, outcome.error->message);
        const guint *people = outcome.report->people;
        if (people[EXEAT_ROLE_PUPIL] != rows[i].pupils || people[EXEAT_ROLE_STAFF] != rows[i].staff ||
            people[EXEAT_ROLE_PARENT] != rows[i].parents)
            fail_msg("row %u: %u pupils, %u staff, %u parents", i, people[0], people[1], people[2]);
        g_auto(GStrv) known = g_strsplit(rows[i].known, "|", -1);
        for (guint j = 0; known[j] != NULL; j++)
            if (!knows(&outcome, known[j], rows[i].role))
                fail_msg("row %u: does not know %s", i, known[j]);
    }
}

static void
test_charsets(void **state)
{
    (void)state;
    const char *text = "Forename,Surname,UPN\nZoë,Müller,H801200001001\n";
    static const struct {
        const char *charset;
        const char *mark;
        gsize mark_length;
    } rows[] = {
        {"UTF-8", "", 0},    {"UTF-8", "\xef\xbb\xbf", 3}, {"UTF-16LE", "\xff\xfe", 2}, {"UTF-16BE", "\xfe\xff", 2},
        {"UTF-16LE", "", 0}, {"UTF-16BE", "", 0},          {"ISO-8859-1", "", 0},       {"WINDOWS-1252", "", 0}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = 0;
        g_autofree char *body = g_convert(text, -1, rows[i].charset, "UTF-8", NULL, &length, NULL);
        g_autofree char *file = g_malloc(length + rows[i].mark_length);
        memcpy(file, rows[i].mark, rows[i].mark_length);
        memcpy(file + rows[i].mark_length, body, length);
        g_auto(Outcome) outcome = {0};
        import_into(&outcome, file, (gssize)(length + rows[i].mark_length), NULL, -1, true, NULL);
        if (outcome.directory == NULL || !knows(&outcome, "Zoe Muller", EXEAT_ROLE_PUPIL))
            fail_msg("charset %u (%s)", i, rows[i].charset);
    }
}

/* One person in two files is one; brothers and their parents are one household. */
static void
test_merge(void **state)
{
    (void)state;
    g_auto(Outcome) outcome = {0};
    import_into(&outcome,
                "Admission No,Forename,Surname,UPN,Date of Birth\n1,Ellie,Varley,H801200001001,01/02/2012\n"
                "2,Ben,Varley,G801200001002,01/02/2014\n3,Ellie,Varley,F801200001003,05/02/2012\n",
                -1,
                "Parent Forename,Parent Surname,Parent Email,Pupil Admission No\nJohn,Varley,john@example.test,1\n"
                "John,Varley,john@example.test,2\nJane,Varley,jane@example.test,1\nNo,One,no@example.test,99\n",
                -1, true, NULL);
    assert_non_null(outcome.directory);
    assert_int_equal(outcome.report->people[EXEAT_ROLE_PUPIL], 3);
    assert_int_equal(outcome.report->people[EXEAT_ROLE_PARENT], 3);
    ExeatPersonId john;
    assert_true(exeat_directory_address(outcome.directory, "john@example.test", &john, NULL));
    gsize count;
    exeat_directory_links(outcome.directory, john, &count);
    assert_int_equal(count, 2);
    ExeatPersonId ben = exeat_directory_fact_owner(outcome.directory, EXEAT_FACT_UPN, "G801200001002");
    ExeatPersonId jane;
    assert_true(exeat_directory_address(outcome.directory, "jane@example.test", &jane, NULL));
    assert_int_equal(exeat_directory_person(outcome.directory, ben)->household,
                     exeat_directory_person(outcome.directory, jane)->household);
}

static void
test_addresses(void **state)
{
    (void)state;
    g_auto(Outcome) outcome = {0};
    import_into(
        &outcome,
        "Title,Forename,Surname,Work Email,Home Email\nMs,Ann,Lee,a@mail.oakfield.sch.uk,a@notoakfield.sch.uk\n", -1,
        NULL, -1, true, NULL);
    ExeatAddressUse use;
    assert_true(exeat_directory_address(outcome.directory, "a@mail.oakfield.sch.uk", NULL, &use));
    assert_int_equal(use, EXEAT_ADDRESS_SCHOOL);
    assert_true(exeat_directory_address(outcome.directory, "a@notoakfield.sch.uk", NULL, &use));
    assert_int_equal(use, EXEAT_ADDRESS_PRIVATE);
}

static void
test_bad_rows(void **state)
{
    (void)state;
    const char *text = "Forename,Surname,UPN,Date of Birth\nJamie,Sugden,H801200001001,03/04/2012\n,,,\n"
                       "Ellie,Varley,\"broken\nUPN\",03/04/2012\n,,,31/02/2012\nBen,Lomax,G801200001002,31/02/2012\n";
    g_auto(Outcome) outcome = {0};
    import_into(&outcome, text, -1, NULL, -1, false, NULL);
    assert_non_null(outcome.directory);
    assert_int_equal(outcome.report->people[EXEAT_ROLE_PUPIL], 3);
    assert_int_equal(outcome.report->problems_count, 3);
    static const guint lines[] = {4, 6, 7};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        const ExeatImportProblem *problem = g_ptr_array_index(outcome.report->problems, i);
        assert_int_equal(problem->line, lines[i]);
        assert_null(strstr(problem->reason, "Ellie"));
    }
    g_auto(Outcome) strict = {0};
    import_into(&strict, text, -1, NULL, -1, true, NULL);
    assert_null(strict.directory);
    assert_true(g_error_matches(strict.error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED));
}

static void
test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *map;
        ExeatErrorCode want;
    } rows[] = {
        {"", NULL, EXEAT_ERROR_MALFORMED},
        {"one,two\n1,2\n", NULL, EXEAT_ERROR_MALFORMED},
        {"Forename,Surname\nJamie,Sugden\n", NULL, EXEAT_ERROR_CONFIG},
        {"Forename,Surname,UPN\n", "Forename=nonsense", EXEAT_ERROR_CONFIG},
        {"<?xml version=\"1.0\"?><other/>", NULL, EXEAT_ERROR_MALFORMED},
        {"<?xml version=\"1.0\"?><CTfile><Pupil>", NULL, EXEAT_ERROR_MALFORMED},
        {"<?xml version=\"1.0\"?><!DOCTYPE CTfile [<!ENTITY a \"b\">]><CTfile/>", NULL, EXEAT_ERROR_MALFORMED},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Outcome) outcome = {0};
        import_into(&outcome, rows[i].text, -1, NULL, -1, false, rows[i].map);
        if (outcome.directory != NULL || !g_error_matches(outcome.error, EXEAT_ERROR, (gint)rows[i].want))
            fail_msg("row %u is not refused so", i);
    }
    g_auto(Outcome) mapped = {0};
    import_into(&mapped, "Vorname,Nachname\nJamie,Sugden\n", -1, NULL, EXEAT_ROLE_PUPIL, true,
                "Vorname=given, Nachname=family");
    assert_true(knows(&mapped, "Jamie Sugden", EXEAT_ROLE_PUPIL));
}

static void
test_ctf(void **state)
{
    (void)state;
    const char *text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><c:CTfile "
        "xmlns:c=\"urn:x\"><Header><SourceSchool><SchoolName>Oakfield"
        "</SchoolName></SourceSchool></Header><CTFpupilData><Pupil><UPN>H801200001001</UPN><Surname>Varley</Surname>"
        "<Forename>Eleanor</Forename><DOB>2012-02-01</DOB><BasicDetails><PreferredForename>Nell</PreferredForename>"
        "<FormerSurname>Rimmer</FormerSurname><MiddleNames>Rose</MiddleNames></BasicDetails><Address><BS7666Address>"
        "<PAON>1</PAON><Street>High Street</Street></BS7666Address><PostCode>CF10 3NQ</PostCode></Address>"
        "<Contacts><Contact><Surname>Varley</Surname><Forename>Jane</Forename><Phones><Phone><PhoneNo>07700 900456"
        "</PhoneNo></Phone></Phones><Email>jane@example.test</Email></Contact></Contacts><SchoolHistory><School>"
        "<PostCode>ZZ1 1ZZ</PostCode></School></SchoolHistory></Pupil></CTFpupilData></c:CTfile>";
    g_auto(Outcome) outcome = {0};
    import_into(&outcome, text, -1, NULL, -1, true, NULL);
    if (outcome.directory == NULL)
        fail_msg("%s", outcome.error->message);
    static const char *const pupil[] = {"Eleanor Varley", "Nell Varley",   "Eleanor Rimmer",
                                        "Rose Varley",    "H801200001001", "CF103NQ"};
    for (guint i = 0; i < G_N_ELEMENTS(pupil); i++)
        if (!knows(&outcome, pupil[i], EXEAT_ROLE_PUPIL))
            fail_msg("does not know %s", pupil[i]);
    assert_true(knows(&outcome, "Jane Varley", EXEAT_ROLE_PARENT));
    assert_true(knows(&outcome, "07700900456", EXEAT_ROLE_PARENT));
    ExeatDirectoryFound found;
    assert_false(exeat_directory_find(outcome.directory, "ZZ1 1ZZ", &found));
}

static void
test_ctf_depth(void **state)
{
    (void)state;
    for (guint depth = EXEAT_IMPORT_MAX_XML_DEPTH - 1; depth <= EXEAT_IMPORT_MAX_XML_DEPTH + 1; depth++) {
        GString *text = g_string_new("<CTfile>");
        for (guint i = 0; i < depth; i++)
            g_string_append(text, "<a>");
        for (guint i = 0; i < depth; i++)
            g_string_append(text, "</a>");
        g_string_append(text, "</CTfile>");
        g_auto(Outcome) outcome = {0};
        import_into(&outcome, text->str, -1, NULL, -1, true, NULL);
        if (depth <= EXEAT_IMPORT_MAX_XML_DEPTH)
            assert_non_null(outcome.directory);
        else
            assert_true(g_error_matches(outcome.error, EXEAT_ERROR, EXEAT_ERROR_LIMIT));
        g_string_free(text, TRUE);
    }
}

static void
test_values(void **state)
{
    (void)state;
    static const struct {
        char *(*clean)(const char *);
        const char *text;
        const char *want;
    } rows[] = {
        {exeat_import_date, "03/04/2012", "2012-04-03"},
        {exeat_import_date, "2012-04-03", "2012-04-03"},
        {exeat_import_date, "3-Apr-12", "2012-04-03"},
        {exeat_import_date, "3rd April 2012", "2012-04-03"},
        {exeat_import_date, "03.04.99", "1999-04-03"},
        {exeat_import_date, "2012-04-03T00:00:00", "2012-04-03"},
        {exeat_import_date, "31/02/2012", NULL},
        {exeat_import_date, "unknown", NULL},
        {exeat_import_postcode, "cf10 3nq", "CF103NQ"},
        {exeat_import_postcode, "none", NULL},
        {exeat_import_phone, "+44 7700 900123", "07700900123"},
        {exeat_import_phone, "7700900123", "07700900123"},
        {exeat_import_phone, "+44 (0)7700 900123", "07700900123"},
        {exeat_import_phone, "ex 12", NULL},
        {exeat_import_upn, " h8012 0000 1001", "H801200001001"},
        {exeat_import_upn, "123", NULL},
        {exeat_import_mailbox, "Ann <Ann+x@Example.TEST>", "ann@example.test"},
        {exeat_import_mailbox, "ann at home", NULL},
        {exeat_import_name, "  Mary   Ann ", "Mary Ann"},
        {exeat_import_name, "N/A", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = rows[i].clean(rows[i].text);
        if (g_strcmp0(got, rows[i].want) != 0)
            fail_msg("%s: got %s", rows[i].text, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_systems),   cmocka_unit_test(test_charsets),  cmocka_unit_test(test_merge),
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_bad_rows),  cmocka_unit_test(test_refused),
        cmocka_unit_test(test_ctf),       cmocka_unit_test(test_ctf_depth), cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
