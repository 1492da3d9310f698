/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter while it comes in: in memory up to a bound of its own and one that all letters share, then in a file
 * without a name, so that many large letters at once cost disk and not memory, and a crash leaves nothing behind.
 */
#ifndef EXEAT_MILTER_SPOOL_H
#define EXEAT_MILTER_SPOOL_H

#include <glib.h>
#include <stdbool.h>

typedef struct ExeatSpool ExeatSpool;

/* Memory that all letters in hand share for what passes their own bound: a letter with pictures that comes alone needs
 * no file. Zeroed is empty; any number of threads. */
typedef struct ExeatSpoolShare {
    gint kilobytes; /* taken; atomic */
} ExeatSpoolShare;

/* @folder takes the file; @memory bytes are kept before it is used; more than @most bytes are a LIMIT error. */
ExeatSpool *exeat_spool_new(const char *folder, gsize memory, gsize most);
/* Takes from @share, until letters together have @most bytes of it, before a file is used. @share outlives the spool.
 */
void exeat_spool_use_share(ExeatSpool *spool, ExeatSpoolShare *share, gsize most);
void exeat_spool_free(ExeatSpool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatSpool, exeat_spool_free)

bool exeat_spool_append(ExeatSpool *spool, const void *bytes, gsize length, GError **error);
gsize exeat_spool_size(const ExeatSpool *spool);

/* All bytes, mapped or in memory; the spool is spent. (transfer full) */
bool exeat_spool_finish(ExeatSpool *spool, GBytes **out_bytes, GError **error);

#endif
