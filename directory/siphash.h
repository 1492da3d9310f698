/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SipHash-2-4 with a 64-bit result (Aumasson and Bernstein, 2012), a keyed hash for short inputs.
 */
#ifndef EXEAT_DIRECTORY_SIPHASH_H
#define EXEAT_DIRECTORY_SIPHASH_H

#include "directory/directory.h"

guint64 exeat_siphash(const ExeatDirectoryKey *key, const void *data, gsize length);

/* A key for one purpose, so that the same string as a name and as an address gives two unrelated values. */
ExeatDirectoryKey exeat_siphash_subkey(const ExeatDirectoryKey *key, const char *purpose);

#endif
