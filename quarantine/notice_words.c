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
        },
    .what = "What was found",
    .how = "How to put it right",
    .next = "What happens next",
    .reference = "Reference: {id}",
    .clause = "School policy, clause {clause}.",
    .sign_in = "Sign in here; nothing happens until you press a button there:",
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
        },
    .what = "Beth a ganfuwyd",
    .how = "Sut i'w gywiro",
    .next = "Beth sy'n digwydd nesaf",
    .reference = "Cyfeirnod: {id}",
    .clause = "Polisi'r ysgol, cymal {clause}.",
    .sign_in = "Mewngofnodwch yma; ni fydd dim yn digwydd nes i chi bwyso botwm yno:",
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
