/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words for what the law calls special categories, and for safeguarding: health, special needs, religion, care, abuse.
 * By themselves they are vocabulary; they count only beside a named child.
 */
#ifndef EXEAT_POLICIES_DETECT_TERMS_H
#define EXEAT_POLICIES_DETECT_TERMS_H

#include "policies/detect/context.h"
#include "policies/detect/hit.h"

/* Adds hits (SPECIAL_CATEGORY or SAFEGUARDING) sorted by start; their confidence is how plainly the word says it. */
void exeat_terms_find(const ExeatContext *context, GArray *hits);

#endif
