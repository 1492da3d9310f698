/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open addressing, at most half full, so that a probe ends soon. The hash is FNV-1a: the words are not a stranger's. */
#include "base/word_set.h"

#include <string.h>

typedef struct WordSlot {
    const char *word; /* NULL: free */
    guint32 hash;
    guint32 length;
    guint value;
} WordSlot;

struct ExeatWordSet {
    guint mask;
    guint room; /* words that may still be added */
    WordSlot slots[];
};

static guint32
word_hash(const char *word, gsize length)
{
    guint32 hash = 2166136261u;
    for (gsize i = 0; i < length; i++)
        hash = (hash ^ (guchar)word[i]) * 16777619u;
    return hash;
}

ExeatWordSet *
exeat_word_set_new(guint words)
{
    guint slots = 2;
    while (slots < 2 * words)
        slots *= 2;
    ExeatWordSet *set = g_malloc0(sizeof *set + slots * sizeof set->slots[0]);
    set->mask = slots - 1;
    set->room = words;
    return set;
}

void
exeat_word_set_free(ExeatWordSet *set)
{
    g_free(set);
}

static guint
word_place(const ExeatWordSet *set, const char *word, gsize length, guint32 hash)
{
    guint at = hash & set->mask;
    for (; set->slots[at].word != NULL; at = (at + 1) & set->mask) {
        const WordSlot *slot = &set->slots[at];
        if (slot->hash == hash && slot->length == length && memcmp(slot->word, word, length) == 0)
            break;
    }
    return at;
}

void
exeat_word_set_add(ExeatWordSet *set, const char *word, gsize length, guint value)
{
    guint32 hash = word_hash(word, length);
    WordSlot *slot = &set->slots[word_place(set, word, length, hash)];
    if (slot->word != NULL)
        return;
    g_assert(set->room > 0);
    set->room--;
    *slot = (WordSlot){.word = word, .hash = hash, .length = (guint32)length, .value = value};
}

void
exeat_word_set_add_all(ExeatWordSet *set, const char *const *words, guint count, guint value)
{
    for (guint i = 0; i < count; i++)
        exeat_word_set_add(set, words[i], strlen(words[i]), value);
}

bool
exeat_word_set_find(const ExeatWordSet *set, const char *word, gsize length, guint *out_value)
{
    const WordSlot *slot = &set->slots[word_place(set, word, length, word_hash(word, length))];
    if (slot->word == NULL)
        return false;
    *out_value = slot->value;
    return true;
}
