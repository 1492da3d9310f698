/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter that goes back, as a delivery status notification (RFC 3464): the guidance for people, the status for mail
 * programs, and of the letter's header only what says nothing about anybody (RFC 6522 text/rfc822-headers). The
 * recipients are told by number, with an address type of our own, since the sender's screen may be anybody's.
 */
#ifndef EXEAT_QUARANTINE_DSN_H
#define EXEAT_QUARANTINE_DSN_H

#include "quarantine/notice.h"

/* (transfer full) */
GBytes *exeat_dsn_build(const ExeatNotice *notice);

#endif
