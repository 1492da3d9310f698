/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames, and what the gate makes of an answer that no honest process wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/ipc.h"
#include "message/inspect/wire.h"

typedef struct Ends {
    int ours;
    int theirs;
} Ends;

static int
make_ends(void **state)
{
    int sockets[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    Ends *ends = g_new(Ends, 1);
    *ends = (Ends){sockets[0], sockets[1]};
    *state = ends;
    return 0;
}

static int
close_ends(void **state)
{
    Ends *ends = *state;
    close(ends->ours);
    close(ends->theirs);
    g_free(ends);
    return 0;
}

static const ExeatIpcRule one_rule[] = {{7, 100}};

static gint64
soon(void)
{
    return g_get_monotonic_time() + G_USEC_PER_SEC;
}

static void
test_frame_with_descriptor(void **state)
{
    const Ends *ends = *state;
    g_auto(ExeatIpcFrame) frame;
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(exeat_ipc_send(ends->theirs, 7, "hello", 5, file, NULL));
    assert_true(exeat_ipc_receive(ends->ours, one_rule, 1, soon(), &frame, NULL));
    assert_int_equal(frame.type, 7);
    assert_int_equal(frame.length, 5);
    assert_memory_equal(frame.body, "hello", 5);
    assert_true(frame.descriptor >= 0);
    close(file);
}

static void
test_frames_that_may_not_come(void **state)
{
    static const struct {
        const char *name;
        guint32 type;
        gsize length;
        int want; /* error code, -1: received */
    } rows[] = {
        {"just below the length", 7, 99, -1},
        {"the length", 7, 100, -1},
        {"above it", 7, 101, EXEAT_ERROR_MALFORMED},
        {"another type", 8, 1, EXEAT_ERROR_MALFORMED},
        {"no body", 7, 0, -1},
    };
    static const char body[128];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(close_ends(state) + make_ends(state), 0);
        const Ends *ends = *state;
        g_auto(ExeatIpcFrame) frame;
        g_autoptr(GError) error = NULL;
        assert_true(exeat_ipc_send(ends->theirs, rows[i].type, body, rows[i].length, -1, NULL));
        bool received = exeat_ipc_receive(ends->ours, one_rule, 1, soon(), &frame, &error);
        if (received != (rows[i].want < 0) || (!received && !g_error_matches(error, EXEAT_ERROR, rows[i].want)))
            fail_msg("%s: %s", rows[i].name, received ? "received" : error->message);
    }
}

static void
test_silence_and_death(void **state)
{
    Ends *ends = *state;
    g_auto(ExeatIpcFrame) frame;
    g_autoptr(GError) late = NULL, gone = NULL, broken = NULL;
    assert_false(exeat_ipc_receive(ends->ours, one_rule, 1, g_get_monotonic_time() + 1000, &frame, &late));
    assert_true(g_error_matches(late, EXEAT_ERROR, EXEAT_ERROR_LIMIT));
    /* announces 100 bytes and dies after two */
    assert_int_equal(write(ends->theirs, "\7\0\0\0\x64\0\0\0ab", 10), 10);
    close(ends->theirs);
    ends->theirs = -1;
    assert_false(exeat_ipc_receive(ends->ours, one_rule, 1, soon(), &frame, &gone));
    assert_true(g_error_matches(gone, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE));
    exeat_ipc_frame_clear(&frame);
    assert_false(exeat_ipc_send(ends->ours, 7, "x", 1, -1, &broken));
    assert_true(g_error_matches(broken, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE));
}

static ExeatInspected *
make_inspected(void)
{
    ExeatInspected *inspected = exeat_inspected_new();
    for (guint i = 0; i < 2; i++) {
        ExeatPart *part = g_new0(ExeatPart, 1);
        part->path = g_strdup(i == 0 ? "" : "Year 6.xlsx");
        part->type = g_strdup("application/octet-stream");
        part->actual_type = g_strdup("application/zip");
        part->file_name = i == 0 ? NULL : g_strdup("Year 6.xlsx");
        part->encryption = i == 0 ? EXEAT_ENCRYPTION_PARTIAL : EXEAT_ENCRYPTION_NO;
        g_ptr_array_add(inspected->parts, part);
    }
    ExeatText *text = g_new0(ExeatText, 1);
    *text = (ExeatText){.zone = EXEAT_ZONE_ATTACHMENT,
                        .part = inspected->parts->pdata[1],
                        .text = g_strdup("Pupils\nSi\u00E2n\tH801200001001\n"),
                        .cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell)),
                        .tables = exeat_tables_new()};
    text->length = strlen(text->text);
    const ExeatCell cells[] = {{7, 12, 3, 0, 0}, {13, 26, 3, 1, 0}};
    g_array_append_vals(text->cells, cells, 2);
    const ExeatTable table = {g_strdup("Pupils"), 1};
    g_array_append_val(text->tables, table);
    g_ptr_array_add(inspected->texts, text);
    return inspected;
}

