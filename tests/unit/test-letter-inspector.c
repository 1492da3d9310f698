/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter that waits for its attachment gives its slot away, unless too much waits already; and the number of a part,
 * which is all that the log may know of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "milter/inspect.h"

#define BYTES 1000
#define WAIT (G_USEC_PER_SEC * 3 / 10)

/* Is ready, and never answers. */
static char *
make_program(void)
{
    static const char script[] =
        "#!/bin/sh\nprintf '\\001\\000\\000\\000\\001\\000\\000\\000\\001' >&3\nexec sleep 60\n";
    char *path = g_strdup("/tmp/exeat-letter-XXXXXX");
    int file = g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0700);
    assert_true(file >= 0);
    assert_int_equal(write(file, script, strlen(script)), (ssize_t)strlen(script));
    close(file);
    return path;
}

typedef struct Letter {
    ExeatLetterInspector inspector;
    bool has_slot;
    bool answered;
} Letter;

static gpointer
ask(gpointer data)
{
    Letter *letter = data;
    g_autofree guint8 *bytes = g_malloc0(BYTES);
    const ExeatFile file = {.name = "a.pdf", .data = bytes, .length = BYTES};
    g_autoptr(ExeatInspected) inspected = NULL;
    ExeatInspector *inspector = &letter->inspector.inspector;
    letter->answered = inspector->inspect(inspector, &file, g_get_monotonic_time() + 2 * WAIT, &inspected, NULL);
    return NULL;
}

/* The bytes that wait already, and whether another letter gets the slot of the one that asks. */
static void
test_slot_while_waiting(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *name;
        gsize waiting;
        bool has_slot;
        bool want;
    } rows[] = {
        {"nothing waits", 0, true, true},
        {"one byte below the bound", EXEAT_INSPECT_WAITING_BYTES - BYTES - 1, true, true},
        {"at the bound", EXEAT_INSPECT_WAITING_BYTES - BYTES, true, true},
        {"one byte beyond it", EXEAT_INSPECT_WAITING_BYTES - BYTES + 1, true, false},
        {"it had none", 0, false, false},
    };
    g_autofree char *program = make_program();
    const ExeatPoolOptions options = {.program = program,
                                      .processes = 1,
                                      .documents = 1,
                                      .seconds = 10,
                                      .memory = 1,
                                      .limits = exeat_inspect_default_limits};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExeatPool) pool = NULL;
        ExeatSlots slots;
        ExeatInspectShare share = {.waiting = rows[i].waiting};
        Letter letter = {.has_slot = rows[i].has_slot, .answered = true};
        assert_true(exeat_pool_new(&options, &pool, NULL));
        assert_true(exeat_pool_wait(pool, g_get_monotonic_time() + 20 * G_USEC_PER_SEC, NULL));
        exeat_slots_init(&slots, 1);
        assert_true(exeat_slots_take(&slots, 0));
        exeat_letter_inspector_init(&letter.inspector, pool, &slots, &share, &letter.has_slot);
        GThread *thread = g_thread_new("letter", ask, &letter);
        bool got = exeat_slots_take(&slots, g_get_monotonic_time() + WAIT);
        if (got)
            exeat_slots_give(&slots);
        g_thread_join(thread);
        if (got != rows[i].want || letter.has_slot != rows[i].has_slot || share.waiting != rows[i].waiting ||
            letter.answered)
            fail_msg("%s: got %d, has %d, %zu wait", rows[i].name, got, letter.has_slot, share.waiting);
        exeat_slots_clear(&slots);
    }
    g_unlink(program);
}

static void
test_part_number(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *path, *want;
    } rows[] = {{"2", "2"},
                {"2.1", "2.1"},
                {"", ""},
                {"subject", "subject"},
                {"2/Year 6 safeguarding.xlsx", "2"},
                {"2.1/list.zip/Si\u00E2n.docx", "2.1"},
                {"3/signed content/2", "3"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *number = exeat_part_number(rows[i].path);
        assert_string_equal(number, rows[i].want);
    }
}

/* Sealed attachments, pictures and signatures say nothing that somebody would have to read. */
static void
test_part_is_unread(G_GNUC_UNUSED void **state)
{
    static const struct {
        ExeatPartKind kind;
        ExeatEncryption encryption;
        const char *unreadable;
        bool want;
    } rows[] = {{EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, "damaged", true},
                {EXEAT_PART_OTHER, EXEAT_ENCRYPTION_NO, "damaged", true},
                {EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_PARTIAL, "damaged", true},
                {EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_OWNER_ONLY, "damaged", true},
                {EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_NO, NULL, false},
                {EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_YES, "sealed", false},
                {EXEAT_PART_DOCUMENT, EXEAT_ENCRYPTION_WEAK, "sealed", false},
                {EXEAT_PART_MEDIA, EXEAT_ENCRYPTION_NO, "damaged", false},
                {EXEAT_PART_SIGNATURE, EXEAT_ENCRYPTION_NO, "damaged", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *unreadable = g_strdup(rows[i].unreadable);
        const ExeatPart part = {.kind = rows[i].kind, .encryption = rows[i].encryption, .unreadable = unreadable};
        if (exeat_part_is_unread(&part) != rows[i].want)
            fail_msg("row %zu", i);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slot_while_waiting),
        cmocka_unit_test(test_part_number),
        cmocka_unit_test(test_part_is_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
