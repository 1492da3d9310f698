/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads encoded words as they are, not as RFC 2047 has them: with spaces, question marks or folds inside, with a
 * language (RFC 2231 section 5), without a space on either side, cut in the middle of a character or of a base64
 * quantum, without an end. The bytes of neighbours of one charset are joined before they are decoded, which is where
 * most decoders fail.
 *
 * GMime's decoder was the model; this one differs where it joins, and takes the letter's own charset as a hint.
 * Owns nothing, any thread. Hostile input; one pass, the result is at most three times as long.
 */
#include "message/encoded_word.h"

#include <stdbool.h>
#include <string.h>

#include "message/charset.h"

#define CHARSET_MAX 64 /* bytes of a charset's name, with its language */

typedef struct Word {
    const char *charset;
    gsize charset_length;
    char encoding; /* 'B' or 'Q' */
    const char *payload;
    gsize payload_length;
    const char *end; /* behind the whole word */
} Word;

static bool
word_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the payload ends: @end if nothing ends it, NULL if another word begins first. A "?=" inside quoted-printable
 * text may be a question mark before an escape. */
static const char *
word_payload_end(const char *at, const char *end, char encoding)
{
    for (; at + 1 < end; at++) {
        if (at[0] == '=' && at[1] == '?' && at + 2 < end && at[2] != '=')
            return NULL; /* another word begins; this also keeps the search linear */
        if (at[0] != '?' || at[1] != '=')
            continue;
        if (encoding == 'Q' && at + 3 < end && g_ascii_isxdigit(at[2]) && g_ascii_isxdigit(at[3])) {
            const char *next = at + 2;
            while (next + 1 < end && !word_is_space(*next) && !(next[0] == '?' && next[1] == '=') &&
                   !(next[0] == '=' && next[1] == '?'))
                next++;
            if (next + 1 < end && next[0] == '?' && next[1] == '=' &&
                (next + 2 == end || word_is_space(next[2]) || next[2] == '=' || next[2] == '"'))
                continue;
        }
        return at;
    }
    return end;
}

static bool
word_parse(const char *at, const char *end, Word *out)
{
    if (end - at < 6 || at[0] != '=' || at[1] != '?')
        return false;
    const char *c = at + 2;
    while (c < end && *c != '?' && c - at - 2 < CHARSET_MAX && (guint8)*c >= 0x20 && (guint8)*c < 0x7F && *c != '=')
        c++; /* with spaces: "utf 8" */
    if (end - c < 3 || *c != '?' || c[2] != '?')
        return false;
    char encoding = g_ascii_toupper(c[1]);
    if (encoding != 'B' && encoding != 'Q')
        return false;
    out->charset = at + 2;
    out->charset_length = (gsize)(c - at - 2);
    out->encoding = encoding;
    out->payload = c + 3;
    const char *stop = word_payload_end(out->payload, end, encoding);
    if (stop == NULL)
        return false;
    out->end = stop < end ? stop + 2 : end;
    if (stop == end) { /* cut off: only the last thing in the field, without a second word in it */
        for (c = out->payload; c < end; c++)
            if (word_is_space(*c))
                return false;
        if (stop > out->payload && stop[-1] == '?')
            stop--;
    }
    out->payload_length = (gsize)(stop - out->payload);
    return true;
}

gsize
exeat_encoded_word_length(const char *at, const char *end)
{
    Word word;
    return word_parse(at, end, &word) ? (gsize)(word.end - at) : 0;
}

typedef struct Base64State {
    guint32 bits;
    guint count;  /* bits held */
    guint digits; /* since the last padding */
} Base64State;

static int
word_base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void
word_append_base64(GString *bytes, const char *text, gsize length, Base64State *state)
{
    for (gsize i = 0; i < length; i++) {
        int value = word_base64_value(text[i]);
        if (text[i] == '=') {
            *state = (Base64State){0};
            continue;
        }
        if (value < 0)
            continue;
        state->bits = (state->bits << 6 | (guint32)value) & 0xFFFF;
        state->count += 6;
        state->digits++;
        if (state->count >= 8) {
            state->count -= 8;
            g_string_append_c(bytes, (char)(state->bits >> state->count & 0xFF));
        }
    }
    /* What is left over belongs to the next word only if it is not the zero bits of a padding that was left out. */
    if (state->digits % 4 != 1 && (state->bits & ((1u << state->count) - 1)) == 0)
        *state = (Base64State){0};
}

static void
word_append_quoted(GString *bytes, const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '_') {
            g_string_append_c(bytes, ' ');
        } else if (text[i] == '=' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) && g_ascii_isxdigit(text[i + 2])) {
            g_string_append_c(bytes,
                              (char)(g_ascii_xdigit_value(text[i + 1]) << 4 | g_ascii_xdigit_value(text[i + 2])));
            i += 2;
        } else if (text[i] == '\r' || text[i] == '\n') {
            continue;
        } else {
            g_string_append_c(bytes, text[i]);
        }
    }
}

