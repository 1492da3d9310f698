/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF: what is done with poppler's answers. poppler and qpdf are fuzzed elsewhere; a fault of theirs ends a process
 * that can do nothing else. */
#include "tests/fuzz/fuzz_inspect.h"

int __lsan_is_turned_off(void);

/* poppler keeps its tables until the process ends. */
int
__lsan_is_turned_off(void)
{
    return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_inspect(data, size, "%PDF-", 5);
    return 0;
}
