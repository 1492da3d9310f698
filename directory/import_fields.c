/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a column heading means. A heading is taken apart into words (camel case too), the words that say whom it is
 * about are cut, and the rest is looked up among synonyms: SIMS, Arbor, Bromcom, OneRoster and plain English and Welsh.
 *
 * Threads: constant data. Hostile input: the heading.
 */
#include "directory/fold.h"
#include "directory/import-private.h"

typedef struct FieldSynonyms {
    const char *name; /* for --map */
    const char *synonyms;
} FieldSynonyms;

/* Folded words without spaces, each between bars. */
static const FieldSynonyms field_synonyms[IMPORT_FIELD_COUNT] = {
    [IMPORT_NONE] = {"ignore", "|"},
    [IMPORT_UPN] = {"upn", "|upn|uniquenumber|uniquepupilnumber|upnnumber|upnno|rhifunigryw|rhifunigrywydisgybl|rhud|"},
    [IMPORT_ULN] = {"uln", "|uln|uniquelearnernumber|uniquelearnernumberuln|rhifunigrywydysgwr|"},
    [IMPORT_UCI] = {"uci", "|uci|uniquecandidateidentifier|candidateuci|"},
    [IMPORT_NHS] = {"nhs", "|nhs|nhsno|nhsnumber|rhifgig|gig|"},
    [IMPORT_ADMISSION] =
        {"admission", "|admissionno|admissionnumber|admno|adno|adm|admission|admnumber|rhifderbyn|misid|rollnumber|"},
    [IMPORT_ID] = {"id", "|sourcedid|id|code|number|no|staffcode|employeenumber|personid|sisid|externalid|"
                         "payrollnumber|studentid|arborid|bromcomid|"},
    [IMPORT_AGENTS] = {"agents", "|agentsourcedids|agents|"},
    [IMPORT_ROLE] = {"role", "|role|roles|type|usertype|persontype|rol|"},
    [IMPORT_TITLE] = {"title", "|title|salutation|honorific|prefix|teitl|"},
    [IMPORT_GIVEN] = {"given",
                      "|forename|forenames|firstname|firstnames|givenname|givennames|given|first|legalforename|"
                      "legalforenames|legalfirstname|legalgivenname|enwcyntaf|enwaucyntaf|enwbedydd|christianname|"},
    [IMPORT_PREFERRED] = {"preferred", "|preferredname|preferredforename|preferredfirstname|preferredgivenname|knownas|"
                                       "chosenname|chosenforename|knownasname|usualname|enwadnabyddus|adnabyddirfel|"
                                       "enwaddewisir|nickname|calledname|callname|preferred|"},
    [IMPORT_MIDDLE] = {"middle", "|middlename|middlenames|middle|middleinitial|middleinitials|enwcanol|enwaucanol|"
                                 "legalmiddlenames|legalmiddlename|preferredmiddlename|"},
    [IMPORT_FAMILY] = {"family", "|surname|lastname|familyname|family|last|legalsurname|legallastname|legalfamilyname|"
                                 "cyfenw|enwolaf|enwteuluol|"},
    [IMPORT_PREFERRED_FAMILY] = {"preferred-family", "|preferredsurname|preferredlastname|preferredfamilyname|"
                                                     "chosensurname|knownassurname|usualsurname|cyfenwaddewisir|"},
    [IMPORT_FORMER_FAMILY] = {"former-family", "|formersurname|formerlastname|formerfamilyname|previoussurname|"
                                               "previouslastname|maidenname|birthsurname|cyfenwblaenorol|"},
    [IMPORT_FULL] = {"full", "|name|fullname|names|displayname|legalname|legalfullname|enw|enwllawn|preferredfullname|"
                             "surnameforename|forenamesurname|surnameandforename|nameandsurname|fullnames|"},
    [IMPORT_BIRTH] = {"birth", "|dob|dateofbirth|birthdate|birthday|dyddiadgeni|dateborn|"},
    [IMPORT_POSTCODE] = {"postcode",
                         "|postcode|postalcode|homepostcode|zip|codpost|addresspostcode|mainpostcode|zipcode|"},
    [IMPORT_ADDRESS] = {"address", "|address|homeaddress|fulladdress|addressline1|address1|addressblock|street|"
                                   "cyfeiriad|cyfeiriadcartref|mainaddress|addressline|"},
    [IMPORT_PHONE] = {"phone",
                      "|phone|telephone|tel|mobile|mob|sms|cell|telephonenumber|phonenumber|mobilenumber|mobilephone|"
                      "mobiletelephone|homephone|hometelephone|hometel|homenumber|phoneno|mobileno|telno|telephoneno|"
                      "mainphone|mainphonenumber|mainmobile|ffon|rhifffon|ffonsymudol|ffoncartref|symudol|workphone|"
                      "daytelephone|daytimephone|eveningphone|contactnumber|number1|maintelephone|homemobile|"},
    [IMPORT_EMAIL] = {"email",
                      "|email|emailaddress|mail|emails|emailid|schoolemail|schoolemailaddress|homeemail|workemail|"
                      "personalemail|privateemail|workemailaddress|homeemailaddress|personalemailaddress|mainemail|"
                      "mainemailaddress|defaultemail|office365email|googleemail|ebost|cyfeiriadebost|alternativeemail|"
                      "otheremail|secondaryemail|userprincipalname|email1|email2|"},
    [IMPORT_USERNAME] = {"username", "|username|user|login|logonname|networkusername|"},
    [IMPORT_CLASS] = {"class",
                      "|year|yeargroup|yr|form|reg|reggroup|registrationgroup|registrationform|tutorgroup|class|"
                      "house|ncyear|ncyearactual|yeargroupcode|blwyddyn|dosbarth|grwpblwyddyn|grades|grade|cohort|"
                      "registration|senstatus|pupilpremium|eal|enrolmentstatus|regform|formgroup|sen|lookedafter|"},
    [IMPORT_POST] = {"post", "|jobtitle|job|post|position|department|faculty|teachernumber|trn|ninumber|contracttype|"
                             "employmentdate|swydd|adran|linemanager|teacherno|jobrole|businessrole|"},
};

