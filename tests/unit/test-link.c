/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What belongs together: the nearest name is the one that nearness itself would choose, however a table is made,
 * and it is all one which of two is asked first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "policies/detect/link.h"

#define PAGES 600
#define NAMES 30
#define VALUES 40
#define REACH 1800 /* bytes before and behind a value in which a name may belong to it */
#define SURE 50u

typedef struct Page {
    GRand *random;
    GString *bytes;
    ExeatText text;
    GArray *names;
} Page;

static void
add_filler(Page *page)
{
    static const gsize lengths[] = {1, 2, 9, 40, 130, 400, 590, 700, 1900};
    gsize length = lengths[g_rand_int_range(page->random, 0, G_N_ELEMENTS(lengths))];
    for (gsize i = 0; i < length; i++)
        g_string_append_c(page->bytes, "abcde. f"[g_rand_int_range(page->random, 0, 8)]);
}

/* Now and then a cell is text alone, as where there are too many. */
static void
add_cell(Page *page, guint table, guint row, guint column)
{
    ExeatCell cell = {.start = page->bytes->len, .row = row, .column = column, .table = table};
    add_filler(page);
    cell.end = page->bytes->len;
    if (g_rand_int_range(page->random, 0, 12) > 0)
        g_array_append_val(page->text.cells, cell);
}

static void
add_table(Page *page, guint table)
{
    guint rows = (guint)g_rand_int_range(page->random, 1, 9);
    guint widest = (guint)g_rand_int_range(page->random, 1, 6);
    for (guint row = 0; row < rows; row++) {
        guint columns = (guint)g_rand_int_range(page->random, 1, (gint)widest + 1);
        for (guint column = 0; column < columns; column++) {
            add_cell(page, table, row, column);
            g_string_append_c(page->bytes, column + 1 < columns ? '\t' : '\n');
        }
    }
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    const ExeatNameMatch *one = a, *other = b;
    return (one->start > other->start) - (one->start < other->start);
}

static void
page_init(Page *page, guint32 seed)
{
    *page = (Page){.random = g_rand_new_with_seed(seed), .bytes = g_string_new(NULL)};
    page->text.cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
    page->names = g_array_new(FALSE, FALSE, sizeof(ExeatNameMatch));
    for (guint table = 0; table < 3; table++) {
        add_filler(page);
        g_string_append_c(page->bytes, '\n');
        add_table(page, table);
    }
    page->text.text = page->bytes->str;
    page->text.length = page->bytes->len;
    for (guint i = 0; i < NAMES; i++) {
        gsize start = (gsize)g_rand_int_range(page->random, 0, (gint32)page->text.length);
        ExeatNameMatch name = {.start = start, .end = MIN(start + 6, page->text.length)};
        name.confidence = g_rand_boolean(page->random) ? SURE - 1 : SURE;
        g_array_append_val(page->names, name);
    }
    g_array_sort(page->names, compare_names);
}

static void
page_clear(Page *page)
{
    g_array_unref(page->names);
    g_array_unref(page->text.cells);
    g_string_free(page->bytes, TRUE);
    g_rand_free(page->random);
}

static gsize
gap(const ExeatNameMatch *name, gsize start, gsize end)
{
    if (name->end <= start)
        return start - name->end;
    return end <= name->start ? name->start - end : 0;
}

static const ExeatNameMatch *
ask_each(const Page *page, gsize start, gsize end, ExeatNearness *out_nearness)
{
    const ExeatNameMatch *best = NULL;
    *out_nearness = EXEAT_APART;
    for (guint i = 0; i < page->names->len; i++) {
        const ExeatNameMatch *name = &g_array_index(page->names, ExeatNameMatch, i);
        if (name->confidence < SURE || name->start + REACH < start || name->start > end + REACH)
            continue;
        ExeatNearness nearness = exeat_nearness(&page->text, name->start, name->end, start, end);
        assert_int_equal(nearness, exeat_nearness(&page->text, start, end, name->start, name->end));
        bool closer = best && nearness == *out_nearness && gap(name, start, end) < gap(best, start, end);
        if (nearness > *out_nearness || closer) {
            best = name;
            *out_nearness = nearness;
        }
    }
    return best;
}

static void
test_nearest_of_all(void **state)
{
    (void)state;
    guint found[EXEAT_SAME_LINE + 1] = {0};
    for (guint32 seed = 0; seed < PAGES; seed++) {
        Page page;
        page_init(&page, seed);
        const ExeatScanText scanned = {.text = &page.text, .names = page.names};
        for (guint i = 0; i < VALUES; i++) {
            gsize start = (gsize)g_rand_int_range(page.random, 0, (gint32)page.text.length);
            gsize end = MIN(start + 10, page.text.length);
            ExeatNearness want, nearness;
            const ExeatNameMatch *name = ask_each(&page, start, end, &want);
            if (exeat_nearest_name(&scanned, start, end, SURE, &nearness) != name || nearness != want)
                fail_msg("page %u, value at %zu", seed, start);
            found[want]++;
        }
        page_clear(&page);
    }
    for (guint i = 0; i <= EXEAT_SAME_LINE; i++) /* or it proves nothing */
        assert_true(found[i] >= 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nearest_of_all)};
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
