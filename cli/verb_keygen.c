/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exeat keygen: every key that a gateway needs, in one folder. It never writes over one that is there. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "cli/cli.h"
#include "quarantine/keygen.h"

static bool
make_keys(const char *folder, const char *name, GError **error)
{
    g_autofree char *key = g_build_filename(folder, "quarantine.key", NULL);
    g_autofree char *certificate = g_build_filename(folder, "quarantine.crt", NULL);
    g_autofree char *directory = g_build_filename(folder, "directory.key", NULL);
    g_autofree char *token = g_build_filename(folder, "token.key", NULL);
    if (g_mkdir_with_parents(folder, 0750) != 0) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_CONFIG, "%s: %s", folder, g_strerror(errno));
        return false;
    }
    return exeat_keygen_quarantine(key, certificate, name, error) &&
           exeat_keygen_random(directory, EXEAT_DIRECTORY_KEY_BYTES, error) &&
           exeat_keygen_random(token, EXEAT_TOKEN_KEY_BYTES, error);
}

static int
run_keygen(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    g_autofree char *name = NULL;
    const GOptionEntry entries[] = {
        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "The name in the certificate (exeat quarantine)", "NAME"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_keygen, entries, &argc, &argv, 0, 1, &common))
        return EXEAT_EXIT_CONFIG;
    const char *folder = argc > 1 ? argv[1] : EXEAT_SYSCONFDIR "/keys";
    g_autoptr(GError) error = NULL;
    if (!make_keys(folder, name ? name : "exeat quarantine", &error))
        return exeat_cli_fail(error);
    printf("Four files are in %s:\n"
           "  quarantine.crt   seals held letters: for the gate (exeatd)\n"
           "  quarantine.key   opens them: for exeat-office alone. Keep a copy in the school's safe:\n"
           "                   without it no held letter can ever be read.\n"
           "  directory.key    for the gate, and for `exeat directory`\n"
           "  token.key        lets released letters through: for the gate and for exeat-office\n",
           folder);
    return EXEAT_EXIT_DONE;
}

const ExeatVerb exeat_verb_keygen = {
    .name = "keygen",
    .usage = "[--name NAME] [FOLDER]",
    .summary = "Make the keys of a new gateway",
    .run = run_keygen,
};
