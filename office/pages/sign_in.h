/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of signing in share. */
#ifndef EXEAT_OFFICE_PAGES_SIGN_IN_H
#define EXEAT_OFFICE_PAGES_SIGN_IN_H

#include "office/pages/page.h"

/* Starts a session of @kind for @address in the place of the visit's own, and sends the browser on to @path. */
ExeatHttpReply *exeat_sign_in_go_on(const ExeatVisit *visit, ExeatSessionKind kind, const char *address,
                                    const char *path);

/* Where the visitor wanted to go, if it is a page of ours; else @otherwise. */
const char *exeat_sign_in_back(const ExeatFields *fields, const char *otherwise);

/* "Please wait 3 minutes and try again." (transfer full) */
char *exeat_sign_in_say_wait(const ExeatVisit *visit, gint64 seconds);

/* enrol.c: how the app is given its key, and the form for the first code of it. */
void exeat_enrol_write_secret(const ExeatVisit *visit, const char *secret, const char *uri, const char *action,
                              const char *wrong, xmlNode *parent);
/* What the app calls the account. */
const char *exeat_enrol_issuer(const ExeatVisit *visit);

/* The browser becomes a known device. */
void exeat_sign_in_remember(ExeatHttpReply *reply, const char *device);

#endif