/* Bytes of neighbouring words that are still to be decoded. */
typedef struct Pending {
    GString *bytes;
    char charset[CHARSET_MAX + 1];
    bool open;
    Base64State base64;
    guint escape; /* bytes of an escape that the last word began and did not end */
} Pending;

static void
word_flush(GString *out, Pending *pending, const char *hint)
{
    if (pending->open) {
        gsize length = 0;
        g_autofree char *text = exeat_charset_decode(pending->bytes->str, pending->bytes->len, pending->charset, hint,
                                                     &length);
        g_string_append_len(out, text, (gssize)length);
    }
    g_string_truncate(pending->bytes, 0);
    pending->open = false;
    pending->base64 = (Base64State){0};
    pending->escape = 0;
}

/* The length of "=" or "=C" at the end of a payload: some cut an escape in two when they fold. */
static guint
word_open_escape(const char *payload, gsize length)
{
    if (length >= 1 && payload[length - 1] == '=')
        return 1;
    return length >= 2 && payload[length - 2] == '=' && g_ascii_isxdigit(payload[length - 1]) ? 2 : 0;
}

static void
word_add_quoted(Pending *pending, const Word *word)
{
    const char *payload = word->payload;
    gsize length = word->payload_length;
    GString *bytes = pending->bytes;
    char escape[4] = "";
    if (pending->escape > 0 && length + pending->escape >= 3) {
        memcpy(escape, bytes->str + bytes->len - pending->escape, pending->escape);
        memcpy(escape + pending->escape, payload, 3 - pending->escape);
    }
    if (g_ascii_isxdigit(escape[1]) && g_ascii_isxdigit(escape[2])) {
        g_string_truncate(bytes, bytes->len - pending->escape);
        word_append_quoted(bytes, escape, 3);
        payload += 3 - pending->escape;
        length -= 3 - pending->escape;
    }
    word_append_quoted(bytes, payload, length);
    pending->escape = word_open_escape(payload, length);
}

static void
word_add(GString *out, Pending *pending, const Word *word, const char *hint)
{
    char charset[CHARSET_MAX + 1];
    gsize n = MIN(word->charset_length, sizeof charset - 1); /* not g_strlcpy(): it measures all of its source */
    memcpy(charset, word->charset, n);
    charset[n] = '\0';
    if (!pending->open || !exeat_charset_equal(pending->charset, charset)) {
        word_flush(out, pending, hint);
        g_strlcpy(pending->charset, charset, sizeof pending->charset);
        pending->open = true;
    }
    if (word->encoding == 'B') {
        pending->escape = 0;
        word_append_base64(pending->bytes, word->payload, word->payload_length, &pending->base64);
    } else {
        pending->base64 = (Base64State){0};
        word_add_quoted(pending, word);
    }
}

static void
word_append_plain(GString *out, const char *from, const char *to, const char *hint)
{
    g_autoptr(GString) unfolded = g_string_sized_new((gsize)(to - from));
    for (const char *c = from; c < to; c++)
        if (*c == '\r' && c + 1 < to && c[1] != '\n')
            g_string_append_c(unfolded, ' '); /* a line end of somebody's, which must not join two words */
        else if (*c != '\r' && *c != '\n' && *c != '\0')
            g_string_append_c(unfolded, *c);
    gsize length = 0;
    g_autofree char *text = exeat_charset_decode(unfolded->str, unfolded->len, NULL, hint, &length);
    g_string_append_len(out, text, (gssize)length);
}

char *
exeat_header_decode(const char *raw, gsize length, const char *hint)
{
    const char *at = raw, *end = raw + length, *plain = raw;
    if (exeat_text_is_plain(raw, length) && memmem(raw, length, "=?", 2) == NULL)
        return exeat_text_clean_line(raw, length);
    g_autoptr(GString) out = g_string_sized_new(length + 1);
    g_autoptr(GString) bytes = g_string_new(NULL);
    Pending pending = {.bytes = bytes};
    while (at < end) {
        Word word;
        if (*at != '=' || !word_parse(at, end, &word)) {
            at++;
            continue;
        }
        const char *gap = plain;
        while (gap < at && word_is_space(*gap))
            gap++;
        if (gap < at || !pending.open) { /* white space between two encoded words is not shown (RFC 2047 6.2) */
            word_flush(out, &pending, hint);
            word_append_plain(out, plain, at, hint);
        }
        word_add(out, &pending, &word, hint);
        at = plain = word.end;
    }
    word_flush(out, &pending, hint);
    word_append_plain(out, plain, end, hint);
    return exeat_text_clean_line(out->str, out->len);
}
