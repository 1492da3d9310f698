/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a document says about itself, as lines "name: value": docProps of Office Open XML, meta.xml of OpenDocument. */
#ifndef EXEAT_MESSAGE_INSPECT_METADATA_H
#define EXEAT_MESSAGE_INSPECT_METADATA_H

#include "message/inspect/sax.h"

void exeat_metadata_read(ExeatInspection *inspection, const ExeatZip *zip, const ExeatZipEntry *entry);

#endif
