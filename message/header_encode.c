/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes an unstructured header field (RFC 2047 section 5 (1)). Words that are plain ASCII stay as they are; a run of
 * others becomes encoded words in UTF-8, base64 or quoted-printable, whichever is shorter, each of whole characters and
 * at most 75 columns, in lines of at most 78.
 *
 * GMime's encoder is not used: it splits lines by its own rules only for fields that it owns, and writes some ASCII
 * words (those that look like encoded words) so that they read differently afterwards. Owns nothing, any thread.
 */
#include "message/encoded_word.h"

#include <stdbool.h>

#include "message/charset.h"

#define LINE_COLUMNS 78
#define WORD_COLUMNS 75
#define WORD_FRAME 12 /* =?UTF-8?B??= */

static bool
encode_is_plain(const char *word, gsize length)
{
    if (length > LINE_COLUMNS - 2)
        return false;
    for (gsize i = 0; i < length; i++)
        if ((guint8)word[i] <= 0x20 || (guint8)word[i] >= 0x7F ||
            (word[i] == '=' && i + 1 < length && word[i + 1] == '?'))
            return false;
    return true;
}

static bool
encode_is_literal(char c)
{
    return g_ascii_isalnum(c) || strchr("!*+-/", c) != NULL; /* RFC 2047 5 (3): safe even in a phrase */
}

static gsize
encode_quoted_cost(const char *text, gsize length)
{
    gsize cost = 0;
    for (gsize i = 0; i < length; i++)
        cost += text[i] == ' ' || encode_is_literal(text[i]) ? 1 : 3;
    return cost;
}

/* The longest run of whole characters of @text that fits into @room columns of payload. */
static gsize
encode_fit(const char *text, gsize length, bool base64, gsize room)
{
    gsize taken = 0;
    while (taken < length) {
        gsize next = taken + (gsize)(exeat_utf8_next(text + taken) - (text + taken));
        next = MIN(next, length);
        gsize cost = base64 ? (next + 2) / 3 * 4 : encode_quoted_cost(text, next);
        if (cost > room)
            break;
        taken = next;
    }
    return taken;
}

static void
encode_word(GString *out, const char *text, gsize length, bool base64)
{
    if (base64) {
        g_autofree char *payload = g_base64_encode((const guchar *)text, length);
        g_string_append_printf(out, "=?UTF-8?B?%s?=", payload);
        return;
    }
    g_string_append(out, "=?UTF-8?Q?");
    for (gsize i = 0; i < length; i++) {
        if (text[i] == ' ')
            g_string_append_c(out, '_');
        else if (encode_is_literal(text[i]))
            g_string_append_c(out, text[i]);
        else
            g_string_append_printf(out, "=%02X", (guint8)text[i]);
    }
    g_string_append(out, "?=");
}

/* A run of words that need encoding, the spaces between them included. */
static void
encode_run(GString *out, gsize *column, const char *text, gsize length, const char *eol)
{
    bool base64 = encode_quoted_cost(text, length) > (length + 2) / 3 * 4;
    bool first = true;
    while (length > 0) {
        gsize space = first ? 0 : 1;
        gsize room = LINE_COLUMNS - MIN(*column + space, LINE_COLUMNS);
        room = MIN(room, WORD_COLUMNS);
        gsize taken = room > WORD_FRAME ? encode_fit(text, length, base64, room - WORD_FRAME) : 0;
        if (taken == 0 || (!first && *column > 1)) {
            /* The space that a fold needs is not shown between two encoded words; before the first it is the one that
             * stands there already. */
            if (first && out->len > 0 && out->str[out->len - 1] == ' ')
                g_string_truncate(out, out->len - 1);
            g_string_append_printf(out, "%s ", eol);
            *column = 1;
            taken = encode_fit(text, length, base64, WORD_COLUMNS - WORD_FRAME);
        }
        gsize before = out->len;
        encode_word(out, text, taken, base64);
        *column += out->len - before;
        text += taken;
        length -= taken;
        first = false;
    }
}

static gsize
encode_next_word(const char *text, gsize *out_spaces)
{
    gsize spaces = strspn(text, " ");
    *out_spaces = spaces;
    return strcspn(text + spaces, " ");
}

char *
exeat_header_encode(const char *name, const char *text, const char *eol)
{
    GString *out = g_string_new(NULL);
    gsize column = strlen(name) + 2;
    const char *at = text;
    while (*at != '\0') {
        gsize spaces, word = encode_next_word(at, &spaces);
        bool odd_space = spaces > 1 || (spaces == 1 && (at == text || word == 0));
        bool fits = at != text || column + word <= LINE_COLUMNS; /* the first word stands beside the name */
        if (!odd_space && fits && encode_is_plain(at + spaces, word)) {
            if (spaces > 0 && column + 1 + word > LINE_COLUMNS && out->len > 0) {
                g_string_append(out, eol);
                column = 0;
            }
            g_string_append_len(out, at, (gssize)(spaces + word));
            column += spaces + word;
            at += spaces + word;
            continue;
        }
        const char *run = at + (spaces > 0 && at != text ? 1 : 0), *stop = at + spaces + word;
        if (run != at) {
            g_string_append_c(out, ' ');
            column++;
        }
        for (gsize next = encode_next_word(stop, &spaces); *stop != '\0'; next = encode_next_word(stop, &spaces)) {
            if (spaces == 1 && next > 0 && encode_is_plain(stop + 1, next))
                break;
            stop += spaces + next;
        }
        encode_run(out, &column, run, (gsize)(stop - run), eol);
        at = stop;
    }
    return g_string_free(out, FALSE);
}
