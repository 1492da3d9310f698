/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter's structure: kinds, encryption, limits, header fields; and letters cut, nested and swollen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "message/content.h"
#include "message/message.h"

static ExeatMessage *
read_bytes(const char *letter, gsize length, const ExeatMessageLimits *limits)
{
    g_autoptr(GBytes) bytes = g_bytes_new(letter, length);
    return exeat_message_new(bytes, NULL, limits);
}

static ExeatMessage *
read_letter(const char *letter)
{
    return read_bytes(letter, strlen(letter), NULL);
}

static bool
has_problem(const ExeatMessage *message, const char *problem)
{
    const GPtrArray *problems = exeat_message_problems(message);
    for (guint i = 0; i < problems->len; i++)
        if (strcmp(problems->pdata[i], problem) == 0)
            return true;
    return false;
}

#define B64(bytes)               \
    {                            \
        bytes, sizeof(bytes) - 1 \
    }

static const struct {
    const char *name, *type, *file;
    struct {
        const char *data;
        gsize length;
    } content;
    ExeatPartKind kind;
    ExeatEncryption encryption;
    bool unreadable;
} kinds[] = {
    {"pdf", "application/pdf", "a.pdf", B64("%PDF-1.7\n"), EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, true},
    {"pdf as text", "text/plain", "a.txt", B64("%PDF-1.7\n\0\x01"), EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, true},
    {"rtf", "text/rtf", "a.rtf", B64("{\\rtf1 a}"), EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, true},
    {"tnef", "application/ms-tnef", "winmail.dat", B64("\x78\x9F\x3E\x22\0\0"), EXEAT_PART_DOCUMENT,
     EXEAT_ENCRYPTION_NO, true},
    {"png", "image/png", "a.png", B64("\x89PNG\r\n\x1A\n"), EXEAT_PART_MEDIA, EXEAT_ENCRYPTION_NO, false},
    {"png as octet-stream", "application/octet-stream", "a", B64("\x89PNG\r\n\x1A\n"), EXEAT_PART_MEDIA,
     EXEAT_ENCRYPTION_NO, false},
    {"unknown", "application/octet-stream", "a.bin", B64("\x01\x02\x03\0\x04"), EXEAT_PART_OTHER, EXEAT_ENCRYPTION_NO,
     true},
    {"text as octet-stream", "application/octet-stream", "a", B64("Hello\n"), EXEAT_PART_TEXT, EXEAT_ENCRYPTION_NO,
     false},
    {"pgp signature", "application/pgp-signature", "a.asc", B64("x"), EXEAT_PART_SIGNATURE, EXEAT_ENCRYPTION_NO, false},
    {"enveloped", "application/pkcs7-mime", "smime.p7m",
     B64("\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0\x80\x30\x80"), EXEAT_PART_DOCUMENT,
     EXEAT_ENCRYPTION_YES, false},
    {"signed", "application/pkcs7-mime", "smime.p7m",
     B64("\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80\x30\x80"), EXEAT_PART_DOCUMENT,
     EXEAT_ENCRYPTION_NO, true},
    {"auth-enveloped as octet-stream", "application/octet-stream", "a.p7m",
     B64("\x30\x82\x01\x00\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17\xA0\x80"), EXEAT_PART_DOCUMENT,
     EXEAT_ENCRYPTION_YES, false},
    {"pgp message", "application/octet-stream", "a.asc",
     B64("-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEMA0\n-----END"), EXEAT_PART_TEXT, EXEAT_ENCRYPTION_YES, false},
    {"pgp marker with prose", "text/plain", "a.txt", B64("-----BEGIN PGP MESSAGE-----\n\nSGVsbG8=\n"), EXEAT_PART_TEXT,
     EXEAT_ENCRYPTION_NO, false},
    {"gzip of a dull text, with few control characters", "text/plain", "a.txt",
     B64("\x1F\x8B\x08 abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijkl "
         "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz"),
     EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, true},
    {"docx that is none", "application/octet-stream", "a.docx", B64("\x01\x02\0\0"), EXEAT_PART_DOCUMENT,
     EXEAT_ENCRYPTION_NO, true},
};

