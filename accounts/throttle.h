/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts failed tries, and says how long to wait for the next: some are free, then each wait is twice the one before,
 * up to a longest. Nobody is ever locked out. Counters that nothing was added to for a day are forgotten.
 *
 * Strangers choose the keys, so each pool is bounded and the oldest counter goes; what is known and what is made up are
 * in pools of their own, so that making up the one does not push out the other. Kept in memory. The caller locks.
 */
#ifndef EXEAT_ACCOUNTS_THROTTLE_H
#define EXEAT_ACCOUNTS_THROTTLE_H

#include <glib.h>
#include <stdbool.h>

#define EXEAT_THROTTLE_FREE 5          /* tries at an account, or from a known device */
#define EXEAT_THROTTLE_CLIENT_FREE 20  /* tries from a network: a whole school may be behind one address */
#define EXEAT_THROTTLE_FIRST_SECONDS 2 /* the first wait */
#define EXEAT_THROTTLE_MAX_SECONDS 300 /* the longest */
#define EXEAT_THROTTLE_CLIENT_MAX_SECONDS 60
#define EXEAT_THROTTLE_FORGET_SECONDS ((gint64)24 * 3600)
#define EXEAT_THROTTLE_ENTRIES 4096 /* counters of a pool */

typedef enum ExeatThrottlePool {
    EXEAT_THROTTLE_DEVICE,  /* known devices */
    EXEAT_THROTTLE_ACCOUNT, /* accounts, tried from anywhere else */
    EXEAT_THROTTLE_NOBODY,  /* addresses without an account: treated alike, so that a wait tells nothing */
    EXEAT_THROTTLE_CLIENT,  /* networks */
    EXEAT_THROTTLE_POOLS,
} ExeatThrottlePool;

typedef struct ExeatThrottle ExeatThrottle;

ExeatThrottle *exeat_throttle_new(void);
void exeat_throttle_free(ExeatThrottle *throttle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatThrottle, exeat_throttle_free)

/* Seconds to wait before the next try; 0: now. */
gint64 exeat_throttle_wait(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now);
/* Counts a failure. Count it before the try, so that tries at the same time are not free. Gives the time of the last
 * one, for a refund. */
gint64 exeat_throttle_charge(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now);
/* It was none: takes back what was charged at @now. */
void exeat_throttle_refund(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key, gint64 now, gint64 last);
void exeat_throttle_forget(ExeatThrottle *throttle, ExeatThrottlePool pool, const char *key);

#endif
