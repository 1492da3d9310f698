/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat keygen: every key that a gateway needs, in one folder. It never writes over one that is there. */
#include <stdio.h>

#include "cli/cli.h"
#include "quarantine/keygen.h"

