/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of PDF share. */
#ifndef EXEAT_MESSAGE_INSPECT_PDF_H
#define EXEAT_MESSAGE_INSPECT_PDF_H

#include <poppler.h>

#include "message/inspect/inspection.h"

/* The text of a page: prose in poppler's order, and what stands in rows and columns as cells. */
void exeat_pdf_page_read(ExeatInspection *inspection, PopplerPage *page);

/*
 * What is encrypted in a file that holds an encryption dictionary, by qpdf; @opened: poppler opened it without a
 * password. (message/inspect/pdf_encryption.c)
 */
ExeatEncryption exeat_pdf_encryption(const ExeatFile *file, bool opened);

#endif
