/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "milter/inspect.h"

#include "base/log.h"

#define LOGGED_LINES 8 /* of one letter */

void
exeat_inspect_warn(ExeatInspectShare *share)
{
    if (g_atomic_int_compare_and_exchange(&share->warned, 0, 1))
        exeat_log(EXEAT_LOG_WARNING, NULL, "not-sandboxed", "reason",
                  "attachments are read by processes that may do whatever the gate's user may", "remedy",
                  "install an exeat-inspect that was built without --disable-sandbox", NULL);
}

/* Gives the letter's slot away if there is room for one more letter that waits. */
static bool
give_slot(const ExeatLetterInspector *self, gsize bytes)
{
    gsize before = (gsize)g_atomic_pointer_add(&self->share->waiting, (gssize)bytes);
    bool gives = *self->has_slot && before + bytes <= EXEAT_INSPECT_WAITING_BYTES;
    if (gives)
        exeat_slots_give(self->slots);
    else
        g_atomic_pointer_add(&self->share->waiting, -(gssize)bytes);
    return gives;
}

static bool
letter_inspect(ExeatInspector *inspector, const ExeatFile *file, gint64 deadline, ExeatInspected **out_inspected,
               GError **error)
{
    const ExeatLetterInspector *self = (const ExeatLetterInspector *)inspector;
    ExeatInspector *pool = exeat_pool_inspector(self->pool);
    bool gave = give_slot(self, file->length);
    bool done = pool->inspect(pool, file, deadline, out_inspected, error);
    if (gave) {
        g_atomic_pointer_add(&self->share->waiting, -(gssize)file->length);
        *self->has_slot = exeat_slots_take(self->slots, deadline);
    }
    if (!exeat_pool_counts(self->pool).whole)
        exeat_inspect_warn(self->share);
    return done;
}

void
exeat_letter_inspector_init(ExeatLetterInspector *self, ExeatPool *pool, ExeatSlots *slots, ExeatInspectShare *share,
                            bool *has_slot)
{
    *self = (ExeatLetterInspector){
        .inspector = {letter_inspect}, .pool = pool, .slots = slots, .share = share, .has_slot = has_slot};
}

/* What could not be read of one attachment. */
typedef struct Unread {
    char *number;
    guint files;
    const char *reason; /* the first */
} Unread;

static void
log_unread(const char *queue_id, const Unread *unread)
{
    g_autofree char *files = unread->files > 1 ? g_strdup_printf("%u", unread->files) : NULL;
    exeat_log(EXEAT_LOG_INFO, queue_id, "not-inspected", "part", unread->number, "files", files, "reason",
              unread->reason, NULL);
}

/* What is in an attachment stands behind it in the list. */
void
exeat_inspect_log_unread(const char *queue_id, const ExeatMessage *message)
{
    const GPtrArray *parts = exeat_message_parts(message);
    Unread unread = {.number = NULL};
    guint lines = 0;
    for (guint i = 0; i < parts->len && lines < LOGGED_LINES; i++) {
        const ExeatPart *part = parts->pdata[i];
        if (!exeat_part_is_unread(part))
            continue;
        g_autofree char *number = exeat_part_number(part->path);
        if (g_strcmp0(number, unread.number) != 0) {
            if (unread.number != NULL)
                log_unread(queue_id, &unread);
            g_free(unread.number);
            unread = (Unread){.number = g_steal_pointer(&number), .reason = part->unreadable};
            lines++;
        }
        unread.files++;
    }
    if (unread.number != NULL)
        log_unread(queue_id, &unread);
    g_free(unread.number);
}
