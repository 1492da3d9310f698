/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of a workbook (MS-XLS, BIFF) and the strings in them. A record holds at most 8 KiB; what is longer goes on
 * in CONTINUE records, and a string that is split there says again how wide its characters are.
 *
 * Owns nothing, one thread. Every byte is hostile: reading beyond the end gives zeros.
 */
#include "message/inspect/excel97.h"

#include "message/inspect/codepage.h"

enum { FLAG_WIDE = 1, FLAG_EXTENDED = 4, FLAG_RICH = 8 };

bool
exeat_excel_next(ExcelRecord *record)
{
    record->start = record->next;
    if (!exeat_bytes_have(record->stream, record->next, 4))
        return false;
    record->type = exeat_bytes_u16(record->stream, record->start);
    record->body = exeat_bytes_slice(record->stream, record->start + 4,
                                     exeat_bytes_u16(record->stream, record->start + 2));
    record->at = 0;
    record->next = record->start + 4 + record->body.length;
    return true;
}

/* Goes on to the record that continues this one. */
static bool
excel_more(ExcelRecord *record)
{
    if (exeat_bytes_u16(record->stream, record->next) != EXCEL_CONTINUE ||
        !exeat_bytes_have(record->stream, record->next, 4))
        return false;
    record->body = exeat_bytes_slice(record->stream, record->next + 4,
                                     exeat_bytes_u16(record->stream, record->next + 2));
    record->next += 4 + record->body.length;
    record->at = 0;
    return true;
}

guint
exeat_excel_u8(ExcelRecord *record)
{
    while (record->at >= record->body.length)
        if (!excel_more(record))
            return 0;
    return record->body.data[record->at++];
}

guint
exeat_excel_u16(ExcelRecord *record)
{
    guint low = exeat_excel_u8(record);
    return low | exeat_excel_u8(record) << 8;
}

guint32
exeat_excel_u32(ExcelRecord *record)
{
    guint32 low = exeat_excel_u16(record);
    return low | (guint32)exeat_excel_u16(record) << 16;
}

void
exeat_excel_skip(ExcelRecord *record, gsize count)
{
    while (count > 0) {
        gsize here = MIN(count, record->body.length - MIN(record->at, record->body.length));
        record->at += here;
        count -= here;
        if (count > 0 && !excel_more(record))
            return;
    }
}

void
exeat_excel_characters(ExcelRecord *record, GString *out, gsize characters, guint flags)
{
    for (;;) {
        gsize width = flags & FLAG_WIDE ? 2 : 1;
        ExeatBytes rest = exeat_bytes_from(record->body, record->at);
        gsize here = MIN(characters, rest.length / width);
        ExeatBytes run = exeat_bytes_slice(rest, 0, here * width);
        /* narrow characters are the first 256 of Unicode */
        exeat_codepage_append(out, run, width == 2 ? EXEAT_CODEPAGE_UTF16 : EXEAT_CODEPAGE_WESTERN);
        record->at += run.length;
        characters -= here;
        if (characters == 0 || !excel_more(record))
            return;
        flags = exeat_excel_u8(record);
    }
}

void
exeat_excel_string(ExcelRecord *record, GString *out, const ExcelStrings *strings, guint length_bytes)
{
    guint length = length_bytes == 2 ? exeat_excel_u16(record) : exeat_excel_u8(record);
    if (!strings->unicode) {
        ExeatBytes run = exeat_bytes_slice(record->body, record->at, length);
        exeat_codepage_append(out, run, strings->codepage);
        record->at += run.length;
        return;
    }
    guint flags = exeat_excel_u8(record);
    gsize runs = flags & FLAG_RICH ? exeat_excel_u16(record) : 0;
    gsize extended = flags & FLAG_EXTENDED ? exeat_excel_u32(record) : 0;
    exeat_excel_characters(record, out, length, flags);
    exeat_excel_skip(record, runs * 4);
    exeat_excel_skip(record, extended);
}
