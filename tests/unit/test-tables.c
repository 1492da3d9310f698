/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables: what they are brought into shape to, whatever stands in them and wherever; and that columns of numbers made
 * by chance are not taken for numbers of people.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "policies/detect/identifiers.h"
#include "policies/detect/shape.h"

#define NOW 1789372200 /* September 2026 */
#define COLUMNS 400
#define ROWS 12
#define PAGES 500

typedef struct Page {
    GString *bytes;
    ExeatText text;
} Page;

static void
page_init(Page *page)
{
    *page = (Page){.bytes = g_string_new(NULL)};
    page->text.zone = EXEAT_ZONE_ATTACHMENT;
    page->text.cells = g_array_new(FALSE, FALSE, sizeof(ExeatCell));
}

static void
page_clear(Page *page)
{
    g_array_unref(page->text.cells);
    g_string_free(page->bytes, TRUE);
}

static void
page_end(Page *page)
{
    page->text.text = page->bytes->str;
    page->text.length = page->bytes->len;
}

static void
add_cell(Page *page, const char *text, guint row, guint column, guint table)
{
    ExeatCell cell = {page->bytes->len, page->bytes->len + strlen(text), row, column, table};
    g_string_append(page->bytes, text);
    g_array_append_val(page->text.cells, cell);
}

/* "a|b" is a row with cells, "~" an empty place of a sheet, a line without a bar is prose, "==" begins a table. */
static void
page_read(Page *page, const char *source)
{
    g_auto(GStrv) lines = g_strsplit(source, "\n", -1);
    guint table = 0, row = 0;
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "|", -1);
        if (g_str_equal(*line, "==")) {
            table++;
            continue;
        }
        if (!cells[0] || !cells[1])
            g_string_append(page->bytes, *line);
        for (guint i = 0; cells[0] && cells[1] && cells[i]; i++) {
            if (g_str_equal(cells[i], "~"))
                continue;
            add_cell(page, cells[i], row, i, table);
            g_string_append_c(page->bytes, '\t');
        }
        g_string_append_c(page->bytes, '\n');
        row++;
    }
    page_end(page);
}

/* The tables of a text as "a,b/c,d" row by row, a bar between tables. */
static char *
tables_of(const ExeatText *text)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        if (i > 0)
            g_string_append(out, cell->table != cell[-1].table ? " | " : cell->row != cell[-1].row ? "/" : ",");
        g_string_append_len(out, text->text + cell->start, (gssize)(cell->end - cell->start));
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *name, *source, *want; /* want NULL: right as it is */
} shapes[] = {
    {"headings above", "Name|UPN\nx|1\ny|2", NULL},
    {"no headings", "a|b\nc|d", NULL},
    {"a title", "Class 7B|~|~\nName|UPN|Form\nx|1|7B", "Class 7B | Name,UPN,Form/x,1,7B"},
    {"a title of words nobody knows", "Oakfield|~\nFruit|Price\nPear|2", "Oakfield | Fruit,Price/Pear,2"},
    {"headings again", "Name|UPN\nx|1\nName|UPN\ny|2", "Name,UPN/x,1 | Name,UPN/y,2"},
    {"a form", "Name|x\nDOB|y\nNotes|z", "Name,DOB,Notes/x,y,z"},
    {"a form with a title", "Referral|~\nName|x\nDOB|y", ",Name,DOB/Referral,x,y"},
    {"two forms", "Name|x\nDOB|y\nName|z\nDOB|w", "Name,DOB/x,y | Name,DOB/z,w"},
    {"pairs", "Name|x|DOB|y\nForm|z|Tel|w", "Name,DOB,Form,Tel/x,y,z,w"},
    {"people side by side", "Name|x|y|z\nUPN|1|2|3", "Name,UPN/x,1/y,2/z,3"},
    {"people side by side in a sparse sheet", "~|~|Name|x|~|y\n~|~|UPN|1|~|2", "Name,UPN/x,1/y,2"},
    {"a table of figures", "Group|Boys|Girls\nSEN|4|5\nFSM|6|7", NULL},
    {"prose between", "Above\nClass|~\nName|UPN\nx|1\nBelow", "Class | Name,UPN/x,1"},
    {"two tables", "Name|x\nDOB|y\n==\nName|UPN\nz|1", "Name,DOB/x,y | Name,UPN/z,1"},
};

