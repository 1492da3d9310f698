/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blocks of exeat.conf that belong to the quarantine (quarantine, delivery, hours, role), and how a program gets
 * from them to a deliverer and a clerk; exeat_quarantine_open() (quarantine.h) is made of them too. Needs the `school`
 * block beside them.
 */
#ifndef EXEAT_QUARANTINE_SETTINGS_H
#define EXEAT_QUARANTINE_SETTINGS_H

#include "base/config.h"
#include "quarantine/clerk.h"
#include "quarantine/deliver.h"
#include "quarantine/quarantine.h"

typedef struct ExeatQuarantineSettings {
    char *store;
    char **certificates;
    char *private_key;
    char *token_key;
    gint64 deadline, reminder; /* working time */
    gint64 retention;
    gint64 max_letter;
    bool two_people; /* letters about safeguarding are opened and decided on by two together */
    char *console;
} ExeatQuarantineSettings;

typedef struct ExeatDeliveryOptions {
    char *relay;
    char *hello;
    gint64 timeout;
    gint64 give_up;
    gint64 interval;
    char *from;
    char *postmaster;
    int tls; /* ExeatTls */
    char *ca_file;
    char *user;
    char *password_file;
} ExeatDeliveryOptions;

typedef struct ExeatHoursSettings {
    char *zone;
    char *days[7];
    char **terms;
    char **closed;
} ExeatHoursSettings;

typedef struct ExeatRoleSettings {
    char **people;
    char **deputies;
    int notify; /* ExeatNotify */
    char **digest;
} ExeatRoleSettings;

/* Ended by a block without a name. */
extern const ExeatBlock exeat_quarantine_blocks[];

/* For the office. @quarantine (READ) and @deliverer must outlive the clerk. */
bool exeat_quarantine_open_deliverer(const ExeatConfig *config, ExeatDeliverer **out_deliverer, GError **error);
bool exeat_quarantine_open_clerk(const ExeatConfig *config, ExeatQuarantine *quarantine, ExeatDeliverer *deliverer,
                                 ExeatClerk **out_clerk, GError **error);

#endif
