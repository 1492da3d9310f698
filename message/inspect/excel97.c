/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Excel 97 to 2003 (MS-XLS), with Excel 2 to 95 as far as their records are alike. One pass over the records of the
 * stream: what concerns the workbook comes first, then the sheets one behind the other; a sheet's name is found by
 * where it begins. Hidden sheets are sheets. What a workbook remembers of others, and of tables that it summed up, is
 * text as well.
 *
 * Owns what it gathers, one thread. Every byte is hostile.
 */
#include "message/inspect/compound.h"

#include "message/inspect/codepage.h"
#include "message/inspect/excel97.h"
#include "message/inspect/formats.h"
#include "message/inspect/storage.h"

#define CELL_FORMATS_MAX 65536
#define GOES_ON_RECORDS 1024

enum {
    RECORD_EOF = 0x000A,
    RECORD_NAME = 0x0018,
    RECORD_DATE_1904 = 0x0022,
    RECORD_CODEPAGE = 0x0042,
    RECORD_CACHED = 0x005A,
    RECORD_PIVOT_STRING = 0x00CD,
    RECORD_FORMAT_2 = 0x001E,
    RECORD_FORMAT = 0x041E,
    RECORD_CELL_FORMAT = 0x00E0,
    RECORD_CELL_FORMAT_3 = 0x0243,
    RECORD_CELL_FORMAT_4 = 0x0443,
    RECORD_SHARED = 0x00FC,
    NAME_BUILTIN = 0x20,
    SHEET_GLOBALS = 0x0005,
};

typedef struct Workbook {
    ExcelBook book;
    GHashTable *titles; /* where a sheet begins → its name */
    GString *behind;    /* names, and what is remembered of other workbooks */
    ExcelSheet *sheet;
    char *title;        /* of the sheet */
    guint depth;        /* of charts in sheets */
    guint format_count; /* up to Excel 4 they have no numbers but their order */
} Workbook;

/* --- what concerns the workbook --- */

static guint
workbook_version(const ExcelRecord *record)
{
    switch (record->type) {
    case 0x0009:
        return 2;
    case 0x0209:
        return 3;
    case 0x0409:
        return 4;
    case 0x0809:
        return exeat_bytes_u16(record->body, 0) >= 0x0600 ? 8 : 5;
    default:
        return 0;
    }
}

static void
workbook_sheet_name(Workbook *workbook, ExcelRecord *record)
{
    guint32 begins = exeat_bytes_u32(record->body, 0);
    GString *name = g_string_new(NULL);
    if (exeat_bytes_u8(record->body, 5) == 1)
        exeat_inspection_suspicious(workbook->book.inspection, "macros");
    record->at = 6;
    exeat_excel_string(record, name, &workbook->book.strings, 1);
    g_hash_table_insert(workbook->titles, GUINT_TO_POINTER(begins), g_string_free(name, FALSE));
}

static void
workbook_shared(Workbook *workbook, ExcelRecord *record)
{
    ExcelBook *book = &workbook->book;
    record->at = 4;
    guint32 count = exeat_bytes_u32(record->body, 4);
    exeat_excel_skip(record, 4);
    for (guint32 i = 0; i < count; i++) {
        gsize before = record->next - record->body.length + record->at;
        exeat_excel_string(record, book->shared, &book->strings, 2);
        g_array_append_val(book->shared_ends, book->shared->len);
        if (record->next - record->body.length + record->at == before)
            break; /* nothing is left */
        if (i % GOES_ON_RECORDS == 0 && !exeat_inspection_goes_on(book->inspection))
            break;
    }
}

static void
workbook_format(Workbook *workbook, ExcelRecord *record)
{
    ExcelBook *book = &workbook->book;
    bool numbered = record->type == RECORD_FORMAT && book->version >= 5;
    guint number = numbered ? exeat_bytes_u16(record->body, 0) : workbook->format_count++;
    g_autoptr(GString) code = g_string_new(NULL);
    record->at = record->type == RECORD_FORMAT ? 2 : 0;
    exeat_excel_string(record, code, &book->strings, book->strings.unicode ? 2 : 1);
    exeat_number_formats_add(book->formats, number, code->str);
}

