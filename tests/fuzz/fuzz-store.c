/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store whose file was damaged or tampered with: bytes patched, or any column of any row set to any value. Asserts
 * that everything that reads it gives an error of ours or rows of which the rest of exeat can rely on every field:
 * states are states, words are there, numbers that index a table are in it. Then the clerk's claims and the audit's
 * verification, which end whatever the rows say.
 *
 * First byte: 'p', patches of the file follow; else lines: number of a column, a letter for the type (i, t, b, n), the
 * value.
 */
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "base/error.h"
#include "quarantine/audit.h"
#include "quarantine/store.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT 16384
#define NOW 1789372200
#define CHANGES_MAX 6

static const char *const columns[][2] = {
    {"letter", "kind"},         {"letter", "held_at"},
    {"letter", "deadline_at"},  {"letter", "remind_at"},
    {"letter", "closed_at"},    {"letter", "size"},
    {"letter", "kept"},         {"letter", "card"},
    {"chunk", "number"},        {"chunk", "data"},
    {"recipient", "number"},    {"recipient", "state"},
    {"recipient", "attempts"},  {"recipient", "next_at"},
    {"recipient", "lease"},     {"recipient", "lease_until"},
    {"recipient", "code"},      {"recipient", "enhanced"},
    {"finding", "policy"},      {"finding", "rule"},
    {"finding", "clause"},      {"finding", "confidence"},
    {"finding", "zone"},        {"finding", "action"},
    {"finding", "count"},       {"outbox", "kind"},
    {"outbox", "letter"},       {"outbox", "state"},
    {"outbox", "due_at"},       {"outbox", "attempts"},
    {"outbox", "payload"},      {"audit", "event"},
    {"audit", "letter"},        {"audit", "recipient"},
    {"audit", "role"},          {"audit", "detail"},
    {"audit", "digest"},        {"audit", "hash"},
    {"audit_detail", "sealed"}, {"audit_head", "rows"},
    {"audit_head", "hash"},     {"letter", "id"},
    {"recipient", "letter"},    {"recipient", "attempt_started_at"},
};

static GBytes *base;

static char *
store_path(void)
{
    return g_build_filename(fuzz_folder(), "store.db", NULL);
}

static void
remove_store(void)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    g_autofree char *path = store_path();
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *file = g_strconcat(path, endings[i], NULL);
        g_unlink(file);
    }
}

static void
fill_store(ExeatStore *store)
{
    g_autoptr(ExeatChange) change = exeat_change_new(NOW);
    ExeatFindingRow finding = {.policy = "personal-data", .rule = "nhs", .count = 1, .data_subjects = 1};
    g_autoptr(GBytes) sealed = g_bytes_new_static("sealed", 6);
    guint held[] = {0, 1};
    bool lost = false;
    change->letter = exeat_letter_row_new();
    change->letter->id = g_strdup("H000000000000001");
    change->letter->kind = EXEAT_LETTER_HELD;
    change->letter->held_at = NOW;
    change->letter->deadline_at = NOW + 1000;
    change->letter->remind_at = NOW + 500;
    change->letter->size = 6;
    g_array_append_val(change->letter->findings, finding);
    change->sealed_card = g_bytes_ref(sealed);
    change->sealed_letter = g_bytes_ref(sealed);
    change->held = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_vals(change->held, held, G_N_ELEMENTS(held));
    exeat_change_mail(change, "held", change->letter->id, NOW, sealed);
    exeat_change_audit(change, "held", change->letter->id, -1, "gate", "code=250", sealed);
    fuzz_assert(exeat_store_commit(store, change, &lost, NULL) && !lost);
    g_autoptr(ExeatChange) release = exeat_change_new(NOW + 1);
    exeat_change_move(release, "H000000000000001", 0, EXEAT_HELD_HELD, EXEAT_HELD_RELEASING);
    fuzz_assert(exeat_store_commit(store, release, &lost, NULL) && !lost);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    g_autofree char *path = store_path();
    ExeatStore *store = NULL;
    char *bytes = NULL;
    gsize size = 0;
    fuzz_assert(exeat_store_open(path, EXEAT_STORE_CREATE, &store, NULL));
    fill_store(store);
    exeat_store_close(store);
    fuzz_assert(g_file_get_contents(path, &bytes, &size, NULL));
    base = g_bytes_new_take(bytes, size);
    return 0;
}

static void
write_patched(FuzzInput *input)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(base, &size);
    g_autofree guint8 *bytes = g_memdup2(data, size);
    g_autofree char *path = store_path();
    if (input)
        fuzz_patch(input, bytes, size, 0);
    fuzz_assert(
        g_file_set_contents_full(path, (const char *)bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0660, NULL));
}

