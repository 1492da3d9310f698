/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would put a held letter right: the edits of every policy that found something in it and knows how to rewrite,
 * whatever it is configured to do by itself. It is computed while the letter is judged, since only then are the
 * settings and the directory those by which it was held; who decides, or the sender, may then ask for it, and nobody
 * has to. It changes nothing that goes out by itself.
 */
#ifndef EXEAT_POLICIES_REMEDY_H
#define EXEAT_POLICIES_REMEDY_H

#include "policies/case.h"
#include "policies/verdict.h"

/* After it is known who is held. Where nobody is, there is nothing to put right later. */
void exeat_remedy_find(const ExeatCase *letter, ExeatVerdict *verdict);

#endif
