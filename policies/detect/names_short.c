/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that are not written in full: with a title, with an initial, or one rare name alone. Each is believed only
 * where the writing leaves little else: "Vitamin C" and "A level" are no initials, "miss field trip" no teacher.
 *
 * Threads: no state but the caller's. Hostile input: the words.
 */
#include "policies/detect/names-private.h"
#include "policies/detect/works.h"

#define SHORT_UNIT_WORDS 4u
/* A single name that more people have says nothing. */
#define SHORT_RARE_PEOPLE 3u

static bool
short_is(const NameScan *scan, guint i, const char *words)
{
    const NameToken *token = name_token(scan, i);
    g_autofree char *key = g_strdup_printf(" %.*s ", (int)token->length, name_folded(scan, token));
    return strstr(words, key) != NULL;
}

static bool
short_is_shown_capital(const NameScan *scan, guint i)
{
    return name_is_capital(name_token(scan, i)) || scan->style == NAME_STYLE_LOWER;
}

/* --- Mrs Patel --------------------------------------------------------------------------------------------------- */

static bool
short_title_stands(const NameScan *scan, guint at, const NameUnit *family)
{
    bool plain = short_is(scan, at, " mr mrs ms mx dr prof professor mister rev revd reverend parch ");
    bool capital = name_is_capital(name_token(scan, family->first)) || name_is_capital(name_token(scan, family->last));
    if (scan->style == NAME_STYLE_MIXED) {
        if (!capital)
            return family->level == 0 && (plain || name_is_capital(name_token(scan, at)));
        return plain || name_is_capital(name_token(scan, at)) || family->level == 0;
    }
    if (plain || family->level == 0)
        return true;
    return scan->style == NAME_STYLE_TITLE && exeat_name_ends(scan, family->last);
}

/* "Mr Thomas Hardy" of somewhere else is no Mr Thomas. */
static bool
short_goes_on(const NameScan *scan, guint last)
{
    if (exeat_name_ends(scan, last))
        return false;
    const NameToken *next = name_token(scan, last + 1);
    return next->gap == NAME_GAP_SPACE && name_is_capital(next) && next->level == 0 && next->cues == 0 &&
           (next->word.flags & EXEAT_WORD_DIGITS) == 0 && next->word.letters > 1;
}

static guint
short_title(NameScan *scan, guint at, ExeatNameMatch *match)
{
    if ((name_token(scan, at)->cues & EXEAT_CUE_TITLE) == 0)
        return 0;
    guint name = at + 1;
    while (name < scan->tokens->len && name < at + 4 && name_is_initial(name_token(scan, name)) &&
           name_token(scan, name)->gap != NAME_GAP_BREAK && name_token(scan, name)->gap != NAME_GAP_COMMA)
        name++;
    if (name >= scan->tokens->len)
        return 0;
    NameGap gap = name_token(scan, name)->gap;
    if (gap != NAME_GAP_SPACE && gap != NAME_GAP_STOP && gap != NAME_GAP_DOT && gap != NAME_GAP_WRAP &&
        gap != NAME_GAP_CAMEL)
        return 0;

    guint next = name == at + 1 ? exeat_name_full(scan, name, match) : 0;
    if (next > 0 && match->parts_count < EXEAT_NAME_MAX_PARTS && match->parts[0].kind == EXEAT_NAME_PART_GIVEN) {
        const ExeatWord *title = &name_token(scan, at)->word;
        memmove(match->parts + 1, match->parts, match->parts_count * sizeof match->parts[0]);
        match->parts[0] = (ExeatNamePart){title->start, title->end, EXEAT_NAME_PART_TITLE};
        match->parts_count++;
        match->start = title->start;
        return next;
    }
    if (short_is(scan, at, " sir father sister canon madam "))
        return 0;
    for (guint words = SHORT_UNIT_WORDS; words > 0; words--) {
        NameUnit family;
        NameWho who;
        if (!exeat_name_unit(scan, name, words, &family) ||
            !exeat_name_with_use(scan, &family, EXEAT_NAME_FAMILY, true, G_MAXUINT, &who) ||
            !short_title_stands(scan, at, &family) || short_goes_on(scan, family.last) ||
            exeat_name_is_other(scan, at, family.last, EXEAT_NAME_FORM_TITLE_FAMILY, family.level, NULL))
            continue;
        guint confidence = who.role == EXEAT_ROLE_PUPIL ? 65 : 80;
        exeat_name_begin(match, &who, EXEAT_NAME_FORM_TITLE_FAMILY, (who.use & EXEAT_NAME_WEAK) != 0 ? 60 : confidence);
        exeat_name_put_parts(scan, match, at, at, EXEAT_NAME_PART_TITLE);
        if (name > at + 1)
            exeat_name_put_parts(scan, match, at + 1, name - 1, EXEAT_NAME_PART_INITIAL);
        exeat_name_put_parts(scan, match, family.first, family.last, EXEAT_NAME_PART_FAMILY);
        return family.last + 1;
    }
    return 0;
}

