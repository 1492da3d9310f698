/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/case.h"

#include <string.h>

#include "policies/settings.h"

struct ExeatCase {
    const ExeatMessage *message;
    const ExeatPolicySettings *settings;
    const ExeatDirectory *directory;
    gint64 deadline;
    GPtrArray *recipients; /* borrowed from known */
    GHashTable *known;     /* ExeatRecipient by address */
    bool sender_is_known;
    ExeatScan *scan; /* made at the first question, by the one thread that owns the case */
    ExeatScan *subject_scan;
};

static void
recipient_destroy(gpointer data)
{
    ExeatRecipient *recipient = data;
    exeat_address_free(recipient->address);
    g_free(recipient->key);
    g_free(recipient);
}

/* People who share a mailbox may have several roles: a teacher who is also a parent is both. */
static guint
class_of_owners(const ExeatDirectory *directory, const char *key)
{
    static const guint classes[EXEAT_ROLE_COUNT] = {
        [EXEAT_ROLE_PUPIL] = EXEAT_CLASS_PUPIL,
        [EXEAT_ROLE_STAFF] = EXEAT_CLASS_STAFF,
        [EXEAT_ROLE_PARENT] = EXEAT_CLASS_PARENT,
    };
    const ExeatPersonId *people = NULL;
    gsize count = exeat_directory_address_people(directory, key, &people);
    guint class = 0;
    for (gsize i = 0; i < count; i++) {
        const ExeatPerson *person = exeat_directory_person(directory, people[i]);
        if (person && person->role < EXEAT_ROLE_COUNT)
            class |= classes[person->role];
    }
    return class;
}

static guint
class_of_domain(const ExeatSchool *school, const char *domain)
{
    if (exeat_school_is_inside(school, domain)) {
        bool pupil = exeat_domain_in_list(domain, (const char *const *)school->pupil_domains);
        return EXEAT_CLASS_INSIDE | (pupil ? EXEAT_CLASS_PUPIL : 0);
    }
    guint class = EXEAT_CLASS_OUTSIDE;
    if (exeat_school_is_secure(school, domain))
        class |= EXEAT_CLASS_SECURE | EXEAT_CLASS_PARTNER;
    if (exeat_domain_in_list(domain, (const char *const *)school->partner_domains))
        class |= EXEAT_CLASS_PARTNER;
    if (exeat_school_is_personal(school, domain))
        class |= EXEAT_CLASS_PERSONAL;
    return class;
}

static ExeatRecipient *
case_recipient_new(const ExeatCase *letter, const char *address)
{
    ExeatRecipient *recipient = g_new0(ExeatRecipient, 1);
    recipient->address = exeat_address_new(address);
    recipient->key = exeat_address_key(recipient->address->mailbox);
    recipient->person = EXEAT_NOBODY;
    recipient->class = class_of_domain(exeat_case_school(letter), recipient->address->domain) |
                       class_of_owners(letter->directory, recipient->key);
    ExeatAddressUse use;
    if (exeat_directory_address(letter->directory, recipient->key, &recipient->person, &use) &&
        use == EXEAT_ADDRESS_PRIVATE && (recipient->class & EXEAT_CLASS_OUTSIDE))
        recipient->class |= EXEAT_CLASS_PERSONAL;
    return recipient;
}

const ExeatRecipient *
exeat_case_classify(const ExeatCase *letter, const char *address)
{
    ExeatRecipient *recipient = g_hash_table_lookup(letter->known, address);
    if (!recipient) {
        recipient = case_recipient_new(letter, address);
        g_hash_table_insert(letter->known, g_strdup(address), recipient);
    }
    return recipient;
}

static bool
case_knows_sender(const ExeatCase *letter)
{
    const ExeatEnvelope *envelope = exeat_case_envelope(letter);
    const ExeatSchool *school = exeat_case_school(letter);
    if (envelope->account)
        return true;
    if (envelope->client_certificate &&
        g_strv_contains((const char *const *)school->trusted_certificates, envelope->client_certificate))
        return true;
    return exeat_address_in_networks(envelope->client_address, (const char *const *)school->trusted_clients);
}

