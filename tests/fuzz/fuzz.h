/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput(); with --enable-fuzzing libFuzzer
 * calls it, else replay.c does, over the corpus and mutations of it. Targets assert what must hold of any input: a
 * crash is only the coarsest of faults.
 */
#ifndef EXEAT_TESTS_FUZZ_H
#define EXEAT_TESTS_FUZZ_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "directory/directory.h"
#include "message/message.h"
#include "policies/settings.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with the place and the condition, so that libFuzzer keeps the input. */
#define fuzz_assert(condition)                         \
    do {                                               \
        if (!(condition))                              \
            fuzz_fail(__FILE__, __LINE__, #condition); \
    } while (0)
void fuzz_fail(const char *file, int line, const char *condition) G_GNUC_NORETURN;

/* Bytes of the input, taken from its front; zeros once it is used up. */
typedef struct FuzzInput {
    const uint8_t *data;
    size_t left;
} FuzzInput;

guint8 fuzz_byte(FuzzInput *input);
guint32 fuzz_number(FuzzInput *input); /* four bytes */
/* A string up to the next line feed. (transfer full) */
char *fuzz_line(FuzzInput *input);

/* Overwrites bytes of @bytes from @from on: each patch is a three-byte place and a byte. */
void fuzz_patch(FuzzInput *input, guint8 *bytes, gsize size, gsize from);

/* A small school, its directory and its settings with every policy on; made once, the same at each start. */
const ExeatDirectory *fuzz_directory(void);
const ExeatDirectoryKey *fuzz_directory_key(void);
/* The bytes of its file. (transfer none) */
GBytes *fuzz_directory_file(void);
const ExeatPolicySettings *fuzz_settings(void);
const ExeatNameContext *fuzz_names(void);

/* A folder of this process that is removed at its end, in memory where there is /dev/shm. */
const char *fuzz_folder(void);

void fuzz_check_utf8(const char *text);
void fuzz_check_key(const ExeatAddress *address);
void fuzz_check_text(const ExeatText *text);

#endif