static void
test_kinds(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *body = g_base64_encode((const guchar *)kinds[i].content.data, kinds[i].content.length);
        g_autofree char *letter = g_strdup_printf("Content-Type: %s\nContent-Disposition: attachment; filename=%s\n"
                                                  "Content-Transfer-Encoding: base64\n\n%s\n",
                                                  kinds[i].type, kinds[i].file, body);
        g_autoptr(ExeatMessage) message = read_letter(letter);
        const ExeatPart *part = exeat_message_parts(message)->pdata[0];
        if (part->kind != kinds[i].kind || part->encryption != kinds[i].encryption ||
            (part->unreadable != NULL) != kinds[i].unreadable || part->size != kinds[i].content.length)
            fail_msg("%s: kind %d encryption %d unreadable %s size %zu", kinds[i].name, (int)part->kind,
                     (int)part->encryption, part->unreadable, part->size);
        assert_true(part->is_attachment || part->kind == EXEAT_PART_SIGNATURE);
    }
}

static void
test_tree(void **state)
{
    (void)state;
    g_autoptr(ExeatMessage) message = read_letter(
        "From: \"Jane\" <jane@oakfield.sch.uk>\nTo: a@x.example\nTo: b@x.example\nCc: c@x.example\nDate: Tue, 3 Mar "
        "2026 10:00:00 +0000\n"
        "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/related; boundary=y\n\n--y\n"
        "Content-Type: text/html\n\n<img src=\"cid:logo@x\">\n--y\nContent-Type: image/png; name=l.png\nContent-ID: "
        "<logo@x>\n\n\x89PNG\r\n\x1A\n\n--y--\n"
        "--x\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=z\n\n--z\n\nhi\n--z--\n--x--\n");
    static const char *const want[] = {"", "1", "1.1", "1.2", "2", "2.1"};
    const GPtrArray *parts = exeat_message_parts(message);
    assert_int_equal(parts->len, G_N_ELEMENTS(want));
    for (guint i = 0; i < parts->len; i++)
        assert_string_equal(((const ExeatPart *)parts->pdata[i])->path, want[i]);
    assert_true(((const ExeatPart *)parts->pdata[3])->is_inline_image);
    assert_false(((const ExeatPart *)parts->pdata[3])->is_attachment);
    assert_int_equal(exeat_message_to(message)->len, 2);
    assert_int_equal(exeat_message_envelope(message)->recipients->len, 3);
    assert_int_equal(exeat_message_date(message), 1772532000);
    assert_string_equal(exeat_message_header(message, "cc"), "c@x.example");
    assert_int_equal(exeat_message_problems(message)->len, 0);
    assert_false(exeat_message_is_automatic(message));
}

static void
test_subjects_and_automatic(void **state)
{
    (void)state;
    g_autoptr(ExeatMessage)
        message = read_letter("Subject: one\nSubject: =?utf-8?Q?two?=\nAuto-Submitted: auto-replied\n\n");
    assert_string_equal(exeat_message_subject(message), "one\ntwo");
    assert_true(exeat_message_is_automatic(message));
    g_autoptr(ExeatMessage) none = read_letter("Auto-Submitted: no\n\n");
    assert_string_equal(exeat_message_subject(none), "");
    assert_false(exeat_message_is_automatic(none));
    static const char nul[] = "Subject: a\0b\nContent-Type: text/plain\n\nx";
    g_autoptr(ExeatMessage) with_nul = read_bytes(nul, sizeof nul - 1, NULL);
    assert_string_equal(exeat_message_subject(with_nul), "ab");
}

