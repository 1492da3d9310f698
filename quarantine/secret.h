/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets in memory and in files: bytes that are wiped when the last user lets go of them, files that only their owner
 * (and group) may read, files that are made once and never overwritten.
 */
#ifndef EXEAT_QUARANTINE_SECRET_H
#define EXEAT_QUARANTINE_SECRET_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* A key, a certificate or a password file is never larger. */
#define EXEAT_SECRET_FILE_LIMIT (64 * 1024)

/* Takes @data (from g_malloc) and wipes it when the last reference goes. (transfer full) */
GBytes *exeat_secret_bytes(void *data, gsize size);

/* Wipes and frees a string; NULL is fine. */
void exeat_secret_free(char *text);

/* Reads a small file. With @secret, CONFIG if others than its owner and group may read or write it. */
bool exeat_secret_load(const char *path, bool secret, GBytes **out_bytes, GError **error);

/* Reads a secret of @size bytes written as hexadecimal digits and a line end. */
bool exeat_secret_load_hex(const char *path, gsize size, GBytes **out_key, GError **error);

/* Makes the file, never over another one; on disk when this returns. */
bool exeat_secret_create(const char *path, mode_t mode, const void *data, gsize size, GError **error);

#endif
