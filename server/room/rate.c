/* The bucket is one number: when it will be full again ("virtual scheduling",
 * the generic cell rate algorithm of ITU-T I.371). */
#include "server/room/rate.h"

#define SECOND 1000000000ull

bool rate_take(struct rate *r, uint64_t now_ns, uint32_t burst, uint32_t per_second, uint32_t cost,
	uint32_t *wait_ms) {
	return rate_take_slow(r, now_ns, burst, SECOND / (per_second ? per_second : 1), cost, wait_ms);
}

bool rate_take_slow(struct rate *r, uint64_t now_ns, uint32_t burst, uint64_t each, uint32_t cost, uint32_t *wait_ms) {
	uint64_t full = r->at_ns > now_ns ? r->at_ns : now_ns;
	uint64_t then = full + cost * each;
	if (then - now_ns > burst * each) {
		*wait_ms = (uint32_t)((then - now_ns - burst * each) / 1000000 + 1);
		return false;
	}
	r->at_ns = then;
	return true;
}
