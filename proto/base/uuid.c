/* UUID v7 with the millisecond as prefix; a counter keeps one millisecond's in order. */
#include "proto/base/uuid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "proto/base/clock.h"

void random_bytes(void *out, size_t len) {
	uint8_t *p = out;
	while (len) {
		ssize_t n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort(); /* no randomness: nothing may go on */
		p += n;
		len -= (size_t)n;
	}
}

void uuid7(uint8_t out[16]) {
	static _Thread_local uint64_t last_ms;
	static _Thread_local uint16_t counter; /* rand_a, 12 bits: RFC 9562, 6.2, method 1 */
	uint64_t ms = clock_wall_ms();
	random_bytes(out + 6, 10);
	if (ms > last_ms) {
		last_ms = ms;
		counter = (uint16_t)((out[6] << 8 | out[7]) & 0x7ff);
	} else if (++counter > 0xfff) {
		last_ms++;
		counter = 0;
	}
	for (int i = 0; i < 6; i++)
		out[i] = (uint8_t)(last_ms >> (40 - 8 * i));
	out[6] = (uint8_t)(0x70 | counter >> 8);
	out[7] = (uint8_t)counter;
	out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

bool uuid7_valid(const uint8_t *id, size_t len) {
	return len == 16 && id[6] >> 4 == 7 && id[8] >> 6 == 2;
}