static void
workbook_cell_format(Workbook *workbook, const ExcelRecord *record)
{
    ExcelBook *book = &workbook->book;
    guint16 number = record->type == RECORD_CELL_FORMAT ? exeat_bytes_u16(record->body, 2)
                                                        : exeat_bytes_u8(record->body, 1);
    if (book->cell_formats->len < CELL_FORMATS_MAX)
        g_array_append_val(book->cell_formats, number);
}

static void
workbook_name(Workbook *workbook, ExcelRecord *record)
{
    const ExcelBook *book = &workbook->book;
    gsize length = exeat_bytes_u8(record->body, 3);
    if (book->version < 5 || exeat_bytes_u16(record->body, 0) & NAME_BUILTIN)
        return;
    record->at = 14;
    if (book->strings.unicode)
        exeat_excel_characters(record, workbook->behind, length, exeat_excel_u8(record));
    else
        exeat_codepage_append(workbook->behind, exeat_bytes_slice(record->body, 14, length), book->strings.codepage);
    g_string_append_c(workbook->behind, '\n');
}

/* Cells of another workbook, as they were when this one looked last. */
static void
workbook_cached(Workbook *workbook, ExcelRecord *record)
{
    guint last = exeat_bytes_u8(record->body, 0), first = exeat_bytes_u8(record->body, 1);
    record->at = 4;
    for (guint column = first; column <= last && record->at < record->body.length; column++) {
        guint kind = exeat_excel_u8(record);
        if (kind != 2) {
            exeat_excel_skip(record, 8);
            continue;
        }
        exeat_excel_string(record, workbook->behind, &workbook->book.strings, workbook->book.strings.unicode ? 2 : 1);
        g_string_append_c(workbook->behind, '\n');
    }
}

static void
workbook_globals(Workbook *workbook, ExcelRecord *record)
{
    ExcelBook *book = &workbook->book;
    switch (record->type) {
    case EXCEL_BOUNDSHEET:
        workbook_sheet_name(workbook, record);
        break;
    case RECORD_SHARED:
        workbook_shared(workbook, record);
        break;
    case RECORD_FORMAT:
    case RECORD_FORMAT_2:
        workbook_format(workbook, record);
        break;
    case RECORD_CELL_FORMAT:
    case RECORD_CELL_FORMAT_3:
    case RECORD_CELL_FORMAT_4:
        workbook_cell_format(workbook, record);
        break;
    case RECORD_DATE_1904:
        book->date1904 = exeat_bytes_u16(record->body, 0) == 1;
        break;
    case RECORD_CODEPAGE:
        book->strings.codepage = exeat_bytes_u16(record->body, 0);
        break;
    case RECORD_NAME:
        workbook_name(workbook, record);
        break;
    case RECORD_CACHED:
        workbook_cached(workbook, record);
        break;
    default:
        break;
    }
}

/* --- sheets --- */

static void
workbook_sheet_end(Workbook *workbook)
{
    if (workbook->sheet == NULL)
        return;
    exeat_excel_sheet_emit(workbook->sheet, workbook->title);
    g_clear_pointer(&workbook->sheet, exeat_excel_sheet_free);
    g_clear_pointer(&workbook->title, g_free);
}

static void
workbook_begin(Workbook *workbook, const ExcelRecord *record, guint version)
{
    ExcelBook *book = &workbook->book;
    if (workbook->depth++ > 0)
        return;
    if (book->version == 0) { /* sheets may say another age than the workbook, and lie */
        book->version = version;
        book->strings.unicode = version == 8;
    }
    if (book->version >= 5 && exeat_bytes_u16(record->body, 2) == SHEET_GLOBALS)
        return;
    workbook->sheet = exeat_excel_sheet_new(book);
    workbook->title = g_strdup(g_hash_table_lookup(workbook->titles, GUINT_TO_POINTER((guint)record->start)));
}

