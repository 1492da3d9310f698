/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key file. Whoever has it can test guesses of names against the directory, so it is refused if others can read it.
 *
 * Threads: no state. Hostile input: none, the file is the operator's; it is bounded and checked all the same.
 */
#include "directory/directory.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define KEY_FILE_BYTES (2 * EXEAT_DIRECTORY_KEY_BYTES)

static bool
key_parse(const char *text, gsize length, ExeatDirectoryKey *out_key)
{
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    if (length != KEY_FILE_BYTES)
        return false;
    ExeatDirectoryKey key;
    for (gsize i = 0; i < EXEAT_DIRECTORY_KEY_BYTES; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = g_ascii_xdigit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key.bytes[i] = (guint8)(high << 4 | low);
    }
    *out_key = key;
    return true;
}

bool
exeat_directory_key_load(const char *path, ExeatDirectoryKey *out_key, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "cannot open the directory key %s: %s", path,
                    g_strerror(errno));
        return false;
    }
    struct stat status;
    char text[KEY_FILE_BYTES + 8];
    bool ok = false;
    ssize_t got = -1;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the directory key %s is not a regular file", path);
    else if ((status.st_mode & S_IRWXO) != 0)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG,
                    "the directory key %s can be used by everybody; chmod it to 0640 or less", path);
    else if ((got = read(fd, text, sizeof text)) < 0)
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "cannot read the directory key %s: %s", path,
                    g_strerror(errno));
    else if (!(ok = key_parse(text, (gsize)got, out_key)))
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "the directory key %s is not %d hexadecimal digits", path,
                    KEY_FILE_BYTES);
    explicit_bzero(text, sizeof text);
    close(fd);
    return ok;
}
