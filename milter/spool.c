/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"

#define SHARE_STEP_KILOBYTES 256 /* taken from the share at a time */

struct ExeatSpool {
    char *folder;
    gsize memory; /* bytes that may stay in memory; grows with what is taken from the share */
    ExeatSpoolShare *share;
    gint share_most; /* kilobytes */
    gint taken;      /* kilobytes of the share */
    gsize most;
    gsize size;
    GByteArray *bytes; /* what is not in the file yet */
    int fd;            /* -1 until the bound is passed */
};

ExeatSpool *
exeat_spool_new(const char *folder, gsize memory, gsize most)
{
    ExeatSpool *spool = g_new0(ExeatSpool, 1);
    spool->folder = g_strdup(folder);
    spool->memory = memory;
    spool->most = most;
    spool->bytes = g_byte_array_new();
    spool->fd = -1;
    return spool;
}

void
exeat_spool_use_share(ExeatSpool *spool, ExeatSpoolShare *share, gsize most)
{
    spool->share = share;
    spool->share_most = (gint)MIN(most / 1024, (gsize)G_MAXINT / 2);
}

/* True if there was something left of the share. */
static bool
take_share(ExeatSpool *spool)
{
    if (!spool->share)
        return false;
    if (g_atomic_int_add(&spool->share->kilobytes, SHARE_STEP_KILOBYTES) + SHARE_STEP_KILOBYTES > spool->share_most) {
        g_atomic_int_add(&spool->share->kilobytes, -SHARE_STEP_KILOBYTES);
        return false;
    }
    spool->taken += SHARE_STEP_KILOBYTES;
    spool->memory += SHARE_STEP_KILOBYTES * 1024;
    return true;
}

static void
give_share_back(ExeatSpool *spool)
{
    if (spool->taken == 0)
        return;
    g_atomic_int_add(&spool->share->kilobytes, -spool->taken);
    spool->memory -= (gsize)spool->taken * 1024;
    spool->taken = 0;
}

void
exeat_spool_free(ExeatSpool *spool)
{
    if (!spool)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    if (spool->bytes)
        g_byte_array_unref(spool->bytes);
    give_share_back(spool);
    g_free(spool->folder);
    g_free(spool);
}

static bool
spool_fail(const char *what, GError **error)
{
    g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the spool %s: %s", what, g_strerror(errno));
    return false;
}

static bool
write_out(ExeatSpool *spool, GError **error)
{
    if (spool->fd < 0)
        spool->fd = open(spool->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool->fd < 0)
        return spool_fail("cannot be opened", error);
    for (gsize done = 0; done < spool->bytes->len;) {
        ssize_t written = write(spool->fd, spool->bytes->data + done, spool->bytes->len - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return spool_fail("cannot be written", error);
        done += (gsize)written;
    }
    if (spool->taken == 0) {
        g_byte_array_set_size(spool->bytes, 0);
        return true;
    }
    /* what was borrowed is for letters that need no file at all */
    g_byte_array_unref(spool->bytes);
    spool->bytes = g_byte_array_new();
    give_share_back(spool);
    return true;
}

bool
exeat_spool_append(ExeatSpool *spool, const void *bytes, gsize length, GError **error)
{
    if (length > spool->most - spool->size) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_LIMIT, "the letter is larger than %zu bytes", spool->most);
        return false;
    }
    g_byte_array_append(spool->bytes, bytes, (guint)length);
    spool->size += length;
    while (spool->bytes->len > spool->memory && spool->fd < 0 && take_share(spool))
        continue;
    return spool->bytes->len <= spool->memory || write_out(spool, error);
}

gsize
exeat_spool_size(const ExeatSpool *spool)
{
    return spool->size;
}

bool
exeat_spool_finish(ExeatSpool *spool, GBytes **out_bytes, GError **error)
{
    if (spool->fd < 0) {
        *out_bytes = g_byte_array_free_to_bytes(g_steal_pointer(&spool->bytes));
        return true;
    }
    if (!write_out(spool, error))
        return false;
    g_autoptr(GMappedFile) mapped = g_mapped_file_new_from_fd(spool->fd, FALSE, NULL);
    if (!mapped)
        return spool_fail("cannot be mapped", error);
    *out_bytes = g_mapped_file_get_bytes(mapped);
    return true;
}
