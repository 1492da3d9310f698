/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The detectors over raw text, with and without the cells of a table. Asserts that
 *   - every name, identifier and term lies in its text, on character bounds, in order of place, with a confidence of
 *     0 to 99, and about a person who exists;
 *   - a name's parts lie in the name, in order;
 *   - the sentence around a hit holds the hit, and nearness does not depend on which of two is asked first;
 *   - text put as initials is valid UTF-8.
 *
 * The first byte: even, the rest is prose; odd, a table.
 */
#include "message/charset.h"
#include "message/render.h"
#include "policies/detect/identifiers.h"
#include "policies/detect/link.h"
#include "policies/detect/tables.h"
#include "policies/settings.h"
#include "tests/fuzz/fuzz.h"

#define CELLS 500
#define SIZE_MAX_INPUT 65536
#define NOW 1789372200

static void
check_span(const ExeatText *text, gsize start, gsize end)
{
    fuzz_assert(start < end && end <= text->length);
    fuzz_assert(g_utf8_validate(text->text + start, (gssize)(end - start), NULL));
}

static void
check_person(ExeatPersonId person)
{
    fuzz_assert(person == EXEAT_NOBODY || person < exeat_directory_size(fuzz_directory()));
}

static void
check_names(const ExeatText *text, const GArray *names)
{
    gsize before = 0;
    for (guint i = 0; i < names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(names, ExeatNameMatch, i);
        check_span(text, name->start, name->end);
        fuzz_assert(before <= name->start && name->confidence <= 99 && name->people >= 1);
        fuzz_assert(name->person < exeat_directory_size(fuzz_directory()) && name->role < EXEAT_ROLE_COUNT);
        fuzz_assert(name->parts_count <= EXEAT_NAME_MAX_PARTS);
        before = name->start;
        gsize at = name->start;
        for (guint k = 0; k < name->parts_count; k++) {
            const ExeatNamePart *part = &name->parts[k];
            check_span(text, part->start, part->end);
            fuzz_assert(at <= part->start && part->end <= name->end);
            at = part->end;
        }
    }
}

static void
check_hits(const ExeatText *text, const GArray *hits, bool sorted)
{
    gsize before = 0;
    fuzz_assert(hits->len <= EXEAT_HITS_MAX);
    for (guint i = 0; i < hits->len; i++) {
        const ExeatHit *hit = &g_array_index(hits, ExeatHit, i);
        gsize start = 0, end = 0;
        check_span(text, hit->start, hit->end);
        check_person(hit->person);
        fuzz_assert((before <= hit->start || !sorted) && hit->confidence <= 99 && hit->rule < EXEAT_RULE_COUNT);
        fuzz_assert(memchr(hit->birth, '\0', sizeof hit->birth) && exeat_rule_name(hit->rule));
        before = hit->start;
        exeat_sentence_around(text, hit->start, hit->end, &start, &end);
        fuzz_assert(start <= hit->start && hit->end <= end && end <= text->length);
    }
}

static void
check_links(const ExeatScanText *scanned)
{
    for (guint i = 0; i < MIN(scanned->hits->len, 20); i++) {
        const ExeatHit *hit = &g_array_index(scanned->hits, ExeatHit, i);
        ExeatNearness nearness = EXEAT_APART;
        const ExeatNameMatch *name = exeat_nearest_name(scanned, hit->start, hit->end, 0, &nearness);
        exeat_stranger_named(scanned, fuzz_directory(), hit->start, hit->end, i % 2 == 0);
        exeat_is_greeted(scanned->text, hit->start);
        if (!name)
            continue;
        fuzz_assert(nearness != EXEAT_APART);
        fuzz_assert(exeat_nearness(scanned->text, hit->start, hit->end, name->start, name->end) ==
                    exeat_nearness(scanned->text, name->start, name->end, hit->start, hit->end));
    }
}

static void
check_scan(const ExeatText *text)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_ptr_array_add(texts, (gpointer)(guintptr)text);
    ExeatScanWorld world = {.directory = fuzz_directory(),
                            .school = exeat_policy_settings_school(fuzz_settings()),
                            .names = fuzz_names(),
                            .now = NOW};
    g_autoptr(ExeatScan) scan = exeat_scan_new(texts, &world);
    const ExeatScanText *scanned = exeat_scan_text(scan, 0);
    fuzz_assert(!exeat_scan_is_incomplete(scan) && exeat_scan_count(scan) == 1);
    text = scanned->text; /* with its tables in shape */
    check_names(text, scanned->names);
    check_hits(text, scanned->hits, true);
    check_hits(text, scanned->terms, false);
    check_links(scanned);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ExeatTableRow));
    exeat_table_pupils(&scanned->context, rows);
    fuzz_assert(rows->len <= text->length);
    g_autofree char *initials = exeat_names_to_initials(text->text, scanned->names);
    fuzz_check_utf8(initials);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_INPUT)
        return 0;
    FuzzInput input = {data, size};
    bool table = fuzz_byte(&input) % 2 == 1;
    gsize length = 0, clean_length = 0;
    g_autofree char *decoded = exeat_charset_decode((const char *)input.data, input.left, "utf-8", NULL, &length);
    g_autofree char *clean = exeat_text_clean(decoded, length, &clean_length);
    g_auto(ExeatRendered) rendered;
    exeat_rendered_init(&rendered, CELLS);
    if (table)
        exeat_delimited_render(clean, clean_length, &rendered);
    else
        g_string_append_len(rendered.text, clean, (gssize)clean_length);
    ExeatText text = {.zone = EXEAT_ZONE_NEW,
                      .text = rendered.text->str,
                      .length = rendered.text->len,
                      .cells = rendered.cells->len > 0 ? rendered.cells : NULL};
    check_scan(&text);
    return 0;
}
