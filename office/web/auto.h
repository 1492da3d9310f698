/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clean-ups for the objects of libxml2 and libmicrohttpd that this floor uses. Defined here and nowhere else on it. */
#ifndef EXEAT_OFFICE_WEB_AUTO_H
#define EXEAT_OFFICE_WEB_AUTO_H

#include <glib.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>
#include <microhttpd.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlOutputBuffer, xmlOutputBufferClose)

typedef struct MHD_Response MhdResponse;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MhdResponse, MHD_destroy_response)

#endif
