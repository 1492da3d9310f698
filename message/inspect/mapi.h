/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Properties of Outlook's letters (MS-OXPROPS), which a .msg keeps as streams and a winmail.dat as a list: gathered
 * from either, then said once.
 */
#ifndef EXEAT_MESSAGE_INSPECT_MAPI_H
#define EXEAT_MESSAGE_INSPECT_MAPI_H

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

enum {
    MAPI_INTEGER = 0x0003,
    MAPI_OBJECT = 0x000D,
    MAPI_STRING8 = 0x001E,
    MAPI_UNICODE = 0x001F,
    MAPI_BINARY = 0x0102,
};

enum { MAPI_DATA = 0x3701 };

/* Of a letter, a recipient or an attachment. */
typedef struct ExeatMapi {
    GString *lines; /* subject, people and what else is short */
    GString *name;  /* of a file */
    GString *type;  /* of a file */
    GString *plain; /* the body, three times over */
    GBytes *html, *rtf;
    GBytes *data;   /* of a file */
    guint codepage; /* of strings that are not Unicode; 0 if nobody said */
    guint html_codepage;
} ExeatMapi;

ExeatMapi *exeat_mapi_new(guint codepage);
void exeat_mapi_free(ExeatMapi *mapi);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMapi, exeat_mapi_free)

/* Takes a property if it is of interest. */
void exeat_mapi_take(ExeatMapi *mapi, guint id, guint type, ExeatBytes value);

/* Says a letter: short properties, then its body. */
void exeat_mapi_letter(ExeatInspection *inspection, const ExeatMapi *mapi);

/* Hands over an attachment. */
void exeat_mapi_attachment(ExeatInspection *inspection, const ExeatMapi *mapi);

/* RTF out of its own compression (MS-OXRTFCP), or NULL. (message/inspect/rtf_packed.c) (transfer full) */
GBytes *exeat_rtf_unpack(ExeatInspection *inspection, ExeatBytes packed);

#endif
