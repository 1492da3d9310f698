/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text of every format on its way from bytes to zones. Asserts that
 *   - decoding in any charset gives valid UTF-8, and cleaning is a normal form;
 *   - cells lie in the text, in order, no more than the limit; marks lie in the text;
 *   - zones cover the whole text without gap or overlap, and no zone ends within a character;
 *   - joining format=flowed gives valid UTF-8 and loses no letter but spaces and line ends.
 *
 * The first byte chooses the format, the second the charset.
 */
#include "message/charset.h"
#include "message/render.h"
#include "message/sniff.h"
#include "tests/fuzz/fuzz.h"

#define CELLS 300
#define SIZE_MAX_INPUT (128 * 1024)

static const char *const charsets[] = {NULL,        "utf-8",   "iso-8859-1",  "windows-1252", "utf-16",
                                       "utf-16le",  "utf-7",   "iso-2022-jp", "hz-gb-2312",   "shift_jis",
                                       "big5",      "gb18030", "us-ascii",    "koi8-r",       "utf-32",
                                       "x-unknown", "euc-kr",  "cp437",       "macintosh",    "iso-8859-8-i"};

static void
check_zones(const ExeatRendered *rendered)
{
    const char *text = rendered->text->str;
    g_autoptr(GArray) runs = exeat_zones_split(rendered);
    gsize at = 0;
    for (guint i = 0; i < runs->len; i++) {
        const ExeatRun *run = &g_array_index(runs, ExeatRun, i);
        fuzz_assert(run->start == at && run->end > run->start && run->end <= rendered->text->len);
        fuzz_assert(run->zone == EXEAT_ZONE_NEW || run->zone == EXEAT_ZONE_SIGNATURE || run->zone == EXEAT_ZONE_QUOTED);
        fuzz_assert(g_utf8_validate(text + run->start, (gssize)(run->end - run->start), NULL));
        at = run->end;
    }
    fuzz_assert(at == rendered->text->len);
}

static void
check_rendered(const ExeatRendered *rendered)
{
    const GString *text = rendered->text;
    gsize at = 0;
    fuzz_assert(strlen(text->str) == text->len && g_utf8_validate(text->str, (gssize)text->len, NULL));
    fuzz_assert(rendered->cells->len <= CELLS);
    for (guint i = 0; i < rendered->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(rendered->cells, ExeatCell, i);
        fuzz_assert(at <= cell->start && cell->start <= cell->end && cell->end <= text->len);
        at = cell->end;
    }
    at = 0;
    for (guint i = 0; i < rendered->marks->len; i++) {
        const ExeatRun *mark = &g_array_index(rendered->marks, ExeatRun, i);
        fuzz_assert(at <= mark->start && mark->start <= mark->end && mark->end <= text->len);
        at = mark->end;
    }
    check_zones(rendered);
}

static void
check_flowed(const char *text, gsize length)
{
    g_autofree char *joined = exeat_flowed_join(text, length, length % 2 == 0);
    fuzz_check_utf8(joined);
    gsize before = 0, after = 0;
    for (gsize i = 0; i < length; i++)
        before += g_ascii_isalnum(text[i]) != 0;
    for (const char *c = joined; *c; c++)
        after += g_ascii_isalnum(*c) != 0;
    fuzz_assert(before == after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    guint8 format = fuzz_byte(&input);
    const char *charset = charsets[fuzz_byte(&input) % G_N_ELEMENTS(charsets)];
    gsize length = 0, clean_length = 0, again_length = 0;
    g_autofree char *text = exeat_charset_decode((const char *)input.data, input.left, charset, NULL, &length);
    fuzz_assert(strlen(text) == length && g_utf8_validate(text, (gssize)length, NULL));
    g_autofree char *clean = exeat_text_clean(text, length, &clean_length);
    g_autofree char *again = exeat_text_clean(clean, clean_length, &again_length);
    fuzz_check_utf8(clean);
    fuzz_assert(clean_length == again_length && memcmp(clean, again, clean_length) == 0);
    exeat_encryption_in_text(text, length);
    check_flowed(text, length);
    g_auto(ExeatRendered) rendered;
    exeat_rendered_init(&rendered, CELLS);
    switch (format % 5) {
    case 0:
        exeat_tabbed_render(clean, clean_length, &rendered);
        break;
    case 1:
        exeat_html_render(text, length, &rendered);
        break;
    case 2:
        exeat_delimited_detect(clean, clean_length, format % 2 == 0);
        exeat_delimited_render(clean, clean_length, &rendered);
        break;
    case 3:
        exeat_card_render(clean, clean_length, &rendered);
        break;
    default:
        exeat_rendered_append_line(&rendered, clean, clean_length);
        break;
    }
    check_rendered(&rendered);
    return 0;
}
