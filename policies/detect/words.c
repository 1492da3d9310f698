/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lookup in the word tables.
 *
 * Threads: constant data. Hostile input: the word.
 */
#include "policies/detect/words.h"

#include <string.h>

static int
words_compare(const char *folded, gsize length, const char *entry)
{
    int order = strncmp(folded, entry, length);
    return order != 0 ? order : (entry[length] == '\0' ? 0 : -1);
}

bool
exeat_words_have(const char *const *sorted, guint count, const char *folded, gsize length)
{
    guint low = 0;
    guint high = count;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        int order = words_compare(folded, length, sorted[middle]);
        if (order == 0)
            return true;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

guint
exeat_word_level(const char *folded, gsize length)
{
    if (exeat_words_have(exeat_words_common, exeat_words_common_count, folded, length))
        return 2;
    return exeat_words_have(exeat_words_rare, exeat_words_rare_count, folded, length) ? 1 : 0;
}
