/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an attachment is, whatever stands in it: one that cannot be inspected, one whose lock is weak, one whose key
 * lies beside it, and the file in which schools hand over a pupil's whole record. Encrypted passes; but not with its
 * password in the same letter.
 */
#include <string.h>

#include "policies/detect/secrets.h"
#include "policies/personal_data.h"

#define CTF_TYPE "application/x-ctf+xml"
#define ROOT_BYTES 4096 /* of a document in which its root element begins */

typedef struct Parts {
    const ExeatDataSettings *settings;
    const ExeatCase *letter;
    GArray *open; /* recipients in clear */
    GPtrArray *findings;
} Parts;

ExeatAction
exeat_part_action(int choice)
{
    static const ExeatAction actions[] = {
        EXEAT_ACTION_PASS, EXEAT_ACTION_OBSERVE, EXEAT_ACTION_FLAG, EXEAT_ACTION_HOLD, EXEAT_ACTION_REJECT,
    };
    return actions[choice];
}

/* @action PASS leaves it to the policy's own. */
static ExeatFinding *
add_finding(const Parts *parts, const char *rule, const char *path, ExeatZone zone, ExeatAction action)
{
    ExeatFinding *finding = exeat_finding_new(EXEAT_PERSONAL_DATA, rule, EXEAT_CONFIDENCE_HIGH);
    finding->part = g_strdup(path);
    finding->zone = zone;
    finding->action = action;
    finding->recipients = g_array_copy(parts->open);
    g_ptr_array_add(parts->findings, finding);
    return finding;
}

/* What could not be inspected is a finding of its own: never clean, and not yet guilty. */
static void
find_unreadable(const Parts *parts, const ExeatPart *part)
{
    ExeatAction action = exeat_part_action(parts->settings->unreadable);
    if (exeat_part_is_unread(part) && action != EXEAT_ACTION_PASS)
        add_finding(parts, "unreadable", part->path, EXEAT_ZONE_ATTACHMENT, action);
}

/* The old lock of ZIP keeps nobody out who wants in; it passes as encrypted, and somebody hears of it. */
static void
find_weak(const Parts *parts, const ExeatPart *part)
{
    ExeatAction action = exeat_part_action(parts->settings->weak_encryption);
    if (part->encryption == EXEAT_ENCRYPTION_WEAK && action != EXEAT_ACTION_PASS)
        add_finding(parts, "weak-encryption", part->path, EXEAT_ZONE_ATTACHMENT, action);
}

/* Limits of reading that the whole letter ran into: too many parts, too much text, too little time. */
static void
find_cut_off(const Parts *parts)
{
    ExeatAction action = exeat_part_action(parts->settings->unreadable);
    bool cut = exeat_scan_is_incomplete(exeat_case_scan(parts->letter)) ||
               exeat_message_problems(exeat_case_message(parts->letter))->len > 0;
    if (cut && action != EXEAT_ACTION_PASS)
        add_finding(parts, "cut-off", "", EXEAT_ZONE_SUBJECT, action);
}

/* Behind white space, the XML declaration, comments and a document type: where the root element begins. */
static const char *
skip_prolog(const char *at, const char *end)
{
    static const char *const closings[][2] = {{"<?", "?>"}, {"<!--", "-->"}, {"<!", ">"}};
    for (bool more = true; more;) {
        more = false;
        while (at < end && g_ascii_isspace(*at))
            at++;
        for (gsize i = 0; i < G_N_ELEMENTS(closings) && !more; i++) {
            if (!g_str_has_prefix(at, closings[i][0]))
                continue;
            const char *close = g_strstr_len(at, end - at, closings[i][1]);
            if (!close)
                return NULL;
            at = close + strlen(closings[i][1]);
            more = true;
        }
    }
    return at < end && *at == '<' ? at + 1 : NULL;
}

