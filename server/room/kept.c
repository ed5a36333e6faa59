/* Few enough to be looked through. */
#include "server/room/kept.h"

struct kept_batch *kept_next(struct kept *k, uint32_t depth, uint64_t after, uint64_t last) {
	k->newest = (k->newest + 1) % depth;
	for (uint32_t i = depth; i < KEPT_BATCHES; i++)   /* from when rooms were fewer */
		buf_free(&k->batch[i].bytes);
	struct kept_batch *b = kept_newest(k);
	b->after = after;
	b->last = last;
	b->bytes.len = 0;
	return b;
}

struct kept_batch *kept_newest(struct kept *k) {
	return &k->batch[k->newest];
}

const struct kept_batch *kept_find(const struct kept *k, uint64_t after) {
	for (uint32_t i = 0; i < KEPT_BATCHES; i++)
		if (k->batch[i].after == after && k->batch[i].bytes.len)
			return &k->batch[i];
	return NULL;
}

uint64_t kept_start(const struct kept *k, uint64_t after, uint64_t to) {
	for (uint32_t i = 0; i < KEPT_BATCHES; i++)
		if (k->batch[i].bytes.len && k->batch[i].after > after && k->batch[i].after < to)
			to = k->batch[i].after;
	return to;
}

void kept_free(struct kept *k) {
	for (uint32_t i = 0; i < KEPT_BATCHES; i++) {
		buf_free(&k->batch[i].bytes);
		k->batch[i].after = k->batch[i].last = 0;
	}
}
