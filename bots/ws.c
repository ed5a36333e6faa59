/* Handshake first, then frames; the reader is one small state: header, payload. */
#include "bots/ws.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bots/sha1.h"
#include "proto/base/uuid.h"
#include "proto/limits.h"

void ws_make_key(char key[WS_KEY_SIZE]) {
	uint8_t random[16];
	random_bytes(random, sizeof random);
	base64(random, sizeof random, key);
}

void ws_accept(const char *key, char accept[WS_ACCEPT_SIZE]) {
	char text[WS_KEY_SIZE + 40];
	uint8_t digest[SHA1_BYTES];
	int len = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	sha1(text, (size_t)len, digest);
	base64(digest, sizeof digest, accept);
}

void ws_request(struct buf *out, const char *host, const char *path, const char *key) {
	buf_printf(out, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
		path, host, key, PROTOCOL_SUBPROTOCOL);
}

/* Finds a header's value in the lines between from and end; false: not there. */
static bool find_header(const char *from, const char *end, const char *name, char *out, size_t size) {
	size_t name_len = strlen(name);
	while (from < end) {
		const char *line_end = memmem(from, (size_t)(end - from), "\r\n", 2);
		if (!line_end)
			line_end = end;
		if ((size_t)(line_end - from) > name_len && !strncasecmp(from, name, name_len) && from[name_len] == ':') {
			const char *v = from + name_len + 1;
			while (v < line_end && isblank((unsigned char)*v))
				v++;
			while (line_end > v && isblank((unsigned char)line_end[-1]))
				line_end--;
			snprintf(out, size, "%.*s", (int)(line_end - v), v);
			return true;
		}
		from = line_end + 2;
	}
	return false;
}