/* --- Jamie S, Smith J -------------------------------------------------------------------------------------------- */

/* The letter behind a name is an initial, and not the start of "A level", "T-shirt", "I think". */
static bool
short_letter_stands(const NameScan *scan, guint letter)
{
    if (!short_is_shown_capital(scan, letter))
        return false;
    if (exeat_name_ends(scan, letter))
        return true;
    const NameToken *next = name_token(scan, letter + 1);
    if (next->gap == NAME_GAP_HYPHEN)
        return name_is_initial(next);
    if ((next->word.flags & EXEAT_WORD_DIGITS) != 0 && next->word.letters > 1)
        return true;
    if (short_is(scan, letter, " a i o ") ||
        short_is(scan, letter + 1,
                 " shirt shirts level levels ray rays safety mail of tech factor team band plus d club e "))
        return false;
    return (scan->style == NAME_STYLE_MIXED && !name_is_capital(next)) || (next->cues & EXEAT_CUE_PUPIL) != 0 ||
           next->level > 0;
}

static guint
short_with_letter(NameScan *scan, const NameUnit *unit, guint32 use, ExeatNameMatch *match)
{
    guint letter = unit->last + 1;
    if (letter >= scan->tokens->len || !name_is_initial(name_token(scan, letter)) ||
        (name_token(scan, unit->last)->word.flags & EXEAT_WORD_POSSESSIVE) != 0)
        return 0;
    NameGap gap = name_token(scan, letter)->gap;
    bool comma = gap == NAME_GAP_COMMA && use == EXEAT_NAME_FAMILY;
    if (gap != NAME_GAP_SPACE && gap != NAME_GAP_CAMEL && gap != NAME_GAP_DOT && !comma)
        return 0;
    NameWho who;
    bool pupil = exeat_name_pupil_near(scan, unit->first, letter);
    bool capital = short_is_shown_capital(scan, unit->first);
    guint most = use == EXEAT_NAME_FAMILY ? (comma && pupil ? 1 : 0) : 0;
    if (pupil && use == EXEAT_NAME_GIVEN)
        most = 2;
    else if (scan->style == NAME_STYLE_MIXED && use == EXEAT_NAME_GIVEN)
        most = unit->first > 0 && name_token(scan, unit->first)->gap == NAME_GAP_SPACE ? 2 : 1;
    if (!capital || unit->level > most || !short_letter_stands(scan, letter) ||
        !exeat_name_with_initial(scan, unit, use, name_folded(scan, name_token(scan, letter))[0], &who))
        return 0;
    ExeatNameForm form = use == EXEAT_NAME_GIVEN ? EXEAT_NAME_FORM_GIVEN_INITIAL : EXEAT_NAME_FORM_INITIAL_FAMILY;
    if (exeat_name_is_other(scan, unit->first, letter, form, unit->level, NULL))
        return 0;
    guint last = letter;
    while (last + 1 < scan->tokens->len && name_token(scan, last + 1)->gap == NAME_GAP_HYPHEN &&
           name_is_initial(name_token(scan, last + 1)))
        last++;
    exeat_name_begin(match, &who, form, pupil ? 80 : use == EXEAT_NAME_GIVEN ? 60 : 65);
    exeat_name_put_parts(scan, match, unit->first, unit->last,
                         use == EXEAT_NAME_GIVEN ? EXEAT_NAME_PART_GIVEN : EXEAT_NAME_PART_FAMILY);
    exeat_name_put_parts(scan, match, letter, last, EXEAT_NAME_PART_INITIAL);
    return last + 1;
}

