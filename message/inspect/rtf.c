/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rich Text Format. One pass over groups and control words; rtf_words.c says which of them matter. Text runs of one
 * code page are gathered and decoded together, since a character of two bytes may stand half escaped and half plain.
 * Footnotes, headers, comments and properties stand in the middle of sentences; they are put behind the text.
 * Hidden and deleted text is text. RTF that wraps HTML (as Exchange does) is unwrapped again.
 *
 * Owns its buffers, one thread. Every byte is hostile: depth, gathered text and object data are bounded.
 */
#include "message/inspect/formats.h"

#include "message/inspect/slice.h"
#include "message/inspect/codepage.h"
#include "message/inspect/hypertext.h"
#include "message/inspect/object.h"
#include "message/inspect/rtf-private.h"

#define RTF_DEPTH_MAX 512 /* groups; what is deeper is read with the state of this depth */
#define RTF_FONTS_MAX 4096
#define RTF_WORD_BYTES 32
#define RTF_SHAPE_NAME_BYTES 32
#define RTF_CHECK_STEP 65536 /* between two questions whether to go on */

typedef enum RtfSink {
    SINK_TEXT,
    SINK_SKIP,
    SINK_FONTS,
    SINK_OBJECT,
    SINK_SHAPE_NAME,
    SINK_TAG, /* of wrapped HTML */
} RtfSink;

typedef struct RtfState {
    RtfSink sink;
    bool aside;
    bool in_table;
    bool html_aside;
    guint8 slot;   /* which of the fonts counts: \loch, \hich or \dbch */
    guint8 skip;   /* \uc */
    guint page[3]; /* code pages of the fonts in the slots, 0 for the document's */
} RtfState;

typedef struct Rtf {
    ExeatInspection *inspection;
    ExeatBytes file;
    gsize at;
    GArray *stack; /* of RtfState; the last is the current one */
    guint too_deep;
    guint page;    /* the document's */
    GArray *fonts; /* of guint: code pages */
    guint font;    /* of the font table's current entry */
    guint font_default;
    GByteArray *raw; /* not yet decoded */
    guint raw_page;
    GString *text;   /* of the current paragraph or cell */
    GString *behind; /* what stands aside */
    GByteArray *object;
    guint8 nibble; /* half a byte of hexadecimal, + 16 */
    char shape[RTF_SHAPE_NAME_BYTES];
    gsize shape_length;
    gunichar surrogate;
    guint to_skip; /* characters that stand for the last \u */
    guint row, column;
    bool group_begins; /* nothing has come behind the brace yet */
    bool star;
    bool html;
} Rtf;

static RtfState *
rtf_state(Rtf *rtf)
{
    return &g_array_index(rtf->stack, RtfState, rtf->stack->len - 1);
}

static guint
rtf_page(Rtf *rtf)
{
    const RtfState *state = rtf_state(rtf);
    guint page = state->page[state->slot];
    return page != 0 ? page : rtf->page;
}

/* --- text --- */

static void
rtf_put(Rtf *rtf, const char *text, gsize length)
{
    const RtfState *state = rtf_state(rtf);
    GString *to = state->aside ? rtf->behind : rtf->text;
    if (to->len > exeat_inspection_limits(rtf->inspection)->text_bytes) {
        exeat_inspection_unreadable(rtf->inspection, "more text than the limit: read in part");
        return;
    }
    if (!rtf->html || state->sink == SINK_TAG) {
        g_string_append_len(to, text, (gssize)length);
        return;
    }
    g_autofree char *escaped = g_markup_escape_text(text, (gssize)length);
    g_string_append(to, escaped);
}

/* What was gathered becomes text. Before anything that changes where text goes or how it is decoded. */
static void
rtf_flush(Rtf *rtf)
{
    if (rtf->raw->len == 0)
        return;
    g_autoptr(GString) decoded = g_string_sized_new(rtf->raw->len + 16);
    exeat_codepage_append(decoded, (ExeatBytes){rtf->raw->data, rtf->raw->len}, rtf->raw_page);
    g_byte_array_set_size(rtf->raw, 0);
    rtf_put(rtf, decoded->str, decoded->len);
}

static bool
rtf_is_shown(Rtf *rtf)
{
    const RtfState *state = rtf_state(rtf);
    return state->sink == SINK_TAG || (state->sink == SINK_TEXT && !(rtf->html && state->html_aside));
}

