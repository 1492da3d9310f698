/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/detect/checks.h"

#include <string.h>

static guint
weighted(const char *digits, const guint *weights, gsize count)
{
    guint sum = 0;
    for (gsize i = 0; i < count; i++)
        sum += (guint)(digits[i] - '0') * weights[i];
    return sum;
}

static bool
all_equal(const char *digits)
{
    return strspn(digits, (char[]){digits[0], '\0'}) == strlen(digits);
}

static bool
all_digits(const char *text, gsize length)
{
    return strlen(text) == length && strspn(text, "0123456789") == length;
}

static const guint ten_to_one[] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};

bool
exeat_check_nhs(const char *digits)
{
    return all_digits(digits, 10) && !all_equal(digits) && weighted(digits, ten_to_one, 10) % 11 == 0;
}

bool
exeat_check_nhs_range(const char *digits)
{
    return digits[0] == '4' || digits[0] == '6' || digits[0] == '7';
}

bool
exeat_check_uln(const char *digits)
{
    if (!all_digits(digits, 10) || digits[0] == '0' || all_equal(digits))
        return false;
    guint remainder = weighted(digits, ten_to_one, 9) % 11;
    return remainder != 0 && (guint)(digits[9] - '0') == 10 - remainder;
}

bool
exeat_check_utr(const char *digits)
{
    static const guint weights[] = {6, 7, 8, 9, 10, 5, 4, 3, 2};
    return all_digits(digits, 10) && !all_equal(digits) &&
           digits[0] == "21987654321"[weighted(digits + 1, weights, 9) % 11];
}

static const char upn_alphabet[] = "ABCDEFGHJKLMNPQRTUVWXYZ";

static int
upn_value(char letter)
{
    const char *at = letter ? strchr(upn_alphabet, letter) : NULL;
    return at ? (int)(at - upn_alphabet) : -1;
}

/* Local authority codes that the school census takes, as ranges. */
static bool
is_authority(guint code)
{
    static const guint16 ranges[][2] = {
        {1, 5},     {201, 213}, {301, 320}, {330, 336}, {340, 344}, {350, 359}, {370, 373}, {380, 384}, {390, 394},
        {420, 420}, {660, 681}, {701, 708}, {800, 803}, {805, 808}, {810, 813}, {815, 816}, {820, 823}, {825, 826},
        {830, 831}, {835, 841}, {845, 846}, {850, 852}, {855, 857}, {860, 861}, {865, 896}, {908, 909}, {916, 916},
        {919, 919}, {921, 921}, {925, 926}, {928, 929}, {931, 931}, {933, 933}, {935, 943},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

bool
exeat_check_upn(const char *upn, bool *out_known_authority)
{
    if (strlen(upn) != 13 || upn_value(upn[0]) < 0 || strspn(upn + 1, "0123456789") < 11)
        return false;
    int last = g_ascii_isdigit(upn[12]) ? upn[12] - '0' : upn_value(upn[12]);
    if (last < 0)
        return false;
    guint sum = 13 * (guint)last;
    for (guint position = 2; position <= 12; position++)
        sum += position * (guint)(upn[position - 1] - '0');
    if (upn[0] != upn_alphabet[sum % 23])
        return false;
    *out_known_authority = is_authority((guint)(upn[1] - '0') * 100 + (guint)(upn[2] - '0') * 10 +
                                        (guint)(upn[3] - '0'));
    return true;
}

bool
exeat_check_uci(const char *uci)
{
    static const guint weights[] = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5};
    static const char letters[] = "ABCDEFGHKLMRTVWXY";
    if (strlen(uci) != 13 || strspn(uci, "0123456789") < 5 || strspn(uci + 6, "0123456789") != 6 ||
        !strchr(letters, uci[12]))
        return false;
    if (g_str_has_prefix(uci + 8, "0000") || !g_ascii_isalnum(uci[5]))
        return false;
    return !g_ascii_isdigit(uci[5]) || uci[12] == letters[weighted(uci, weights, 12) % 17];
}

bool
exeat_check_nino(const char *nino)
{
    static const char *const unused[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "OO",
                                         "CR", "FY", "MW", "NC", "PP", "PY", "PZ"};
    gsize length = strlen(nino);
    if (length < 8 || length > 9 || strspn(nino + 2, "0123456789") != 6 || strchr("DFIQUV", nino[0]) ||
        strchr("DFIOQUV", nino[1]))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(unused); i++)
        if (g_str_has_prefix(nino, unused[i]))
            return false;
    return length == 8 || strchr("ABCD", nino[8]);
}

