/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text goes to one of three places: to the inspection, to the cell that is open (whose text may be shown more than
 * once), or to the notes that wait for the end of their paragraph.
 */
#include "message/inspect/opendocument.h"

#include <string.h>

#define SPACES_MOST 64 /* of one text:s; more say no more */

#define WORDS(X)                                   \
    X(P, "p")                                      \
    X(H, "h")                                      \
    X(S, "s")                                      \
    X(C, "c")                                      \
    X(TAB, "tab")                                  \
    X(TAB_STOP, "tab-stop")                        \
    X(LINE_BREAK, "line-break")                    \
    X(A, "a")                                      \
    X(HREF, "href")                                \
    X(TABLE, "table")                              \
    X(SUB_TABLE, "sub-table")                      \
    X(NAME, "name")                                \
    X(ROW, "table-row")                            \
    X(CELL, "table-cell")                          \
    X(COVERED_CELL, "covered-table-cell")          \
    X(ROWS_REPEATED, "number-rows-repeated")       \
    X(COLUMNS_REPEATED, "number-columns-repeated") \
    X(STRING_VALUE, "string-value")                \
    X(DATE_VALUE, "date-value")                    \
    X(VALUE, "value")                              \
    X(ANNOTATION, "annotation")                    \
    X(CREATOR, "creator")                          \
    X(NOTE, "note")                                \
    X(FOOTNOTE, "footnote")                        \
    X(ENDNOTE, "endnote")                          \
    X(TEXT_BOX, "text-box")                        \
    X(PAGE, "page")                                \
    X(TITLE, "title")                              \
    X(DESC, "desc")                                \
    X(BINARY_DATA, "binary-data")                  \
    X(SOURCE_CODE, "source-code")                  \
    X(MODULE, "module")                            \
    X(SPREADSHEET, "spreadsheet")                  \
    X(META, "meta")                                \
    X(USER_DEFINED, "user-defined")                \
    X(KEYWORD, "keyword")                          \
    X(SUBJECT, "subject")                          \
    X(DESCRIPTION, "description")                  \
    X(INITIAL_CREATOR, "initial-creator")          \
    X(CURRENT_VALUE, "current-value")              \
    X(HEADER, "header")                            \
    X(FOOTER, "footer")                            \
    X(DATE, "date")                                \
    X(NOTE_CITATION, "note-citation")              \
    X(FOOTNOTE_CITATION, "footnote-citation")      \
    X(ENDNOTE_CITATION, "endnote-citation")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const opendocument_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

void
exeat_opendocument_init(ExeatOpendocument *document, ExeatInspection *inspection, bool titled)
{
    *document = (ExeatOpendocument){.inspection = inspection,
                                    .cell = g_string_new(NULL),
                                    .notes = g_string_new(NULL),
                                    .asides = g_string_new(NULL),
                                    .titled = titled};
}

void
exeat_opendocument_finish(ExeatOpendocument *document)
{
    exeat_inspection_table_end(document->inspection);
    exeat_inspection_line(document->inspection);
    exeat_inspection_text(document->inspection, document->asides->str, document->asides->len);
    exeat_inspection_line(document->inspection);
    g_string_free(document->cell, TRUE);
    g_string_free(document->notes, TRUE);
    g_string_free(document->asides, TRUE);
}

/* --- text, in a cell or not --- */

static void
opendocument_append(ExeatOpendocument *document, const char *text, gsize length)
{
    GString *sink = document->in_note > 0 ? document->notes : document->in_cell ? document->cell : NULL;
    if (sink != NULL)
        g_string_append_len(sink, text, (gssize)length);
    else
        exeat_inspection_text(document->inspection, text, length);
}

static void
opendocument_line(ExeatOpendocument *document)
{
    GString *sink = document->in_note > 0 ? document->notes : document->in_cell ? document->cell : NULL;
    if (sink == NULL)
        exeat_inspection_line(document->inspection);
    else if (sink->len > 0 && sink->str[sink->len - 1] != '\n')
        g_string_append_c(sink, '\n');
}

/* What interrupted a paragraph or a cell follows it. */
static void
opendocument_show_notes(ExeatOpendocument *document)
{
    if (document->in_note > 0 || document->notes->len == 0)
        return;
    opendocument_line(document);
    opendocument_append(document, document->notes->str, document->notes->len);
    opendocument_line(document);
    g_string_truncate(document->notes, 0);
}

/* Notes always; a box only inside a paragraph: elsewhere it may hold tables. */
static void
opendocument_begin_note(ExeatOpendocument *document, guint word)
{
    if (word != TEXT_BOX || document->shown > 0)
        document->in_note++;
    opendocument_line(document);
}

