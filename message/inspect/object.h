/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files inside documents: OLE objects in the three wrappings that Windows has given them. */
#ifndef EXEAT_MESSAGE_INSPECT_OBJECT_H
#define EXEAT_MESSAGE_INSPECT_OBJECT_H

#include <gsf/gsf-infile.h>

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

/* An object as OLE 1 wrote it into RTF: class, then data. */
void exeat_object_ole1(ExeatInspection *inspection, ExeatBytes object);

/* The content of a stream Ole10Native: a file that was dropped into a document. */
void exeat_object_native(ExeatInspection *inspection, ExeatBytes stream);

/* An object in a storage of its own: Package, Ole10Native, CONTENTS, or a document with all its streams. */
void exeat_object_storage(ExeatInspection *inspection, GsfInfile *storage, const char *name);

#endif
