/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * personal-recipient: school work sent to somebody's private mailbox. The directory decides first: a parent may be
 * written to, a private mailbox of staff or of a pupil may not. Of an address that nobody knows, at a public provider,
 * two things count: whether it bears the name of the sender, a colleague or a pupil, and whether something is attached.
 * Each finding concerns one recipient alone, so that the others get the letter.
 */
#include "policies/registry.h"

#include "directory/fold.h"
#include "policies/settings.h"

typedef struct PersonalSettings {
    ExeatPolicyBase base;
    bool attachments;
} PersonalSettings;

static const ExeatOption personal_options[] = {
    EXEAT_POLICY_ROWS("hold", "medium", "", "headteacher", NULL),
    {.key = "attachments",
     .type = EXEAT_OPTION_BOOL,
     .offset = offsetof(PersonalSettings, attachments),
     .fallback = "yes",
     .help = "Whether an attachment to a private mailbox that nobody knows counts."},
    {.key = NULL},
};
static const ExeatOption *const personal_tables[] = {personal_options, NULL};

typedef struct Suspicion {
    const char *rule;
    ExeatConfidence confidence;
} Suspicion;

#define LOCAL_WORDS 8
#define RUN_PART 3 /* letters that a name has at least when it is run together with another */

/* The folded words of a local part: "Jane.O-Teacher77" gives jane, o, teacher. */
typedef struct LocalWords {
    char words[LOCAL_WORDS][EXEAT_FOLD_MAX + 1];
    guint count;
} LocalWords;

static LocalWords
local_words(const char *local)
{
    LocalWords found = {.count = 0};
    g_auto(GStrv) pieces = g_strsplit_set(local, "._-+0123456789", -1);
    for (char **piece = pieces; *piece && found.count < LOCAL_WORDS; piece++)
        if (exeat_fold_name(*piece, strlen(*piece), found.words[found.count]) > 0)
            found.count++;
    return found;
}

/* True if one person has both words as names, one as given and one as family name. */
static bool
names_of_one(const ExeatDirectory *directory, const char *a, const char *b, ExeatRole role)
{
    const ExeatNameEntry *of_a = NULL;
    const ExeatNameEntry *of_b = NULL;
    gsize count_a = exeat_directory_names(directory, a, strlen(a), &of_a);
    gsize count_b = exeat_directory_names(directory, b, strlen(b), &of_b);
    for (gsize i = 0, j = 0; i < count_a && j < count_b;) {
        if (of_a[i].person != of_b[j].person) {
            if (of_a[i].person < of_b[j].person)
                i++;
            else
                j++;
            continue;
        }
        guint32 uses = (of_a[i].use | of_b[j].use) & (EXEAT_NAME_GIVEN | EXEAT_NAME_FAMILY);
        const ExeatPerson *person = exeat_directory_person(directory, of_a[i].person);
        if (person && person->role == role && uses == (EXEAT_NAME_GIVEN | EXEAT_NAME_FAMILY))
            return true;
        i++;
    }
    return false;
}

static bool
words_name(const ExeatCase *letter, const LocalWords *words, ExeatRole role)
{
    for (guint i = 0; i < words->count; i++)
        for (guint j = 0; j < words->count; j++)
            if (i != j && strlen(words->words[i]) > 1 && strlen(words->words[j]) > 1 &&
                names_of_one(exeat_case_directory(letter), words->words[i], words->words[j], role))
                return true;
    return false;
}

/* "reecebarraclough": one word that is two names of one person. */
static bool
run_names(const ExeatCase *letter, const LocalWords *words, ExeatRole role)
{
    for (guint i = 0; i < words->count; i++) {
        const char *word = words->words[i];
        for (gsize split = RUN_PART; split + RUN_PART <= strlen(word); split++) {
            g_autofree char *head = g_strndup(word, split);
            if (names_of_one(exeat_case_directory(letter), head, word + split, role))
                return true;
        }
    }
    return false;
}

/* Whether the address, or how the header calls it, bears the name of somebody of this role. */
static bool
bears_name_of(const ExeatCase *letter, const LocalWords *local, const LocalWords *display, ExeatRole role)
{
    return words_name(letter, local, role) || words_name(letter, display, role) || run_names(letter, local, role);
}

static bool
has_word(const LocalWords *words, const char *word)
{
    for (guint i = 0; i < words->count; i++)
        if (g_str_equal(words->words[i], word))
            return true;
    return false;
}

/* Whether @local, run together, is made of two of the sender's names: janeteacher, teacherjane, jteacher. */
static bool
is_run_of(const char *joined, const char *given, const char *family)
{
    g_autofree char *forwards = g_strconcat(given, family, NULL);
    g_autofree char *backwards = g_strconcat(family, given, NULL);
    g_autofree char *initial = g_strdup_printf("%c%s", given[0], family);
    return g_str_equal(joined, forwards) || g_str_equal(joined, backwards) || g_str_equal(joined, initial);
}

/* The folded words of a display name, without titles. */
static LocalWords
display_words(const char *display)
{
    static const char *const titles[] = {"mr", "mrs", "miss", "ms", "mx", "dr", "sir", NULL};
    LocalWords names = {.count = 0};
    g_auto(GStrv) pieces = g_strsplit_set(display, " ,.()", -1);
    for (char **piece = pieces; *piece && names.count < LOCAL_WORDS; piece++) {
        char *folded = names.words[names.count];
        if (exeat_fold_name(*piece, strlen(*piece), folded) > 1 && !g_strv_contains(titles, folded))
            names.count++;
    }
    return names;
}

