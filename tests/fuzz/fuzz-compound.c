/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compound files: Word, Excel, PowerPoint, Outlook, Publisher, sealed Office, objects in all of them. */
#include "tests/fuzz/fuzz_inspect.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inspect(data, size, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    return 0;
}
