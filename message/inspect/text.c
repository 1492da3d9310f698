/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text files that lay in another file: plain, HTML, CSV, vCard, iCalendar; read as the gate reads those that are
 * attached themselves. */
#include <string.h>

#include "message/charset.h"
#include "message/inspect/formats.h"
#include "message/render.h"
#include "message/sniff.h"

static void
text_render(const char *text, gsize length, ExeatTextFormat format, ExeatRendered *out)
{
    if (format == EXEAT_FORMAT_HTML) {
        exeat_html_render(text, length, out);
        return;
    }
    gsize clean_length = 0;
    g_autofree char *clean = exeat_text_clean(text, length, &clean_length);
    if (format == EXEAT_FORMAT_CARD)
        exeat_card_render(clean, clean_length, out);
    else if (format == EXEAT_FORMAT_DELIMITED || exeat_delimited_detect(clean, clean_length, false) != 0)
        exeat_delimited_render(clean, clean_length, out);
    else
        exeat_tabbed_render(clean, clean_length, out);
}

void
exeat_text_read(ExeatInspection *inspection, const ExeatFile *file)
{
    const char *bytes = (const char *)file->data;
    const ExeatInspectLimits *limits = exeat_inspection_limits(inspection);
    gsize length = MIN(file->length, limits->text_bytes), text_length = 0;
    if (length < file->length)
        exeat_inspection_unreadable(inspection, "longer than the limit: read in part");
    ExeatTextFormat format = exeat_sniff_text_format(file->type, file->name, bytes, length);
    g_autofree char *text = exeat_charset_decode(bytes, length, file->charset, NULL, &text_length);
    g_auto(ExeatRendered) rendered;
    exeat_rendered_init(&rendered, limits->cells);
    text_render(text, text_length, format, &rendered);
    exeat_inspection_rendered(inspection, &rendered);
    if (exeat_encryption_in_text(text, text_length))
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
}
