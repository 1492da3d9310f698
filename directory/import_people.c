/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of an import, while it runs: one record a person, found again by UPN, the school's numbers, mailbox, or
 * name and date of birth, and at the end handed to the builder.
 *
 * It holds names in clear in memory only, and wipes nothing else: the process that imports reads the rolls anyway.
 * One thread. Hostile input: every text of a draft.
 */
#include "directory/fold.h"
#include "directory/import-private.h"

struct ImportPeople {
    GPtrArray *people;   /* of ImportPerson */
    GHashTable *keys;    /* "U:A123…" -> index + 1 */
    GHashTable *waiting; /* id -> GArray of guint: those who are linked to whoever has it */
    const char *const *school_domains;
};

static void
import_text_free(gpointer data)
{
    ImportText *text = data;
    g_free(text->value);
    g_free(text);
}

static void
import_person_free(gpointer data)
{
    ImportPerson *person = data;
    g_ptr_array_unref(person->texts);
    g_hash_table_unref(person->links);
    g_free(person);
}

ImportPeople *
exeat_import_people_new(const ExeatImportOptions *options)
{
    ImportPeople *people = g_new0(ImportPeople, 1);
    people->people = g_ptr_array_new_with_free_func(import_person_free);
    people->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    people->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    people->school_domains = options->school_domains;
    return people;
}

void
exeat_import_people_free(ImportPeople *people)
{
    if (people == NULL)
        return;
    g_ptr_array_unref(people->people);
    g_hash_table_unref(people->keys);
    g_hash_table_unref(people->waiting);
    g_free(people);
}

/* --- drafts ------------------------------------------------------------------------------------------------------ */

ImportDraft *
exeat_import_draft_new(int role)
{
    ImportDraft *draft = g_new0(ImportDraft, 1);
    draft->texts = g_ptr_array_new_with_free_func(import_text_free);
    draft->role = role;
    return draft;
}

void
exeat_import_draft_free(ImportDraft *draft)
{
    if (draft == NULL)
        return;
    g_ptr_array_unref(draft->texts);
    g_free(draft);
}

static void
draft_add(ImportDraft *draft, ImportField field, bool weak, char *value)
{
    if (value == NULL || value[0] == '\0') {
        g_free(value);
        return;
    }
    ImportText *text = g_new0(ImportText, 1);
    text->field = field;
    text->weak = weak;
    text->value = value;
    g_ptr_array_add(draft->texts, text);
}

static void
draft_put_names(ImportDraft *draft, const char *text)
{
    ImportNames names = {0};
    exeat_import_split_name(text, &names);
    draft_add(draft, IMPORT_GIVEN, false, g_steal_pointer(&names.given));
    draft_add(draft, IMPORT_FAMILY, false, g_steal_pointer(&names.family));
    exeat_import_names_clear(&names);
}

/* Several addresses or numbers may share a cell. */
static void
draft_put_each(ImportDraft *draft, ImportField field, const char *text)
{
    g_auto(GStrv) parts = g_strsplit_set(text, field == IMPORT_EMAIL ? ";, \n\r\t" : ";,/\n\r\t", 16);
    for (guint i = 0; parts[i] != NULL; i++) {
        if (parts[i][strspn(parts[i], " -")] == '\0')
            continue;
        char *value = field == IMPORT_EMAIL ? exeat_import_mailbox(parts[i]) : exeat_import_phone(parts[i]);
        if (value == NULL && field == IMPORT_EMAIL && strchr(text, '@') != NULL)
            draft->bad_value = true;
        draft_add(draft, field, false, value);
    }
}

static void
draft_put_value(ImportDraft *draft, ImportField field, char *value)
{
    if (value == NULL)
        draft->bad_value = true;
    draft_add(draft, field, false, value);
}

