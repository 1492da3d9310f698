/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OpenPGP (RFC 9580): encrypted if its first packet is a session key or sealed data. A marker of an armoured message
 * proves nothing: signed and compressed messages have the same one.
 */
#include <string.h>

#include "message/inspect/formats.h"
#include "message/sniff.h"

void
exeat_pgp_read(ExeatInspection *inspection, const ExeatFile *file)
{
    const char *text = (const char *)file->data;
    if (exeat_encryption_is_pgp(file->data, file->length) || exeat_encryption_in_text(text, file->length))
        exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    else
        exeat_inspection_unreadable(inspection, "OpenPGP content that is signed or packed");
}
