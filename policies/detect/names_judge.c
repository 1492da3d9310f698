/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What speaks for and against a name: how it is written, what stands around it, and whether it is rather a book, a
 * figure of history, a street or everyday words.
 *
 * Threads: constant data. Hostile input: the words.
 */
#include "policies/detect/names-private.h"
#include "policies/detect/works.h"

/* How far a word tells about a name: right beside it, or in the same breath. */
#define JUDGE_BESIDE 3u
#define JUDGE_AROUND 7u

/* 7B, 10Ma1, Y7, Y10B */
static bool
judge_is_class_code(const NameScan *scan, const NameToken *token)
{
    if ((token->word.flags & EXEAT_WORD_DIGITS) == 0)
        return false;
    const char *text = name_folded(scan, token);
    gsize at = text[0] == 'y' ? 1 : 0;
    bool year = at == 1;
    gsize digits = 0;
    while (at + digits < token->length && g_ascii_isdigit(text[at + digits]))
        digits++;
    gsize letters = 0;
    while (at + digits + letters < token->length && g_ascii_isalpha(text[at + digits + letters]))
        letters++;
    bool grade = (digits == 1 && text[at] != '0') || (digits == 2 && text[at] == '1' && text[at + 1] <= '3');
    return grade && at + digits + letters == token->length && letters <= 3 && (year || letters > 0) &&
           !(letters == 2 && strchr("snrt", text[at + digits]) != NULL && strchr("tdh", text[at + digits + 1]) != NULL);
}

static bool
judge_breaks(const NameScan *scan, guint i)
{
    return name_token(scan, i)->gap == NAME_GAP_BREAK;
}

bool
exeat_name_cue_near(const NameScan *scan, guint first, guint last, guint cues, guint reach)
{
    for (guint i = first, n = 0; i > 0 && n < reach && !judge_breaks(scan, i); i--, n++)
        if ((name_token(scan, i - 1)->cues & cues) != 0)
            return true;
    for (guint i = last + 1, n = 0; i < scan->tokens->len && n < reach && !judge_breaks(scan, i); i++, n++)
        if ((name_token(scan, i)->cues & cues) != 0)
            return true;
    return false;
}

/* A class behind the name; one in front of it may be the class that reads the book. */
static bool
judge_class_behind(const NameScan *scan, guint last)
{
    if (last + 1 >= scan->tokens->len)
        return false;
    const NameToken *next = name_token(scan, last + 1);
    if (next->gap == NAME_GAP_BREAK)
        return false;
    if (judge_is_class_code(scan, next))
        return true;
    return (next->cues & EXEAT_CUE_CLASS) != 0 && last + 2 < scan->tokens->len &&
           (name_token(scan, last + 2)->word.flags & EXEAT_WORD_DIGITS) != 0;
}

bool
exeat_name_pupil_near(const NameScan *scan, guint first, guint last)
{
    if (exeat_name_cue_near(scan, first, last, EXEAT_CUE_PUPIL, JUDGE_BESIDE) || judge_class_behind(scan, last))
        return true;
    return first > 0 && !judge_breaks(scan, first) && judge_is_class_code(scan, name_token(scan, first - 1));
}

bool
exeat_name_ends(const NameScan *scan, guint last)
{
    if ((name_token(scan, last)->word.flags & EXEAT_WORD_POSSESSIVE) != 0 || last + 1 >= scan->tokens->len)
        return true;
    NameGap gap = name_token(scan, last + 1)->gap;
    return gap != NAME_GAP_SPACE && gap != NAME_GAP_WRAP && gap != NAME_GAP_HYPHEN && gap != NAME_GAP_CAMEL &&
           gap != NAME_GAP_DOT;
}

static bool
judge_unit_capital(const NameScan *scan, const NameUnit *unit)
{
    /* "van der Berg" begins small. */
    return name_is_capital(name_token(scan, unit->first)) || name_is_capital(name_token(scan, unit->last));
}

bool
exeat_name_pair_stands(const NameScan *scan, const NameUnit *one, const NameUnit *other)
{
    guint first = MIN(one->first, other->first);
    guint last = MAX(one->last, other->last);
    guint sum = one->level + other->level;
    if (sum == 0)
        return true;
    if (scan->style == NAME_STYLE_MIXED) {
        bool a = judge_unit_capital(scan, one);
        bool b = judge_unit_capital(scan, other);
        if (a && b)
            return true;
        if (a != b)
            return (a ? other->level : one->level) == 0;
        return MIN(one->level, other->level) == 0 && sum < 2 + (guint)exeat_name_pupil_near(scan, first, last);
    }
    if (sum < 3 && (scan->style == NAME_STYLE_TITLE || MIN(one->level, other->level) == 0))
        return true;
    if (exeat_name_pupil_near(scan, first, last))
        return true;
    return scan->style == NAME_STYLE_TITLE && exeat_name_ends(scan, last);
}

/* --- phrases ----------------------------------------------------------------------------------------------------- */

typedef enum JudgePhrase {
    JUDGE_NO_PHRASE,
    JUDGE_NAMESAKE,
    JUDGE_WORK,
    JUDGE_ALLOWED,
} JudgePhrase;

