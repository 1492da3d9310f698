/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter in a file: read as any letter is, its parts become parts of the inspection, its attachments are inspected
 * under the same limits. */
#include <string.h>

#include "message/inspect/formats.h"
#include "message/message.h"

static void
letter_add_header(ExeatInspection *inspection, const ExeatMessage *letter)
{
    static const char *const shown[] = {"From", "To", "Cc", "Date", "Subject"};
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        const char *value = exeat_message_header(letter, shown[i]);
        if (value == NULL)
            continue;
        exeat_inspection_text(inspection, shown[i], strlen(shown[i]));
        exeat_inspection_text(inspection, ": ", 2);
        exeat_inspection_text(inspection, value, strlen(value));
        exeat_inspection_line(inspection);
    }
}

void
exeat_letter_read(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(file->data, file->length);
    ExeatMessageLimits limits = exeat_message_default_limits;
    limits.text_bytes = exeat_inspection_limits(inspection)->text_bytes;
    limits.cells = exeat_inspection_limits(inspection)->cells;
    ExeatMessage *letter = exeat_message_new_inspected(bytes, NULL, &limits, exeat_inspection_inspector(inspection), 0);
    letter_add_header(inspection, letter);
    g_autoptr(ExeatInspected) inspected = exeat_message_dissolve(letter);
    exeat_inspection_adopt(inspection, inspected);
}
