/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Header fields by themselves: decoding, address lists, and what we write. Asserts that
 *   - a decoded value is valid UTF-8 on one line, and decoding is a function of the bytes given alone;
 *   - entries of an address list lie in the value, in order and without overlap (but for addresses of one encoded
 * word), and no more than were asked for;
 *   - decode(encode(text)) is the text, every line that is written is at most 78 columns, and a fold is never blank;
 *   - domains and keys are normal forms: once more changes nothing.
 *
 * The first byte says whether there is a charset hint.
 */
#include "message/address_list.h"
#include "message/charset.h"
#include "message/encoded_word.h"
#include "tests/fuzz/fuzz.h"

#define MAILBOXES 40
#define LINE_COLUMNS 78
#define SIZE_MAX_INPUT 65536

static void
check_list(const char *raw, gsize length, const char *hint)
{
    g_autoptr(GPtrArray) entries = exeat_address_list_parse(raw, length, hint, MAILBOXES);
    gsize at = 0, before = G_MAXSIZE;
    guint mailboxes = 0;
    for (guint i = 0; i < entries->len; i++) {
        const ExeatEntry *entry = entries->pdata[i];
        fuzz_assert(at <= entry->start || (entry->start == before && entry->end == at));
        fuzz_assert(entry->start <= entry->end && entry->end <= length);
        before = entry->start;
        at = entry->end;
        fuzz_assert((entry->address != NULL) == (entry->kind == EXEAT_ENTRY_MAILBOX));
        if (!entry->address)
            continue;
        mailboxes++;
        fuzz_check_utf8(entry->address->display);
        fuzz_check_utf8(entry->address->mailbox);
        fuzz_assert(*entry->address->mailbox);
        g_autofree char *domain = exeat_domain_normalise(entry->address->domain);
        fuzz_assert(g_str_equal(domain, entry->address->domain));
        fuzz_check_key(entry->address);
    }
    fuzz_assert(mailboxes <= MAILBOXES);
}

static void
check_lines(const char *raw, gsize name)
{
    gsize column = name;
    for (const char *line = raw;; line++, column = 0) {
        gsize length = strcspn(line, "\n");
        fuzz_assert(column + length - (length > 0 && line[length] == '\n') <= LINE_COLUMNS);
        if (line != raw)
            fuzz_assert(line[0] == ' ' && strspn(line, " \t\r") < length);
        line += length;
        if (!*line)
            break;
    }
}

static void
check_round_trip(const char *text)
{
    g_autofree char *raw = exeat_header_encode("Subject", text, "\r\n");
    g_autofree char *back = exeat_header_decode(raw, strlen(raw), NULL);
    fuzz_assert(g_str_is_ascii(raw));
    check_lines(raw, strlen("Subject: "));
    fuzz_assert(g_str_equal(back, text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    static const char *const hints[] = {NULL, "iso-8859-2", "windows-1251", "shift_jis"};
    const char *hint = hints[fuzz_byte(&input) % G_N_ELEMENTS(hints)], *raw = (const char *)input.data;
    g_autofree char *decoded = exeat_header_decode(raw, input.left, hint);
    g_autofree char *again = exeat_header_decode(raw, input.left, hint);
    fuzz_check_utf8(decoded);
    fuzz_assert(!strpbrk(decoded, "\r\n\t") && g_str_equal(decoded, again));
    gsize word = exeat_encoded_word_length(raw, raw + input.left);
    fuzz_assert(word <= input.left);
    check_list(raw, input.left, hint);
    check_round_trip(decoded);
    return 0;
}
