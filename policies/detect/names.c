/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Full names: a given and a family name of one person side by side, in either order, with middle names between them.
 * And the way through a text: stretch by stretch, word by word, the longest name at each place.
 *
 * Prose never joins across an empty line, a tab, a cell or the end of a sentence. Threads: no state but the caller's.
 * Hostile input: the text; a stretch is bounded, and so is what is tried at each word.
 */
#include "policies/detect/names-private.h"
#include "policies/detect/works.h"

/* Words of one given or family name, and words between the two. */
#define NAMES_UNIT_WORDS 4u
#define NAMES_MIDDLES 3u

ExeatNameContext *
exeat_name_context_new(const char *const *allowed)
{
    ExeatNameContext *context = g_new0(ExeatNameContext, 1);
    context->allowed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; allowed != NULL && allowed[i] != NULL; i++) {
        GString *phrase = g_string_new(NULL);
        gsize offset = 0;
        gsize length = 0;
        ExeatWord word;
        char folded[EXEAT_FOLD_MAX + 1];
        while (exeat_fold_next_word(allowed[i], strlen(allowed[i]), &offset, &word, folded, &length)) {
            if (phrase->len > 0)
                g_string_append_c(phrase, ' ');
            g_string_append_len(phrase, folded, (gssize)length);
        }
        g_hash_table_add(context->allowed, g_string_free(phrase, FALSE));
    }
    return context;
}

void
exeat_name_context_free(ExeatNameContext *context)
{
    if (context == NULL)
        return;
    g_hash_table_unref(context->allowed);
    g_free(context);
}

void
exeat_name_begin(ExeatNameMatch *match, const NameWho *who, ExeatNameForm form, guint confidence)
{
    *match = (ExeatNameMatch){
        .person = who->person, .role = who->role, .people = who->people, .confidence = confidence, .form = form};
}

void
exeat_name_put_parts(const NameScan *scan, ExeatNameMatch *match, guint first, guint last, ExeatNamePartKind kind)
{
    for (guint i = first; i <= last && match->parts_count < EXEAT_NAME_MAX_PARTS; i++) {
        const ExeatWord *word = &name_token(scan, i)->word;
        /* MacDonald is one word. */
        if (i > first && name_token(scan, i)->gap == NAME_GAP_CAMEL) {
            match->end = match->parts[match->parts_count - 1].end = word->end;
            continue;
        }
        match->parts[match->parts_count++] = (ExeatNamePart){word->start, word->end, kind};
        match->start = match->parts[0].start;
        match->end = word->end;
    }
}

/* --- full names -------------------------------------------------------------------------------------------------- */

static bool
full_gap_joins(NameGap gap)
{
    return gap == NAME_GAP_SPACE || gap == NAME_GAP_WRAP || gap == NAME_GAP_CAMEL || gap == NAME_GAP_HYPHEN ||
           gap == NAME_GAP_DOT || gap == NAME_GAP_BRACKET;
}

/* A word between the halves: an initial, another given name of theirs, or an unknown name with a capital. */
static bool
full_is_middle(const NameScan *scan, guint i)
{
    const NameToken *token = name_token(scan, i);
    if (token->masked || (token->word.flags & (EXEAT_WORD_DIGITS | EXEAT_WORD_POSSESSIVE)) != 0)
        return false;
    if (name_is_initial(token))
        return true;
    NameUnit unit;
    NameWho who;
    if (exeat_name_unit(scan, i, 1, &unit) && exeat_name_with_use(scan, &unit, EXEAT_NAME_GIVEN, false, 0, &who))
        return true;
    static const char *const joiners[] = {"van", "von", "de", "der",  "bin", "al",
                                          "el",  "ap",  "ab", "bint", "ibn", "ul"};
    for (guint j = 0; j < G_N_ELEMENTS(joiners); j++)
        if (token->length == strlen(joiners[j]) && memcmp(joiners[j], name_folded(scan, token), token->length) == 0)
            return true;
    return name_is_capital(token) && token->level == 0 && token->cues == 0 && scan->style != NAME_STYLE_UPPER;
}

static bool
full_middle_joins(const NameScan *scan, guint i)
{
    NameGap gap = name_token(scan, i)->gap;
    return full_gap_joins(gap) || (gap == NAME_GAP_STOP && name_is_initial(name_token(scan, i - 1)));
}

