/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was unsealed a moment ago. Opening one sealed record costs an RSA operation, a page of the trail shows fifty,
 * and one letter's trail is read again at each look at it. Kept under the SHA-256 of the sealed bytes, so that a store
 * which somebody changed cannot make one record pass for another; in memory alone, within limits, wiped as it goes. The
 * oldest go first. Any thread.
 */
#ifndef EXEAT_QUARANTINE_MEMO_H
#define EXEAT_QUARANTINE_MEMO_H

#include <glib.h>

#define EXEAT_MEMO_RECORDS 2000
/* A larger record is not kept. */
#define EXEAT_MEMO_RECORD_BYTES ((gsize)16 * 1024)

typedef struct ExeatMemo ExeatMemo;

ExeatMemo *exeat_memo_new(void);
void exeat_memo_free(ExeatMemo *memo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatMemo, exeat_memo_free)

/* What @sealed was opened to, or NULL. (transfer full) */
GBytes *exeat_memo_find(ExeatMemo *memo, GBytes *sealed);
void exeat_memo_keep(ExeatMemo *memo, GBytes *sealed, GBytes *plain);

/* All of it: what retention erases must not live on here. */
void exeat_memo_forget(ExeatMemo *memo);

#endif
