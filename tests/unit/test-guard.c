/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders that others can get at are refused, with the mode that was found and the command that mends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/guard.h"

#define NOBODY ((uid_t)-1)

static const mode_t secret_mode = S_IWGRP | S_IRWXO, folder_mode = S_IWGRP | S_IWOTH;

static char *
check(mode_t mode, mode_t folder, const ExeatGuardRule *rule)
{
    g_autofree char *place = g_dir_make_tmp("exeat-guard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(place, "secret", NULL);
    g_autoptr(GError) error = NULL;
    char *said = NULL;
    assert_true(g_file_set_contents(path, "x", 1, NULL));
    assert_int_equal(chmod(path, mode), 0);
    assert_int_equal(chmod(place, folder), 0);
    if (!exeat_guard_check(path, rule, &error)) {
        assert_true(g_error_matches(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG));
        said = g_strdup(error->message);
    }
    chmod(place, 0700);
    g_unlink(path);
    g_rmdir(place);
    return said;
}

static void
test_modes(void **state)
{
    (void)state;
    static const struct {
        mode_t file, folder;
        const char *want; /* in the message, or NULL */
    } rows[] = {
        {0600, 0755, NULL},         {0640, 0700, NULL},         {0400, 01777, NULL},        {0604, 0755, "chmod 0600"},
        {0620, 0755, "chmod 0600"}, {0660, 0755, "mode 0660"},  {0641, 0755, "chmod 0640"}, {0602, 0755, "chmod 0600"},
        {0600, 0777, "chmod 0755"}, {0600, 0775, "the folder"}, {0600, 0757, "mode 0757"},
    };
    const ExeatGuardRule rule = {
        .forbidden = secret_mode, .folder_forbidden = folder_mode, .owners = {geteuid(), NOBODY, NOBODY}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = check(rows[i].file, rows[i].folder, &rule);
        if (rows[i].want ? !said || !strstr(said, rows[i].want) : said != NULL)
            fail_msg("%04o in %04o: %s", (guint)rows[i].file, (guint)rows[i].folder, said ? said : "nothing said");
    }
}

/* Root may own anything; anybody else only what is named. */
static void
test_owner(void **state)
{
    (void)state;
    const ExeatGuardRule strangers = {
        .forbidden = secret_mode, .folder_forbidden = folder_mode, .owners = {geteuid() + 7, NOBODY, NOBODY}};
    g_autofree char *said = check(0600, 0700, &strangers);
    if (geteuid() == 0)
        assert_null(said);
    else
        assert_non_null(strstr(said, "chown"));
}

static void
test_missing(void **state)
{
    (void)state;
    const ExeatGuardRule rule = {.forbidden = 0777, .owners = {NOBODY, NOBODY, NOBODY}};
    assert_true(exeat_guard_check("/nowhere/at/all", &rule, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_owner),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