static guint
full_confidence(guint32 use, ExeatNameForm *out_form)
{
    if ((use & EXEAT_NAME_WEAK) != 0) {
        *out_form = EXEAT_NAME_FORM_HALF;
        return 70;
    }
    *out_form = (use & EXEAT_NAME_NICK) != 0 ? EXEAT_NAME_FORM_NICK : EXEAT_NAME_FORM_FULL;
    return *out_form == EXEAT_NAME_FORM_NICK ? 88 : 95;
}

/* A hyphen that goes on with another name makes it somebody else's, or the half of a longer one. */
static guint
full_extend(const NameScan *scan, guint last)
{
    while (last + 1 < scan->tokens->len) {
        const NameToken *next = name_token(scan, last + 1);
        if (next->gap != NAME_GAP_HYPHEN || !name_is_capital(next) || next->level > 1 || next->cues != 0 ||
            (next->word.flags & EXEAT_WORD_DIGITS) != 0)
            break;
        last++;
    }
    return last;
}

static guint
full_forward(NameScan *scan, const NameUnit *given, const NameUnit *family, ExeatNameMatch *match)
{
    NameWho who;
    if (!exeat_name_both(scan, given, family, &who))
        return 0;
    bool stands = exeat_name_pair_stands(scan, given, family);
    if (!stands && scan->style != NAME_STYLE_LOWER)
        return 0;
    ExeatNameForm form;
    guint confidence = stands ? full_confidence(who.use, &form) : EXEAT_NAME_NAMESAKE;
    if (!stands)
        form = EXEAT_NAME_FORM_FULL;
    bool namesake = false;
    if (exeat_name_is_other(scan, given->first, family->last, form, given->level + family->level, &namesake)) {
        if (!namesake)
            return 0;
        confidence = EXEAT_NAME_NAMESAKE;
    }
    guint last = full_extend(scan, family->last);
    if (last != family->last) {
        form = EXEAT_NAME_FORM_HALF;
        confidence = MIN(confidence, 70);
    }
    exeat_name_begin(match, &who, form, confidence);
    exeat_name_put_parts(scan, match, given->first, family->first - 1, EXEAT_NAME_PART_GIVEN);
    exeat_name_put_parts(scan, match, family->first, last, EXEAT_NAME_PART_FAMILY);
    return last + 1;
}

/* Jamie Smith, Jamie R. Smith, Jamie (Jim) Smith */
static guint
full_given_first(NameScan *scan, const NameUnit *given, ExeatNameMatch *match)
{
    if ((name_token(scan, given->last)->word.flags & EXEAT_WORD_POSSESSIVE) != 0)
        return 0;
    guint at = given->last + 1;
    for (guint middles = 0; middles <= NAMES_MIDDLES && at < scan->tokens->len; middles++, at++) {
        if (!full_middle_joins(scan, at))
            return 0;
        for (guint words = NAMES_UNIT_WORDS; words > 0; words--) {
            NameUnit family;
            if (!exeat_name_unit(scan, at, words, &family))
                continue;
            guint next = full_forward(scan, given, &family, match);
            if (next > 0)
                return next;
        }
        if (!full_is_middle(scan, at))
            return 0;
    }
    return 0;
}

/* "Thomas, James and George" are three people. */
static bool
full_is_list(const NameScan *scan, const NameUnit *family, const NameUnit *given)
{
    NameWho who = {.use = 0};
    bool is_given = exeat_name_with_use(scan, family, EXEAT_NAME_GIVEN, false, 0, &who) &&
                    (who.use & (EXEAT_NAME_WEAK | EXEAT_NAME_NICK)) == 0;
    NameGap before = name_token(scan, family->first)->gap;
    bool more = false;
    if (given->last + 1 < scan->tokens->len) {
        const NameToken *next = name_token(scan, given->last + 1);
        more = next->gap == NAME_GAP_COMMA || next->gap == NAME_GAP_AND || (next->cues & EXEAT_CUE_AND) != 0;
    }
    return is_given && (before == NAME_GAP_COMMA || more);
}

/* The comma of "Ms Smith, Jamie Brown" does not join. */
static bool
full_comma_joins(NameScan *scan, const NameUnit *family, const NameUnit *given)
{
    if (family->first > 0) {
        const NameToken *before = name_token(scan, family->first - 1);
        NameGap gap = name_token(scan, family->first)->gap;
        if ((gap == NAME_GAP_SPACE || gap == NAME_GAP_STOP) && (before->cues & EXEAT_CUE_TITLE) != 0)
            return false;
        if (gap == NAME_GAP_SPACE && name_is_capital(before) && before->level == 0 && before->cues == 0 &&
            scan->style != NAME_STYLE_UPPER && (before->word.flags & EXEAT_WORD_DIGITS) == 0)
            return false;
    }
    ExeatNameMatch ahead;
    return !full_is_list(scan, family, given) && full_given_first(scan, given, &ahead) == 0;
}

