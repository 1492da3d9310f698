/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that should not be mailed whatever is in them: programs, and what pretends to be something else. */
#ifndef EXEAT_MESSAGE_SUSPICION_H
#define EXEAT_MESSAGE_SUSPICION_H

/*
 * Why a file called @name (may be NULL) whose content is of type @actual (lower case, or NULL where nobody looked) is
 * suspicious, as a short English phrase; NULL if it is not.
 */
const char *exeat_suspicion(const char *name, const char *actual);

#endif
