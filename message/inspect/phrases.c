/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns nothing. A phrase that a reader says and that does not stand here is told as EXEAT_PHRASE_OTHER;
 * tests/house/check.py compares the table with what readers say. */
#include "message/inspect/phrases.h"

#include <glib.h>
#include <string.h>

static const char *const phrases[] = {
    EXEAT_PHRASE_OTHER,
    /* limits */
    "a file in it is larger than the limit",
    "a table has more cells than the limit",
    "a workbook has more strings than the limit",
    "elements are nested too deeply",
    "files are nested too deeply",
    "holds more files than the limit",
    "larger than the limit",
    "larger than the limit, damaged, or packed in an unknown way",
    "longer than the limit: read in part",
    "more annotations than the limit",
    "more form fields than the limit",
    "more text than the limit",
    "more text than the limit: read in part",
    "records are nested too deeply",
    "takes too long to read",
    "too large to be inspected",
    "unpacks to far more than its size",
    "unpacks to more than the limit",
    /* damage, and what nobody reads */
    "HTML that cannot be read",
    "OpenPGP content that is signed or packed",
    "S/MIME content of an unknown kind",
    "a PDF without pages",
    "a damaged PDF",
    "a damaged attachment",
    "a damaged compound file",
    "a database whose rows cannot be read",
    "a format that cannot be read",
    "an Apple iWork document",
    "an archive without a directory that can be followed",
    "compressed S/MIME content",
    "damaged",
    "damaged S/MIME content",
    "empty",
    "encrypted",
    "encrypted by rights management",
    "its directory contradicts its members",
    "one volume of several",
    "the archive is damaged, or packed in an unknown way",
    "unknown binary content",
    "unknown structure",
    /* suspicion */
    "a disguised program",
    "a private key",
    "a program",
    "executable",
    "macros",
    "not what its name says",
};

const char *
exeat_inspect_phrase(const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (strcmp(phrases[i], text) == 0)
            return phrases[i];
    return NULL;
}
