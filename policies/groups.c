/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each question walks through the groups anew, so what a walk may cost is settled once, when they are read: all groups
 * are walked through to the end, and what is in a circle or beyond a bound is an error and never in force.
 */
#include "policies/groups.h"

#include <string.h>

#include "message/address.h"

#define GROUP_DEPTH 8                 /* groups within groups */
#define GROUP_RESOLVED_MEMBERS 100000 /* of all groups together, members of groups within them counted again */

typedef struct Group {
    char **members;
} Group;

struct ExeatGroups {
    GHashTable *by_name; /* title to Group, both the configuration's */
};

typedef struct GroupWalk {
    const ExeatGroups *groups;
    const char *open[GROUP_DEPTH]; /* the groups in hand, the outermost first */
    guint depth;
    guint resolved;
    ExeatConfigPlace place; /* of the outermost */
    ExeatConfigErrors *errors;
} GroupWalk;

static const ExeatOption group_options[] = {
    {.key = "members",
     .type = EXEAT_OPTION_LIST,
     .offset = offsetof(Group, members),
     .required = true,
     .help = "Addresses, domains (@oakfield.sch.uk) or names of other groups."},
    {.key = NULL},
};
static const ExeatOption *const group_tables[] = {group_options, NULL};

const ExeatBlock exeat_group_block = {
    .name = "group",
    .titled = true,
    .size = sizeof(Group),
    .tables = group_tables,
    .help = "A set of people to name in scopes: group \"leaders\" { members = { … } }",
};

static bool
walk_fail(const GroupWalk *walk, const char *remedy, const char *reason)
{
    g_autofree char *whole = g_strdup_printf("the group \"%s\" %s", walk->open[0], reason);
    exeat_config_errors_add(walk->errors, &walk->place, "group.members", remedy, "%s", whole);
    return false;
}

static bool
walk_may_open(const GroupWalk *walk, const char *name)
{
    for (guint i = 0; i < walk->depth; i++)
        if (g_str_equal(walk->open[i], name))
            return walk_fail(walk, "Take one of the groups out of the other", "leads to a group that holds itself");
    if (walk->depth < GROUP_DEPTH)
        return true;
    g_autofree char *reason = g_strdup_printf("has groups more than %d deep in one another", GROUP_DEPTH);
    return walk_fail(walk, "Write the members of the innermost groups into those that hold them", reason);
}

/* Goes through a group as a question would. False, with an error noted, if no question may. */
static bool
walk_group(GroupWalk *walk, const char *name)
{
    const Group *group = g_hash_table_lookup(walk->groups->by_name, name);
    if (!group)
        return true;
    if (!walk_may_open(walk, name))
        return false;
    walk->open[walk->depth++] = name;
    for (char **member = group->members; *member; member++) {
        if (++walk->resolved > GROUP_RESOLVED_MEMBERS) {
            g_autofree char *reason = g_strdup_printf(
                "brings the members of all groups, with those of groups within them, to more than %d",
                GROUP_RESOLVED_MEMBERS);
            return walk_fail(walk, "Name whole domains (@oakfield.sch.uk), or fewer groups in groups", reason);
        }
        if (!walk_group(walk, *member))
            return false;
    }
    walk->depth--;
    return true;
}

ExeatGroups *
exeat_groups_new(const ExeatConfig *config, ExeatConfigErrors *errors)
{
    ExeatGroups *groups = g_new0(ExeatGroups, 1);
    GroupWalk walk = {.groups = groups, .errors = errors};
    guint count = exeat_config_titled_count(config, exeat_group_block.name);
    groups->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < count; i++) {
        const char *title = NULL;
        const Group *group = exeat_config_titled(config, exeat_group_block.name, i, &title);
        g_hash_table_insert(groups->by_name, (gpointer)(guintptr)title, (gpointer)(guintptr)group);
    }
    for (guint i = 0; i < count && walk.resolved <= GROUP_RESOLVED_MEMBERS; i++) {
        const char *title = NULL;
        exeat_config_titled(config, exeat_group_block.name, i, &title);
        walk.place = exeat_config_titled_place(config, exeat_group_block.name, i);
        walk.depth = 0;
        walk_group(&walk, title);
    }
    return groups;
}

void
exeat_groups_free(ExeatGroups *groups)
{
    if (!groups)
        return;
    g_hash_table_unref(groups->by_name);
    g_free(groups);
}

bool
exeat_groups_exists(const ExeatGroups *groups, const char *name)
{
    return g_hash_table_contains(groups->by_name, name);
}

bool
exeat_pattern_matches(const char *pattern, const char *address)
{
    const char *at = strrchr(address, '@');
    const char *pattern_at = strrchr(pattern, '@');
    if (!pattern_at)
        return at && strchr(pattern, '.') && exeat_domain_is_within(at + 1, pattern);
    if (pattern_at == pattern || g_str_has_prefix(pattern, "*@"))
        return at && exeat_domain_is_within(at + 1, pattern_at + 1);
    return g_ascii_strcasecmp(pattern, address) == 0;
}

bool
exeat_groups_have(const ExeatGroups *groups, const char *name, const char *address)
{
    const Group *group = g_hash_table_lookup(groups->by_name, name);
    if (!group)
        return false;
    for (char **member = group->members; *member; member++)
        if (exeat_pattern_matches(*member, address) || g_ascii_strcasecmp(*member, address) == 0 ||
            exeat_groups_have(groups, *member, address))
            return true;
    return false;
}
