/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF: text, rows and columns, form fields, annotations, attached files, bookmarks, and limits of all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include <string.h>

#include "message/inspect/formats.h"
#include "message/message.h"
#include "tests/unit/inspect_fixture.h"

#define PDF_FIELDS 5000 /* as message/inspect/pdf.c has them */
#define PDF_ANNOTATIONS 2000
#define PDF_BOOKMARK_DEPTH 16
#define COLUMNS_MOST 64 /* as message/inspect/pdf_layout.c has it */

/* A document of one page with @content; @page and @catalog are added to their dictionaries, @objects stand behind them
 * from number 10 on. (transfer full) */
static char *
make_pdf(const char *content, const char *page, const char *catalog, const char *objects)
{
    return g_strdup_printf("%%PDF-1.7\n"
                           "1 0 obj <</Type/Catalog/Pages 2 0 R %s>> endobj\n"
                           "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
                           "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
                           "/Resources<</Font<</F 5 0 R>>>> %s>> endobj\n"
                           "4 0 obj <</Length %zu>>\nstream\n%s\nendstream endobj\n"
                           "5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj\n"
                           "6 0 obj <</Title(Trip plans)/Author(Mrs Example)>> endobj\n"
                           "%s"
                           "trailer <</Root 1 0 R/Info 6 0 R>>\n",
                           catalog, page, strlen(content), content, objects);
}

static char *
dump_pdf(const char *content, const char *page, const char *catalog, const char *objects)
{
    g_autofree char *pdf = make_pdf(content, page, catalog, objects);
    return inspect_bytes(pdf, strlen(pdf), "a.pdf");
}

static void
expect(const char *dump, const char *what)
{
    if (strstr(dump, what) == NULL)
        fail_msg("no \"%s\" in: %s", what, dump);
}

static void
test_text_and_information(G_GNUC_UNUSED void **state)
{
    g_autofree char *dump = dump_pdf("BT /F 12 Tf 50 700 Td (The coach leaves at nine.) Tj ET", "", "", "");
    expect(dump, "[] application/pdf no unreadable=- suspicious=-");
    expect(dump, "The coach leaves at nine.");
    expect(dump, "Title: Trip plans");
    expect(dump, "Author: Mrs Example");
}

static void
put_text(GString *content, int x, int y, const char *text)
{
    g_string_append_printf(content, "BT /F 10 Tf %d %d Td (%s) Tj ET\n", x, y, text);
}

/* Rows and columns become cells; two columns of prose, and a letter, do not. */
static void
test_tables(G_GNUC_UNUSED void **state)
{
    static const char *const rows[][3] = {{"Surname", "Forename", "UPN"},
                                          {"Jones", "Bethan", "H801200001001"},
                                          {"Price", "Tom", "G801200001019"},
                                          {"Lloyd", "Anwen Mair", "J801200001020"}};
    g_autoptr(GString) content = g_string_new(NULL);
    put_text(content, 50, 760, "This is the list of the class that goes to the museum on Friday.");
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++)
            put_text(content, 50 + 120 * k, 700 - 16 * i, rows[i][k]);
    g_autofree char *table = dump_pdf(content->str, "", "", "");
    expect(table, "<!1:0=Jones>");
    expect(table, "<!1:2=H801200001001>");
    expect(table, "<!3:1=Anwen Mair>");
    expect(table, "This is the list of the class that goes to the museum on Friday.");

    static const char *const columns[][2] = {
        {"The whole school came to see the play on", "and everybody then stayed for tea in the"},
        {"Tuesday, which was about a fisherman and", "hall. We thank the parents who baked, and"},
        {"the moon. Year 4 had painted the sea, and", "Mr Example, who has built a boat that does"},
        {"the choir sang three songs between acts", "float. There will be another performance"},
        {"without once looking at the words, until", "in spring, for which we need more chairs"}};
    g_string_truncate(content, 0);
    for (int i = 0; i < 5; i++) {
        put_text(content, 50, 700 - 14 * i, columns[i][0]);
        put_text(content, 320, 700 - 14 * i, columns[i][1]);
    }
    g_autofree char *prose = dump_pdf(content->str, "", "", "");
    assert_null(strstr(prose, "<!"));
    expect(prose, "The whole school came to see the play on\nTuesday");
}

/* Columns at N - 1 and N: what has more is a drawing. */
static void
test_table_width(G_GNUC_UNUSED void **state)
{
    for (int columns = COLUMNS_MOST - 2; columns <= COLUMNS_MOST; columns++) {
        g_autoptr(GString) content = g_string_new(NULL);
        for (int row = 0; row < 4; row++)
            for (int column = 0; column < columns; column++)
                g_string_append_printf(content, "BT /F 2 Tf %d %d Td (x) Tj ET\n", 10 + 9 * column, 700 - 10 * row);
        g_autofree char *dump = dump_pdf(content->str, "", "", "");
        assert_int_equal(strstr(dump, "<!") != NULL, columns < COLUMNS_MOST);
    }
}

