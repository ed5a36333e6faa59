/* The difference of the two clocks grows when the wall clock alone moves; a suspended machine looks the same. */
#include "server/room/wallclock.h"

#include "proto/base/clock.h"

#define JUMP_MS 10000

void wallclock_look(struct wallclock *w) {
	uint64_t mono_ns = clock_mono_ns();
	int64_t offset = (int64_t)clock_wall_ms() - (int64_t)(mono_ns / 1000000);
	if (w->offset_ms && offset - w->offset_ms > JUMP_MS)
		w->jumped_ns = mono_ns;
	w->offset_ms = offset;
}

bool wallclock_jumped(struct wallclock *w, uint64_t seconds) {
	wallclock_look(w);
	return w->jumped_ns && clock_mono_ns() - w->jumped_ns < seconds * 1000000000u;
}
