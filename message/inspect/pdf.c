/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/formats.h"

void
exeat_pdf_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatFile *file)
{
    exeat_inspection_unreadable(inspection, "a format that cannot be read");
}
