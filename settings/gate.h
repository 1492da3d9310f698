/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate's own blocks of exeat.conf: how it listens, what it may use, and what it answers when it fails. */
#ifndef EXEAT_SETTINGS_GATE_H
#define EXEAT_SETTINGS_GATE_H

#include <stdbool.h>

#include "base/options.h"

typedef struct ExeatGateSettings {
    char *socket;       /* libmilter's notation: unix:/run/exeat/milter.sock, inet:8891@127.0.0.1 */
    char *socket_group; /* the MTA's group, which may connect */
    char *user;         /* whom to become, when started as root */
    char *metrics;      /* unix:PATH or PORT on loopback; NULL: none */
    char *spool;        /* folder of unnamed files for large letters */
    gint64 memory;      /* bytes of one letter kept in memory */
    gint64 shared;      /* bytes that larger letters may take in memory together */
    gint64 max_letter;  /* bytes; what is larger is refused with 552 */
    gint64 recipients;  /* at most so many a letter */
    gint64 time_budget; /* seconds for one letter; below the MTA's milter time-out */
    gint64 timeout;     /* seconds that the MTA may be silent */
    int on_failure;     /* index into exeat_gate_failures */
    char *spf_server;   /* resolver, or NULL for the system's */
    gint64 spf_timeout;
    char **spf_domains; /* the school's domains whose SPF record is asked for; empty: none */
    char *spf_address;  /* this gateway's public address */
} ExeatGateSettings;

extern const char *const exeat_gate_failures[]; /* "tempfail", "reject", NULL */
extern const ExeatBlock exeat_gate_block;

#endif
