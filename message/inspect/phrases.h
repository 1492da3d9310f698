/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that an inspection can say of a file in words: why it was not read, and why it is suspicious. These phrases go to
 * the log and to people, so a process that a file has broken can choose among them, and say nothing else.
 */
#ifndef EXEAT_MESSAGE_INSPECT_PHRASES_H
#define EXEAT_MESSAGE_INSPECT_PHRASES_H

#define EXEAT_PHRASE_OTHER "cannot be read"

/* The phrase of the table that @text is, or NULL. */
const char *exeat_inspect_phrase(const char *text);

#endif