static const char *const field_names[] = {
    "upn",           "uln",   "uci",   "nhs",       "admission", "id",     "agents",
    "role",          "title", "given", "preferred", "middle",    "family", "preferred-family",
    "former-family", "full",  "birth", "postcode",  "address",   "phone",  "email",
    "username",      "class", "post",  "ignore",    NULL};

const char *const *
exeat_import_fields(void)
{
    return field_names;
}

typedef struct FieldPrefix {
    const char *word;
    ImportWho who;
    guint slot;
} FieldPrefix;

static const FieldPrefix field_prefixes[] = {
    {"pupil", IMPORT_PUPIL, 0},     {"student", IMPORT_PUPIL, 0},   {"child", IMPORT_PUPIL, 0},
    {"learner", IMPORT_PUPIL, 0},   {"disgybl", IMPORT_PUPIL, 0},   {"plentyn", IMPORT_PUPIL, 0},
    {"dysgwr", IMPORT_PUPIL, 0},    {"pupils", IMPORT_PUPIL, 0},    {"students", IMPORT_PUPIL, 0},
    {"childs", IMPORT_PUPIL, 0},    {"staff", IMPORT_STAFF, 0},     {"teacher", IMPORT_STAFF, 0},
    {"employee", IMPORT_STAFF, 0},  {"athro", IMPORT_STAFF, 0},     {"parent", IMPORT_CONTACT, 1},
    {"contact", IMPORT_CONTACT, 1}, {"carer", IMPORT_CONTACT, 1},   {"guardian", IMPORT_CONTACT, 1},
    {"parents", IMPORT_CONTACT, 1}, {"rhiant", IMPORT_CONTACT, 1},  {"cyswllt", IMPORT_CONTACT, 1},
    {"gofalwr", IMPORT_CONTACT, 1}, {"mother", IMPORT_CONTACT, 5},  {"mum", IMPORT_CONTACT, 5},
    {"mothers", IMPORT_CONTACT, 5}, {"mam", IMPORT_CONTACT, 5},     {"father", IMPORT_CONTACT, 6},
    {"dad", IMPORT_CONTACT, 6},     {"fathers", IMPORT_CONTACT, 6}, {"tad", IMPORT_CONTACT, 6},
    {"primary", IMPORT_MAYBE, 1},   {"priority", IMPORT_MAYBE, 1},  {"secondary", IMPORT_MAYBE, 2},
};

typedef struct HeadingWords {
    char words[12][EXEAT_FOLD_MAX + 1];
    guint count;
} HeadingWords;