/* Line ends as no RFC has them. */
static void
test_line_ends(void **state)
{
    (void)state;
    static const char *const letters[] = {
        "From x@oakfield.example Mon Jan 15 09:00:00 2024\rSubject: Trip\rTo: a@b.example\r\rHello\r",
        "To: a@b.example\r\r\nSubject: Trip\r\r\n\r\r\nHello\r\r\n",
        "To: a@b.example\r\nsubJECT :\tTrip\r\n\nHello",
        "\xEF\xBB\xBFTo: a@b.example\nSubject: Trip\n\nHello",
        "a line of rubbish\nTo: a@b.example\nmore of it\nSubject: Trip\n\nHello",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
        g_autoptr(ExeatMessage) message = read_letter(letters[i]);
        if (strcmp(exeat_message_subject(message), "Trip") != 0)
            fail_msg("letter %zu: subject \"%s\"", i, exeat_message_subject(message));
        const GPtrArray *texts = exeat_message_texts(message);
        const ExeatText *last = texts->pdata[texts->len - 1];
        if (!g_str_has_prefix(last->text, "Hello"))
            fail_msg("letter %zu: text \"%s\"", i, last->text);
    }
}

static char *
make_multipart(guint parts)
{
    GString *letter = g_string_new("Content-Type: multipart/mixed; boundary=x\n\n");
    for (guint i = 0; i < parts; i++)
        g_string_append(letter, "--x\n\nhello\n");
    g_string_append(letter, "--x--\n");
    return g_string_free(letter, FALSE);
}

static void
test_limit_parts(void **state)
{
    (void)state;
    ExeatMessageLimits limits = exeat_message_default_limits;
    limits.parts = 10;
    for (guint n = 8; n <= 10; n++) { /* and the container */
        g_autofree char *letter = make_multipart(n);
        g_autoptr(ExeatMessage) message = read_bytes(letter, strlen(letter), &limits);
        assert_int_equal(has_problem(message, "too many parts"), n + 1 > 10);
        assert_int_equal(exeat_message_parts(message)->len, MIN(n + 1, 10));
    }
    g_autofree char *huge = make_multipart(20000);
    g_autoptr(ExeatMessage) message = read_bytes(huge, strlen(huge), NULL);
    assert_true(has_problem(message, "too many parts"));
    assert_int_equal(exeat_message_parts(message)->len, exeat_message_default_limits.parts);
}

static char *
make_nested(guint depth)
{
    GString *letter = g_string_new(NULL);
    for (guint i = 0; i < depth; i++)
        g_string_append_printf(letter, "Content-Type: multipart/mixed; boundary=x%u\n\n--x%u\n", i, i);
    g_string_append(letter, "\nhello\n");
    return g_string_free(letter, FALSE);
}

static void
test_limit_depth(void **state)
{
    (void)state;
    ExeatMessageLimits limits = exeat_message_default_limits;
    limits.depth = 5;
    for (guint n = 4; n <= 6; n++) {
        g_autofree char *letter = make_nested(n);
        g_autoptr(ExeatMessage) message = read_bytes(letter, strlen(letter), &limits);
        assert_int_equal(has_problem(message, "parts are nested too deeply"), n > 5);
    }
    g_autofree char *deep = make_nested(3000);
    g_autoptr(ExeatMessage) message = read_bytes(deep, strlen(deep), NULL);
    assert_true(exeat_message_problems(message)->len > 0);
}

static void
test_limit_text(void **state)
{
    (void)state;
    for (guint n = 99; n <= 101; n++) {
        ExeatMessageLimits limits = exeat_message_default_limits;
        limits.text_bytes = 100;
        g_autofree char *body = g_strnfill(n, 'a');
        g_autofree char *letter = g_strdup_printf("Content-Type: text/plain\n\n%s", body);
        g_autoptr(ExeatMessage) message = read_bytes(letter, strlen(letter), &limits);
        assert_int_equal(has_problem(message, "a text part is longer than the limit"), n > 100);
        limits.text_bytes = 1000;
        limits.total_text_bytes = 100;
        g_autoptr(ExeatMessage) total = read_bytes(letter, strlen(letter), &limits);
        assert_int_equal(has_problem(total, "more text than the limit allows"), n > 100);
        const ExeatText *text = exeat_message_texts(total)->pdata[1];
        assert_int_equal(text->length, MIN(n, 100));
    }
}