/* Smith, Jamie R; SMITH Jamie; Smith Jamie */
static guint
full_family_first(NameScan *scan, const NameUnit *family, ExeatNameMatch *match)
{
    guint at = family->last + 1;
    if (at >= scan->tokens->len || (name_token(scan, family->last)->word.flags & EXEAT_WORD_POSSESSIVE) != 0)
        return 0;
    NameGap gap = name_token(scan, at)->gap;
    bool comma = gap == NAME_GAP_COMMA;
    if (!comma && !full_gap_joins(gap))
        return 0;
    for (guint words = NAMES_UNIT_WORDS; words > 0; words--) {
        NameUnit given;
        NameWho who;
        if (!exeat_name_unit(scan, at, words, &given) || !exeat_name_both(scan, &given, family, &who) ||
            !exeat_name_pair_stands(scan, family, &given) || (comma && !full_comma_joins(scan, family, &given)))
            continue;
        bool shouted = (name_token(scan, family->first)->word.flags & EXEAT_WORD_ALL_CAPS) != 0;
        if (!comma && given.level + family->level >= 2 && !(shouted && scan->style != NAME_STYLE_UPPER))
            continue;
        ExeatNameForm form;
        guint confidence = full_confidence(who.use, &form);
        if (!comma && !shouted)
            confidence = MIN(confidence, form == EXEAT_NAME_FORM_HALF ? 50u : 85u);
        if (exeat_name_is_other(scan, family->first, given.last, form, given.level + family->level, NULL))
            continue;
        exeat_name_begin(match, &who, form, confidence);
        exeat_name_put_parts(scan, match, family->first, family->last, EXEAT_NAME_PART_FAMILY);
        exeat_name_put_parts(scan, match, given.first, given.last, EXEAT_NAME_PART_GIVEN);
        return given.last + 1;
    }
    return 0;
}

guint
exeat_name_full(NameScan *scan, guint at, ExeatNameMatch *match)
{
    for (guint words = NAMES_UNIT_WORDS; words > 0; words--) {
        NameUnit unit;
        if (!exeat_name_unit(scan, at, words, &unit))
            continue;
        guint next = full_given_first(scan, &unit, match);
        if (next == 0)
            next = full_family_first(scan, &unit, match);
        if (next > 0)
            return next;
    }
    return 0;
}

/* --- through the text -------------------------------------------------------------------------------------------- */

/* What was a single name is part of a full one after all. */
static void
names_drop_single(NameScan *scan, gsize start)
{
    for (guint i = scan->out->len; i > 0; i--) {
        const ExeatNameMatch *match = &g_array_index(scan->out, ExeatNameMatch, i - 1);
        if (match->start < start && match->form != EXEAT_NAME_FORM_SINGLE)
            return;
        if (match->start == start && match->form == EXEAT_NAME_FORM_SINGLE) {
            g_array_remove_index(scan->out, i - 1);
            return;
        }
    }
}

/* Jamie and Ella Smith: the family name is Jamie's too. */
static void
names_add_siblings(NameScan *scan, guint first, const ExeatNameMatch *match, guint floor)
{
    if (match->parts[0].kind != EXEAT_NAME_PART_GIVEN ||
        (match->form != EXEAT_NAME_FORM_FULL && match->form != EXEAT_NAME_FORM_NICK))
        return;
    guint end = first;
    while (end < scan->tokens->len && name_token(scan, end)->word.end < match->end)
        end++;
    NameUnit family;
    guint words = 0;
    gsize family_start = match->end;
    for (guint i = 0; i < match->parts_count; i++)
        if (match->parts[i].kind == EXEAT_NAME_PART_FAMILY)
            family_start = MIN(family_start, match->parts[i].start);
    while (words <= end && name_token(scan, end - words)->word.start >= family_start)
        words++;
    if (words == 0 || words > NAMES_UNIT_WORDS || end + 1 < words ||
        !exeat_name_unit(scan, end + 1 - words, words, &family))
        return;
    guint at = first;
    while (at > floor) {
        const NameToken *token = name_token(scan, at);
        bool sign = token->gap == NAME_GAP_AND || token->gap == NAME_GAP_COMMA;
        bool word = token->gap == NAME_GAP_SPACE && (name_token(scan, at - 1)->cues & EXEAT_CUE_AND) != 0;
        if (!sign && !word)
            return;
        guint given_at = word ? at - 2 : at - 1;
        NameUnit given;
        NameWho who;
        if ((word && at < floor + 2) || given_at < floor || !exeat_name_unit(scan, given_at, 1, &given) ||
            !exeat_name_both(scan, &given, &family, &who) || !exeat_name_pair_stands(scan, &given, &family))
            return;
        ExeatNameMatch sibling;
        exeat_name_begin(&sibling, &who, EXEAT_NAME_FORM_FULL, 85);
        exeat_name_put_parts(scan, &sibling, given_at, given_at, EXEAT_NAME_PART_GIVEN);
        names_drop_single(scan, sibling.start);
        g_array_append_val(scan->out, sibling);
        at = given_at;
    }
}

