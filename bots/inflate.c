/* A small cache, by length and last bytes; a hit is a comparison of all bytes. */
#include "bots/inflate.h"

#include <stdlib.h>
#include <string.h>

#include "proto/inflate.h"

#define PLACES 64

struct place {
	struct buf packed, frame;
};

struct inflater {
	struct inflate *inflate;
	struct place places[PLACES];
};

struct inflater *inflater_new(void) {
	struct inflater *f = xcalloc(1, sizeof *f);
	f->inflate = inflate_new();
	return f;
}

void inflater_free(struct inflater *f) {
	if (!f)
		return;
	for (size_t i = 0; i < PLACES; i++) {
		buf_free(&f->places[i].packed);
		buf_free(&f->places[i].frame);
	}
	inflate_free(f->inflate);
	free(f);
}

static struct place *place_of(struct inflater *f, const uint8_t *packed, size_t len) {
	size_t sum = len;
	for (size_t i = len > 16 ? len - 16 : 0; i < len; i++)
		sum = sum * 31 + packed[i];
	return &f->places[sum % PLACES];
}

const uint8_t *inflater_frame(struct inflater *f, const uint8_t *packed, size_t len, size_t *out_len) {
	struct place *p = place_of(f, packed, len);
	if (p->packed.len != len || memcmp(p->packed.data, packed, len) != 0) {
		p->packed.len = 0;
		if (!inflate_open(f->inflate, packed, len, &p->frame))
			return NULL;
		buf_append(&p->packed, packed, len);
	}
	*out_len = p->frame.len;
	return p->frame.data;
}
