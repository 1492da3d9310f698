/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/secrets.h"

#include <string.h>

#include "base/word_set.h"

#define TOLD_SURE 85    /* digits, capitals inside, quotes: what nobody writes by chance */
#define TOLD_PLAINLY 65 /* a word of the language */
#define KEY_SURE 99
#define GAP_BYTES 60   /* "password for the attached spreadsheet is" */
#define GAP_LINES 2    /* empty lines before a password on a line of its own */
#define SECRET_LEAST 3 /* bytes */
#define SECRET_MOST 80
#define ELSEWHERE_BYTES 200

/* What follows "password is" or "password:" and is none. Lower case. */
static const char *const no_secrets[] = {
    "a",         "about",     "above",     "again",      "agreed",     "all",        "already",
    "also",      "always",    "an",        "and",        "any",        "as",         "at",
    "attached",  "available", "based",     "because",    "been",       "being",      "below",
    "best",      "both",      "but",       "by",         "call",       "case",       "case-sensitive",
    "change",    "changed",   "child's",   "choose",     "coming",     "compulsory", "confidential",
    "correct",   "different", "do",        "due",        "each",       "easy",       "either",
    "email",     "emailed",   "enabled",   "encrypted",  "expired",    "first",      "following",
    "for",       "forgotten", "from",      "given",      "going",      "good",       "help",
    "here",      "how",       "i",         "i'll",       "i've",       "if",         "important",
    "in",        "incorrect", "invalid",   "issued",     "it",         "just",       "kept",
    "known",     "later",     "long",      "longer",     "lost",       "made",       "mailed",
    "mandatory", "manager",   "missing",   "more",       "my",         "necessary",  "needed",
    "never",     "new",       "no",        "none",       "not",        "now",        "of",
    "off",       "ok",        "okay",      "old",        "on",         "only",       "optional",
    "or",        "our",       "out",       "over",       "phone",      "phoned",     "please",
    "policy",    "private",   "protect",   "protected",  "protection", "provided",   "reset",
    "required",  "right",     "ring",      "safe",       "same",       "secret",     "secure",
    "see",       "sent",      "separate",  "separately", "set",        "shared",     "sharing",
    "short",     "shown",     "so",        "still",      "strength",   "strong",     "stronger",
    "supplied",  "tbc",       "temporary", "text",       "texted",     "than",       "that",
    "the",       "their",     "then",      "there",      "they",       "this",       "through",
    "to",        "too",       "unchanged", "under",      "unique",     "unknown",    "up",
    "used",      "usual",     "valid",     "via",        "we",         "weak",       "what",
    "when",      "where",     "which",     "who",        "will",       "with",       "within",
    "without",   "working",   "wrong",     "yet",        "you",        "you'll",     "your",
    "yours",     "ar",        "yn",        "i'w",        "drwy",       "dros",       "gan",
    "yr",        "y",         "ddim",      "wahân",      "ffôn",       "byddaf",     "fydd",
    "bydd",      "fel",       "eich",      "arferol",    "wedi",
};

/* Between the word for it and the password. */
static const char *const verbs[] = {"is", "was", "are", "will be", "should be", "yw", "ydy", "ydi", "fydd", NULL};

/* After the word itself: what it opens, and nothing else. */
static const char *const objects[] = {"for", "it",     "this", "to",   "of",   "on",    "i",
                                      "ar",  "number", "no",   "code", "here", "below", NULL};

static const char elsewhere[] =
    "wi-fi|wifi|wireless|network|login|log in|log-in|logon|log on|username|user name|account|portal|website|app|zoom|"
    "teams|meet|meeting|meeting id|webinar|dial|join|guest|router|parentpay|computer|laptop|tablet|ipad|rhwydwaith";

static gpointer
fill(gpointer unused)
{
    (void)unused;
    ExeatWordSet *set = exeat_word_set_new(G_N_ELEMENTS(no_secrets));
    exeat_word_set_add_all(set, no_secrets, G_N_ELEMENTS(no_secrets), 1);
    return set;
}

static bool
is_no_secret(const char *lower, gsize length)
{
    static GOnce once = G_ONCE_INIT;
    guint value;
    return exeat_word_set_find(g_once(&once, fill, NULL), lower, length, &value);
}