void
exeat_import_draft_put(ImportDraft *draft, ImportField field, const char *text)
{
    if (text[strspn(text, " \t\r\n-.")] == '\0')
        return;
    switch (field) {
    case IMPORT_UPN:
        draft_put_value(draft, field, exeat_import_upn(text));
        break;
    case IMPORT_ULN:
    case IMPORT_NHS:
        draft_put_value(draft, field, exeat_import_digits(text, 10));
        break;
    case IMPORT_UCI:
        draft_put_value(draft, field, exeat_import_uci(text));
        break;
    case IMPORT_BIRTH:
        draft_put_value(draft, field, exeat_import_date(text));
        break;
    case IMPORT_POSTCODE:
        draft_add(draft, field, false, exeat_import_postcode(text));
        break;
    case IMPORT_PHONE:
    case IMPORT_EMAIL:
        draft_put_each(draft, field, text);
        break;
    case IMPORT_USERNAME:
        if (strchr(text, '@') != NULL)
            draft_put_each(draft, IMPORT_EMAIL, text);
        break;
    case IMPORT_FULL:
        draft_put_names(draft, text);
        break;
    case IMPORT_PREFERRED:
    case IMPORT_GIVEN:
        draft_add(draft, IMPORT_GIVEN, false, exeat_import_name(text));
        break;
    case IMPORT_MIDDLE:
        draft_add(draft, IMPORT_GIVEN, true, exeat_import_name(text));
        break;
    case IMPORT_FAMILY:
    case IMPORT_PREFERRED_FAMILY:
        draft_add(draft, IMPORT_FAMILY, false, exeat_import_name(text));
        break;
    case IMPORT_FORMER_FAMILY:
        draft_add(draft, IMPORT_FAMILY, true, exeat_import_name(text));
        break;
    case IMPORT_ADMISSION:
    case IMPORT_ID:
    case IMPORT_ADDRESS:
        draft_add(draft, field, false, exeat_import_name(text));
        break;
    default:
        break;
    }
}

static const char *
draft_get(const ImportDraft *draft, ImportField field)
{
    for (guint i = 0; i < draft->texts->len; i++) {
        const ImportText *text = g_ptr_array_index(draft->texts, i);
        if (text->field == field && !text->weak)
            return text->value;
    }
    return NULL;
}

bool
exeat_import_draft_says_anything(const ImportDraft *draft)
{
    static const ImportField telling[] = {IMPORT_GIVEN, IMPORT_FAMILY,    IMPORT_EMAIL,
                                          IMPORT_UPN,   IMPORT_ADMISSION, IMPORT_ID};
    for (guint i = 0; i < G_N_ELEMENTS(telling); i++)
        if (draft_get(draft, telling[i]) != NULL)
            return true;
    return false;
}

/* --- who is the same --------------------------------------------------------------------------------------------- */

/* Keys of a person that a role has a name space of its own for: a parent and a pupil may share a mailbox. */
static char *
people_key(const char *kind, int role, const char *one, const char *other)
{
    char folded[EXEAT_FOLD_MAX + 1];
    char second[EXEAT_FOLD_MAX + 1];
    exeat_fold_name(one != NULL ? one : "", one != NULL ? strlen(one) : 0, folded);
    exeat_fold_name(other != NULL ? other : "", other != NULL ? strlen(other) : 0, second);
    return g_strdup_printf("%s%d:%s:%s", kind, role, folded, second);
}

static char *
people_name(const ImportDraft *draft)
{
    const char *given = draft_get(draft, IMPORT_GIVEN);
    const char *family = draft_get(draft, IMPORT_FAMILY);
    if (given == NULL && family == NULL)
        return NULL;
    return g_strdup_printf("%s %s", given != NULL ? given : "", family != NULL ? family : "");
}

/* All keys under which this draft's person can be found; strongest first. */
static GPtrArray *
people_keys(const ImportDraft *draft, int family_of)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const char *upn = draft_get(draft, IMPORT_UPN);
    const char *admission = draft_get(draft, IMPORT_ADMISSION);
    const char *id = draft_get(draft, IMPORT_ID);
    const char *birth = draft_get(draft, IMPORT_BIRTH);
    g_autofree char *name = people_name(draft);
    if (upn != NULL)
        g_ptr_array_add(keys, people_key("U", 0, upn, NULL));
    if (id != NULL)
        g_ptr_array_add(keys, people_key("I", draft->role, id, NULL));
    if (admission != NULL)
        g_ptr_array_add(keys, people_key("A", draft->role, admission, NULL));
    for (guint i = 0; i < draft->texts->len; i++) {
        const ImportText *text = g_ptr_array_index(draft->texts, i);
        /* Two parents may share a mailbox, and so may brothers: the name has to agree as well. */
        if (text->field == IMPORT_EMAIL)
            g_ptr_array_add(keys, people_key("E", draft->role, text->value, name));
        if (text->field == IMPORT_PHONE && name != NULL && draft->role == EXEAT_ROLE_PARENT)
            g_ptr_array_add(keys, people_key("T", draft->role, text->value, name));
    }
    if (name != NULL && birth != NULL)
        g_ptr_array_add(keys, people_key("B", draft->role, name, birth));
    if (name != NULL && family_of >= 0) {
        g_autofree char *of = g_strdup_printf("%d", family_of);
        g_ptr_array_add(keys, people_key("F", draft->role, name, of));
    }
    /* Nothing better: the name alone finds a person, but two rows with numbers of their own stay two people. */
    if (name != NULL && (draft->role == EXEAT_ROLE_STAFF || draft->role == EXEAT_ROLE_PUPIL))
        g_ptr_array_add(keys, people_key("N", draft->role, name, NULL));
    return keys;
}

