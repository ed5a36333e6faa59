/*
 * Forgets what is too old to matter, in small slices while nothing else is to
 * be written: message ids after 30 days, bans that have run out, sessions not
 * used for 180 days (their tokens are void then). A clock that jumps ahead must
 * not make everything old: time goes on from the start of the process, and a
 * clock that is far ahead at the start is given time to be set.
 */
#ifndef APPCHAT_SERVER_STORE_PURGE_H
#define APPCHAT_SERVER_STORE_PURGE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/store/sql.h"

#define PURGE_DEDUP_MS (30ull * 24 * 3600 * 1000)
#define PURGE_SESSION_MS (180ull * 24 * 3600 * 1000)

struct purge {
	uint64_t due_ns;       /* of clock_mono_ns() */
	uint64_t start_wall_ms, start_mono_ns;
	uint8_t from_id[16];   /* where the walk through the ids goes on */
	uint64_t from_user;
};

/* newest_ms: when the store was last in use, by what is in it. */
void purge_init(struct purge *p, uint64_t newest_ms);
/* When the next slice is due. */
uint64_t purge_due_ns(const struct purge *p);
/* Runs one slice in a transaction of its own; false: it failed, roll back. */
bool purge_slice(struct purge *p, struct sql *s);

#endif