/* Common Transfer File and Admissions Transfer File, in whatever namespace. */
static bool
is_transfer_file(const ExeatText *text)
{
    static const char *const roots[] = {"ctfile", "atffile", "atfile"};
    gsize length = MIN(text->length, (gsize)ROOT_BYTES);
    const char *root = text->text ? skip_prolog(text->text, text->text + length) : NULL;
    if (!root)
        return false;
    gsize prefix = strcspn(root, ":> \t\n/");
    const char *name = root[prefix] == ':' ? root + prefix + 1 : root;
    gsize name_length = strcspn(name, "> \t\n/");
    for (gsize i = 0; i < G_N_ELEMENTS(roots); i++)
        if (name_length == strlen(roots[i]) && g_ascii_strncasecmp(name, roots[i], name_length) == 0)
            return true;
    return false;
}

static guint
count_pupils(const ExeatText *text)
{
    guint count = 0;
    for (const char *at = text->text; (at = strstr(at, "<Pupil")) != NULL; at++)
        count += at[6] == '>' || at[6] == ' ';
    return count;
}

static void
find_transfer_file(const Parts *parts, const ExeatPart *part)
{
    bool named = g_strcmp0(part->actual_type, CTF_TYPE) == 0;
    guint pupils = 0;
    const GPtrArray *texts = exeat_message_texts(exeat_case_message(parts->letter));
    for (guint i = 0; i < texts->len; i++) {
        const ExeatText *text = g_ptr_array_index(texts, i);
        if (text->part != part || text->zone == EXEAT_ZONE_FILE_NAME || !(named || is_transfer_file(text)))
            continue;
        named = true;
        pupils += count_pupils(text);
    }
    if (named)
        add_finding(parts, "common-transfer-file", part->path, EXEAT_ZONE_ATTACHMENT, EXEAT_ACTION_PASS)
            ->data_subjects = MAX(pupils, 1);
}

/* A file that a password opens; S/MIME and PGP are opened by keys. */
static bool
has_password(const ExeatPart *part)
{
    return part->encryption != EXEAT_ENCRYPTION_NO && part->kind != EXEAT_PART_CONTAINER &&
           !strstr(part->type, "pkcs7") && !strstr(part->type, "pgp");
}

/* Where the sender, or the thread, tells a password; not a policy that is attached. */
static bool
is_spoken(ExeatZone zone)
{
    return zone != EXEAT_ZONE_ATTACHMENT;
}

static void
find_told(const Parts *parts, const ExeatScanText *scanned)
{
    guint sure = 0, count = 0;
    for (guint i = 0; i < scanned->hits->len; i++) {
        const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, i);
        if (hit->rule != EXEAT_RULE_CREDENTIAL || exeat_secret_is_elsewhere(&scanned->context, hit))
            continue;
        sure = MAX(sure, hit->confidence);
        count++;
    }
    if (count == 0)
        return;
    const ExeatPart *part = scanned->text->part;
    ExeatFinding *finding = add_finding(parts, "password-beside", part ? part->path : "subject", scanned->text->zone,
                                        EXEAT_ACTION_PASS);
    finding->confidence = exeat_confidence_of(sure);
    finding->count = count;
}

static void
find_passwords(const Parts *parts)
{
    const ExeatScan *scan = exeat_case_scan(parts->letter);
    for (guint i = 0; i < exeat_scan_count(scan); i++) {
        const ExeatScanText *scanned = exeat_scan_text(scan, i);
        if (is_spoken(scanned->text->zone))
            find_told(parts, scanned);
    }
}

void
exeat_find_parts(const ExeatDataSettings *settings, const ExeatCase *letter, GPtrArray *findings)
{
    g_autoptr(GArray) open = exeat_open_recipients(letter);
    const Parts parts = {settings, letter, open, findings};
    const GPtrArray *all = exeat_message_parts(exeat_case_message(letter));
    bool locked = false;
    for (guint i = 0; i < all->len; i++) {
        const ExeatPart *part = g_ptr_array_index(all, i);
        find_unreadable(&parts, part);
        find_weak(&parts, part);
        find_transfer_file(&parts, part);
        locked = locked || has_password(part);
    }
    if (locked)
        find_passwords(&parts);
    find_cut_off(&parts);
}
