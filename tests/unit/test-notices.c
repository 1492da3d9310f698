/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices of every kind, in both languages: their words, where their links lead, and what no subject may hold. */
#include "tests/unit/quarantine_fixture.h"

#include <string.h>

#include "quarantine/notice-private.h"

static void
assert_says(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("\"%s\" is not in: %s", what, text);
}

static void
test_words(void **state)
{
    static const char *const languages[] = {"en", "cy"};

    (void)state;
    for (guint kind = 0; kind < EXEAT_NOTICE_KINDS; kind++) {
        for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
            const NoticeKindWords *words = &exeat_notice_words(languages[i])->kinds[kind];
            ExeatNotice notice = {.kind = (ExeatNoticeKind)kind,
                                  .id = "H-7K3M-Q9TX-2B4W",
                                  .language = languages[i],
                                  .secret = "4821-9375",
                                  .concerned = 1,
                                  .recipients = 2};
            g_autofree char *subject = NULL, *text = NULL;
            g_autoptr(GPtrArray) blocks = NULL;

            if (words->subject == NULL || words->opening == NULL || words->next == NULL)
                fail_msg("kind %u has no words in %s", kind, languages[i]);
            subject = exeat_notice_subject(&notice);
            blocks = exeat_notice_blocks(&notice);
            text = exeat_notice_text(blocks);
            if (strpbrk(subject, "{}") != NULL || strpbrk(text, "{}") != NULL)
                fail_msg("kind %u: a mark is left in %s: %s\n%s", kind, languages[i], subject, text);
            assert_null(strstr(subject, "4821"));
        }
    }
}

static void
test_links(void **state)
{
    static const struct {
        ExeatNoticeKind kind;
        bool decides;
        const char *link; /* NULL: none */
    } rows[] = {
        {EXEAT_NOTICE_HELD, false, "/mine/H-1"},
        {EXEAT_NOTICE_RETURNED, false, "/mine/H-1"},
        {EXEAT_NOTICE_EXPIRED, false, "/mine/H-1"},
        {EXEAT_NOTICE_RELEASED, false, "/mine/H-1"},
        {EXEAT_NOTICE_OPENED, false, "/mine/H-1"},
        {EXEAT_NOTICE_FAILED, false, "/mine/H-1"},
        {EXEAT_NOTICE_FAILED, true, "/letter/H-1"},
        {EXEAT_NOTICE_DECISION, true, "/letter/H-1"},
        {EXEAT_NOTICE_REMINDER, true, "/letter/H-1"},
        {EXEAT_NOTICE_UNTOLD, false, "/letter/H-1"},
        {EXEAT_NOTICE_DIGEST, true, "/waiting"},
        {EXEAT_NOTICE_OVERDUE, false, NULL},
        {EXEAT_NOTICE_CODE, false, NULL},
        {EXEAT_NOTICE_DEVICE, false, NULL},
        {EXEAT_NOTICE_PASSWORD, false, NULL},
        {EXEAT_NOTICE_RELEASED_RIGHT, false, "/mine/H-1"},
        {EXEAT_NOTICE_WITHDRAWN, false, "/mine/H-1"},
        {EXEAT_NOTICE_ASKED, false, "/letter/H-1"},
        {EXEAT_NOTICE_OPENING, false, "/letter/H-1"},
        {EXEAT_NOTICE_CONSULTED, false, "/letter/H-1"},
        {EXEAT_NOTICE_ANSWERED, false, "/letter/H-1"},
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (guint console = 0; console < 2; console++) {
            bool letter = rows[i].kind < EXEAT_NOTICE_DIGEST || rows[i].kind >= EXEAT_NOTICE_RELEASED_RIGHT;
            ExeatNotice notice = {.kind = rows[i].kind,
                                  .id = letter ? "H-1" : NULL,
                                  .language = "en",
                                  .decides = rows[i].decides,
                                  .console = console > 0 ? "https://exeat.example" : NULL};
            g_autoptr(GPtrArray) blocks = exeat_notice_blocks(&notice);
            g_autofree char *text = exeat_notice_text(blocks), *html = exeat_notice_html(blocks, "x", "en");
            g_autofree char *href = g_strdup_printf(" href=\"https://exeat.example%s\">", rows[i].link),
                            *line = g_strdup_printf("\n  https://exeat.example%s\n", rows[i].link),
                            *shown = g_strdup_printf(">https://exeat.example%s</p>", rows[i].link);

            if (rows[i].link == NULL || console == 0) {
                assert_null(strstr(text, "https:"));
                assert_null(strstr(html, "href"));
                continue;
            }
            assert_says(text, "It does nothing by");
            assert_says(text, line);
            assert_says(html, href);
            assert_says(html, shown);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
