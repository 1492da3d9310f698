/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An attached file, as the inspector sees it, becomes part of the letter: what it is, what is in it, and the files
 * inside it as parts of their own, whose paths begin with that of the attachment.
 *
 * Owns nothing that outlives the reading of a letter. The answer is bounded by the inspector, the letter by its limits.
 */
#include "message/message-private.h"

#define FILE_BYTES (64 * 1024 * 1024) /* of one attachment, decoded */
#define INNER_MEMBERS 20000           /* files inside all attachments of a letter, and its own parts */

static void
attachment_take(char **to, char **from)
{
    g_free(*to);
    *to = g_steal_pointer(from);
}

/* The first part of an answer is the attachment itself, about which the letter has said something already. */
static void
attachment_describe(ExeatPart *part, ExeatPart *found)
{
    part->kind = found->kind;
    part->encryption = found->encryption;
    attachment_take(&part->actual_type, &found->actual_type);
    attachment_take(&part->unreadable, &found->unreadable);
    attachment_take(&part->suspicious, &found->suspicious);
}

static void
attachment_add_texts(ExeatReader *reader, ExeatInspected *inspected, const ExeatPart *self, const ExeatPart *part)
{
    g_autoptr(GPtrArray) texts = g_steal_pointer(&inspected->texts);
    inspected->texts = g_ptr_array_new();
    g_ptr_array_set_free_func(texts, NULL);
    for (guint i = 0; i < texts->len; i++) {
        ExeatText *text = texts->pdata[i];
        if (text->part == self)
            text->part = part;
        exeat_reader_adopt_text(reader, text);
    }
}

static void
attachment_adopt(ExeatReader *reader, ExeatPart *part, ExeatInspected *inspected)
{
    GPtrArray *parts = reader->message->parts;
    ExeatPart *self = inspected->parts->pdata[0];
    if (parts->len + inspected->parts->len - 1 > INNER_MEMBERS) {
        part->unreadable = g_strdup("holds more files than the limit");
        exeat_reader_problem(reader, "too many files in attachments");
        return;
    }
    attachment_describe(part, self);
    attachment_add_texts(reader, inspected, self, part);
    while (inspected->parts->len > 1) {
        ExeatPart *inner = g_ptr_array_steal_index(inspected->parts, 1);
        char *path = g_strconcat(part->path, "/", inner->path, NULL);
        g_free(inner->path);
        inner->path = path;
        g_ptr_array_add(parts, inner);
    }
}

void
exeat_reader_inspect(ExeatReader *reader, ExeatPart *part, const ExeatContent *content)
{
    bool cut = false;
    gsize length = 0;
    g_autofree char *data = exeat_content_decode(content, FILE_BYTES, &length, &cut);
    const ExeatFile file = {.name = part->file_name,
                            .type = part->type,
                            .charset = part->charset,
                            .data = (const guint8 *)data,
                            .length = length};
    g_autoptr(ExeatInspected) inspected = NULL;
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&part->unreadable, g_free);
    if (cut)
        part->unreadable = g_strdup("too large to be inspected");
    else if (reader->inspector->inspect(reader->inspector, &file, reader->deadline, &inspected, &error))
        attachment_adopt(reader, part, inspected);
    else
        part->unreadable = g_strdup(error->message);
}
