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

/* The least of RUNS; a run that is longer than @enough is the last. */
static double
cost(const Shape *shape, guint pieces, double enough)
{
    g_autoptr(GBytes) letter = make_letter(shape, pieces);
    double least = 0;
    for (guint run = 0; run < RUNS; run++) {
        double start = seconds_now();
        read_and_judge(letter);
        double took = seconds_now() - start;
        least = run == 0 || took < least ? took : least;
        if (took > enough)
            break;
    }
    return least;
}

static void
test_linear(void **state)
{
    (void)state;
    const char *only = g_getenv("EXEAT_SHAPE");
    guint bad = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        const Shape *shape = &shapes[i];
        if (only && strcmp(only, shape->name) != 0)
            continue;
        guint pieces = PIECES_FIRST;
        double one = cost(shape, pieces, 1);
        while (one < LEAST_SECONDS && pieces < PIECES_MOST)
            one = cost(shape, pieces *= 2, 1);
        double more = cost(shape, pieces * GROWTH, 2);
        if (only)
            print_message("%s: %u pieces %.4f s, four times as many %.4f s\n", shape->name, pieces, one, more);
        if (one < LEAST_SECONDS && more < LEAST_SECONDS * FACTOR_MOST)
            continue;
        if (more / one > FACTOR_MOST) { /* once more: another process may have had the cache */
            one = cost(shape, pieces, 1);
            more = cost(shape, pieces * GROWTH, 2);
        }
        if (more / one > FACTOR_MOST) {
            bad++;
            print_error("%s: %u pieces took %.4f s, four times as many %.4f s\n", shape->name, pieces, one, more);
        }
    }
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear)};
    return cmocka_run_group_tests_name("linear", tests, start, NULL);
}
