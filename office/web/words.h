/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of the pages in English and Welsh, by gettext: the English stands in the code, the Welsh in po/cy.po. One
 * process speaks to many, so the language is a caller's choice and not the locale's.
 *
 * Marks in braces ({count}) are filled by exeat_words_fill(); nothing that is filled in is looked at again.
 */
#ifndef EXEAT_OFFICE_WEB_WORDS_H
#define EXEAT_OFFICE_WEB_WORDS_H

#include <glib.h>

typedef enum ExeatLanguage {
    EXEAT_ENGLISH,
    EXEAT_WELSH,
} ExeatLanguage;

/* Call once, before any thread. The catalogues are those beside the program that runs (a build that is not installed),
 * else the installed ones. Without one all is English. */
void exeat_words_init(void);

const char *exeat_language_code(ExeatLanguage language); /* "en", "cy" */
/* "cy", "cy-GB", "en" …; EXEAT_ENGLISH for anything else. */
ExeatLanguage exeat_language_from_code(const char *code);
/* The first of ours in an Accept-Language (RFC 9110 12.5.4), in its order; NULL is fine. */
ExeatLanguage exeat_language_accepted(const char *languages);

/* Marks a text for translation where it stands in a table. */
#define EXEAT_WORDS(text) text
/* The two forms of a text that counts. */
#define EXEAT_WORDS_COUNT(one, many) one, many

/* (transfer none) */
const char *exeat_words(ExeatLanguage language, const char *text);
/* The form for @count. (transfer none) */
const char *exeat_words_count(ExeatLanguage language, const char *one, const char *many, gulong count);

/* @text with each {mark} replaced: pairs of mark (without braces) and value, ended by NULL. (transfer full) */
char *exeat_words_fill(const char *text, ...) G_GNUC_NULL_TERMINATED;

#endif
