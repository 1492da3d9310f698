/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one error domain of exeat. There are few codes, and each of them decides what a caller does:
 * a program prints CONFIG and exits 2, the gate answers everything else by the configured fail mode.
 *
 * An error's message is for an operator. It never holds text from a letter, a name or an address.
 */
#ifndef EXEAT_BASE_ERROR_H
#define EXEAT_BASE_ERROR_H

#include <glib.h>

#define EXEAT_ERROR (exeat_error_quark())

typedef enum ExeatErrorCode {
    EXEAT_ERROR_CONFIG,      /* the operator has something to put right */
    EXEAT_ERROR_LIMIT,       /* a named limit was reached */
    EXEAT_ERROR_MALFORMED,   /* the input is not what it claims to be */
    EXEAT_ERROR_UNAVAILABLE, /* something outside us failed; trying again may help */
    EXEAT_ERROR_INTERNAL,    /* a fault of ours */
} ExeatErrorCode;

GQuark exeat_error_quark(void);

#endif
