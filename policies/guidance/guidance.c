/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts the tables' words together. No word stands in this file, and none of a letter goes through it.
 */
#include "policies/guidance/guidance.h"

#include <string.h>

#include "policies/guidance/guidance-private.h"

static const GuidanceLanguage *
guidance_language(const char *language)
{
    return g_strcmp0(language, "cy") == 0 ? &exeat_guidance_cy : &exeat_guidance_en;
}

static const GuidancePolicy *
guidance_policy(const GuidanceLanguage *words, const char *policy)
{
    const GuidancePolicy *row = words->policies;

    while (row->policy != NULL && g_strcmp0(row->policy, policy) != 0)
        row++;
    return row;
}

gboolean
exeat_guidance_knows(const char *policy, const char *language)
{
    return guidance_policy(guidance_language(language), policy)->policy != NULL;
}

const char *
exeat_guidance_title(const char *policy, const char *language)
{
    return guidance_policy(guidance_language(language), policy)->title;
}

const char *
exeat_guidance_rule(const char *policy, const char *language)
{
    return guidance_policy(guidance_language(language), policy)->rule;
}

const char *const *
exeat_guidance_steps(const char *policy, ExeatGuidanceProgram program, const char *language)
{
    return guidance_policy(guidance_language(language), policy)->steps[program];
}

const char *
exeat_guidance_program_name(ExeatGuidanceProgram program, const char *language)
{
    return guidance_language(language)->programs[program];
}

static void
guidance_replace(GString *text, const char *mark, const char *value)
{
    g_string_replace(text, mark, value, 0);
}

/* "pattern" of "pattern:library-card", which is one of the school's own. */
static gboolean
guidance_is_rule(const char *row, const char *rule)
{
    gsize length = rule != NULL ? strcspn(rule, ":") : 0;

    return strlen(row) == length && strncmp(row, rule, length) == 0;
}

static const GuidanceNoun *
guidance_noun(const GuidanceLanguage *words, const ExeatFinding *finding)
{
    const GuidanceNoun *row = words->nouns;

    while (row->rule != NULL && (!guidance_is_rule(row->rule, finding->rule) ||
                                 (row->policy != NULL && g_strcmp0(row->policy, finding->policy) != 0)))
        row++;
    return row;
}

/* What is wrong with the addresses, or with a letter as a whole, stands nowhere in its text; and a finding of a list
 * has no part to tell it by. */
static bool
guidance_is_placeless(const ExeatFinding *finding)
{
    static const char *const policies[] = {"bulk-bcc", "personal-recipient", "sender-identity", NULL};

    return g_strcmp0(finding->part, "envelope") == 0 || g_strcmp0(finding->rule, "already-signed") == 0 ||
           (finding->policy != NULL && g_strv_contains(policies, finding->policy));
}

static char *
guidance_where(const GuidanceLanguage *words, const ExeatFinding *finding, const ExeatGuidancePlace *place)
{
    g_autoptr(GString) text = NULL, which = NULL;
    g_autofree char *number = NULL;

    if (place == NULL || place->attachment == 0) {
        if (guidance_is_placeless(finding))
            return g_strdup("");
        return g_strdup((guint)finding->zone < GUIDANCE_ZONES ? words->zones[finding->zone] : "");
    }
    if (place->attachment <= GUIDANCE_ORDINALS) {
        which = g_string_new(words->ordinals[place->attachment - 1]);
    } else {
        number = g_strdup_printf("%u", place->attachment);
        which = g_string_new(words->nth_attachment);
        guidance_replace(which, "{n}", number);
    }
    text = g_string_new(words->in_attachment);
    guidance_replace(text, "{which}", which->str);
    guidance_replace(text, "{file}", words->files[(guint)place->file < EXEAT_GUIDANCE_FILES ? place->file : 0]);
    return g_strdup(text->str);
}

char *
exeat_guidance_found(const ExeatFinding *finding, const ExeatGuidancePlace *place, const char *language)
{
    const GuidanceLanguage *words = guidance_language(language);
    const GuidanceNoun *noun = guidance_noun(words, finding);
    g_autofree char *where = guidance_where(words, finding, place), *count = NULL, *people = NULL;
    g_autoptr(GString) text = NULL;
    /* Words of a rule that nobody has written are left to the policy's own title. */
    const char *one = noun->rule != NULL ? noun->one : exeat_guidance_title(finding->policy, language);
    const char *many = noun->rule != NULL ? noun->many : one;

    count = g_strdup_printf("%u", finding->count);
    text = g_string_new(finding->count > 1 ? words->found_many : words->found_one);
    guidance_replace(text, "{noun}", finding->count > 1 ? many : one);
    guidance_replace(text, "{count}", count);
    if (finding->rule != NULL && strchr(finding->rule, ':') != NULL)
        guidance_replace(text, "{name}", strchr(finding->rule, ':') + 1);
    if (finding->data_subjects > 1 && g_strcmp0(finding->policy, "personal-data") == 0) {
        people = g_strdup_printf("%u", finding->data_subjects);
        g_string_append(text, words->about);
        guidance_replace(text, "{people}", people);
    }
    if (*where != '\0')
        g_string_append_printf(text, ", %s", where);
    g_string_append_c(text, '.');
    return g_strdup(text->str);
}