static const char *
person_get(const ImportPerson *person, ImportField field)
{
    for (guint i = 0; i < person->texts->len; i++) {
        const ImportText *text = g_ptr_array_index(person->texts, i);
        if (text->field == field)
            return text->value;
    }
    return NULL;
}

/* True if both have a number or birth date of the kind and they differ. */
static bool
people_contradict(const ImportPerson *person, const ImportDraft *draft)
{
    static const ImportField telling[] = {IMPORT_UPN, IMPORT_ADMISSION, IMPORT_ID, IMPORT_BIRTH};
    for (guint i = 0; i < G_N_ELEMENTS(telling); i++) {
        const char *old = person_get(person, telling[i]);
        const char *new = draft_get(draft, telling[i]);
        if (old != NULL && new != NULL && g_ascii_strcasecmp(old, new) != 0)
            return true;
    }
    return false;
}

static int
people_find(const ImportPeople *people, const GPtrArray *keys, const ImportDraft *draft)
{
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        guint found = GPOINTER_TO_UINT(g_hash_table_lookup(people->keys, key));
        if (found == 0)
            continue;
        bool strong = key[0] == 'U';
        if (strong || !people_contradict(g_ptr_array_index(people->people, found - 1), draft))
            return (int)(found - 1);
    }
    return -1;
}

static void
person_take(ImportPerson *person, const ImportDraft *draft)
{
    for (guint i = 0; i < draft->texts->len; i++) {
        const ImportText *text = g_ptr_array_index(draft->texts, i);
        bool have = false;
        for (guint j = 0; j < person->texts->len && !have; j++) {
            const ImportText *old = g_ptr_array_index(person->texts, j);
            have = old->field == text->field && old->weak == text->weak && strcmp(old->value, text->value) == 0;
        }
        if (have || person->texts->len >= IMPORT_MAX_TEXTS)
            continue;
        ImportText *copy = g_new0(ImportText, 1);
        copy->field = text->field;
        copy->weak = text->weak;
        copy->value = g_strdup(text->value);
        g_ptr_array_add(person->texts, copy);
        person->named = person->named || text->field == IMPORT_GIVEN || text->field == IMPORT_FAMILY;
    }
}

guint
exeat_import_people_add(ImportPeople *people, const ImportDraft *draft, int family_of)
{
    g_autoptr(GPtrArray) keys = people_keys(draft, family_of);
    int found = people_find(people, keys, draft);
    ImportPerson *person;
    if (found < 0) {
        person = g_new0(ImportPerson, 1);
        person->role = draft->role;
        person->texts = g_ptr_array_new_with_free_func(import_text_free);
        person->links = g_hash_table_new(NULL, NULL);
        g_ptr_array_add(people->people, person);
        found = (int)people->people->len - 1;
    } else {
        person = g_ptr_array_index(people->people, found);
    }
    person_take(person, draft);
    for (guint i = 0; i < keys->len; i++) {
        char *key = g_ptr_array_index(keys, i);
        if (!g_hash_table_contains(people->keys, key))
            g_hash_table_insert(people->keys, g_strdup(key), GUINT_TO_POINTER((guint)found + 1));
    }
    return (guint)found;
}

void
exeat_import_people_link(ImportPeople *people, guint one, guint other)
{
    ImportPerson *person = g_ptr_array_index(people->people, one);
    if (one != other)
        g_hash_table_add(person->links, GUINT_TO_POINTER(other + 1));
}

void
exeat_import_people_link_id(ImportPeople *people, guint one, const char *id)
{
    GArray *who = g_hash_table_lookup(people->waiting, id);
    if (who == NULL) {
        who = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(people->waiting, g_strdup(id), who);
    }
    g_array_append_val(who, one);
}

/* --- into the builder -------------------------------------------------------------------------------------------- */

static bool
people_is_school(const ImportPeople *people, const char *mailbox)
{
    const char *domain = strrchr(mailbox, '@') + 1;
    for (guint i = 0; people->school_domains != NULL && people->school_domains[i] != NULL; i++) {
        const char *school = people->school_domains[i];
        gsize length = strlen(domain);
        gsize tail = strlen(school);
        if (length >= tail && g_ascii_strcasecmp(domain + length - tail, school) == 0 &&
            (length == tail || domain[length - tail - 1] == '.'))
            return true;
    }
    return false;
}

