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
gpointer __real_g_once_impl(GOnce *once, GThreadFunc make, gpointer data);
void __real_g_atomic_ref_count_inc(gatomicrefcount *count);
gboolean __real_g_atomic_ref_count_dec(gatomicrefcount *count);

void __wrap_g_mutex_lock(GMutex *mutex);
void __wrap_g_mutex_unlock(GMutex *mutex);
void __wrap_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 until);
gboolean __wrap_g_once_init_enter(void *location);
void __wrap_g_once_init_leave(void *location, gsize result);
gpointer __wrap_g_once_impl(GOnce *once, GThreadFunc make, gpointer data);
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

typedef struct Making {
    GOnce *once;
    GThreadFunc make;
    gpointer data;
} Making;

/* Before GLib writes that it is made: who reads that, by g_once() itself, has seen all of it. */
static gpointer
make_and_release(gpointer data)
{
    const Making *making = data;
    gpointer made = making->make(making->data);
    __tsan_release(making->once);
    return made;
}

gpointer
__wrap_g_once_impl(GOnce *once, GThreadFunc make, gpointer data)
{
    Making making = {once, make, data};
    gpointer made = __real_g_once_impl(once, make_and_release, &making);
    __tsan_acquire(once);
    return made;
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
