/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names folded to the one form under which spellings of them are equal, and the words of a text folded the same way.
 *
 * Folded is: compatibility forms resolved, lower case, ß æ œ ø đ ł þ ð ı written in plain letters, marks dropped
 * (Siân is sian), Cyrillic and Greek look-alikes of Latin letters made Latin where a word mixes or consists of them,
 * apostrophes, hyphens, spaces, soft hyphens and zero-width characters gone.
 */
#ifndef EXEAT_DIRECTORY_FOLD_H
#define EXEAT_DIRECTORY_FOLD_H

#include <glib.h>
#include <stdbool.h>

/* g_utf8_next_char() for constant text. */
static inline const char *
exeat_utf8_next(const char *at)
{
    return at + g_utf8_skip[*(const guchar *)at];
}

/* The longest folded name or word; what is longer is no name. */
#define EXEAT_FOLD_MAX 96

/* Folds all of @text into @out, which has EXEAT_FOLD_MAX + 1 bytes, and ends it with a NUL. Returns the length; 0 if
 * nothing is left of it or it is too long. @text need not be valid UTF-8 (invalid bytes are skipped). */
gsize exeat_fold_name(const char *text, gsize length, char *out);

typedef enum ExeatWordFlags {
    EXEAT_WORD_CAPITAL = 1 << 0,    /* begins with a capital letter */
    EXEAT_WORD_ALL_CAPS = 1 << 1,   /* two letters or more, no lower-case letter */
    EXEAT_WORD_DIGITS = 1 << 2,     /* has a digit in it */
    EXEAT_WORD_POSSESSIVE = 1 << 3, /* 's or a final apostrophe behind it, not part of [start, end) */
    EXEAT_WORD_CAMEL = 1 << 4,      /* joined to the word before it, told apart by the capital alone (JamieSmith) */
} ExeatWordFlags;

typedef struct ExeatWord {
    gsize start; /* byte offsets into the text; end exclusive, without a possessive */
    gsize end;
    gsize after; /* where the possessive ends; == end without one */
    guint flags;
    guint letters; /* characters, digits included */
} ExeatWord;

/*
 * The next word of text[*offset, length): letters, digits and marks, apostrophes between them. *offset moves behind it.
 * The folded form (never empty, at most EXEAT_FOLD_MAX bytes, not NUL-terminated) is written to @out, its length to
 * *out_length; words that are too long or fold to nothing are passed over. False at the end of the text.
 */
bool exeat_fold_next_word(const char *text, gsize length, gsize *offset, ExeatWord *out_word, char *out,
                          gsize *out_length);

#endif
