/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a charset's name as letters spell it to the decoder that reads it. Mail programs, gateways and scripts write
 * the names of the IANA registry with other punctuation, with a prefix of their own ("x-", "cs", "windows-cp"), as the
 * number of a Windows code page, or with the next attribute run into them; so names are compared without punctuation,
 * and whole families are read by rule rather than by a list.
 *
 * Pure; any thread. The name is hostile and may have any length; the work is bounded by EXEAT_CHARSET_NAME_BYTES.
 */
#include "message/charset.h"

typedef struct CharsetName {
    const char *key; /* lower case, letters and digits only */
    const char *decoder;
} CharsetName;

/* A name that is not here and fits no rule is offered to iconv as it is written. */
static const CharsetName names_known[] = {
    {"usascii", "ASCII"},
    {"ascii", "ASCII"},
    {"ansix341968", "ASCII"},
    {"iso646us", "ASCII"},
    {"us", "ASCII"},
    {"646", "ASCII"},
    {"isoir6", "ASCII"},
    {"ansi", "CP1252"},
    {"isoir100", "CP1252"},
    {"isoir101", "ISO-8859-2"},
    {"isoir109", "ISO-8859-3"},
    {"isoir110", "ISO-8859-4"},
    {"isoir144", "ISO-8859-5"},
    {"cyrillic", "ISO-8859-5"},
    {"isolatincyrillic", "ISO-8859-5"},
    {"isoir127", "ISO-8859-6"},
    {"arabic", "ISO-8859-6"},
    {"isolatinarabic", "ISO-8859-6"},
    {"asmo708", "ISO-8859-6"},
    {"ecma114", "ISO-8859-6"},
    {"isoir126", "ISO-8859-7"},
    {"greek", "ISO-8859-7"},
    {"greek8", "ISO-8859-7"},
    {"isolatingreek", "ISO-8859-7"},
    {"ecma118", "ISO-8859-7"},
    {"elot928", "ISO-8859-7"},
    {"suneugreek", "ISO-8859-7"},
    {"isoir138", "CP1255"},
    {"hebrew", "CP1255"},
    {"isolatinhebrew", "CP1255"},
    {"logical", "CP1255"},
    {"visual", "CP1255"},
    {"isoir148", "CP1254"},
    {"isoir157", "ISO-8859-10"},
    {"isoir166", "CP874"},
    {"thai", "CP874"},
    {"tis620", "CP874"},
    {"tis6200", "CP874"},
    {"tis62025290", "CP874"},
    {"tis62025291", "CP874"},
    {"koi", "KOI8-R"},
    {"koi8", "KOI8-R"},
    {"koi8r", "KOI8-R"},
    {"koi8u", "KOI8-U"},
    {"koi8ru", "KOI8-RU"},
    {"kz1048", "RK1048"},
    {"strk10482002", "RK1048"},
    {"mac", "MACINTOSH"},
    {"macintosh", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"maciceland", "MAC-IS"},
    {"macicelandic", "MAC-IS"},
    {"macce", "MAC-CENTRALEUROPE"},
    {"maccenteuro", "MAC-CENTRALEUROPE"},
    {"maccentraleurope", "MAC-CENTRALEUROPE"},
    {"maccentraleurroman", "MAC-CENTRALEUROPE"},
    {"maclatin2", "MAC-CENTRALEUROPE"},
    {"maccyrillic", "MAC-CYRILLIC"},
    {"macukrainian", "MAC-UK"},
    {"gb", "GB18030"},
    {"gbk", "GB18030"},
    {"chinese", "GB18030"},
    {"euccn", "GB18030"},
    {"eucgb2312cn", "GB18030"},
    {"isoir58", "GB18030"},
    {"iso58gb231280", "GB18030"},
    {"macsimpchinese", "GB18030"},
    {"hz", "HZ"},
    {"hzgb", "HZ"},
    {"hzgb2312", "HZ"},
    {"big5", "BIG5-HKSCS"},
    {"big5hkscs", "BIG5-HKSCS"},
    {"big5tw", "BIG5-HKSCS"},
    {"big5eten", "BIG5-HKSCS"},
    {"cnbig5", "BIG5-HKSCS"},
    {"hkscs", "BIG5-HKSCS"},
    {"mactradchinese", "BIG5-HKSCS"},
    {"euctw", "EUC-TW"},
    {"shiftjis", "CP932"},
    {"sjis", "CP932"},
    {"mskanji", "CP932"},
    {"windows31j", "CP932"},
    {"macjapanese", "CP932"},
    {"shiftjis2004", "SHIFT_JISX0213"},
    {"sjis2004", "SHIFT_JISX0213"},
    {"sjisx0213", "SHIFT_JISX0213"},
    {"shiftjisx0213", "SHIFT_JISX0213"},
    {"eucjp", "EUC-JP-MS"},
    {"eucpkdfmtjapanese", "EUC-JP-MS"},
    {"eucjpms", "EUC-JP-MS"},
    {"ujis", "EUC-JP-MS"},
    {"eucjis2004", "EUC-JISX0213"},
    {"eucjisx0213", "EUC-JISX0213"},
    {"jisx0213", "EUC-JISX0213"},
    {"jis", "ISO-2022-JP"},
    {"iso2022jp2", "ISO-2022-JP-2"},
    {"iso2022jp3", "ISO-2022-JP-3"},
    {"iso2022jp2004", "ISO-2022-JP-3"},
    {"iso2022kr", "ISO-2022-KR"},
    {"iso2022cn", "ISO-2022-CN"},
    {"iso2022cnext", "ISO-2022-CN-EXT"},
    {"euckr", "CP949"},
    {"korean", "CP949"},
    {"isoir149", "CP949"},
    {"uhc", "CP949"},
    {"mackorean", "CP949"},
    {"johab", "JOHAB"},
    {"viscii", "VISCII"},
    {"tcvn", "TCVN5712-1"},
    {"tcvn5712", "TCVN5712-1"},
    {"u7", "UTF-7"},
    {"unicode11utf7", "UTF-7"},
    {"unicode20utf7", "UTF-7"},
    {"unicode11utf8", "UTF-8"},
    {"unicode20utf8", "UTF-8"},
    {"uft8", "UTF-8"},
    {"utf", "UTF-8"},
    {"unicode", "UTF-16"},
    {"ucs2", "UTF-16"},
    {"iso10646ucs2", "UTF-16"},
    {"unicodefffe", "UTF-16BE"},
    {"ucs2be", "UTF-16BE"},
    {"unicodebigunmarked", "UTF-16BE"},
    {"ucs2le", "UTF-16LE"},
    {"unicodelittleunmarked", "UTF-16LE"},
    /* Words that say nothing. */
    {"userdefined", ""},
    {"none", ""},
    {"null", ""},
    {"binary", ""},
    {"8bit", ""},
    {"7bit", ""},
    {"auto", ""},
    {"iso", ""},
};

