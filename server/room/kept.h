/*
 * The last batches of a busy room as they went out deflated: whoever lags by a
 * few of them is sent the same bytes, and not the events as they are.
 */
#ifndef APPCHAT_SERVER_ROOM_KEPT_H
#define APPCHAT_SERVER_ROOM_KEPT_H

#include <stdint.h>

#include "proto/base/buf.h"

#define KEPT_BATCHES 8                  /* of one room, at most */
#define KEPT_MAX (64u * 1024 * 1024)    /* bytes of all rooms' together, but for the newest of each */

struct kept_batch {
	uint64_t after, last;   /* its events: after+1..last */
	struct buf bytes;       /* a WebSocket message; empty: not worth deflating */
};

/* A ring; all zero is an empty one. */
struct kept {
	struct kept_batch batch[KEPT_BATCHES];
	uint32_t newest;
};

/* The slot of the next batch, over the oldest of `depth` (1 to KEPT_BATCHES); its bytes are to be written. */
struct kept_batch *kept_next(struct kept *k, uint32_t depth, uint64_t after, uint64_t last);
/* The newest batch. */
struct kept_batch *kept_newest(struct kept *k);
/* The batch that begins after this event; NULL: none, or it is not deflated. */
const struct kept_batch *kept_find(const struct kept *k, uint64_t after);
/* Where the first batch begins that is after this event, or `to`: what comes before cannot be had from here. */
uint64_t kept_start(const struct kept *k, uint64_t after, uint64_t to);
/* Drops them all. */
void kept_free(struct kept *k);

#endif
