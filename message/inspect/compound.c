/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compound files (MS-CFB): which format one holds is told by the names of its streams, never by its own name. Here are
 * sealed Office Open XML, macros, properties and objects, which several formats have in common; what is left goes to
 * the format's reader.
 *
 * Owns nothing, one thread. Every byte is hostile.
 */
#include "message/inspect/compound.h"

#include "message/inspect/formats.h"
#include "message/inspect/object.h"
#include "message/inspect/office_crypt.h"
#include "message/inspect/properties.h"
#include "message/inspect/storage.h"

typedef struct CompoundKind {
    const char *stream; /* which only this format has */
    const char *type;
    void (*read)(ExeatInspection *inspection, GsfInfile *root); /* NULL: known, but not read */
} CompoundKind;

static void compound_read_sealed(ExeatInspection *inspection, GsfInfile *root);
static void compound_read_rights(ExeatInspection *inspection, GsfInfile *root);
static void compound_read_object(ExeatInspection *inspection, GsfInfile *root);

/* In this order: a document's stream counts more than an object's. */
static const CompoundKind compound_kinds[] = {
    {"EncryptedPackage", "application/x-ooxml-encrypted", compound_read_sealed},
    {"\011DRMContent", "application/x-ole-rights-managed", compound_read_rights},
    {"\011DRMViewerContent", "application/x-ole-rights-managed", compound_read_rights},
    {"__properties_version1.0", "application/vnd.ms-outlook", exeat_outlook_read},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", exeat_powerpoint97_read},
    {"PP97_DUALSTORAGE", "application/vnd.ms-powerpoint", exeat_powerpoint97_read},
    {"WordDocument", "application/msword", exeat_word97_read},
    {"Workbook", "application/vnd.ms-excel", exeat_excel97_read},
    {"Book", "application/vnd.ms-excel", exeat_excel97_read},
    {"PP40", "application/vnd.ms-powerpoint", NULL},
    {"Quill", "application/x-mspublisher", exeat_publisher_read},
    {"VisioDocument", "application/vnd.visio", NULL},
    {"Props14", "application/vnd.ms-project", NULL},
    {"Props12", "application/vnd.ms-project", NULL},
    {"Props9", "application/vnd.ms-project", NULL},
    {"Props", "application/vnd.ms-project", NULL},
    {"HwpSummaryInformation", "application/x-hwp", NULL},
    {"FileHeader", "application/x-hwp", NULL},
    {"MatOST", "application/vnd.ms-works", NULL},
    {"StarWriterDocument", "application/vnd.stardivision.writer", NULL},
    {"StarCalcDocument", "application/vnd.stardivision.calc", NULL},
    {"StarDrawDocument3", "application/vnd.stardivision.draw", NULL},
    {"Package", "application/x-ole-storage", compound_read_object},
    {"\001Ole10Native", "application/x-ole-storage", compound_read_object},
    {"CONTENTS", "application/x-ole-storage", compound_read_object},
};

static void
compound_read_sealed(ExeatInspection *inspection, GsfInfile *root)
{
    g_autoptr(GBytes) info = exeat_storage_stream_named(inspection, root, "EncryptionInfo");
    g_autoptr(GBytes) package = exeat_storage_stream_named(inspection, root, "EncryptedPackage");
    g_autoptr(GBytes) opened = NULL;
    exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    if (info == NULL || package == NULL ||
        !exeat_office_open(inspection, exeat_bytes_of(info), exeat_bytes_of(package), &opened)) {
        exeat_inspection_unreadable(inspection, "encrypted");
        return;
    }
    exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_DEFAULT_PASSWORD);
    ExeatBytes bytes = exeat_bytes_of(opened);
    const ExeatFile member = {.name = "package", .data = bytes.data, .length = bytes.length};
    exeat_inspection_member(inspection, &member);
}

static void
compound_read_rights(ExeatInspection *inspection, G_GNUC_UNUSED GsfInfile *root)
{
    exeat_inspection_encrypted(inspection, EXEAT_ENCRYPTION_YES);
    exeat_inspection_unreadable(inspection, "encrypted by rights management");
}

static void
compound_read_object(ExeatInspection *inspection, GsfInfile *root)
{
    exeat_object_storage(inspection, root, "object");
}

/* --- what several formats have --- */

static void
compound_macros(ExeatInspection *inspection, GsfInfile *root)
{
    static const char *const storages[] = {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"};
    for (gsize i = 0; i < G_N_ELEMENTS(storages); i++)
        if (exeat_storage_has(root, storages[i]))
            exeat_inspection_suspicious(inspection, "macros");
}

/* Word keeps objects in a pool; Excel each in a storage MBD… of the root. */
static void
compound_objects(ExeatInspection *inspection, GsfInfile *storage, bool all)
{
    gint count = exeat_storage_count(storage);
    for (gint i = 0; i < count && exeat_inspection_goes_on(inspection); i++) {
        const char *name = exeat_storage_name(storage, i);
        if (!all && g_ascii_strncasecmp(name, "MBD", 3) != 0)
            continue;
        g_autoptr(GsfInfile) object = exeat_storage_child(storage, i);
        if (object == NULL)
            continue;
        exeat_object_storage(inspection, object, name);
    }
}

static void
compound_common(ExeatInspection *inspection, GsfInfile *root)
{
    compound_macros(inspection, root);
    exeat_properties_read(inspection, root);
    compound_objects(inspection, root, false);
    g_autoptr(GsfInfile) pool = exeat_storage_child_named(root, "ObjectPool");
    if (pool != NULL)
        compound_objects(inspection, pool, true);
}

/* --- the whole --- */

static bool
compound_is_installer(GsfInfile *root)
{
    return exeat_storage_has(root, "\xE4\xA1\x80\xE4\x8C\x8D\xE4\x8C\xB5\xE4\xA5\xB2\xE4\x9C\xB7") ||
           exeat_storage_has(root, "\xE4\xA1\x80\xE3\xBC\xBF\xE4\x95\xB7\xE4\x91\xAC\xE3\xA1\xB7\xE4\x8C\xB5");
}

static const CompoundKind *
compound_kind(GsfInfile *root)
{
    for (gsize i = 0; i < G_N_ELEMENTS(compound_kinds); i++)
        if (exeat_storage_has(root, compound_kinds[i].stream))
            return &compound_kinds[i];
    return NULL;
}

static void
compound_read_root(ExeatInspection *inspection, GsfInfile *root)
{
    const CompoundKind *kind = compound_kind(root);
    if (kind == NULL) {
        if (compound_is_installer(root))
            exeat_inspection_suspicious(inspection, "executable");
        compound_common(inspection, root);
        exeat_inspection_unreadable(inspection, "a format that cannot be read");
        return;
    }
    exeat_inspection_type(inspection, kind->type);
    if (kind->read != NULL)
        kind->read(inspection, root);
    else
        exeat_inspection_unreadable(inspection, "a format that cannot be read");
    if (kind->read != compound_read_sealed && kind->read != compound_read_rights &&
        kind->read != compound_read_object && kind->read != exeat_outlook_read)
        compound_common(inspection, root);
}

void
exeat_compound_read(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(GsfInfile) root = exeat_storage_open((ExeatBytes){file->data, file->length});
    if (root == NULL)
        exeat_inspection_unreadable(inspection, "a damaged compound file");
    else
        compound_read_root(inspection, root);
}

void
exeat_rights_read(ExeatInspection *inspection, G_GNUC_UNUSED const ExeatFile *file)
{
    compound_read_rights(inspection, NULL);
}
