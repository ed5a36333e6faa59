/* libdeflate, with a guess at the size that is not told. */
#include "bots/inflate.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "proto/limits.h"

struct inflater {
	struct libdeflate_decompressor *decompressor;
	struct buf frame;
};

struct inflater *inflater_new(void) {
	struct inflater *f = xcalloc(1, sizeof *f);
	f->decompressor = libdeflate_alloc_decompressor();
	if (!f->decompressor)
		abort();
	return f;
}

void inflater_free(struct inflater *f) {
	if (!f)
		return;
	buf_free(&f->frame);
	libdeflate_free_decompressor(f->decompressor);
	free(f);
}

/* Starts at eight times the size, and doubles. */
bool inflater_into(struct inflater *f, struct buf *out, const uint8_t *packed, size_t len) {
	for (size_t cap = 8 * len + 64; ; cap *= 2) {
		if (cap > LIMIT_SERVER_FRAME)
			cap = LIMIT_SERVER_FRAME;
		out->len = 0;
		buf_reserve(out, cap);
		enum libdeflate_result result = libdeflate_deflate_decompress(f->decompressor, packed, len, out->data, cap, &out->len);
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE || cap == LIMIT_SERVER_FRAME)
			return result == LIBDEFLATE_SUCCESS;
	}
}

const uint8_t *inflater_frame(struct inflater *f, const uint8_t *packed, size_t len, size_t *out_len) {
	if (!inflater_into(f, &f->frame, packed, len))
		return NULL;
	*out_len = f->frame.len;
	return f->frame.data;
}
