/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/terms.h"

#include <string.h>

#include "base/word_set.h"
#include "policies/detect/terms-private.h"

static const char pastoral_words[] =
    "pupil|student|child|son|daughter|plan|review|meeting|register|status|support|referral|provision|senco|alnco|needs|"
    "annual review|"
    "pep|care|carer|social|he|she|his|her|him|diagnosis|disgybl|plentyn|adolygiad|cynllun|cymorth";

static bool
is_word_byte(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* The end of the word at @at; the typographer's quotes and dashes (U+2010 to U+201F) are no letters. */
static gsize
end_of_word(const ExeatContext *context, gsize at)
{
    gsize end = at;
    while (end < context->text->length && is_word_byte(context->lower[end]) &&
           !(context->lower[end] == '\xe2' && context->lower[end + 1] == '\x80'))
        end++;
    return MAX(end, at + 1);
}

/* Of a phrase of the table. */
static gsize
first_word(const char *phrase)
{
    gsize length = 0;
    while (is_word_byte(phrase[length]))
        length++;
    return length;
}

/* Length in the text of @phrase where it stands at @text as whole words, else 0. A space in it matches a space, a
 * hyphen or a line end, its apostrophe the typographer's too. */
static gsize
phrase_length(const char *text, const char *phrase)
{
    const char *at = text;
    for (; *phrase; phrase++) {
        bool gap = *phrase == ' ' && (*at == ' ' || *at == '-' || *at == '\n');
        if (*phrase == '\'' && g_str_has_prefix(at, "\xe2\x80\x99"))
            at += 3;
        else if (*at == *phrase || gap)
            at++;
        else
            return 0;
    }
    return is_word_byte(*at) ? 0 : (gsize)(at - text);
}

/* The first row of each first word. */
static const ExeatWordSet *
first_words(void)
{
    static gsize set;
    if (g_once_init_enter(&set)) {
        ExeatWordSet *made = exeat_word_set_new((guint)exeat_terms_count);
        for (guint i = 0; i < exeat_terms_count; i++) {
            const char *phrase = exeat_terms[i].phrase;
            exeat_word_set_add(made, phrase, first_word(phrase), i);
        }
        g_once_init_leave(&set, (gsize)made);
    }
    return (const ExeatWordSet *)set;
}

static bool
is_in_capitals(const ExeatContext *context, gsize start, gsize end)
{
    for (gsize i = start; i < end; i++)
        if (g_ascii_islower(context->text->text[i]))
            return false;
    return true;
}

static bool
term_counts(const ExeatContext *context, const ExeatTerm *term, gsize start, gsize end)
{
    if ((term->flags & TERM_CAPITALS) && !is_in_capitals(context, start, end))
        return false;
    return !(term->flags & TERM_NEEDS_CUE) || exeat_context_near(context, start, end, pastoral_words);
}

/* The longest phrase that begins at the word [start, word_end). Returns its end, or 0. */
static gsize
longest_term(const ExeatContext *context, gsize start, gsize word_end, const ExeatTerm **out_term)
{
    const char *text = context->lower + start;
    gsize length = word_end - start;
    gsize best = 0;
    guint row = 0;
    if (!exeat_word_set_find(first_words(), text, length, &row))
        return 0;
    for (; row < exeat_terms_count; row++) {
        const ExeatTerm *term = &exeat_terms[row];
        if (strncmp(term->phrase, text, length) != 0)
            break;
        gsize matched = phrase_length(text, term->phrase);
        if (matched > best && term_counts(context, term, start, start + matched)) {
            best = matched;
            *out_term = term;
        }
    }
    return best > 0 ? start + best : 0;
}

void
exeat_terms_find(const ExeatContext *context, GArray *hits)
{
    gsize length = context->text->length;
    for (gsize at = 0; at < length;) {
        if (!is_word_byte(context->lower[at])) {
            at++;
            continue;
        }
        gsize word_end = end_of_word(context, at);
        const ExeatTerm *term = NULL;
        gsize end = longest_term(context, at, word_end, &term);
        if (end > 0) {
            ExeatHit hit = {term->rule, at, end, term->confidence, g_str_hash(term->phrase), EXEAT_NOBODY, ""};
            g_array_append_val(hits, hit);
        }
        at = MAX(end, word_end);
    }
}
