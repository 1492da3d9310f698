/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The question "what is in this file?", and the shape of its answer. A letter asks whoever it was given to ask: the
 * gate and the command line give a pool of sandboxed processes (message/inspect/pool.h), those processes themselves
 * and the tests give the readers of formats (message/inspect/inspection.h).
 *
 * An inspector may be asked by many threads at once.
 */
#ifndef EXEAT_MESSAGE_INSPECTOR_H
#define EXEAT_MESSAGE_INSPECTOR_H

#include <glib.h>
#include <stdbool.h>

#include "message/part.h"
#include "message/text.h"

/* One file, wherever it lay. */
typedef struct ExeatFile {
    const char *name;    /* as its sender called it, UTF-8, or NULL */
    const char *type;    /* declared content type in lower case, or NULL */
    const char *charset; /* declared, or NULL */
    const guint8 *data;  /* never NULL */
    gsize length;
} ExeatFile;

/*
 * What is in it. The first part is the file itself, its path is ""; others are what was found inside, with paths like
 * "list.zip/Year 6.xlsx" without the file's own name: "Year 6.xlsx". Texts have the zones ATTACHMENT and FILE_NAME,
 * and point to these parts.
 */
typedef struct ExeatInspected {
    GPtrArray *parts; /* ExeatPart */
    GPtrArray *texts; /* ExeatText */
} ExeatInspected;

ExeatInspected *exeat_inspected_new(void);
void exeat_inspected_free(ExeatInspected *inspected);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatInspected, exeat_inspected_free)

typedef struct ExeatInspector ExeatInspector;

struct ExeatInspector {
    /*
     * Fails with LIMIT (time, memory, a crash of the reader) or UNAVAILABLE (nobody could be asked); the error's
     * message is a short English phrase without content. @deadline is in monotonic microseconds, 0 for none.
     */
    bool (*inspect)(ExeatInspector *self, const ExeatFile *file, gint64 deadline, ExeatInspected **out_inspected,
                    GError **error);
};

#endif