static void
test_answer_round_trip(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatInspected) before = make_inspected(), after = NULL;
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(before);
    assert_true(exeat_wire_read_answer(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                       &exeat_inspect_default_limits, &after, NULL));
    assert_int_equal(after->parts->len, 2);
    const ExeatPart *part = after->parts->pdata[1];
    assert_string_equal(part->path, "Year 6.xlsx");
    const ExeatText *text = after->texts->pdata[0];
    assert_ptr_equal(text->part, part);
    assert_string_equal(text->text, "Pupils\nSi\u00E2n\tH801200001001\n");
    assert_string_equal(g_array_index(text->tables, ExeatTable, 0).title, "Pupils");
    assert_int_equal(g_array_index(text->cells, ExeatCell, 1).column, 1);
    assert_int_equal(exeat_text_cell_at(text, 14)->start, 13);
}

/* Every truncation, and every byte turned to several values: refused, or another answer that holds together. */
static void
test_answer_is_not_believed(G_GNUC_UNUSED void **state)
{
    static const guint8 values[] = {0, 1, 0x7F, 0x80, 0xFF};
    g_autoptr(ExeatInspected) before = make_inspected();
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(before);
    gsize length = 0, refused = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    for (gsize cut = 0; cut < length; cut++) {
        g_autoptr(ExeatInspected) read = NULL;
        g_autofree guint8 *copy = g_memdup2(data, cut);
        assert_false(exeat_wire_read_answer(copy, cut, &exeat_inspect_default_limits, &read, NULL));
    }
    for (gsize at = 0; at < length * G_N_ELEMENTS(values); at++) {
        g_autoptr(ExeatInspected) read = NULL;
        g_autofree guint8 *copy = g_memdup2(data, length);
        copy[at / G_N_ELEMENTS(values)] = values[at % G_N_ELEMENTS(values)];
        refused += !exeat_wire_read_answer(copy, length, &exeat_inspect_default_limits, &read, NULL);
        for (guint i = 0; read != NULL && i < read->texts->len; i++) {
            const ExeatText *text = read->texts->pdata[i];
            assert_true(g_utf8_validate(text->text, (gssize)text->length, NULL));
            for (guint k = 0; text->cells != NULL && k < text->cells->len; k++)
                assert_true(g_array_index(text->cells, ExeatCell, k).end <= text->length);
        }
    }
    assert_true(refused > length);
}

static ExeatInspected *
make_many(guint parts, gsize text)
{
    ExeatInspected *inspected = exeat_inspected_new();
    for (guint i = 0; i < parts; i++) {
        ExeatPart *part = g_new0(ExeatPart, 1);
        part->path = g_strdup("x");
        part->type = g_strdup("x/y");
        part->actual_type = g_strdup("x/y");
        g_ptr_array_add(inspected->parts, part);
    }
    ExeatText *piece = g_new0(ExeatText, 1);
    *piece = (ExeatText){.zone = EXEAT_ZONE_ATTACHMENT, .part = inspected->parts->pdata[0], .length = text};
    piece->text = g_strnfill(text, 'a');
    g_ptr_array_add(inspected->texts, piece);
    return inspected;
}

/* members and total_text_bytes at N - 1, N and N + 1 */
static void
test_answer_limits(G_GNUC_UNUSED void **state)
{
    ExeatInspectLimits limits = exeat_inspect_default_limits;
    limits.members = 9;
    limits.total_text_bytes = 1000;
    static const struct {
        guint parts;
        gsize text;
        bool want;
    } rows[] = {{9, 10, true}, {10, 10, true}, {11, 10, false}, {1, 999, true}, {1, 1000, true}, {1, 1001, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatInspected) written = make_many(rows[i].parts, rows[i].text), read = NULL;
        g_autoptr(GBytes) bytes = exeat_wire_write_answer(written);
        bool got = exeat_wire_read_answer(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &limits, &read, NULL);
        if (got != rows[i].want)
            fail_msg("row %zu: %d", i, got);
    }
}

/* Titles and types at N - 1, N and N + 1: the writer cuts them at a character's end, and the reader takes no longer
 * ones from a writer that does not. */
static void
test_answer_words(G_GNUC_UNUSED void **state)
{
    for (gsize more = 0; more <= 2; more++) {
        g_autoptr(ExeatInspected) written = make_many(1, 10), read = NULL;
        ExeatPart *part = written->parts->pdata[0];
        ExeatText *text = written->texts->pdata[0];
        ExeatTable table = {.title = g_strnfill(EXEAT_INSPECT_TITLE_BYTES - 1 + more, 't')};
        text->tables = exeat_tables_new();
        g_array_append_val(text->tables, table);
        g_autofree char *most = g_strnfill(EXEAT_INSPECT_WORDS_BYTES - 2 + more, 'w');
        g_free(part->type);
        part->type = g_strconcat(most, "\u00E9", NULL);
        g_autoptr(GBytes) bytes = exeat_wire_write_answer(written);
        assert_true(exeat_wire_read_answer(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                           &exeat_inspect_default_limits, &read, NULL));
        const ExeatPart *after = read->parts->pdata[0];
        const ExeatText *got = read->texts->pdata[0];
        assert_int_equal(strlen(after->type), EXEAT_INSPECT_WORDS_BYTES - (more == 1));
        assert_true(g_utf8_validate(after->type, -1, NULL));
        assert_int_equal(strlen(g_array_index(got->tables, ExeatTable, 0).title),
                         MIN(EXEAT_INSPECT_TITLE_BYTES - 1 + more, (gsize)EXEAT_INSPECT_TITLE_BYTES));
    }
}

