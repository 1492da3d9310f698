/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an import says of itself: counts, and the rows that it left out, by file, line and a reason of ours. Never what a row
 * holds.
 */
#include "base/error.h"
#include "directory/import-private.h"

static void
import_problem_free(gpointer data)
{
    ExeatImportProblem *problem = data;
    g_free(problem->path);
    g_free(problem);
}

ExeatImportReport *
exeat_import_report_new(void)
{
    ExeatImportReport *report = g_new0(ExeatImportReport, 1);
    report->problems = g_ptr_array_new_with_free_func(import_problem_free);
    return report;
}

void
exeat_import_report_free(ExeatImportReport *report)
{
    if (report == NULL)
        return;
    g_ptr_array_unref(report->problems);
    g_free(report);
}

bool
exeat_import_problem(ImportRun *run, guint line, const char *reason, GError **error)
{
    if (run->options->strict) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "%s:%u: %s", run->path, line, reason);
        return false;
    }
    if (run->report->problems_count++ < EXEAT_IMPORT_MAX_PROBLEMS) {
        ExeatImportProblem *problem = g_new0(ExeatImportProblem, 1);
        problem->path = g_strdup(run->path);
        problem->line = line;
        problem->reason = reason;
        g_ptr_array_add(run->report->problems, problem);
    }
    return true;
}
