/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A QR code (ISO/IEC 18004) as a picture in a page: squares in an <svg>, which needs no script and no file. */
#ifndef EXEAT_OFFICE_WEB_QR_H
#define EXEAT_OFFICE_WEB_QR_H

#include <libxml/tree.h>

/* Adds nothing if @text is too long for one. @label is for who does not see it. */
void exeat_qr_add(xmlNode *parent, const char *text, const char *label);

#endif
