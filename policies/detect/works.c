/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cue words in English and Welsh. Welsh initial mutations are listed as words of their own. Behind each word
 * stand the letters of its cues: P pupil, C class, W work, T title, S saint, L place, H thing, I letter, A and.
 *
 * Threads: constant data. Hostile input: the word.
 */
#include "policies/detect/works.h"

#include <string.h>

#include "base/word_set.h"

typedef struct CueRow {
    const char *word;
    const char *cues;
} CueRow;

static const CueRow cue_rows[] = {
    {"a", "A"},           {"absence", "P"},     {"absences", "P"},     {"absennol", "P"},     {"absenoldeb", "P"},
    {"absent", "P"},      {"ac", "A"},          {"academy", "L"},      {"accident", "P"},     {"act", "W"},
    {"adhd", "P"},        {"admiral", "S"},     {"adolygu", "W"},      {"adroddiad", "P"},    {"album", "W"},
    {"alevel", "W"},      {"allergies", "P"},   {"allergy", "P"},      {"aln", "P"},          {"anaf", "P"},
    {"and", "A"},         {"annex", "I"},       {"anthology", "W"},    {"appendix", "I"},     {"archbishop", "S"},
    {"arena", "L"},       {"arholiad", "W"},    {"arholiadau", "W"},   {"artist", "W"},       {"artists", "W"},
    {"assembly", "W"},    {"assessment", "P"},  {"asthma", "P"},       {"attendance", "P"},   {"audiobook", "W"},
    {"audition", "W"},    {"auditions", "W"},   {"aunt", "S"},         {"auntie", "S"},       {"author", "W"},
    {"autism", "P"},      {"avenue", "L"},      {"award", "WH"},       {"awards", "WH"},      {"awdur", "W"},
    {"bakery", "L"},      {"band", "I"},        {"bardd", "W"},        {"barddoniaeth", "W"}, {"behaviour", "P"},
    {"biographies", "W"}, {"biography", "W"},   {"bishop", "S"},       {"block", "HI"},       {"blwyddyn", "C"},
    {"book", "W"},        {"booklet", "W"},     {"booklets", "W"},     {"books", "W"},        {"brenin", "S"},
    {"bridge", "H"},      {"building", "H"},    {"bullying", "P"},     {"bursary", "H"},      {"bwlio", "P"},
    {"cadw", "P"},        {"camhs", "P"},       {"campus", "H"},       {"canolfan", "H"},     {"canon", "T"},
    {"captain", "S"},     {"carer", "P"},       {"cast", "W"},         {"casting", "W"},      {"castle", "S"},
    {"cathedral", "L"},   {"centre", "H"},      {"cerdd", "W"},        {"cerddi", "W"},       {"chapter", "W"},
    {"chapters", "W"},    {"character", "W"},   {"characters", "W"},   {"child", "P"},        {"church", "H"},
    {"cla", "P"},         {"class", "CI"},      {"close", "H"},        {"club", "W"},         {"coaches", "L"},
    {"cohort", "I"},      {"collect", "P"},     {"collected", "P"},    {"collection", "P"},   {"college", "L"},
    {"column", "I"},      {"composer", "W"},    {"concern", "P"},      {"concerns", "P"},     {"concert", "W"},
    {"context", "W"},     {"copies", "W"},      {"copy", "W"},         {"costume", "W"},      {"costumes", "W"},
    {"counselling", "P"}, {"coursework", "W"},  {"court", "H"},        {"cp", "P"},           {"crescent", "L"},
    {"cup", "L"},         {"cyfarfod", "P"},    {"dad", "P"},          {"damwain", "P"},      {"daughter", "P"},
    {"day", "H"},         {"ddosbarth", "C"},   {"detention", "P"},    {"detentions", "P"},   {"diogelu", "P"},
    {"disgybl", "P"},     {"display", "W"},     {"displays", "W"},     {"dob", "P"},          {"documentary", "W"},
    {"door", "I"},        {"dosbarth", "C"},    {"dr", "T"},           {"drama", "W"},        {"dressing", "W"},
    {"drive", "H"},       {"duchess", "S"},     {"duke", "S"},         {"dvd", "W"},          {"dyslexia", "P"},
    {"earl", "S"},        {"edition", "W"},     {"ehc", "P"},          {"ehcp", "P"},         {"emperor", "S"},
    {"epipen", "P"},      {"equation", "W"},    {"essay", "W"},        {"essays", "W"},       {"estate", "L"},
    {"exam", "W"},        {"exams", "W"},       {"excluded", "P"},     {"exclusion", "P"},    {"exhibit", "I"},
    {"exhibition", "W"},  {"experiment", "W"},  {"fab", "P"},          {"fan", "W"},          {"fans", "W"},
    {"farm", "H"},        {"father", "PT"},     {"ferch", "P"},        {"ffilm", "W"},        {"ffordd", "L"},
    {"field", "H"},       {"fields", "H"},      {"fig", "I"},          {"figure", "I"},       {"film", "W"},
    {"films", "W"},       {"flwyddyn", "C"},    {"form", "CI"},        {"fort", "S"},         {"foundation", "L"},
    {"fund", "H"},        {"gallery", "WH"},    {"gardens", "H"},      {"gate", "I"},         {"gcse", "W"},
    {"gcses", "W"},       {"general", "S"},     {"grade", "I"},        {"group", "CI"},       {"guardian", "P"},
    {"gwaharddiad", "P"}, {"gwasanaeth", "W"},  {"gwers", "W"},        {"gwersi", "W"},       {"gwobr", "H"},
    {"hall", "H"},        {"heol", "L"},        {"hepatitis", "I"},    {"historical", "W"},   {"history", "W"},
    {"homework", "W"},    {"hospital", "L"},    {"hospitalised", "P"}, {"house", "WHI"},      {"hurricane", "S"},
    {"idp", "P"},         {"ill", "P"},         {"illness", "P"},      {"impression", "W"},   {"incident", "P"},
    {"infirmary", "L"},   {"inhaler", "P"},     {"injured", "P"},      {"injury", "P"},       {"inspired", "W"},
    {"king", "S"},        {"knowledge", "W"},   {"lac", "P"},          {"lady", "S"},         {"lake", "S"},
    {"lane", "L"},        {"late", "P"},        {"lateness", "P"},     {"lates", "P"},        {"law", "WH"},
    {"laws", "WH"},       {"lecture", "WH"},    {"lectures", "W"},     {"legacy", "W"},       {"lesson", "W"},
    {"lessons", "W"},     {"level", "I"},       {"library", "L"},      {"life", "W"},         {"limited", "L"},
    {"lit", "W"},         {"literature", "W"},  {"llp", "L"},          {"llyfr", "W"},        {"llyfrau", "W"},
    {"lodge", "H"},       {"lord", "S"},        {"ltd", "L"},          {"mab", "P"},          {"madam", "T"},
    {"mam", "P"},         {"matinee", "W"},     {"medal", "W"},        {"medals", "W"},       {"medical", "P"},
    {"medication", "P"},  {"meeting", "P"},     {"memorial", "L"},     {"merch", "P"},        {"method", "H"},
    {"miss", "T"},        {"mister", "T"},      {"mlwyddyn", "C"},     {"model", "WI"},       {"models", "W"},
    {"mother", "P"},      {"motors", "L"},      {"mount", "S"},        {"movie", "W"},        {"mr", "T"},
    {"mrs", "T"},         {"ms", "T"},          {"mt", "S"},           {"mum", "P"},          {"museum", "WH"},
    {"musical", "W"},     {"musicals", "W"},    {"musician", "W"},     {"mx", "T"},           {"neuadd", "H"},
    {"nofel", "W"},       {"novel", "W"},       {"novels", "W"},       {"nursery", "H"},      {"opticians", "L"},
    {"option", "I"},      {"order", "W"},       {"orders", "W"},       {"organiser", "W"},    {"painting", "W"},
    {"paintings", "W"},   {"paper", "WI"},      {"papers", "W"},       {"parch", "T"},        {"parent", "P"},
    {"parents", "P"},     {"park", "H"},        {"part", "I"},         {"pathway", "I"},      {"pavilion", "H"},
    {"pennod", "W"},      {"perfformiad", "W"}, {"performance", "W"},  {"performances", "W"}, {"performing", "W"},
    {"phoned", "P"},      {"pitch", "H"},       {"place", "H"},        {"plan", "I"},         {"play", "W"},
    {"playground", "H"},  {"plays", "W"},       {"plc", "L"},          {"plentyn", "P"},      {"poem", "W"},
    {"poems", "W"},       {"poet", "W"},        {"poetry", "W"},       {"point", "I"},        {"pope", "S"},
    {"port", "S"},        {"portrait", "W"},    {"portraits", "W"},    {"poster", "W"},       {"posters", "W"},
    {"potion", "W"},      {"powerpoint", "W"},  {"pp", "P"},           {"presenoldeb", "P"},  {"president", "S"},
    {"prince", "S"},      {"princess", "S"},    {"prize", "H"},        {"production", "W"},   {"prof", "T"},
    {"professor", "T"},   {"pryder", "P"},      {"publishing", "L"},   {"punctuality", "P"},  {"pupil", "P"},
    {"queen", "S"},       {"question", "I"},    {"quidditch", "W"},    {"quiz", "W"},         {"quotations", "W"},
    {"quotes", "W"},      {"read", "W"},        {"reader", "W"},       {"reading", "W"},      {"referral", "P"},
    {"rehearsal", "W"},   {"rehearsals", "W"},  {"report", "P"},       {"reports", "P"},      {"resources", "W"},
    {"rev", "T"},         {"revd", "T"},        {"reverend", "T"},     {"revision", "W"},     {"rhiant", "P"},
    {"rhieni", "P"},      {"river", "S"},       {"road", "L"},         {"room", "HI"},        {"roundabout", "L"},
    {"route", "I"},       {"row", "I"},         {"safeguarding", "P"}, {"saint", "S"},        {"salwch", "P"},
    {"sant", "S"},        {"santes", "S"},      {"scene", "W"},        {"scenes", "W"},       {"scheme", "H"},
    {"schemes", "H"},     {"scholarship", "H"}, {"school", "H"},       {"schools", "H"},      {"scientist", "W"},
    {"scientists", "W"},  {"script", "W"},      {"scripts", "W"},      {"sculpture", "W"},    {"section", "I"},
    {"sen", "P"},         {"senco", "P"},       {"send", "P"},         {"series", "W"},       {"set", "CI"},
    {"show", "W"},        {"shows", "W"},       {"sick", "P"},         {"side", "I"},         {"sir", "T"},
    {"sister", "T"},      {"site", "I"},        {"slides", "W"},       {"solicitors", "L"},   {"son", "P"},
    {"song", "W"},        {"songs", "W"},       {"sonnet", "W"},       {"speech", "W"},       {"speeches", "W"},
    {"st", "S"},          {"stadium", "L"},     {"statue", "W"},       {"storm", "S"},        {"strand", "I"},
    {"street", "L"},      {"stryd", "L"},       {"student", "P"},      {"studies", "W"},      {"studio", "H"},
    {"style", "W"},       {"suite", "H"},       {"suspended", "P"},    {"suspension", "P"},   {"tad", "P"},
    {"taith", "W"},       {"team", "I"},        {"text", "W"},         {"texts", "W"},        {"theatr", "W"},
    {"theatre", "WH"},    {"theme", "W"},       {"themes", "W"},       {"theorem", "WL"},     {"theory", "WL"},
    {"ticket", "W"},      {"tickets", "W"},     {"topic", "W"},        {"traethawd", "W"},    {"trip", "W"},
    {"trips", "W"},       {"trophy", "L"},      {"trust", "H"},        {"tsar", "S"},         {"tutor", "C"},
    {"ty", "H"},          {"type", "I"},        {"tywysog", "S"},      {"uncle", "S"},        {"unit", "WI"},
    {"university", "L"},  {"unwell", "P"},      {"video", "W"},        {"vitamin", "I"},      {"wand", "W"},
    {"ward", "H"},        {"way", "H"},         {"week", "H"},         {"welfare", "P"},      {"wellbeing", "P"},
    {"wing", "H"},        {"worksheet", "W"},   {"worksheets", "W"},   {"workshop", "W"},     {"world", "W"},
    {"worlds", "W"},      {"year", "CI"},       {"ymarferion", "W"},   {"ymddygiad", "P"},    {"yr", "C"},
    {"ysbyty", "L"},      {"ysgol", "L"},       {"zone", "I"},
};

