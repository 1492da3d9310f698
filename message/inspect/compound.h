/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats that are kept in compound files, each read from an opened root; compound.c tells them apart. */
#ifndef EXEAT_MESSAGE_INSPECT_COMPOUND_H
#define EXEAT_MESSAGE_INSPECT_COMPOUND_H

#include <gsf/gsf-infile.h>

#include "message/inspect/slice.h"
#include "message/inspect/inspection.h"

void exeat_word97_read(ExeatInspection *inspection, GsfInfile *root);
void exeat_excel97_read(ExeatInspection *inspection, GsfInfile *root);
void exeat_powerpoint97_read(ExeatInspection *inspection, GsfInfile *root);
void exeat_publisher_read(ExeatInspection *inspection, GsfInfile *root);
void exeat_outlook_read(ExeatInspection *inspection, GsfInfile *root);

#endif
