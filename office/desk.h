/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that comes from one reading of exeat.conf, as a snapshot: a reload makes a new desk, and who is still at the old
 * one finishes there. Immutable but for the clerk and its deliverer, which are the clerk's thread's alone.
 */
#ifndef EXEAT_OFFICE_DESK_H
#define EXEAT_OFFICE_DESK_H

#include "directory/directory.h"
#include "policies/school.h"
#include "quarantine/audit.h"
#include "quarantine/settings.h"
#include "settings/office.h"
#include "settings/settings.h"

typedef struct ExeatDesk {
    gatomicrefcount references;
    ExeatSettings *settings;
    const ExeatOfficeSettings *office;
    const ExeatQuarantineSettings *keeping;
    const ExeatSchool *school;
    ExeatDirectory *directory; /* NULL: it could not be had; names are then not marked on pages */
    ExeatQuarantine *quarantine;
    ExeatAuditProof *proof; /* of this quarantine's trail; locks itself */
    ExeatDeliverer *deliverer;
    ExeatClerk *clerk;
} ExeatDesk;

/*
 * Reads @path, prints what is wrong with it to standard error, logs it, and returns NULL then. The first time the
 * process becomes the office's user; a reload comes when root is long given up. (transfer full)
 */
ExeatDesk *exeat_desk_new(const char *path);
ExeatDesk *exeat_desk_ref(ExeatDesk *desk);
void exeat_desk_unref(ExeatDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExeatDesk, exeat_desk_unref)

/* Whether there are pages to serve. */
bool exeat_desk_has_pages(const ExeatDesk *desk);

#endif
