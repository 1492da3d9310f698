/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of a constant table, each found in the time of one comparison or two, however long the table is: what is
 * asked for every word of every letter must not be a binary search.
 *
 * Filled once, then constant and for any number of threads. The words are ours; what is looked up is hostile, and costs
 * no more for it.
 */
#ifndef EXEAT_BASE_WORD_SET_H
#define EXEAT_BASE_WORD_SET_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatWordSet ExeatWordSet;

/* For at most @words words. (transfer full) */
ExeatWordSet *exeat_word_set_new(guint words);
void exeat_word_set_free(ExeatWordSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatWordSet, exeat_word_set_free)

/* @word, of which @length bytes count, must outlive the set. The first value given for a word stays. */
void exeat_word_set_add(ExeatWordSet *set, const char *word, gsize length, guint value);

/* All of @words, with one value. */
void exeat_word_set_add_all(ExeatWordSet *set, const char *const *words, guint count, guint value);

/* True, and the value, if the set has the word. */
bool exeat_word_set_find(const ExeatWordSet *set, const char *word, gsize length, guint *out_value);

#endif