static void
test_shapes(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        Page page;
        page_init(&page);
        page_read(&page, shapes[i].source);
        ExeatText *shaped = exeat_text_shape(&page.text);
        g_autofree char *got = shaped ? tables_of(shaped) : NULL;
        if (g_strcmp0(got, shapes[i].want) != 0)
            fail_msg("%s: %s", shapes[i].name, got ? got : "as it was");
        if (strstr(shapes[i].source, "Above"))
            assert_true(strstr(shaped->text, "Above\n") && strstr(shaped->text, "\nBelow"));
        exeat_shaped_free(shaped);
        page_clear(&page);
    }
}

/* All words of one text stand in the other, each as often. */
static void
assert_same_words(const char *a, const char *b)
{
    guint sums[2] = {0};
    const char *texts[] = {a, b};
    for (guint i = 0; i < 2; i++) {
        g_auto(GStrv) words = g_strsplit_set(texts[i], " \t\n", -1);
        for (char **word = words; *word; word++)
            sums[i] += **word ? g_str_hash(*word) : 0;
    }
    assert_int_equal(sums[0], sums[1]);
}

static void
assert_sound(const ExeatText *text)
{
    for (guint i = 0; i < text->cells->len; i++) {
        const ExeatCell *cell = &g_array_index(text->cells, ExeatCell, i);
        assert_true(cell->start <= cell->end && cell->end <= text->length);
        if (i == 0)
            continue;
        assert_true(cell[-1].end <= cell->start && cell[-1].table <= cell->table);
        assert_true(cell[-1].table < cell->table || cell[-1].row < cell->row ||
                    (cell[-1].row == cell->row && cell[-1].column < cell->column));
    }
    assert_int_equal(strlen(text->text), text->length);
}

/* Whatever a sheet is made of, nothing of it is lost, and the cells stay in order. */
static void
test_any_sheet(void **state)
{
    static const char *const words[] = {"Name", "DOB", "UPN", "Form", "", " ", "x", "19/04/2014", "Jamie", "Tel"};
    (void)state;
    guint changed = 0;
    for (guint32 seed = 0; seed < PAGES; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        Page page;
        page_init(&page);
        guint widest = (guint)g_rand_int_range(random, 1, 6);
        for (guint row = 0; row < 8; row++) {
            for (guint column = 0; column < widest; column++) {
                if (g_rand_int_range(random, 0, 4) > 0)
                    add_cell(&page, words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))], row, column, row / 5);
                g_string_append_c(page.bytes, column + 1 < widest ? '\t' : '\n');
            }
            if (g_rand_int_range(random, 0, 6) == 0)
                g_string_append(page.bytes, "prose\n");
        }
        page_end(&page);
        ExeatText *shaped = exeat_text_shape(&page.text);
        if (shaped) {
            assert_sound(shaped);
            assert_same_words(page.text.text, shaped->text);
            changed++;
        }
        exeat_shaped_free(shaped);
        page_clear(&page);
        g_rand_free(random);
    }
    assert_true(changed > PAGES / 4); /* or it proves nothing */
}

/* How many cells are taken for something, at 60 or more. */
static guint
count_hits(Page *page)
{
    static const ExeatSchool school;
    ExeatContext context;
    page_end(page);
    exeat_context_init(&context, &page->text);
    g_autoptr(ExeatDirectory) nobody = exeat_directory_new_empty();
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(ExeatHit));
    exeat_identifiers_find(&context, nobody, &school, NOW, hits);
    guint count = 0;
    for (guint i = 0; i < hits->len; i++)
        count += g_array_index(hits, ExeatHit, i).confidence >= 60;
    exeat_context_clear(&context);
    return count;
}

static void
digits(GRand *random, guint count, char *out)
{
    for (guint i = 0; i < count; i++)
        out[i] = (char)('0' + g_rand_int_range(random, 0, 10));
    out[count] = '\0';
}

