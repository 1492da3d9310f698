/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PDF by poppler: pages, form fields, annotations, attached files, information about the document, bookmarks.
 *
 * Owns the document while it reads. Hostile input; between pages the inspection is asked whether it goes on, within a
 * page only the process's own limits end it.
 */
#include "message/inspect/pdf.h"

#include <string.h>

#include "message/inspect/auto.h"
#include "message/inspect/formats.h"

#define PDF_ANNOTATIONS 2000 /* of one page */
#define PDF_FIELDS 5000
#define PDF_BOOKMARKS 5000
#define PDF_BOOKMARK_DEPTH 16

static void
pdf_add_line(ExeatInspection *inspection, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    exeat_inspection_line(inspection);
    if (label != NULL && label[0] != '\0') {
        exeat_inspection_text(inspection, label, strlen(label));
        exeat_inspection_text(inspection, ": ", 2);
    }
    exeat_inspection_text(inspection, text, strlen(text));
    exeat_inspection_line(inspection);
}

static void
pdf_read_information(ExeatInspection *inspection, PopplerDocument *document)
{
    static const struct {
        const char *label;
        char *(*get)(PopplerDocument *document);
    } rows[] = {{"Title", poppler_document_get_title},
                {"Author", poppler_document_get_author},
                {"Subject", poppler_document_get_subject},
                {"Keywords", poppler_document_get_keywords}};
    exeat_inspection_gap(inspection);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = rows[i].get(document);
        pdf_add_line(inspection, rows[i].label, text);
    }
}

/* --- form fields --- */

static char *
pdf_field_value(PopplerFormField *field)
{
    switch (poppler_form_field_get_field_type(field)) {
    case POPPLER_FORM_FIELD_TEXT:
        return poppler_form_field_text_get_text(field);
    case POPPLER_FORM_FIELD_CHOICE:
        for (int i = 0, count = poppler_form_field_choice_get_n_items(field); i < count; i++)
            if (poppler_form_field_choice_is_item_selected(field, i))
                return poppler_form_field_choice_get_item(field, i);
        return poppler_form_field_choice_is_editable(field) ? poppler_form_field_choice_get_text(field) : NULL;
    default:
        return NULL;
    }
}

/* What a person has written into the page's fields, each behind what the field is called. */
static void
pdf_read_fields(ExeatInspection *inspection, PopplerPage *page)
{
    GList *fields = poppler_page_get_form_field_mapping(page);
    guint left = PDF_FIELDS;
    const GList *at = fields;
    for (; at != NULL && left > 0; at = at->next, left--) {
        PopplerFormField *field = ((const PopplerFormFieldMapping *)at->data)->field;
        g_autofree char *value = pdf_field_value(field);
        g_autofree char *shown = poppler_form_field_get_alternate_ui_name(field);
        g_autofree char *name = poppler_form_field_get_partial_name(field);
        pdf_add_line(inspection, shown != NULL ? shown : name, value);
    }
    if (at != NULL)
        exeat_inspection_unreadable(inspection, "more form fields than the limit");
    poppler_page_free_form_field_mapping(fields);
}

/* --- annotations and attached files --- */

static gboolean
pdf_gather(const char *bytes, gsize length, gpointer data, G_GNUC_UNUSED GError **error)
{
    GByteArray *all = data;
    if (length > G_MAXUINT / 2 - all->len)
        return FALSE;
    g_byte_array_append(all, (const guint8 *)bytes, (guint)length);
    return TRUE;
}

static void
pdf_read_attachment(ExeatInspection *inspection, PopplerAttachment *attachment)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const char *name = poppler_attachment_get_name(attachment);
    name = name != NULL && name[0] != '\0' ? name : "attachment";
    gsize said = poppler_attachment_get_size(attachment);
    if (said != G_MAXSIZE && said > exeat_inspection_limits(inspection)->member_bytes) {
        exeat_inspection_sealed_member(inspection, name, said, EXEAT_ENCRYPTION_NO, "larger than the limit");
        return;
    }
    if (!poppler_attachment_save_to_callback(attachment, pdf_gather, bytes, NULL) || bytes->len == 0) {
        exeat_inspection_sealed_member(inspection, name, 0, EXEAT_ENCRYPTION_NO, "a damaged attachment");
        return;
    }
    if (!exeat_inspection_count(inspection, bytes->len))
        return;
    const ExeatFile file = {.name = name, .data = bytes->data, .length = bytes->len};
    exeat_inspection_member(inspection, &file);
}

