/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of words: each is found, nothing else is, however full the set; and the tables that rely on their order have it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/word_set.h"
#include "policies/detect/terms-private.h"

#define WORDS 1000u

static void
test_each_is_found(void **state)
{
    (void)state;
    g_autoptr(ExeatWordSet) set = exeat_word_set_new(WORDS); /* to the last place */
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    guint value = 0;
    for (guint i = 0; i < WORDS; i++) {
        g_ptr_array_add(words, g_strdup_printf("word%u", i));
        exeat_word_set_add(set, g_ptr_array_index(words, i), strlen(g_ptr_array_index(words, i)), i);
    }
    for (guint i = 0; i < WORDS; i++) {
        const char *word = g_ptr_array_index(words, i);
        assert_true(exeat_word_set_find(set, word, strlen(word), &value));
        assert_int_equal(value, i);
    }
    value = 7;
    assert_false(exeat_word_set_find(set, "word1000", 8, &value));
    assert_false(exeat_word_set_find(set, "word", 4, &value));
    assert_false(exeat_word_set_find(set, "", 0, &value));
    assert_false(exeat_word_set_find(set, "word1\0", 6, &value));
    assert_int_equal(value, 7);
}

static void
test_first_value_stays(void **state)
{
    (void)state;
    static const char *const words[] = {"rose", "may", "rose"};
    g_autoptr(ExeatWordSet) set = exeat_word_set_new(2);
    guint value = 0;
    exeat_word_set_add_all(set, words, G_N_ELEMENTS(words), 1);
    exeat_word_set_add(set, "may", 3, 2);
    assert_true(exeat_word_set_find(set, "mayor", 3, &value)); /* so much of it is looked up */
    assert_int_equal(value, 1);
}

static void
test_none(void **state)
{
    (void)state;
    g_autoptr(ExeatWordSet) set = exeat_word_set_new(0);
    guint value = 0;
    assert_false(exeat_word_set_find(set, "rose", 4, &value));
}

/* terms.c looks for the first row of a word and reads on from there. */
static void
test_terms_are_sorted(void **state)
{
    (void)state;
    for (gsize i = 1; i < exeat_terms_count; i++)
        if (strcmp(exeat_terms[i - 1].phrase, exeat_terms[i].phrase) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", exeat_terms[i - 1].phrase, exeat_terms[i].phrase);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_found),
        cmocka_unit_test(test_first_value_stays),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_terms_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
