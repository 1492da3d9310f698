/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZIP files that a test makes of strings, and what must and must not be found in them. */
#ifndef EXEAT_TESTS_UNIT_ZIP_FIXTURE_H
#define EXEAT_TESTS_UNIT_ZIP_FIXTURE_H

#include "tests/unit/archive_fixture.h"
#include "tests/unit/inspect_fixture.h"

typedef ArchiveMember ZipMember;

/* All of @members, up to one without a name. (transfer full) */
static inline GByteArray *
zip_make(const ZipMember *members)
{
    return archive_make("zip", NULL, NULL, members);
}

/* What an inspection of them says. (transfer full) */
static inline char *
zip_inspect(const ZipMember *members, const char *name)
{
    g_autoptr(GByteArray) bytes = zip_make(members);
    return inspect_bytes(bytes->data, bytes->len, name);
}

/* False, and says so, if a string of @wants is missing in @dump or one of @never is in it; NULL ends them. */
static inline bool
inspect_holds(const char *row, const char *dump, const char *const *wants, const char *const *never)
{
    bool holds = true;
    for (; *wants != NULL; wants++)
        if (strstr(dump, *wants) == NULL) {
            g_printerr("%s: no \"%s\" in:\n%s\n", row, *wants, dump);
            holds = false;
        }
    for (; *never != NULL; never++)
        if (strstr(dump, *never) != NULL) {
            g_printerr("%s: \"%s\" in:\n%s\n", row, *never, dump);
            holds = false;
        }
    return holds;
}

#endif
