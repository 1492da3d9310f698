/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message/inspect/prose.h"

#include <string.h>

#define WORDS(X)                        \
    X(P, "p")                           \
    X(R, "r")                           \
    X(T, "t")                           \
    X(TEXT, "text")                     \
    X(DEL_TEXT, "delText")              \
    X(PAGE_TEXT, "Text")                \
    X(V, "v")                           \
    X(PT, "pt")                         \
    X(LVL, "lvl")                       \
    X(TAB, "tab")                       \
    X(PTAB, "ptab")                     \
    X(BR, "br")                         \
    X(CR, "cr")                         \
    X(NO_BREAK_HYPHEN, "noBreakHyphen") \
    X(SYM, "sym")                       \
    X(CHAR, "char")                     \
    X(TBL, "tbl")                       \
    X(TR, "tr")                         \
    X(TC, "tc")                         \
    X(GRID_SPAN, "gridSpan")            \
    X(GRID_BEFORE, "gridBefore")        \
    X(VAL, "val")                       \
    X(INSTR_TEXT, "instrText")          \
    X(FLD_CHAR, "fldChar")              \
    X(FLD_SIMPLE, "fldSimple")          \
    X(INSTR, "instr")                   \
    X(FLD_CHAR_TYPE, "fldCharType")     \
    X(DD_LIST, "ddList")                \
    X(RESULT, "result")                 \
    X(DEFAULT, "default")               \
    X(LIST_ENTRY, "listEntry")          \
    X(TXBX_CONTENT, "txbxContent")      \
    X(COMMENT, "comment")               \
    X(CM, "cm")                         \
    X(CM_AUTHOR, "cmAuthor")            \
    X(AUTHOR, "author")                 \
    X(PERSON, "person")                 \
    X(DISPLAY_NAME, "displayName")      \
    X(NAME, "name")                     \
    X(HDR, "hdr")                       \
    X(FTR, "ftr")                       \
    X(SLD, "sld")                       \
    X(PAGE, "Page")                     \
    X(DOC_PR, "docPr")                  \
    X(C_NV_PR, "cNvPr")                 \
    X(DESCR, "descr")                   \
    X(HLINK, "hlink")                   \
    X(DEST, "dest")                     \
    X(RELATIONSHIP, "Relationship")     \
    X(TARGET, "Target")                 \
    X(TARGET_MODE, "TargetMode")        \
    X(PART, "part")                     \
    X(MACROS_PRESENT, "macrosPresent")  \
    X(WORD_DOCUMENT, "wordDocument")    \
    X(GLOSSARY, "glossaryDocument")     \
    X(PROPERTIES, "DocumentProperties") \
    X(CUSTOM_PROPERTIES, "CustomDocumentProperties")

enum { NO_WORD, WORDS(EXEAT_SAX_WORD) WORDS_END };
static const char *const prose_words[] = {NULL, WORDS(EXEAT_SAX_NAME)};

void
exeat_prose_init(ExeatProse *prose, ExeatInspection *inspection)
{
    *prose = (ExeatProse){.inspection = inspection, .asides = g_string_new(NULL), .field = g_string_new(NULL)};
}

void
exeat_prose_aside(ExeatProse *prose, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    g_string_append(prose->asides, text);
    g_string_append_c(prose->asides, '\n');
}

void
exeat_prose_finish(ExeatProse *prose)
{
    if (prose->tables > 0) { /* the document broke off in one */
        exeat_inspection_cell_end(prose->inspection);
        exeat_inspection_table_end(prose->inspection);
    }
    if (prose->asides->len > 0) {
        exeat_inspection_line(prose->inspection);
        exeat_inspection_text(prose->inspection, prose->asides->str, prose->asides->len);
    }
    exeat_inspection_line(prose->inspection);
    g_string_free(prose->asides, TRUE);
    g_string_free(prose->field, TRUE);
}

/* An attribute's value at the end of the text. */
static void
prose_set_aside(ExeatProse *prose, const ExeatSax *sax, guint attribute)
{
    g_autofree char *value = exeat_sax_string(sax, attribute);
    exeat_prose_aside(prose, value);
}

/* An attribute's value, on a line of its own. */
static void
prose_show_line(const ExeatProse *prose, const ExeatSax *sax, guint attribute)
{
    g_autofree char *value = exeat_sax_string(sax, attribute);
    if (value == NULL)
        return;
    exeat_inspection_line(prose->inspection);
    exeat_inspection_text(prose->inspection, value, strlen(value));
    exeat_inspection_line(prose->inspection);
}

