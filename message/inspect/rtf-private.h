/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the two files of the RTF reader: what a control word does. */
#ifndef EXEAT_MESSAGE_INSPECT_RTF_PRIVATE_H
#define EXEAT_MESSAGE_INSPECT_RTF_PRIVATE_H

#include <glib.h>

typedef enum RtfAction {
    RTF_NOTHING,
    RTF_CHARACTER, /* value: a character */
    /* groups: what becomes of their text */
    RTF_SKIP,
    RTF_SHOW,  /* in place, though a star says that who does not know it may leave it out */
    RTF_ASIDE, /* behind the text: footnotes, headers, comments, properties */
    RTF_FONTS,
    RTF_OBJECT_DATA,
    RTF_SHAPE_NAME,
    RTF_SHAPE_VALUE,
    RTF_UNICODE_GROUP, /* \ud: the other reading of what \upr has in the code page */
    RTF_HTML_TAG,
    /* paragraphs and tables */
    RTF_PARAGRAPH,
    RTF_PARAGRAPH_PLAIN,
    RTF_IN_TABLE,
    RTF_ROW_BEGIN,
    RTF_CELL,
    RTF_ROW,
    RTF_PAGE,
    /* code pages */
    RTF_CODE_PAGE, /* value 0: the parameter, else the page */
    RTF_FONT,
    RTF_FONT_ASSOCIATED,
    RTF_FONT_DEFAULT,
    RTF_FONT_CHARSET,
    RTF_FONT_PAGE,
    RTF_FONT_RESET,
    RTF_FONT_SLOT, /* value: 0 \loch, 1 \hich, 2 \dbch */
    RTF_UNICODE,
    RTF_UNICODE_SKIP,
    RTF_BINARY,
    RTF_FROM_HTML,
    RTF_HTML_ASIDE, /* \htmlrtf: for those who read RTF alone */
} RtfAction;

typedef struct RtfWord {
    const char *word;
    RtfAction action;
    guint value;
} RtfWord;

/* What @word means, or NULL for words that say nothing about text. (message/inspect/rtf_words.c) */
const RtfWord *rtf_word_find(const char *word);

#endif
