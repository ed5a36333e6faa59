/* Anything as a server's bytes to the bots' WebSocket: whole or byte by byte, the same messages come out. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bots/ws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	struct buf all;
	unsigned count;
};

static bool on_message(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	struct heard *h = arg;
	buf_byte(&h->all, (uint8_t)opcode);
	buf_append(&h->all, data, len);
	h->count++;
	return true;
}

static const char *read_in_pieces(struct heard *h, const uint8_t *data, size_t size, size_t piece) {
	struct ws_reader reader = {.limit = 1 << 16};
	const char *wrong = NULL;
	for (size_t at = 0; at < size && !wrong; at += piece)
		wrong = ws_read(&reader, data + at, size - at < piece ? size - at : piece, on_message, NULL, h);
	ws_reader_free(&reader);
	return wrong;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct heard whole = {0}, bytes = {0};
	char why[128];
	size_t used;
	if (size) {
		const char *a = read_in_pieces(&whole, data, size, size), *b = read_in_pieces(&bytes, data, size, 1);
		assert(!a == !b && whole.count == bytes.count && whole.all.len == bytes.all.len);
		assert(!whole.all.len || !memcmp(whole.all.data, bytes.all.data, whole.all.len));
		if (ws_answer(data, size, "dGhlIHNhbXBsZSBub25jZQ==", &used, why, sizeof why) == WS_ANSWER_OPEN)
			assert(used <= size);
	}
	buf_free(&whole.all);
	buf_free(&bytes.all);
	return 0;
}
