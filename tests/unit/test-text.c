/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From whole letters to pieces of text: zones, HTML, tables, charsets. A row's letter gives a dump that it must equal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "message/message.h"

#define PLAIN "Content-Type: text/plain; charset=utf-8\n\n"
#define HTML "Content-Type: text/html; charset=utf-8\n\n"
#define CSV "Content-Type: text/csv; charset=utf-8; name=a.csv\n\n"

typedef struct Row {
    const char *name;
    const char *letter;
    const char *want; /* "zone[text]" pieces without subject; "\n" as "/", cells as "{row,column}" before them */
} Row;

static const Row rows[] = {
    {"plain", PLAIN "Hello\nthere\n", "body[Hello/there/]"},
    {"no header at all", "\nHello\n", "body[Hello/]"},
    {"delimiter", PLAIN "Hello\n-- \nJane\n01632 960001\n", "body[Hello/]signature[-- /Jane/01632 960001/]"},
    {"sign-off", PLAIN "Hello\n\nKind regards,\n\nJane\nHead of Year 6\n",
     "body[Hello//]signature[Kind regards,//Jane/Head of Year 6/]"},
    {"sign-off that trails off",
     PLAIN
     "Hello\n\nMany thanks ................................................................................\nJane\n",
     "body[Hello//]signature[Many thanks "
     "................................................................................/Jane/]"},
    {"sign-off, welsh", PLAIN "Helo\n\nCofion cynnes\nSiân\n", "body[Helo//]signature[Cofion cynnes/Siân/]"},
    {"thanks as text", PLAIN "Thanks for the list of names.\nHere is mine.\n",
     "body[Thanks for the list of names./Here is mine./]"},
    {"sign-off then long text", PLAIN "Thanks\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n",
     "body[Thanks/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/]"},
    {"sign-off then 15 lines", PLAIN "a\nThanks\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n",
     "body[a/]signature[Thanks/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/]"},
    {"device", PLAIN "Yes\n\nSent from my iPhone\n", "body[Yes//]signature[Sent from my iPhone/]"},
    {"device, welsh", PLAIN "Iawn\n\nAnfonwyd o fy iPhone\n", "body[Iawn//]signature[Anfonwyd o fy iPhone/]"},
    {"quoted", PLAIN "Yes\n> No?\n> Or\n", "body[Yes/]quoted[> No?/> Or/]"},
    {"interleaved", PLAIN "On 3 Mar 2026 at 10:00, Tom Price <t@b.example> wrote:\n> One\nFirst\n> Two\nSecond\n",
     "quoted[On 3 Mar 2026 at 10:00, Tom Price <t@b.example> wrote:/> One/]body[First/]quoted[> Two/]body[Second/]"},
    {"attribution wraps", PLAIN "Yes\n\nOn Tue, 3 Mar 2026 at 10:00, Tom Price\n<t@b.example> wrote:\n\n> No\n",
     "body[Yes//]quoted[On Tue, 3 Mar 2026 at 10:00, Tom Price/<t@b.example> wrote://> No/]"},
    {"attribution, nothing marked", PLAIN "Yes\n\nOn 3 Mar 2026, at 10:00, Tom wrote:\n\nNo\nNever\n",
     "body[Yes//]quoted[On 3 Mar 2026, at 10:00, Tom wrote://No/Never/]"},
    {"attribution, welsh", PLAIN "Ie\n\nAr 3 Maw 2026, am 10:00, ysgrifennodd Tom:\n> Na\n",
     "body[Ie//]quoted[Ar 3 Maw 2026, am 10:00, ysgrifennodd Tom:/> Na/]"},
    {"on without wrote", PLAIN "On Monday we go.\nBring: food\n", "body[On Monday we go./Bring: food/]"},
    {"outlook", PLAIN "Yes\n\n-----Original Message-----\nFrom: Tom\nSent: Monday\nTo: Jane\nSubject: x\n\nNo\n",
     "body[Yes//]quoted[-----Original Message-----/From: Tom/Sent: Monday/To: Jane/Subject: x//No/]"},
    {"outlook, welsh", PLAIN "Ie\n\n-----Neges Wreiddiol-----\nOddi wrth: Tom\n\nNa\n",
     "body[Ie//]quoted[-----Neges Wreiddiol-----/Oddi wrth: Tom//Na/]"},
    {"header block", PLAIN "Yes\n\nFrom: Tom <t@b.example>\nSent: 3 March 2026 10:00\nTo: Jane\nSubject: Trip\n\nNo\n",
     "body[Yes//]quoted[From: Tom <t@b.example>/Sent: 3 March 2026 10:00/To: Jane/Subject: Trip//No/]"},
    {"header block, welsh", PLAIN "Ie\n\nOddi wrth: Tom\nAnfonwyd: 3 Mawrth 2026\nAt: Jane\nPwnc: Taith\n\nNa\n",
     "body[Ie//]quoted[Oddi wrth: Tom/Anfonwyd: 3 Mawrth 2026/At: Jane/Pwnc: Taith//Na/]"},
    {"underscores",
     PLAIN "Yes\n________________________________\nFrom: Tom\nSent: Monday\nTo: Jane\nSubject: x\n\nNo\n",
     "body[Yes/]quoted[________________________________/From: Tom/Sent: Monday/To: Jane/Subject: x//No/]"},
    {"forwarded", PLAIN "FYI\n\n---------- Forwarded message ---------\nFrom: Tom\n\nNo\n",
     "body[FYI//]quoted[---------- Forwarded message ---------/From: Tom//No/]"},
    {"apple forwarded", PLAIN "FYI\n\nBegin forwarded message:\n\nFrom: Tom\nNo\n",
     "body[FYI//]quoted[Begin forwarded message://From: Tom/No/]"},
    {"signature above the thread",
     PLAIN "Yes\n\nRegards\nJane\n\nOn 3 Mar 2026 at 10:00, Tom <t@b.example> wrote:\n> No\n",
     "body[Yes//]signature[Regards/Jane//]quoted[On 3 Mar 2026 at 10:00, Tom <t@b.example> wrote:/> No/]"},
    {"from a list", PLAIN "From: Monday\nwe start early\n", "body[From: Monday/we start early/]"},
    {"flowed", "Content-Type: text/plain; format=flowed\n\nHello \nthere\n> a \n> b\n-- \nJane\n",
     "body[Hello there/]quoted[> a b/]signature[-- /Jane/]"},
    {"windows-1252", "Content-Type: text/plain; charset=iso-8859-1\n\nSi\xE2n \x96\n", "body[Siân –/]"},
    {"boundary that never comes", "Content-Type: multipart/mixed; boundary=a\n\n--b\n\nHello\n", "body[--b//Hello/]"},
    {"multipart without a boundary", "Content-Type: multipart/mixed\n\nHello\n", "body[Hello/]"},
    {"no charset", "Content-Type: text/plain\n\nSi\xC3\xA2n\n", "body[Siân/]"},
    {"quoted-printable",
     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nSi=C3=A2n is=\n here\n",
     "body[Siân is here/]"},
    {"base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nU2nDom4K\n",
     "body[Siân/]"},
    {"zero width and odd spaces",
     PLAIN "a\xE2\x80\x8B"
           "b\xC2\xA0"
           "c\xC2\xAD"
           "d\r\n",
     "body[ab cd/]"},
    {"html",
     HTML "<html><head><title>t</title><style>x{}</style></head><body><p>Hello <b>big</b> "
          "world</p><div>a<br>b</div></body></html>",
     "body[Hello big world/a/b/]"},
    {"html spaces", HTML "<p>a\n  b&nbsp;c</p>", "body[a b c/]"},
    {"html comment and script", HTML "a<!-- no --><script>no</script>b", "body[ab/]"},
    {"html alt", HTML "<img alt=\"Logo\" src=x> text", "body[Logo text/]"},
    {"html hidden", HTML "<div style=\"display:none\">seen</div>x", "body[seen/x/]"},
    {"html word split by markup", HTML "Ja<span>ne</span> Rob<i>erts</i>", "body[Jane Roberts/]"},
    {"html gmail",
     HTML "<div>Yes</div><div class=\"gmail_quote\"><div class=gmail_attr>On x "
          "wrote:</div><blockquote>No</blockquote></div>",
     "body[Yes/]quoted[On x wrote:/No/]"},
    {"html apple", HTML "Yes<blockquote type=\"cite\">No</blockquote>More", "body[Yes/]quoted[No/]body[More/]"},
    {"html outlook web", HTML "<div>Yes</div><div id=\"divRplyFwdMsg\">From: Tom</div><div>No</div>",
     "body[Yes/]quoted[From: Tom/No/]"},
    {"html outlook desktop",
     HTML "<p>Yes</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
          "<p>From: Tom</p></div><p>No</p>",
     "body[Yes/]quoted[From: Tom/No/]"},
    {"html signature", HTML "<p>Yes</p><div class=\"gmail_signature\">Jane</div>", "body[Yes/]signature[Jane/]"},
    {"html outlook signature", HTML "<p>Yes</p><div id=\"Signature\"><p>Jane</p></div><p>P</p>",
     "body[Yes/]signature[Jane/]body[P/]"},
    {"html indented", HTML "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">a</blockquote>",
     "body[a/]"},
    {"html table", HTML "<table><tr><th>Name</th><th>Born</th></tr><tr><td>Jane</td><td>1 May</td></tr></table>after",
     "body[{0,0}Name\t{0,1}Born/{1,0}Jane\t{1,1}1 May/after/]"},
    {"html table spans",
     HTML "<table><tr><td rowspan=2>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr><tr><td "
          "colspan=2>E</td><td>F</td></tr></table>",
     "body[{0,0}A\t{0,1}B/{1,1}C\t{1,2}D/{2,0}E\t{2,2}F/]"},
    {"html empty cells", HTML "<table><tr><td></td><td>B</td></tr><tr><td>C</td><td><p>D</p><p>E</p></td></tr></table>",
     "body[{0,0}\t{0,1}B/{1,0}C\t{1,1}D E/]"},
    {"html layout table",
     HTML "<table><tr><td><table><tr><td>Hello</td></tr><tr><td>there</td></tr></table></td></tr></table>",
     "body[Hello/there/]"},
    {"html meta charset", "Content-Type: text/html\n\n<meta charset=\"windows-1252\">Si\xE2n", "body[Siân/]"},
    {"csv", CSV "Name,Born\nJane,1 May\n", "file-name[a.csv]attachment[{0,0}Name\t{0,1}Born/{1,0}Jane\t{1,1}1 May/]"},
    {"csv semicolons", CSV "Name;Born\nJane;1 May\n",
     "file-name[a.csv]attachment[{0,0}Name\t{0,1}Born/{1,0}Jane\t{1,1}1 May/]"},
    {"csv quoted", CSV "\"Price, Jane\",\"a\"\"b\nc\"\n", "file-name[a.csv]attachment[{0,0}Price, Jane\t{0,1}a\"b c/]"},
    {"csv sep", CSV "sep=|\na|b,c\n", "file-name[a.csv]attachment[{0,0}a\t{0,1}b,c/]"},
    {"csv utf-16", "Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: base64\n\n//5hACwAYgAKAA==\n",
     "file-name[a.csv]attachment[{0,0}a\t{0,1}b/]"},
    {"csv as excel",
     "Content-Type: application/vnd.ms-excel; name=a.csv\nContent-Disposition: attachment\n\na,b\nc,d\n",
     "file-name[a.csv]attachment[{0,0}a\t{0,1}b/{1,0}c\t{1,1}d/]"},
    {"tsv as octet-stream", "Content-Type: application/octet-stream; name=a.tsv\n\na\tb\nc\td\n",
     "file-name[a.tsv]attachment[{0,0}a\t{0,1}b/{1,0}c\t{1,1}d/]"},
    {"vcard",
     "Content-Type: text/vcard; name=a.vcf\n\nBEGIN:VCARD\nVERSION:3.0\nN:Price;Jane;;;\nitem1.TEL;TYPE=cell:07700\n  "
     "900001\nEND:VCARD\n",
     "file-name[a.vcf]attachment[{0,0}VERSION\t{0,1}3.0/{1,0}N\t{1,1}Price, Jane/{2,0}TEL\t{2,1}07700 900001/]"},
    {"vcard 2.1",
     "Content-Type: text/x-vcard; name=a.vcf\n\nBEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Si=C3=A2n=\n "
     "Price\nEND:VCARD\n",
     "file-name[a.vcf]attachment[{0,0}FN\t{0,1}Siân Price/]"},
    {"alternative",
     "Content-Type: multipart/alternative; boundary=x\n\n--x\n" PLAIN "Hi\n--x\n" HTML "<p>Hi</p>\n--x--\n",
     "body[Hi]body[Hi/]"},
    {"nested letter",
     "Content-Type: multipart/mixed; boundary=x\n\n--x\n" PLAIN
     "See\n--x\nContent-Type: message/rfc822\n\nSubject: Trip\nFrom: Tom <t@b.example>\n\nHello\n-- \nTom\n--x--\n",
     "body[See]attachment[Subject: Trip/From: Tom <t@b.example>/]attachment[Hello/-- /Tom]"},
    {"letter as octet-stream",
     "Content-Type: multipart/mixed; boundary=x\n\n--x\n" PLAIN
     "See\n--x\nContent-Type: application/octet-stream; name=a.eml\nContent-Transfer-Encoding: "
     "base64\n\nU3ViamVjdDogVHJpcAoKSGVsbG8K\n--x--\n",
     "body[See]file-name[a.eml]attachment[Subject: Trip/]attachment[Hello/]"},
    {"text attachment",
     "Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''Si%C3%A2n.txt\n\nHello\n",
     "file-name[Siân.txt]attachment[Hello/]"},
    {"file name in an encoded word",
     "Content-Type: text/plain; name=\"=?utf-8?Q?Si=C3=A2n.txt?=\"\nContent-Disposition: attachment\n\nHello\n",
     "file-name[Siân.txt]attachment[Hello/]"},
    {"file name continued",
     "Content-Type: text/plain\nContent-Disposition: attachment; filename*0=\"a b\"; filename*1=\"c.txt\"\n\nHello\n",
     "file-name[a bc.txt]attachment[Hello/]"},
    {"missing separator", "Subject: x\nContent-Type: text/plain\nHello there\nagain\n", "body[Hello there/again/]"},
    {"mbox line", "From tom Tue Mar  3 10:00:00 2026\nSubject: x\nContent-Type: text/html\n\n<b>a</b>\n", "body[a/]"},
};

