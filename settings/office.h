/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The office's own block of exeat.conf. */
#ifndef EXEAT_SETTINGS_OFFICE_H
#define EXEAT_SETTINGS_OFFICE_H

#include "base/options.h"

typedef struct ExeatOfficeSettings {
    char *user; /* whom to become, when started as root */
} ExeatOfficeSettings;

extern const ExeatBlock exeat_office_block;

#endif