static void
test_fields_and_annotations(G_GNUC_UNUSED void **state)
{
    g_autofree char *dump = dump_pdf(
        "BT /F 12 Tf 50 700 Td (Consent) Tj ET", "/Annots[10 0 R 11 0 R 12 0 R]", "/AcroForm<</Fields[10 0 R 12 0 R]>>",
        "10 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(child)/TU(Name of the child)/V(Bethan Jones)/Rect[0 0 9 9]>> "
        "endobj\n"
        "11 0 obj <</Type/Annot/Subtype/Text/Rect[0 0 9 9]/T(Office)/Contents(Ring her mother first)>> endobj\n"
        "12 0 obj <</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/T(diet)/Opt[(none)(vegan)]/V(vegan)/Rect[0 0 9 9]>> "
        "endobj\n");
    expect(dump, "Name of the child: Bethan Jones");
    expect(dump, "Office: Ring her mother first");
    expect(dump, "diet: vegan");
}

static void
test_attached_files(G_GNUC_UNUSED void **state)
{
    g_autofree char *dump = dump_pdf(
        "BT /F 12 Tf 50 700 Td (See inside) Tj ET", "", "/Names<</EmbeddedFiles<</Names[(list) 10 0 R]>>>>",
        "10 0 obj <</Type/Filespec/F(list.csv)/UF(list.csv)/EF<</F 11 0 R>>>> endobj\n"
        "11 0 obj <</Type/EmbeddedFile/Length 26>>\nstream\nSurname,UPN\nJones,H80120001\nendstream endobj\n");
    expect(dump, "[list.csv] text/plain no");
    expect(dump, "<!1:1=H80120001>");
}

/* What an empty password opens is not sealed, and what says /Encrypt without meaning it is not either. */
static void
test_words_are_not_encryption(G_GNUC_UNUSED void **state)
{
    g_autofree char *dump = dump_pdf("BT /F 12 Tf 50 700 Td (How to write /Encrypt in a trailer) Tj ET", "", "", "");
    expect(dump, "[] application/pdf no unreadable=-");
}

static char *
make_widgets(guint count, const char *subtype, GString *references)
{
    GString *objects = g_string_new(NULL);
    g_string_assign(references, "");
    for (guint i = 0; i < count; i++) {
        g_string_append_printf(references, "%u 0 R ", 10 + i);
        g_string_append_printf(
            objects, "%u 0 obj <</Type/Annot/Subtype/%s/FT/Tx/T(f%u)/V(v)/Contents(c)/Rect[0 0 9 9]>> endobj\n", 10 + i,
            subtype, i);
    }
    return g_string_free(objects, FALSE);
}

static void
test_limits_of_fields_and_annotations(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *subtype;
        guint most;
        const char *reason;
    } rows[] = {{"Widget", PDF_FIELDS, "more form fields than the limit"},
                {"Text", PDF_ANNOTATIONS, "more annotations than the limit"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (guint count = rows[i].most - 1; count <= rows[i].most + 1; count++) {
            g_autoptr(GString) references = g_string_new(NULL);
            g_autofree char *objects = make_widgets(count, rows[i].subtype, references);
            g_autofree char *page = g_strdup_printf("/Annots[%s]", references->str);
            g_autofree char *catalog = i == 0 ? g_strdup_printf("/AcroForm<</Fields[%s]>>", references->str)
                                              : g_strdup("");
            g_autofree char *dump = dump_pdf("", page, catalog, objects);
            if ((strstr(dump, rows[i].reason) != NULL) != (count > rows[i].most))
                fail_msg("%s %u: %.100s", rows[i].subtype, count, dump);
        }
}

static void
test_bookmarks(G_GNUC_UNUSED void **state)
{
    g_autoptr(GString) objects = g_string_new(NULL);
    g_string_append(objects, "9 0 obj <</Type/Outlines/First 10 0 R/Last 10 0 R/Count 1>> endobj\n");
    for (int i = 0; i < PDF_BOOKMARK_DEPTH + 3; i++)
        g_string_append_printf(
            objects,
            "%d 0 obj <</Title(mark %d)/Parent %d 0 R/First %d 0 R/Last %d 0 R/Count 1/Dest[3 0 R/Fit]>> endobj\n",
            10 + i, i, 9 + i, 11 + i, 11 + i);
    g_autofree char *dump = dump_pdf("", "", "/Outlines 9 0 R", objects->str);
    g_autofree char *last = g_strdup_printf("mark %d\n", PDF_BOOKMARK_DEPTH);
    g_autofree char *beyond = g_strdup_printf("mark %d\n", PDF_BOOKMARK_DEPTH + 1);
    expect(dump, "mark 0\n");
    expect(dump, last);
    assert_null(strstr(dump, beyond));
}

static void
test_damaged(G_GNUC_UNUSED void **state)
{
    g_autofree char *pdf = make_pdf("BT /F 12 Tf 50 700 Td (Hello) Tj ET", "", "", "");
    gsize length = strlen(pdf);
    for (gsize cut = 8; cut < length; cut += 11) {
        g_autofree char *dump = inspect_bytes(pdf, cut, "a.pdf");
        assert_true(g_str_has_prefix(dump, "[] application/pdf"));
    }
    g_autofree char *empty = inspect_bytes("%PDF-1.7\n", 9, "a.pdf");
    assert_non_null(strstr(empty, "unreadable=a damaged PDF"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_information),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_table_width),
        cmocka_unit_test(test_fields_and_annotations),
        cmocka_unit_test(test_attached_files),
        cmocka_unit_test(test_words_are_not_encryption),
        cmocka_unit_test(test_limits_of_fields_and_annotations),
        cmocka_unit_test(test_bookmarks),
        cmocka_unit_test(test_damaged),
    };
    exeat_message_library_init();
    exeat_formats_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
