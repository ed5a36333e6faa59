/* Raw deflate by libdeflate. */
#include "proto/inflate.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "proto/limits.h"
#include "proto/wire.h"

#define KEEP_BYTES 65536   /* of memory between two frames */

struct inflate {
	struct libdeflate_decompressor *decompressor;
	struct buf frame;
};

struct inflate *inflate_new(void) {
	struct inflate *f = xcalloc(1, sizeof *f);
	f->decompressor = libdeflate_alloc_decompressor();
	if (!f->decompressor)
		abort();
	return f;
}

void inflate_free(struct inflate *f) {
	if (!f)
		return;
	libdeflate_free_decompressor(f->decompressor);
	buf_free(&f->frame);
	free(f);
}

/* The size inside is not told: start at eight times, and double. */
bool inflate_open(struct inflate *f, const uint8_t *packed, size_t len, struct buf *out) {
	for (size_t cap = 8 * len + 64; ; cap *= 2) {
		if (cap > LIMIT_SERVER_FRAME)
			cap = LIMIT_SERVER_FRAME;
		out->len = 0;
		buf_reserve(out, cap);
		enum libdeflate_result result = libdeflate_deflate_decompress(f->decompressor, packed, len, out->data, cap, &out->len);
		if (result == LIBDEFLATE_SUCCESS)
			return true;
		out->len = 0;
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE || cap == LIMIT_SERVER_FRAME)
			return false;
	}
}

static Appchat__ServerFrame *plain(const uint8_t *data, size_t len) {
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, data);
	if (!frame || frame->body_case != APPCHAT__SERVER_FRAME__BODY_DEFLATED)
		return frame;
	appchat__server_frame__free_unpacked(frame, NULL);
	return NULL;
}

Appchat__ServerFrame *inflate_frame(struct inflate *f, const uint8_t *data, size_t len) {
	size_t size;
	const uint8_t *packed = wire_deflated(data, len, &size);
	if (!packed)
		return plain(data, len);
	Appchat__ServerFrame *frame = inflate_open(f, packed, size, &f->frame) ? plain(f->frame.data, f->frame.len) : NULL;
	if (f->frame.cap > KEEP_BYTES)
		buf_free(&f->frame);
	return frame;
}
