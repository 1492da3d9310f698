/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each policy's file gives to the table in registry.c. */
#ifndef EXEAT_POLICIES_REGISTRY_H
#define EXEAT_POLICIES_REGISTRY_H

#include "policies/policy.h"

extern const ExeatPolicy exeat_policy_sender_identity;
extern const ExeatPolicy exeat_policy_names_in_subject;
extern const ExeatPolicy exeat_policy_bulk_bcc;
extern const ExeatPolicy exeat_policy_personal_recipient;
extern const ExeatPolicy exeat_policy_personal_data;

/* Finds nothing; in no table: the shape of a policy, and what its tests start from. */
extern const ExeatPolicy exeat_policy_null;

#endif
