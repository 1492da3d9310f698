/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTML that stands inside another format: the body of a saved letter, or what RTF is a wrapping of. */
#ifndef EXEAT_MESSAGE_INSPECT_HYPERTEXT_H
#define EXEAT_MESSAGE_INSPECT_HYPERTEXT_H

#include "message/inspect/inspection.h"

/* What a reader of @html sees as text and tables of this part. @html is UTF-8. False if it shows nothing. */
bool exeat_hypertext_text(ExeatInspection *inspection, const char *html, gsize length);

#endif
