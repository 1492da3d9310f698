/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Points at which tests kill, stop or fail a program, to prove that nothing is lost or doubled there. They exist in
 * builds made with --enable-faults alone, which install nothing; everywhere else they compile to nothing.
 *
 * EXEAT_FAULT_DIR names a folder. A passage of point NAME by PROGRAM looks there for the file "PROGRAM:NAME", which
 * holds an action and which passage it is meant for ("kill 1"):
 *
 *     kill     SIGKILL to this process
 *     pause    SIGSTOP to this process, until somebody sends SIGCONT
 *     fail     the step fails with an UNAVAILABLE error, where EXEAT_FAULT_FAILS stands
 *
 * The file is taken away before the deed is done, so that it is done once, whoever is started next. Any thread.
 */
#ifndef EXEAT_BASE_FAULT_H
#define EXEAT_BASE_FAULT_H

#include <glib.h>
#include <stdbool.h>

#ifdef EXEAT_FAULTS

bool exeat_fault_pass(const char *name, GError **error);
/* Point "PREFIX-verb" for a line that begins with a verb: "MAIL FROM:<…>" with "relay.sent" is "relay.sent-mail". */
void exeat_fault_verb(const char *prefix, const char *line, gsize size);

#define EXEAT_FAULT_POINT(name) ((void)exeat_fault_pass(name, NULL))
#define EXEAT_FAULT_FAILS(name, error) exeat_fault_pass(name, error)
#define EXEAT_FAULT_VERB(prefix, line, size) exeat_fault_verb(prefix, line, size)

#else

#define EXEAT_FAULT_POINT(name) ((void)0)
#define EXEAT_FAULT_FAILS(name, error) false
#define EXEAT_FAULT_VERB(prefix, line, size) ((void)0)

#endif

#endif
