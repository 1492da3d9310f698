/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name promises a family of types. A picture that is an archive, or a PDF that is a program, is a disguise; a
 * spreadsheet that is really CSV or HTML is what many school programs export, and none.
 *
 * Owns nothing, any thread. Names are hostile and only compared.
 */
#include "message/suspicion.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

typedef enum Family {
    FAMILY_UNKNOWN,
    FAMILY_PROGRAM,
    FAMILY_MEDIA,
    FAMILY_TEXT,
    FAMILY_PDF,
    FAMILY_OFFICE,
    FAMILY_ARCHIVE,
} Family;

static Family
suspicion_of_name(const char *name)
{
    static const struct {
        const char *endings;
        Family family;
    } rows[] = {
        {" exe scr com pif cpl dll msi msp bat cmd vb vbs vbe js jse ws wsf wsh hta ps1 psm1 jar lnk reg scf sct appx ",
         FAMILY_PROGRAM},
        {" jpg jpeg png gif bmp tif tiff webp heic heif mp3 m4a wav mp4 mov avi mkv ", FAMILY_MEDIA},
        {" txt csv tsv log md ", FAMILY_TEXT},
        {" pdf ", FAMILY_PDF},
        {" doc docx docm dot dotx xls xlsx xlsm xlsb ppt pptx pptm pps ppsx odt ods odp rtf pub ", FAMILY_OFFICE},
        {" zip 7z rar tar gz tgz bz2 xz zst ", FAMILY_ARCHIVE},
    };
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    if (dot == NULL || strlen(dot) > 6)
        return FAMILY_UNKNOWN;
    g_autofree char *lower = g_ascii_strdown(dot + 1, -1);
    g_autofree char *word = g_strdup_printf(" %s ", g_strchomp(lower));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strstr(rows[i].endings, word) != NULL)
            return rows[i].family;
    return FAMILY_UNKNOWN;
}

static Family
suspicion_of_type(const char *type)
{
    static const struct {
        const char *prefix;
        Family family;
    } rows[] = {
        {"application/vnd.microsoft.portable-executable", FAMILY_PROGRAM},
        {"application/x-executable", FAMILY_PROGRAM},
        {"application/x-dosexec", FAMILY_PROGRAM},
        {"application/x-ms-shortcut", FAMILY_PROGRAM},
        {"application/java-vm", FAMILY_PROGRAM},
        {"image/", FAMILY_MEDIA},
        {"audio/", FAMILY_MEDIA},
        {"video/", FAMILY_MEDIA},
        {"text/", FAMILY_TEXT},
        {"application/pdf", FAMILY_PDF},
        {"application/vnd.openxmlformats-", FAMILY_OFFICE},
        {"application/vnd.oasis.opendocument.", FAMILY_OFFICE},
        {"application/vnd.ms-excel", FAMILY_OFFICE},
        {"application/vnd.ms-powerpoint", FAMILY_OFFICE},
        {"application/vnd.ms-word", FAMILY_OFFICE},
        {"application/msword", FAMILY_OFFICE},
        {"application/zip", FAMILY_ARCHIVE},
        {"application/x-7z-compressed", FAMILY_ARCHIVE},
        {"application/vnd.rar", FAMILY_ARCHIVE},
        {"application/x-tar", FAMILY_ARCHIVE},
        {"application/gzip", FAMILY_ARCHIVE},
        {"application/x-bzip2", FAMILY_ARCHIVE},
        {"application/x-xz", FAMILY_ARCHIVE},
    };
    for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(type, rows[i].prefix))
            return rows[i].family;
    return FAMILY_UNKNOWN;
}

/* Families in the order of what their names make people expect: what is opened without a thought comes first. */
static bool
suspicion_is_disguise(Family promised, Family found)
{
    switch (promised) {
    case FAMILY_MEDIA:
        return found == FAMILY_ARCHIVE || found == FAMILY_OFFICE || found == FAMILY_PDF;
    case FAMILY_TEXT:
        return found == FAMILY_ARCHIVE || found == FAMILY_OFFICE || found == FAMILY_PDF || found == FAMILY_MEDIA;
    case FAMILY_PDF:
        return found == FAMILY_ARCHIVE || found == FAMILY_OFFICE;
    case FAMILY_OFFICE:
        return found == FAMILY_ARCHIVE || found == FAMILY_PDF || found == FAMILY_MEDIA;
    default:
        return false;
    }
}

const char *
exeat_suspicion(const char *name, const char *actual)
{
    Family promised = suspicion_of_name(name), found = suspicion_of_type(actual);
    if (found == FAMILY_PROGRAM)
        return promised == FAMILY_PROGRAM || promised == FAMILY_UNKNOWN ? "a program" : "a disguised program";
    if (promised == FAMILY_PROGRAM)
        return "a program";
    return suspicion_is_disguise(promised, found) ? "not what its name says" : NULL;
}
