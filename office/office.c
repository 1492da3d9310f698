/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/office.h"

ExeatDesk *
exeat_office_desk(ExeatOffice *office)
{
    ExeatDesk *desk;

    g_mutex_lock(&office->lock);
    desk = exeat_desk_ref(office->desk);
    g_mutex_unlock(&office->lock);
    return desk;
}

void
exeat_office_wake(ExeatOffice *office, gint64 seconds)
{
    gint64 due = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

    g_mutex_lock(&office->lock);
    if (office->due == 0 || due < office->due)
        office->due = due;
    g_cond_signal(&office->wake);
    g_mutex_unlock(&office->lock);
}
