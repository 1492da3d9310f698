/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encrypted does not mean that a password is needed (ISO 32000-2, 7.6): half of the encrypted PDFs in the world open
 * for anybody. qpdf is asked only where the word /Encrypt stands in the file, for it parses all over again.
 */
#include <qpdf/qpdf-c.h>
#include <string.h>

#include "message/inspect/pdf.h"

typedef struct _qpdf_data Qpdf;

static void
pdf_qpdf_free(Qpdf *qpdf)
{
    qpdf_cleanup(&qpdf);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Qpdf, pdf_qpdf_free)

/* Where the word is disguised (#xx may stand for any letter, 7.3.5), poppler still says whether it needs a password. */
static bool
pdf_has_word(const ExeatFile *file)
{
    return memmem(file->data, file->length, "/Encrypt", 8) != NULL;
}

ExeatEncryption
exeat_pdf_encryption(const ExeatFile *file, bool opened)
{
    if (!pdf_has_word(file))
        return opened ? EXEAT_ENCRYPTION_NO : EXEAT_ENCRYPTION_YES;
    g_autoptr(Qpdf) qpdf = qpdf_init();
    qpdf_silence_errors(qpdf);
    qpdf_set_suppress_warnings(qpdf, QPDF_TRUE);
    QPDF_ERROR_CODE result = qpdf_read_memory(qpdf, "file", (const char *)file->data, file->length, "");
    bool needs_password = (result & QPDF_ERRORS) != 0 && qpdf_has_error(qpdf) &&
                          qpdf_get_error_code(qpdf, qpdf_get_error(qpdf)) == qpdf_e_password;
    if (needs_password) /* poppler may read the pages where only what is attached is sealed */
        return opened ? EXEAT_ENCRYPTION_PARTIAL : EXEAT_ENCRYPTION_YES;
    bool encrypted = (result & QPDF_ERRORS) == 0 && qpdf_is_encrypted(qpdf);
    if (opened)
        return encrypted ? EXEAT_ENCRYPTION_OWNER_ONLY : EXEAT_ENCRYPTION_NO;
    return EXEAT_ENCRYPTION_YES;
}
