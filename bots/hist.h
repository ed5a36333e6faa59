/*
 * A log-linear histogram of durations: exact below 128 ns, then 128 steps for
 * every doubling, so any value read back is at most 0.8 % above what went in.
 * Adding is a few instructions whatever the count.
 */
#ifndef APPCHAT_BOTS_HIST_H
#define APPCHAT_BOTS_HIST_H

#include <stdint.h>

#define HIST_STEP_BITS 7
#define HIST_MAX_BITS 43   /* 2^43 ns, 2.4 hours: what is longer counts as that */
#define HIST_BUCKETS ((HIST_MAX_BITS - HIST_STEP_BITS + 1) << HIST_STEP_BITS)

struct hist {
	uint64_t count;
	uint64_t min, max;   /* exact; 0 when empty */
	double sum;
	uint64_t bucket[HIST_BUCKETS];
};

/* Counts the value ns n times. */
void hist_add(struct hist *h, uint64_t ns, uint64_t n);
/* Counts the time since each of these moments until now, n times; one that lies ahead is 0. */
void hist_add_since(struct hist *h, const uint64_t *moment, uint64_t count, uint64_t now, uint64_t n);
/* Adds all of from to h. */
void hist_merge(struct hist *h, const struct hist *from);
/* Empties it. */
void hist_clear(struct hist *h);
/* The value that the share q (0 to 1) of all counts lies at or below; never
 * less than the true one and never above max. 0 when empty. */
uint64_t hist_quantile(const struct hist *h, double q);

#endif
