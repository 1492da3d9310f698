/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats that are known, a row each, and which of them a file is: by its structure first, by what it claims last.
 * To add a format: write its reader in a file of its own, declare it here, add its row in formats.c.
 */
#ifndef EXEAT_MESSAGE_INSPECT_FORMATS_H
#define EXEAT_MESSAGE_INSPECT_FORMATS_H

#include "message/inspect/inspection.h"

typedef struct ExeatFormat {
    const char *type; /* content type, or a family that the reader tells more exactly with exeat_inspection_type() */
    ExeatPartKind kind;
    void (*read)(ExeatInspection *inspection, const ExeatFile *file); /* NULL: known, but not read */
} ExeatFormat;

/* What @file is; never NULL. (message/inspect/formats.c) */
const ExeatFormat *exeat_format_of(const ExeatFile *file);

/* Loads what readers need of the system, for a process that will open no file later. */
void exeat_formats_prepare(void);

/* Compound files (MS-CFB): doc, xls, ppt, msg, pub, encrypted OOXML. (message/inspect/compound.c) */
void exeat_compound_read(ExeatInspection *inspection, const ExeatFile *file);
/* Workbooks of Excel 2 to 4, which have no compound file around them. (message/inspect/excel97.c) */
void exeat_excel_read(ExeatInspection *inspection, const ExeatFile *file);
/* A letter under rights management, message.rpmsg. (message/inspect/compound.c) */
void exeat_rights_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_rtf_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_tnef_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_pdf_prepare(void);
void exeat_pdf_read(ExeatInspection *inspection, const ExeatFile *file);
/* ZIP of any kind: decides between Office Open XML, OpenDocument and archives. (message/inspect/zip.c) */
void exeat_zip_read(ExeatInspection *inspection, const ExeatFile *file);
/* Programs, and files that nobody knows: both may end in a ZIP that unpacks itself. (message/inspect/zip.c) */
void exeat_program_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_unknown_read(ExeatInspection *inspection, const ExeatFile *file);
/* 7z, gzip, bzip2, xz, zstd. (message/inspect/archive.c) */
void exeat_tar_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_archive_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_rar_read(ExeatInspection *inspection, const ExeatFile *file);
void exeat_cms_read(ExeatInspection *inspection, const ExeatFile *file);    /* S/MIME, PKCS#12 */
void exeat_pgp_read(ExeatInspection *inspection, const ExeatFile *file);    /* OpenPGP, binary or armoured */
void exeat_xml_read(ExeatInspection *inspection, const ExeatFile *file);    /* CTF, flat ODF, Word 2003 XML, any */
void exeat_text_read(ExeatInspection *inspection, const ExeatFile *file);   /* plain, HTML, CSV, vCard, iCalendar */
void exeat_letter_read(ExeatInspection *inspection, const ExeatFile *file); /* message/rfc822 */

#endif