/* What a name of the family begins with. In order: the first that fits counts. */
static const CharsetName names_families[] = {
    {"utf8", "UTF-8"},     {"utf16le", "UTF-16LE"}, {"utf16be", "UTF-16BE"},
    {"utf16", "UTF-16"},   {"utf32le", "UTF-32LE"}, {"utf32be", "UTF-32BE"},
    {"utf32", "UTF-32"},   {"utf7", "UTF-7"},       {"iso2022jp", "ISO-2022-JP"},
    {"gb2312", "GB18030"}, {"gb18030", "GB18030"},  {"ksc5601", "CP949"},
    {"ksx1001", "CP949"},  {"unknown", ""},         {"default", ""},
};

/* Numbers of Windows code pages whose decoder has another name. */
static const struct {
    guint page;
    const char *decoder;
} names_pages[] = {
    {874, "CP874"},         {932, "CP932"},         {936, "GB18030"},       {943, "CP932"},
    {949, "CP949"},         {950, "CP950"},         {951, "BIG5-HKSCS"},    {1051, "HP-ROMAN8"},
    {1125, "CP1125"},       {1200, "UTF-16LE"},     {1201, "UTF-16BE"},     {1361, "JOHAB"},
    {10000, "MACINTOSH"},   {20127, "ASCII"},       {20866, "KOI8-R"},      {20932, "EUC-JP-MS"},
    {20936, "GB18030"},     {20949, "CP949"},       {21866, "KOI8-U"},      {28605, "ISO-8859-15"},
    {38598, "CP1255"},      {50220, "ISO-2022-JP"}, {50221, "ISO-2022-JP"}, {50222, "ISO-2022-JP"},
    {50225, "ISO-2022-KR"}, {51932, "EUC-JP-MS"},   {51936, "GB18030"},     {51949, "CP949"},
    {52936, "HZ"},          {54936, "GB18030"},     {65000, "UTF-7"},       {65001, "UTF-8"},
};

static void
names_set_iso8859(guint part, char *out)
{
    switch (part) { /* 1, 8, 9 and 11 as the mail programs mean them: with the C1 range of the Windows page */
    case 1:
        g_strlcpy(out, "CP1252", EXEAT_CHARSET_NAME_BYTES);
        return;
    case 8:
        g_strlcpy(out, "CP1255", EXEAT_CHARSET_NAME_BYTES);
        return;
    case 9:
        g_strlcpy(out, "CP1254", EXEAT_CHARSET_NAME_BYTES);
        return;
    case 11:
        g_strlcpy(out, "CP874", EXEAT_CHARSET_NAME_BYTES);
        return;
    default:
        g_snprintf(out, EXEAT_CHARSET_NAME_BYTES, "ISO-8859-%u", part);
    }
}

/* Reads up to @most digits at @at. Returns how many. */
static guint
names_read_number(const char *at, guint most, guint *out_number)
{
    guint digits = 0, number = 0;
    for (; digits < most && g_ascii_isdigit(at[digits]); digits++)
        number = number * 10 + (guint)(at[digits] - '0');
    *out_number = number;
    return digits;
}