static void
opendocument_end_note(ExeatOpendocument *document, guint word)
{
    opendocument_line(document);
    if ((word != TEXT_BOX || document->shown > 0) && document->in_note > 0)
        document->in_note--;
    if (document->shown == 0 && !document->in_cell)
        opendocument_show_notes(document);
}

/* Spaces and line ends of the file are one blank, as everywhere in XML that people indent. */
static void
opendocument_append_folded(ExeatOpendocument *document, const char *text, gsize length)
{
    static const char blanks[] = "\n\r\t";
    gsize start = 0;
    for (gsize at = 0; at < length; at++) {
        if (strchr(blanks, text[at]) == NULL || text[at] == '\0')
            continue;
        if (at > start)
            opendocument_append(document, text + start, at - start);
        opendocument_append(document, " ", 1);
        while (at + 1 < length && (g_ascii_isspace(text[at + 1])))
            at++;
        start = at + 1;
    }
    if (length > start)
        opendocument_append(document, text + start, length - start);
}

/* --- tables --- */

static void
opendocument_begin_table(ExeatOpendocument *document, const ExeatSax *sax)
{
    if (document->tables++ > 0 || document->in_note > 0)
        return;
    g_autofree char *title = document->titled ? exeat_sax_string(sax, NAME) : NULL;
    exeat_inspection_table(document->inspection, title);
    document->row = 0;
}

static guint
opendocument_sum(guint one, guint other)
{
    return one > G_MAXUINT / 4 - MIN(other, G_MAXUINT / 4) ? G_MAXUINT / 4 : one + other;
}

/* A value that no paragraph shows. */
static void
opendocument_begin_value(ExeatOpendocument *document, const ExeatSax *sax)
{
    static const guint values[] = {STRING_VALUE, DATE_VALUE, VALUE};
    g_string_truncate(document->cell, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(values) && document->cell->len == 0; i++) {
        ExeatSpan value;
        if (exeat_sax_attribute(sax, values[i], &value))
            g_string_append_len(document->cell, value.text, (gssize)value.length);
    }
    document->value_only = true;
}

static void
opendocument_begin_row(ExeatOpendocument *document, const ExeatSax *sax, guint word)
{
    if (document->tables != 1 || document->in_note > 0)
        return;
    if (word == ROW) {
        document->rows = MAX(exeat_sax_number(sax, ROWS_REPEATED, 1), 1);
        document->column = 0;
        return;
    }
    document->columns = MAX(exeat_sax_number(sax, COLUMNS_REPEATED, 1), 1);
    document->in_cell = true;
    opendocument_begin_value(document, sax);
}

static void
opendocument_end_cell(ExeatOpendocument *document)
{
    GString *cell = document->cell;
    opendocument_show_notes(document);
    guint copies = cell->len > 0 ? MIN(document->columns, EXEAT_OPENDOCUMENT_CELL_COPIES) : 0;
    document->in_cell = false;
    for (guint i = 0; i < copies; i++) {
        exeat_inspection_cell_begin(document->inspection, document->row, opendocument_sum(document->column, i));
        exeat_inspection_text(document->inspection, cell->str, cell->len);
        exeat_inspection_cell_end(document->inspection);
    }
    document->column = opendocument_sum(document->column, document->columns);
    g_string_truncate(cell, 0);
}

static void
opendocument_end_table(ExeatOpendocument *document, guint word)
{
    bool outer = document->tables == 1 && document->in_note == 0;
    switch (word) {
    case CELL:
    case COVERED_CELL:
        if (outer)
            opendocument_end_cell(document);
        else
            opendocument_append(document, " ", 1);
        return;
    case ROW:
        if (outer)
            document->row = opendocument_sum(document->row, document->rows);
        else
            opendocument_line(document);
        return;
    default:
        if (outer)
            exeat_inspection_table_end(document->inspection);
        if (document->tables > 0)
            document->tables--;
        return;
    }
}

/* --- elements --- */

static void
opendocument_set_aside(ExeatOpendocument *document, const ExeatSax *sax, guint attribute)
{
    g_autofree char *value = exeat_sax_string(sax, attribute);
    if (value != NULL && value[0] != '\0' && value[0] != '#')
        g_string_append_printf(document->asides, "%s\n", value);
}

static void
opendocument_begin_inline(ExeatOpendocument *document, const ExeatSax *sax, guint word)
{
    if (word == LINE_BREAK) {
        opendocument_line(document);
    } else if (word == S) {
        static const char spaces[SPACES_MOST + 1] = "                                                                ";
        opendocument_append(document, spaces, CLAMP(exeat_sax_number(sax, C, 1), 1, SPACES_MOST));
    } else if (document->shown > 0) {
        opendocument_append(document, " ", 1);
    }
}

