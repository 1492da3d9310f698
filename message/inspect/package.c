/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/package.h"

#include <string.h>

#define WORDS(X)                    \
    X(RELATIONSHIP, "Relationship") \
    X(ID, "Id")                     \
    X(TYPE, "Type")                 \
    X(TARGET, "Target")             \
    X(TARGET_MODE, "TargetMode")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const package_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

typedef struct Relations {
    const ExeatPackage *package;
    const char *part;
    GPtrArray *found;
} Relations;

void
exeat_package_init(ExeatPackage *package, ExeatInspection *inspection, const ExeatZip *zip)
{
    *package = (ExeatPackage){.inspection = inspection, .zip = zip, .taken = g_hash_table_new(NULL, NULL)};
}

void
exeat_package_clear(ExeatPackage *package)
{
    g_hash_table_unref(package->taken);
}

static void
relation_free(gpointer data)
{
    ExeatRelation *relation = data;
    g_free(relation->id);
    g_free(relation->type);
    g_free(relation->target);
    g_free(relation);
}

/* Where @target leads from the folder of @part, without "." and "..". (transfer full) */
static char *
package_resolve(const char *part, const char *target)
{
    g_autofree char *clean = g_strdelimit(g_strdup(target), "\\", '/');
    clean[strcspn(clean, "#?")] = '\0';
    const char *slash = strrchr(part, '/');
    g_autofree char *folder = slash != NULL && clean[0] != '/' ? g_strndup(part, (gsize)(slash - part)) : g_strdup("");
    g_autofree char *whole = g_strconcat(folder, "/", clean, NULL);
    g_auto(GStrv) steps = g_strsplit(whole, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (char **step = steps; *step != NULL; step++) {
        if (strcmp(*step, "..") == 0)
            g_ptr_array_set_size(kept, MAX((gint)kept->len - 1, 0));
        else if ((*step)[0] != '\0' && strcmp(*step, ".") != 0)
            g_ptr_array_add(kept, *step);
    }
    g_ptr_array_add(kept, NULL);
    return g_strjoinv("/", (char **)kept->pdata);
}

const ExeatZipEntry *
exeat_package_find(const ExeatPackage *package, const char *part, const char *target)
{
    g_autofree char *path = package_resolve(part, target);
    const ExeatZipEntry *entry = exeat_zip_find(package->zip, path);
    if (entry != NULL)
        return entry;
    g_autofree char *plain = g_uri_unescape_string(path, NULL);
    entry = plain != NULL ? exeat_zip_find(package->zip, plain) : NULL;
    if (entry != NULL)
        return entry;
    g_autofree char *from_root = package_resolve("", target); /* relative to the wrong place */
    return exeat_zip_find(package->zip, from_root);
}

static void
relations_begin(ExeatSax *sax, guint word, gpointer data)
{
    Relations *relations = data;
    g_autofree char *type = word == RELATIONSHIP ? exeat_sax_string(sax, TYPE) : NULL;
    char *target = type != NULL ? exeat_sax_string(sax, TARGET) : NULL;
    if (target == NULL)
        return;
    ExeatRelation *relation = g_new0(ExeatRelation, 1);
    const char *slash = strrchr(type, '/');
    relation->id = exeat_sax_string(sax, ID);
    relation->type = g_ascii_strdown(slash != NULL ? slash + 1 : type, -1);
    relation->target = target;
    relation->external = exeat_sax_is(sax, TARGET_MODE, "External");
    if (!relation->external)
        relation->entry = exeat_package_find(relations->package, relations->part, target);
    g_ptr_array_add(relations->found, relation);
}

GPtrArray *
exeat_package_relations(const ExeatPackage *package, const char *part)
{
    static const ExeatSaxReader reader = {.words = package_words, .count = WORDS_END, .begin = relations_begin};
    Relations relations = {.package = package, .part = part, .found = g_ptr_array_new_with_free_func(relation_free)};
    const char *slash = strrchr(part, '/');
    const char *base = slash != NULL ? slash + 1 : part;
    g_autofree char *name = g_strdup_printf("%.*s_rels/%s.rels", (int)(base - part), part, base);
    const ExeatZipEntry *entry = exeat_zip_find(package->zip, name);
    if (entry != NULL)
        exeat_sax_member(package->inspection, package->zip, entry, &reader, &relations);
    return relations.found;
}

bool
exeat_package_is_taken(const ExeatPackage *package, const ExeatZipEntry *entry)
{
    return g_hash_table_contains(package->taken, entry);
}

bool
exeat_package_take(ExeatPackage *package, const ExeatZipEntry *entry)
{
    return g_hash_table_add(package->taken, (gpointer)(guintptr)entry);
}

void
exeat_package_member(ExeatPackage *package, const ExeatZipEntry *entry)
{
    g_autoptr(GByteArray) bytes = exeat_zip_bytes(package->inspection, package->zip, entry);
    if (bytes == NULL)
        return;
    const ExeatFile member = {
        .name = entry->name, .data = bytes->data != NULL ? bytes->data : (const guint8 *)"", .length = bytes->len};
    exeat_inspection_member(package->inspection, &member);
}
