/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log: one line an event, `key=value`, queue id first. Only programs log; libraries return errors. No content of a
 * letter, no name, no address goes in: callers pass counts, rules, ids. Text that a stranger chose (a queue id, an
 * MTA's answer) is escaped and cut.
 */
#ifndef EXEAT_BASE_LOG_H
#define EXEAT_BASE_LOG_H

#include <glib.h>
#include <stdbool.h>

typedef enum ExeatLogLevel {
    EXEAT_LOG_ERROR,
    EXEAT_LOG_WARNING,
    EXEAT_LOG_INFO,
    EXEAT_LOG_DEBUG,
} ExeatLogLevel;

/* To syslog (facility mail) or, with @to_stderr, to standard error with a time stamp. Call once, before any thread. */
void exeat_log_open(const char *program, bool to_stderr, ExeatLogLevel level);

/*
 * Writes `event=EVENT key=value …`; @queue_id may be NULL. The rest are pairs of const char *, ended by NULL; a pair
 * with a NULL value is left out. Values with spaces or other bytes than printable ASCII are quoted and escaped.
 */
void exeat_log(ExeatLogLevel level, const char *queue_id, const char *event, ...) G_GNUC_NULL_TERMINATED;

#endif