ExeatCase *
exeat_case_new(const ExeatMessage *message, const ExeatPolicySettings *settings, const ExeatDirectory *directory,
               gint64 deadline)
{
    ExeatCase *letter = g_new0(ExeatCase, 1);
    letter->message = message;
    letter->settings = settings;
    letter->directory = directory;
    letter->deadline = deadline;
    letter->recipients = g_ptr_array_new();
    letter->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, recipient_destroy);
    letter->sender_is_known = case_knows_sender(letter);
    const GPtrArray *envelope = exeat_message_envelope(message)->recipients;
    for (guint i = 0; i < envelope->len; i++)
        g_ptr_array_add(letter->recipients,
                        (gpointer)(guintptr)exeat_case_classify(letter, g_ptr_array_index(envelope, i)));
    return letter;
}

void
exeat_case_free(ExeatCase *letter)
{
    if (!letter)
        return;
    exeat_scan_free(letter->scan);
    exeat_scan_free(letter->subject_scan);
    g_ptr_array_unref(letter->recipients);
    g_hash_table_unref(letter->known);
    g_free(letter);
}

const ExeatMessage *
exeat_case_message(const ExeatCase *letter)
{
    return letter->message;
}

const ExeatEnvelope *
exeat_case_envelope(const ExeatCase *letter)
{
    return exeat_message_envelope(letter->message);
}

const ExeatDirectory *
exeat_case_directory(const ExeatCase *letter)
{
    return letter->directory;
}

const ExeatPolicySettings *
exeat_case_settings(const ExeatCase *letter)
{
    return letter->settings;
}

const ExeatSchool *
exeat_case_school(const ExeatCase *letter)
{
    return exeat_policy_settings_school(letter->settings);
}

const GPtrArray *
exeat_case_recipients(const ExeatCase *letter)
{
    return letter->recipients;
}

/* The scans are a cache: a const letter with the answer computed late is still the same letter. */
static ExeatCase *
case_cache(const ExeatCase *letter)
{
    union {
        const ExeatCase *constant;
        ExeatCase *cache;
    } same = {.constant = letter};
    return same.cache;
}

static ExeatScan *
case_scan_texts(const ExeatCase *letter, const GPtrArray *texts)
{
    const ExeatScanWorld world = {
        .directory = letter->directory,
        .school = exeat_case_school(letter),
        .names = exeat_policy_settings_names(letter->settings),
        .now = exeat_message_date(letter->message),
        .deadline = letter->deadline,
    };
    return exeat_scan_new(texts, &world);
}

const ExeatScan *
exeat_case_scan(const ExeatCase *letter)
{
    ExeatCase *cache = case_cache(letter);
    if (!cache->scan)
        cache->scan = case_scan_texts(letter, exeat_message_texts(letter->message));
    return cache->scan;
}

const ExeatScanText *
exeat_case_scan_subject(const ExeatCase *letter)
{
    ExeatCase *cache = case_cache(letter);
    if (!cache->subject_scan) {
        g_autoptr(GPtrArray) subject = g_ptr_array_new();
        const GPtrArray *texts = exeat_message_texts(letter->message);
        for (guint i = 0; i < texts->len; i++) {
            ExeatText *text = g_ptr_array_index(texts, i);
            if (text->zone == EXEAT_ZONE_SUBJECT)
                g_ptr_array_add(subject, text);
        }
        cache->subject_scan = case_scan_texts(letter, subject);
    }
    return exeat_scan_text(cache->subject_scan, 0);
}

bool
exeat_case_sender_is_known(const ExeatCase *letter)
{
    return letter->sender_is_known;
}

static bool
any_inside(const ExeatCase *letter, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const ExeatAddress *address = g_ptr_array_index(addresses, i);
        if (exeat_school_is_inside(exeat_case_school(letter), address->domain))
            return true;
    }
    return false;
}

bool
exeat_case_is_outgoing(const ExeatCase *letter)
{
    if (exeat_case_sender_is_known(letter) || any_inside(letter, exeat_message_from(letter->message)))
        return true;
    const char *sender = exeat_case_envelope(letter)->sender;
    if (!sender || !*sender)
        return !sender; /* no envelope at all: a bare file that somebody tests */
    g_autoptr(ExeatAddress) address = exeat_address_new(sender);
    return exeat_school_is_inside(exeat_case_school(letter), address->domain);
}
