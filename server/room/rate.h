/* A token bucket: a burst, then a steady rate. */
#ifndef APPCHAT_SERVER_ROOM_RATE_H
#define APPCHAT_SERVER_ROOM_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	uint64_t at_ns;   /* when the bucket will be full again */
};

/* Takes `cost` of a bucket of `burst` that refills at `per_second`. False when
 * there is not enough: *wait_ms then says for how long. Costs nothing then. */
bool rate_take(struct rate *r, uint64_t now_ns, uint32_t burst, uint32_t per_second, uint32_t cost,
	uint32_t *wait_ms);
/* The same for a bucket that refills by one every each_ns. */
bool rate_take_slow(struct rate *r, uint64_t now_ns, uint32_t burst, uint64_t each_ns, uint32_t cost, uint32_t *wait_ms);

#endif
