/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings/office.h"

static const ExeatOption office_options[] = {
    {.key = "user",
     .type = EXEAT_OPTION_TEXT,
     .offset = offsetof(ExeatOfficeSettings, user),
     .fallback = "exeat-office",
     .help = "The user that the office becomes when root starts it; the gate's group, whose store it shares, it gets "
             "besides. It alone may read the private key."},
    {.key = NULL},
};
static const ExeatOption *const office_tables[] = {office_options, NULL};

const ExeatBlock exeat_office_block = {
    .name = "office",
    .size = sizeof(ExeatOfficeSettings),
    .tables = office_tables,
    .help = "The clerk, who delivers",
};