char *
exeat_guidance_reply(const char *policy, const char *clause, const char *language)
{
    const GuidanceLanguage *words = guidance_language(language);
    g_autoptr(GString) text = NULL;

    if (g_strcmp0(language, "both") == 0) {
        g_autofree char *english = exeat_guidance_reply(policy, clause, "en"),
                        *welsh = exeat_guidance_reply(policy, clause, "cy");

        return g_strconcat(english, "\n", welsh, NULL);
    }
    text = g_string_new(guidance_policy(words, policy)->reply);

    if (clause != NULL && g_str_is_ascii(clause) && strlen(clause) <= 20) {
        g_string_append_c(text, '\n');
        g_string_append(text, words->clause);
        guidance_replace(text, "{clause}", clause);
    }
    return g_strdup(text->str);
}

static ExeatGuidanceFile
guidance_file(const ExeatPart *part)
{
    static const struct {
        const char *word;
        ExeatGuidanceFile file;
    } kinds[] = {
        {"spreadsheet", EXEAT_GUIDANCE_SPREADSHEET},
        {"excel", EXEAT_GUIDANCE_SPREADSHEET},
        {"text/csv", EXEAT_GUIDANCE_SPREADSHEET},
        {"tab-separated", EXEAT_GUIDANCE_SPREADSHEET},
        {"presentation", EXEAT_GUIDANCE_PRESENTATION},
        {"powerpoint", EXEAT_GUIDANCE_PRESENTATION},
        {"/pdf", EXEAT_GUIDANCE_PDF},
        {"wordprocessing", EXEAT_GUIDANCE_DOCUMENT},
        {"msword", EXEAT_GUIDANCE_DOCUMENT},
        {"opendocument.text", EXEAT_GUIDANCE_DOCUMENT},
        {"rtf", EXEAT_GUIDANCE_DOCUMENT},
        {"text/plain", EXEAT_GUIDANCE_DOCUMENT},
        {"text/html", EXEAT_GUIDANCE_DOCUMENT},
        {"/zip", EXEAT_GUIDANCE_ARCHIVE},
        {"7z", EXEAT_GUIDANCE_ARCHIVE},
        {"rar", EXEAT_GUIDANCE_ARCHIVE},
        {"tar", EXEAT_GUIDANCE_ARCHIVE},
        {"gzip", EXEAT_GUIDANCE_ARCHIVE},
        {"image/", EXEAT_GUIDANCE_PICTURE},
        {"message/", EXEAT_GUIDANCE_LETTER},
    };
    const char *types[] = {part->actual_type, part->type};

    for (guint t = 0; t < G_N_ELEMENTS(types); t++) {
        for (gsize i = 0; types[t] != NULL && i < G_N_ELEMENTS(kinds); i++) {
            if (strstr(types[t], kinds[i].word) != NULL)
                return kinds[i].file;
        }
    }
    return EXEAT_GUIDANCE_FILE;
}

const char *
exeat_guidance_file(const ExeatPart *part, const char *language)
{
    return guidance_language(language)->files[guidance_file(part)];
}

/* "2.1" holds "2.1" and "2.1.3", and what an archive has in it ("2.1:list.zip/…"). */
static gboolean
guidance_path_is_within(const char *path, const char *part)
{
    gsize length = strlen(part);

    return length > 0 && strncmp(path, part, length) == 0 && !g_ascii_isdigit(path[length]);
}

ExeatGuidancePlace
exeat_guidance_place(const ExeatMessage *message, const ExeatFinding *finding)
{
    ExeatGuidancePlace place = {0, EXEAT_GUIDANCE_FILE};
    const GPtrArray *parts = exeat_message_parts(message);
    guint attachment = 0;

    if (finding->part == NULL || (finding->zone != EXEAT_ZONE_ATTACHMENT && finding->zone != EXEAT_ZONE_FILE_NAME))
        return place;
    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);

        if (!part->is_attachment)
            continue;
        attachment++;
        if (!guidance_path_is_within(finding->part, part->path))
            continue;
        place.attachment = attachment;
        place.file = guidance_file(part);
        return place;
    }
    return place;
}