bool
exeat_check_driving_licence(const char *licence)
{
    if (strlen(licence) != 16 || !g_ascii_isalpha(licence[0]) || strspn(licence + 5, "0123456789") < 6)
        return false;
    gsize letters = strspn(licence, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    gsize nines = strspn(licence + letters, "9");
    if (letters > 5 || letters + nines < 5)
        return false;
    guint month = (guint)((licence[6] - '0') % 5 * 10 + licence[7] - '0');
    guint day = (guint)((licence[8] - '0') * 10 + licence[9] - '0');
    bool female_or_male = licence[6] == '0' || licence[6] == '1' || licence[6] == '5' || licence[6] == '6';
    return female_or_male && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
           strspn(licence + 11, "ABCDEFGHIJKLMNOPQRSTUVWXYZ9") >= 2 && g_ascii_isalnum(licence[13]) &&
           g_ascii_isalnum(licence[14]) && g_ascii_isalnum(licence[15]);
}

static bool
luhn(const char *digits)
{
    guint sum = 0;
    gsize length = strlen(digits);
    for (gsize i = 0; i < length; i++) {
        guint digit = (guint)(digits[length - 1 - i] - '0');
        sum += i % 2 == 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
    }
    return sum % 10 == 0;
}

bool
exeat_check_card(const char *digits)
{
    static const struct {
        guint low, high; /* the first four digits */
        guint16 shortest, longest;
    } issuers[] = {
        {4000, 4999, 16, 16}, {5100, 5599, 16, 16}, {2221, 2720, 16, 16}, {3400, 3499, 15, 15}, {3700, 3799, 15, 15},
        {6011, 6011, 16, 16}, {6440, 6599, 16, 16}, {3000, 3059, 14, 14}, {3600, 3699, 14, 14}, {3800, 3999, 14, 14},
        {3528, 3589, 16, 16}, {5000, 5099, 16, 19}, {5600, 5899, 16, 19}, {6200, 6299, 16, 19},
    };
    gsize length = strlen(digits);
    if (length < 14 || length > 19 || strspn(digits, "0123456789") != length || !luhn(digits))
        return false;
    guint first = 0;
    for (gsize i = 0; i < 4; i++)
        first = first * 10 + (guint)(digits[i] - '0');
    for (gsize i = 0; i < G_N_ELEMENTS(issuers); i++)
        if (first >= issuers[i].low && first <= issuers[i].high && length >= issuers[i].shortest &&
            length <= issuers[i].longest)
            return true;
    return false;
}

bool
exeat_check_iban(const char *iban)
{
    static const struct {
        char country[3];
        guint8 length;
    } lengths[] = {
        {"GB", 22}, {"IE", 22}, {"FR", 27}, {"DE", 22}, {"ES", 24}, {"PT", 25}, {"IT", 27}, {"NL", 18}, {"BE", 16},
        {"PL", 28}, {"RO", 24}, {"BG", 22}, {"CZ", 24}, {"SK", 24}, {"HU", 28}, {"LT", 20}, {"LV", 21}, {"EE", 20},
        {"GR", 27}, {"CY", 28}, {"MT", 31}, {"AT", 20}, {"CH", 21}, {"DK", 18}, {"SE", 24}, {"NO", 15}, {"FI", 18},
        {"IM", 22}, {"JE", 22}, {"GG", 22}, {"GI", 23}, {"LU", 20}, {"HR", 21}, {"SI", 19}, {"TR", 26}, {"UA", 29},
    };
    gsize length = strlen(iban);
    gsize i = 0;
    while (i < G_N_ELEMENTS(lengths) && !(g_str_has_prefix(iban, lengths[i].country) && length == lengths[i].length))
        i++;
    if (i == G_N_ELEMENTS(lengths))
        return false;
    guint remainder = 0;
    for (gsize k = 0; k < length; k++) {
        char c = iban[(k + 4) % length];
        if (g_ascii_isdigit(c))
            remainder = (remainder * 10 + (guint)(c - '0')) % 97;
        else
            remainder = (remainder * 100 + (guint)(c - 'A') + 10) % 97;
    }
    return remainder == 1;
}

/* Postcode areas of the United Kingdom, the Isle of Man and the Channel Islands. */
static const char postcode_areas[] = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH "
                                     "DL DN DT DY E EC EH EN EX FK FY G GL GU GY "
                                     "HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME "
                                     "MK ML N NE NG NN NP NR NW OL OX PA PE PH PL "
                                     "PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS "
                                     "TW UB W WA WC WD WF WN WR WS WV YO ZE ";

bool
exeat_check_postcode(const char *postcode)
{
    gsize length = strlen(postcode);
    if (length < 5 || length > 7)
        return false;
    const char *inward = postcode + length - 3;
    gsize letters = strspn(postcode, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    gsize outward = length - 3;
    if (letters < 1 || letters > 2 || outward < letters + 1 || outward > letters + 2)
        return false;
    if (!g_ascii_isdigit(postcode[letters]) || !g_ascii_isdigit(inward[0]) || strchr("CIKMOV", inward[1]) ||
        strchr("CIKMOV", inward[2]) || !g_ascii_isupper(inward[1]) || !g_ascii_isupper(inward[2]))
        return false;
    if (outward == letters + 2 && !g_ascii_isdigit(postcode[letters + 1]) &&
        !strchr(letters == 1 ? "ABCDEFGHJKPSTUW" : "ABEHMNPRVWXY", postcode[letters + 1]))
        return false;
    g_autofree char *area = g_strdup_printf(" %.*s ", (int)letters, postcode);
    return strstr(postcode_areas, area) != NULL;
}

static bool
is_current_plate(const char *plate)
{
    guint age = (guint)((plate[2] - '0') * 10 + plate[3] - '0');
    return !strchr("IQZ", plate[0]) && !strchr("IQZ", plate[1]) &&
           ((age >= 2 && age <= 29) || (age >= 51 && age <= 79)) && !strpbrk(plate + 4, "IQ");
}

bool
exeat_check_vehicle(const char *plate)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    gsize length = strlen(plate);
    gsize before = strspn(plate, letters);
    gsize digits = strspn(plate + before, "0123456789");
    gsize after = strspn(plate + before + digits, letters);
    if (before + digits + after != length)
        return false;
    if (before == 2 && digits == 2 && after == 3)
        return is_current_plate(plate);
    bool number = digits >= 1 && digits <= 3 && plate[before] != '0';
    if (before == 1 && after == 3)
        return number && !strchr("IOQUZ", plate[0]) && !strpbrk(plate + length - 3, "IQZ");
    return before == 3 && after == 1 && number && !strchr("IOQUZ", plate[length - 1]) &&
           !strpbrk(plate + before + digits, "Z");
}

static int
mrz_value(char c)
{
    if (g_ascii_isdigit(c))
        return c - '0';
    return g_ascii_isupper(c) ? c - 'A' + 10 : c == '<' ? 0 : -1;
}

/* The digit behind [start, start + length) is its check digit: weights 7 3 1. */
static bool
mrz_field(const char *line, gsize start, gsize length)
{
    static const int weights[] = {7, 3, 1};
    int sum = 0;
    for (gsize i = 0; i < length; i++)
        sum += mrz_value(line[start + i]) * weights[i % 3];
    return mrz_value(line[start + length]) == sum % 10;
}

bool
exeat_check_mrz(const char *line)
{
    if (strlen(line) != 44 || strspn(line + 13, "0123456789") < 7 || !strchr("MFX<", line[20]))
        return false;
    for (gsize i = 0; i < 44; i++)
        if (mrz_value(line[i]) < 0)
            return false;
    return mrz_field(line, 0, 9) && mrz_field(line, 13, 6) && mrz_field(line, 21, 6) && mrz_field(line, 28, 14);
}
