/* When to try again: full jitter, 0 .. min(30 s, 0.25 s * 2^n). */
#ifndef APPCHAT_CLIENT_BACKOFF_H
#define APPCHAT_CLIENT_BACKOFF_H

#include <stdint.h>

#define BACKOFF_BASE_MS 250
#define BACKOFF_MAX_MS 30000

/* Milliseconds to wait before try number n (from 0), given 32 random bits. */
static inline unsigned backoff_ms(unsigned n, uint32_t random) {
	uint64_t top = n >= 7 ? BACKOFF_MAX_MS : (uint64_t)BACKOFF_BASE_MS << n;
	if (top > BACKOFF_MAX_MS)
		top = BACKOFF_MAX_MS;
	return (unsigned)(((top + 1) * random) >> 32);
}

#endif
