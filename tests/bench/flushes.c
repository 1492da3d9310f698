/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts how often a program waits for the disk. Loaded before its libraries (LD_PRELOAD); the count is the first eight
 * bytes of the file that $FLUSHES names.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t *flushes; /* shared with whoever reads; atomic */

__attribute__((constructor)) static void
flushes_open(void)
{
    const char *path = getenv("FLUSHES");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = fd >= 0 ? mmap(NULL, sizeof *flushes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    flushes = mapped != MAP_FAILED ? mapped : NULL;
}

static int
flushes_count(const char *name, int fd)
{
    union {
        void *found;
        int (*call)(int);
    } real = {.found = dlsym(RTLD_NEXT, name)};
    if (flushes)
        __atomic_add_fetch(flushes, 1, __ATOMIC_RELAXED);
    return real.call(fd);
}

int
fsync(int fd)
{
    return flushes_count("fsync", fd);
}

int
fdatasync(int fd)
{
    return flushes_count("fdatasync", fd);
}
