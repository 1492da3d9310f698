/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/patterns.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define PATTERN_BYTES 2000 /* of an expression */
#define RULE_BYTES 40      /* of a title, as part of a rule's name */
#define MATCH_LIMIT 10000  /* steps from one place of the text: backtracking, in an interpreter's count */
#define DEPTH_LIMIT 1000   /* steps that can be gone back to */
#define HEAP_LIMIT 4096    /* KiB that they may take */
#define JIT_STACK_BYTES (256 * 1024)
#define WINDOW_BYTES 4096  /* places that are tried between two looks at the clock */
#define SEARCH_USEC 500000 /* for all patterns in all of a letter */
#define PLACES_MAX 10000   /* that are counted in one text */

typedef struct PatternFields {
    char *match;
    gint64 min;
    int action;
} PatternFields;

typedef struct Compiled {
    ExeatPattern pattern;
    pcre2_code *code;
} Compiled;

struct ExeatPatterns {
    GArray *all; /* Compiled */
};

struct ExeatPatternSearch {
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    gint64 until; /* monotonic; 0: nothing has been searched yet */
};

static const char *const pattern_actions[] = {"observe", "flag", "hold", "reject", NULL};

static const ExeatOption pattern_options[] = {
    {.key = "match",
     .type = EXEAT_OPTION_TEXT,
     .offset = offsetof(PatternFields, match),
     .required = true,
     .max = PATTERN_BYTES,
     .help = "A regular expression as Perl has them (PCRE2), for example \"\\bLIB-\\d{6}\\b\". It is looked for in the "
             "subject, the message, file names and attachments; (?i) at its beginning ignores capitals."},
    {.key = "min",
     .type = EXEAT_OPTION_COUNT,
     .offset = offsetof(PatternFields, min),
     .fallback = "1",
     .min = 1,
     .max = 10000,
     .help = "So many different ones in a letter are a finding."},
    {.key = "action",
     .type = EXEAT_OPTION_CHOICE,
     .offset = offsetof(PatternFields, action),
     .fallback = "hold",
     .choices = pattern_actions,
     .help = "What happens with the letter, but never more than personal-data does."},
    {.key = NULL},
};
static const ExeatOption *const pattern_tables[] = {pattern_options, NULL};

static pcre2_code *
compile(const char *match, int *out_error, PCRE2_SIZE *out_offset)
{
    return pcre2_compile((PCRE2_SPTR)match, PCRE2_ZERO_TERMINATED,
                         PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT,
                         out_error, out_offset, NULL);
}

static void
pattern_check(void *data, const char *title, const ExeatConfigPlace *place, ExeatConfigErrors *errors)
{
    const PatternFields *fields = data;
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = fields->match ? compile(fields->match, &error, &offset) : NULL;
    if (fields->match && !code) {
        PCRE2_UCHAR reason[160] = "";
        pcre2_get_error_message(error, reason, sizeof reason);
        exeat_config_errors_add(errors, place, "pattern.match", "Put the expression right, or try it with pcre2test",
                                "pattern \"%s\" is no regular expression: %s, at byte %zu", title, (const char *)reason,
                                (gsize)offset);
    }
    pcre2_code_free(code);
}

const ExeatBlock exeat_pattern_block = {
    .name = "pattern",
    .titled = true,
    .size = sizeof(PatternFields),
    .tables = pattern_tables,
    .help = "Something that personal-data looks for in this school alone: "
            "pattern \"Library card\" { match = \"\\bLIB-\\d{6}\\b\" }",
    .check = pattern_check,
};

/* "Library card" as "pattern:library-card": fit for the log and the store. */
static const char *
rule_of(const char *title)
{
    g_autoptr(GString) rule = g_string_new("pattern:");
    gsize start = rule->len;
    for (; *title && rule->len < start + RULE_BYTES; title++) {
        if (g_ascii_isalnum(*title))
            g_string_append_c(rule, g_ascii_tolower(*title));
        else if (rule->len > start && rule->str[rule->len - 1] != '-')
            g_string_append_c(rule, '-');
    }
    if (rule->len > start && rule->str[rule->len - 1] == '-')
        g_string_truncate(rule, rule->len - 1);
    return g_intern_string(rule->str);
}

static void
compiled_clear(gpointer data)
{
    pcre2_code_free(((Compiled *)data)->code);
}

