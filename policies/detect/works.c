/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cue words in English and Welsh. Welsh initial mutations are listed as words of their own.
 *
 * Threads: constant data. Hostile input: the word.
 */
#include "policies/detect/works.h"

#include <string.h>

typedef struct CueRow {
    guint cues;
    const char *words; /* each between spaces */
} CueRow;

static const CueRow cue_rows[] = {
    {EXEAT_CUE_PUPIL,
     " absence absences absent attendance detention detentions exclusion excluded suspension suspended behaviour safeguarding "
     "concern concerns parents parent mum dad mother father carer guardian son daughter pupil student child sen ehcp ehc "
     "senco send idp aln lac cla cp pp dob accident injury injured medical medication hospitalised illness ill sick unwell lateness late "
     "lates punctuality report reports referral camhs counselling bullying incident collection collected collect allergy "
     "asthma inhaler epipen allergies dyslexia adhd autism assessment meeting phoned welfare wellbeing "
     "absenoldeb absennol presenoldeb disgybl plentyn rhiant rhieni mam tad adroddiad ymddygiad diogelu gwaharddiad "
     "cadw damwain anaf salwch pryder bwlio presenoldeb cyfarfod mab merch fab ferch "},
    {EXEAT_CUE_CLASS, " year yr form class tutor set group blwyddyn flwyddyn mlwyddyn dosbarth ddosbarth "},
    {EXEAT_CUE_WORK,
     " homework essay essays exam exams chapter chapters play plays novel novels poem poems poetry film films movie theatre book books "
     "biography revision author poet artist artists composer musician scientist scientists assembly trip trips "
     "rehearsal rehearsals production performance performances performing cast casting audition auditions script scripts "
     "scene scenes act musical musicals show shows matinee tickets ticket lesson lessons text texts quotes quotations quiz "
     "knowledge organiser worksheet worksheets resources unit topic coursework literature lit gcse gcses alevel paper "
     "papers anthology sonnet workshop exhibition gallery museum painting paintings portrait portraits "
     "sculpture song songs album concert dvd video documentary audiobook reading read reader series studies context themes theme "
     "character characters costume costumes history historical worlds display displays poster posters biographies inspired style "
     "wand potion quidditch house world club theory equation experiment law laws medal lecture lectures award awards "
     "medals theorem speech speeches dressing impression model models powerpoint slides booklet booklets edition copies "
     "copy order orders statue legacy life fans fan "
     "traethawd arholiad arholiadau pennod drama nofel cerdd cerddi barddoniaeth ffilm theatr llyfr llyfrau adolygu "
     "gwasanaeth taith awdur bardd perfformiad ymarferion gwers gwersi "},
    {EXEAT_CUE_TITLE,
     " mr mrs miss ms mx dr prof professor sir madam rev revd reverend father sister canon parch mister "},
    {EXEAT_CUE_SAINT,
     " st saint king queen prince princess lord lady duke duchess earl pope emperor tsar captain admiral general "
     "president sant santes brenin tywysog bishop archbishop uncle aunt auntie storm hurricane mount lake port fort "
     "castle river mt "},
    {EXEAT_CUE_PLACE,
     " street road avenue lane crescent foundation trophy cup memorial theorem theory hospital infirmary library "
     "academy cathedral university college ltd limited plc llp solicitors roundabout estate stadium arena heol ffordd "
     "stryd ysgol ysbyty opticians bakery motors coaches publishing "},
    {EXEAT_CUE_THING,
     " house hall building centre school schools trust award awards prize church room park ward day law laws block wing court "
     "place way bridge close gardens drive theatre scholarship bursary fund museum pavilion lodge suite studio farm "
     "pitch field fields neuadd ty canolfan gwobr playground campus nursery gallery week lecture method scheme schemes "},
    {EXEAT_CUE_LETTER,
     " set group class block section paper option plan type vitamin grade level site room appendix annex team year "
     "part band unit house form side hepatitis model exhibit figure fig point option pathway column row zone gate door "
     "question strand cohort route "},
    {EXEAT_CUE_AND, " and a ac "},
};

static bool cue_in(const char *words, const char *folded, gsize length)
{
    for (const char *at = words; (at = strchr(at, ' ')) != NULL && at[1] != '\0';) {
        at++;
        if (strncmp(at, folded, length) == 0 && at[length] == ' ')
            return true;
    }
    return false;
}

guint exeat_cue_of(const char *folded, gsize length)
{
    guint cues = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cue_rows); i++)
        if (cue_in(cue_rows[i].words, folded, length))
            cues |= cue_rows[i].cues;
    return cues;
}
