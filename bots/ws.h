/*
 * The client's half of WebSocket (RFC 6455) as bytes in and bytes out, no I/O:
 * the upgrade request and the check of its answer, masked frames to send, and
 * a reader that takes whatever pieces the socket gives. A message that lies
 * whole in one piece is handed over where it lies; only others are copied.
 */
#ifndef APPCHAT_BOTS_WS_H
#define APPCHAT_BOTS_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"
#include "proto/wire.h"

#define WS_KEY_SIZE 25        /* 16 bytes as base64, and a NUL */
#define WS_ACCEPT_SIZE 29     /* 20 bytes as base64, and a NUL */
#define WS_RESPONSE_MAX 8192  /* an answer to the upgrade longer than this is refused */
#define WS_CONTROL_MAX 125

/* A fresh Sec-WebSocket-Key. */
void ws_make_key(char key[WS_KEY_SIZE]);
/* The Sec-WebSocket-Accept that belongs to it. */
void ws_accept(const char *key, char accept[WS_ACCEPT_SIZE]);
/* Appends the upgrade request. */
void ws_request(struct buf *out, const char *host, const char *path, const char *key);

enum ws_answer { WS_ANSWER_MORE, WS_ANSWER_OPEN, WS_ANSWER_BAD };
/* Looks at the answer so far. WS_ANSWER_OPEN: *used bytes were the answer, what
 * follows are frames. WS_ANSWER_BAD: why says what is wrong. */
enum ws_answer ws_answer(const uint8_t *data, size_t len, const char *key, size_t *used, char *why, size_t why_size);

/* Appends one final frame, masked. */
void ws_frame(struct buf *out, enum ws_opcode opcode, const void *payload, size_t len, uint32_t mask);

/* Called with each whole message or control frame; false stops the reading. */
typedef bool ws_message_fn(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len);
/* Called with the pieces of a large unfragmented binary message as they come:
 * total is the message's size, done the bytes before this piece. True: taken.
 * False: not (or no longer) wanted; it has put the bytes before this piece
 * back into message, and the rest is collected as always. */
typedef bool ws_piece_fn(void *arg, size_t total, size_t done, const uint8_t *data, size_t len, struct buf *message);

/* All zero is a reader at the start of a frame. */
struct ws_reader {
	uint8_t head[10];       /* a frame's header as far as it has come */
	uint8_t have, need;
	uint8_t opcode;         /* of this frame */
	uint8_t message_opcode; /* of the message being put together; 0: none */
	bool final, in_payload, taken;
	uint64_t size, left;    /* this frame's payload, and what is missing of it */
	size_t limit;           /* largest message let in; 0: LIMIT_SERVER_FRAME and some */
	struct buf message;
	uint8_t control[WS_CONTROL_MAX];
	uint8_t control_len;
};

/* Takes a piece of the stream; NULL, or what is wrong with it (the connection
 * is then of no use). piece may be NULL. */
const char *ws_read(struct ws_reader *r, const uint8_t *data, size_t len, ws_message_fn *fn, ws_piece_fn *piece, void *arg);
/* Frees what it holds; a new one again. */
void ws_reader_free(struct ws_reader *r);

#endif