/* --- J Smith ----------------------------------------------------------------------------------------------------- */

static bool
short_initial_stands(const NameScan *scan, guint at, guint name, const NameUnit *family)
{
    NameGap gap = name_token(scan, name)->gap;
    bool dot = gap == NAME_GAP_DOT || gap == NAME_GAP_STOP;
    if (at > 0 && name_token(scan, at)->gap == NAME_GAP_SPACE &&
        (name_token(scan, at - 1)->cues & EXEAT_CUE_LETTER) != 0)
        return false;
    bool joined = name_token(scan, at)->gap == NAME_GAP_HYPHEN || name_token(scan, at)->gap == NAME_GAP_CAMEL ||
                  name_token(scan, at)->gap == NAME_GAP_BRACKET;
    if ((joined && !dot) || !short_is_shown_capital(scan, at))
        return false;
    bool article = short_is(scan, at, " a i o e ");
    bool capital = short_is_shown_capital(scan, family->first) || name_is_capital(name_token(scan, family->last));
    if (!capital)
        return false;
    if (dot && gap == NAME_GAP_DOT)
        return family->level < 2 || scan->style == NAME_STYLE_MIXED || scan->style == NAME_STYLE_TITLE;
    if (dot || !article)
        return family->level == 0 || scan->style == NAME_STYLE_MIXED ||
               (family->level == 1 && (scan->style != NAME_STYLE_LOWER || !article)) ||
               exeat_name_pupil_near(scan, at, family->last);
    /* "A Smith" in a list or in front of everything, not "a Smith family". */
    return family->level == 0 && scan->style != NAME_STYLE_LOWER && short_is(scan, at, " a e ");
}

static guint
short_initial(NameScan *scan, guint at, ExeatNameMatch *match)
{
    guint name = at;
    while (name < scan->tokens->len && name < at + 4 && name_is_initial(name_token(scan, name)) &&
           (name == at || name_token(scan, name)->gap == NAME_GAP_DOT || name_token(scan, name)->gap == NAME_GAP_STOP ||
            name_token(scan, name)->gap == NAME_GAP_SPACE))
        name++;
    if (name == at || name >= scan->tokens->len)
        return 0;
    NameGap gap = name_token(scan, name)->gap;
    if (gap != NAME_GAP_SPACE && gap != NAME_GAP_DOT && gap != NAME_GAP_STOP)
        return 0;
    for (guint words = SHORT_UNIT_WORDS; words > 0; words--) {
        NameUnit family;
        NameWho who;
        if (!exeat_name_unit(scan, name, words, &family) ||
            !exeat_name_with_initial(scan, &family, EXEAT_NAME_FAMILY, name_folded(scan, name_token(scan, at))[0],
                                     &who) ||
            !short_initial_stands(scan, at, name, &family) || short_goes_on(scan, family.last) ||
            exeat_name_is_other(scan, at, family.last, EXEAT_NAME_FORM_INITIAL_FAMILY, family.level, NULL))
            continue;
        exeat_name_begin(match, &who, EXEAT_NAME_FORM_INITIAL_FAMILY,
                         exeat_name_pupil_near(scan, at, family.last) ? 75 : 65);
        exeat_name_put_parts(scan, match, at, name - 1, EXEAT_NAME_PART_INITIAL);
        exeat_name_put_parts(scan, match, family.first, family.last, EXEAT_NAME_PART_FAMILY);
        return family.last + 1;
    }
    return 0;
}

/* --- Xanthe ------------------------------------------------------------------------------------------------------ */

