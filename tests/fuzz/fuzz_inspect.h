/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of any inspection, whatever the format: limits, the form of text, cells in their order. */
#ifndef EXEAT_TESTS_FUZZ_INSPECT_H
#define EXEAT_TESTS_FUZZ_INSPECT_H

#include "message/inspect/inspection.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_INSPECT_INPUT 65536
#define FUZZ_INSPECT_CELLS 500
#define FUZZ_INSPECT_MEMBERS 50

/* Libraries complain about every input; here they may. */
static inline void
fuzz_inspect_quiet(G_GNUC_UNUSED const gchar *domain, G_GNUC_UNUSED GLogLevelFlags level,
                   G_GNUC_UNUSED const gchar *message, G_GNUC_UNUSED gpointer data)
{
}

static inline void
fuzz_inspect_text(const ExeatText *text, gsize most)
{
    gsize at = 0;
    fuzz_check_text(text);
    fuzz_assert(text->zone == EXEAT_ZONE_FILE_NAME || text->length <= most);
    fuzz_assert(text->cells == NULL || text->cells->len <= FUZZ_INSPECT_CELLS);
    for (guint i = 0; text->cells != NULL && i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        fuzz_assert(at <= cell->start && cell->start <= cell->end && cell->end <= text->length);
        fuzz_assert(cell->table < text->tables->len);
        at = cell->end;
    }
}

/* Inspects @data as a file that begins as its format must. */
static inline void
fuzz_inspect(const uint8_t *data, size_t size, const char *magic, gsize magic_length)
{
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    limits.depth = 6;
    limits.members = FUZZ_INSPECT_MEMBERS;
    limits.member_bytes = 1 << 20;
    limits.total_bytes = 8 << 20;
    limits.text_bytes = 1 << 18;
    limits.cells = FUZZ_INSPECT_CELLS;
    if (size < magic_length || size > FUZZ_INSPECT_INPUT)
        return;
    g_log_set_default_handler(fuzz_inspect_quiet, NULL);
    g_autofree guint8 *copy = g_memdup2(data, size);
    memcpy(copy, magic, magic_length);
    const ExeatFile file = {.data = copy, .length = size};
    g_autoptr(ExeatInspected) inspected = exeat_inspect(&file, &limits);
    fuzz_assert(inspected->parts->len >= 1 && inspected->parts->len <= FUZZ_INSPECT_MEMBERS + 1);
    for (guint i = 0; i < inspected->texts->len; i++)
        fuzz_inspect_text(inspected->texts->pdata[i], limits.text_bytes);
}

#endif
