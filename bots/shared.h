/*
 * Frames that many bots get alike, kept once. What a bot receives is compared
 * with the kept copy as it arrives, piece by piece, so a bot in the middle of
 * a frame holds no bytes of it, and a frame is inflated, decoded and verified
 * once. A copy may grow while several bots get its bytes at different speeds.
 *
 *   bot --(users)--> shared_frame <--(place, the 64 last used)-- shared
 *
 * A frame whose place was given away lives until no bot is in the middle of it.
 */
#ifndef APPCHAT_BOTS_SHARED_H
#define APPCHAT_BOTS_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

#define SHARED_PLACES 64
#define SHARED_HEAD 16      /* bytes by which a frame is looked up */
#define SHARED_MIN 64       /* smaller frames are not worth it */

/* What was found in a whole frame. */
enum shared_kind {
	SHARED_UNOPENED,
	SHARED_EVENTS,      /* a run of events of one room */
	SHARED_OTHER,       /* some other frame, or events in another shape */
	SHARED_BROKEN,      /* cannot be inflated */
};

struct shared_frame {
	size_t size, have;          /* bytes of the frame, and those that have come so far */
	uint8_t *bytes;
	uint32_t users;             /* bots in the middle of it */
	bool placed;
	enum shared_kind kind;
	struct buf inflated;        /* what was deflated in it */
	uint64_t room;              /* SHARED_EVENTS: the run and its room */
	const uint8_t *run;
	size_t run_len;
	uint64_t first, last;       /* verified: the run is these of the room's log; 0: not */
};

struct shared;

struct shared *shared_new(void);
void shared_free(struct shared *s);

/* May a frame of this size that begins with these bytes be shared? */
bool shared_fits(size_t size, const uint8_t *data, size_t len);
/* The frame of this size that begins with these bytes (at least SHARED_HEAD)
 * as far as it is known; a new one when there is none. The caller becomes one
 * of its users, until shared_leave(). */
struct shared_frame *shared_begin(struct shared *s, size_t size, const uint8_t *data, size_t len);
/* Are these its bytes from done on? What was not known yet is kept. */
bool shared_go_on(struct shared_frame *f, size_t done, const uint8_t *data, size_t len);
/* The caller uses it no more. f may be NULL. */
void shared_leave(struct shared_frame *f);

#endif