/* Beside another name that we do not know it is somebody else's. */
static bool
short_is_part_of_more(const NameScan *scan, guint first, guint last)
{
    NameGap gap = name_token(scan, first)->gap;
    if (gap == NAME_GAP_HYPHEN || gap == NAME_GAP_CAMEL || gap == NAME_GAP_DOT)
        return true;
    if (first > 0 && gap == NAME_GAP_SPACE) {
        const NameToken *before = name_token(scan, first - 1);
        if ((before->cues & (EXEAT_CUE_SAINT | EXEAT_CUE_TITLE)) != 0 || name_is_initial(before))
            return true;
        if (name_is_capital(before) && before->level == 0 && before->cues == 0 &&
            (before->word.flags & (EXEAT_WORD_DIGITS | EXEAT_WORD_POSSESSIVE)) == 0)
            return true;
    }
    if (last + 1 >= scan->tokens->len)
        return false;
    NameGap behind = name_token(scan, last + 1)->gap;
    return behind == NAME_GAP_HYPHEN || behind == NAME_GAP_CAMEL || behind == NAME_GAP_DOT ||
           short_goes_on(scan, last) ||
           (!exeat_name_ends(scan, last) && name_is_initial(name_token(scan, last + 1)) &&
            name_is_capital(name_token(scan, last + 1)));
}

static guint
short_single(NameScan *scan, guint at, ExeatNameMatch *match)
{
    NameUnit unit;
    NameWho given = {.people = 0};
    NameWho family = {.people = 0};
    if (!exeat_name_unit(scan, at, 1, &unit) || unit.level > 0 || name_token(scan, at)->cues != 0 ||
        name_token(scan, at)->word.letters < 4 || !short_is_shown_capital(scan, at))
        return 0;
    bool is_given = exeat_name_with_use(scan, &unit, EXEAT_NAME_GIVEN, false, SHORT_RARE_PEOPLE, &given) &&
                    (given.use & (EXEAT_NAME_WEAK | EXEAT_NAME_NICK)) == 0;
    if (is_given && given.people > SHORT_RARE_PEOPLE)
        return 0;
    guint most = is_given ? G_MAXUINT : SHORT_RARE_PEOPLE; /* of both, the person must be known */
    bool is_family = exeat_name_with_use(scan, &unit, EXEAT_NAME_FAMILY, false, most, &family) &&
                     (family.use & EXEAT_NAME_WEAK) == 0;
    if (!is_given && !is_family)
        return 0;
    const NameWho *who = is_given ? &given : &family;
    guint people = (is_given ? given.people : 0) + (is_family ? family.people : 0);
    bool only_name = is_given && is_family && given.person == family.person;
    if (only_name)
        people = given.people;
    bool pupil = exeat_name_pupil_near(scan, at, at);
    if (people > SHORT_RARE_PEOPLE || short_is_part_of_more(scan, at, at) ||
        exeat_name_is_other(scan, at, at, EXEAT_NAME_FORM_SINGLE, 0, NULL))
        return 0;
    exeat_name_begin(match, who, EXEAT_NAME_FORM_SINGLE, (pupil ? 65u : 45u) + (only_name ? 20u : 0u));
    match->people = people;
    exeat_name_put_parts(scan, match, at, at, is_given ? EXEAT_NAME_PART_GIVEN : EXEAT_NAME_PART_FAMILY);
    return at + 1;
}

guint
exeat_name_short(NameScan *scan, guint at, ExeatNameMatch *match)
{
    guint next = short_title(scan, at, match);
    if (next == 0)
        next = exeat_name_full(scan, at, match);
    if (next == 0 && name_is_initial(name_token(scan, at)))
        return short_initial(scan, at, match);
    for (guint words = SHORT_UNIT_WORDS; words > 0 && next == 0; words--) {
        NameUnit unit;
        if (!exeat_name_unit(scan, at, words, &unit))
            continue;
        next = short_with_letter(scan, &unit, EXEAT_NAME_GIVEN, match);
        if (next == 0)
            next = short_with_letter(scan, &unit, EXEAT_NAME_FAMILY, match);
    }
    return next != 0 ? next : short_single(scan, at, match);
}
