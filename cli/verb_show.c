/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat show: opens one held letter. It needs the private key and a reason; both the trail and the sender are told,
 * since nobody's letters are read in secret.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/decide.h"

static bool
is_held(const ExeatCard *card, guint index)
{
    for (guint i = 0; i < card->held->len; i++)
        if (g_array_index(card->held, guint, i) == index)
            return true;
    return false;
}

static void
print_card(const char *id, const ExeatCard *card)
{
    g_autofree char *when = exeat_cli_when(card->received_at);
    printf("%s\n  sent on    %s\n  from       %s\n", id, when, *card->sender ? card->sender : "(null sender)");
    for (guint i = 0; i < card->recipients->len; i++)
        printf("  %-10s %s%s\n", i == 0 ? "to" : "", (const char *)g_ptr_array_index(card->recipients, i),
               is_held(card, i) ? "" : " (was not held)");
    printf("  subject    %s\n  decided by %s\n  found\n", card->subject ? card->subject : "",
           card->role ? card->role : "");
    for (guint i = 0; i < card->findings->len; i++) {
        g_autofree char *text = exeat_cli_finding_text(g_ptr_array_index(card->findings, i));
        printf("    %s\n", text);
    }
}

static void
print_card_json(const char *id, const ExeatCard *card)
{
    g_autoptr(GBytes) bytes = exeat_card_to_bytes(card);
    g_autoptr(JsonParser) parser = json_parser_new();
    gsize length = 0;
    const char *text = g_bytes_get_data(bytes, &length);
    if (!json_parser_load_from_data(parser, text, (gssize)length, NULL))
        return;
    JsonNode *node = json_parser_steal_root(parser);
    json_object_set_string_member(json_node_get_object(node), "id", id);
    exeat_cli_print_json(node);
}

static bool
write_letter(GBytes *letter, GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(letter, &length);
    fflush(stdout);
    for (gsize done = 0; done < length;) {
        ssize_t written = write(STDOUT_FILENO, bytes + done, length - done);
        if (written < 0) {
            g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_UNAVAILABLE, "the letter could not be written");
            return false;
        }
        done += (gsize)written;
    }
    return true;
}

static int
run_show(int argc, char **argv)
{
    g_auto(ExeatCommon) common = {NULL, FALSE};
    g_autofree char *reason = NULL;
    g_autofree char *role = NULL;
    gboolean whole = FALSE;
    int status = EXEAT_EXIT_DONE;
    const GOptionEntry entries[] = {
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why you open it, for the audit trail; must be given", "TEXT"},
        {"letter", 0, 0, G_OPTION_ARG_NONE, &whole, "Print the letter itself, byte for byte", NULL},
        {"as", 0, 0, G_OPTION_ARG_STRING, &role, "The role in which you open it (operator)", "ROLE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    if (!exeat_cli_parse(&exeat_verb_show, entries, &argc, &argv, 1, 1, &common))
        return EXEAT_EXIT_CONFIG;
    if (!reason || !*reason) {
        fputs("exeat show: say why with --reason; it is written into the audit trail, and the sender is told\n",
              stderr);
        return EXEAT_EXIT_CONFIG;
    }
    g_autofree char *id = exeat_cli_letter_id(argv[1]);
    g_autoptr(ExeatQuarantine) quarantine = id ? exeat_cli_quarantine(&common, true, &status) : NULL;
    if (!quarantine)
        return id ? status : EXEAT_EXIT_CONFIG;
    g_autoptr(GError) error = NULL;
    g_autoptr(ExeatCard) card = NULL;
    g_autoptr(GBytes) letter = NULL;
    const ExeatActor actor = exeat_cli_actor(role);
    if (!exeat_quarantine_show(quarantine, id, &actor, &(ExeatShowOptions){.reason = reason}, 0, &card,
                               whole ? &letter : NULL, &error))
        return exeat_cli_fail(error);
    if (whole)
        return write_letter(letter, &error) ? EXEAT_EXIT_DONE : exeat_cli_fail(error);
    if (common.json)
        print_card_json(id, card);
    else
        print_card(id, card);
    return EXEAT_EXIT_DONE;
}

const ExeatVerb exeat_verb_show = {
    .name = "show",
    .usage = "--reason TEXT [--letter] ID",
    .summary = "Open a held letter; the sender is told",
    .run = run_show,
};
