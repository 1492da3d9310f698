/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The office's own block of exeat.conf: the clerk, and the pages in which people decide. */
#ifndef EXEAT_SETTINGS_OFFICE_H
#define EXEAT_SETTINGS_OFFICE_H

#include "base/options.h"

typedef struct ExeatOfficeSettings {
    char *user;         /* whom to become, when started as root */
    char *listen;       /* "127.0.0.1:8443", "[::1]:8443"; pages are served if quarantine.console is set */
    char *certificate;  /* PEM with its chain; NULL: plain HTTP on loopback, behind a proxy that speaks TLS */
    char *key;          /* of the certificate */
    char **proxies;     /* addresses whose X-Forwarded-For is believed */
    char *accounts;     /* the file of accounts and sessions, the office's alone */
    gint64 connections; /* open at once */
    gint64 idle;        /* seconds after which a session that does nothing ends */
    gint64 session;     /* seconds after which any session ends */
    int deputies;       /* index into exeat_office_deputies */
    gint64 undo;        /* seconds in which a decision can be taken back */
} ExeatOfficeSettings;

typedef enum ExeatOfficeDeputies {
    EXEAT_DEPUTIES_STAND_IN, /* while those whom they stand in for are away, or once the reminder was due */
    EXEAT_DEPUTIES_ALWAYS,
} ExeatOfficeDeputies;

extern const char *const exeat_office_deputies[]; /* "stand-in", "always", NULL */
extern const ExeatBlock exeat_office_block;

/* Reads the pages' certificate and key, as who will use them or as root: whether they are there, belong together, and
 * are of today. @place is that of the block. */
bool exeat_office_settings_try(const ExeatOfficeSettings *settings, const ExeatConfigPlace *place,
                               ExeatConfigErrors *errors);

/* "127.0.0.1:8443" or "[::1]:8443" taken apart. False if it is neither. @out_host (transfer full) has no brackets. */
bool exeat_office_parse_listen(const char *listen, char **out_host, guint16 *out_port);

#endif
