/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What exeat-inspect might say after a file has broken it, and jobs. Asserts that
 *   - an answer that is believed is within the limits, its texts are valid and its cells in order;
 *   - it is the same when it is written and read again.
 *
 * The first byte chooses between an answer and a job.
 */
#include "message/inspect/wire.h"
#include "tests/fuzz/fuzz.h"

#define WIRE_MEMBERS 20
#define WIRE_TEXT 4096
#define WIRE_CELLS 200

static void
check_part(const ExeatPart *part)
{
    fuzz_assert(part->path != NULL && part->type != NULL && part->actual_type != NULL);
    fuzz_check_utf8(part->path);
    fuzz_assert(part->kind <= EXEAT_PART_OTHER && part->encryption <= EXEAT_ENCRYPTION_DEFAULT_PASSWORD);
}

static void
check_text(const ExeatInspected *inspected, const ExeatText *text)
{
    gsize at = 0;
    fuzz_assert(g_ptr_array_find(inspected->parts, text->part, NULL));
    fuzz_assert(strlen(text->text) == text->length && text->length <= WIRE_TEXT);
    fuzz_assert(g_utf8_validate(text->text, (gssize)text->length, NULL));
    for (guint i = 0; text->cells != NULL && i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        fuzz_assert(at <= cell->start && cell->start <= cell->end && cell->end <= text->length);
        fuzz_assert(cell->table < text->tables->len);
        g_autofree char *name = exeat_text_cell_name(text, cell->start);
        at = cell->end;
    }
}

static void
check_again(const ExeatInspected *inspected, const ExeatInspectLimits *limits)
{
    g_autoptr(ExeatInspected) again = NULL;
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(inspected);
    fuzz_assert(g_bytes_get_size(bytes) <= exeat_wire_answer_bytes(limits));
    fuzz_assert(exeat_wire_read_answer(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), limits, &again, NULL));
    fuzz_assert(again->parts->len == inspected->parts->len && again->texts->len == inspected->texts->len);
}

static void
read_answer(const uint8_t *data, size_t size)
{
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    limits.members = WIRE_MEMBERS;
    limits.total_text_bytes = WIRE_TEXT;
    limits.cells = WIRE_CELLS;
    g_autoptr(ExeatInspected) inspected = NULL;
    if (!exeat_wire_read_answer(data, size, &limits, &inspected, NULL))
        return;
    fuzz_assert(inspected->parts->len >= 1 && inspected->parts->len <= WIRE_MEMBERS + 1);
    for (guint i = 0; i < inspected->parts->len; i++)
        check_part(inspected->parts->pdata[i]);
    for (guint i = 0; i < inspected->texts->len; i++)
        check_text(inspected, inspected->texts->pdata[i]);
    check_again(inspected, &limits);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ExeatFile file;
    ExeatInspectLimits limits;
    if (size == 0)
        return 0;
    if ((data[0] & 1) == 0)
        read_answer(data + 1, size - 1);
    else if (exeat_wire_read_job(data + 1, size - 1, &file, &limits, NULL) && file.name != NULL)
        fuzz_check_utf8(file.name);
    return 0;
}
