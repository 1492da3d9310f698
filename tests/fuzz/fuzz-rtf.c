/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rich Text Format, and objects in it. */
#include "tests/fuzz/fuzz_inspect.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inspect(data, size, "{\\rtf", 5);
    return 0;
}
