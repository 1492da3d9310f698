/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an address to a page: who may see it, and whether a POST may act. All that no page has to think of any more: a
 * session that has ended, a token that is not its own, a right that somebody has not, an id that is none.
 */
#ifndef EXEAT_OFFICE_PAGES_ROUTES_H
#define EXEAT_OFFICE_PAGES_ROUTES_H

#include "office/pages/visit.h"

/* For server.h; @data is the ExeatOffice. */
ExeatHttpReply *exeat_routes_handle(const ExeatHttpRequest *request, gpointer data);
ExeatHttpReply *exeat_routes_refuse(guint status, const char *languages, gpointer data);

#endif
