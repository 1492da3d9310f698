/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compound files: Word, Excel, PowerPoint, Outlook, Publisher, sealed Office, objects in all of them. */
#include "tests/fuzz/fuzz_inspect.h"

int __lsan_is_turned_off(void);

/* libgsf forgets a few bytes of each directory that it refuses; leaks of our own show in the unit tests. */
int
__lsan_is_turned_off(void)
{
    return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inspect(data, size, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    return 0;
}
