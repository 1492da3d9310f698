/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the school itself looks for. Different ones are counted over the whole letter; each place has a finding of its
 * own. A search that a limit ended is a finding too: nobody knows what stands behind it.
 */
#include "policies/patterns.h"
#include "policies/personal_data.h"
#include "policies/settings.h"

typedef struct Hunt {
    const ExeatDataSettings *settings;
    const ExeatCase *letter;
    const ExeatPatterns *patterns;
    ExeatPatternSearch *search;
    GPtrArray *findings;
    GHashTable *unsearched; /* texts that this has been said of */
} Hunt;

static ExeatFinding *
finding_in(const Hunt *hunt, const char *rule, const ExeatText *text, ExeatAction action)
{
    ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, rule, EXEAT_CONFIDENCE_HIGH);
    finding->part = g_strdup(text->part ? text->part->path : "subject");
    finding->zone = text->zone;
    finding->action = action;
    finding->recipients = exeat_open_recipients(hunt->letter);
    return finding;
}

/* Not silently passed over, even where attachments that cannot be read are. */
static void
add_unsearched(const Hunt *hunt, const ExeatText *text)
{
    if (!g_hash_table_add(hunt->unsearched, (gpointer)(guintptr)text))
        return;
    ExeatAction action = MAX(exeat_part_action(hunt->settings->unreadable), EXEAT_ACTION_OBSERVE);
    g_ptr_array_add(hunt->findings, finding_in(hunt, "unscannable", text, action));
}

static void
hunt_one(const Hunt *hunt, guint which)
{
    const ExeatPattern *pattern = exeat_patterns_get(hunt->patterns, which);
    const GPtrArray *texts = exeat_message_texts(exeat_case_message(hunt->letter));
    g_autoptr(GHashTable) values = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_finding_free);
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);
        guint places = 0;
        if (!exeat_pattern_find(hunt->search, hunt->patterns, which, text->text, text->length, values, &places))
            add_unsearched(hunt, text);
        if (places == 0)
            continue;
        g_ptr_array_add(found, finding_in(hunt, pattern->rule, text, pattern->action));
        ((ExeatFinding *)g_ptr_array_index(found, found->len - 1))->count = places;
    }
    if (g_hash_table_size(values) >= pattern->least)
        g_ptr_array_extend_and_steal(hunt->findings, g_steal_pointer(&found));
}

void
exeat_find_patterns(const ExeatDataSettings *settings, const ExeatCase *letter, GPtrArray *findings)
{
    const ExeatPatterns *patterns = exeat_policy_settings_patterns(exeat_case_settings(letter));
    if (exeat_patterns_count(patterns) == 0)
        return;
    g_autoptr(ExeatPatternSearch) search = exeat_pattern_search_new();
    g_autoptr(GHashTable) unsearched = g_hash_table_new(NULL, NULL);
    const Hunt hunt = {settings, letter, patterns, search, findings, unsearched};
    for (guint i = 0; i < exeat_patterns_count(patterns); i++)
        hunt_one(&hunt, i);
}
