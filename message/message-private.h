/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make an ExeatMessage share; nobody else includes it. */
#ifndef EXEAT_MESSAGE_MESSAGE_PRIVATE_H
#define EXEAT_MESSAGE_MESSAGE_PRIVATE_H

#include "message/auto.h"
#include "message/content.h"
#include "message/headers.h"
#include "message/message.h"
#include "message/render.h"
#include "message/sniff.h"

struct ExeatMessage {
    GBytes *bytes;
    ExeatEnvelope *envelope;
    char *subject;
    GPtrArray *headers;
    GPtrArray *from, *sender, *reply_to, *to, *cc, *bcc;
    gint64 date;
    GPtrArray *parts;
    GPtrArray *texts;
    GPtrArray *problems; /* static strings, each once */
    bool automatic;
};

/* The state of one reading; lives on the stack of exeat_message_new(). */
typedef struct ExeatReader {
    ExeatMessage *message;
    const ExeatMessageLimits *limits;
    GMimeParserOptions *options;
    gsize text_left;           /* of limits->total_text_bytes */
    const char *hint;          /* charset of unlabelled 8-bit header text, or NULL */
    ExeatInspector *inspector; /* or NULL */
    gint64 deadline;           /* of each question to it */
    GHashTable *cids;          /* content ids that HTML refers to */
    GPtrArray *inlines;        /* pictures, to be asked for in cids at the end */
} ExeatReader;

void exeat_reader_problem(ExeatReader *reader, const char *problem);

/* Reads the MIME tree of a whole letter whose header is @block, at @path, @depth deep. (message/tree.c) */
void exeat_reader_walk(ExeatReader *reader, const char *data, gsize length, const ExeatHeaderBlock *block,
                       const char *path, guint depth);
void exeat_reader_settle_inlines(ExeatReader *reader);

/* Reads the text of a leaf. @body: shown as the letter's own text, so it has zones. (message/text.c) */
void exeat_reader_read_text(ExeatReader *reader, ExeatPart *part, const ExeatContent *content, ExeatTextFormat format,
                            bool flowed, bool delsp, bool body);

/*
 * Shows the content of a leaf to the reader's inspector: what it answers goes into @part, further parts and texts into
 * the letter. (message/attachment.c)
 */
void exeat_reader_inspect(ExeatReader *reader, ExeatPart *part, const ExeatContent *content);

/* Takes @text over. Limits are applied. */
void exeat_reader_adopt_text(ExeatReader *reader, ExeatText *text);
void exeat_reader_add_text(ExeatReader *reader, ExeatZone zone, const ExeatPart *part, char *text, GArray *cells);

#endif
