/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/cli.h"

#include <locale.h>
#include <stdio.h>

static const ExeatVerb *const verbs[] = {
    &exeat_verb_check,  &exeat_verb_explain,   &exeat_verb_test, &exeat_verb_inspect, &exeat_verb_replay,
    &exeat_verb_keygen, &exeat_verb_directory, &exeat_verb_held, &exeat_verb_show,    &exeat_verb_release,
    &exeat_verb_return, &exeat_verb_audit,     &exeat_verb_user,
};

static void
print_help(FILE *out)
{
    fputs("exeat lets a school's letters go out when they should.\n\nUsage: exeat VERB [OPTION …]\n\n", out);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        fprintf(out, "  %-11s %s\n", verbs[i]->name, verbs[i]->summary);
    fputs(
        "\nEach verb explains itself with --help, and takes -c FILE for another configuration than\n" EXEAT_CONFIG_FILE
        " and --json for programs.\n",
        out);
}

int
main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    exeat_message_library_init();
    if (argc < 2) {
        print_help(stderr);
        return EXEAT_EXIT_CONFIG;
    }
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h") || g_str_equal(argv[1], "help")) {
        print_help(stdout);
        return EXEAT_EXIT_DONE;
    }
    if (g_str_equal(argv[1], "--version")) {
        puts("exeat " PACKAGE_VERSION);
        return EXEAT_EXIT_DONE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (g_str_equal(argv[1], verbs[i]->name))
            return verbs[i]->run(argc - 1, argv + 1);
    fprintf(stderr, "exeat: there is no verb %s; exeat --help lists them\n", argv[1]);
    return EXEAT_EXIT_CONFIG;
}
