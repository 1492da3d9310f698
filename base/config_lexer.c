/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of exeat.conf. White space and line ends only separate; "#" comments out the rest of a line. Line numbers
 * are counted here and nowhere else.
 */
#include <string.h>

#include "base/config-private.h"

#define LIST_ENTRIES 10000

void
exeat_lexer_init(ExeatLexer *lexer, const char *text, const char *file)
{
    *lexer = (ExeatLexer){.file = file, .at = text, .line = 1, .next_line = 1, .word = g_string_new(NULL)};
    if (g_str_has_prefix(text, "\xef\xbb\xbf"))
        lexer->at += 3;
}

void
exeat_lexer_clear(ExeatLexer *lexer)
{
    g_string_free(lexer->word, TRUE);
    lexer->word = NULL;
}

static void
skip_blank(ExeatLexer *lexer)
{
    for (;;) {
        if (*lexer->at == '\n')
            lexer->next_line++;
        if (*lexer->at == '#')
            lexer->at += strcspn(lexer->at, "\n");
        else if (*lexer->at == '\v' || g_ascii_isspace(*lexer->at)) /* GLib's idea of space has no vertical tab */
            lexer->at++;
        else
            return;
    }
}

static void
read_string(ExeatLexer *lexer, ExeatConfigErrors *errors)
{
    lexer->token = EXEAT_TOKEN_STRING;
    for (lexer->at++; *lexer->at && *lexer->at != '"' && *lexer->at != '\n'; lexer->at++) {
        if (lexer->at[0] == '\\' && (lexer->at[1] == '"' || lexer->at[1] == '\\'))
            lexer->at++;
        g_string_append_c(lexer->word, *lexer->at);
    }
    if (*lexer->at == '"') {
        lexer->at++;
        return;
    }
    ExeatConfigPlace place = {lexer->file, lexer->line};
    exeat_config_errors_add(errors, &place, NULL, "Close it with \" on the same line", "a quoted text has no end");
}

static void
read_word(ExeatLexer *lexer)
{
    gsize length = strcspn(lexer->at, " \t\r\n\f\v{}=,#\"");
    lexer->token = EXEAT_TOKEN_WORD;
    g_string_append_len(lexer->word, lexer->at, (gssize)length);
    lexer->at += length;
}

void
exeat_lexer_next(ExeatLexer *lexer, ExeatConfigErrors *errors)
{
    static const struct {
        char sign;
        ExeatToken token;
    } signs[] = {
        {'{', EXEAT_TOKEN_OPEN}, {'}', EXEAT_TOKEN_CLOSE}, {'=', EXEAT_TOKEN_EQUALS}, {',', EXEAT_TOKEN_COMMA}};

    skip_blank(lexer);
    lexer->line = lexer->next_line;
    g_string_truncate(lexer->word, 0);
    if (!*lexer->at) {
        lexer->token = EXEAT_TOKEN_END;
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (*lexer->at == signs[i].sign) {
            lexer->token = signs[i].token;
            lexer->at++;
            return;
        }
    }
    if (*lexer->at == '"')
        read_string(lexer, errors);
    else
        read_word(lexer);
}

void
exeat_lexer_skip_line(ExeatLexer *lexer)
{
    lexer->at += strcspn(lexer->at, "\n");
}

void
exeat_lexer_complain(ExeatLexer *lexer, ExeatConfigErrors *errors, const char *remedy)
{
    static const char *const names[] = {"the end of the file", "a word", "a text", "{", "}", "=", ","};
    ExeatConfigPlace place = {lexer->file, lexer->line};
    exeat_config_errors_add(errors, &place, NULL, remedy, "%s does not belong here", names[lexer->token]);
}

static bool
is_value(const ExeatLexer *lexer)
{
    return lexer->token == EXEAT_TOKEN_WORD || lexer->token == EXEAT_TOKEN_STRING;
}

/* Behind "{": VALUE, VALUE } with a comma allowed before the brace. */
static bool
read_list_values(ExeatLexer *lexer, const char *key, GPtrArray *out_values, ExeatConfigErrors *errors)
{
    ExeatConfigPlace place = {lexer->file, lexer->line};
    for (;;) {
        exeat_lexer_next(lexer, errors);
        if (lexer->token == EXEAT_TOKEN_CLOSE)
            return true;
        if (!is_value(lexer) || out_values->len == LIST_ENTRIES)
            break;
        g_ptr_array_add(out_values, g_strdup(lexer->word->str));
        exeat_lexer_next(lexer, errors);
        if (lexer->token == EXEAT_TOKEN_CLOSE)
            return true;
        if (lexer->token != EXEAT_TOKEN_COMMA)
            break;
    }
    exeat_config_errors_add(errors, &place, key, "Write { VALUE, VALUE }: commas between values, } at the end",
                            "the list that begins here is not well formed");
    while (lexer->token != EXEAT_TOKEN_CLOSE && lexer->token != EXEAT_TOKEN_END)
        exeat_lexer_next(lexer, errors);
    return false;
}

bool
exeat_lexer_values(ExeatLexer *lexer, const char *key, GPtrArray *out_values, ExeatConfigErrors *errors)
{
    ExeatConfigPlace place = {lexer->file, lexer->line};
    const char *start = lexer->at;
    exeat_lexer_next(lexer, errors);
    if (lexer->token != EXEAT_TOKEN_EQUALS) {
        exeat_config_errors_add(errors, &place, key, "Write SETTING = VALUE", "there is no = behind the setting");
        lexer->at = start;
        lexer->next_line = place.line;
        exeat_lexer_skip_line(lexer);
        return false;
    }
    exeat_lexer_next(lexer, errors);
    if (lexer->token == EXEAT_TOKEN_OPEN)
        return read_list_values(lexer, key, out_values, errors);
    if (is_value(lexer)) {
        g_ptr_array_add(out_values, g_strdup(lexer->word->str));
        return true;
    }
    exeat_lexer_complain(lexer, errors, "Write a value; put it between \"…\" if it has spaces");
    return false;
}
