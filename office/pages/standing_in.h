/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a deputy decides: while all of those whom they stand in for are away, or once a letter's reminder was due. */
#ifndef EXEAT_OFFICE_PAGES_STANDING_IN_H
#define EXEAT_OFFICE_PAGES_STANDING_IN_H

#include "office/pages/visit.h"

bool exeat_standing_in(const ExeatVisit *visit, const ExeatLetterRow *row, bool *out_stands_in, GError **error);

#endif