/* --- fields --- */

/* Of a field's code only where a link leads is of interest: HYPERLINK "mailto:…". */
static void
prose_end_field(ExeatProse *prose)
{
    const char *link = strstr(prose->field->str, "HYPERLINK");
    const char *begin = link != NULL ? strchr(link, '"') : NULL;
    const char *end = begin != NULL ? strchr(begin + 1, '"') : NULL;
    if (end != NULL) {
        g_autofree char *target = g_strndup(begin + 1, (gsize)(end - begin - 1));
        exeat_prose_aside(prose, target);
    }
    g_string_truncate(prose->field, 0);
}

static void
prose_begin_field(ExeatProse *prose, const ExeatSax *sax, guint word)
{
    if (word == INSTR_TEXT) {
        prose->in_code = true;
    } else if (word == FLD_SIMPLE) {
        g_autofree char *code = exeat_sax_string(sax, INSTR);
        g_string_append(prose->field, code != NULL ? code : "");
        prose_end_field(prose);
    } else if (!exeat_sax_is(sax, FLD_CHAR_TYPE, "begin")) {
        prose_end_field(prose);
    }
}

/* A drop-down list of a form shows one of its entries. */
static void
prose_begin_choice(ExeatProse *prose, const ExeatSax *sax, guint word)
{
    if (word == DD_LIST)
        prose->choice = prose->choices = 0;
    else if (exeat_sax_parent(sax, 1) != DD_LIST)
        return;
    else if (word != LIST_ENTRY)
        prose->choice = exeat_sax_number(sax, VAL, 0);
    else if (prose->choices++ == prose->choice) {
        g_autofree char *entry = exeat_sax_string(sax, VAL);
        if (entry != NULL)
            exeat_inspection_text(prose->inspection, entry, strlen(entry));
    }
}

/* --- tables --- */

static void
prose_begin_table(ExeatProse *prose, const ExeatSax *sax, guint word)
{
    if (word == TBL) {
        if (++prose->tables == 1) {
            exeat_inspection_table(prose->inspection, NULL);
            prose->row = 0;
        }
        return;
    }
    if (prose->tables != 1)
        return;
    if (word == TR) {
        prose->column = 0;
    } else if (word == TC) {
        prose->span = 1;
        exeat_inspection_cell_begin(prose->inspection, prose->row, prose->column);
    } else if (word == GRID_SPAN) {
        prose->span = MAX(exeat_sax_number(sax, VAL, 1), 1);
    } else if (word == GRID_BEFORE) {
        prose->column += exeat_sax_number(sax, VAL, 0);
    }
}

static void
prose_end_table(ExeatProse *prose, guint word)
{
    if (prose->tables > 1) {
        if (word == TC)
            exeat_inspection_text(prose->inspection, " ", 1);
        else
            exeat_inspection_line(prose->inspection);
    } else if (word == TC) {
        exeat_inspection_cell_end(prose->inspection);
        prose->column += prose->span;
    } else if (word == TR) {
        prose->row++;
    } else {
        exeat_inspection_table_end(prose->inspection);
    }
    if (word == TBL && prose->tables > 0)
        prose->tables--;
}

/* --- elements --- */

static void
prose_show_symbol(const ExeatProse *prose, const ExeatSax *sax)
{
    g_autofree char *value = exeat_sax_string(sax, CHAR);
    guint64 code = value != NULL ? g_ascii_strtoull(value, NULL, 16) : 0;
    char utf8[6] = " ";
    bool known = code >= ' ' && code < 0x110000 && g_unichar_isdefined((gunichar)code) && (code >> 11) != 0x1B;
    int length = known && g_unichar_type((gunichar)code) != G_UNICODE_PRIVATE_USE
                     ? g_unichar_to_utf8((gunichar)code, utf8)
                     : 1;
    exeat_inspection_text(prose->inspection, utf8, (gsize)length);
}

static void
prose_begin_inline(const ExeatProse *prose, const ExeatSax *sax, guint word)
{
    if (word == SYM)
        prose_show_symbol(prose, sax);
    else if (word == BR || word == CR)
        exeat_inspection_line(prose->inspection);
    else if (word == NO_BREAK_HYPHEN)
        exeat_inspection_text(prose->inspection, "-", 1);
    else if (exeat_sax_parent(sax, 1) == R) /* else it sets a tab stop */
        exeat_inspection_text(prose->inspection, " ", 1);
}

static void
prose_begin_block(ExeatProse *prose, const ExeatSax *sax, guint word)
{
    exeat_inspection_gap(prose->inspection);
    if (word == COMMENT)
        prose_show_line(prose, sax, AUTHOR);
}

