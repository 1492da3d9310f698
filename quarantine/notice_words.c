/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of notices in English and Welsh (the Welsh NEEDS REVIEW by a fluent speaker). Subjects say what happened
 * and the reference, nothing of the letter. Marks in braces are replaced by numbers and words of ours.
 */
#include "quarantine/notice-private.h"

static const NoticeWords notice_en = {
    .kinds =
        {
            [EXEAT_NOTICE_HELD] =
                {"Your message is waiting for a decision ({id})",
                 "A message that you sent is being kept for {whom} until the {role} has looked at it.{others}",
                 "The {role} has been told and can let it go out, or send it back to you. If nobody decides by "
                 "{deadline}, it comes back to you and does not go out. You need not do anything; if it is urgent, put "
                 "it right as described and send it again, or speak to the {role}."},
            [EXEAT_NOTICE_DECISION] =
                {"A message needs your decision ({id})",
                 "A message from the school is being kept for {whom}. You are asked to decide whether it may go out.",
                 "You can let it go out, for all or some of its recipients, or send it back to its sender. If nobody "
                 "decides by {deadline}, it goes back to its sender. Nobody but those who decide can open it, and "
                 "opening it is written down."},
            [EXEAT_NOTICE_PUT_RIGHT] =
                {"Your message went out with a small change ({id})",
                 "A message that you sent has been changed in one respect, and has gone out to its recipients.",
                 "Nothing more needs to be done. Next time the steps above save the change."},
            [EXEAT_NOTICE_RETURNED] = {"Your message was not sent ({id})",
                                       "A message that you sent has come back to you: the {role} decided that it "
                                       "should not go out to {whom} as it is.",
                                       "The message itself is in your sent items. Put it right as described and send "
                                       "it again, or speak to the {role}."},
            [EXEAT_NOTICE_EXPIRED] = {"Your message was not sent in time ({id})",
                                      "A message that you sent was waiting for a decision, and nobody decided in time. "
                                      "It has not gone out to {whom}.",
                                      "The message itself is in your sent items. Put it right as described and send it "
                                      "again, or speak to the {role}."},
            [EXEAT_NOTICE_RELEASED] =
                {"Your message is going out ({id})",
                 "A message that you sent and that was waiting for a decision is going out to {whom}. The {role} let "
                 "it go.",
                 "Nothing more needs to be done. You hear from us again only if it cannot be delivered."},
            [EXEAT_NOTICE_FAILED] =
                {"A message could not be delivered ({id})",
                 "A message that was let go could not be delivered to {whom}. The receiving server refused it "
                 "({code}).",
                 "Check the address and send the message again, or ask for it to be tried once more."},
            [EXEAT_NOTICE_REMINDER] =
                {"A message still needs your decision ({id})",
                 "A message from the school is still being kept for {whom}.",
                 "If nobody decides by {deadline}, it goes back to its sender and does not go out."},
            [EXEAT_NOTICE_OPENED] = {"Your message was opened for a decision ({id})",
                                     "A message that you sent and that is being kept was opened by the {role}, in that "
                                     "role. The reason was written down, and you may ask for it.",
                                     "Nothing needs to be done. The school's policy on e-mail says when messages may "
                                     "be opened and by whom."},
            [EXEAT_NOTICE_UNTOLD] = {"A sender could not be told ({id})",
                                     "A message did not go out to {whom}, and its sender could not be told by e-mail.",
                                     "Please tell the sender in person."},
            [EXEAT_NOTICE_DIGEST] =
                {"Messages waiting for your decision: {waiting}",
                 "Messages from the school that wait for a decision of the {role}: {waiting}. New since the last time: "
                 "{fresh}.",
                 "If nobody decides by {deadline}, the first of them goes back to its sender. Nobody but those who "
                 "decide can open a message, and opening one is written down."},
            [EXEAT_NOTICE_OVERDUE] =
                {"A summary of waiting messages is late",
                 "The summary of waiting messages that the {role} was to be sent at {deadline} has not gone out.",
                 "Please look at the mail relay and at the log of exeat-office. The messages themselves are safe and "
                 "wait; please tell those who decide."},
            [EXEAT_NOTICE_CODE] = {"Your code for signing in",
                                   "Here is the code that you asked for. It works once, within {minutes} minutes.",
                                   "Type it into the page that asks for it. If it was not you who asked, you need not "
                                   "do anything: nobody gets in without it. Do not give it to anybody; nobody from "
                                   "the school will ask you for it."},
            [EXEAT_NOTICE_DEVICE] =
                {"Your account was used on a new device",
                 "Somebody signed in to your account for held messages on a device that was not used before, at "
                 "{deadline}.",
                 "If it was you, nothing needs to be done. If it was not, change your password at once and tell the "
                 "school's network manager."},
            [EXEAT_NOTICE_PASSWORD] =
                {"Your password was changed",
                 "The password of your account for held messages was changed at {deadline}.",
                 "If it was you, nothing needs to be done. If it was not, tell the school's network manager at once."},
            [EXEAT_NOTICE_RELEASED_RIGHT] =
                {"Your message is going out, put right ({id})",
                 "A message that you sent and that was waiting for a decision is going out to {whom}. The {role} let "
                 "it go with a small change that puts it right.",
                 "Nothing more needs to be done. Next time the steps above save the change. You hear from us again "
                 "only "
                 "if it cannot be delivered."},
            [EXEAT_NOTICE_WITHDRAWN] =
                {"You took your message back ({id})",
                 "A message that you sent and that was waiting for a decision does not go out to {whom}: you took it "
                 "back "
                 "yourself.",
                 "The message itself is in your sent items. If it was not you who took it back, tell the school "
                 "office at once."},
            [EXEAT_NOTICE_ASKED] =
                {"A sender asks for your decision ({id})",
                 "The sender of a message that is being kept for {whom} asks you to let it go, and has given a reason. "
                 "It can be read after signing in.",
                 "You can let it go out, for all or some of its recipients, or send it back to its sender. Asking "
                 "changes nothing by itself: if nobody decides in time, it goes back to its sender."},
            [EXEAT_NOTICE_OPENING] =
                {"A colleague asks you to agree to an opening ({id})",
                 "A message from the school is being kept for {whom}. It is one that two people open together. A "
                 "colleague asks to open it, and needs the agreement of a second person.",
                 "After signing in you can read why, and agree or not. Until somebody agrees, nobody can open the "
                 "message or "
                 "decide on it."},
            [EXEAT_NOTICE_CONSULTED] = {"A colleague has a question for you ({id})",
                                        "A message from the school is being kept for {whom}. A colleague who decides "
                                        "whether it may go out has a "
                                        "question about it for you.",
                                        "After signing in you can read the question and the message, and answer. You "
                                        "need not decide anything; "
                                        "that you read it is written down."},
            [EXEAT_NOTICE_ANSWERED] =
                {"There is an answer to your question ({id})",
                 "A colleague whom you asked about a message that is being kept for {whom} has answered.",
                 "The answer can be read after signing in. Whether the message may go out remains to be decided."},
        },
    .what = "What was found",
    .how = "How to put it right",
    .next = "What happens next",
    .reference = "Reference: {id}",
    .clause = "School policy, clause {clause}.",
    .sign_in = "This link opens a page, where you sign in. It does nothing by itself: nothing happens until you press "
               "a button there.",
    .open = "Open the page",
    .open_waiting = "See what waits",
    .note = "A note was left for you. It can be read after signing in, or ask for it in person.",
    .privacy = "This notice names nobody and quotes nothing, so that it may be opened anywhere.",
    .no_deadline = "the deadline",
    .roles = {{"headteacher", "headteacher"},
              {"deputy", "deputy headteacher"},
              {"chair", "chair of governors"},
              {"dpo", "data protection officer"},
              {"dsl", "designated safeguarding lead"},
              {"monitor", "e-safety monitor"},
              {"clerk", "school"},
              {NULL, NULL}},
    .some_role = "school office",
    .whom_only = "its recipient",
    .whom_all = "all {recipients} of its recipients",
    .whom_some = "{concerned} of its {recipients} recipients",
    .others = " For the others it has gone out.",
};

