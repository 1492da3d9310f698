/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subjects as they stand in real mail, right and wrong, and that what we write is what we read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "message/charset.h"
#include "message/encoded_word.h"

typedef struct Row {
    const char *name;
    const char *raw;
    const char *want;
    const char *hint;
} Row;

static const Row rows[] = {
    {"plain", "Trip on Friday", "Trip on Friday", NULL},
    {"empty", "", "", NULL},
    {"utf-8 q", "=?UTF-8?Q?Si=C3=A2n?=", "Siân", NULL},
    {"utf-8 b", "=?UTF-8?B?U2nDom4=?=", "Siân", NULL},
    {"lower case encoding", "=?utf-8?b?U2nDom4=?= =?utf-8?q?_a?=", "Siân a", NULL},
    {"latin-1", "=?iso-8859-1?Q?Llanfair_=E2?=", "Llanfair â", NULL},
    {"latin-1 means windows-1252", "=?iso-8859-1?Q?=93Hi=94_=80?=", "“Hi” €", NULL},
    {"us-ascii with 8 bit", "=?us-ascii?Q?Si=C3=A2n?=", "Siân", NULL},
    {"adjacent words", "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab", NULL},
    {"adjacent words folded", "=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab", NULL},
    {"adjacent words with tab", "=?utf-8?Q?a?=\n\t=?utf-8?Q?b?=", "ab", NULL},
    {"adjacent without space", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab", NULL},
    {"word then text", "=?utf-8?Q?a?= b", "a b", NULL},
    {"text then word", "b =?utf-8?Q?a?=", "b a", NULL},
    {"text between words", "=?utf-8?Q?a?= - =?utf-8?Q?b?=", "a - b", NULL},
    {"text without space", "Re:=?utf-8?Q?a?=b", "Re:ab", NULL},
    {"two charsets", "=?utf-8?Q?=C3=A2?= =?iso-8859-1?Q?=E2?=", "ââ", NULL},
    {"character split, q", "=?utf-8?Q?Si=C3?= =?utf-8?Q?=A2n?=", "Siân", NULL},
    {"character split, b", "=?utf-8?B?U2nD?= =?utf-8?B?om4=?=", "Siân", NULL},
    {"character split, b then q", "=?utf-8?B?U2nD?= =?utf-8?Q?=A2n?=", "Siân", NULL},
    {"character split, case of charset", "=?utf-8?B?U2nD?= =?UTF-8?B?om4=?=", "Siân", NULL},
    {"quantum split", "=?utf-8?B?U2nDo?= =?utf-8?B?m4=?=", "Siân", NULL},
    {"language", "=?utf-8*en?Q?Hello?=", "Hello", NULL},
    {"language with region", "=?iso-8859-1*cy-GB?Q?Si=E2n?=", "Siân", NULL},
    {"space inside q", "=?utf-8?Q?Hello big world?=", "Hello big world", NULL},
    {"fold inside b", "=?utf-8?B?U2nD\r\n om4=?=", "Siân", NULL},
    {"question mark inside",
     "=?utf-8?Q?What?_When?"
     "?=",
     "What? When?", NULL},
    {"question mark before escape", "=?utf-8?Q?What?=20now?=", "What? now", NULL},
    {"lower-case hex", "=?utf-8?Q?Si=c3=a2n?=", "Siân", NULL},
    {"bad escape", "=?utf-8?Q?100=_=ZZ?=", "100= =ZZ", NULL},
    {"no padding", "=?utf-8?B?U2nDom4?=", "Siân", NULL},
    {"excess padding", "=?utf-8?B?U2nDom4===?=", "Siân", NULL},
    {"padding inside", "=?utf-8?B?SGVsbG8=IHdvcmxk?=", "Hello world", NULL},
    {"rubbish in base64", "=?utf-8?B?SGV*sbG8=?=", "Hello", NULL},
    {"no end", "=?utf-8?Q?Hello_world", "Hello world", NULL},
    {"half an end", "=?utf-8?B?U2nDom4=?", "Siân", NULL},
    {"empty word",
     "=?utf-8?Q?"
     "?= x",
     "x", NULL},
    {"escape split between words", "=?utf-8?Q?Si=?= =?utf-8?Q?C3=A2n?=", "Siân", NULL},
    {"escape split after its first digit", "=?utf-8?Q?Si=C?= =?utf-8?Q?3=A2n?=", "Siân", NULL},
    {"escape split, three words", "=?utf-8?Q?Si=C3=A?=\r\n =?utf-8?Q?2=?= =?utf-8?Q?6E?=", "Siân", NULL},
    {"equals sign at the end of a word", "=?utf-8?Q?a=?= =?utf-8?Q?_b?=", "a= b", NULL},
    {"escape split, then base64", "=?utf-8?Q?a=?= =?utf-8?B?NDE=?=", "a=41", NULL},
    {"space inside the charset", "=?utf 8?Q?Si=C3=A2n?=", "Siân", NULL},
    {"space around the charset", "=? utf-8 ?Q?Si=C3=A2n?=", "Siân", NULL},
    {"lone CR", "Trip\rFriday", "Trip Friday", NULL},
    {"CR CR LF fold", "Trip\r\r\n Friday", "Trip  Friday", NULL},
    {"unknown charset, utf-8 bytes", "=?x-nonsense?Q?Si=C3=A2n?=", "Siân", NULL},
    {"unknown charset, latin bytes", "=?x-nonsense?Q?Si=E2n?=", "Siân", NULL},
    {"unknown-8bit", "=?unknown-8bit?Q?Si=E2n?=", "Siân", NULL},
    {"empty charset", "=??Q?Si=C3=A2n?=", "Siân", NULL},
    {"charset lies", "=?utf-8?Q?Si=E2n?=", "Siân", NULL},
    {"utf8 without hyphen", "=?utf8?Q?Si=C3=A2n?=", "Siân", NULL},
    {"unknown encoding stays", "=?utf-8?X?abc?=", "=?utf-8?X?abc?=", NULL},
    {"not a word", "a =? b ?= c", "a =? b ?= c", NULL},
    {"inside quotes", "\"=?utf-8?Q?Si=C3=A2n?=\"", "\"Siân\"", NULL},
    {"in parentheses", "(=?utf-8?Q?a?= =?utf-8?Q?b?=)", "(ab)", NULL},
    {"raw utf-8", "Si\xC3\xA2n", "Siân", NULL},
    {"raw windows-1252", "Si\xE2n \x96 notes", "Siân – notes", NULL},
    {"raw koi8-r with hint", "\xF0\xD2\xC9\xD7\xC5\xD4", "Привет", "koi8-r"},
    {"raw utf-8 despite hint", "Si\xC3\xA2n", "Siân", "koi8-r"},
    {"raw beside encoded", "Si\xC3\xA2n =?iso-8859-1?Q?=E2?=", "Siân â", NULL},
    {"raw 8 bit inside q", "=?utf-8?Q?Si\xC3\xA2n?=", "Siân", NULL},
    {"raw iso-2022-jp", "\x1B$B$3$s$K$A$O\x1B(B", "こんにちは", NULL},
    {"iso-2022-jp", "=?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは", NULL},
    {"shift_jis", "=?Shift_JIS?B?grGC8YLJgr+CzQ==?=", "こんにちは", NULL},
    {"gb2312", "=?gb2312?B?xOO6ww==?=", "你好", NULL},
    {"big5", "=?big5?B?p0Gmbg==?=", "你好", NULL},
    {"euc-kr", "=?euc-kr?B?vsiz5w==?=", "안녕", NULL},
    {"ks_c_5601-1987", "=?ks_c_5601-1987?B?vsiz5w==?=", "안녕", NULL},
    {"koi8-r", "=?koi8-r?B?8NLJ18XU?=", "Привет", NULL},
    {"windows-1251", "=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет", NULL},
    {"utf-7", "=?utf-7?Q?Si+AOI-n?=", "Siân", NULL},
    {"utf-16be", "=?utf-16be?B?AFMAaQDiAG4=?=", "Siân", NULL},
    {"utf-16 without mark", "=?utf-16?B?AFMAaQDiAG4=?=", "Siân", NULL},
    {"combining accent", "=?utf-8?Q?Sia=CC=82n?=", "Siân", NULL},
    {"control characters", "=?utf-8?Q?a=00b=07c=0Ad?=", "abc d", NULL},
    {"folded plain", "one\r\n two\r\n\tthree", "one two three", NULL},
    {"fold without space kept", "one\r\n  two", "one  two", NULL},
    {"trailing space", "  a  ", "a", NULL},
    {"underscore in plain text", "a_b", "a_b", NULL},
    {"emoji in two words", "=?UTF-8?B?8J+Y?= =?UTF-8?B?gA==?=", "😀", NULL},
    {"windows-1252 run into", "=?windows-1252http-equivcontent-type?Q?=93a=94?=", "“a”", NULL},
    {"quoted charset", "=?\"utf-8\"?Q?Si=C3=A2n?=", "Siân", NULL},
};

static void
test_decode(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = exeat_header_decode(rows[i].raw, strlen(rows[i].raw), rows[i].hint);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", rows[i].name, got, rows[i].want);
        assert_true(g_utf8_validate(got, -1, NULL));
    }
}

