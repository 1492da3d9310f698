/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives and what may lie in them: zip, 7z, rar, tar and packed files, S/MIME, OpenPGP, letters, texts. The first
 * byte chooses how the file begins. */
#include "tests/fuzz/fuzz_inspect.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *magic;
        gsize length;
    } rows[] = {{"PK\x03\x04", 4},       {"Rar!\x1A\x07\x01\x00", 8},
                {"Rar!\x1A\x07\x00", 7}, {"7z\xBC\xAF\x27\x1C", 6},
                {"\x1F\x8B", 2},         {"From: ", 6},
                {"\x30\x80", 2},         {"", 0}};
    if (size > 1)
        fuzz_inspect(data + 1, size - 1, rows[data[0] % G_N_ELEMENTS(rows)].magic,
                     rows[data[0] % G_N_ELEMENTS(rows)].length);
    return 0;
}
