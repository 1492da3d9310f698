/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs that read and decide share: the quarantine opened with the private key, who is asking, which letter.
 */
#ifndef EXEAT_CLI_DECIDE_H
#define EXEAT_CLI_DECIDE_H

#include "cli/cli.h"
#include "quarantine/quarantine.h"

/* The quarantine of @common's configuration, with the private key where @read. NULL, with everything said, if it cannot
 * be. */
ExeatQuarantine *exeat_cli_quarantine(const ExeatCommon *common, bool read, int *out_status);

/* The person at the keyboard, as the audit trail names them: the login behind sudo, else the user. Static role
 * "operator" unless
 * @role is given. */
ExeatActor exeat_cli_actor(const char *role);

/* The stored form of an id as it was typed, or NULL with a message. (transfer full) */
char *exeat_cli_letter_id(const char *typed);

/* Indices into the letter's envelope of @addresses; NULL in *out_indices for all of them, where @addresses is NULL. */
bool exeat_cli_recipients(ExeatQuarantine *quarantine, const char *id, char **addresses, GArray **out_indices,
                          GError **error);

/* Prints what came of a decision ("released", "sent back"). Returns the exit status. */
int exeat_cli_print_decision(const ExeatCommon *common, const char *id, const char *done,
                             const ExeatDecision *decision);

/* "personal-data: name × 31, 31 people": a finding as it stands in the store. (transfer full) */
char *exeat_cli_finding_row_text(const ExeatFindingRow *row);

/* "2 held, 1 released". (transfer full) */
char *exeat_cli_states_text(const ExeatLetterRow *row);

#endif