static void
pdf_read_attachments(ExeatInspection *inspection, PopplerDocument *document)
{
    if (!poppler_document_has_attachments(document))
        return;
    GList *attachments = poppler_document_get_attachments(document);
    for (const GList *at = attachments; at != NULL && exeat_inspection_goes_on(inspection); at = at->next)
        pdf_read_attachment(inspection, at->data);
    g_list_free_full(attachments, g_object_unref);
}

static void
pdf_read_annotation(ExeatInspection *inspection, PopplerAnnot *annotation)
{
    PopplerAnnotType type = poppler_annot_get_annot_type(annotation);
    if (type == POPPLER_ANNOT_LINK || type == POPPLER_ANNOT_WIDGET)
        return;
    g_autofree char *contents = poppler_annot_get_contents(annotation);
    g_autofree char *author = POPPLER_IS_ANNOT_MARKUP(annotation)
                                  ? poppler_annot_markup_get_label(POPPLER_ANNOT_MARKUP(annotation))
                                  : NULL;
    pdf_add_line(inspection, author, contents);
    if (type != POPPLER_ANNOT_FILE_ATTACHMENT)
        return;
    g_autoptr(PopplerAttachment)
        attachment = poppler_annot_file_attachment_get_attachment(POPPLER_ANNOT_FILE_ATTACHMENT(annotation));
    if (attachment != NULL)
        pdf_read_attachment(inspection, attachment);
}

static void
pdf_read_annotations(ExeatInspection *inspection, PopplerPage *page)
{
    GList *annotations = poppler_page_get_annot_mapping(page);
    guint left = PDF_ANNOTATIONS;
    const GList *at = annotations;
    for (; at != NULL && left > 0; at = at->next, left--)
        pdf_read_annotation(inspection, ((const PopplerAnnotMapping *)at->data)->annot);
    if (at != NULL)
        exeat_inspection_unreadable(inspection, "more annotations than the limit");
    poppler_page_free_annot_mapping(annotations);
}

/* --- bookmarks --- */

static guint
pdf_read_bookmarks(ExeatInspection *inspection, PopplerIndexIter *iter, guint depth, guint left)
{
    if (iter == NULL || depth > PDF_BOOKMARK_DEPTH)
        return left;
    do {
        PopplerAction *action = poppler_index_iter_get_action(iter);
        pdf_add_line(inspection, NULL, action != NULL ? action->any.title : NULL);
        poppler_action_free(action);
        PopplerIndexIter *child = poppler_index_iter_get_child(iter);
        left = pdf_read_bookmarks(inspection, child, depth + 1, left - 1);
        poppler_index_iter_free(child);
    } while (left > 0 && poppler_index_iter_next(iter) && exeat_inspection_goes_on(inspection));
    return left;
}

/* --- the document --- */

static void
pdf_read_pages(ExeatInspection *inspection, PopplerDocument *document)
{
    int pages = poppler_document_get_n_pages(document);
    for (int i = 0; i < pages && exeat_inspection_goes_on(inspection); i++) {
        g_autoptr(PopplerPage) page = poppler_document_get_page(document, i);
        if (page == NULL)
            continue;
        exeat_inspection_gap(inspection);
        exeat_pdf_page_read(inspection, page);
        pdf_read_fields(inspection, page);
        pdf_read_annotations(inspection, page);
    }
    if (pages == 0)
        exeat_inspection_unreadable(inspection, "a PDF without pages");
}

static void
pdf_read_document(ExeatInspection *inspection, PopplerDocument *document)
{
    pdf_read_pages(inspection, document);
    pdf_read_information(inspection, document);
    PopplerIndexIter *bookmarks = poppler_index_iter_new(document);
    pdf_read_bookmarks(inspection, bookmarks, 0, PDF_BOOKMARKS);
    poppler_index_iter_free(bookmarks);
    pdf_read_attachments(inspection, document);
}

void
exeat_pdf_prepare(void)
{
    /* its tables of characters and the list of its data files are read with the first document, whatever that is */
    static const char smallest[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]"
                                   "/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(smallest, sizeof smallest - 1);
    G_GNUC_UNUSED g_autoptr(PopplerDocument) document = poppler_document_new_from_bytes(bytes, NULL, NULL);
}

void
exeat_pdf_read(ExeatInspection *inspection, const ExeatFile *file)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(file->data, file->length);
    g_autoptr(GError) error = NULL;
    g_autoptr(PopplerDocument) document = poppler_document_new_from_bytes(bytes, NULL, &error);
    if (document != NULL) {
        exeat_inspection_encrypted(inspection, exeat_pdf_encryption(file, true));
        pdf_read_document(inspection, document);
    } else if (g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)) {
        exeat_inspection_encrypted(inspection, exeat_pdf_encryption(file, false));
    } else {
        exeat_inspection_unreadable(inspection, "a damaged PDF");
    }
}
