/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Automatic clean-up for the types of C libraries that ship none: GMime, libxml2. Owns nothing itself; every file of
 * this floor that holds such an object in a g_autoptr includes it.
 */
#ifndef EXEAT_MESSAGE_AUTO_H
#define EXEAT_MESSAGE_AUTO_H

#include <glib.h>
#include <gmime/gmime.h>
#include <libxml/HTMLparser.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParserOptions, g_mime_parser_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFormatOptions, g_mime_format_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

#endif