static void
rtf_object_hex(Rtf *rtf, const guint8 *hex, gsize length)
{
    gsize most = exeat_inspection_limits(rtf->inspection)->member_bytes;
    for (gsize i = 0; i < length && rtf->object->len < most; i++) {
        int digit = g_ascii_xdigit_value((char)hex[i]);
        if (digit < 0)
            continue;
        if (rtf->nibble == 0) {
            rtf->nibble = (guint8)(digit + 16);
            continue;
        }
        guint8 byte = (guint8)((rtf->nibble - 16) << 4 | digit);
        rtf->nibble = 0;
        g_byte_array_append(rtf->object, &byte, 1);
    }
}

/* Bytes of text, as they stand or out of \'xx. */
static void
rtf_bytes(Rtf *rtf, const guint8 *bytes, gsize length)
{
    const RtfState *state = rtf_state(rtf);
    if (state->sink == SINK_OBJECT) {
        rtf_object_hex(rtf, bytes, length);
    } else if (state->sink == SINK_SHAPE_NAME) {
        gsize count = MIN(length, sizeof rtf->shape - 1 - rtf->shape_length);
        memcpy(rtf->shape + rtf->shape_length, bytes, count);
        rtf->shape_length += count;
    } else if (rtf_is_shown(rtf)) {
        gsize skip = MIN(rtf->to_skip, length);
        rtf->to_skip -= (guint)skip;
        guint page = rtf_page(rtf);
        if (page != rtf->raw_page)
            rtf_flush(rtf);
        rtf->raw_page = page;
        g_byte_array_append(rtf->raw, bytes + skip, (guint)(length - skip));
    }
}

static void
rtf_character(Rtf *rtf, gunichar c)
{
    if (!rtf_is_shown(rtf))
        return;
    if (rtf->to_skip > 0) {
        rtf->to_skip--;
        return;
    }
    char bytes[8];
    rtf_flush(rtf);
    rtf_put(rtf, bytes, (gsize)g_unichar_to_utf8(c, bytes));
}

static void
rtf_unicode(Rtf *rtf, int number)
{
    gunichar c = (gunichar)(number < 0 ? number + 65536 : number);
    gunichar high = rtf->surrogate;
    rtf->surrogate = 0;
    rtf->to_skip = 0;
    if (c >= 0xD800 && c < 0xDC00)
        rtf->surrogate = c;
    else if (c >= 0xDC00 && c < 0xE000)
        c = high != 0 ? 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD;
    else if (c >= 0xF020 && c <= 0xF0FF) /* a symbol font's own place for what it draws */
        c -= 0xF000;
    if (rtf->surrogate == 0 && c > 0 && c <= 0x10FFFF)
        rtf_character(rtf, c);
    rtf->to_skip = rtf_state(rtf)->skip;
}

/* --- paragraphs and tables --- */

static void
rtf_emit(Rtf *rtf)
{
    rtf_flush(rtf);
    exeat_inspection_text(rtf->inspection, rtf->text->str, rtf->text->len);
    g_string_truncate(rtf->text, 0);
}

static void
rtf_paragraph(Rtf *rtf)
{
    const RtfState *state = rtf_state(rtf);
    if (!rtf_is_shown(rtf))
        return;
    rtf_flush(rtf);
    if (rtf->html || state->aside || state->in_table) {
        rtf_character(rtf, '\n');
        return;
    }
    if (rtf->row > 0 || rtf->column > 0)
        exeat_inspection_table_end(rtf->inspection);
    rtf->row = rtf->column = 0;
    rtf_emit(rtf);
    exeat_inspection_line(rtf->inspection);
}

static void
rtf_cell(Rtf *rtf)
{
    if (!rtf_is_shown(rtf) || rtf->html || rtf_state(rtf)->aside) {
        rtf_character(rtf, ' ');
        return;
    }
    rtf->column++;
    rtf_flush(rtf);
    if (rtf->text->len == 0)
        return;
    exeat_inspection_cell_begin(rtf->inspection, rtf->row, rtf->column - 1);
    rtf_emit(rtf);
    exeat_inspection_cell_end(rtf->inspection);
}

static void
rtf_row(Rtf *rtf)
{
    if (!rtf_is_shown(rtf) || rtf->html || rtf_state(rtf)->aside) {
        rtf_character(rtf, '\n');
        return;
    }
    rtf_flush(rtf);
    if (rtf->text->len > 0)
        rtf_cell(rtf);
    rtf->row++;
    rtf->column = 0;
}

