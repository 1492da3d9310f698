/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of exeat.conf, shared by the reader and its lexer. */
#ifndef EXEAT_BASE_CONFIG_PRIVATE_H
#define EXEAT_BASE_CONFIG_PRIVATE_H

#include "base/config.h"

typedef enum ExeatToken {
    EXEAT_TOKEN_END,
    EXEAT_TOKEN_WORD,   /* bare: letters, digits and all that is not structure */
    EXEAT_TOKEN_STRING, /* "…" with \" and \\ */
    EXEAT_TOKEN_OPEN,
    EXEAT_TOKEN_CLOSE,
    EXEAT_TOKEN_EQUALS,
    EXEAT_TOKEN_COMMA,
} ExeatToken;

typedef struct ExeatLexer {
    const char *file;
    const char *at;
    guint line; /* of the current token, from 1 */
    guint next_line;
    ExeatToken token;
    GString *word; /* of a WORD or STRING */
} ExeatLexer;

void exeat_lexer_init(ExeatLexer *lexer, const char *text, const char *file);
void exeat_lexer_clear(ExeatLexer *lexer);

/* Moves to the next token. An unterminated string is an error and ends at the end of its line. */
void exeat_lexer_next(ExeatLexer *lexer, ExeatConfigErrors *errors);

/* Reads "= VALUE" or "= { VALUE, VALUE }" after a key. False, with an error noted, if it is none of them. */
bool exeat_lexer_values(ExeatLexer *lexer, const char *key, GPtrArray *out_values, ExeatConfigErrors *errors);

/* Notes that the current token is not expected here. */
void exeat_lexer_complain(ExeatLexer *lexer, ExeatConfigErrors *errors, const char *remedy);

/* Goes on behind the end of the current line. */
void exeat_lexer_skip_line(ExeatLexer *lexer);

#endif
