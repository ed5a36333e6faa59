/* A small cache, by length and last bytes; a hit is a comparison of all bytes. */
#include "bots/inflate.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/limits.h"

#define PLACES 64

struct place {
	struct buf packed, frame;
};

struct inflater {
	struct libdeflate_decompressor *decompressor;
	struct place places[PLACES];
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
	for (size_t i = 0; i < PLACES; i++) {
		buf_free(&f->places[i].packed);
		buf_free(&f->places[i].frame);
	}
	libdeflate_free_decompressor(f->decompressor);
	free(f);
}

static struct place *place_of(struct inflater *f, const uint8_t *packed, size_t len) {
	size_t sum = len;
	for (size_t i = len > 16 ? len - 16 : 0; i < len; i++)
		sum = sum * 31 + packed[i];
	return &f->places[sum % PLACES];
}

/* The size inside is not told: start at eight times, and double. */
static bool inflate_into(struct inflater *f, struct buf *out, const uint8_t *packed, size_t len) {
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
	struct place *p = place_of(f, packed, len);
	if (p->packed.len != len || memcmp(p->packed.data, packed, len) != 0) {
		p->packed.len = 0;
		if (!inflate_into(f, &p->frame, packed, len))
			return NULL;
		buf_append(&p->packed, packed, len);
	}
	*out_len = p->frame.len;
	return p->frame.data;
}
