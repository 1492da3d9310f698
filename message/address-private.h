/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXEAT_MESSAGE_ADDRESS_PRIVATE_H
#define EXEAT_MESSAGE_ADDRESS_PRIVATE_H

#include "message/address.h"

/* An address from "local@domain" without spaces and comments (bytes of any kind) and a display name, which it takes
 * over. (transfer full) */
ExeatAddress *exeat_address_make(const char *bare, char *display);

/* Public mail providers' domains, sorted by strcmp(); message/providers.c. */
extern const char *const exeat_providers[];
extern const gsize exeat_providers_count;

#endif