static char *
dump(const ExeatMessage *message)
{
    GString *out = g_string_new(NULL);
    const GPtrArray *texts = exeat_message_texts(message);
    for (guint i = 1; i < texts->len; i++) {
        const ExeatText *text = texts->pdata[i];
        guint cell = 0;
        g_string_append_printf(out, "%s[", exeat_zone_name(text->zone));
        for (gsize c = 0; c <= text->length; c++) {
            while (text->cells != NULL && cell < text->cells->len &&
                   g_array_index(text->cells, ExeatCell, cell).start == c) {
                const ExeatCell *at = &g_array_index(text->cells, ExeatCell, cell++);
                assert_true(at->end >= at->start && at->end <= text->length);
                g_string_append_printf(out, "{%u,%u}", at->row, at->column);
            }
            if (c < text->length)
                g_string_append_c(out, text->text[c] == '\n' ? '/' : text->text[c]);
        }
        g_string_append_c(out, ']');
    }
    return g_string_free(out, FALSE);
}

static void
test_rows(void **state)
{
    (void)state;
    guint failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(rows[i].letter, strlen(rows[i].letter));
        g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
        g_autofree char *got = dump(message);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: got %s\n  want %s\n", rows[i].name, got, rows[i].want);
            failures++;
        }
    }
    assert_int_equal(failures, 0);
}

