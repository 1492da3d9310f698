/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a document says about itself: title, subject, author and their like (MS-OLEPS). */
#ifndef EXEAT_MESSAGE_INSPECT_PROPERTIES_H
#define EXEAT_MESSAGE_INSPECT_PROPERTIES_H

#include <gsf/gsf-infile.h>

#include "message/inspect/inspection.h"

/* Every text among the properties of a compound file, a line each. */
void exeat_properties_read(ExeatInspection *inspection, GsfInfile *root);

#endif