static void
test_limit_header(void **state)
{
    (void)state;
    for (guint n = 9; n <= 11; n++) {
        ExeatMessageLimits limits = exeat_message_default_limits;
        limits.header_fields = 10;
        limits.addresses = 10;
        g_autoptr(GString) letter = g_string_new(NULL);
        for (guint i = 0; i < n; i++)
            g_string_append(letter, "X: 1\n");
        g_string_append(letter, "\n");
        g_autoptr(ExeatMessage) message = read_bytes(letter->str, letter->len, &limits);
        assert_int_equal(has_problem(message, "too many header fields"), n > 10);
        assert_int_equal(exeat_message_headers(message)->len, MIN(n, 10));
        g_string_assign(letter, "To: ");
        for (guint i = 0; i < n; i++)
            g_string_append_printf(letter, "u%u@x.example,", i);
        g_string_append(letter, "\n\n");
        g_autoptr(ExeatMessage) many = read_bytes(letter->str, letter->len, &limits);
        assert_int_equal(has_problem(many, "too many addresses"), n > 10);
        assert_int_equal(exeat_message_to(many)->len, MIN(n, 10));
    }
}

static void
test_limit_cells(void **state)
{
    (void)state;
    for (guint n = 9; n <= 11; n++) {
        ExeatMessageLimits limits = exeat_message_default_limits;
        limits.cells = 10;
        g_autoptr(GString) letter = g_string_new("Content-Type: text/csv\n\n1");
        for (guint i = 1; i < n; i++)
            g_string_append(letter, ",1");
        g_autoptr(ExeatMessage) message = read_bytes(letter->str, letter->len, &limits);
        assert_int_equal(has_problem(message, "a table has more cells than the limit"), n > 10);
    }
}

/* GMime keeps each field of an inner header: there is a point from which on the letter is not read. */
static void
test_limit_inner_header(void **state)
{
    (void)state;
    for (guint n = 19999; n <= 20001; n++) {
        g_autoptr(GString) letter = g_string_new("Content-Type: multipart/mixed; boundary=x\n\n--x\n");
        for (guint i = 0; i < n; i++)
            g_string_append(letter, "A:\n");
        g_autoptr(ExeatMessage) message = read_bytes(letter->str, letter->len, NULL);
        assert_int_equal(has_problem(message, "an inner header is too large"), n > 20000);
    }
}

static const char *const samples[] = {
    "From: =?utf-8?Q?Si=C3=A2n?= <a@x.example>\r\nTo: \"Price, Tom\" <b@y.example>, Staff: c@y.example;\r\nSubject: "
    "=?utf-8?B?U2nDom4=?=\r\n"
    "Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html; "
    "charset=utf-8\r\n\r\n<table><tr><td>a<td>b<tr><td>c<td>d"
    "</table><blockquote>q</blockquote>\r\n--x\r\nContent-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nYSxiCmMsZAo=\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner\r\n--x\r\nContent-Type: "
    "text/vcard\r\n\r\nBEGIN:VCARD\r\nN:a;b\r\n--x--\r\n",
    "Subject: x\nContent-Type: text/plain; format=flowed; charset=utf-16\n\nH\0e",
    "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CA\n",
    "Content-Type: text/plain\n\nOn 1 May 2026, Tom <t@x.example> wrote:\n> a\n-- \nJane\n-----BEGIN PGP "
    "MESSAGE-----\n\nhQEM\n",
};

static void
check_whole(const ExeatMessage *message)
{
    assert_true(g_utf8_validate(exeat_message_subject(message), -1, NULL));
    assert_true(exeat_message_parts(message)->len > 0);
    const GPtrArray *texts = exeat_message_texts(message);
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = texts->pdata[i];
        assert_true(g_utf8_validate(text->text, (gssize)text->length, NULL));
        assert_int_equal(strlen(text->text), text->length);
    }
}

static void
test_truncations(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++)
        for (gsize n = 0; n <= strlen(samples[i]); n++) {
            g_autoptr(ExeatMessage) message = read_bytes(samples[i], n, NULL);
            check_whole(message);
        }
}