/* The same word under the names that letters give its charset. */
typedef struct NameRow {
    const char *charset;
    const char *hex; /* the payload as quoted-printable */
    const char *want;
} NameRow;

static const NameRow names[] = {
    {"cp-850", "caf=82", "café"},
    {"cp850", "caf=82", "café"},
    {"IBM850", "caf=82", "café"},
    {"csIBM866", "=8F=E0", "Пр"},
    {"Windows-1252-1", "=93a=94", "“a”"},
    {"x-cp1251", "=CF=F0", "Пр"},
    {"cp-1251", "=CF=F0", "Пр"},
    {"ansi1251", "=CF=F0", "Пр"},
    {"1251", "=CF=F0", "Пр"},
    {"windows_1251", "=CF=F0", "Пр"},
    {"windows-28592", "=B9", "š"},
    {"cp28605", "=A4", "€"},
    {"ISO_8859-2:1987", "=B9", "š"},
    {"iso88592", "=B9", "š"},
    {"iso-8859-15-euro", "=A4", "€"},
    {"iso_8859_15", "=A4", "€"},
    {"8859-2", "=B9", "š"},
    {"csISOLatin2", "=B9", "š"},
    {"latin-9", "=A4", "€"},
    {"l2", "=B9", "š"},
    {"iso-ir-101", "=B9", "š"},
    {"koi", "=F0=D2", "Пр"},
    {"koi8_u", "=A4=C4", "єд"},
    {"windows-874", "=CA=C7", "สว"},
    {"dos-874", "=CA=C7", "สว"},
    {"tis-620-0", "=CA=C7", "สว"},
    {"x-mac-ce", "=8E", "é"},
    {"x-mac-ce", "=E4", "š"},
    {"mac-iceland", "caf=8E", "café"},
    {"macintosh", "caf=8E", "café"},
    {"x-mac-ukrainian", "=8F=F0", "Пр"},
    {"x-gb2312", "=C4=E3", "你"},
    {"gb_2312-80", "=C4=E3", "你"},
    {"hz-gb-2312", "a~{Dc:C~}~~", "a你好~"},
    {"cn-big5", "=A7A", "你"},
    {"csBig5", "=A7A", "你"},
    {"ms932", "=82=B1", "こ"},
    {"x-sjis", "=82=B1", "こ"},
    {"eucJP-ms", "=A4=B3", "こ"},
    {"cseucpkdfmtjapanese", "=A4=B3", "こ"},
    {"windows-949", "=BE=C8", "안"},
    {"cseuckr", "=BE=C8", "안"},
    {"ks_c_5601_1987", "=BE=C8", "안"},
    {"_iso-2022-jp$ESC", "=1B$B$3=1B(B", "こ"},
    {"iso-2022-jp", "=1B$B-jyu=1B(B", "㈱﨑"},
    {"iso-2022-jp", "=1B(I5=1B(B", "ｵ"},
    {"iso-2022-jp", "=1B$(D+1=1B(B", "é"},
    {"cp50221", "=1B$B$3=1B(Jx", "こx"},
    {"utf8mb4", "=C3=A9", "é"},
    {"utf_8", "=C3=A9", "é"},
    {"x-unicode-2-0-utf-7", "+AOk-", "é"},
    {"unicode-1-1-utf-7", "+AOk-", "é"},
    {"utf_16le", "=E9=00a=00", "éa"},
    {"utf-32be", "=00=00=00=E9", "é"},
    {"65001", "=C3=A9", "é"},
    {"cp-99999", "=C3=A9", "é"},
    {"-", "=C3=A9", "é"},
    {"----------------------------------------------------------", "=C3=A9", "é"},
    {"x-", "=C3=A9", "é"},
    {"l99", "=C3=A9", "é"},
    {"iso-8859-12", "=C3=A9", "é"},
    {"iso-8859-99", "=C3=A9", "é"},
};

