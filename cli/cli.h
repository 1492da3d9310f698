/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exeat, the command line: a table of verbs, one file a verb. What they share is here: options, exit codes, and the two
 * ways to print, for a person and for a program.
 */
#ifndef EXEAT_CLI_CLI_H
#define EXEAT_CLI_CLI_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "message/message.h"
#include "policies/verdict.h"
#include "settings/settings.h"

enum {
    EXEAT_EXIT_DONE = 0,
    EXEAT_EXIT_FAILED = 1, /* it was tried and did not work, or the answer is no */
    EXEAT_EXIT_CONFIG = 2, /* the command line or the configuration is wrong */
};

typedef struct ExeatVerb {
    const char *name;
    const char *usage;   /* behind "exeat NAME" */
    const char *summary; /* one line */
    int (*run)(int argc, char **argv);
} ExeatVerb;

extern const ExeatVerb exeat_verb_audit;
extern const ExeatVerb exeat_verb_check;
extern const ExeatVerb exeat_verb_directory;
extern const ExeatVerb exeat_verb_explain;
extern const ExeatVerb exeat_verb_held;
extern const ExeatVerb exeat_verb_inspect;
extern const ExeatVerb exeat_verb_keygen;
extern const ExeatVerb exeat_verb_release;
extern const ExeatVerb exeat_verb_replay;
extern const ExeatVerb exeat_verb_return;
extern const ExeatVerb exeat_verb_show;
extern const ExeatVerb exeat_verb_test;
extern const ExeatVerb exeat_verb_user;

/* The options that all verbs have. */
typedef struct ExeatCommon {
    char *config;
    gboolean json;
} ExeatCommon;

void exeat_common_clear(ExeatCommon *common);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatCommon, exeat_common_clear)

/*
 * Parses the options of @verb: -c FILE and --json, which all have, and @entries. What is left in argv are its
 * arguments, of which there must be @least to @most. False with the reason on standard error.
 */
bool exeat_cli_parse(const ExeatVerb *verb, const GOptionEntry *entries, int *argc, char ***argv, int least, int most,
                     ExeatCommon *out_common);

/* Reads the configuration; prints every error. NULL if there is any. */
ExeatSettings *exeat_cli_settings(const ExeatCommon *common);

/* "exeat: MESSAGE" on standard error. Returns EXIT_CONFIG for a CONFIG error, else EXIT_FAILED. */
int exeat_cli_fail(const GError *error);

/* Prints one JSON value on a line of its own. Takes the node. */
void exeat_cli_print_json(JsonNode *node);

/* A member of the object that is being built; null where @text is NULL. */
void exeat_cli_add_text(JsonBuilder *json, const char *name, const char *text);

/* Reads @path, "-" being standard input. */
bool exeat_cli_read(const char *path, GBytes **out_bytes, GError **error);

/* Seconds since the epoch from "2026-03-04T10:00:00+00:00", "2026-03-04 10:00" or "2026-03-04"; London's clock where no
 * zone is given. */
bool exeat_cli_time(const char *text, gint64 *out_time, GError **error);

/* Seconds since the epoch as "4 March 2026, 10:15" by London's clock. (transfer full) */
char *exeat_cli_when(gint64 time);

/* The JSON of a verdict on @file, as `exeat test --json` prints it. (transfer full) */
JsonNode *exeat_cli_verdict_json(const char *file, const ExeatMessage *message, const ExeatVerdict *verdict);

/* "31 UPNs of 31 people" and the like for a person who reads. (transfer full) */
char *exeat_cli_finding_text(const ExeatFinding *finding);

#endif
