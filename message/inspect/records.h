/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML of any kind, as people would see it in a program made for it: what repeats and holds fields is a table, other
 * fields are a form of labels and values, and where text and elements mix it is prose. The document is read twice: how
 * it is built is known only at its end.
 */
#ifndef EXEAT_MESSAGE_INSPECT_RECORDS_H
#define EXEAT_MESSAGE_INSPECT_RECORDS_H

#include "message/inspect/inspection.h"

#define EXEAT_RECORDS_PATHS_MOST 4096  /* places of elements and attributes; what has none is shown as prose */
#define EXEAT_RECORDS_CODED_BYTES 2048 /* a longer value without a blank is a picture or a key in base64 */

/* @plain: lines without labels, for pictures with text in them. */
void exeat_records_read(ExeatInspection *inspection, const ExeatFile *file, bool plain);

#endif
