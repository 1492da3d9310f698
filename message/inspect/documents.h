/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that are ZIP files of XML. */
#ifndef EXEAT_MESSAGE_INSPECT_DOCUMENTS_H
#define EXEAT_MESSAGE_INSPECT_DOCUMENTS_H

#include "message/inspect/zip.h"

/* Office Open XML (ECMA-376): docx, xlsx, pptx, their macro and template kinds; xlsb and XPS are told by their types.
 */
void exeat_ooxml_read(ExeatInspection *inspection, const ExeatZip *zip);

/* OpenDocument 1.x and its predecessor; @type is that of the member "mimetype", "" if there is none. A JAR, which has a
 * manifest too, is read as the archive that it is. */
void exeat_opendocument_read(ExeatInspection *inspection, const ExeatZip *zip, const char *type);

#endif
