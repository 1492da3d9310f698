/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words themselves, as tables: a language more is some rows more. Comparisons ignore ASCII case; Welsh words with
 * circumflexes stand here in both cases where a line may begin with one. Owns nothing, any thread.
 */
#include "message/zone_words.h"

#include <string.h>

#define SIGN_OFF_TAIL 40 /* bytes behind a sign-off on its line: a name */

/* False for most bytes that differ in more than case, true for all that do not: spares the whole comparison. */
static bool
words_alike(char a, char b)
{
    return ((a ^ b) & ~0x20) == 0;
}

static bool
words_begins(const char *line, gsize length, const char *word)
{
    if (length == 0 || !words_alike(line[0], word[0]))
        return false;
    gsize n = strlen(word);
    return length >= n && g_ascii_strncasecmp(line, word, n) == 0;
}

static bool
words_has(const char *line, gsize length, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= length; i++)
        if (words_alike(line[i], word[0]) && g_ascii_strncasecmp(line + i, word, n) == 0)
            return true;
    return false;
}

ExeatHeaderLabel
exeat_zone_label(const char *line, gsize length)
{
    static const struct {
        const char *word;
        ExeatHeaderLabel label;
    } labels[] = {
        {"From", EXEAT_LABEL_FROM},      {"Oddi wrth", EXEAT_LABEL_FROM},  {"Oddiwrth", EXEAT_LABEL_FROM},
        {"O", EXEAT_LABEL_FROM},         {"Von", EXEAT_LABEL_FROM},        {"De", EXEAT_LABEL_FROM},
        {"Sent", EXEAT_LABEL_DATE},      {"Date", EXEAT_LABEL_DATE},       {"Anfonwyd", EXEAT_LABEL_DATE},
        {"Dyddiad", EXEAT_LABEL_DATE},   {"Sent on", EXEAT_LABEL_DATE},    {"Gesendet", EXEAT_LABEL_DATE},
        {"To", EXEAT_LABEL_TO},          {"At", EXEAT_LABEL_TO},           {"I", EXEAT_LABEL_TO},
        {"An", EXEAT_LABEL_TO},          {"Cc", EXEAT_LABEL_CC},           {"Copi", EXEAT_LABEL_CC},
        {"Reply-To", EXEAT_LABEL_CC},    {"Subject", EXEAT_LABEL_SUBJECT}, {"Pwnc", EXEAT_LABEL_SUBJECT},
        {"Testun", EXEAT_LABEL_SUBJECT}, {"Betreff", EXEAT_LABEL_SUBJECT}, {"Objet", EXEAT_LABEL_SUBJECT},
    };
    const char *colon = memchr(line, ':', MIN(length, 16));
    if (colon == NULL)
        return EXEAT_LABEL_NONE;
    gsize n = (gsize)(colon - line);
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '*'))
        n--;
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strlen(labels[i].word) == n && g_ascii_strncasecmp(line, labels[i].word, n) == 0)
            return labels[i].label;
    return EXEAT_LABEL_NONE;
}

bool
exeat_zone_is_separator(const char *line, gsize length)
{
    static const char *const words[] = {"Original Message",
                                        "Original Appointment",
                                        "Forwarded message",
                                        "Forwarded Message",
                                        "Neges Wreiddiol",
                                        "Neges wedi'i hanfon ymlaen",
                                        "Neges wedi\xE2\x80\x99i hanfon ymlaen",
                                        "Neges a anfonwyd ymlaen",
                                        "Forwarded by",
                                        "Reply message",
                                        "Original mail",
                                        NULL};
    static const char *const openings[] = {"Begin forwarded message:", "Dechrau neges wedi'i hanfon ymlaen:",
                                           "Dechrau neges a anfonwyd ymlaen:", "Start of forwarded message", NULL};
    for (guint i = 0; openings[i] != NULL; i++)
        if (words_begins(line, length, openings[i]))
            return true;
    if (length < 12 || length > 120 || line[0] != '-' || line[1] != '-')
        return false;
    for (guint i = 0; words[i] != NULL; i++)
        if (words_has(line, length, words[i]))
            return true;
    return false;
}

bool
exeat_zone_begins_attribution(const char *text, gsize length)
{
    static const char *const words[] = {"On ", "Ar ", "Am ", "Le ", "El ", "At ", "Ysgrifennodd ", "Quoting ", NULL};
    for (guint i = 0; words[i] != NULL; i++)
        if (words_begins(text, length, words[i]))
            return true;
    /* "Jane Roberts <jane@oakfield.sch.uk> wrote:" and "2026-03-03 10:00 GMT+00:00 Jane:" */
    return exeat_zone_ends_attribution(text, length) && memchr(text, '@', length) != NULL;
}