static const NoticeWords notice_cy = {
    .kinds =
        {
            [EXEAT_NOTICE_HELD] =
                {"Mae eich neges yn aros am benderfyniad ({id})",
                 "Mae neges a anfonwyd gennych yn cael ei chadw ({whom}) nes bod y {role} wedi edrych arni.{others}",
                 "Gall y {role} ei gollwng neu ei dychwelyd atoch. Os na fydd penderfyniad erbyn {deadline}, daw yn ôl "
                 "atoch heb ei hanfon. Os yw'n frys, cywirwch hi fel y disgrifir a'i hanfon eto, neu siaradwch â'r "
                 "{role}."},
            [EXEAT_NOTICE_DECISION] =
                {"Mae angen eich penderfyniad ar neges ({id})",
                 "Mae neges o'r ysgol yn cael ei chadw ({whom}). Gofynnir i chi benderfynu a gaiff fynd.",
                 "Gallwch ei gollwng, i bawb neu i rai, neu ei dychwelyd. Os na fydd penderfyniad erbyn {deadline}, "
                 "bydd yn mynd yn ôl at yr anfonwr. Cofnodir pob agor."},
            [EXEAT_NOTICE_PUT_RIGHT] =
                {"Aeth eich neges gyda newid bach ({id})",
                 "Newidiwyd neges a anfonwyd gennych mewn un peth, ac mae wedi mynd at ei derbynwyr.",
                 "Nid oes angen gwneud dim mwy."},
            [EXEAT_NOTICE_RETURNED] =
                {"Ni anfonwyd eich neges ({id})",
                 "Mae neges a anfonwyd gennych wedi dod yn ôl ({whom}): penderfynodd y {role} na ddylai fynd fel y "
                 "mae.",
                 "Mae'r neges yn eich eitemau a anfonwyd. Cywirwch hi a'i hanfon eto, neu siaradwch â'r {role}."},
            [EXEAT_NOTICE_EXPIRED] =
                {"Ni anfonwyd eich neges mewn pryd ({id})",
                 "Roedd neges a anfonwyd gennych yn aros am benderfyniad, ac ni phenderfynodd neb mewn pryd ({whom}).",
                 "Mae'r neges yn eich eitemau a anfonwyd. Cywirwch hi a'i hanfon eto, neu siaradwch â'r {role}."},
            [EXEAT_NOTICE_RELEASED] =
                {"Mae eich neges yn mynd ({id})",
                 "Mae neges a oedd yn aros am benderfyniad yn mynd ({whom}). Gollyngwyd hi gan y {role}.",
                 "Nid oes angen gwneud dim mwy."},
            [EXEAT_NOTICE_FAILED] = {"Ni ellid danfon neges ({id})",
                                     "Ni ellid danfon neges a ollyngwyd ({whom}). Gwrthododd y gweinydd hi ({code}).",
                                     "Gwiriwch y cyfeiriad ac anfonwch eto, neu gofynnwch am roi cynnig arall."},
            [EXEAT_NOTICE_REMINDER] = {"Mae angen eich penderfyniad ar neges o hyd ({id})",
                                       "Mae neges o'r ysgol yn cael ei chadw o hyd ({whom}).",
                                       "Os na fydd penderfyniad erbyn {deadline}, bydd yn mynd yn ôl at yr anfonwr."},
            [EXEAT_NOTICE_OPENED] = {"Agorwyd eich neges i'w phenderfynu ({id})",
                                     "Agorwyd neges a anfonwyd gennych gan y {role}, yn y rôl honno. Cofnodwyd y "
                                     "rheswm, a chewch ofyn amdano.",
                                     "Nid oes angen gwneud dim."},
            [EXEAT_NOTICE_UNTOLD] = {"Ni ellid hysbysu anfonwr ({id})",
                                     "Nid aeth neges ({whom}), ac ni ellid hysbysu'r anfonwr drwy e-bost.",
                                     "Rhowch wybod i'r anfonwr wyneb yn wyneb."},
            [EXEAT_NOTICE_DIGEST] =
                {"Negeseuon yn aros am eich penderfyniad: {waiting}",
                 "Negeseuon o'r ysgol sy'n aros am benderfyniad y {role}: {waiting}. Yn newydd ers y tro diwethaf: "
                 "{fresh}.",
                 "Os na fydd penderfyniad erbyn {deadline}, bydd y gyntaf ohonynt yn mynd yn ôl at yr anfonwr. Ni all "
                 "neb ond y rhai sy'n penderfynu agor neges, a chofnodir pob agor."},
            [EXEAT_NOTICE_OVERDUE] =
                {"Mae crynodeb o negeseuon sy'n aros yn hwyr",
                 "Nid yw'r crynodeb o negeseuon sy'n aros, a oedd i fynd at y {role} am {deadline}, wedi mynd.",
                 "Edrychwch ar y gweinydd post ac ar gofnod exeat-office. Mae'r negeseuon eu hunain yn ddiogel ac yn "
                 "aros; rhowch wybod i'r rhai sy'n penderfynu."},
            [EXEAT_NOTICE_CODE] = {"Eich cod i fewngofnodi",
                                   "Dyma'r cod y gofynnoch amdano. Mae'n gweithio unwaith, o fewn {minutes} munud.",
                                   "Teipiwch ef ar y dudalen sy'n gofyn amdano. Os nad chi a ofynnodd, nid oes angen "
                                   "gwneud dim: ni all neb fewngofnodi hebddo. Peidiwch â'i roi i neb; ni fydd neb "
                                   "o'r ysgol yn gofyn amdano."},
            [EXEAT_NOTICE_DEVICE] =
                {"Defnyddiwyd eich cyfrif ar ddyfais newydd",
                 "Mewngofnododd rhywun i'ch cyfrif negeseuon a gedwir ar ddyfais nas defnyddiwyd o'r blaen, am "
                 "{deadline}.",
                 "Os chi oedd yno, nid oes angen gwneud dim. Os na, newidiwch eich cyfrinair ar unwaith a rhowch "
                 "wybod i reolwr rhwydwaith yr ysgol."},
            [EXEAT_NOTICE_PASSWORD] = {"Newidiwyd eich cyfrinair",
                                       "Newidiwyd cyfrinair eich cyfrif negeseuon a gedwir am {deadline}.",
                                       "Os chi a'i newidiodd, nid oes angen gwneud dim. Os na, rhowch wybod i reolwr "
                                       "rhwydwaith yr ysgol ar unwaith."},
            [EXEAT_NOTICE_RELEASED_RIGHT] =
                {"Mae eich neges yn mynd, wedi'i chywiro ({id})",
                 "Mae neges a oedd yn aros am benderfyniad yn mynd ({whom}). Gollyngwyd hi gan y {role} gyda newid "
                 "bach "
                 "sy'n ei chywiro.",
                 "Nid oes angen gwneud dim mwy. Y tro nesaf, bydd y camau uchod yn arbed y newid."},
            [EXEAT_NOTICE_WITHDRAWN] =
                {"Tynnwyd eich neges yn ôl gennych ({id})",
                 "Ni fydd neges a oedd yn aros am benderfyniad yn mynd ({whom}): tynnwyd hi yn ôl gennych chi.",
                 "Mae'r neges yn eich eitemau a anfonwyd. Os nad chi a'i tynnodd yn ôl, rhowch wybod i swyddfa'r "
                 "ysgol ar unwaith."},
            [EXEAT_NOTICE_ASKED] =
                {"Mae anfonwr yn gofyn am eich penderfyniad ({id})",
                 "Mae anfonwr neges sy'n cael ei chadw ({whom}) yn gofyn i chi ei gollwng, ac wedi rhoi rheswm. Gellir "
                 "ei ddarllen ar ôl mewngofnodi.",
                 "Gallwch ei gollwng, i bawb neu i rai, neu ei dychwelyd. Os na fydd penderfyniad mewn pryd, bydd yn "
                 "mynd yn ôl at yr anfonwr."},
            [EXEAT_NOTICE_OPENING] = {"Mae cydweithiwr yn gofyn i chi gytuno i agor neges ({id})",
                                      "Mae neges o'r ysgol yn cael ei chadw ({whom}). Dau berson gyda'i gilydd sy'n "
                                      "agor neges o'r fath. Mae "
                                      "cydweithiwr yn gofyn am ei hagor, ac mae angen cytundeb ail berson.",
                                      "Ar ôl mewngofnodi gallwch ddarllen pam, a chytuno neu beidio. Nes bod rhywun yn "
                                      "cytuno, ni all neb agor "
                                      "y neges na phenderfynu arni."},
            [EXEAT_NOTICE_CONSULTED] =
                {"Mae gan gydweithiwr gwestiwn i chi ({id})",
                 "Mae neges o'r ysgol yn cael ei chadw ({whom}). Mae gan gydweithiwr sy'n penderfynu a gaiff fynd "
                 "gwestiwn i chi amdani.",
                 "Ar ôl mewngofnodi gallwch ddarllen y cwestiwn a'r neges, ac ateb. Nid oes rhaid i chi benderfynu "
                 "dim; "
                 "cofnodir eich bod wedi'i darllen."},
            [EXEAT_NOTICE_ANSWERED] =
                {"Mae ateb i'ch cwestiwn ({id})",
                 "Mae cydweithiwr y gofynnwyd iddo gennych am neges sy'n cael ei chadw ({whom}) wedi ateb.",
                 "Gellir darllen yr ateb ar ôl mewngofnodi. Rhaid penderfynu o hyd a gaiff y neges fynd."},
        },
    .what = "Beth a ganfuwyd",
    .how = "Sut i'w gywiro",
    .next = "Beth sy'n digwydd nesaf",
    .reference = "Cyfeirnod: {id}",
    .clause = "Polisi'r ysgol, cymal {clause}.",
    .sign_in =
        "Mae'r ddolen hon yn agor tudalen, lle rydych yn mewngofnodi. Nid yw'n gwneud dim ei hun: ni fydd dim yn "
        "digwydd nes i chi bwyso botwm yno.",
    .open = "Agor y dudalen",
    .open_waiting = "Gweld beth sy'n aros",
    .note = "Gadawyd nodyn i chi. Gellir ei ddarllen ar ôl mewngofnodi, neu gofynnwch amdano.",
    .privacy = "Nid yw'r hysbysiad hwn yn enwi neb nac yn dyfynnu dim, felly gellir ei agor yn unrhyw le.",
    .no_deadline = "y dyddiad cau",
    .roles = {{"headteacher", "pennaeth"},
              {"deputy", "dirprwy bennaeth"},
              {"chair", "cadeirydd y llywodraethwyr"},
              {"dpo", "swyddog diogelu data"},
              {"dsl", "person diogelu dynodedig"},
              {"monitor", "monitor e-ddiogelwch"},
              {"clerk", "ysgol"},
              {NULL, NULL}},
    .some_role = "swyddfa",
    .whom_only = "y derbynnydd",
    .whom_all = "pob un o'r {recipients} derbynnydd",
    .whom_some = "derbynwyr: {concerned} o {recipients}",
    .others = " Mae wedi mynd at y lleill.",
};

const NoticeWords *
exeat_notice_words(const char *language)
{
    return g_strcmp0(language, "cy") == 0 ? &notice_cy : &notice_en;
}
