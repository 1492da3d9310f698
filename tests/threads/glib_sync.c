/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ThreadSanitizer cannot see: GLib is built without it, and its locks are system calls of its own. In a build with
 * --enable-tsan the linker puts these in the place of GLib's functions; each calls the real one and says what it
 * orders.
 */
#include <glib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

void __real_g_mutex_lock(GMutex *mutex);
void __real_g_mutex_unlock(GMutex *mutex);
void __real_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __real_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 until);
gboolean __real_g_once_init_enter(void *location);
void __real_g_once_init_leave(void *location, gsize result);
void __real_g_atomic_ref_count_inc(gatomicrefcount *count);
gboolean __real_g_atomic_ref_count_dec(gatomicrefcount *count);

void __wrap_g_mutex_lock(GMutex *mutex);
void __wrap_g_mutex_unlock(GMutex *mutex);
void __wrap_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 until);
gboolean __wrap_g_once_init_enter(void *location);
void __wrap_g_once_init_leave(void *location, gsize result);
void __wrap_g_atomic_ref_count_inc(gatomicrefcount *count);
gboolean __wrap_g_atomic_ref_count_dec(gatomicrefcount *count);

void
__wrap_g_mutex_lock(GMutex *mutex)
{
    __real_g_mutex_lock(mutex);
    __tsan_acquire(mutex);
}

void
__wrap_g_mutex_unlock(GMutex *mutex)
{
    __tsan_release(mutex);
    __real_g_mutex_unlock(mutex);
}

void
__wrap_g_cond_wait(GCond *cond, GMutex *mutex)
{
    __tsan_release(mutex);
    __real_g_cond_wait(cond, mutex);
    __tsan_acquire(mutex);
}

gboolean
__wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 until)
{
    __tsan_release(mutex);
    gboolean signalled = __real_g_cond_wait_until(cond, mutex, until);
    __tsan_acquire(mutex);
    return signalled;
}

gboolean
__wrap_g_once_init_enter(void *location)
{
    gboolean first = __real_g_once_init_enter(location);
    __tsan_acquire(location);
    return first;
}

void
__wrap_g_once_init_leave(void *location, gsize result)
{
    __tsan_release(location);
    __real_g_once_init_leave(location, result);
}

void
__wrap_g_atomic_ref_count_inc(gatomicrefcount *count)
{
    __real_g_atomic_ref_count_inc(count);
}

gboolean
__wrap_g_atomic_ref_count_dec(gatomicrefcount *count)
{
    __tsan_release(count);
    gboolean last = __real_g_atomic_ref_count_dec(count);
    if (last)
        __tsan_acquire(count);
    return last;
}