static JudgePhrase
judge_phrase(const NameScan *scan, guint first, guint words)
{
    char phrase[EXEAT_WORKS_MAX_WORDS * (EXEAT_FOLD_MAX + 1) + 1];
    gsize length = 0;
    for (guint i = first; i < first + words; i++) {
        const NameToken *token = name_token(scan, i);
        if (i > first && (token->gap == NAME_GAP_BREAK || token->gap == NAME_GAP_STOP))
            return JUDGE_NO_PHRASE;
        if (i > first)
            phrase[length++] = ' ';
        memcpy(phrase + length, name_folded(scan, token), token->length);
        length += token->length;
    }
    phrase[length] = '\0';
    if (scan->context != NULL && g_hash_table_contains(scan->context->allowed, phrase))
        return JUDGE_ALLOWED;
    switch (exeat_work_of(phrase, length)) {
    case EXEAT_WORK_KNOWN:
        return JUDGE_WORK;
    case EXEAT_WORK_NAMESAKE:
        return JUDGE_NAMESAKE;
    default:
        return JUDGE_NO_PHRASE;
    }
}

/* The strongest phrase that covers the words, or with @partly touches them. */
static JudgePhrase
judge_phrases(const NameScan *scan, guint first, guint last, bool partly)
{
    JudgePhrase strongest = JUDGE_NO_PHRASE;
    guint from = first >= EXEAT_WORKS_MAX_WORDS ? first - EXEAT_WORKS_MAX_WORDS : 0;
    guint latest = partly ? last : first;
    for (guint i = from; i <= latest; i++) {
        for (guint words = 1; words <= EXEAT_WORKS_MAX_WORDS && i + words <= scan->tokens->len; words++) {
            guint end = i + words - 1;
            if (end < (partly ? first : last) || (partly && words == 1))
                continue;
            JudgePhrase phrase = judge_phrase(scan, i, words);
            strongest = MAX(strongest, phrase);
        }
    }
    return strongest;
}

/* "Nelson Street", "Jamie Smith House"; but "Jamie Smith school report". */
static bool
judge_is_thing(const NameScan *scan, guint last)
{
    if (exeat_name_ends(scan, last))
        return false;
    const NameToken *next = name_token(scan, last + 1);
    if (next->gap != NAME_GAP_SPACE && next->gap != NAME_GAP_WRAP)
        return false;
    if ((next->cues & EXEAT_CUE_PLACE) != 0)
        return scan->style != NAME_STYLE_MIXED || name_is_capital(next);
    if ((next->cues & EXEAT_CUE_THING) == 0)
        return false;
    for (guint i = last + 2; i < MIN(last + 4, scan->tokens->len); i++)
        if ((name_token(scan, i)->cues & EXEAT_CUE_PUPIL) != 0)
            return false;
    if (scan->style == NAME_STYLE_MIXED)
        return name_is_capital(next);
    return exeat_name_ends(scan, last + 1) && !exeat_name_pupil_near(scan, last, last);
}

/* "Robin Wood Activity Centre": everyday words with a thing one further on. */
static bool
judge_is_thing_further(const NameScan *scan, guint last, guint levels)
{
    if (levels < 2 || scan->style != NAME_STYLE_MIXED || exeat_name_ends(scan, last) || last + 2 >= scan->tokens->len)
        return false;
    const NameToken *next = name_token(scan, last + 1);
    const NameToken *thing = name_token(scan, last + 2);
    return next->gap == NAME_GAP_SPACE && thing->gap == NAME_GAP_SPACE && name_is_capital(next) &&
           name_is_capital(thing) && (next->cues & EXEAT_CUE_PUPIL) == 0 &&
           (thing->cues & (EXEAT_CUE_PLACE | EXEAT_CUE_THING)) != 0;
}

/* "Nelson Street" itself, and "the Rose Garden". */
static bool
judge_is_place(const NameScan *scan, guint first, guint last, guint levels)
{
    static const char *const places[] = {"house", "building", "centre", "school", "trust",
                                         "room",  "block",    "wing",   "court"};
    static const char *const articles[] = {"the", "a", "an", "our", "y", "yr"};
    const NameToken *end = name_token(scan, last);
    bool place = (end->cues & EXEAT_CUE_PLACE) != 0;
    for (guint i = 0; i < G_N_ELEMENTS(places) && !place; i++)
        place = end->length == strlen(places[i]) && memcmp(places[i], name_folded(scan, end), end->length) == 0;
    if (place && last > first)
        return true;
    if (first == 0 || levels < 2 || name_token(scan, first)->gap != NAME_GAP_SPACE)
        return false;
    const NameToken *before = name_token(scan, first - 1);
    for (guint i = 0; i < G_N_ELEMENTS(articles); i++)
        if (before->length == strlen(articles[i]) &&
            memcmp(articles[i], name_folded(scan, before), before->length) == 0)
            return true;
    return false;
}

bool
exeat_name_is_other(const NameScan *scan, guint first, guint last, ExeatNameForm form, guint levels, bool *out_namesake)
{
    bool frail = form != EXEAT_NAME_FORM_FULL && form != EXEAT_NAME_FORM_NICK;
    JudgePhrase phrase = judge_phrases(scan, first, last, false);
    if (phrase == JUDGE_ALLOWED)
        return true;
    bool work = exeat_name_cue_near(scan, first, last, EXEAT_CUE_WORK, JUDGE_AROUND);
    bool pupil = exeat_name_pupil_near(scan, first, last);
    bool other = (phrase == JUDGE_WORK && (work || !pupil)) || (phrase == JUDGE_NAMESAKE && work && !pupil);
    if (other) {
        if (out_namesake)
            *out_namesake = !work;
        return true;
    }
    if ((frail || (levels >= 3 && !pupil)) && judge_phrases(scan, first, last, true) >= JUDGE_WORK)
        return true;
    return judge_is_thing(scan, last) || judge_is_thing_further(scan, last, levels) ||
           (!pupil && judge_is_place(scan, first, last, levels));
}