/* The sender's names: those of the display name, else of the local part. */
static LocalWords
sender_words(const ExeatCase *letter)
{
    const GPtrArray *from = exeat_message_from(exeat_case_message(letter));
    if (from->len == 0)
        return (LocalWords){.count = 0};
    const ExeatAddress *sender = g_ptr_array_index(from, 0);
    LocalWords names = display_words(sender->display);
    return names.count >= 2 ? names : local_words(sender->local);
}

/* How the header calls this recipient; "" for a blind copy. */
static const char *
display_of(const ExeatCase *letter, const ExeatRecipient *recipient)
{
    const ExeatMessage *message = exeat_case_message(letter);
    const GPtrArray *lists[] = {exeat_message_to(message), exeat_message_cc(message)};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (guint k = 0; k < lists[i]->len; k++) {
            const ExeatAddress *address = g_ptr_array_index(lists[i], k);
            if (g_ascii_strcasecmp(address->mailbox, recipient->address->mailbox) == 0)
                return address->display;
        }
    }
    return "";
}

static bool
is_senders_own(const ExeatCase *letter, const ExeatRecipient *recipient, const LocalWords *local,
               const LocalWords *display)
{
    LocalWords sender = sender_words(letter);
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < local->count; i++)
        g_string_append(joined, local->words[i]);
    bool own = false;
    if (sender.count >= 2) {
        const char *given = sender.words[0];
        const char *family = sender.words[sender.count - 1];
        bool in_local = has_word(local, given) && has_word(local, family);
        bool in_display = has_word(display, given) && has_word(display, family);
        own = ((in_local || in_display) && !g_str_equal(given, family)) || is_run_of(joined->str, given, family);
    }
    const char *account = exeat_case_envelope(letter)->account;
    if (!own && account && strchr(account, '.')) {
        g_autoptr(ExeatAddress) address = exeat_address_new(account);
        own = g_ascii_strcasecmp(address->local, recipient->address->local) == 0;
    }
    return own;
}

static bool
has_attachment(const ExeatMessage *message)
{
    const GPtrArray *parts = exeat_message_parts(message);
    for (guint i = 0; i < parts->len; i++) {
        const ExeatPart *part = g_ptr_array_index(parts, i);
        if (part->is_attachment && !part->is_inline_image && part->kind != EXEAT_PART_SIGNATURE)
            return true;
    }
    return false;
}

/* Of an address in the directory. */
static Suspicion
suspect_known(const ExeatRecipient *recipient)
{
    if (recipient->class & EXEAT_CLASS_PARENT)
        return (Suspicion){NULL, EXEAT_CONFIDENCE_LOW};
    if (recipient->class & EXEAT_CLASS_PUPIL)
        return (Suspicion){"pupil-private", EXEAT_CONFIDENCE_HIGH};
    if (recipient->class & EXEAT_CLASS_STAFF)
        return (Suspicion){"staff-private", EXEAT_CONFIDENCE_HIGH};
    return (Suspicion){NULL, EXEAT_CONFIDENCE_LOW};
}

/* Of an address that nobody knows, at a public provider. */
static Suspicion
suspect_stranger(const PersonalSettings *settings, const ExeatCase *letter, const ExeatRecipient *recipient)
{
    Suspicion suspicion = {NULL, EXEAT_CONFIDENCE_LOW};
    LocalWords local = local_words(recipient->address->local);
    LocalWords display = display_words(display_of(letter, recipient));
    if (is_senders_own(letter, recipient, &local, &display))
        suspicion = (Suspicion){"own-private", EXEAT_CONFIDENCE_HIGH};
    else if (bears_name_of(letter, &local, &display, EXEAT_ROLE_PUPIL))
        suspicion = (Suspicion){"pupil-private", EXEAT_CONFIDENCE_MEDIUM};
    else if (bears_name_of(letter, &local, &display, EXEAT_ROLE_STAFF))
        suspicion = (Suspicion){"staff-private", EXEAT_CONFIDENCE_MEDIUM};
    else if (settings->attachments && has_attachment(exeat_case_message(letter)))
        suspicion = (Suspicion){"attachment-to-stranger", EXEAT_CONFIDENCE_HIGH};
    return suspicion;
}

static bool
personal_evaluate(const ExeatPolicyBase *base, const ExeatCase *letter, GPtrArray *findings, GError **error)
{
    (void)error;
    const PersonalSettings *settings = (const PersonalSettings *)base;
    const GPtrArray *recipients = exeat_case_recipients(letter);
    for (guint i = 0; i < recipients->len; i++) {
        const ExeatRecipient *recipient = g_ptr_array_index(recipients, i);
        if (!(recipient->class & EXEAT_CLASS_PERSONAL))
            continue;
        Suspicion suspicion = recipient->person == EXEAT_NOBODY ? suspect_stranger(settings, letter, recipient)
                                                                : suspect_known(recipient);
        if (!suspicion.rule)
            continue;
        ExeatFinding *finding = exeat_finding_new("personal-recipient", suspicion.rule, suspicion.confidence);
        finding->part = g_strdup("envelope");
        finding->data_subjects = 1;
        finding->recipients = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_append_val(finding->recipients, i);
        g_ptr_array_add(findings, finding);
    }
    return true;
}

const ExeatPolicy exeat_policy_personal_recipient = {
    .name = "personal-recipient",
    .help = "School work sent to somebody's private mailbox.",
    .block = {.name = "personal-recipient",
              .size = sizeof(PersonalSettings),
              .tables = personal_tables,
              .help = "Private mailboxes of staff, pupils and strangers"},
    .evaluate = personal_evaluate,
};
