/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rolls: CSV and its kin with any headings, and the common transfer file. Asserts that
 *   - an import fails with an error of ours, or reports what it read: problems with a line and a reason, no more of
 *     them than the limit, people no more than what can be linked to rows;
 *   - the directory that comes of it can be written, opened and asked;
 *   - no error message and no problem quotes the file.
 *
 * The first byte: bit 0, strict; bits 1 to 3, the role, if any.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "directory/find.h"
#include "directory/import.h"
#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_INPUT 65536
#define PEOPLE_A_ROW 20 /* a pupil and all slots of contacts */

static void
check_report(const ExeatImportReport *report, guint people)
{
    guint count = 0;
    fuzz_assert(report->files == 1 && report->problems->len <= EXEAT_IMPORT_MAX_PROBLEMS);
    fuzz_assert(report->problems->len <= report->problems_count);
    for (guint i = 0; i < report->problems->len; i++) {
        const ExeatImportProblem *problem = report->problems->pdata[i];
        fuzz_assert(problem->path && problem->reason && *problem->reason);
    }
    for (guint i = 0; i < EXEAT_ROLE_COUNT; i++)
        count += report->people[i];
    fuzz_assert(count == people && count <= report->rows * PEOPLE_A_ROW);
}

static void
check_directory(ExeatDirectoryBuilder *builder, const ExeatImportReport *report)
{
    g_autofree char *path = g_build_filename(fuzz_folder(), "imported", NULL);
    g_autoptr(ExeatDirectory) directory = NULL;
    ExeatDirectoryStats stats;
    ExeatDirectoryFound found;
    fuzz_assert(exeat_directory_builder_write(builder, path, NULL));
    fuzz_assert(exeat_directory_open(path, fuzz_directory_key(), &directory, NULL));
    exeat_directory_stats(directory, &stats);
    for (guint i = 0; i < EXEAT_ROLE_COUNT; i++)
        fuzz_assert(stats.roles[i] == report->people[i]);
    check_report(report, (guint)exeat_directory_size(directory));
    exeat_directory_find(directory, "Jamie Smith", &found);
    fuzz_assert(found.people <= exeat_directory_size(directory));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    static const char *const domains[] = {"oakfield.sch.uk", NULL};
    FuzzInput input = {data, size};
    guint8 choice = fuzz_byte(&input);
    int file = memfd_create("roll", MFD_CLOEXEC), role = (choice >> 1) % 8;
    fuzz_assert(file >= 0 && write(file, input.data, input.left) == (ssize_t)input.left);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    ExeatImportSource source = {.path = path, .role = role < EXEAT_ROLE_COUNT ? role : -1};
    ExeatImportOptions options = {.school_domains = domains, .strict = choice & 1};
    g_autoptr(ExeatDirectoryBuilder) builder = exeat_directory_builder_new(fuzz_directory_key());
    g_autoptr(ExeatImportReport) report = NULL;
    g_autoptr(GError) error = NULL;
    bool read = exeat_directory_import(&source, 1, &options, builder, &report, &error);
    close(file);
    fuzz_assert(read == (error == NULL) && read == (report != NULL));
    if (!read)
        fuzz_assert(error->domain == EXEAT_ERROR && error->code != EXEAT_ERROR_INTERNAL);
    else
        check_directory(builder, report);
    return 0;
}