/* CRLF line ends make no difference. */
static void
test_crlf(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strstr(rows[i].letter, "\r\n") != NULL)
            continue;
        g_auto(GStrv) lines = g_strsplit(rows[i].letter, "\n", -1);
        g_autofree char *crlf = g_strjoinv("\r\n", lines);
        g_autoptr(GBytes) bytes = g_bytes_new(crlf, strlen(crlf));
        g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
        g_autofree char *got = dump(message);
        if (strcmp(got, rows[i].want) != 0)
            print_error("%s\n", rows[i].name);
        assert_string_equal(got, rows[i].want);
    }
}

static void
test_cell_at(void **state)
{
    (void)state;
    static const char letter[] = CSV "ab,cd\nef,gh\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(letter, sizeof letter - 1);
    g_autoptr(ExeatMessage) message = exeat_message_new(bytes, NULL, NULL);
    const ExeatText *text = exeat_message_texts(message)->pdata[2];
    assert_int_equal(exeat_text_cell_at(text, 0)->column, 0);
    assert_int_equal(exeat_text_cell_at(text, 4)->column, 1);
    assert_null(exeat_text_cell_at(text, 2));
    assert_int_equal(exeat_text_cell_at(text, 6)->row, 1);
    assert_null(exeat_text_cell_at(text, 100));
}

