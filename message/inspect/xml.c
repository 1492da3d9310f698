/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/documents.h"
#include "message/inspect/formats.h"

void
exeat_xml_read(ExeatInspection *inspection, const ExeatFile *file)
{
    exeat_text_read(inspection, file);
}

bool
exeat_opendocument_read(G_GNUC_UNUSED ExeatInspection *inspection, G_GNUC_UNUSED const ExeatZip *zip,
                        G_GNUC_UNUSED const char *type)
{
    return false;
}