/* "iso-8859-2:1987", "8859_2", "iso88592". @name still has a dash for each run of punctuation. */
static bool
names_try_iso8859(const char *name, char *out)
{
    const char *at = g_str_has_prefix(name, "iso-") ? name + 4 : g_str_has_prefix(name, "iso") ? name + 3 : name;
    if (!g_str_has_prefix(at, "8859"))
        return false;
    at += at[4] == '-' ? 5 : 4;
    guint part;
    if (names_read_number(at, 2, &part) == 0 || part < 1 || part > 16 || part == 12)
        return false;
    names_set_iso8859(part, out);
    return true;
}

/* "latin1", "l2", "csISOLatin9". */
static bool
names_try_latin(const char *key, char *out)
{
    static const guint8 parts[] = {0, 1, 2, 3, 4, 9, 10, 13, 14, 15, 16};
    const char *at = g_str_has_prefix(key, "isolatin") ? key + 8
                     : g_str_has_prefix(key, "latin")  ? key + 5
                     : key[0] == 'l'                   ? key + 1
                                                       : NULL;
    guint number, digits = at != NULL ? names_read_number(at, 2, &number) : 0;
    if (digits == 0 || at[digits] != '\0' || number == 0 || number >= G_N_ELEMENTS(parts))
        return false;
    names_set_iso8859(parts[number], out);
    return true;
}

/* "cp-850", "Windows1252http-equiv", "ibm437", "x-ansi1251", "65001". */
static bool
names_try_page(const char *key, char *out)
{
    static const char *const prefixes[] = {"windowscp", "windows", "codepage", "win", "ansi",
                                           "cp",        "ibm",     "dos",      "ms",  ""};
    const char *at = key;
    for (guint i = 0; at == key && i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(key, prefixes[i]) && g_ascii_isdigit(key[strlen(prefixes[i])]))
            at = key + strlen(prefixes[i]);
    guint page, digits = names_read_number(at, 5, &page);
    if (digits < 3)
        return false;
    guint windows = 0;
    if (names_read_number(at, 4, &windows) == 4 && windows >= 1250 && windows <= 1258) {
        g_snprintf(out, EXEAT_CHARSET_NAME_BYTES, "CP%u", windows); /* whatever is run into it */
        return true;
    }
    for (guint i = 0; i < G_N_ELEMENTS(names_pages); i++)
        if (names_pages[i].page == page) {
            g_strlcpy(out, names_pages[i].decoder, EXEAT_CHARSET_NAME_BYTES);
            return true;
        }
    if (page >= 28591 && page <= 28606)
        names_set_iso8859(page - 28590, out);
    else if (page == 819)
        names_set_iso8859(1, out);
    else if (page < 1200)
        g_snprintf(out, EXEAT_CHARSET_NAME_BYTES, "IBM%03u", page);
    else
        return false;
    return true;
}

static bool
names_try(const char *name, char *out)
{
    char key[EXEAT_CHARSET_NAME_BYTES];
    gsize n = 0;
    for (const char *c = name; *c != '\0'; c++)
        if (*c != '-')
            key[n++] = *c;
    key[n] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(names_known); i++)
        if (strcmp(names_known[i].key, key) == 0) {
            g_strlcpy(out, names_known[i].decoder, EXEAT_CHARSET_NAME_BYTES);
            return true;
        }
    for (gsize i = 0; i < G_N_ELEMENTS(names_families); i++)
        if (g_str_has_prefix(key, names_families[i].key)) {
            g_strlcpy(out, names_families[i].decoder, EXEAT_CHARSET_NAME_BYTES);
            return true;
        }
    return names_try_iso8859(name, out) || names_try_latin(key, out) || names_try_page(key, out);
}

void
exeat_charset_canonical(const char *charset, char out[EXEAT_CHARSET_NAME_BYTES])
{
    char name[EXEAT_CHARSET_NAME_BYTES];
    gsize n = 0, kept = 0;
    out[0] = '\0';
    if (charset == NULL)
        return;
    for (; *charset != '\0' && *charset != '*' && *charset != ';' && kept < sizeof name - 1; charset++) {
        bool word = g_ascii_isalnum(*charset);
        if (!word && strchr("-_.:+", *charset) == NULL)
            continue;
        out[kept++] = g_ascii_tolower(*charset);
        if (word)
            name[n++] = g_ascii_tolower(*charset);
        else if (n > 0 && name[n - 1] != '-')
            name[n++] = '-';
    }
    if (n > 0 && name[n - 1] == '-')
        n--;
    name[n] = out[kept] = '\0';
    const char *bare = name;
    while (bare[0] == 'x' && bare[1] == '-')
        bare += 2;
    if (!names_try(bare, out) && bare[0] == 'c' && bare[1] == 's')
        names_try(bare + 2, out);
}