/* Bytes changed at pseudo-random, the same in each run. */
static void
test_damage(void **state)
{
    (void)state;
    g_autoptr(GRand) random = g_rand_new_with_seed(20260303);
    for (guint round = 0; round < 3000; round++) {
        const char *sample = samples[round % G_N_ELEMENTS(samples)];
        gsize length = strlen(sample);
        g_autofree char *damaged = g_memdup2(sample, length);
        for (guint k = 0; k < 1 + round % 8; k++)
            damaged[g_rand_int_range(random, 0, (gint32)length)] = (char)g_rand_int_range(random, 0, 256);
        g_autoptr(ExeatMessage) message = read_bytes(damaged, length, NULL);
        check_whole(message);
    }
}

/* Inputs that grow: none may cost more than its length is worth (a quadratic one would take minutes). */
static void
test_swollen(void **state)
{
    (void)state;
    static const struct {
        const char *head, *unit;
    } shapes[] = {
        {"Subject: ", "=?utf-8?Q?a?= "},
        {"Subject: ", "=?utf-8?Q?a"},
        {"Subject: ", "=?"},
        {"To: ", "a@b.example, "},
        {"To: ", "<"},
        {"", "A: b\n"},
        {"", " \n"},
        {"", ":"},
        {"Content-Type: text/html\n\n", "<b>"},
        {"Content-Type: text/html\n\n", "<div>"},
        {"Content-Type: text/html\n\n", "<table><tr><td>"},
        {"Content-Type: text/html\n\n", "<td>a"},
        {"Content-Type: text/html\n\n", "&amp;"},
        {"Content-Type: text/html\n\n", "<p>"},
        {"Content-Type: text/html\n\n", "<!--"},
        {"Content-Type: text/html\n\n", "<a href='"},
        {"Content-Type: text/plain\n\n", "On 1 wrote\n"},
        {"Content-Type: text/plain\n\n", "From: a\n"},
        {"Content-Type: text/plain\n\n", "Thanks\n"},
        {"Content-Type: text/plain; charset=utf-8\n\n", "e\xCC\x88"},
        {"Content-Type: text/plain; charset=utf-8\n\ne", "\xCC\x88"},
        {"Content-Type: text/plain; charset=utf-8\n\n", "\xE1\x84\x80\xE1\x85\xA1"},
        {"Content-Type: text/plain\n\n", "> \n"},
        {"Content-Type: text/plain\n\n", "-----BEGIN PGP MESSAGE-----\n"},
        {"Content-Type: text/csv\n\n", "\""},
        {"Content-Type: text/csv\n\n", "a,\""},
        {"Content-Type: text/vcard\n\n", "A;ENCODING=QUOTED-PRINTABLE:=\n"},
        {"Content-Type: text/vcard\n\n", "\n "},
        {"Content-Type: text/plain; format=flowed\n\n", "> a \n"},
        {"Content-Type: multipart/mixed; boundary=x\n\n", "--x\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autoptr(GString) letter = g_string_new(shapes[i].head);
        while (letter->len < 600000)
            g_string_append(letter, shapes[i].unit);
        gint64 begin = g_get_monotonic_time();
        g_autoptr(ExeatMessage) message = read_bytes(letter->str, letter->len, NULL);
        print_message("%s%s: %" G_GINT64_FORMAT " us\n", shapes[i].head, shapes[i].unit,
                      g_get_monotonic_time() - begin);
        check_whole(message);
    }
}

/* Contents are decoded in steps of STEP_BYTES: wherever a step falls within a quantum of base64, an escape, a soft line
 * break or a line end, the bytes are those of decoding in one piece. */
static void
test_decoding_steps(void **state)
{
    (void)state;
    const gsize step = 65536;
    for (gsize shift = 0; shift < 9; shift++) {
        g_autoptr(GString) quoted = g_string_new(NULL), plain = g_string_new(NULL);
        g_string_append_printf(quoted, "%.*s", (int)shift, "xxxxxxxxx");
        g_string_append_printf(plain, "%.*s", (int)shift, "xxxxxxxxx");
        while (quoted->len < 4 * step + 100) {
            g_string_append(quoted, "=C3=A9=\r\ny\r\n");
            g_string_append(plain, "\xC3\xA9y\r\n");
        }
        g_autofree char *base64 = g_base64_encode((const guchar *)quoted->str, quoted->len);
        const struct {
            ExeatContent content;
            const GString *want;
        } rows[] = {{{quoted->str, quoted->len, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE}, plain},
                    {{base64, strlen(base64), GMIME_CONTENT_ENCODING_BASE64}, quoted},
                    {{quoted->str, quoted->len, GMIME_CONTENT_ENCODING_8BIT}, quoted}};
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            gsize length = 0, half = 0;
            bool cut = true;
            g_autofree char *whole = exeat_content_decode(&rows[i].content, 10 * step, &length, &cut);
            assert_false(cut);
            assert_int_equal(length, rows[i].want->len);
            assert_memory_equal(whole, rows[i].want->str, length);
            /* the beginning is the beginning, whatever is asked for */
            for (gsize max = step - 2; max <= step + 2; max++) {
                g_autofree char *begin = exeat_content_decode(&rows[i].content, max, &half, &cut);
                assert_true(cut);
                assert_int_equal(half, max);
                assert_memory_equal(begin, whole, half);
            }
        }
    }
}

