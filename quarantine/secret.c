/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets in memory and in files. The operator's paths are trusted, the modes of the files are not: a key that anybody
 * can read is refused, since a warning in a log is read by nobody.
 */
#include "quarantine/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

typedef struct SecretBlock {
    void *data;
    gsize size;
} SecretBlock;

static void
secret_block_free(gpointer user_data)
{
    SecretBlock *block = user_data;

    OPENSSL_cleanse(block->data, block->size);
    g_free(block->data);
    g_free(block);
}

GBytes *
exeat_secret_bytes(void *data, gsize size)
{
    SecretBlock *block = g_new(SecretBlock, 1);

    block->data = data;
    block->size = size;
    return g_bytes_new_with_free_func(data, size, secret_block_free, block);
}

void
exeat_secret_free(char *text)
{
    if (text == NULL)
        return;
    OPENSSL_cleanse(text, strlen(text));
    g_free(text);
}

static bool
secret_check_mode(int fd, const char *path, bool secret, gsize *out_size, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s is not a regular file", path);
        return false;
    }
    if (secret && (status.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "%s is a secret, but others than its owner may read or change it (mode %04o): chmod 0600 or 0640",
                    path, (guint)(status.st_mode & 07777));
        return false;
    }
    if (status.st_size < 0 || status.st_size > EXEAT_SECRET_FILE_LIMIT) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s is too large for a key or certificate", path);
        return false;
    }
    *out_size = (gsize)status.st_size;
    return true;
}

bool
exeat_secret_load(const char *path, bool secret, GBytes **out_bytes, GError **error)
{
    g_autofree guint8 *data = NULL;
    gsize size = 0, got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s cannot be opened: %s", path, g_strerror(errno));
        return false;
    }
    if (!secret_check_mode(fd, path, secret, &size, error)) {
        close(fd);
        return false;
    }
    data = g_malloc0(size + 1);
    while (got < size) {
        ssize_t n = read(fd, data + got, size - got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        got += (gsize)n;
    }
    close(fd);
    if (got < size) {
        OPENSSL_cleanse(data, size);
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "%s cannot be read to its end", path);
        return false;
    }
    *out_bytes = exeat_secret_bytes(g_steal_pointer(&data), size);
    return true;
}

bool
exeat_secret_load_hex(const char *path, gsize size, GBytes **out_key, GError **error)
{
    g_autoptr(GBytes) file = NULL;
    g_autofree guint8 *key = g_malloc0(size);
    const char *text;
    gsize length = 0;

    if (!exeat_secret_load(path, true, &file, error))
        return false;
    text = g_bytes_get_data(file, &length);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    if (length != size * 2)
        goto malformed;
    for (gsize i = 0; i < size; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            goto malformed;
        key[i] = (guint8)(high << 4 | low);
    }
    *out_key = exeat_secret_bytes(g_steal_pointer(&key), size);
    return true;

malformed:
    OPENSSL_cleanse(key, size);
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s does not hold %" G_GSIZE_FORMAT " hexadecimal digits", path,
                size * 2);
    return false;
}

static bool
secret_write(int fd, const guint8 *data, gsize size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        size -= (gsize)n;
    }
    return fsync(fd) == 0;
}

bool
exeat_secret_create(const char *path, mode_t mode, const void *data, gsize size, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s cannot be made: %s", path,
                    errno == EEXIST ? "it is there already, and is never overwritten" : g_strerror(errno));
        return false;
    }
    /* Whatever the caller's umask, the mode is what was asked for. */
    if (fchmod(fd, mode) != 0 || !secret_write(fd, data, size)) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "%s cannot be written: %s", path, g_strerror(errno));
        close(fd);
        unlink(path);
        return false;
    }
    if (close(fd) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "%s cannot be written: %s", path, g_strerror(errno));
        unlink(path);
        return false;
    }
    return true;
}
