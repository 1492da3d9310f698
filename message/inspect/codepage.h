/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in Windows code pages and UTF-16, as Microsoft's formats store it. */
#ifndef EXEAT_MESSAGE_INSPECT_CODEPAGE_H
#define EXEAT_MESSAGE_INSPECT_CODEPAGE_H

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

#define EXEAT_CODEPAGE_WESTERN 1252U
#define EXEAT_CODEPAGE_UTF16 1200U

/* Appends text of @codepage as UTF-8; an unknown page is read as Western. NUL bytes are left out. */
void exeat_codepage_append(GString *out, ExeatBytes bytes, guint codepage);

/* Appends UTF-16LE as UTF-8; single surrogates become U+FFFD, NULs are left out. */
void exeat_utf16_append(GString *out, ExeatBytes bytes);

/* The code page of RTF's \fcharset and of a FONT record's charset; 0 for the document's own. */
guint exeat_codepage_of_charset(guint charset);

/* The ANSI code page of a Windows language identifier. */
guint exeat_codepage_of_language(guint language);

/* @bytes of @codepage as text of the inspection. */
void exeat_codepage_text(ExeatInspection *inspection, ExeatBytes bytes, guint codepage);

#endif