/* Most words begin no name in any of the shapes that are tried. */
static bool
names_may_begin(const NameScan *scan, guint at)
{
    const NameToken *token = name_token(scan, at);
    if (token->masked)
        return false;
    if (token->count > 0 || token->begins || name_is_initial(token) || (token->cues & EXEAT_CUE_TITLE) != 0)
        return true;
    return at + 1 < scan->tokens->len && name_token(scan, at + 1)->gap == NAME_GAP_CAMEL;
}

static void
names_stretch(NameScan *scan)
{
    exeat_name_settle_words(scan);
    guint floor = 0;
    for (guint at = 0; at < scan->tokens->len;) {
        ExeatNameMatch match;
        guint next = names_may_begin(scan, at) ? exeat_name_short(scan, at, &match) : 0;
        if (next == 0) {
            at++;
            continue;
        }
        names_add_siblings(scan, at, &match, floor);
        g_array_append_val(scan->out, match);
        at = next;
        if (match.form != EXEAT_NAME_FORM_SINGLE)
            floor = next;
    }
    g_array_set_size(scan->tokens, 0);
    scan->folded_length = 0;
}

/* The cell that text from @offset on is in; *at moves along with the text. */
static bool
names_cell_changes(const GArray *cells, guint *at, gsize from, gsize to)
{
    if (cells == NULL)
        return false;
    while (*at < cells->len && g_array_index(cells, ExeatCell, *at).end < from)
        (*at)++;
    for (guint i = *at; i < cells->len; i++) {
        const ExeatCell *cell = &g_array_index(cells, ExeatCell, i);
        if (cell->start > to)
            return false;
        if ((cell->start > from && cell->start <= to) || (cell->end >= from && cell->end < to))
            return true;
    }
    return false;
}

static int
names_compare(gconstpointer one, gconstpointer other)
{
    const ExeatNameMatch *a = one;
    const ExeatNameMatch *b = other;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end);
}

void
exeat_names_find(const ExeatDirectory *directory, const ExeatNameContext *context, const char *text, gsize length,
                 const GArray *cells, GArray *out_matches)
{
    if (exeat_directory_size(directory) == 0)
        return;
    NameScan scan = {.directory = directory, .context = context, .text = text, .length = length, .out = out_matches};
    g_autofree NameCached *cache = g_new0(NameCached, NAMES_CACHE);
    scan.cache = cache;
    scan.tokens = g_array_sized_new(FALSE, FALSE, sizeof(NameToken), NAMES_MAX_WORDS);
    g_autofree char *folded = g_malloc(NAMES_FOLDED_BYTES);
    scan.folded = folded;
    gsize offset = 0;
    gsize behind = 0;
    guint cell = 0;
    char word[EXEAT_FOLD_MAX + 1];
    gsize word_length = 0;
    NameToken token = {0};
    while (exeat_fold_next_word(text, length, &offset, &token.word, word, &word_length)) {
        token.gap = behind == 0 || names_cell_changes(cells, &cell, behind, token.word.start)
                        ? NAME_GAP_BREAK
                        : exeat_name_gap(&scan, behind, token.word.start);
        bool pause = token.gap == NAME_GAP_STOP || token.gap == NAME_GAP_OTHER;
        bool full = scan.tokens->len >= NAMES_MAX_WORDS;
        if (token.gap == NAME_GAP_BREAK || full || (pause && scan.tokens->len >= NAMES_MAX_WORDS / 2))
            names_stretch(&scan);
        token.fold = (guint32)scan.folded_length;
        token.length = (guint16)word_length;
        memcpy(scan.folded + scan.folded_length, word, word_length);
        scan.folded_length += word_length;
        g_array_append_val(scan.tokens, token);
        behind = token.word.after;
    }
    names_stretch(&scan);
    exeat_name_users(&scan);
    if (cells != NULL)
        exeat_name_rows(&scan, cells);
    g_array_sort(out_matches, names_compare);
    g_array_unref(scan.tokens);
}