/* --- groups --- */

static void
rtf_object_end(Rtf *rtf)
{
    g_autoptr(GByteArray) object = g_steal_pointer(&rtf->object);
    rtf->object = g_byte_array_new();
    rtf->nibble = 0;
    if (object->len > 0 && exeat_inspection_count(rtf->inspection, object->len))
        exeat_object_ole1(rtf->inspection, (ExeatBytes){object->data, object->len});
}

static void
rtf_group_begin(Rtf *rtf)
{
    rtf_flush(rtf);
    rtf->star = false;
    rtf->group_begins = true;
    if (rtf->stack->len >= RTF_DEPTH_MAX) {
        rtf->too_deep++;
        return;
    }
    RtfState copy = *rtf_state(rtf);
    g_array_append_val(rtf->stack, copy);
}

static void
rtf_group_end(Rtf *rtf)
{
    rtf_flush(rtf);
    rtf->star = false;
    rtf->to_skip = 0;
    if (rtf->too_deep > 0) {
        rtf->too_deep--;
        return;
    }
    if (rtf->stack->len <= 1)
        return;
    RtfState ended = *rtf_state(rtf);
    g_array_set_size(rtf->stack, rtf->stack->len - 1);
    const RtfState *state = rtf_state(rtf);
    if (ended.sink == SINK_OBJECT && state->sink != SINK_OBJECT)
        rtf_object_end(rtf);
    if (ended.aside && !state->aside)
        g_string_append_c(rtf->behind, '\n');
}

static bool
rtf_shape_has_text(const Rtf *rtf)
{
    return strcmp(rtf->shape, "gtextUNICODE") == 0 || strcmp(rtf->shape, "wzDescription") == 0;
}

static void
rtf_destination(Rtf *rtf, RtfAction action)
{
    RtfState *state = rtf_state(rtf);
    rtf_flush(rtf);
    if (action == RTF_UNICODE_GROUP && rtf->stack->len > 2) { /* \upr {code page} {\*\ud {Unicode}} */
        const RtfState *outer = &g_array_index(rtf->stack, RtfState, rtf->stack->len - 3);
        state->sink = outer->sink;
        state->aside = outer->aside;
    } else if (state->sink != SINK_TEXT && action != RTF_OBJECT_DATA) {
        return;
    } else if (action == RTF_SKIP || (action == RTF_SHAPE_VALUE && !rtf_shape_has_text(rtf))) {
        state->sink = SINK_SKIP;
    } else if (action == RTF_ASIDE || action == RTF_SHAPE_VALUE) {
        state->aside = true;
    } else if (action == RTF_FONTS) {
        state->sink = SINK_FONTS;
    } else if (action == RTF_OBJECT_DATA) {
        state->sink = SINK_OBJECT;
    } else if (action == RTF_SHAPE_NAME) {
        state->sink = SINK_SHAPE_NAME;
        rtf->shape_length = 0;
        memset(rtf->shape, 0, sizeof rtf->shape);
    } else if (action == RTF_HTML_TAG) {
        state->sink = rtf->html ? SINK_TAG : SINK_SKIP;
    }
}

/* --- code pages --- */

static guint
rtf_font_page(const Rtf *rtf, int font)
{
    return font >= 0 && (guint)font < rtf->fonts->len ? g_array_index(rtf->fonts, guint, font) : 0;
}

static void
rtf_font_set(Rtf *rtf, guint page)
{
    if (rtf_state(rtf)->sink != SINK_FONTS || rtf->font >= RTF_FONTS_MAX || page == 0)
        return;
    if (rtf->fonts->len <= rtf->font)
        g_array_set_size(rtf->fonts, rtf->font + 1);
    g_array_index(rtf->fonts, guint, rtf->font) = page;
}