/* No line end is a character of base64, whichever it is. */
static void
test_size_by_line_ends(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autoptr(GString) body = g_string_new(NULL);
        for (guint line = 0; line < 100; line++)
            g_string_append_printf(body, "QUJDREVG%s", ends[i]);
        const ExeatContent content = {body->str, body->len, GMIME_CONTENT_ENCODING_BASE64};
        assert_int_equal(exeat_content_size(&content), 600);
    }
}

static int
start(void **state)
{
    (void)state;
    exeat_message_library_init();
    return 0;
}

#define INNER_MEMBERS 20000 /* as message/attachment.c has it */

typedef struct CountInspector {
    ExeatInspector inspector; /* first: it is one */
    guint members;
} CountInspector;

/* An archive of so many files, whatever it is shown. */
static bool
answer_members(ExeatInspector *self, const ExeatFile *file, gint64 deadline, ExeatInspected **out_inspected,
               GError **error)
{
    (void)file, (void)deadline, (void)error;
    *out_inspected = exeat_inspected_new();
    for (guint i = 0; i <= ((CountInspector *)self)->members; i++) {
        ExeatPart *part = g_new0(ExeatPart, 1);
        part->path = g_strdup(i == 0 ? "" : "x");
        part->type = g_strdup("x/y");
        g_ptr_array_add((*out_inspected)->parts, part);
    }
    return true;
}

/* Files in attachments at N - 1, N and N + 1; the attachment itself is a part too. */
static void
test_limit_inner_members(void **state)
{
    (void)state;
    static const char letter[] = "Content-Type: application/zip; name=a.zip\n\nPK\x03\x04"
                                 "abc\x01\x02";
    for (guint members = INNER_MEMBERS - 2; members <= INNER_MEMBERS; members++) {
        CountInspector inspector = {{answer_members}, members};
        g_autoptr(GBytes) bytes = g_bytes_new_static(letter, sizeof letter - 1);
        g_autoptr(ExeatMessage) message = exeat_message_new_inspected(bytes, NULL, NULL, &inspector.inspector, 0);
        const GPtrArray *parts = exeat_message_parts(message);
        bool fits = members < INNER_MEMBERS;
        assert_int_equal(parts->len, fits ? members + 1 : 1);
        assert_int_equal(((const ExeatPart *)parts->pdata[0])->unreadable == NULL, fits);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit_inner_members),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_subjects_and_automatic),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_limit_parts),
        cmocka_unit_test(test_limit_depth),
        cmocka_unit_test(test_limit_text),
        cmocka_unit_test(test_limit_header),
        cmocka_unit_test(test_limit_cells),
        cmocka_unit_test(test_limit_inner_header),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_swollen),
        cmocka_unit_test(test_decoding_steps),
        cmocka_unit_test(test_size_by_line_ends),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
