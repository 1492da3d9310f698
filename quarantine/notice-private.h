/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a notice says before it is text or HTML: a list of blocks. notice_words.c has the words, notice_blocks.c makes
 * the list, notice_text.c and notice_html.c write it down.
 */
#ifndef EXEAT_QUARANTINE_NOTICE_PRIVATE_H
#define EXEAT_QUARANTINE_NOTICE_PRIVATE_H

#include "quarantine/notice.h"

typedef enum NoticeBlockKind {
    NOTICE_HEADING,
    NOTICE_PARAGRAPH,
    NOTICE_ITEM, /* of a list */
    NOTICE_STEP, /* of a numbered list */
    NOTICE_LINK, /* the text is the address */
    NOTICE_CODE, /* to be typed somewhere */
} NoticeBlockKind;

typedef struct NoticeBlock {
    NoticeBlockKind kind;
    char *text;
    const char *label; /* of a link */
} NoticeBlock;

typedef struct NoticeKindWords {
    const char *subject;
    const char *opening; /* {whom}, {others}, {role}, {deadline}, {code}, {waiting}, {fresh}, {minutes} */
    const char *next;    /* what happens next; the same marks */
} NoticeKindWords;

typedef struct NoticeWords {
    NoticeKindWords kinds[EXEAT_NOTICE_KINDS];
    const char *what, *how, *next, *reference; /* headings */
    const char *clause;                        /* {clause} */
    const char *sign_in, *open, *open_waiting; /* before a link, and on it */
    const char *note, *privacy, *no_deadline;
    const char *roles[8][2]; /* name in the configuration, words; NULL ends */
    const char *some_role;
    const char *whom_only, *whom_all, *whom_some; /* {concerned}, {recipients}: whom it is about */
    const char *others;                           /* said where not all are concerned */
} NoticeWords;

/* True if it goes to others than the sender: it is no answer to a letter of theirs (RFC 3834 5), and leads to the page
 * of those who decide. FAILED goes to both. */
bool exeat_notice_is_for_others(ExeatNoticeKind kind);

const NoticeWords *exeat_notice_words(const char *language);

/* (transfer full) array of NoticeBlock */
GPtrArray *exeat_notice_blocks(const ExeatNotice *notice);
/* (transfer full) */
char *exeat_notice_subject(const ExeatNotice *notice);
char *exeat_notice_text(const GPtrArray *blocks);
char *exeat_notice_html(const GPtrArray *blocks, const char *title, const char *language);

#endif