static void
rtf_font(Rtf *rtf, const RtfWord *word, int number)
{
    RtfState *state = rtf_state(rtf);
    if (word->action == RTF_FONT && state->sink == SINK_FONTS)
        rtf->font = (guint)CLAMP(number, 0, RTF_FONTS_MAX);
    else if (word->action == RTF_FONT)
        state->page[0] = state->page[state->slot] = rtf_font_page(rtf, number);
    else if (word->action == RTF_FONT_ASSOCIATED)
        state->page[state->slot == 0 ? 1 : state->slot] = rtf_font_page(rtf, number);
    else if (word->action == RTF_FONT_SLOT)
        state->slot = (guint8)word->value;
    else if (word->action == RTF_FONT_DEFAULT)
        rtf->font_default = (guint)MAX(number, 0);
    else if (word->action == RTF_FONT_CHARSET)
        rtf_font_set(rtf, exeat_codepage_of_charset((guint)MAX(number, 0)));
    else if (word->action == RTF_FONT_PAGE)
        rtf_font_set(rtf, (guint)MAX(number, 0));
    else { /* \plain */
        state->slot = 0;
        state->page[0] = state->page[1] = state->page[2] = rtf_font_page(rtf, (int)MIN(rtf->font_default, 65535));
    }
}

/* --- control words --- */

static void
rtf_binary(Rtf *rtf, int number)
{
    gsize count = MIN((gsize)MAX(number, 0), rtf->file.length - rtf->at);
    gsize most = exeat_inspection_limits(rtf->inspection)->member_bytes;
    if (rtf_state(rtf)->sink == SINK_OBJECT && rtf->object->len < most)
        g_byte_array_append(rtf->object, rtf->file.data + rtf->at, (guint)MIN(count, most - rtf->object->len));
    rtf->at += count;
}

static void
rtf_act(Rtf *rtf, const RtfWord *word, bool has_number, int number)
{
    RtfState *state = rtf_state(rtf);
    switch (word->action) {
    case RTF_CHARACTER:
        rtf_character(rtf, word->value);
        break;
    case RTF_PARAGRAPH:
    case RTF_PAGE:
        rtf_paragraph(rtf);
        break;
    case RTF_PARAGRAPH_PLAIN:
        state->in_table = false;
        break;
    case RTF_IN_TABLE:
        state->in_table = !has_number || number != 0;
        break;
    case RTF_CELL:
        rtf_cell(rtf);
        break;
    case RTF_ROW:
        rtf_row(rtf);
        break;
    case RTF_CODE_PAGE:
        rtf->page = word->value != 0 ? word->value : (guint)MAX(number, 0);
        break;
    case RTF_UNICODE:
        rtf_unicode(rtf, number);
        break;
    case RTF_UNICODE_SKIP:
        state->skip = (guint8)CLAMP(number, 0, 255);
        break;
    case RTF_BINARY:
        rtf_binary(rtf, number);
        break;
    case RTF_FROM_HTML:
        rtf->html = rtf->stack->len <= 2;
        break;
    case RTF_HTML_ASIDE:
        rtf_flush(rtf);
        state->html_aside = !has_number || number != 0;
        break;
    case RTF_FONT:
    case RTF_FONT_ASSOCIATED:
    case RTF_FONT_DEFAULT:
    case RTF_FONT_CHARSET:
    case RTF_FONT_PAGE:
    case RTF_FONT_RESET:
    case RTF_FONT_SLOT:
        rtf_flush(rtf);
        rtf_font(rtf, word, number);
        break;
    case RTF_NOTHING:
    case RTF_ROW_BEGIN:
        break;
    default:
        rtf_destination(rtf, word->action);
        break;
    }
}

/* A word of letters, a number and one blank; the backslash is behind us. */
static void
rtf_word(Rtf *rtf)
{
    char name[RTF_WORD_BYTES + 1];
    gsize length = 0, at = rtf->at;
    const ExeatBytes file = rtf->file;
    for (; g_ascii_isalpha((char)exeat_bytes_u8(file, at)); at++)
        if (length < RTF_WORD_BYTES)
            name[length++] = (char)file.data[at];
    name[length] = '\0';
    bool negative = exeat_bytes_u8(file, at) == '-' && g_ascii_isdigit((char)exeat_bytes_u8(file, at + 1));
    at += negative;
    bool has_number = false;
    gint64 number = 0;
    for (; g_ascii_isdigit((char)exeat_bytes_u8(file, at)); at++) {
        has_number = true;
        number = MIN(number * 10 + (file.data[at] - '0'), G_MAXINT);
    }
    if (exeat_bytes_u8(file, at) == ' ')
        at++;
    rtf->at = at;
    bool star = rtf->star;
    rtf->star = rtf->group_begins = false;
    const RtfWord *word = rtf_word_find(name);
    if (word != NULL)
        rtf_act(rtf, word, has_number, (int)(negative ? -number : number));
    else if (star)
        rtf_destination(rtf, RTF_SKIP);
}

