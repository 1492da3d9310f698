/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SMTP server for tests, in a thread of its own, that answers as it is told and keeps what it was given.
 */
#ifndef EXEAT_TESTS_SMTP_SINK_H
#define EXEAT_TESTS_SMTP_SINK_H

#include <glib.h>
#include <stdbool.h>

typedef struct SinkScript {
    const char *greeting, *hello, *mail, *rcpt, *data, *dot; /* NULL: the usual reply */
    bool hang_up;                                            /* after the final dot, without a word */
    bool stall; /* says nothing after the final dot, until the client has gone */
} SinkScript;

typedef struct SinkLetter {
    char *sender, *recipient; /* the whole MAIL and RCPT commands' arguments */
    GByteArray *data;         /* dots unstuffed, up to the line end before the final dot */
} SinkLetter;

typedef struct Sink Sink;

Sink *sink_new(void);
void sink_free(Sink *sink);
char *sink_url(const Sink *sink);
void sink_set(Sink *sink, SinkScript script);
/* A letter whose final dot came, whatever the answer was. */
guint sink_count(Sink *sink);
const SinkLetter *sink_letter(Sink *sink, guint i);
void sink_clear(Sink *sink);

#endif
