/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an inspection found, as one text that a test can compare or search. */
#ifndef EXEAT_TESTS_UNIT_INSPECT_FIXTURE_H
#define EXEAT_TESTS_UNIT_INSPECT_FIXTURE_H

#include "message/inspect/inspection.h"

/* Each part as "[path] type encryption unreadable suspicious", its text behind it, then its cells as
 * "<title!row:column=text>". */
static inline char *
inspect_dump(const ExeatInspected *inspected)
{
    GString *dump = g_string_new(NULL);
    for (guint i = 0; i < inspected->parts->len; i++) {
        const ExeatPart *part = inspected->parts->pdata[i];
        g_string_append_printf(dump, "[%s] %s %s", part->path, part->actual_type,
                               exeat_encryption_name(part->encryption));
        g_string_append_printf(dump, " unreadable=%s suspicious=%s\n",
                               part->unreadable != NULL ? part->unreadable : "-",
                               part->suspicious != NULL ? part->suspicious : "-");
        for (guint k = 0; k < inspected->texts->len; k++) {
            const ExeatText *text = inspected->texts->pdata[k];
            if (text->part != part || text->zone != EXEAT_ZONE_ATTACHMENT)
                continue;
            g_string_append_printf(dump, "%s\n", text->text);
            for (guint c = 0; text->cells != NULL && c < text->cells->len; c++) {
                const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, c);
                const ExeatTable *table = &g_array_index(text->tables, ExeatTable, cell->table);
                g_string_append_printf(dump, "<%s!%u:%u=%.*s>\n", table->title != NULL ? table->title : "",
                                       cell->row - table->first_row, cell->column, (int)(cell->end - cell->start),
                                       text->text + cell->start);
            }
        }
    }
    return g_string_free(dump, FALSE);
}

static inline char *
inspect_bytes(const void *data, gsize length, const char *name)
{
    const ExeatFile file = {.name = name, .data = data, .length = length};
    g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, NULL);
    return inspect_dump(inspected);
}

#endif