/* Digits that end a word ("Parent1") are a word of their own. */
static void
field_words(const char *heading, HeadingWords *words)
{
    gsize offset = 0;
    gsize length = strlen(heading);
    ExeatWord word;
    char folded[EXEAT_FOLD_MAX + 1];
    gsize folded_length;
    while (words->count + 1 < G_N_ELEMENTS(words->words) &&
           exeat_fold_next_word(heading, length, &offset, &word, folded, &folded_length)) {
        gsize letters = folded_length;
        while (letters > 0 && g_ascii_isdigit(folded[letters - 1]))
            letters--;
        char *to = words->words[words->count++];
        if (letters == 0 || letters == folded_length) {
            memcpy(to, folded, folded_length);
            to[folded_length] = '\0';
            continue;
        }
        memcpy(to, folded, letters);
        to[letters] = '\0';
        to = words->words[words->count++];
        memcpy(to, folded + letters, folded_length - letters);
        to[folded_length - letters] = '\0';
    }
}

static ImportField
field_find(const HeadingWords *words, guint from)
{
    GString *key = g_string_new("|");
    for (guint i = from; i < words->count; i++)
        g_string_append(key, words->words[i]);
    g_string_append_c(key, '|');
    ImportField field = IMPORT_NONE;
    for (guint i = 1; i < IMPORT_FIELD_COUNT && key->len > 2 && field == IMPORT_NONE; i++)
        if (strstr(field_synonyms[i].synonyms, key->str) != NULL)
            field = (ImportField)i;
    g_string_free(key, TRUE);
    return field;
}

static const FieldPrefix *
field_prefix(const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
        if (strcmp(field_prefixes[i].word, word) == 0)
            return &field_prefixes[i];
    return NULL;
}

static void
field_drop(HeadingWords *words, guint at)
{
    for (guint i = at; i + 1 < words->count; i++)
        memcpy(words->words[i], words->words[i + 1], sizeof words->words[i]);
    words->count--;
}

/* "Parent 2", "Contact #1", "Priority 1 Contact". */
static void
field_take_slot(HeadingWords *words, ImportColumn *column)
{
    if (words->count == 0 || strlen(words->words[0]) != 1 || !g_ascii_isdigit(words->words[0][0]))
        return;
    guint digit = (guint)(words->words[0][0] - '0');
    if (digit >= 1 && digit <= IMPORT_MAX_SLOTS)
        column->slot = digit;
    field_drop(words, 0);
}

ImportColumn
exeat_import_heading(const char *heading)
{
    HeadingWords words = {.count = 0};
    field_words(heading, &words);
    ImportColumn column = {.field = field_find(&words, 0), .who = IMPORT_SELF};
    if (column.field != IMPORT_NONE)
        return column;
    for (;;) {
        const FieldPrefix *prefix = words.count > 0 ? field_prefix(words.words[0]) : NULL;
        if (prefix == NULL)
            break;
        /* The first word decides, but "Primary Contact Email" is a contact's. */
        if (column.who == IMPORT_SELF || column.who == IMPORT_MAYBE) {
            column.who = prefix->who;
            column.slot = MAX(column.slot, prefix->slot);
        }
        field_drop(&words, 0);
        field_take_slot(&words, &column);
        while (words.count > 0 && (strcmp(words.words[0], "carer") == 0 || strcmp(words.words[0], "guardian") == 0 ||
                                   strcmp(words.words[0], "or") == 0 || strcmp(words.words[0], "s") == 0)) {
            field_drop(&words, 0);
            field_take_slot(&words, &column);
        }
    }
    if (column.who == IMPORT_SELF)
        return column;
    column.field = words.count == 0 ? IMPORT_FULL : field_find(&words, 0);
    /* "Student ID" tells pupils apart as the admission number does. */
    if (column.who == IMPORT_PUPIL && column.field == IMPORT_ID)
        column.field = IMPORT_ADMISSION;
    if (column.field == IMPORT_NONE || (words.count == 0 && column.who == IMPORT_MAYBE))
        return (ImportColumn){.field = IMPORT_NONE};
    return column;
}

bool
exeat_import_field_named(const char *name, ImportColumn *out_column)
{
    for (guint i = 0; i < IMPORT_FIELD_COUNT; i++)
        if (strcmp(field_synonyms[i].name, name) == 0) {
            *out_column = (ImportColumn){.field = (ImportField)i, .who = IMPORT_SELF};
            return true;
        }
    ImportColumn column = exeat_import_heading(name);
    if (column.field == IMPORT_NONE)
        return false;
    *out_column = column;
    return true;
}
