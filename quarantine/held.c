/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life cycle as tables. Ids typed by people are hostile input: anything but an id gives NULL.
 */
#include "quarantine/held.h"

#include <openssl/rand.h>
#include <string.h>

#define HELD_ID_DIGITS 12
#define HELD_BACKOFF_FIRST 60
#define HELD_BACKOFF_LAST (60 * 60)

static const char held_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static const char *const held_names[EXEAT_HELD_STATES] = {
    [EXEAT_HELD_HELD] = "held",       [EXEAT_HELD_RELEASING] = "releasing", [EXEAT_HELD_RELEASED] = "released",
    [EXEAT_HELD_FAILED] = "failed",   [EXEAT_HELD_RETURNING] = "returning", [EXEAT_HELD_RETURNED] = "returned",
    [EXEAT_HELD_EXPIRED] = "expired",
};

#define TO(state) (1u << EXEAT_HELD_##state)

static const guint held_arrows[EXEAT_HELD_STATES] = {
    [EXEAT_HELD_HELD] = TO(RELEASING) | TO(RETURNING) | TO(EXPIRED),
    [EXEAT_HELD_RELEASING] = TO(RELEASING) | TO(RELEASED) | TO(FAILED) | TO(HELD),
    [EXEAT_HELD_FAILED] = TO(RELEASING) | TO(RETURNING),
    [EXEAT_HELD_RETURNING] = TO(RETURNED) | TO(HELD) | TO(FAILED),
    [EXEAT_HELD_EXPIRED] = TO(RETURNED),
};

const char *
exeat_held_state_name(ExeatHeldState state)
{
    return (guint)state < EXEAT_HELD_STATES ? held_names[state] : "unknown";
}

bool
exeat_held_state_from_name(const char *name, ExeatHeldState *out_state)
{
    for (guint i = 0; i < EXEAT_HELD_STATES; i++) {
        if (g_strcmp0(name, held_names[i]) == 0) {
            *out_state = (ExeatHeldState)i;
            return true;
        }
    }
    return false;
}

bool
exeat_held_may_move(ExeatHeldState from, ExeatHeldState to)
{
    return (guint)from < EXEAT_HELD_STATES && (guint)to < EXEAT_HELD_STATES && (held_arrows[from] & 1u << to) != 0;
}

bool
exeat_held_is_open(ExeatHeldState state)
{
    return state == EXEAT_HELD_HELD || state == EXEAT_HELD_RELEASING || state == EXEAT_HELD_RETURNING ||
           state == EXEAT_HELD_EXPIRED;
}

gint64
exeat_held_backoff(guint attempts)
{
    gint64 wait = HELD_BACKOFF_FIRST;

    for (guint i = 1; i < attempts && wait < HELD_BACKOFF_LAST; i++)
        wait *= 2;
    return MIN(wait, HELD_BACKOFF_LAST);
}

static char *
held_format_id(char kind, const char *digits)
{
    return g_strdup_printf("%c-%.4s-%.4s-%.4s", kind, digits, digits + 4, digits + 8);
}

static char *
held_new(char kind)
{
    guint8 random[HELD_ID_DIGITS];
    char digits[HELD_ID_DIGITS + 1] = "";

    /* A machine without randomness has no business sealing letters either. */
    if (RAND_bytes(random, sizeof random) != 1)
        g_error("no randomness");
    for (guint i = 0; i < HELD_ID_DIGITS; i++)
        digits[i] = held_digits[random[i] & 31];
    return held_format_id(kind, digits);
}

char *
exeat_held_new_id(void)
{
    return held_new('H');
}

char *
exeat_held_new_decision(void)
{
    return held_new('D');
}

char *
exeat_held_parse_id(const char *text)
{
    char digits[HELD_ID_DIGITS + 1] = "";
    guint count = 0;

    if (text == NULL || (text[0] != 'H' && text[0] != 'h'))
        return NULL;
    for (const char *p = text + 1; *p != '\0'; p++) {
        char c = g_ascii_toupper(*p);

        if (c == '-' || c == ' ')
            continue;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (count == HELD_ID_DIGITS || strchr(held_digits, c) == NULL)
            return NULL;
        digits[count++] = c;
    }
    return count == HELD_ID_DIGITS ? held_format_id('H', digits) : NULL;
}
