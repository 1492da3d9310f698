/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Automatic clean-up for the types of the readers' libraries that ship none. Owns nothing itself. */
#ifndef EXEAT_MESSAGE_INSPECT_AUTO_H
#define EXEAT_MESSAGE_INSPECT_AUTO_H

#include <glib.h>
#include <openssl/cms.h>
#include <poppler.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerAttachment, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerPage, g_object_unref)

#endif
