/* Varints, field headers, frame headers. */
#include "proto/wire.h"

#include <string.h>

size_t wire_varint_size(uint64_t v) {
	size_t n = 1;
	while (v >>= 7)
		n++;
	return n;
}

size_t wire_put_varint(uint8_t *p, uint64_t v) {
	size_t n = 0;
	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

size_t wire_get_varint(const uint8_t *p, size_t len, uint64_t *v) {
	*v = 0;
	for (size_t i = 0; i < len && i < WIRE_VARINT_MAX; i++) {
		*v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
		if (!(p[i] & 0x80))
			return i + 1;
	}
	return 0;
}

void wire_field_varint(struct buf *b, uint32_t field, uint64_t v) {
	uint8_t *p = buf_reserve(b, 2 * WIRE_VARINT_MAX);
	size_t n = wire_put_varint(p, (uint64_t)field << 3 | WIRE_VARINT);
	b->len += n + wire_put_varint(p + n, v);
}

void wire_field_bytes(struct buf *b, uint32_t field, size_t len) {
	uint8_t *p = buf_reserve(b, 2 * WIRE_VARINT_MAX);
	size_t n = wire_put_varint(p, (uint64_t)field << 3 | WIRE_BYTES);
	b->len += n + wire_put_varint(p + n, len);
}

size_t ws_put_header(uint8_t *p, enum ws_opcode opcode, size_t payload) {
	p[0] = (uint8_t)(0x80 | opcode);
	if (payload < 126) {
		p[1] = (uint8_t)payload;
		return 2;
	}
	int bytes = payload <= 0xffff ? 2 : 8;
	p[1] = bytes == 2 ? 126 : 127;
	for (int i = 0; i < bytes; i++)
		p[2 + i] = (uint8_t)((uint64_t)payload >> (8 * (bytes - 1 - i)));
	return 2 + (size_t)bytes;
}

void wire_events_frame(struct buf *out, uint64_t room, const uint8_t *run, size_t len) {
	enum { FRAME_EVENTS = 14, EVENTS_ROOM = 1 }; /* field numbers of appchat.proto */
	size_t inner = 1 + wire_varint_size(room) + len;
	size_t payload = 1 + wire_varint_size(inner) + inner;
	uint8_t *p = buf_reserve(out, WS_HEADER_MAX + payload);
	size_t n = ws_put_header(p, WS_BINARY, payload);
	n += wire_put_varint(p + n, FRAME_EVENTS << 3 | WIRE_BYTES);
	n += wire_put_varint(p + n, inner);
	n += wire_put_varint(p + n, EVENTS_ROOM << 3 | WIRE_VARINT);
	n += wire_put_varint(p + n, room);
	memcpy(p + n, run, len);
	out->len += n + len;
}

enum { FRAME_DEFLATED = 21 << 3 | WIRE_BYTES };

size_t wire_deflated_header(uint8_t *p, size_t len) {
	size_t n = ws_put_header(p, WS_BINARY, 2 + wire_varint_size(len) + len);
	n += wire_put_varint(p + n, FRAME_DEFLATED);
	return n + wire_put_varint(p + n, len);
}

const uint8_t *wire_deflated(const uint8_t *frame, size_t len, size_t *deflated_len) {
	uint64_t tag, size;
	size_t n = wire_get_varint(frame, len, &tag);
	if (!n || tag != FRAME_DEFLATED)
		return NULL;
	size_t m = wire_get_varint(frame + n, len - n, &size);
	if (!m || size != len - n - m)
		return NULL;
	*deflated_len = (size_t)size;
	return frame + n + m;
}
