/*
 * Forgets what is too old to matter, in small slices while nothing else is to
 * be written: message ids after 30 days, bans that have run out, sessions not
 * used for 180 days (their tokens are void then).
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
	uint8_t from_id[16];   /* where the walk through the ids goes on */
	uint64_t from_user;
};

void purge_init(struct purge *p);
/* When the next slice is due. */
uint64_t purge_due_ns(const struct purge *p);
/* Runs one slice in a transaction of its own; false: it failed, roll back. */
bool purge_slice(struct purge *p, struct sql *s);

#endif