static void
make_random(GRand *random, guint row, char *out)
{
    (void)row;
    digits(random, 10, out);
}

static void
make_running(GRand *random, guint row, char *out)
{
    static const guint64 starts[] = {4000000000u, 6000010000u, 7100000000u};
    (void)random;
    g_snprintf(out, 40, "%" G_GUINT64_FORMAT, starts[row % 3] + row / 3);
}

static void
make_phone(GRand *random, guint row, char *out)
{
    (void)row;
    g_strlcpy(out, "0117 4", 40);
    digits(random, 6, out + 6);
}

static void
make_stock_code(GRand *random, guint row, char *out)
{
    (void)row;
    out[0] = "ABCDEFGH"[g_rand_int_range(random, 0, 8)];
    digits(random, 12, out + 1);
    memcpy(out + 1, "801", 3);
}

static void
make_part_number(GRand *random, guint row, char *out)
{
    (void)row;
    g_snprintf(out, 40, "AB");
    digits(random, 6, out + 2);
    out[8] = (char)('A' + g_rand_int_range(random, 0, 26));
    out[9] = '\0';
}

static void
make_ticket(GRand *random, guint row, char *out)
{
    (void)row;
    digits(random, 16, out);
    out[0] = '4';
}

static void
make_isbn(GRand *random, guint row, char *out)
{
    (void)row;
    guint sum = 0, check = 10;
    while (check == 10) {
        digits(random, 9, out);
        out[0] = g_rand_boolean(random) ? '0' : '1';
        sum = 0;
        for (guint i = 0; i < 9; i++)
            sum += (guint)(out[i] - '0') * (10 - i);
        check = (11 - sum % 11) % 11;
    }
    out[9] = (char)('0' + check);
    out[10] = '\0';
}

static void
make_money(GRand *random, guint row, char *out)
{
    (void)row;
    g_snprintf(out, 40, "%d.%02d", g_rand_int_range(random, 1, 99999), g_rand_int_range(random, 0, 100));
}

/* School days of the last years: what planned things fall on. */
static void
make_event(GRand *random, guint row, char *out)
{
    (void)row;
    GDate day;
    g_date_clear(&day, 1);
    g_date_set_dmy(&day, 1, 9, 2014);
    g_date_add_days(&day, (guint)g_rand_int_range(random, 0, 3600));
    while (g_date_get_weekday(&day) >= G_DATE_SATURDAY)
        g_date_add_days(&day, 1);
    g_date_strftime(out, 40, "%d/%m/%Y", &day);
}

static const struct {
    const char *name;
    void (*make)(GRand *random, guint row, char *out);
    guint most; /* cells that may be taken, of all in COLUMNS columns */
} chances[] = {
    {"ten digits", make_random, 0},
    {"running numbers", make_running, 0},
    {"phones", make_phone, 0},
    {"stock codes", make_stock_code, 0},
    {"tickets", make_ticket, 0},
    {"books", make_isbn, 0},
    {"money", make_money, 0},
    {"events", make_event, 0},
    {"part numbers", make_part_number, 0},
};

static void
test_chance(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(chances); i++) {
        GRand *random = g_rand_new_with_seed(7);
        guint taken = 0;
        for (guint column = 0; column < COLUMNS; column++) {
            Page page;
            page_init(&page);
            for (guint row = 0; row < ROWS; row++) {
                char value[40];
                chances[i].make(random, row, value);
                add_cell(&page, "x", row, 0, 0);
                g_string_append_c(page.bytes, '\t');
                add_cell(&page, value, row, 1, 0);
                g_string_append_c(page.bytes, '\n');
            }
            taken += count_hits(&page);
            page_clear(&page);
        }
        if (taken > chances[i].most)
            print_error("%s: %u of %u are taken for something\n", chances[i].name, taken, COLUMNS * ROWS);
        assert_true(taken <= chances[i].most);
        g_rand_free(random);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes), cmocka_unit_test(test_any_sheet),
                                       cmocka_unit_test(test_chance)};
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