static int
start(void **state)
{
    (void)state;
    exeat_message_library_init();
    return 0;
}

static void
test_cell_names(void **state)
{
    (void)state;
    static const struct {
        ExeatCell cell;
        const char *want;
    } names[] = {{{0, 1, 3, 2, 1}, "sheet 2, C1"},       {{0, 1, 102, 0, 1}, "sheet 2, A100"},
                 {{0, 1, 3, 25, 1}, "sheet 2, Z1"},      {{0, 1, 3, 26, 1}, "sheet 2, AA1"},
                 {{0, 1, 3, 16383, 1}, "sheet 2, XFD1"}, {{0, 1, 3, G_MAXUINT, 1}, "sheet 2, MWLQKWV1"},
                 {{0, 1, 2, 0, 0}, "table 1, A3"}};
    ExeatText text = {.text = (char *)(guintptr) "x y", .length = 3, .tables = exeat_tables_new()};
    ExeatTable plain = {NULL, 0}, named = {g_strdup("Year 6"), 3};
    g_array_append_val(text.tables, plain);
    g_array_append_val(text.tables, named);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        text.cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
        g_array_append_val(text.cells, names[i].cell);
        g_autofree char *name = exeat_text_cell_name(&text, 0), *outside = exeat_text_cell_name(&text, 2);
        assert_string_equal(name, names[i].want);
        assert_null(outside);
        g_array_unref(text.cells);
    }
    g_array_unref(text.tables);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cell_names),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_cell_at),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
