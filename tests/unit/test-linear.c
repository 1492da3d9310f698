/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cost of a hostile letter grows with its size and no faster: each shape is read and judged with N and with 4N of
 * its pieces, and the second may take at most eight times as long (four is linear, sixteen quadratic). Processor time
 * of this process, the least of several runs: no clock on the wall, no figure of one machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <time.h>

#include "directory/import.h"
#include "policies/judge.h"
#include "tests/fuzz/fuzz.h"

#define GROWTH 4
#define FACTOR_MOST 8.0
#define LEAST_SECONDS 0.004 /* below this the clock says little: more pieces are taken */
#define PIECES_FIRST 250u
#define PIECES_MOST 128000u
#define RUNS 3

typedef struct Shape {
    const char *name;
    const char *before, *piece, *after;
    const char *type; /* of the body, where the pieces are one; NULL: plain text */
    bool header;      /* the pieces stand in the header, behind `before` */
} Shape;

static const Shape shapes[] = {
    {"header fields", "", "X-Field: value\r\n", "", NULL, true},
    {"subjects", "", "Subject: Jamie Smith-Jones\r\n", "", NULL, true},
    {"To fields", "", "To: a@b.example\r\n", "", NULL, true},
    {"folds", "X-Long: a", "\r\n b", "\r\n", NULL, true},
    {"foreign lines", "", "no field at all\r\nX-A: b\r\n", "", NULL, true},
    {"commas in To", "To: ", ",", "\r\n", NULL, true},
    {"semicolons in To", "To: ", ";", "\r\n", NULL, true},
    {"addresses in To", "To: x@y.example", ",\r\n Jane Smith <jane.smith@home.example>", "\r\n", NULL, true},
    {"groups", "To: ", "a:b@c.example;,", "\r\n", NULL, true},
    {"words in To", "To: ", "word ", "\r\n", NULL, true},
    {"at signs", "To: ", "@", "\r\n", NULL, true},
    {"nested comments", "To: ", "(", "a@b.example)\r\n", NULL, true},
    {"comments", "To: ", "(a)", " a@b.example\r\n", NULL, true},
    {"open quotes", "To: ", "\" ", "\r\n", NULL, true},
    {"open angles", "To: ", "<a", "\r\n", NULL, true},
    {"backslashes", "To: ", "\\", "\r\n", NULL, true},
    {"encoded words", "Subject: ", "=?utf-8?q?Jamie?= ", "\r\n", NULL, true},
    {"encoded words in To", "To: ", "=?utf-8?q?a=40b=2eexample=2c?= ", "\r\n", NULL, true},
    {"half encoded words", "Subject: ", "=?utf-8?q?", "\r\n", NULL, true},
    {"encoded-word frames", "Subject: ", "=?", "\r\n", NULL, true},
    {"names in the subject", "Subject: ", "Jamie Smith-Jones, ", "\r\n", NULL, true},
    {"parameters", "Content-Type: text/plain", "; a=b", "\r\n", NULL, true},
    {"parameter pieces", "Content-Type: text/plain; x=y", "; name*0*=utf-8''a", "\r\n", NULL, true},
    {"one letter", "", "aaaaaaaaaaaaaaaa", "", NULL, false},
    {"one capital", "", "AAAAAAAAAAAAAAAA", "", NULL, false},
    {"digits", "", "1234567890", "", NULL, false},
    {"digits apart", "", "12 ", "", NULL, false},
    {"dates", "", "19/04/2014 ", "", NULL, false},
    {"combining marks", "e", "\xCC\x81\xCC\xA3", "", NULL, false},
    {"zero-width", "", "a\xE2\x80\x8B", "", NULL, false},
    {"hyphens", "", "Smith-", "", NULL, false},
    {"apostrophes", "", "O'", "", NULL, false},
    {"given names", "", "Jamie ", "", NULL, false},
    {"family names", "", "Smith ", "", NULL, false},
    {"initials", "", "J ", "", NULL, false},
    {"names", "", "Callum McAllister, ", "", NULL, false},
    {"names on lines", "", "Callum McAllister\r\n", "", NULL, false},
    {"names and conditions", "", "Mia Cholmondeley has asthma. ", "", NULL, false},
    {"conditions", "", "asthma ", "", NULL, false},
    {"numbers by label", "", "NHS number 943 476 5919 ", "", NULL, false},
    {"numbers and names", "", "Noah Featherstone 943 476 5919\r\n", "", NULL, false},
    {"postcodes", "", "DN55 1PT ", "", NULL, false},
    {"user names", "", "25jsmithjones ", "", NULL, false},
    {"bank details", "", "20-00-00 55779911 ", "", NULL, false},
    {"greetings", "", "Dear Mrs Smith,\r\n", "", NULL, false},
    {"streets", "", "12 High Street ", "", NULL, false},
    {"empty lines", "", "\r\n", "", NULL, false},
    {"spaces", "", "    ", "", NULL, false},
    {"tabs", "", "a\t", "", NULL, false},
    {"tabbed rows", "", "a\tJamie\tSmith-Jones\r\n", "", NULL, false},
    {"signatures", "", "-- \r\n", "", NULL, false},
    {"sign-offs", "", "Kind regards,\r\nJane\r\n\r\n", "", NULL, false},
    {"quotations", "", "> > > > Jamie Smith-Jones\r\n", "", NULL, false},
    {"quotation ladders", "", "> a\r\nb\r\n", "", NULL, false},
    {"attributions", "", "On Mon, 7 Sep 2026, Jane wrote:\r\n", "", NULL, false},
    {"half attributions", "", "On Mon, 7 Sep 2026,\r\n", "", NULL, false},
    {"reply headers", "", "From: Jane\r\nSent: Monday\r\n", "", NULL, false},
    {"separators", "", "-----Original Message-----\r\n", "", NULL, false},
    {"uuencoded", "", "begin 644 a\r\n#86)C\r\n", "", NULL, false},
    {"armour", "", "-----BEGIN PGP MESSAGE-----\r\n", "", NULL, false},
    {"flowed", "", "word \r\n", "", "text/plain; format=flowed", false},
    {"open tags", "", "<b>", "", "text/html", false},
    {"open blocks", "", "<div>", "", "text/html", false},
    {"open quotations", "", "<blockquote>a", "", "text/html", false},
    {"open tables", "", "<table><tr><td>", "", "text/html", false},
    {"tables", "", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "", "text/html", false},
    {"table rows", "<table>", "<tr><td>Jamie<td>Smith-Jones", "</table>", "text/html", false},
    {"attributes", "<p ", "a=b ", ">x", "text/html", false},
    {"entities", "", "&nbsp;&#x41;", "", "text/html", false},
    {"comments in HTML", "", "<!-- a -->", "", "text/html", false},
    {"open comments", "", "<!-- ", "", "text/html", false},
    {"pictures", "", "<img src=\"cid:a\">", "", "text/html", false},
    {"styles", "", "<style>a{b:c}</style>", "", "text/html", false},
    {"hidden", "", "<span style=\"display:none\">a</span>", "", "text/html", false},
    {"CSV rows", "Name,UPN,DOB\r\n", "Jamie Smith-Jones,H801200001001,19/04/2014\r\n", "", "text/csv", false},
    {"CSV forms", "", "Name,Jamie Smith-Jones\r\nDOB,19/04/2014\r\n", "", "text/csv", false},
    {"CSV labels", "", "Name,Jamie,Callum\r\n", "", "text/csv", false},
    {"CSV people across", "Name,a,b\r\nUPN,c,d\r\nForm", ",Jamie Smith-Jones", "\r\n", "text/csv", false},
    {"CSV headings again", "", "Surname,Forename,UPN\r\nAshdown,Petra,X801079244026\r\n", "", "text/csv", false},
    {"CSV numbers", "", "6260181590,19/04/2014,X801079244026\r\n", "", "text/csv", false},
    {"CSV numbers across", "", "6260181590,", "\r\n6260181590,1\r\n", "text/csv", false},
    {"CSV exports", "Pupil name,Reg group,SEN\r\n", "Petra Ashdown,7A,K\r\n", "", "text/csv", false},
    {"CSV mail addresses", "", "ann@gmail.com,\r\n", "", "text/csv", false},
    {"passwords", "", "password ", "", NULL, false},
    {"passwords for", "", "password for the ", "", NULL, false},
    {"passwords on lines", "", "password:\r\n\r\n", "", NULL, false},
    {"passwords that are told", "", "Oak123 is the password: Oak123\r\n", "", NULL, false},
    {"handles", "", "@jo my insta ", "", NULL, false},
    {"networks", "", "t.me/", "", NULL, false},
    {"plates", "", "AB51 ABC ", "", NULL, false},
    {"passports for machines", "", "9250764733GBR1403125F3103120<<<<<<<<<<<<<<00\r\n", "", NULL, false},
    {"declarations", "", "<?x?>", "", "text/xml", false},
    {"CSV columns", "", "a,", "", "text/csv", false},
    {"CSV quotes", "", "\"", "", "text/csv", false},
    {"cards", "", "BEGIN:VCARD\r\nFN:Jamie Smith-Jones\r\nEND:VCARD\r\n", "", "text/vcard", false},
    {"parts", "", "--b\r\n\r\na\r\n", "--b--\r\n", "multipart/mixed; boundary=b", false},
    {"nested parts", "", "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "", "multipart/mixed; boundary=b",
     false},
    {"nested letters", "", "Content-Type: message/rfc822\r\n\r\n", "", "message/rfc822", false},
    {"near boundaries", "", "--bb\r\n--\r\n", "", "multipart/mixed; boundary=b", false},
};