static void
prose_begin_people(ExeatProse *prose, const ExeatSax *sax, guint word)
{
    prose_show_line(prose, sax, word == PERSON ? DISPLAY_NAME : NAME);
}

/* Of a document that holds a whole package, and of Word 2003. */
static void
prose_begin_package(ExeatProse *prose, ExeatSax *sax, guint word)
{
    g_autofree char *name = word == PART ? exeat_sax_string(sax, NAME) : NULL;
    if (word == GLOSSARY)
        exeat_sax_skip(sax);
    else if (word == WORD_DOCUMENT)
        prose->macros = prose->macros || exeat_sax_is(sax, MACROS_PRESENT, "yes");
    else if (word == RELATIONSHIP && exeat_sax_is(sax, TARGET_MODE, "External"))
        prose_set_aside(prose, sax, TARGET);
    else if (name != NULL && g_str_has_suffix(name, "/vbaProject.bin"))
        prose->macros = true;
}

static bool
prose_is_property(const ExeatSax *sax)
{
    guint parent = exeat_sax_parent(sax, 1);
    return parent == PROPERTIES || parent == CUSTOM_PROPERTIES;
}

static bool
prose_is_shown(const ExeatSax *sax, guint word)
{
    switch (word) {
    case T:
    case TEXT:
    case DEL_TEXT:
    case PAGE_TEXT:
    case V:
    case AUTHOR:
        return true;
    case PT:
        return exeat_sax_parent(sax, 1) == LVL;
    default:
        return prose_is_property(sax);
    }
}

static void
prose_begin(ExeatSax *sax, guint word, gpointer data)
{
    ExeatProse *prose = data;
    if (prose_is_shown(sax, word))
        prose->shown++;
    if (prose_is_property(sax)) {
        exeat_inspection_text(prose->inspection, exeat_sax_name(sax), strlen(exeat_sax_name(sax)));
        exeat_inspection_text(prose->inspection, ": ", 2);
    }
    switch (word) {
    case TBL:
    case TR:
    case TC:
    case GRID_SPAN:
    case GRID_BEFORE:
        prose_begin_table(prose, sax, word);
        break;
    case TAB:
    case PTAB:
    case BR:
    case CR:
    case NO_BREAK_HYPHEN:
    case SYM:
        prose_begin_inline(prose, sax, word);
        break;
    case INSTR_TEXT:
    case FLD_CHAR:
    case FLD_SIMPLE:
        prose_begin_field(prose, sax, word);
        break;
    case DD_LIST:
    case RESULT:
    case DEFAULT:
    case LIST_ENTRY:
        prose_begin_choice(prose, sax, word);
        break;
    case TXBX_CONTENT:
        exeat_inspection_line(prose->inspection);
        break;
    case COMMENT:
    case CM:
    case HDR:
    case FTR:
    case SLD:
    case PAGE:
        prose_begin_block(prose, sax, word);
        break;
    case AUTHOR:
    case CM_AUTHOR:
    case PERSON:
        prose_begin_people(prose, sax, word);
        break;
    case DOC_PR:
    case C_NV_PR:
        prose_set_aside(prose, sax, DESCR);
        break;
    case HLINK:
        prose_set_aside(prose, sax, DEST);
        break;
    case RELATIONSHIP:
    case PART:
    case WORD_DOCUMENT:
    case GLOSSARY:
        prose_begin_package(prose, sax, word);
        break;
    default:
        break;
    }
}

static void
prose_end(ExeatSax *sax, guint word, gpointer data)
{
    ExeatProse *prose = data;
    bool shown = prose_is_shown(sax, word);
    if (shown && prose->shown > 0)
        prose->shown--;
    if (word == TBL || word == TR || word == TC)
        prose_end_table(prose, word);
    else if (word == P || (shown && word != T && word != DEL_TEXT))
        exeat_inspection_line(prose->inspection);
    else if (word == INSTR_TEXT)
        prose->in_code = false;
}

static void
prose_text(G_GNUC_UNUSED ExeatSax *sax, const char *text, gsize length, gpointer data)
{
    ExeatProse *prose = data;
    if (prose->in_code)
        g_string_append_len(prose->field, text, (gssize)length);
    else if (prose->shown > 0)
        exeat_inspection_text(prose->inspection, text, length);
}

const ExeatSaxReader exeat_prose_reader = {
    .words = prose_words, .count = WORDS_END, .begin = prose_begin, .end = prose_end, .text = prose_text};
