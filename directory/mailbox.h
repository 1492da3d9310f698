/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one spelling under which the directory knows a mailbox.
 */
#ifndef EXEAT_DIRECTORY_MAILBOX_H
#define EXEAT_DIRECTORY_MAILBOX_H

#include <glib.h>

/*
 * All lower case; the part of the local part from a "+" on left out; dots left out at gmail.com and googlemail.com,
 * which are one domain (gmail.com). A domain is expected as A-labels. (transfer full)
 */
char *exeat_mailbox_key(const char *mailbox);

#endif