static gsize
skip(const ExeatContext *context, gsize at, const char *bytes)
{
    while (at < context->text->length && strchr(bytes, context->text->text[at]))
        at++;
    return at;
}

/* The end of the token at @at: up to a space or a line's end. */
static gsize
token_end(const ExeatContext *context, gsize at)
{
    gsize end = at;
    while (end < context->text->length && !g_ascii_isspace(context->text->text[end]) && end - at <= SECRET_MOST)
        end++;
    return end;
}

/* Without the full stop of its sentence, and brackets and quotes around it. Tells whether it was quoted. */
static bool
trim(const ExeatContext *context, gsize *start, gsize *end)
{
    const char *text = context->text->text;
    bool quoted = false;
    while (*start < *end && strchr("\"'`(<[*", text[*start])) {
        quoted = quoted || strchr("\"'`", text[*start]);
        (*start)++;
    }
    while (*end > *start && strchr("\"'`)>].,;:*", text[*end - 1]))
        (*end)--;
    return quoted;
}

typedef struct Token {
    gsize start, end;
    bool quoted;
    bool digits, letters, capitals, signs; /* capitals: behind its first byte */
} Token;

static Token
read_token(const ExeatContext *context, gsize at)
{
    Token token = {.start = at, .end = token_end(context, at)};
    bool curly = g_str_has_prefix(context->text->text + at, "\xe2\x80\x9c") ||
                 g_str_has_prefix(context->text->text + at, "\xe2\x80\x98");
    token.start += curly ? 3 : 0;
    token.quoted = trim(context, &token.start, &token.end) || curly;
    for (gsize i = token.start; i < token.end; i++) {
        char c = context->text->text[i];
        token.digits = token.digits || g_ascii_isdigit(c);
        token.letters = token.letters || g_ascii_isalpha(c);
        token.capitals = token.capitals || (i > token.start && g_ascii_isupper(c));
        token.signs = token.signs || (c && strchr("!$%^&*#?+=_", c));
    }
    return token;
}

static bool
is_url(const ExeatContext *context, const Token *token)
{
    return exeat_context_within(context, token->start, token->end, "http|https|www") ||
           memchr(context->text->text + token->start, '@', token->end - token->start);
}

