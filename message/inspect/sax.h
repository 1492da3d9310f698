/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML as a stream of elements with short numbers for names: what every reader of a document made of XML stands on.
 * A reader has a table of the local names that it knows; namespaces and prefixes do not count, so that strict,
 * transitional and odd documents are one. libxml2 parses, without network, DTD or entities; depth is bounded here.
 *
 * Of mc:AlternateContent the first choice is read, or else the fallback. The values of entities that a document
 * declares are shown once, where they are declared, and are never put in. One thread, hostile input.
 */
#ifndef EXEAT_MESSAGE_INSPECT_SAX_H
#define EXEAT_MESSAGE_INSPECT_SAX_H

#include "message/inspect/zip.h"

#define EXEAT_SAX_DEPTH 512 /* elements in elements */

typedef struct ExeatSax ExeatSax;

/* Not ended by a NUL. */
typedef struct ExeatSpan {
    const char *text;
    gsize length;
} ExeatSpan;

/* For a table of words that is written once: #define WORDS(X) X(P, "p") X(R, "r") …; enum { NO_WORD,
 * WORDS(EXEAT_SAX_WORD) WORDS_END }; static const char *const words[] = {NULL, WORDS(EXEAT_SAX_NAME)}; */
#define EXEAT_SAX_WORD(word, name) word,
#define EXEAT_SAX_NAME(word, name) name,

typedef struct ExeatSaxReader {
    const char *const *words; /* local names of elements and attributes; the word of words[i] is i, [0] is not used */
    guint count;              /* of words */
    /* @word is 0 for names that are not in the table. Any may be NULL. */
    void (*begin)(ExeatSax *sax, guint word, gpointer data);
    void (*end)(ExeatSax *sax, guint word, gpointer data);
    void (*text)(ExeatSax *sax, const char *text, gsize length, gpointer data);
    bool silent; /* only looks: declared entities are not shown */
} ExeatSaxReader;

/* False if it is damaged or a limit was reached: the part is then unreadable, and what came before has been read. */
bool exeat_sax_bytes(ExeatInspection *inspection, const guint8 *bytes, gsize length, const ExeatSaxReader *reader,
                     gpointer data);
/* The same for a member of a ZIP, unpacked as it is read. */
bool exeat_sax_member(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry,
                      const ExeatSaxReader *reader, gpointer data);

/* --- for readers, while one of their functions runs --- */

/* The element around the current one, the one around that for 2 …; 0 if it has no word. In begin and end the current
 * one is that which begins or ends. */
guint exeat_sax_parent(const ExeatSax *sax, guint levels);
/* How many elements are open; the root is 1. */
guint exeat_sax_depth(const ExeatSax *sax);
/* The local name of what begins or ends. */
const char *exeat_sax_name(const ExeatSax *sax);
/* In begin: the URI of its namespace, "" if there is none. */
const char *exeat_sax_space(const ExeatSax *sax);

/* In begin: no more of this element, not even its end. */
void exeat_sax_skip(ExeatSax *sax);
/* No more of the document; it counts as whole. */
void exeat_sax_stop(ExeatSax *sax);

/* In begin: an attribute's value; "&" may stand as "&#38;" in it. */
bool exeat_sax_attribute(const ExeatSax *sax, guint word, ExeatSpan *out_value);
/* The same, as a string; NULL if there is none. (transfer full) */
char *exeat_sax_string(const ExeatSax *sax, guint word);
/* That of r:id, where an id without a prefix is another. (transfer full) */
char *exeat_sax_prefixed(const ExeatSax *sax, guint word);
/* As a number in decimal, @fallback where it is none; at most G_MAXUINT32. */
guint exeat_sax_number(const ExeatSax *sax, guint word, guint fallback);
bool exeat_sax_is(const ExeatSax *sax, guint word, const char *value);

/* All of them, by place; false behind the last. (name: transfer none; value: transfer full) */
bool exeat_sax_nth(const ExeatSax *sax, guint place, const char **out_name, char **out_value);

bool exeat_span_is(ExeatSpan span, const char *text);

#endif
