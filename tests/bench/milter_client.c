/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets are a length of four bytes, a command of one, and data (libmilter's mfdef.h names them). */
#include "tests/bench/milter_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define VERSION 6
#define OFFERED_ACTIONS 0x1ffu
#define OFFERED_STEPS 0x1fffffu
#define CHUNK_BYTES 65535
#define PACKET_BYTES (1024 * 1024)
#define CONNECT_TRIES 200
#define CONNECT_WAIT 5000 /* microseconds: the listen queue of a UNIX socket may be full */

enum {
    STEP_NO_CONNECT = 0x1,
    STEP_NO_HELO = 0x2,
    STEP_NO_MAIL = 0x4,
    STEP_NO_RCPT = 0x8,
    STEP_NO_BODY = 0x10,
    STEP_NO_HEADERS = 0x20,
    STEP_NO_EOH = 0x40,
    STEP_NR_HEADER = 0x80,
    STEP_NO_DATA = 0x200,
    STEP_NR_CONNECT = 0x1000,
    STEP_NR_HELO = 0x2000,
    STEP_NR_MAIL = 0x4000,
    STEP_NR_RCPT = 0x8000,
    STEP_NR_DATA = 0x10000,
    STEP_NR_EOH = 0x40000,
    STEP_NR_BODY = 0x80000,
};

typedef struct Client {
    int fd;
    guint32 steps;
    MilterOutcome outcome;
    GByteArray *packet; /* the macros and the command, sent at once as Postfix does */
} Client;

static int
connect_once(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (guint i = 0; fd >= 0 && i < CONNECT_TRIES; i++) {
        if (connect(fd, address, size) == 0)
            return fd;
        if (errno != EAGAIN && errno != EINTR)
            break;
        g_usleep(CONNECT_WAIT);
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int
connect_to(const char *where)
{
    if (g_str_has_prefix(where, "unix:")) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        g_strlcpy(address.sun_path, where + strlen("unix:"), sizeof address.sun_path);
        return connect_once((const struct sockaddr *)&address, sizeof address);
    }
    g_auto(GStrv) parts = g_strsplit(where + strlen("inet:"), "@", 2);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons((guint16)g_ascii_strtoull(parts[0], NULL, 10));
    if (!parts[1] || inet_pton(AF_INET, parts[1], &address.sin_addr) != 1)
        return -1;
    int fd = connect_once((const struct sockaddr *)&address, sizeof address);
    int yes = 1;
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static bool
write_all(int fd, const guint8 *data, gsize length)
{
    while (length > 0) {
        ssize_t written = send(fd, data, length, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        length -= (gsize)written;
    }
    return true;
}

static bool
read_all(int fd, void *into, gsize length)
{
    for (guint8 *at = into; length > 0;) {
        ssize_t got = recv(fd, at, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        length -= (gsize)got;
    }
    return true;
}

static void
packet_begin(Client *client, char command, gsize length)
{
    guint32 size = htonl((guint32)length + 1);
    g_byte_array_append(client->packet, (const guint8 *)&size, sizeof size);
    g_byte_array_append(client->packet, (const guint8 *)&command, 1);
}

static void
packet_text(Client *client, const char *text)
{
    g_byte_array_append(client->packet, (const guint8 *)text, (guint)strlen(text) + 1);
}

/* The queue id is the macro that Postfix sends with every command from the second recipient on. */
static void
packet_macros(Client *client, char command)
{
    packet_begin(client, 'D', 1 + 2 + 9);
    g_byte_array_append(client->packet, (const guint8 *)&command, 1);
    packet_text(client, "i");
    packet_text(client, "4Bench00");
}

static bool
packet_send(Client *client)
{
    bool sent = write_all(client->fd, client->packet->data, client->packet->len);
    g_byte_array_set_size(client->packet, 0);
    return sent;
}

/* Reads one packet; its command, or '\0' if the connection failed. @first gets the first bytes of its data. */
static char
packet_read(Client *client, char first[4])
{
    guint32 size = 0;
    char command = '\0';
    if (!read_all(client->fd, &size, sizeof size) || ntohl(size) < 1 || ntohl(size) > PACKET_BYTES ||
        !read_all(client->fd, &command, 1))
        return '\0';
    char rest[4096];
    gsize left = ntohl(size) - 1;
    memset(first, 0, 4);
    for (bool begun = false; left > 0; begun = true) {
        gsize piece = MIN(left, sizeof rest);
        if (!read_all(client->fd, rest, piece))
            return '\0';
        if (!begun)
            memcpy(first, rest, MIN(piece, (gsize)4));
        left -= piece;
    }
    return command;
}

static bool
is_change(char command)
{
    return strchr("+-2bhimeq", command) != NULL;
}

/* True if the letter goes on; else the outcome has what became of it. */
static bool
await_reply(Client *client)
{
    for (;;) {
        char first[4];
        char command = packet_read(client, first);
        switch (command) {
        case 'c':
            client->outcome.verdict = MILTER_ACCEPTED;
            return true;
        case 'p':
            break; /* progress */
        case 'a':
            client->outcome.verdict = MILTER_ACCEPTED;
            return false;
        case 'd':
            client->outcome.verdict = MILTER_DISCARDED;
            return false;
        case 'r':
            client->outcome.verdict = MILTER_REFUSED;
            return false;
        case 't':
            client->outcome.verdict = MILTER_DELAYED;
            return false;
        case 'y':
            client->outcome.verdict = first[0] == '4' ? MILTER_DELAYED : MILTER_REFUSED;
            return false;
        default:
            if (command == '\0' || !is_change(command)) {
                client->outcome.verdict = MILTER_FAILED;
                return false;
            }
            client->outcome.changes++;
        }
    }
}

static bool
finish_step(Client *client, guint32 silent)
{
    if (!packet_send(client)) {
        client->outcome.verdict = MILTER_FAILED;
        return false;
    }
    return (client->steps & silent) != 0 || await_reply(client);
}

static bool
negotiate(Client *client)
{
    const guint32 offer[] = {htonl(VERSION), htonl(OFFERED_ACTIONS), htonl(OFFERED_STEPS)};
    guint32 size = 0;
    char command = '\0';
    guint32 answer[3];
    packet_begin(client, 'O', sizeof offer);
    g_byte_array_append(client->packet, (const guint8 *)offer, sizeof offer);
    if (!packet_send(client) || !read_all(client->fd, &size, sizeof size) || !read_all(client->fd, &command, 1) ||
        command != 'O' || ntohl(size) < 1 + sizeof answer || !read_all(client->fd, answer, sizeof answer))
        return false;
    client->steps = ntohl(answer[2]);
    char symbols[1024]; /* lists of macros that the filter asks for; this client sends one anyhow */
    gsize left = ntohl(size) - 1 - sizeof answer;
    return left <= sizeof symbols && read_all(client->fd, symbols, left);
}

static bool
send_connect(Client *client)
{
    static const char name[] = "desk.oakfield.sch.uk", address[] = "192.0.2.10";
    guint16 port = htons(40000);
    if ((client->steps & STEP_NO_CONNECT) == 0) {
        packet_begin(client, 'C', sizeof name + 1 + sizeof port + sizeof address);
        packet_text(client, name);
        g_byte_array_append(client->packet, (const guint8 *)"4", 1);
        g_byte_array_append(client->packet, (const guint8 *)&port, sizeof port);
        packet_text(client, address);
        if (!finish_step(client, STEP_NR_CONNECT))
            return false;
    }
    if ((client->steps & STEP_NO_HELO) != 0)
        return true;
    packet_begin(client, 'H', sizeof name);
    packet_text(client, name);
    return finish_step(client, STEP_NR_HELO);
}

static bool
send_envelope(Client *client, const MilterLetter *letter)
{
    if ((client->steps & STEP_NO_MAIL) == 0) {
        packet_begin(client, 'M', strlen(letter->sender) + 1);
        packet_text(client, letter->sender);
        if (!finish_step(client, STEP_NR_MAIL))
            return false;
    }
    for (char **recipient = letter->recipients; *recipient && (client->steps & STEP_NO_RCPT) == 0; recipient++) {
        packet_macros(client, 'R');
        packet_begin(client, 'R', strlen(*recipient) + 1);
        packet_text(client, *recipient);
        if (!finish_step(client, STEP_NR_RCPT))
            return false;
    }
    if ((client->steps & STEP_NO_DATA) != 0)
        return true;
    packet_macros(client, 'T');
    packet_begin(client, 'T', 0);
    return finish_step(client, STEP_NR_DATA);
}

static bool
send_header(Client *client, const MilterLetter *letter)
{
    for (guint i = 0; i < letter->names->len && (client->steps & STEP_NO_HEADERS) == 0; i++) {
        const char *name = g_ptr_array_index(letter->names, i), *value = g_ptr_array_index(letter->values, i);
        packet_macros(client, 'L');
        packet_begin(client, 'L', strlen(name) + strlen(value) + 2);
        packet_text(client, name);
        packet_text(client, value);
        if (!finish_step(client, STEP_NR_HEADER))
            return false;
    }
    if ((client->steps & STEP_NO_EOH) != 0)
        return true;
    packet_macros(client, 'N');
    packet_begin(client, 'N', 0);
    return finish_step(client, STEP_NR_EOH);
}

static bool
send_body(Client *client, const MilterLetter *letter)
{
    if ((client->steps & STEP_NO_BODY) != 0)
        return true;
    for (gsize at = 0; at < letter->body_length; at += CHUNK_BYTES) {
        gsize length = MIN(letter->body_length - at, (gsize)CHUNK_BYTES);
        packet_macros(client, 'B');
        packet_begin(client, 'B', length);
        g_byte_array_append(client->packet, (const guint8 *)letter->body + at, (guint)length);
        if (!finish_step(client, STEP_NR_BODY))
            return false;
    }
    return true;
}

static void
converse(Client *client, const MilterLetter *letter)
{
    if (!negotiate(client) || !send_connect(client) || !send_envelope(client, letter) || !send_header(client, letter) ||
        !send_body(client, letter))
        return;
    gint64 started = g_get_monotonic_time();
    client->outcome.verdict = MILTER_FAILED;
    packet_macros(client, 'E');
    packet_begin(client, 'E', 0);
    finish_step(client, 0);
    client->outcome.end = g_get_monotonic_time() - started;
    packet_begin(client, 'Q', 0);
    packet_send(client);
}

MilterOutcome
milter_send(const char *where, const MilterLetter *letter)
{
    gint64 started = g_get_monotonic_time();
    Client client = {.fd = connect_to(where)};
    if (client.fd < 0)
        return client.outcome;
    client.packet = g_byte_array_sized_new(CHUNK_BYTES + 256);
    converse(&client, letter);
    client.outcome.whole = g_get_monotonic_time() - started;
    g_byte_array_unref(client.packet);
    close(client.fd);
    return client.outcome;
}
