/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lookup in the word tables.
 *
 * Threads: constant data. Hostile input: the word.
 */
#include "policies/detect/words.h"

#include "base/word_set.h"

enum {
    WORD_RARE = 1,
    WORD_COMMON = 2,
};

static const ExeatWordSet *
words_levels(void)
{
    static gsize set;
    if (g_once_init_enter(&set)) {
        ExeatWordSet *made = exeat_word_set_new(exeat_words_common_count + exeat_words_rare_count);
        exeat_word_set_add_all(made, exeat_words_common, exeat_words_common_count, WORD_COMMON);
        exeat_word_set_add_all(made, exeat_words_rare, exeat_words_rare_count, WORD_RARE);
        g_once_init_leave(&set, (gsize)made);
    }
    return (const ExeatWordSet *)set;
}

guint
exeat_word_level(const char *folded, gsize length)
{
    guint level = 0;
    exeat_word_set_find(words_levels(), folded, length, &level);
    return level;
}
