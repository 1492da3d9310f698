/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a letter: judged, and its verdict handed to the MTA. The order is what keeps every promise: first what
 * must be durable (a held letter, a flagged copy), then what the MTA is told. Whatever fails before is a 451, never a
 * pass.
 */
#ifndef EXEAT_MILTER_CARRY_H
#define EXEAT_MILTER_CARRY_H

#include "milter/session.h"

sfsistat exeat_carry_letter(SMFICTX *ctx, ExeatSession *session);

#endif
