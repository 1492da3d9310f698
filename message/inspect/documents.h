/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that are ZIP files of XML. */
#ifndef EXEAT_MESSAGE_INSPECT_DOCUMENTS_H
#define EXEAT_MESSAGE_INSPECT_DOCUMENTS_H

#include "message/inspect/zip.h"

/* Office Open XML (ECMA-376): docx, xlsx, pptx, their macro and template kinds, xlsb, Visio, XPS. False if it is
 * another package (NuGet …), which is an archive; nothing has been said then. */
bool exeat_ooxml_read(ExeatInspection *inspection, const ExeatZip *zip);

/* The pages of an XPS document whose first part is @entry. (message/inspect/xps.c) */
void exeat_xps_read(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry);

/* OpenDocument 1.x and its predecessor; @type is that of the member "mimetype", "" if there is none. False if it is
 * none of these, though it has a manifest: a JAR is an archive. */
bool exeat_opendocument_read(ExeatInspection *inspection, const ExeatZip *zip, const char *type);

#endif