/* How sure it is that the token at @at is a password; 0: it is none. @plain: a word of the language will do. */
static guint
secret_at(const ExeatContext *context, gsize at, bool plain)
{
    const Token token = read_token(context, at);
    gsize length = token.end > token.start ? token.end - token.start : 0;
    if (length < SECRET_LEAST || length > SECRET_MOST || is_url(context, &token))
        return 0;
    if (token.quoted && (token.letters || token.digits))
        return TOLD_SURE;
    bool mixed = (token.digits || token.signs) && token.letters;
    bool number = token.digits && !token.letters && length >= 4;
    bool camel = token.capitals && token.letters &&
                 strspn(context->text->text + token.start, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < length;
    if (mixed || (plain && (number || camel)))
        return TOLD_SURE;
    bool word = plain && token.letters && !is_no_secret(context->lower + token.start, length);
    gsize after = token.end + strspn(context->text->text + token.end, "\"'`)>].,;:*");
    bool last = after >= context->text->length || context->text->text[after] == '\n' ||
                (after > token.end && context->text->text[token.end] != ':');
    return word && last ? TOLD_PLAINLY : 0;
}

/* The end of one of @words at @at, as a whole word, or 0. */
static gsize
word_at(const ExeatContext *context, gsize at, const char *const *words)
{
    for (; *words; words++) {
        gsize length = strlen(*words);
        if (g_str_has_prefix(context->lower + at, *words) && !g_ascii_isalnum(context->lower[at + length]))
            return at + length;
    }
    return 0;
}

/* At a colon, a dash, an equals sign or "is": where the password would begin. 0: none of them. */
static gsize
behind_sign(const ExeatContext *context, gsize at)
{
    gsize end = word_at(context, at, verbs);
    const char *text = context->text->text;
    if (end == 0) {
        end = skip(context, at, ":=");
        if (g_str_has_prefix(text + at, "->") || g_str_has_prefix(text + at, "\xe2\x80\x93"))
            end = at + (*(text + at) == '-' ? 2 : 3);
        else if (g_str_has_prefix(text + at, "- "))
            end = at + 1;
        return end > at ? end : 0;
    }
    gsize colon = skip(context, end, " ");
    return skip(context, colon, ":");
}

/* The place of the password that follows a sign: on the same line, or alone on the next. */
static gsize
place_of_secret(const ExeatContext *context, gsize at)
{
    gsize place = skip(context, at, " \t");
    for (guint lines = 0; lines < GAP_LINES && context->text->text[place] == '\n'; lines++)
        place = skip(context, place + 1, " \t>");
    return place;
}

/* "password for the attached list is X", "pw: X", "passcode (all lower case): X". */
static guint
told_behind(const ExeatContext *context, gsize end)
{
    gsize at = skip(context, end, " \t");
    gsize limit = MIN(end + GAP_BYTES, context->text->length);
    bool object = word_at(context, at, objects) > 0 || context->text->text[at] == '(';
    while (at < limit && context->text->text[at] != '\n' && !strchr(".!?", context->text->text[at])) {
        gsize behind = behind_sign(context, at);
        if (behind > 0)
            return secret_at(context, place_of_secret(context, behind), true);
        if (!object)
            break;
        while (at < limit && !strchr(" \t\n:=", context->text->text[at]))
            at++;
        at = skip(context, at, " \t");
    }
    gsize next = skip(context, end, " -_=\t");
    return next > end && !object ? secret_at(context, next, false) : 0;
}

/* "Oak123 is the password". */
static guint
told_before(const ExeatContext *context, gsize start)
{
    static const char *const links[] = {" is the ", " is your ", " is our ", " yw'r ", " yw eich "};
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        gsize length = strlen(links[i]);
        if (start < length || memcmp(context->lower + start - length, links[i], length) != 0)
            continue;
        gsize end = start - length, from = end;
        while (from > 0 && end - from < SECRET_MOST && !g_ascii_isspace(context->text->text[from - 1]))
            from--;
        return secret_at(context, from, false);
    }
    return 0;
}

static void
find_keys(const ExeatContext *context, GArray *hits)
{
    static const char sign[] = "PRIVATE KEY-----";
    const char *text = context->text->text;
    const char *found = memmem(text, context->text->length, sign, sizeof sign - 1);
    if (!found)
        return;
    gsize start = (gsize)(found - text);
    ExeatHit hit = {EXEAT_RULE_CREDENTIAL, start, start + sizeof sign - 1, KEY_SURE, 0, EXEAT_NOBODY, ""};
    g_array_append_val(hits, hit);
}

static int
hit_compare(gconstpointer a, gconstpointer b)
{
    const ExeatHit *left = a, *right = b;
    return left->start < right->start ? -1 : left->start > right->start;
}

void
exeat_secrets_find(const ExeatContext *context, GArray *terms, GArray *hits)
{
    guint kept = 0, before = hits->len;
    for (guint i = 0; i < terms->len; i++) {
        ExeatHit term = g_array_index(terms, ExeatHit, i);
        if (term.rule != EXEAT_RULE_CREDENTIAL) {
            g_array_index(terms, ExeatHit, kept++) = term;
            continue;
        }
        term.confidence = MAX(told_behind(context, term.end), told_before(context, term.start));
        if (term.confidence > 0)
            g_array_append_val(hits, term);
    }
    g_array_set_size(terms, kept);
    find_keys(context, hits);
    if (hits->len > before)
        g_array_sort(hits, hit_compare);
}

bool
exeat_secret_is_elsewhere(const ExeatContext *context, const ExeatHit *hit)
{
    gsize from = hit->start > ELSEWHERE_BYTES ? hit->start - ELSEWHERE_BYTES : 0;
    gsize to = MIN(hit->end + GAP_BYTES, context->text->length);
    for (gsize i = hit->start; i-- > from;)
        if (context->text->text[i] == '.' || g_str_has_prefix(context->text->text + i, "\n\n"))
            from = i + 1;
    const char *feed = memchr(context->text->text + hit->end, '\n', to - hit->end);
    return exeat_context_within(context, from, hit->start, elsewhere) ||
           exeat_context_within(context, hit->end, feed ? (gsize)(feed - context->text->text) : to, elsewhere);
}
