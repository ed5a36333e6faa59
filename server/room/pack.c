/* Raw deflate by libdeflate; one compressor for the whole hub. */
#include "server/room/pack.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

#define LEVEL 1

struct packer {
	struct libdeflate_compressor *compressor;
};

struct packer *packer_new(void) {
	struct packer *p = xcalloc(1, sizeof *p);
	p->compressor = libdeflate_alloc_compressor(LEVEL);
	if (!p->compressor)
		abort();
	return p;
}

void packer_free(struct packer *p) {
	libdeflate_free_compressor(p->compressor);
	free(p);
}

/* The payload of one whole, unmasked WebSocket message (RFC 6455, 5.2). */
static size_t header_size(const uint8_t *frame) {
	return frame[1] < 126 ? 2 : frame[1] == 126 ? 4 : 10;
}

bool pack_worth(const struct buf *frame, uint32_t receivers) {
	return frame->len >= PACK_BYTES && receivers >= PACK_RECEIVERS;
}

void pack_batch(struct packer *p, const struct buf *frame, struct buf *packed) {
	uint8_t header[WIRE_DEFLATED_HEADER_MAX];
	packed->len = 0;
	size_t skip = header_size(frame->data), most = frame->len - frame->len / 8;
	uint8_t *out = buf_try_reserve(packed, sizeof header + most);
	if (!out)
		return;   /* then it goes as it is */
	size_t size = libdeflate_deflate_compress(p->compressor, frame->data + skip, frame->len - skip,
		out + sizeof header, most);
	if (!size)
		return;   /* not an eighth smaller */
	size_t n = wire_deflated_header(header, size);
	memcpy(out, header, n);
	memmove(out + n, out + sizeof header, size);
	packed->len = n + size;
}
