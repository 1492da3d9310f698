/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The office's pages: what they need is opened once, at the start, and the server runs until the program ends. */
#ifndef EXEAT_OFFICE_SERVE_H
#define EXEAT_OFFICE_SERVE_H

#include "office/office.h"
#include "office/web/server.h"

typedef struct ExeatServe ExeatServe;

/* As @office->desk says. CONFIG or UNAVAILABLE if the pages cannot be served. */
bool exeat_serve_start(ExeatOffice *office, ExeatServe **out_serve, GError **error);
/* Whether the certificate of @desk would serve; CONFIG with what is wrong. */
bool exeat_serve_check(const ExeatDesk *desk, GError **error);
/* After a reload: takes up a certificate that was renewed. Other settings of the server stay as they were at the start.
 * If it fails nothing is served until the next reload. */
bool exeat_serve_renew(ExeatServe *serve, const ExeatDesk *desk, GError **error);
void exeat_serve_stop(ExeatServe *serve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatServe, exeat_serve_stop)

#endif
