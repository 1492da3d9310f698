/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The body is read into memory of its announced length, which the rules bound; it grows as bytes come, so that a child
 * that only announces costs nothing.
 */
#include "base/ipc.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

#define STEP_BYTES ((gsize)1024 * 1024) /* what a frame that only announces itself may cost */

typedef struct Header {
    guint32 type;
    guint32 length;
} Header;

void
exeat_ipc_frame_clear(ExeatIpcFrame *frame)
{
    g_clear_pointer(&frame->body, g_free);
    if (frame->descriptor >= 0)
        close(frame->descriptor);
    frame->descriptor = -1;
}

static bool
ipc_fail(GError **error, ExeatErrorCode code, const char *what)
{
    g_set_error_literal(error, EXEAT_ERROR, code, what);
    return false;
}

static bool
ipc_send_all(int socket, struct msghdr *message, GError **error)
{
    while (message->msg_iovlen > 0) {
        ssize_t sent = sendmsg(socket, message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return ipc_fail(error, EXEAT_ERROR_UNAVAILABLE, "the other end is gone");
        message->msg_control = NULL; /* the descriptor went with the first bytes */
        message->msg_controllen = 0;
        gsize left = (gsize)sent;
        while (message->msg_iovlen > 0 && left >= message->msg_iov->iov_len) {
            left -= message->msg_iov->iov_len;
            message->msg_iov++;
            message->msg_iovlen--;
        }
        if (message->msg_iovlen > 0) {
            message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + left;
            message->msg_iov->iov_len -= left;
        }
    }
    return true;
}

bool
exeat_ipc_send(int socket, guint32 type, const void *body, gsize length, int descriptor, GError **error)
{
    if (length > G_MAXUINT32)
        return ipc_fail(error, EXEAT_ERROR_LIMIT, "a frame is too long");
    Header header = {type, (guint32)length};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)(guintptr)body, length}};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {.space = {0}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = length > 0 ? 2 : 1};
    if (descriptor >= 0) {
        control.header = (struct cmsghdr){
            .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
    }
    return ipc_send_all(socket, &message, error);
}

/* Until bytes wait or the deadline is there. */
static bool
ipc_wait(int socket, gint64 deadline, GError **error)
{
    for (;;) {
        gint64 left = deadline - g_get_monotonic_time();
        if (left <= 0)
            return ipc_fail(error, EXEAT_ERROR_LIMIT, "no answer in time");
        int timeout = (int)MIN(left / 1000 + 1, (gint64)G_MAXINT);
        struct pollfd wait = {.fd = socket, .events = POLLIN};
        int ready = poll(&wait, 1, timeout);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return ipc_fail(error, EXEAT_ERROR_UNAVAILABLE, "the other end is gone");
    }
}

/* The descriptor of a message; a sender that packs several has none of them kept. */
static void
ipc_take_descriptor(struct msghdr *message, ExeatIpcFrame *frame)
{
    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS || at->cmsg_len < CMSG_LEN(sizeof(int)))
            continue;
        int descriptor = -1;
        memcpy(&descriptor, CMSG_DATA(at), sizeof descriptor);
        if (frame->descriptor >= 0)
            close(frame->descriptor);
        frame->descriptor = descriptor;
    }
}

/* Exactly @length bytes. A descriptor is taken only where @frame is given. */
static bool
ipc_read(int socket, void *to, gsize length, gint64 deadline, ExeatIpcFrame *frame, GError **error)
{
    gsize done = 0;
    while (done < length) {
        struct iovec part = {(char *)to + done, length - done};
        union {
            struct cmsghdr header;
            char space[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (frame != NULL) {
            message.msg_control = control.space;
            message.msg_controllen = sizeof control.space;
        }
        /* asked first and waited for second: what is there already costs no poll */
        ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (deadline != 0 ? MSG_DONTWAIT : 0));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN && ipc_wait(socket, deadline, error))
            continue;
        if (got < 0 && errno == EAGAIN)
            return false;
        if (got <= 0)
            return ipc_fail(error, EXEAT_ERROR_UNAVAILABLE, "the other end is gone");
        if (frame != NULL)
            ipc_take_descriptor(&message, frame);
        done += (gsize)got;
    }
    return true;
}

static const ExeatIpcRule *
ipc_find_rule(const ExeatIpcRule *rules, gsize count, guint32 type)
{
    for (gsize i = 0; i < count; i++)
        if (rules[i].type == type)
            return &rules[i];
    return NULL;
}

bool
exeat_ipc_receive(int socket, const ExeatIpcRule *rules, gsize count, gint64 deadline, ExeatIpcFrame *out_frame,
                  GError **error)
{
    *out_frame = (ExeatIpcFrame){.descriptor = -1};
    Header header;
    if (!ipc_read(socket, &header, sizeof header, deadline, out_frame, error))
        return false;
    const ExeatIpcRule *rule = ipc_find_rule(rules, count, header.type);
    if (rule == NULL)
        return ipc_fail(error, EXEAT_ERROR_MALFORMED, "a frame that may not come now");
    if (header.length > rule->max)
        return ipc_fail(error, EXEAT_ERROR_MALFORMED, "a frame is longer than it may be");
    out_frame->type = header.type;
    out_frame->body = g_malloc(MIN((gsize)header.length, STEP_BYTES) + 1);
    while (out_frame->length < header.length) {
        gsize step = MIN(header.length - out_frame->length, STEP_BYTES);
        out_frame->body = g_realloc(out_frame->body, out_frame->length + step + 1);
        if (!ipc_read(socket, out_frame->body + out_frame->length, step, deadline, NULL, error))
            return false;
        out_frame->length += step;
    }
    return true;
}