ExeatPatterns *
exeat_patterns_new(const ExeatConfig *config)
{
    static const ExeatAction actions[] = {EXEAT_ACTION_OBSERVE, EXEAT_ACTION_FLAG, EXEAT_ACTION_HOLD,
                                          EXEAT_ACTION_REJECT};
    ExeatPatterns *patterns = g_new0(ExeatPatterns, 1);
    patterns->all = g_array_new(FALSE, FALSE, sizeof(Compiled));
    g_array_set_clear_func(patterns->all, compiled_clear);
    for (guint i = 0; i < exeat_config_titled_count(config, "pattern"); i++) {
        const char *title = NULL;
        const PatternFields *fields = exeat_config_titled(config, "pattern", i, &title);
        int error = 0;
        PCRE2_SIZE offset = 0;
        pcre2_code *code = fields->match ? compile(fields->match, &error, &offset) : NULL;
        if (!code)
            continue;
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where there is none, the interpreter does it */
        Compiled compiled = {{rule_of(title), fields->min, actions[fields->action]}, code};
        g_array_append_val(patterns->all, compiled);
    }
    return patterns;
}

void
exeat_patterns_free(ExeatPatterns *patterns)
{
    if (!patterns)
        return;
    g_array_unref(patterns->all);
    g_free(patterns);
}

guint
exeat_patterns_count(const ExeatPatterns *patterns)
{
    return patterns->all->len;
}

const ExeatPattern *
exeat_patterns_get(const ExeatPatterns *patterns, guint i)
{
    return &g_array_index(patterns->all, Compiled, i).pattern;
}

ExeatPatternSearch *
exeat_pattern_search_new(void)
{
    ExeatPatternSearch *search = g_new0(ExeatPatternSearch, 1);
    search->context = pcre2_match_context_create(NULL);
    search->stack = pcre2_jit_stack_create(JIT_STACK_BYTES, JIT_STACK_BYTES, NULL);
    pcre2_set_match_limit(search->context, MATCH_LIMIT);
    pcre2_set_depth_limit(search->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(search->context, HEAP_LIMIT);
    if (search->stack)
        pcre2_jit_stack_assign(search->context, NULL, search->stack);
    return search;
}

void
exeat_pattern_search_free(ExeatPatternSearch *search)
{
    if (!search)
        return;
    pcre2_match_context_free(search->context);
    pcre2_jit_stack_free(search->stack);
    g_free(search);
}

static bool
has_time(ExeatPatternSearch *search)
{
    gint64 now = g_get_monotonic_time();
    if (search->until == 0)
        search->until = now + SEARCH_USEC;
    return now < search->until;
}

/* The first character that begins at @at or behind it. */
static gsize
whole_character(const char *text, gsize length, gsize at)
{
    while (at < length && ((guchar)text[at] & 0xc0) == 0x80)
        at++;
    return at;
}

/* Case does not make another one of it. */
static guint
hash_of(const char *text, gsize length)
{
    guint hash = 5381;
    for (gsize i = 0; i < length; i++)
        hash = hash * 33 + (guchar)g_ascii_tolower(text[i]);
    return hash;
}

bool
exeat_pattern_find(ExeatPatternSearch *search, const ExeatPatterns *patterns, guint i, const char *text, gsize length,
                   GHashTable *values, guint *places)
{
    const pcre2_code *code = g_array_index(patterns->all, Compiled, i).code;
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    bool whole = true;
    guint count = 0;
    for (gsize at = 0; at < length && count < PLACES_MAX && (whole = has_time(search));) {
        pcre2_set_offset_limit(search->context, at + WINDOW_BYTES);
        int result = pcre2_match(code, (PCRE2_SPTR)text, length, at, PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, found,
                                 search->context);
        if (result == PCRE2_ERROR_NOMATCH) {
            at = whole_character(text, length, at + WINDOW_BYTES + 1);
            continue;
        }
        if (result < 0) {
            whole = false;
            break;
        }
        const PCRE2_SIZE *span = pcre2_get_ovector_pointer(found);
        if (span[1] > span[0])
            g_hash_table_add(values, GUINT_TO_POINTER(hash_of(text + span[0], span[1] - span[0])));
        at = whole_character(text, length, MAX(span[1], at + 1));
        count++;
    }
    pcre2_match_data_free(found);
    *places += count;
    return whole;
}
