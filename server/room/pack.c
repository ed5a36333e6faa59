/* Raw deflate by libdeflate; one compressor for the whole hub. */
#include "server/room/pack.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

#define LEVEL 1

struct packer {
	struct libdeflate_compressor *compressor;
	struct buf out;
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
	buf_free(&p->out);
	free(p);
}

/* The payload of one whole, unmasked WebSocket message (RFC 6455, 5.2). */
static size_t header_size(const uint8_t *frame) {
	return frame[1] < 126 ? 2 : frame[1] == 126 ? 4 : 10;
}

bool pack_worth(const struct buf *frame, uint32_t receivers) {
	return frame->len >= PACK_BYTES && receivers >= PACK_RECEIVERS;
}

/* As large as it must be: many rooms keep some of these. */
static void set(struct buf *b, const uint8_t *header, size_t header_len, const uint8_t *bytes, size_t len) {
	buf_free(b);
	uint8_t *p = malloc(header_len + len);
	if (!p)
		return;   /* then it goes as it is */
	memcpy(p, header, header_len);
	memcpy(p + header_len, bytes, len);
	*b = (struct buf){.data = p, .len = header_len + len, .cap = header_len + len};
}

void pack_batch(struct packer *p, const struct buf *frame, struct buf *packed) {
	uint8_t header[WIRE_DEFLATED_HEADER_MAX];
	size_t skip = header_size(frame->data), most = frame->len - frame->len / 8;
	packed->len = p->out.len = 0;
	uint8_t *out = buf_try_reserve(&p->out, most);
	size_t size = out ? libdeflate_deflate_compress(p->compressor, frame->data + skip, frame->len - skip, out, most) : 0;
	if (size)
		set(packed, header, wire_deflated_header(header, size), out, size);
	else
		buf_free(packed);   /* not an eighth smaller */
}
