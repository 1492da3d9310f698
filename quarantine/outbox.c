/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail's sealed form is a short header of its own, an empty line, and the message:
 *
 *     to: head@oakfield.sch.uk
 *     returns: 0 2
 *     fallback: yes
 */
#include "quarantine/outbox.h"

#include <string.h>

#include "base/error.h"
#include "quarantine/secret.h"

ExeatMail *
exeat_mail_new(const char *recipient, GBytes *message)
{
    ExeatMail *mail = g_new0(ExeatMail, 1);

    mail->recipient = g_strdup(recipient);
    mail->message = g_bytes_ref(message);
    return mail;
}

void
exeat_mail_free(ExeatMail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->recipient);
    g_clear_pointer(&mail->message, g_bytes_unref);
    g_clear_pointer(&mail->returns, g_array_unref);
    g_free(mail);
}

bool
exeat_outbox_add(ExeatChange *change, const ExeatSealer *sealer, const char *kind, const char *letter, gint64 due_at,
                 const ExeatMail *mail, GError **error)
{
    g_autoptr(GString) text = g_string_new("to: ");
    g_autoptr(GBytes) plain = NULL, sealed = NULL;
    gsize size = 0;
    const char *message = g_bytes_get_data(mail->message, &size), *p;

    for (p = mail->recipient; *p != '\0'; p++)
        g_string_append_c(text, g_ascii_iscntrl(*p) ? '?' : *p);
    g_string_append_c(text, '\n');
    if (mail->returns != NULL) {
        g_string_append(text, "returns:");
        for (guint i = 0; i < mail->returns->len; i++)
            g_string_append_printf(text, " %u", g_array_index(mail->returns, guint, i));
        g_string_append_c(text, '\n');
    }
    if (mail->fallback)
        g_string_append(text, "fallback: yes\n");
    g_string_append_c(text, '\n');
    g_string_append_len(text, message, (gssize)size);
    size = text->len;
    plain = exeat_secret_bytes(g_string_free(g_steal_pointer(&text), false), size);
    if (!exeat_seal(sealer, plain, &sealed, error))
        return false;
    exeat_change_mail(change, kind, letter, due_at, sealed);
    return true;
}

static void
outbox_read_returns(const char *text, ExeatMail *mail)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    mail->returns = g_array_new(false, false, sizeof(guint));
    for (gsize i = 0; words[i] != NULL; i++) {
        guint64 number;
        guint index;

        if (!g_ascii_string_to_unsigned(words[i], 10, 0, G_MAXUINT, &number, NULL))
            continue;
        index = (guint)number;
        g_array_append_val(mail->returns, index);
    }
}

bool
exeat_outbox_open(const ExeatOpener *opener, GBytes *sealed, ExeatMail **out_mail, GError **error)
{
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(ExeatMail) mail = g_new0(ExeatMail, 1);
    gsize size = 0, at = 0;
    const char *data;

    if (!exeat_unseal(opener, sealed, &plain, error))
        return false;
    data = g_bytes_get_data(plain, &size);
    while (at < size) {
        const char *end = memchr(data + at, '\n', size - at);
        g_autofree char *line = NULL;

        if (end == NULL)
            break;
        line = g_strndup(data + at, (gsize)(end - data) - at);
        at = (gsize)(end - data) + 1;
        if (*line == '\0')
            break;
        if (g_str_has_prefix(line, "to: ") && mail->recipient == NULL)
            mail->recipient = g_strdup(line + 4);
        else if (g_str_has_prefix(line, "returns:") && mail->returns == NULL)
            outbox_read_returns(line + 8, mail);
        else if (strcmp(line, "fallback: yes") == 0)
            mail->fallback = true;
    }
    if (mail->recipient == NULL || at >= size) {
        g_set_error(error, EXEAT_ERROR, EXEAT_ERROR_MALFORMED, "a mail in the outbox cannot be read");
        return false;
    }
    mail->message = g_bytes_new_from_bytes(plain, at, size - at);
    *out_mail = g_steal_pointer(&mail);
    return true;
}