/* Of a flat file's meta data, as a line. */
static void
opendocument_begin_meta(ExeatOpendocument *document, const ExeatSax *sax)
{
    g_autofree char *name = exeat_sax_string(sax, NAME);
    const char *label = name != NULL ? name : exeat_sax_name(sax);
    exeat_inspection_line(document->inspection);
    exeat_inspection_text(document->inspection, label, strlen(label));
    exeat_inspection_text(document->inspection, ": ", 2);
}

/* True if the text of the element that begins or ends is shown, with lines of its own. */
static bool
opendocument_is_shown(const ExeatSax *sax, guint word)
{
    switch (word) {
    case P:
    case H:
        return true;
    case CREATOR:
    case TITLE:
    case SUBJECT:
    case KEYWORD:
    case DESCRIPTION:
    case USER_DEFINED:
    case INITIAL_CREATOR:
        return exeat_sax_parent(sax, 1) == META || (word == CREATOR && exeat_sax_parent(sax, 1) == ANNOTATION);
    default:
        return false;
    }
}

static void
opendocument_begin_other(ExeatOpendocument *document, ExeatSax *sax, guint word)
{
    switch (word) {
    case A:
        opendocument_set_aside(document, sax, HREF);
        break;
    case ANNOTATION:
    case NOTE:
    case FOOTNOTE:
    case ENDNOTE:
    case TEXT_BOX:
        opendocument_begin_note(document, word);
        break;
    case PAGE:
    case HEADER:
    case FOOTER:
        if (!document->in_cell)
            exeat_inspection_gap(document->inspection);
        break;
    case TITLE:
    case DESC:
        document->in_caption = strstr(exeat_sax_space(sax), "svg") != NULL;
        break;
    case SPREADSHEET:
        document->titled = true;
        break;
    case MODULE:
    case SOURCE_CODE:
        document->macros = true;
        exeat_sax_skip(sax);
        break;
    case BINARY_DATA:
    case NOTE_CITATION:
    case FOOTNOTE_CITATION:
    case ENDNOTE_CITATION:
        exeat_sax_skip(sax);
        break;
    case DATE:
        if (exeat_sax_parent(sax, 1) == ANNOTATION)
            exeat_sax_skip(sax);
        break;
    case NO_WORD:
        opendocument_set_aside(document, sax, CURRENT_VALUE); /* of a form's field */
        break;
    default:
        break;
    }
}

static void
opendocument_begin(ExeatSax *sax, guint word, gpointer data)
{
    ExeatOpendocument *document = data;
    switch (word) {
    case TABLE:
    case SUB_TABLE:
        opendocument_begin_table(document, sax);
        return;
    case ROW:
    case CELL:
    case COVERED_CELL:
        opendocument_begin_row(document, sax, word);
        return;
    case S:
    case TAB:
    case TAB_STOP:
    case LINE_BREAK:
        opendocument_begin_inline(document, sax, word);
        return;
    default:
        break;
    }
    if (!opendocument_is_shown(sax, word)) {
        opendocument_begin_other(document, sax, word);
        return;
    }
    if (document->in_cell && document->value_only && document->in_note == 0) {
        g_string_truncate(document->cell, 0); /* the paragraph shows the value */
        document->value_only = false;
    }
    if (exeat_sax_parent(sax, 1) == META)
        opendocument_begin_meta(document, sax);
    else
        opendocument_line(document);
    document->shown++;
}

static void
opendocument_end(ExeatSax *sax, guint word, gpointer data)
{
    ExeatOpendocument *document = data;
    switch (word) {
    case TABLE:
    case SUB_TABLE:
    case ROW:
    case CELL:
    case COVERED_CELL:
        opendocument_end_table(document, word);
        break;
    case ANNOTATION:
    case NOTE:
    case FOOTNOTE:
    case ENDNOTE:
    case TEXT_BOX:
        opendocument_end_note(document, word);
        break;
    default:
        if (document->in_caption && (word == TITLE || word == DESC)) {
            document->in_caption = false;
            g_string_append_c(document->asides, '\n');
        }
        if (!opendocument_is_shown(sax, word))
            break;
        if (document->shown > 0)
            document->shown--;
        opendocument_line(document);
        if (document->shown == 0)
            opendocument_show_notes(document);
        break;
    }
}

static void
opendocument_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    ExeatOpendocument *document = data;
    if (document->in_caption)
        g_string_append_len(document->asides, text, (gssize)length);
    else if (document->shown > 0)
        opendocument_append_folded(document, text, length);
}

const ExeatSaxReader exeat_opendocument_reader = {.words = opendocument_words,
                                                  .count = WORDS_END,
                                                  .begin = opendocument_begin,
                                                  .end = opendocument_end,
                                                  .text = opendocument_text};