static void
change_column(sqlite3 *db, FuzzInput *input)
{
    const char *const *column = columns[fuzz_byte(input) % G_N_ELEMENTS(columns)];
    guint8 type = fuzz_byte(input);
    g_autofree char *value = fuzz_line(input);
    g_autofree char *sql = g_strdup_printf("UPDATE %s SET %s = ?", column[0], column[1]);
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return;
    if (type == 'i')
        sqlite3_bind_int64(statement, 1, g_ascii_strtoll(value, NULL, 10));
    else if (type == 't')
        sqlite3_bind_text(statement, 1, value, -1, SQLITE_STATIC);
    else if (type == 'b')
        sqlite3_bind_blob(statement, 1, value, (int)strlen(value), SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, 1);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
}

static void
write_changed(FuzzInput *input)
{
    g_autofree char *path = store_path();
    sqlite3 *db = NULL;
    write_patched(NULL);
    fuzz_assert(sqlite3_open(path, &db) == SQLITE_OK);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON;"
                 "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_no_update; DROP TRIGGER audit_detail_no_update",
                 NULL, NULL, NULL);
    for (guint i = 0; i < CHANGES_MAX && input->left > 0; i++)
        change_column(db, input);
    sqlite3_close(db);
}

static void
check_error(bool done, GError **error)
{
    fuzz_assert(done == (*error == NULL));
    if (!done)
        fuzz_assert((*error)->domain == EXEAT_ERROR);
    g_clear_error(error);
}

static void
check_letter(ExeatStore *store, const ExeatLetterRow *row)
{
    g_autoptr(GPtrArray) recipients = NULL;
    g_autoptr(GBytes) card = NULL, letter = NULL;
    g_autoptr(GError) error = NULL;
    fuzz_assert(row->id && (row->kind == EXEAT_LETTER_HELD || row->kind == EXEAT_LETTER_FLAGGED));
    for (guint i = 0; i < row->findings->len; i++) {
        const ExeatFindingRow *finding = &g_array_index(row->findings, ExeatFindingRow, i);
        fuzz_assert(finding->policy && finding->rule);
        fuzz_assert(finding->zone >= 0 && finding->zone <= EXEAT_ZONE_FILE_NAME);
        fuzz_assert(finding->action >= 0 && finding->action <= EXEAT_ACTION_REJECT);
        fuzz_assert(finding->confidence >= 0 && finding->confidence <= EXEAT_CONFIDENCE_HIGH);
    }
    bool read = exeat_store_recipients(store, row->id, &recipients, &error);
    check_error(read, &error);
    for (guint i = 0; read && i < recipients->len; i++) {
        const ExeatRecipientRow *recipient = recipients->pdata[i];
        fuzz_assert(recipient->letter && recipient->state < EXEAT_HELD_STATES);
    }
    check_error(exeat_store_read_card(store, row->id, &card, &error), &error);
    check_error(exeat_store_read_letter(store, row->id, &letter, &error), &error);
}

static void
check_claims(ExeatStore *store)
{
    g_autoptr(ExeatRecipientRow) release = NULL;
    g_autoptr(ExeatMailRow) mail = NULL;
    g_autoptr(GError) error = NULL;
    bool claimed = exeat_store_claim_release(store, "lease", NOW + 10, 60, &release, &error);
    check_error(claimed, &error);
    if (release)
        fuzz_assert(release->letter && release->state == EXEAT_HELD_RELEASING);
    claimed = exeat_store_claim_mail(store, "lease", NOW + 10, 60, &mail, &error);
    check_error(claimed, &error);
    if (mail)
        fuzz_assert(mail->kind && mail->sealed);
    guint letters = 0;
    check_error(exeat_store_purge(store, NOW + 100, NOW + 200, &letters, &error), &error);
}

static void
check_store(ExeatStore *store)
{
    static const ExeatLetterFilter filters[] = {{.states = 0}, {.flagged = true}, {.states = 1U << EXEAT_HELD_HELD}};
    g_autoptr(GError) error = NULL;
    ExeatStoreCounts counts;
    check_error(exeat_store_check(store, &error), &error);
    check_error(exeat_store_counts(store, &counts, &error), &error);
    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GPtrArray) rows = NULL;
        bool read = exeat_store_list(store, &filters[i], &rows, &error);
        check_error(read, &error);
        for (guint k = 0; read && k < rows->len; k++)
            check_letter(store, rows->pdata[k]);
    }
    g_autoptr(GPtrArray) audits = NULL;
    g_autoptr(ExeatAuditReport) report = NULL;
    bool read = exeat_store_audit(store, NULL, 0, &audits, &error);
    check_error(read, &error);
    for (guint i = 0; read && i < audits->len; i++) {
        const ExeatAuditRow *row = audits->pdata[i];
        fuzz_assert(row->event && row->role && row->hash);
    }
    check_error(exeat_audit_verify(store, &report, &error), &error);
    check_claims(store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    remove_store();
    if (fuzz_byte(&input) == 'p')
        write_patched(&input);
    else
        write_changed(&input);
    g_autofree char *path = store_path();
    g_autoptr(ExeatStore) store = NULL;
    g_autoptr(GError) error = NULL;
    bool opened = exeat_store_open(path, EXEAT_STORE_OPEN, &store, &error);
    check_error(opened, &error);
    if (opened)
        check_store(store);
    return 0;
}