bool
exeat_zone_ends_attribution(const char *text, gsize length)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length < 10 || text[length - 1] != ':')
        return false;
    bool digit = false;
    for (gsize i = 0; i < length; i++)
        digit = digit || g_ascii_isdigit(text[i]);
    if (length > 6 && g_ascii_strncasecmp(text + length - 6, "wrote:", 6) == 0)
        return digit || memchr(text, '@', length) != NULL;
    return (digit || memchr(text, '@', length) != NULL) &&
           (words_has(text, length, "ysgrifennodd") || words_has(text, length, "a ysgrifennodd") ||
            words_has(text, length, "schrieb") ||
            words_has(text, length,
                      "a \xC3\xA9"
                      "crit"));
}

bool
exeat_zone_is_sign_off(const char *line, gsize length)
{
    static const char *const words[] = {"kind regards",
                                        "kindest regards",
                                        "best regards",
                                        "warm regards",
                                        "warmest regards",
                                        "with kind regards",
                                        "with best regards",
                                        "regards",
                                        "many thanks and kind regards",
                                        "thanks and regards",
                                        "thanks & regards",
                                        "many thanks",
                                        "with many thanks",
                                        "thank you",
                                        "thank you very much",
                                        "thanks",
                                        "thanks again",
                                        "with thanks",
                                        "best wishes",
                                        "kind wishes",
                                        "with best wishes",
                                        "all best wishes",
                                        "all the best",
                                        "best",
                                        "yours sincerely",
                                        "yours faithfully",
                                        "yours truly",
                                        "yours",
                                        "sincerely",
                                        "cheers",
                                        "kr",
                                        "rgds",
                                        "take care",
                                        "see you soon",
                                        "cofion",
                                        "cofion cynnes",
                                        "cofion gorau",
                                        "cofion caredig",
                                        "cofion cynnes iawn",
                                        "gyda chofion cynnes",
                                        "yn gywir",
                                        "yr eiddoch yn gywir",
                                        "yn ddiffuant",
                                        "yr eiddoch yn ddiffuant",
                                        "diolch",
                                        "diolch yn fawr",
                                        "diolch o galon",
                                        "diolch yn fawr iawn",
                                        "llawer o ddiolch",
                                        "gyda diolch",
                                        "hwyl",
                                        "hwyl am y tro",
                                        "pob hwyl",
                                        "pob dymuniad da",
                                        "dymuniadau gorau",
                                        "gyda dymuniadau gorau",
                                        "diolch / thanks",
                                        "diolch/thank you",
                                        "cofion / regards",
                                        "cofion cynnes / kind regards",
                                        "diolch / thank you"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!words_begins(line, length, words[i]))
            continue;
        gsize n = strlen(words[i]);
        const char *tail = line + n, *end = line + length;
        while (tail < end && strchr(" ,.!-:)", *tail) != NULL)
            tail++;
        if (tail == end)
            return true;
        /* "Kind regards, Jane Roberts": a comma and a name; "Thanks for the list" is text. */
        if (line[n] == ',' && (gsize)(end - tail) <= SIGN_OFF_TAIL && !g_ascii_islower(*tail) &&
            memchr(tail, '.', (gsize)(end - tail)) == NULL && memchr(tail, '?', (gsize)(end - tail)) == NULL)
            return true;
    }
    return false;
}

bool
exeat_zone_is_device(const char *line, gsize length)
{
    static const char *const words[] = {"Sent from my ",      "Sent from Outlook",
                                        "Sent from Mail",     "Sent from Yahoo",
                                        "Sent from Samsung",  "Sent from the all new",
                                        "Sent from Gmail",    "Sent from Proton",
                                        "Sent from AOL",      "Sent via ",
                                        "Get Outlook for ",   "Sent using ",
                                        "Sent with ",         "Anfonwyd o fy ",
                                        "Anfonwyd o'm ",      "Anfonwyd o\xE2\x80\x99m ",
                                        "Anfonwyd o Outlook", "Anfonwyd oddi ar fy ",
                                        "Wedi'i anfon o",     "Cael Outlook ar gyfer",
                                        "Cael Outlook i",     NULL};
    if (length > 120)
        return false;
    for (guint i = 0; words[i] != NULL; i++)
        if (words_begins(line, length, words[i]))
            return true;
    return false;
}

bool
exeat_zone_is_postscript(const char *line, gsize length)
{
    return words_begins(line, length, "PS ") || words_begins(line, length, "P.S.") ||
           words_begins(line, length, "PS:") || words_begins(line, length, "PS.") ||
           words_begins(line, length, "ON:") || words_begins(line, length, "O.N.");
}