static void
workbook_record(Workbook *workbook, ExcelRecord *record)
{
    guint version = workbook_version(record);
    if (version != 0) {
        workbook_begin(workbook, record, version);
    } else if (record->type == RECORD_EOF) {
        workbook->depth -= workbook->depth > 0;
        if (workbook->depth == 0)
            workbook_sheet_end(workbook);
    } else {
        gsize next = record->next;
        ExeatBytes body = record->body;
        workbook_globals(workbook, record);
        if (workbook->sheet == NULL)
            return;
        record->next = next;
        record->body = body;
        record->at = 0;
        exeat_excel_sheet_record(workbook->sheet, record);
    }
}

static void
workbook_read(ExeatInspection *inspection, ExeatBytes stream)
{
    Workbook workbook = {.book.inspection = inspection, .book.strings.codepage = EXEAT_CODEPAGE_WESTERN};
    ExcelBook *book = &workbook.book;
    ExcelRecord record = {.stream = stream};
    guint count = 0;
    book->shared = g_string_new(NULL);
    book->shared_ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    book->formats = exeat_number_formats_new();
    book->cell_formats = g_array_new(FALSE, FALSE, sizeof(guint16));
    workbook.titles = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    workbook.behind = g_string_new(NULL);
    while (exeat_excel_next(&record)) {
        workbook_record(&workbook, &record);
        if (count++ % GOES_ON_RECORDS == 0 && !exeat_inspection_goes_on(inspection))
            break;
    }
    workbook_sheet_end(&workbook);
    exeat_inspection_text(inspection, workbook.behind->str, workbook.behind->len);
    exeat_inspection_gap(inspection);
    g_string_free(book->shared, TRUE);
    g_array_unref(book->shared_ends);
    exeat_number_formats_free(book->formats);
    g_array_unref(book->cell_formats);
    g_hash_table_unref(workbook.titles);
    g_string_free(workbook.behind, TRUE);
}

/* --- the file --- */

/* Tables that were summed up keep their rows, even when the sheet that had them is gone. */
static void
workbook_pivots(ExeatInspection *inspection, GsfInfile *root)
{
    const ExcelStrings strings = {.unicode = true};
    g_autoptr(GsfInfile) pivots = exeat_storage_child_named(root, "_SX_DB_CUR");
    gint count = pivots != NULL ? exeat_storage_count(pivots) : 0;
    for (gint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        g_autoptr(GBytes) stream = exeat_storage_stream(inspection, pivots, i);
        g_autoptr(GString) text = g_string_new(NULL);
        ExcelRecord record = {.stream = exeat_bytes_of(stream)};
        while (exeat_excel_next(&record)) {
            if (record.type != RECORD_PIVOT_STRING)
                continue;
            exeat_excel_string(&record, text, &strings, 2);
            g_string_append_c(text, '\n');
        }
        exeat_inspection_text(inspection, text->str, text->len);
        exeat_inspection_line(inspection);
    }
}

void
exeat_excel97_read(ExeatInspection *inspection, GsfInfile *root)
{
    static const char *const names[] = {"Workbook", "Book"}; /* both where it is for readers of two ages */
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) stream = exeat_storage_stream_named(inspection, root, names[i]);
        g_autoptr(GBytes) opened = NULL;
        if (stream == NULL)
            continue;
        if (!exeat_excel_unseal(inspection, exeat_bytes_of(stream), &opened))
            return;
        workbook_read(inspection, exeat_bytes_of(opened != NULL ? opened : stream));
        break;
    }
    workbook_pivots(inspection, root);
}

void
exeat_excel_read(ExeatInspection *inspection, const ExeatFile *file)
{
    ExeatBytes stream = {file->data, file->length};
    g_autoptr(GBytes) opened = NULL;
    if (exeat_excel_unseal(inspection, stream, &opened))
        workbook_read(inspection, opened != NULL ? exeat_bytes_of(opened) : stream);
}
