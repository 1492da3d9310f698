/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names put as initials, everything else byte for byte.
 *
 * Threads: no state. Hostile input: the text; the matches are ours.
 */
#include "policies/detect/names.h"

#include "directory/fold.h"

static void
initials_letter(GString *out, const char *text, gsize start, gsize end)
{
    for (const char *c = text + start; c < text + end; c = exeat_utf8_next(c)) {
        gunichar letter = g_utf8_get_char(c);
        if (!g_unichar_isalpha(letter))
            continue;
        gunichar parts[4];
        gsize count = g_unichar_fully_decompose(letter, TRUE, parts, G_N_ELEMENTS(parts));
        g_string_append_unichar(out, count > 0 ? parts[0] : letter);
        g_string_append_c(out, '.');
        return;
    }
}

static bool
initials_is_small(const char *text, const ExeatNamePart *part)
{
    return g_unichar_islower(g_utf8_get_char(text + part->start));
}

/* One word's initial. In "van der Berg" the particles stay small; a name written small altogether gets capitals. */
static void
initials_part(GString *out, const char *text, const ExeatNamePart *part, bool keep_case)
{
    gsize at = out->len;
    initials_letter(out, text, part->start, part->end);
    if (out->len > at && !(keep_case && initials_is_small(text, part))) {
        g_autofree char *upper = g_utf8_strup(out->str + at, (gssize)(out->len - at));
        g_string_truncate(out, at);
        g_string_append(out, upper);
    }
}

static bool
initials_hyphen_before(const char *text, const ExeatNamePart *part, const ExeatNamePart *before)
{
    if (before == NULL || part->start <= before->end || part->start - before->end > 3)
        return false;
    gunichar c = g_utf8_get_char(text + before->end);
    return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

static void
initials_group(GString *out, const char *text, const ExeatNameMatch *match, bool family, bool keep_case)
{
    const ExeatNamePart *before = NULL;
    for (guint i = 0; i < match->parts_count; i++) {
        const ExeatNamePart *part = &match->parts[i];
        bool letter_of_family = part->kind == EXEAT_NAME_PART_INITIAL && match->parts[0].kind == EXEAT_NAME_PART_GIVEN;
        bool is_family = part->kind == EXEAT_NAME_PART_FAMILY || letter_of_family;
        if (part->kind == EXEAT_NAME_PART_TITLE || is_family != family)
            continue;
        if (initials_hyphen_before(text, part, before) && out->len > 0 && out->str[out->len - 1] == '.')
            g_string_overwrite(out, out->len - 1, "-");
        initials_part(out, text, part, keep_case && family);
        before = part;
    }
}

/* A mailbox: the first letter of each run in front of the "@". */
static void
initials_username(GString *out, const char *text, const ExeatNameMatch *match)
{
    bool inside = false;
    for (gsize i = match->start; i < match->end && text[i] != '@'; i++) {
        bool letter = g_ascii_isalpha(text[i]);
        if (letter && !inside)
            g_string_append_printf(out, "%c.", g_ascii_toupper(text[i]));
        inside = letter;
    }
    if (out->len == 0)
        g_string_append(out, "-");
}

static void
initials_of(GString *out, const char *text, const ExeatNameMatch *match)
{
    g_autoptr(GString) name = g_string_new(NULL);
    if (match->form == EXEAT_NAME_FORM_USERNAME) {
        initials_username(name, text, match);
    } else {
        bool keep_case = false;
        for (guint i = 0; i < match->parts_count; i++)
            keep_case = keep_case ||
                        (match->parts[i].kind == EXEAT_NAME_PART_FAMILY && !initials_is_small(text, &match->parts[i]));
        /* The title stays, with its stop and the space behind it. */
        if (match->parts[0].kind == EXEAT_NAME_PART_TITLE && match->parts_count > 1)
            g_string_append_len(out, text + match->parts[0].start,
                                (gssize)(match->parts[1].start - match->parts[0].start));
        initials_group(name, text, match, false, keep_case);
        initials_group(name, text, match, true, keep_case);
    }
    g_string_append(out, name->str);
}

char *
exeat_names_to_initials(const char *text, const GArray *matches)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    gsize at = 0;
    for (guint i = 0; i < matches->len; i++) {
        const ExeatNameMatch *match = &g_array_index(matches, ExeatNameMatch, i);
        if (match->start < at || match->parts_count == 0)
            continue;
        g_string_append_len(out, text + at, (gssize)(match->start - at));
        initials_of(out, text, match);
        at = match->end;
        /* "J. Smith" at the end of "Smith J." has brought a stop of its own. */
        bool letter_last = match->parts[match->parts_count - 1].kind == EXEAT_NAME_PART_INITIAL;
        if (letter_last && text[at] == '.')
            at++;
    }
    g_string_append(out, text + at);
    return g_string_free(out, FALSE);
}
