/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXEAT_MESSAGE_EDIT_PRIVATE_H
#define EXEAT_MESSAGE_EDIT_PRIVATE_H

#include "message/edit.h"

/* The letter's own line end. */
const char *exeat_edit_eol(const ExeatMessage *message);

/* Removes every field called @name but the first. */
void exeat_edits_remove_further(ExeatEdits *edits, const ExeatMessage *message, const char *name);

#endif
