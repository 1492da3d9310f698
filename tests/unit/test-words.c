/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the pages: Welsh out of the built catalogue, whatever the locale of the process, its six forms, and
 * marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libintl.h>
#include <stdlib.h>

#include "office/web/words.h"

static void
says_welsh_in_the_locale_c(void **state)
{
    (void)state;
    assert_string_equal(exeat_words(EXEAT_WELSH, "Sign in"), "Mewngofnodi");
    assert_string_equal(exeat_words(EXEAT_WELSH, "headteacher"), "pennaeth");
    assert_string_equal(exeat_words(EXEAT_ENGLISH, "Sign in"), "Sign in");
    assert_string_equal(exeat_words(EXEAT_WELSH, "no words of any page"), "no words of any page");
}

static const struct {
    gulong count;
    const char *welsh, *english;
} count_rows[] = {
    {0, "Nid oes cod adfer ar ôl.", "{count} recovery codes are left."},
    {1, "Mae un cod adfer ar ôl.", "One recovery code is left."},
    {2, "Mae {count} god adfer ar ôl.", "{count} recovery codes are left."},
    {3, "Mae {count} chod adfer ar ôl.", "{count} recovery codes are left."},
    {4, "Mae {count} cod adfer ar ôl.", "{count} recovery codes are left."},
    {5, "Mae {count} cod adfer ar ôl.", "{count} recovery codes are left."},
    {6, "Mae {count} chod adfer ar ôl.", "{count} recovery codes are left."},
    {7, "Mae {count} cod adfer ar ôl.", "{count} recovery codes are left."},
    {21, "Mae {count} cod adfer ar ôl.", "{count} recovery codes are left."},
    {G_MAXUINT32, "Mae {count} cod adfer ar ôl.", "{count} recovery codes are left."},
};

static void
counts_in_six_forms(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(count_rows); i++) {
        const char *one = "One recovery code is left.", *many = "{count} recovery codes are left.";

        assert_string_equal(exeat_words_count(EXEAT_WELSH, one, many, count_rows[i].count), count_rows[i].welsh);
        assert_string_equal(exeat_words_count(EXEAT_ENGLISH, one, many, count_rows[i].count), count_rows[i].english);
    }
}

static const struct {
    const char *languages;
    ExeatLanguage want;
} accepted_rows[] = {{NULL, EXEAT_ENGLISH},       {"", EXEAT_ENGLISH},         {"cy", EXEAT_WELSH},
                     {"cy-GB", EXEAT_WELSH},      {"CY", EXEAT_WELSH},         {"cy;q=0.9, en;q=0.8", EXEAT_WELSH},
                     {"en, cy", EXEAT_ENGLISH},   {"de, cy, en", EXEAT_WELSH}, {"cym", EXEAT_ENGLISH},
                     {"de-DE, fr", EXEAT_ENGLISH}};

static void
takes_the_first_language_of_ours(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(accepted_rows); i++)
        assert_int_equal(exeat_language_accepted(accepted_rows[i].languages), accepted_rows[i].want);
}

static void
fills_marks_once(void **state)
{
    g_autofree char *filled = exeat_words_fill("{who} has it {open}, {who}. {", "who", "{open}", NULL);

    (void)state;
    assert_string_equal(filled, "{open} has it {open}, {open}. {");
}

/* The catalogue that was built here stands where tests run, not beside the program. */
static int
find_the_catalogue(void **state)
{
    g_autofree char *here = g_canonicalize_filename("po", NULL);

    (void)state;
    g_setenv("LC_ALL", "C", TRUE);
    g_setenv("LANG", "C", TRUE);
    exeat_words_init();
    return bindtextdomain("exeat", here) != NULL ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_welsh_in_the_locale_c),
        cmocka_unit_test(counts_in_six_forms),
        cmocka_unit_test(takes_the_first_language_of_ours),
        cmocka_unit_test(fills_marks_once),
    };

    return cmocka_run_group_tests(tests, find_the_catalogue, NULL);
}
