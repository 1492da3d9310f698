/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames between a parent and a child that it does not trust, over a stream socket: a type, a length, so many bytes,
 * and perhaps one file descriptor. Whoever receives says which types may come next and how long each may be; anything
 * else is refused before a byte of it is stored.
 *
 * Owns nothing, one thread for each end of a socket.
 */
#ifndef EXEAT_BASE_IPC_H
#define EXEAT_BASE_IPC_H

#include <glib.h>
#include <stdbool.h>

/* What may come next. */
typedef struct ExeatIpcRule {
    guint32 type;
    gsize max; /* bytes of its body */
} ExeatIpcRule;

typedef struct ExeatIpcFrame {
    guint32 type;
    gsize length;
    guint8 *body;   /* owned, never NULL once received */
    int descriptor; /* owned, or -1 */
} ExeatIpcFrame;

void exeat_ipc_frame_clear(ExeatIpcFrame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExeatIpcFrame, exeat_ipc_frame_clear)

/* Sends one frame; @descriptor may be -1, else it stays the caller's. Blocks. UNAVAILABLE if the other end is gone. */
bool exeat_ipc_send(int socket, guint32 type, const void *body, gsize length, int descriptor, GError **error);

/*
 * Receives one frame whose type is among @rules (@count of them). Waits until @deadline (monotonic microseconds, 0: for
 * ever). LIMIT at the deadline, MALFORMED for a frame that may not come, UNAVAILABLE when the other end is gone.
 * *out_frame is to be cleared by the caller, after a failure too.
 */
bool exeat_ipc_receive(int socket, const ExeatIpcRule *rules, gsize count, gint64 deadline, ExeatIpcFrame *out_frame,
                       GError **error);

#endif
