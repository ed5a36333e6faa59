/* Buckets: the top bits of a value choose the step inside its power of two. */
#include "bots/hist.h"

#include <string.h>

enum { STEPS = 1 << HIST_STEP_BITS };

static uint32_t bucket_of(uint64_t ns) {
	if (ns < STEPS)
		return (uint32_t)ns;
	uint32_t top = 63 - (uint32_t)__builtin_clzll(ns);
	if (top >= HIST_MAX_BITS)
		return HIST_BUCKETS - 1;
	uint32_t shift = top - HIST_STEP_BITS;
	return (shift << HIST_STEP_BITS) + (uint32_t)(ns >> shift);
}

/* The largest value that goes into this bucket. */
static uint64_t bucket_top(uint32_t i) {
	if (i < STEPS)
		return i;
	uint32_t shift = (i >> HIST_STEP_BITS) - 1;
	uint64_t step = (i & (STEPS - 1)) + STEPS;
	return ((step + 1) << shift) - 1;
}

void hist_add(struct hist *h, uint64_t ns, uint64_t n) {
	if (!n)
		return;
	if (!h->count || ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	h->count += n;
	h->sum += (double)ns * (double)n;
	h->bucket[bucket_of(ns)] += n;
}

void hist_add_since(struct hist *h, const uint64_t *moment, uint64_t count, uint64_t now, uint64_t n) {
	uint64_t low = UINT64_MAX, high = 0, sum = 0;
	if (!n || !count)
		return;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t ns = now > moment[i] ? now - moment[i] : 0;
		low = ns < low ? ns : low;
		high = ns > high ? ns : high;
		sum += ns;
		h->bucket[bucket_of(ns)] += n;
	}
	if (!h->count || low < h->min)
		h->min = low;
	if (high > h->max)
		h->max = high;
	h->count += n * count;
	h->sum += (double)sum * (double)n;
}

void hist_merge(struct hist *h, const struct hist *from) {
	if (!from->count)
		return;
	if (!h->count || from->min < h->min)
		h->min = from->min;
	if (from->max > h->max)
		h->max = from->max;
	h->count += from->count;
	h->sum += from->sum;
	for (uint32_t i = 0; i < HIST_BUCKETS; i++)
		h->bucket[i] += from->bucket[i];
}

void hist_clear(struct hist *h) {
	memset(h, 0, sizeof *h);
}

uint64_t hist_quantile(const struct hist *h, double q) {
	uint64_t need = (uint64_t)(q * (double)h->count + 0.999999), seen = 0;
	if (!h->count)
		return 0;
	if (need < 1)
		need = 1;
	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= need)
			return bucket_top(i) < h->max ? bucket_top(i) : h->max;
	}
	return h->max;
}
