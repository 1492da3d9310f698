/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store in SQLite: WAL mode, synchronous=FULL, one writer at a time. Needs no set-up but a folder that the gate's
 * and the office's users may both write to.
 */
#ifndef EXEAT_QUARANTINE_STORE_SQLITE_H
#define EXEAT_QUARANTINE_STORE_SQLITE_H

#include "quarantine/store.h"

extern const ExeatStoreEngine exeat_store_sqlite;

/* *out_handle is for the engine's functions. */
bool exeat_store_sqlite_open(const char *path, ExeatStoreMode mode, void **out_handle, GError **error);

#endif
