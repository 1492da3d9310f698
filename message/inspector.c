/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lives of parts, and of what an inspector answers. Owns nothing itself, any thread. */
#include "message/inspector.h"

#include <string.h>

const char *
exeat_encryption_name(ExeatEncryption encryption)
{
    static const char *const names[] = {"no", "yes", "weak", "partial", "owner-only", "default-password"};
    return names[MIN((gsize)encryption, G_N_ELEMENTS(names) - 1)];
}

char *
exeat_part_number(const char *path)
{
    return g_strndup(path, strcspn(path, "/"));
}

bool
exeat_part_is_unread(const ExeatPart *part)
{
    bool sealed = part->encryption == EXEAT_ENCRYPTION_YES || part->encryption == EXEAT_ENCRYPTION_WEAK;
    return part->unreadable != NULL && !sealed && part->kind != EXEAT_PART_MEDIA && part->kind != EXEAT_PART_SIGNATURE;
}

void
exeat_part_free(ExeatPart *part)
{
    if (part == NULL)
        return;
    g_free(part->path);
    g_free(part->type);
    g_free(part->actual_type);
    g_free(part->charset);
    g_free(part->file_name);
    g_free(part->content_id);
    g_free(part->suspicious);
    g_free(part->unreadable);
    g_free(part);
}

ExeatInspected *
exeat_inspected_new(void)
{
    ExeatInspected *inspected = g_new0(ExeatInspected, 1);
    inspected->parts = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_part_free);
    inspected->texts = g_ptr_array_new_with_free_func((GDestroyNotify)exeat_text_free);
    return inspected;
}

void
exeat_inspected_free(ExeatInspected *inspected)
{
    if (inspected == NULL)
        return;
    g_ptr_array_unref(inspected->texts);
    g_ptr_array_unref(inspected->parts);
    g_free(inspected);
}
