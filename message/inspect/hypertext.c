/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTML inside another format. The work is the letter's own (message/html.c); here it only becomes lines of its own.
 *
 * Owns nothing, one thread. The HTML is hostile.
 */
#include "message/inspect/hypertext.h"

#include "message/render.h"

bool
exeat_hypertext_text(ExeatInspection *inspection, const char *html, gsize length)
{
    g_auto(ExeatRendered) rendered;
    exeat_rendered_init(&rendered, exeat_inspection_limits(inspection)->cells);
    if (!exeat_html_render(html, length, &rendered)) {
        exeat_inspection_unreadable(inspection, "HTML that cannot be read");
        return false;
    }
    exeat_inspection_line(inspection);
    exeat_inspection_rendered(inspection, &rendered);
    exeat_inspection_line(inspection);
    return rendered.text->str[strspn(rendered.text->str, " \n\t")] != '\0';
}
