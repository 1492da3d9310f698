/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digests: at the times that the school has set for a role, on its working days, each of its people gets one mail about
 * all that waits for them; if nothing waits, none. That a digest was made is committed with its mails, so that of two
 * clerks one makes it. A digest that is late is worse than none at all, since those who rely on it look nowhere else:
 * it raises an alarm, once, with the postmaster, in the trail and in the clerk's report.
 *
 * Any thread, any number of clerks.
 */
#ifndef EXEAT_QUARANTINE_DIGEST_H
#define EXEAT_QUARANTINE_DIGEST_H

#include "quarantine/quarantine.h"

/* So many seconds after its time a digest that has not gone out is overdue. */
#define EXEAT_DIGEST_LATE ((gint64)60 * 60)

/* Makes what is due. *out_made: digests that somebody is sent; *out_late: those of them that come too late. */
bool exeat_digest_make(ExeatQuarantine *quarantine, gint64 now, guint *out_made, guint *out_late, GError **error);

/* Raises alarms for those that did not go out. *out_raised: digests. */
bool exeat_digest_alarm(ExeatQuarantine *quarantine, gint64 now, guint *out_raised, GError **error);

/* For a page of health, which needs no key: roles whose digest is overdue now, made or not. */
bool exeat_digest_overdue(ExeatQuarantine *quarantine, gint64 now, guint *out_roles, GError **error);

#endif
