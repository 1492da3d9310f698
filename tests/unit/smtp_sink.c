/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripted SMTP server of the tests. One connection at a time; the letters are under a lock. */
#include "tests/unit/smtp_sink.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct Sink {
    int listener;
    guint16 port;
    GThread *thread;
    GMutex lock;
    SinkScript script;
    GPtrArray *letters;
};

static void
sink_free_letter(gpointer data)
{
    SinkLetter *letter = data;

    g_free(letter->sender);
    g_free(letter->recipient);
    g_byte_array_unref(letter->data);
    g_free(letter);
}

static bool
sink_say(int fd, const char *line)
{
    g_autofree char *text = g_strconcat(line, "\r\n", NULL);

    return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* A line with its end, as bytes. */
static bool
sink_read_line(int fd, GByteArray *line)
{
    guint8 byte;

    g_byte_array_set_size(line, 0);
    while (recv(fd, &byte, 1, 0) == 1) {
        g_byte_array_append(line, &byte, 1);
        if (byte == '\n')
            return true;
    }
    return false;
}

static bool
sink_read_letter(int fd, SinkLetter *letter, GByteArray *line)
{
    while (sink_read_line(fd, line)) {
        guint skip = line->data[0] == '.' ? 1 : 0;

        if (line->len == 3 && memcmp(line->data, ".\r\n", 3) == 0)
            return true;
        g_byte_array_append(letter->data, line->data + skip, line->len - skip);
    }
    return false;
}

static const char *
sink_or(const char *reply, const char *usual)
{
    return reply != NULL ? reply : usual;
}

/* False: the connection is over. */
static bool
sink_take_letter(Sink *sink, int fd, const SinkScript *script, SinkLetter **letter, GByteArray *line)
{
    if (!sink_say(fd, sink_or(script->data, "354 Go ahead")))
        return false;
    if (script->data != NULL && script->data[0] != '3')
        return true;
    if (!sink_read_letter(fd, *letter, line))
        return false;
    g_mutex_lock(&sink->lock);
    g_ptr_array_add(sink->letters, g_steal_pointer(letter));
    g_mutex_unlock(&sink->lock);
    *letter = g_new0(SinkLetter, 1);
    (*letter)->data = g_byte_array_new();
    if (script->hang_up)
        return false;
    if (script->stall) {
        sink_read_line(fd, line);
        return false;
    }
    return sink_say(fd, sink_or(script->dot, "250 2.0.0 Taken"));
}

static void
sink_serve(Sink *sink, int fd)
{
    g_autoptr(GByteArray) line = g_byte_array_new();
    SinkLetter *letter = g_new0(SinkLetter, 1);
    SinkScript script;
    bool open;

    letter->data = g_byte_array_new();
    g_mutex_lock(&sink->lock);
    script = sink->script;
    g_mutex_unlock(&sink->lock);
    open = sink_say(fd, sink_or(script.greeting, "220 sink.test ESMTP"));
    while (open && sink_read_line(fd, line)) {
        g_autofree char *command = g_strndup((const char *)line->data, line->len);

        g_strchomp(command);
        if (g_ascii_strncasecmp(command, "EHLO", 4) == 0 || g_ascii_strncasecmp(command, "HELO", 4) == 0) {
            open = script.hello != NULL ? sink_say(fd, script.hello)
                                        : sink_say(fd, "250-sink.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 0");
        } else if (g_ascii_strncasecmp(command, "MAIL FROM:", 10) == 0) {
            g_free(letter->sender);
            letter->sender = g_strdup(command + 10);
            open = sink_say(fd, sink_or(script.mail, "250 2.1.0 Ok"));
        } else if (g_ascii_strncasecmp(command, "RCPT TO:", 8) == 0) {
            g_free(letter->recipient);
            letter->recipient = g_strdup(command + 8);
            open = sink_say(fd, sink_or(script.rcpt, "250 2.1.5 Ok"));
        } else if (g_ascii_strcasecmp(command, "DATA") == 0) {
            open = sink_take_letter(sink, fd, &script, &letter, line);
        } else {
            open = sink_say(fd, "221 2.0.0 Bye") && g_ascii_strcasecmp(command, "QUIT") != 0;
        }
    }
    sink_free_letter(letter);
    close(fd);
}

static gpointer
sink_run(gpointer data)
{
    Sink *sink = data;

    for (;;) {
        int fd = accept4(sink->listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            return NULL;
        sink_serve(sink, fd);
    }
}

Sink *
sink_new(void)
{
    Sink *sink = g_new0(Sink, 1);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    g_mutex_init(&sink->lock);
    sink->letters = g_ptr_array_new_with_free_func(sink_free_letter);
    sink->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(sink->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(sink->listener, 16) != 0 ||
        getsockname(sink->listener, (struct sockaddr *)&address, &size) != 0)
        g_error("the sink cannot listen");
    sink->port = ntohs(address.sin_port);
    sink->thread = g_thread_new("sink", sink_run, sink);
    return sink;
}

void
sink_free(Sink *sink)
{
    shutdown(sink->listener, SHUT_RDWR);
    g_thread_join(sink->thread);
    close(sink->listener);
    g_ptr_array_unref(sink->letters);
    g_mutex_clear(&sink->lock);
    g_free(sink);
}

char *
sink_url(const Sink *sink)
{
    return g_strdup_printf("smtp://127.0.0.1:%u", sink->port);
}

void
sink_set(Sink *sink, SinkScript script)
{
    g_mutex_lock(&sink->lock);
    sink->script = script;
    g_mutex_unlock(&sink->lock);
}

guint
sink_count(Sink *sink)
{
    guint count;

    g_mutex_lock(&sink->lock);
    count = sink->letters->len;
    g_mutex_unlock(&sink->lock);
    return count;
}

const SinkLetter *
sink_letter(Sink *sink, guint i)
{
    const SinkLetter *letter;

    g_mutex_lock(&sink->lock);
    letter = g_ptr_array_index(sink->letters, i);
    g_mutex_unlock(&sink->lock);
    return letter;
}

void
sink_clear(Sink *sink)
{
    g_mutex_lock(&sink->lock);
    g_ptr_array_set_size(sink->letters, 0);
    g_mutex_unlock(&sink->lock);
}