static guint
cue_bits(const char *letters)
{
    static const char order[] = "PCWTSLHIA"; /* as the bits of ExeatCue */
    guint bits = 0;
    for (const char *c = letters; *c != '\0'; c++)
        bits |= 1u << (strchr(order, *c) - order);
    return bits;
}

static const ExeatWordSet *
cue_words(void)
{
    static gsize set;
    if (g_once_init_enter(&set)) {
        ExeatWordSet *made = exeat_word_set_new(G_N_ELEMENTS(cue_rows));
        for (guint i = 0; i < G_N_ELEMENTS(cue_rows); i++)
            exeat_word_set_add(made, cue_rows[i].word, strlen(cue_rows[i].word), cue_bits(cue_rows[i].cues));
        g_once_init_leave(&set, (gsize)made);
    }
    return (const ExeatWordSet *)set;
}

guint
exeat_cue_of(const char *folded, gsize length)
{
    guint cues = EXEAT_CUE_NONE;
    exeat_word_set_find(cue_words(), folded, length, &cues);
    return cues;
}

static const ExeatWordSet *
work_phrases(void)
{
    static gsize set;
    if (g_once_init_enter(&set)) {
        ExeatWordSet *made = exeat_word_set_new(exeat_works_list_count + exeat_works_namesakes_count);
        exeat_word_set_add_all(made, exeat_works_list, exeat_works_list_count, EXEAT_WORK_KNOWN);
        exeat_word_set_add_all(made, exeat_works_namesakes, exeat_works_namesakes_count, EXEAT_WORK_NAMESAKE);
        g_once_init_leave(&set, (gsize)made);
    }
    return (const ExeatWordSet *)set;
}

ExeatWork
exeat_work_of(const char *phrase, gsize length)
{
    guint work = EXEAT_WORK_NONE;
    exeat_word_set_find(work_phrases(), phrase, length, &work);
    return (ExeatWork)work;
}