/* Printable ASCII only, for messages: what a stranger sends goes to a terminal. */
static void clean(char *text) {
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

static const char *judge(const char *head, const char *end, const char *key, char *why, size_t why_size) {
	char value[256], wanted[WS_ACCEPT_SIZE];
	const char *line_end = memmem(head, (size_t)(end - head), "\r\n", 2);
	const char *headers = line_end ? line_end + 2 : end;
	if (strncmp(head, "HTTP/1.1 ", 9)) {
		snprintf(why, why_size, "what listens there does not speak HTTP");
		return why;
	}
	if (strncmp(head + 9, "101", 3)) {
		snprintf(value, sizeof value, "%.*s", (int)(headers - 2 - (head + 9)), head + 9);
		clean(value);
		snprintf(why, why_size, "the server refused the upgrade to WebSocket: %.80s", value);
		return why;
	}
	ws_accept(key, wanted);
	if (!find_header(headers, end, "Sec-WebSocket-Accept", value, sizeof value) || strcmp(value, wanted)) {
		snprintf(why, why_size, "the server's Sec-WebSocket-Accept is wrong");
		return why;
	}
	if (!find_header(headers, end, "Sec-WebSocket-Protocol", value, sizeof value) || strcmp(value, PROTOCOL_SUBPROTOCOL)) {
		snprintf(why, why_size, "not an appchat server: it does not speak " PROTOCOL_SUBPROTOCOL);
		return why;
	}
	return NULL;
}

enum ws_answer ws_answer(const uint8_t *data, size_t len, const char *key, size_t *used, char *why, size_t why_size) {
	const char *head = (const char *)data;
	const char *end = memmem(data, len, "\r\n\r\n", 4);
	if (!end && len >= 5 && memcmp(data, "HTTP/", 5)) {
		snprintf(why, why_size, "what listens there does not speak HTTP");
		return WS_ANSWER_BAD;
	}
	if (!end && len < WS_RESPONSE_MAX)
		return WS_ANSWER_MORE;
	if (!end) {
		snprintf(why, why_size, "the answer to the upgrade has no end");
		return WS_ANSWER_BAD;
	}
	if (judge(head, end + 2, key, why, why_size))
		return WS_ANSWER_BAD;
	*used = (size_t)(end + 4 - head);
	return WS_ANSWER_OPEN;
}

void ws_frame(struct buf *out, enum ws_opcode opcode, const void *payload, size_t len, uint32_t mask) {
	uint8_t *p = buf_reserve(out, WS_HEADER_MAX + len);
	const uint8_t *from = payload;
	uint8_t key[4];
	size_t n = ws_put_header(p, opcode, len);
	memcpy(key, &mask, 4);
	p[1] |= 0x80;
	memcpy(p + n, key, 4);
	n += 4;
	for (size_t i = 0; i < len; i++)
		p[n + i] = from[i] ^ key[i & 3];
	out->len += n + len;
}

static size_t header_size(const uint8_t *head, size_t have) {
	if (have < 2)
		return 2;
	uint8_t len = head[1] & 0x7f;
	return len < 126 ? 2 : len == 126 ? 4 : 10;
}

/* The header is whole: may this frame come now? NULL when it may. */
static const char *begin_frame(struct ws_reader *r) {
	uint8_t short_len = r->head[1] & 0x7f;
	r->opcode = r->head[0] & 0x0f;
	r->final = r->head[0] & 0x80;
	r->size = short_len < 126 ? short_len : 0;
	for (size_t i = 2; i < header_size(r->head, r->have); i++)
		r->size = r->size << 8 | r->head[i];
	r->left = r->size;
	r->control_len = 0;
	r->taken = false;
	if (r->head[0] & 0x70)
		return "a frame with a reserved bit set";
	if (r->head[1] & 0x80)
		return "a masked frame from the server";
	if (r->opcode >= WS_CLOSE)
		return r->opcode > WS_PONG ? "a frame of an unknown opcode" :
			!r->final || r->size > WS_CONTROL_MAX ? "a control frame that is too long or in parts" : NULL;
	if (r->opcode > WS_BINARY)
		return "a frame of an unknown opcode";
	if ((r->opcode == WS_CONTINUATION) != (r->message_opcode != 0))
		return "a message inside another, or a continuation of none";
	if (r->size + r->message.len > (r->limit ? r->limit : LIMIT_SERVER_FRAME + 1024))
		return "a message over the size limit";
	if (r->opcode)
		r->message_opcode = r->opcode;
	return NULL;
}

static bool end_frame(struct ws_reader *r, ws_message_fn *fn, void *arg) {
	r->in_payload = false;
	r->have = 0;
	if (r->opcode >= WS_CLOSE)
		return fn(arg, r->opcode, r->control, r->control_len);
	if (!r->final)
		return true;
	enum ws_opcode opcode = r->message_opcode;
	size_t len = r->message.len;
	r->message_opcode = 0;
	r->message.len = 0;
	if (r->taken)
		return true;
	bool on = fn(arg, opcode, r->message.data, len);
	if (!r->message.len && r->message.cap > 4096)
		buf_free(&r->message); /* thousands of these: hold no memory while idle */
	return on;
}

/* Takes n bytes of payload that do not make a whole message by themselves. */
static void collect(struct ws_reader *r, const uint8_t *data, size_t n, ws_piece_fn *piece, void *arg) {
	if (r->opcode >= WS_CLOSE) {
		memcpy(r->control + r->control_len, data, n);
		r->control_len += (uint8_t)n;
		return;
	}
	size_t done = (size_t)(r->size - r->left);
	bool first = !done && r->opcode == WS_BINARY && r->final && piece;
	if (first || r->taken)
		r->taken = piece(arg, (size_t)r->size, done, data, n, &r->message);
	if (!r->taken)
		buf_append(&r->message, data, n);
}

const char *ws_read(struct ws_reader *r, const uint8_t *data, size_t len, ws_message_fn *fn, ws_piece_fn *piece, void *arg) {
	const uint8_t *end = data + len;
	while (data < end || (r->in_payload && !r->left)) {
		if (!r->in_payload) {
			r->head[r->have++] = *data++;
			if (r->have < header_size(r->head, r->have))
				continue;
			const char *wrong = begin_frame(r);
			if (wrong)
				return wrong;
			r->in_payload = true;
			continue;
		}
		size_t n = (size_t)(end - data) < r->left ? (size_t)(end - data) : (size_t)r->left;
		if (n == r->size && r->opcode && r->opcode < WS_CLOSE && r->final) { /* whole, in place */
			r->in_payload = false;
			r->have = 0;
			r->message_opcode = 0;
			if (!fn(arg, r->opcode, data, n))
				return NULL;
			data += n;
			continue;
		}
		if (n)
			collect(r, data, n, piece, arg);
		data += n;
		r->left -= n;
		if (!r->left && !end_frame(r, fn, arg))
			return NULL;
	}
	return NULL;
}

void ws_reader_free(struct ws_reader *r) {
	size_t limit = r->limit;
	buf_free(&r->message);
	*r = (struct ws_reader){.limit = limit};
}
