/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office/web/words.h"

#include <libintl.h>
#include <locale.h>
#include <stdarg.h>
#include <string.h>

#define WORDS_DOMAIN "exeat"

static const char *const codes[] = {"en", "cy"};

void
exeat_words_init(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside = folder != NULL ? g_build_filename(folder, "po", NULL) : NULL;

    /* gettext translates in no locale called "C"; and the one language that it is asked for is Welsh. */
    setlocale(LC_MESSAGES, "C.UTF-8");
    g_setenv("LANGUAGE", codes[EXEAT_WELSH], TRUE);
    bindtextdomain(WORDS_DOMAIN, beside != NULL && g_file_test(beside, G_FILE_TEST_IS_DIR) ? beside : EXEAT_LOCALEDIR);
    bind_textdomain_codeset(WORDS_DOMAIN, "UTF-8");
}

const char *
exeat_language_code(ExeatLanguage language)
{
    return codes[language];
}

ExeatLanguage
exeat_language_from_code(const char *code)
{
    return code != NULL && g_ascii_strncasecmp(code, "cy", 2) == 0 && !g_ascii_isalpha(code[2]) ? EXEAT_WELSH
                                                                                                : EXEAT_ENGLISH;
}

ExeatLanguage
exeat_language_accepted(const char *languages)
{
    g_auto(GStrv) list = g_strsplit(languages != NULL ? languages : "", ",", 16);

    for (guint i = 0; list[i] != NULL; i++) {
        const char *code = g_strstrip(list[i]);

        if (exeat_language_from_code(code) == EXEAT_WELSH)
            return EXEAT_WELSH;
        if (g_ascii_strncasecmp(code, "en", 2) == 0)
            return EXEAT_ENGLISH;
    }
    return EXEAT_ENGLISH;
}

const char *
exeat_words(ExeatLanguage language, const char *text)
{
    return language == EXEAT_WELSH ? dgettext(WORDS_DOMAIN, text) : text;
}

const char *
exeat_words_count(ExeatLanguage language, const char *one, const char *many, gulong count)
{
    if (language == EXEAT_WELSH)
        return dngettext(WORDS_DOMAIN, one, many, count);
    return count == 1 ? one : many;
}

/* The value of the mark that begins at @at ("{name}"), or NULL; *out_length is that of the mark. */
static const char *
words_value(const char *at, va_list pairs, gsize *out_length)
{
    const char *end = strchr(at, '}'), *mark;

    if (end == NULL)
        return NULL;
    *out_length = (gsize)(end - at) + 1;
    while ((mark = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);

        if (strlen(mark) == *out_length - 2 && strncmp(mark, at + 1, *out_length - 2) == 0)
            return value;
    }
    return NULL;
}

char *
exeat_words_fill(const char *text, ...)
{
    GString *filled = g_string_new(NULL);
    va_list pairs;

    while (*text != '\0') {
        const char *value = NULL;
        gsize length = 0;

        if (*text == '{') {
            va_start(pairs, text);
            value = words_value(text, pairs, &length);
            va_end(pairs);
        }
        if (value != NULL) {
            g_string_append(filled, value);
            text += length;
        } else {
            g_string_append_c(filled, *text++);
        }
    }
    return g_string_free(filled, FALSE);
}
