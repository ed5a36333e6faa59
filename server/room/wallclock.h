/*
 * Was the wall clock set ahead? What has waited by it (a guest's name, held for
 * an hour, say) has then not waited so long, and nobody knows how long.
 */
#ifndef APPCHAT_SERVER_ROOM_WALLCLOCK_H
#define APPCHAT_SERVER_ROOM_WALLCLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct wallclock {
	int64_t offset_ms;       /* of the wall clock from the monotonic one, when last looked at */
	uint64_t jumped_ns;      /* when it was found to have been set ahead; 0: never */
};

/* Looks at both clocks. Call it every second or so: what is set little by little is no jump. */
void wallclock_look(struct wallclock *w);
/* Looks, and says whether it was set ahead within the last so many seconds. */
bool wallclock_jumped(struct wallclock *w, uint64_t seconds);

#endif
