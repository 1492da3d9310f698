/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/slots.h"

void
exeat_slots_init(ExeatSlots *slots, guint count)
{
    g_mutex_init(&slots->lock);
    g_cond_init(&slots->freed);
    slots->free = count;
}

void
exeat_slots_clear(ExeatSlots *slots)
{
    g_mutex_clear(&slots->lock);
    g_cond_clear(&slots->freed);
}

bool
exeat_slots_take(ExeatSlots *slots, gint64 until)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&slots->lock);
    while (slots->free == 0)
        if (!g_cond_wait_until(&slots->freed, &slots->lock, until))
            return false;
    slots->free--;
    return true;
}

void
exeat_slots_give(ExeatSlots *slots)
{
    g_mutex_lock(&slots->lock);
    slots->free++;
    g_cond_signal(&slots->freed);
    g_mutex_unlock(&slots->lock);
}
