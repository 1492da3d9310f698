/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/web/qr.h"

#include <qrencode.h>

#include "office/web/tree.h"

#define QR_QUIET 4 /* modules around it, as the standard asks */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QRcode, QRcode_free)

/* A path of one square for each dark module. (transfer full) */
static char *
qr_path(const QRcode *code)
{
    GString *path = g_string_new(NULL);

    for (int i = 0; i < code->width * code->width; i++) {
        if ((code->data[i] & 1) != 0)
            g_string_append_printf(path, "M%d %dh1v1h-1z", i % code->width + QR_QUIET, i / code->width + QR_QUIET);
    }
    return g_string_free(path, FALSE);
}

void
exeat_qr_add(xmlNode *parent, const char *text, const char *label)
{
    g_autoptr(QRcode) code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    g_autofree char *path = NULL, *side = NULL, *view = NULL;
    xmlNode *svg;

    if (code == NULL)
        return;
    path = qr_path(code);
    side = g_strdup_printf("%d", code->width + 2 * QR_QUIET);
    view = g_strdup_printf("0 0 %s %s", side, side);
    svg = exeat_tree_add(parent, "svg", "class", "qr", "viewBox", view, "role", "img", "aria-label", label, NULL);
    exeat_tree_add(svg, "rect", "width", side, "height", side, "fill", "#fff", NULL);
    exeat_tree_add(svg, "path", "d", path, "fill", "#000", NULL);
}