static void
test_charset_names(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *raw = g_strdup_printf("=?%s?Q?%s?=", names[i].charset, names[i].hex);
        g_autofree char *got = exeat_header_decode(raw, strlen(raw), NULL);
        if (strcmp(got, names[i].want) != 0)
            fail_msg("%s %s: got \"%s\", want \"%s\"", names[i].charset, names[i].hex, got, names[i].want);
    }
}

/* What may be in a subject that we write: single line, trimmed. */
static const char *const more[] = {
    "=?utf-8?Q?looks_like_one?=",
    "a =?x",
    "two  spaces",
    "Really long subject line that goes on and on until it has to be "
    "folded because nobody stops it, and then some more words",
    "Neges â thô bach a llawer o eiriau eraill ynddi, mwy nag y gall un llinell "
    "ei dal heb ei phlygu, ac ŵyr neb pam",
    "Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân–Siân",
    "averyveryverylongwordwithoutanyspaceinitthatislongerthanonelinecanbeinanymessageonearthatall",
    "こんにちは こんにちは こんにちは こんにちは こんにちは こんにちは こんにちは こんにちは",
    "a\xE2\x80\x93 b",
    "Re: Siân's plan (J.S.) - Fwd: a",
    "?=",
    "=",
    "😀😀😀 x"};