static void
rtf_hex(Rtf *rtf)
{
    int high = g_ascii_xdigit_value((char)exeat_bytes_u8(rtf->file, rtf->at));
    int low = g_ascii_xdigit_value((char)exeat_bytes_u8(rtf->file, rtf->at + 1));
    if (high < 0 || low < 0)
        return;
    rtf->at += 2;
    guint8 byte = (guint8)(high << 4 | low);
    if (rtf_state(rtf)->sink != SINK_OBJECT)
        rtf_bytes(rtf, &byte, 1);
}

/* Behind a backslash. */
static void
rtf_control(Rtf *rtf)
{
    guint8 c = exeat_bytes_u8(rtf->file, rtf->at);
    if (g_ascii_isalpha((char)c)) {
        rtf_word(rtf);
        return;
    }
    rtf->at++;
    if (c == '\'')
        rtf_hex(rtf);
    else if (c == '*')
        rtf->star = rtf->group_begins; /* elsewhere it goes before a character style */
    else if (c == '\\' || c == '{' || c == '}')
        rtf_bytes(rtf, &c, 1);
    else if (c == '~')
        rtf_character(rtf, ' ');
    else if (c == '_')
        rtf_character(rtf, '-');
    else if (c == '\t')
        rtf_character(rtf, ' ');
    else if (c == '\r' || c == '\n')
        rtf_paragraph(rtf);
}

static gsize
rtf_run(const Rtf *rtf)
{
    gsize at = rtf->at;
    while (at < rtf->file.length) {
        guint8 c = rtf->file.data[at];
        if (c == '\\' || c == '{' || c == '}' || c == '\r' || c == '\n')
            break;
        at++;
    }
    return at - rtf->at;
}

static void
rtf_step(Rtf *rtf)
{
    gsize run = rtf_run(rtf);
    if (run > 0) {
        rtf->group_begins = false;
        rtf_bytes(rtf, rtf->file.data + rtf->at, run);
        rtf->at += run;
        return;
    }
    guint8 c = rtf->file.data[rtf->at++];
    if (c == '\\')
        rtf_control(rtf);
    else if (c == '{')
        rtf_group_begin(rtf);
    else if (c == '}')
        rtf_group_end(rtf);
}

/* --- the whole --- */

static void
rtf_finish(Rtf *rtf)
{
    rtf_flush(rtf);
    rtf_object_end(rtf);
    if (rtf->html) {
        exeat_hypertext_text(rtf->inspection, rtf->text->str, rtf->text->len);
    } else if (rtf->text->len > 0) {
        exeat_inspection_table_end(rtf->inspection);
        rtf_emit(rtf);
    }
    exeat_inspection_table_end(rtf->inspection);
    exeat_inspection_gap(rtf->inspection);
    exeat_inspection_text(rtf->inspection, rtf->behind->str, rtf->behind->len);
    exeat_inspection_line(rtf->inspection);
}

void
exeat_rtf_read(ExeatInspection *inspection, const ExeatFile *file)
{
    Rtf rtf = {.inspection = inspection,
               .file = {file->data, file->length},
               .page = EXEAT_CODEPAGE_WESTERN,
               .raw_page = EXEAT_CODEPAGE_WESTERN};
    const RtfState first = {.skip = 1};
    rtf.stack = g_array_new(FALSE, FALSE, sizeof(RtfState));
    rtf.fonts = g_array_new(FALSE, TRUE, sizeof(guint));
    rtf.raw = g_byte_array_new();
    rtf.object = g_byte_array_new();
    rtf.text = g_string_new(NULL);
    rtf.behind = g_string_new(NULL);
    g_array_append_val(rtf.stack, first);
    gsize asked = 0;
    while (rtf.at < rtf.file.length) {
        if (rtf.at - asked >= RTF_CHECK_STEP) {
            if (!exeat_inspection_goes_on(inspection))
                break;
            asked = rtf.at;
        }
        rtf_step(&rtf);
    }
    rtf_finish(&rtf);
    g_array_unref(rtf.stack);
    g_array_unref(rtf.fonts);
    g_byte_array_unref(rtf.raw);
    g_byte_array_unref(rtf.object);
    g_string_free(rtf.text, TRUE);
    g_string_free(rtf.behind, TRUE);
}