static GBytes *
make_letter(const Shape *shape, guint pieces)
{
    GString *letter = g_string_new("From: Alison Latham <a.latham@oakfield.sch.uk>\r\n");
    if (!shape->header)
        g_string_append_printf(letter, "To: reception@clinic.example\r\nSubject: s\r\nContent-Type: %s\r\n\r\n",
                               shape->type ? shape->type : "text/plain; charset=utf-8");
    g_string_append(letter, shape->before);
    for (guint i = 0; i < pieces; i++)
        g_string_append(letter, shape->piece);
    g_string_append(letter, shape->after);
    if (shape->header)
        g_string_append(letter, "\r\nbody\r\n");
    return g_string_free_to_bytes(letter);
}

static double
seconds_now(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static ExeatEnvelope *
make_envelope(void)
{
    ExeatEnvelope *envelope = exeat_envelope_new();
    envelope->sender = g_strdup("a.latham@oakfield.sch.uk");
    envelope->account = g_strdup("a.latham@oakfield.sch.uk");
    envelope->received_at = 1789372200;
    g_ptr_array_add(envelope->recipients, g_strdup("reception@clinic.example"));
    g_ptr_array_add(envelope->recipients, g_strdup("jane.smith@home.example"));
    return envelope;
}

static void
read_and_judge(GBytes *letter)
{
    g_autoptr(ExeatEnvelope) envelope = make_envelope();
    g_autoptr(ExeatMessage) message = exeat_message_new(letter, envelope, NULL);
    g_autoptr(ExeatVerdict) verdict = NULL;
    assert_true(exeat_judge(message, fuzz_settings(), fuzz_directory(), 0, &verdict, NULL));
    g_autoptr(GBytes) after = exeat_edits_apply(verdict->edits, letter);
    assert_non_null(after);
}

/* --- other things that a stranger, or a school's records, can make large --- */

static void
run_recipients(guint pieces)
{
    g_autoptr(ExeatEnvelope) envelope = make_envelope();
    g_autoptr(GBytes) letter = g_bytes_new_static("To: a@b.example\r\n\r\nCallum McAllister has asthma.\r\n", 49);
    for (guint i = 0; i < pieces; i++)
        g_ptr_array_add(envelope->recipients, g_strdup_printf("somebody.%u@gmail.com", i));
    g_autoptr(ExeatMessage) message = exeat_message_new(letter, envelope, NULL);
    g_autoptr(ExeatVerdict) verdict = NULL;
    assert_true(exeat_judge(message, fuzz_settings(), fuzz_directory(), 0, &verdict, NULL));
}

static void
import_text(const GString *text)
{
    g_autofree char *path = g_build_filename(fuzz_folder(), "roll.csv", NULL);
    const ExeatImportSource source = {.path = path, .role = -1};
    const ExeatImportOptions options = {.map = NULL};
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(fuzz_directory_key());
    g_autoptr(ExeatImportReport) report = NULL;
    assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
    assert_true(exeat_directory_import(&source, 1, &options, builder, &report, NULL));
}

static void
import_rows(guint pieces, const char *format)
{
    g_autoptr(GString)
        text = g_string_new("Legal Surname,Legal Forename,DOB,Postcode,Contact 1 Name,Contact 1 Email\n");
    for (guint i = 0; i < pieces; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_auto(GStrv) parts = g_strsplit(format, "#", -1);
        g_autofree char *row = g_strjoinv(number, parts);
        g_string_append(text, row);
    }
    import_text(text);
}

static void
run_import_same(guint pieces)
{
    import_rows(pieces, "Lee,Ann,19/04/2014,DN55 1PT,Bo Lee,bo@home.example\n");
}

static void
run_import_one_home(guint pieces)
{
    import_rows(pieces, "Lee,Ann#,19/04/2014,DN55 1PT,Bo Lee,bo@home.example\n");
}

static void
run_import_one_name(guint pieces)
{
    import_rows(pieces, "Lee,Ann,,,Bo Lee,bo#@home.example\n");
}

static void
run_configuration(guint pieces)
{
    g_autoptr(GString) text = g_string_new("school { domains = { oakfield.sch.uk } }\n");
    for (guint i = 0; i < pieces; i++)
        g_string_append_printf(text, "nonsense%u { a = b }\n}\nbulk-bcc { x%u = \"y\" }\n", i, i);
    g_autoptr(GArray) blocks = g_array_new(TRUE, TRUE, sizeof(ExeatBlock));
    exeat_policy_blocks(blocks);
    g_autoptr(ExeatConfigErrors) errors = exeat_config_errors_new();
    g_autoptr(ExeatConfig)
        config = exeat_config_parse(text->str, "linear", (const ExeatBlock *)(gconstpointer)blocks->data, errors);
    assert_null(config);
}

typedef struct Work {
    const char *name;
    void (*run)(guint pieces);
} Work;

static const Work works[] = {
    {"recipients", run_recipients},
    {"one pupil in many rows", run_import_same},
    {"many pupils of one home", run_import_one_home},
    {"many contacts of one pupil", run_import_one_name},
    {"errors of a configuration", run_configuration},
};

/* The least of RUNS; a run that is longer than @enough is the last. */
static double
cost(const Shape *shape, const Work *work, guint pieces, double enough)
{
    g_autoptr(GBytes) letter = shape ? make_letter(shape, pieces) : NULL;
    double least = 0;
    for (guint run = 0; run < RUNS; run++) {
        double start = seconds_now();
        if (shape)
            read_and_judge(letter);
        else
            work->run(pieces);
        double took = seconds_now() - start;
        least = run == 0 || took < least ? took : least;
        if (took > enough)
            break;
    }
    return least;
}

/* Says whether four times as many pieces cost no more than FACTOR_MOST times as much. */
static bool
grows_in_line(const char *name, const Shape *shape, const Work *work)
{
    const char *only = g_getenv("EXEAT_SHAPE");
    if (only && strcmp(only, name) != 0)
        return true;
    guint pieces = PIECES_FIRST;
    double one = cost(shape, work, pieces, 1);
    while (one < LEAST_SECONDS && pieces < PIECES_MOST)
        one = cost(shape, work, pieces *= 2, 1);
    double more = cost(shape, work, pieces * GROWTH, 2);
    if (only)
        print_message("%s: %u pieces %.4f s, four times as many %.4f s\n", name, pieces, one, more);
    if (one < LEAST_SECONDS && more < LEAST_SECONDS * FACTOR_MOST)
        return true;
    if (more / one > FACTOR_MOST) { /* once more: another process may have had the cache */
        one = cost(shape, work, pieces, 1);
        more = cost(shape, work, pieces * GROWTH, 2);
    }
    if (more / one > FACTOR_MOST)
        print_error("%s: %u pieces took %.4f s, four times as many %.4f s\n", name, pieces, one, more);
    return more / one <= FACTOR_MOST;
}

static void
test_letters(void **state)
{
    (void)state;
    guint bad = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        bad += !grows_in_line(shapes[i].name, &shapes[i], NULL);
    assert_int_equal(bad, 0);
}

static void
test_other_work(void **state)
{
    (void)state;
    guint bad = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(works); i++)
        bad += !grows_in_line(works[i].name, NULL, &works[i]);
    assert_int_equal(bad, 0);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_letters), cmocka_unit_test(test_other_work)};
    return cmocka_run_group_tests_name("linear", tests, start, NULL);
}