static void
check_round_trip(const char *text, const char *eol)
{
    g_autofree char *raw = exeat_header_encode("Subject", text, eol);
    g_autofree char *back = exeat_header_decode(raw, strlen(raw), NULL);
    if (strcmp(back, text) != 0)
        fail_msg("\"%s\" came back as \"%s\" from \"%s\"", text, back, raw);
    gsize column = strlen("Subject: ");
    for (const char *c = raw; *c != '\0'; c++) {
        assert_in_range((guint8)*c, 1, 126);
        column = *c == '\n' ? 0 : column + (*c != '\r');
        if (column > 78)
            fail_msg("\"%s\" is wider than 78 columns: %s", text, raw);
    }
}

static void
test_round_trip(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        check_round_trip(rows[i].want, "\r\n");
        check_round_trip(rows[i].want, "\n");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
        check_round_trip(more[i], "\r\n");
}

/* The first word stands beside the field's name: 69 columns are left for it. */
static void
test_first_word(void **state)
{
    (void)state;
    for (gsize length = 66; length <= 80; length++) {
        g_autofree char *word = g_strnfill(length, 'x');
        g_autofree char *raw = exeat_header_encode("Subject", word, "\r\n");
        check_round_trip(word, "\r\n");
        assert_int_equal(strcmp(raw, word) == 0, length <= 69);
    }
}

