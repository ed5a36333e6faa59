/*
 * The few bytes we write ourselves around what protobuf-c packs: varints and
 * field headers (protobuf's encoding guide) and WebSocket frame headers
 * (RFC 6455, 5.2). Events are encoded once and joined as bytes, so the frame
 * around a run of them is made here.
 */
#ifndef APPCHAT_PROTO_WIRE_H
#define APPCHAT_PROTO_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

#define WIRE_VARINT_MAX 10
#define WS_HEADER_MAX 14   /* 2, 8 of length, 4 of mask */

enum ws_opcode { WS_CONTINUATION = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

/* Bytes that v takes as a varint, 1 to 10. */
size_t wire_varint_size(uint64_t v);
/* Writes v at p, which has room for WIRE_VARINT_MAX; returns the bytes written. */
size_t wire_put_varint(uint8_t *p, uint64_t v);
/* Reads a varint; returns the bytes it took, 0 when it is cut off or too long. */
size_t wire_get_varint(const uint8_t *p, size_t len, uint64_t *v);
/* Appends a varint field, or the header of a bytes field. */
void wire_field_varint(struct buf *b, uint32_t field, uint64_t v);
void wire_field_bytes(struct buf *b, uint32_t field, size_t len);

/* Writes an unmasked, final frame's header at p (room for WS_HEADER_MAX);
 * returns its size, 2 to 10. */
size_t ws_put_header(uint8_t *p, enum ws_opcode opcode, size_t payload);

#define EVENTS_FRAME_MAX (WS_HEADER_MAX + 4 + 3 * WIRE_VARINT_MAX)   /* around a run of events */
/* A whole WebSocket message of one ServerFrame{events{room, run}} where run is
 * concatenated fields 2 of Events; appended to out. */
void wire_events_frame(struct buf *out, uint64_t room, const uint8_t *run, size_t len);

/* The header of a whole WebSocket message of ServerFrame{deflated} with len
 * bytes to follow; written at p (room for WIRE_DEFLATED_HEADER_MAX), returns its size. */
#define WIRE_DEFLATED_HEADER_MAX (WS_HEADER_MAX + 2 + WIRE_VARINT_MAX)
size_t wire_deflated_header(uint8_t *p, size_t len);

/* Is this ServerFrame's only field `deflated`? Its bytes, or NULL. */
const uint8_t *wire_deflated(const uint8_t *frame, size_t len, size_t *deflated_len);

#endif
