/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A value that a detector found in a text, with how sure it is (0 to 99). A hit borrows the text; the value itself is
 * kept only as a hash, to count distinct ones.
 */
#ifndef EXEAT_POLICIES_DETECT_HIT_H
#define EXEAT_POLICIES_DETECT_HIT_H

#include <glib.h>

#include "directory/directory.h"
#include "message/text.h"
#include "policies/detect/rule.h"

typedef struct ExeatHit {
    ExeatRule rule;
    gsize start; /* bytes of the text, end exclusive */
    gsize end;
    guint confidence;
    guint value;          /* hash of the canonical value */
    ExeatPersonId person; /* whose the directory says it is, or EXEAT_NOBODY */
    char birth[11];       /* of a date: "yyyy-mm-dd", to ask whose birthday it is */
} ExeatHit;

#endif
