/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/headings.h"

#include <string.h>

#include "base/word_set.h"

#define HEADING_BYTES 48 /* longer is a sentence */

/* Lower case, single spaces, none of "_:*.?#"; each word stands in one row only. The Welsh wants a Welsh reader. */
static const struct {
    guint flags;
    const char *words;
} vocabulary[] = {
    {EXEAT_HEADING_GIVEN,
     "forename|forenames|forename(s)|first name|first names|firstname|given name|given names|givenname|legal forename|"
     "preferred forename|known as|chosen name|preferred name|pupil forename|student forename|enw cyntaf|enwau cyntaf"},
    {EXEAT_HEADING_FAMILY, "surname|last name|lastname|family name|familyname|legal surname|preferred surname|"
                           "pupil surname|student surname|cyfenw"},
    {EXEAT_HEADING_NAME, "name|names|full name|fullname|surname forename|surname, forename|name in full|enw|enw llawn"},
    {EXEAT_HEADING_PUPIL_NAME | EXEAT_HEADING_PUPILS, "pupil|student"},
    {EXEAT_HEADING_PUPIL_NAME,
     "pupil name|pupil's name|pupils name|student name|student's name|child|child's name|childs name|child name|"
     "name of pupil|name of child|name of student|learner name|disgybl|enw disgybl|enw'r disgybl|plentyn|"
     "enw'r plentyn"},
    {EXEAT_HEADING_PUPILS,
     "adno|adm no|reg group|reg|registration form|registration group|year group|yeargroup|nc year|tutor group|fsm|"
     "rhif disgybl|blwyddyn"},
    {EXEAT_HEADING_PUPILS | EXEAT_HEADING_RECORD,
     "upn|unique pupil number|uln|unique learner number|uci|admission no|admission number|pupil premium|dob|d o b|"
     "date of birth|birth date|birthdate|dyddiad geni"},
    {EXEAT_HEADING_PUPILS | EXEAT_HEADING_RECORD | EXEAT_HEADING_SPECIAL, "sen status"},
    {EXEAT_HEADING_SPECIAL,
     "sen|send|sen need|sen needs|sen code|sen provision|sen type|sen stage|send status|send need|send provision|"
     "primary need|secondary need|need type|aln|ady|aln status|aln need|aln provision|aaa"},
    {EXEAT_HEADING_SPECIAL,
     "medical|medical notes|medical needs|medical need|medical condition|medical conditions|medical information|"
     "medical details|medical info|health|health needs|condition|conditions|medication|allergy|allergies|disability|"
     "disabilities|religion|faith|ethnicity|ethnic origin|sexuality|diagnosis|lac|cla|looked after|"
     "looked after status|in care|care status|meddygol|alergeddau|crefydd|anabledd|diagnosis/need|additional needs|"
     "additional needs/medical"},
    {EXEAT_HEADING_SAFEGUARDING,
     "safeguarding|cp|cp plan|child protection|cin|safeguarding concerns|safeguarding notes|social worker|early help|"
     "diogelu"},
    {EXEAT_HEADING_LABEL,
     "nhs|nhs no|nhs number|ni number|ni no|nino|national insurance|national insurance number|national insurance no|"
     "passport|passport no|passport number|trn|teacher reference number|dbs|dbs number|dbs certificate number|"
     "driving licence|driving licence number|address|home address|postcode|post code|telephone|tel|tel no|phone|"
     "phone number|home phone|mobile|mobile number|mobile no|email|e-mail|email address|gender|sex|class|form|year|"
     "tutor|parent|parent/carer|parent name|carer|mother|father|guardian|emergency contact|contact|contact number|gp|"
     "doctor|sort code|account number|account no|account name|iban|nationality|title|middle name|middle names|"
     "attendance|attendance %|house|registration number|vehicle registration|car registration|rhif gig|cyfeiriad|"
     "cod post|ffôn|symudol|dosbarth|pasbort|rhif yswiriant gwladol"},
};

/* With the lengths that begin with each letter: nearly all cells of a table are told by that to be no headings. */
typedef struct Headings {
    ExeatWordSet *words;
    guint64 lengths[256];
} Headings;

static gpointer
fill(gpointer unused)
{
    (void)unused;
    guint count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(vocabulary); i++)
        for (const char *at = vocabulary[i].words; at; at = strchr(at + 1, '|'))
            count++;
    Headings *made = g_new0(Headings, 1);
    made->words = exeat_word_set_new(count);
    for (gsize i = 0; i < G_N_ELEMENTS(vocabulary); i++) {
        for (const char *word = vocabulary[i].words; word;) {
            const char *bar = strchr(word, '|');
            gsize length = bar ? (gsize)(bar - word) : strlen(word);
            exeat_word_set_add(made->words, word, length, vocabulary[i].flags);
            made->lengths[(guchar)*word] |= G_GUINT64_CONSTANT(1) << length;
            word = bar ? bar + 1 : NULL;
        }
    }
    return made;
}

static const Headings *
headings(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, fill, NULL);
}

static bool
is_filler(char c)
{
    return c == ' ' || c == '_' || c == ':' || c == '*' || c == '.' || c == '?' || c == '#';
}

/* "Date_of_Birth (dd/mm/yyyy):" as "date of birth". Returns its length, 0 if nothing is left. */
static gsize
normalise(const char *text, gsize length, char out[HEADING_BYTES + 1])
{
    gsize used = 0;
    for (gsize i = 0; i < length; i++) {
        bool gap = is_filler(text[i]);
        if (!gap)
            out[used++] = g_ascii_tolower(text[i]);
        else if (used > 0 && out[used - 1] != ' ')
            out[used++] = ' ';
        if (used > 1 && out[used - 1] == '(' && out[used - 2] == ' ')
            used -= 2, i = length;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    return used;
}

guint
exeat_heading_of(const char *text, gsize length)
{
    const Headings *known = headings();
    char word[HEADING_BYTES + 1];
    guint flags = 0;
    if (length < 2 || length > HEADING_BYTES ||
        (known->lengths[(guchar)g_ascii_tolower(*text)] == 0 && !is_filler(*text)))
        return 0;
    gsize used = normalise(text, length, word);
    bool may_be = used > 0 && (known->lengths[(guchar)*word] >> used & 1) != 0;
    return may_be && exeat_word_set_find(known->words, word, used, &flags) ? flags : 0;
}