static void
people_emit_text(const ImportPeople *people, ExeatDirectoryBuilder *builder, ExeatPersonId id, const ImportText *text)
{
    static const struct {
        ImportField field;
        ExeatFact fact;
    } facts[] = {{IMPORT_UPN, EXEAT_FACT_UPN},     {IMPORT_ULN, EXEAT_FACT_ULN},
                 {IMPORT_UCI, EXEAT_FACT_UCI},     {IMPORT_NHS, EXEAT_FACT_NHS},
                 {IMPORT_BIRTH, EXEAT_FACT_BIRTH}, {IMPORT_POSTCODE, EXEAT_FACT_POSTCODE},
                 {IMPORT_PHONE, EXEAT_FACT_PHONE}};

    if (text->field == IMPORT_GIVEN)
        exeat_directory_builder_add_given(builder, id, text->value, text->weak);
    else if (text->field == IMPORT_FAMILY)
        exeat_directory_builder_add_family(builder, id, text->value, text->weak);
    else if (text->field == IMPORT_EMAIL)
        exeat_directory_builder_add_address(builder, id, text->value,
                                            people_is_school(people, text->value) ? EXEAT_ADDRESS_SCHOOL
                                                                                  : EXEAT_ADDRESS_PRIVATE);
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        if (facts[i].field == text->field)
            exeat_directory_builder_add_fact(builder, id, facts[i].fact, text->value);
}

static void
people_emit_person(const ImportPeople *people, ExeatDirectoryBuilder *builder, ExeatPersonId id,
                   const ImportPerson *person)
{
    for (guint i = 0; i < person->texts->len; i++)
        people_emit_text(people, builder, id, g_ptr_array_index(person->texts, i));

    /* Somebody with one name only goes by it: it is both. */
    const char *given = person_get(person, IMPORT_GIVEN);
    const char *family = person_get(person, IMPORT_FAMILY);
    if (given != NULL && family == NULL)
        exeat_directory_builder_add_family(builder, id, given, false);
    if (family != NULL && given == NULL && person->role == EXEAT_ROLE_PUPIL)
        exeat_directory_builder_add_given(builder, id, family, false);

    const char *address = person_get(person, IMPORT_ADDRESS);
    const char *postcode = person_get(person, IMPORT_POSTCODE);
    if (address != NULL && postcode != NULL) {
        g_autofree char *home = g_strdup_printf("%s %s", address, postcode);
        exeat_directory_builder_add_home(builder, id, home);
    }
}

static void
people_resolve_waiting(ImportPeople *people)
{
    GHashTableIter iter;
    gpointer id;
    gpointer value;
    g_hash_table_iter_init(&iter, people->waiting);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        guint found = 0;
        for (int role = 0; role < EXEAT_ROLE_COUNT && found == 0; role++) {
            g_autofree char *key = people_key("I", role, id, NULL);
            found = GPOINTER_TO_UINT(g_hash_table_lookup(people->keys, key));
        }
        const GArray *who = value;
        for (guint i = 0; found != 0 && i < who->len; i++)
            exeat_import_people_link(people, g_array_index(who, guint, i), found - 1);
    }
}

void
exeat_import_people_emit(ImportPeople *people, ExeatDirectoryBuilder *builder, ExeatImportReport *report)
{
    people_resolve_waiting(people);
    g_autofree ExeatPersonId *ids = g_new(ExeatPersonId, people->people->len + 1);
    for (guint i = 0; i < people->people->len; i++) {
        const ImportPerson *person = g_ptr_array_index(people->people, i);
        ids[i] = EXEAT_NOBODY;
        /* Known by a number alone: a contact list spoke of a pupil that no roll has. */
        if (!person->named && person_get(person, IMPORT_EMAIL) == NULL)
            continue;
        ids[i] = exeat_directory_builder_add_person(builder, (ExeatRole)person->role);
        report->people[person->role]++;
        people_emit_person(people, builder, ids[i], person);
    }
    for (guint i = 0; i < people->people->len; i++) {
        const ImportPerson *person = g_ptr_array_index(people->people, i);
        GHashTableIter iter;
        gpointer other;
        g_hash_table_iter_init(&iter, person->links);
        while (g_hash_table_iter_next(&iter, &other, NULL)) {
            ExeatPersonId to = ids[GPOINTER_TO_UINT(other) - 1];
            if (ids[i] != EXEAT_NOBODY && to != EXEAT_NOBODY)
                exeat_directory_builder_add_link(builder, ids[i], to);
        }
    }
}
