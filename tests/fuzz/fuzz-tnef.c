/* SPDX-License-Identifier: GPL-3.0-or-later */
/* winmail.dat: attributes, properties, compressed RTF. */
#include "tests/fuzz/fuzz_inspect.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inspect(data, size, "\x78\x9F\x3E\x22", 4);
    return 0;
}
