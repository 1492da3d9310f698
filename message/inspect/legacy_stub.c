/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/formats.h"

void
exeat_compound_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatFile *file)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}

void
exeat_rtf_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatFile *file)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}

void
exeat_tnef_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatFile *file)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}