/* Any prefix of a valid value gives something valid. */
static void
test_truncation(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize n = 0; n <= strlen(rows[i].raw); n++) {
            g_autofree char *cut = g_strndup(rows[i].raw, n);
            g_autofree char *got = exeat_header_decode(cut, n, NULL);
            assert_true(g_utf8_validate(got, -1, NULL));
            assert_null(strpbrk(got, "\r\n\t"));
        }
}

/* MARKS_MAX: so many marks stay above one letter, whatever a joker writes. */
static void
test_marks(void **state)
{
    (void)state;
    for (guint count = 31; count <= 33; count++) {
        g_autoptr(GString) text = g_string_new("q");
        for (guint i = 0; i < count; i++)
            g_string_append(text, "\xCC\x80");
        g_string_append_c(text, 'r');
        gsize length = 0;
        g_autofree char *line = exeat_header_decode(text->str, text->len, NULL);
        g_autofree char *clean = exeat_text_clean(text->str, text->len, &length);
        assert_int_equal(strlen(line), 2 + 2 * MIN(count, 32));
        assert_int_equal(length, 2 + 2 * MIN(count, 32));
    }
}

/* Marks that a letter brings along count too, so that what is clean stays as it is: U+FB2A and U+0958 are never
 * composed, U+0344 is two marks, and of the two of U+01D8 one may stay when a third takes its place. A line end ends
 * the count. */
static void
test_marks_of_letters(void **state)
{
    (void)state;
    static const struct {
        const char *letter, *mark;
    } marked[] = {{"\uFB2A", "\u05C1"}, {"\uFB2C", "\u0300"}, {"\u0958", "\u0301"},    {"q", "\u0344"},
                  {"\u01D8", "\u0323"}, {"\u01D8", "\u0301"}, {"q\u0301\r", "\u0301"}, {"q\u0301\u3000", "\u0301"}};
    for (gsize i = 0; i < G_N_ELEMENTS(marked); i++) {
        for (guint count = 14; count <= 34; count++) {
            g_autoptr(GString) text = g_string_new(marked[i].letter);
            for (guint k = 0; k < count; k++)
                g_string_append(text, marked[i].mark);
            gsize length = 0, again_length = 0;
            g_autofree char *clean = exeat_text_clean(text->str, text->len, &length);
            g_autofree char *again = exeat_text_clean(clean, length, &again_length);
            g_autofree char *apart = g_utf8_normalize(clean, -1, G_NORMALIZE_NFD);
            if (strcmp(clean, again) != 0 || g_utf8_strlen(apart, -1) > 1 + 32 + 2)
                fail_msg("row %zu with %u marks: \"%s\", and again \"%s\"", i, count, clean, again);
        }
    }
    g_autofree char *after = exeat_text_clean("a\r\u0301b", strlen("a\r\u0301b"), NULL);
    assert_string_equal(after, "a\n\u0301b");
}

/* Long text is composed piece by piece; no seam may show. */
static void
test_compose(void **state)
{
    (void)state;
    static const struct {
        const char *apart, *composed;
    } letters[] = {{"a\xCC\x82", "â"}, {"e\xCC\xA3\xCC\x82", "ệ"}, {"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "각"}};
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
        for (guint shift = 0; shift < 9; shift++) {
            g_autoptr(GString) text = g_string_new(NULL);
            g_autoptr(GString) want = g_string_new(NULL);
            for (guint k = 0; k < 700 + shift; k++) {
                g_string_append(text, k < shift ? "x" : letters[i].apart);
                g_string_append(want, k < shift ? "x" : letters[i].composed);
            }
            g_autofree char *got = exeat_header_decode(text->str, text->len, NULL);
            assert_string_equal(got, want->str);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),     cmocka_unit_test(test_charset_names),    cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_truncation), cmocka_unit_test(test_first_word),       cmocka_unit_test(test_compose),
        cmocka_unit_test(test_marks),      cmocka_unit_test(test_marks_of_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
