/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Past mail, wherever it lies: an mbox file, a Maildir, a folder of messages, or one message. */
#ifndef EXEAT_CLI_MAILBOX_H
#define EXEAT_CLI_MAILBOX_H

#include <glib.h>
#include <stdbool.h>

/* Called for each message; @name says where it stands. */
typedef void (*ExeatMailboxVisitor)(const char *name, GBytes *message, gpointer data);

/*
 * Visits every message under @path, in the order of their names. Messages of an mbox are told apart by lines that begin
 * with "From " behind an empty line; ">From " is put back (RFC 4155, mboxrd). False if nothing can be read there.
 */
bool exeat_mailbox_visit(const char *path, ExeatMailboxVisitor visit, gpointer data, GError **error);

#endif