/* A process may say why it did not read a file in the words of the table, and in no others. */
static void
test_answer_phrases(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *said;
        bool want;
    } rows[] = {{"macros", true}, {"cannot be read", true}, {"Bethan Jones has asthma", false}, {"", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatInspected) written = make_many(1, 10), read = NULL;
        ((ExeatPart *)written->parts->pdata[0])->suspicious = g_strdup(rows[i].said);
        g_autoptr(GBytes) bytes = exeat_wire_write_answer(written);
        bool got = exeat_wire_read_answer(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                          &exeat_inspect_default_limits, &read, NULL);
        if (got != rows[i].want)
            fail_msg("\"%s\": %d", rows[i].said, got);
    }
}

/* One byte more than a title may have, as only a dishonest writer would send it. */
static void
test_answer_long_title(G_GNUC_UNUSED void **state)
{
    g_autoptr(ExeatInspected) written = make_many(1, 10), read = NULL;
    ExeatText *text = written->texts->pdata[0];
    ExeatTable table = {.title = g_strnfill(EXEAT_INSPECT_TITLE_BYTES, 't')};
    text->tables = exeat_tables_new();
    g_array_append_val(text->tables, table);
    g_autoptr(GBytes) bytes = exeat_wire_write_answer(written);
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    const gsize title = length - sizeof(guint32) - 1 - EXEAT_INSPECT_TITLE_BYTES; /* before the table's first row */
    const guint32 longer = EXEAT_INSPECT_TITLE_BYTES + 1;
    g_autoptr(GByteArray) forged = g_byte_array_new();
    g_byte_array_append(forged, data, (guint)(title - sizeof longer));
    g_byte_array_append(forged, (const guint8 *)&longer, sizeof longer);
    g_byte_array_append(forged, (const guint8 *)"t", 1);
    g_byte_array_append(forged, data + title, (guint)(length - title));
    assert_int_equal(data[title], 't');
    assert_int_equal(data[title - sizeof longer], EXEAT_INSPECT_TITLE_BYTES % 256);
    assert_false(exeat_wire_read_answer(forged->data, forged->len, &exeat_inspect_default_limits, &read, NULL));
}

static void
test_job_round_trip(G_GNUC_UNUSED void **state)
{
    const ExeatFile before = {.name = "a.pdf", .charset = "utf-8", .data = (const guint8 *)""};
    g_autoptr(GBytes) bytes = exeat_wire_write_job(&before, &exeat_inspect_default_limits);
    ExeatFile after;
    ExeatInspectLimits limits;
    assert_true(exeat_wire_read_job(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &after, &limits, NULL));
    assert_string_equal(after.name, "a.pdf");
    assert_null(after.type);
    assert_string_equal(after.charset, "utf-8");
    assert_int_equal(limits.members, exeat_inspect_default_limits.members);
    assert_false(
        exeat_wire_read_job(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes) - 1, &after, &limits, NULL));
}

/* EXEAT_WIRE_JOB_BYTES holds the longest job: names are cut at EXEAT_INSPECT_NAME_BYTES. */
static void
test_job_names(G_GNUC_UNUSED void **state)
{
    for (gsize length = EXEAT_INSPECT_NAME_BYTES - 1; length <= EXEAT_INSPECT_NAME_BYTES + 1; length++) {
        g_autofree char *name = g_strnfill(length, 'n');
        const ExeatFile before = {.name = name, .type = name, .charset = name, .data = (const guint8 *)""};
        g_autoptr(GBytes) bytes = exeat_wire_write_job(&before, &exeat_inspect_default_limits);
        ExeatFile after;
        ExeatInspectLimits limits;
        assert_true(g_bytes_get_size(bytes) <= EXEAT_WIRE_JOB_BYTES);
        assert_true(exeat_wire_read_job(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &after, &limits, NULL));
        assert_int_equal(strlen(after.name), MIN(length, (gsize)EXEAT_INSPECT_NAME_BYTES));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_frame_with_descriptor, make_ends, close_ends),
        cmocka_unit_test_setup_teardown(test_frames_that_may_not_come, make_ends, close_ends),
        cmocka_unit_test_setup_teardown(test_silence_and_death, make_ends, close_ends),
        cmocka_unit_test(test_answer_round_trip),
        cmocka_unit_test(test_answer_is_not_believed),
        cmocka_unit_test(test_answer_limits),
        cmocka_unit_test(test_answer_words),
        cmocka_unit_test(test_answer_phrases),
        cmocka_unit_test(test_answer_long_title),
        cmocka_unit_test(test_job_round_trip),
        cmocka_unit_test(test_job_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
