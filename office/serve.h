/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The office's pages: what they need is opened once, at the start, and the server runs until the program ends. */
#ifndef EXEAT_OFFICE_SERVE_H
#define EXEAT_OFFICE_SERVE_H

#include "office/office.h"
#include "office/web/server.h"

typedef struct ExeatServe ExeatServe;

/* As @office->desk says. CONFIG or UNAVAILABLE if the pages cannot be served. */
bool exeat_serve_start(ExeatOffice *office, ExeatServe **out_serve, GError **error);
void exeat_serve_stop(ExeatServe *serve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatServe, exeat_serve_stop)

#endif
