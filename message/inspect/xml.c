/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/documents.h"
#include "message/inspect/formats.h"

void
exeat_xml_read(ExeatInspection *inspection, const ExeatFile *file)
{
    exeat_text_read(inspection, file);
}

void
exeat_ooxml_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatZip *zip)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}

void
exeat_opendocument_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatZip *zip, G_GNUC_UNUSED const char *type)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}
