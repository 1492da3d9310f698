/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads exeat.conf against the option tables of the modules (base/options.h). Every error is found in one go, each with
 * file, line, option, reason and remedy. A configuration is immutable once it is read.
 *
 *     # a comment
 *     include "groups.conf"
 *     school {
 *         name = "Oakfield Primary School"
 *         domains = { oakfield.sch.uk, pupils.oakfield.sch.uk }
 *     }
 *     group "leaders" { members = { head@oakfield.sch.uk } }
 *
 * The reader is our own and small, because the errors are its purpose: libconfuse (3.3) stops at the first unknown key
 * and counts a comment's line twice.
 */
#ifndef EXEAT_BASE_CONFIG_H
#define EXEAT_BASE_CONFIG_H

#include "base/options.h"

typedef struct ExeatConfig ExeatConfig;

typedef struct ExeatConfigError {
    char *file;
    guint line;
    char *option; /* "bulk-bcc.action", or NULL */
    char *reason;
    char *remedy;
} ExeatConfigError;

ExeatConfigErrors *exeat_config_errors_new(void);
void exeat_config_errors_free(ExeatConfigErrors *errors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatConfigErrors, exeat_config_errors_free)
guint exeat_config_errors_count(const ExeatConfigErrors *errors);
const ExeatConfigError *exeat_config_errors_get(const ExeatConfigErrors *errors, guint i);
void exeat_config_errors_add(ExeatConfigErrors *errors, const ExeatConfigPlace *place, const char *option,
                             const char *remedy, const char *reason_format, ...) G_GNUC_PRINTF(5, 6);
/* One error a line: "FILE:LINE: OPTION: REASON. REMEDY." (transfer full) */
char *exeat_config_errors_to_text(const ExeatConfigErrors *errors);

/*
 * @blocks ends with a block whose name is NULL. Never NULL: what could be read, with defaults for the rest, so that a
 * caller can look for errors of its own before all of them are shown. With any error in @errors it is not to be used.
 */
ExeatConfig *exeat_config_read(const char *path, const ExeatBlock *blocks, ExeatConfigErrors *errors);
/* From memory, for tests; includes are taken from the current folder. NULL if there was any error. */
ExeatConfig *exeat_config_parse(const char *text, const char *name, const ExeatBlock *blocks,
                                ExeatConfigErrors *errors);

ExeatConfig *exeat_config_ref(ExeatConfig *config);
void exeat_config_unref(ExeatConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatConfig, exeat_config_unref)

/* The filled struct of an untitled block: its fallbacks if the block does not stand there. Never NULL for a block that
 * was passed to the reader. */
const void *exeat_config_block(const ExeatConfig *config, const char *name);
bool exeat_config_has_block(const ExeatConfig *config, const char *name);
/* Titled blocks in the order of the file. */
guint exeat_config_titled_count(const ExeatConfig *config, const char *name);
const void *exeat_config_titled(const ExeatConfig *config, const char *name, guint i, const char **out_title);
/* The paths of the files that it was read from (char *), those included among them. */
const GPtrArray *exeat_config_files(const ExeatConfig *config);
/* Where the block stands, for errors found later; line 0 if it does not. */
ExeatConfigPlace exeat_config_place(const ExeatConfig *config, const char *name);
ExeatConfigPlace exeat_config_titled_place(const ExeatConfig *config, const char *name, guint i);

#endif
