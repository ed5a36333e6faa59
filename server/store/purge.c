/*
 * The ids are UUIDs of version 7 and begin with a time, so the old ones come
 * first. That time is the client's clock; what decides is ours (time_ms), and
 * an id from a clock that was behind is stepped over until it is old.
 */
#include "server/store/purge.h"

#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"

#define SLICE_ROWS 500
#define SLICE_PAUSE_NS 200000000ull
#define FIRST_WALK_NS 60000000000ull
#define DOUBT_NS 600000000000ull                /* how long a clock may take to be set */
#define DOUBT_MS (30ull * 24 * 3600 * 1000)     /* so long unused is more likely a wrong clock */
#define JUMP_MS (24ull * 3600 * 1000)           /* how far the clock may be set ahead while we run */
#define WALK_PAUSE_NS 3600000000000ull

void purge_init(struct purge *p, uint64_t newest_ms) {
	*p = (struct purge){ .start_wall_ms = clock_wall_ms(), .start_mono_ns = clock_mono_ns() };
	p->due_ns = p->start_mono_ns + (p->start_wall_ms > newest_ms + DOUBT_MS ? DOUBT_NS : FIRST_WALK_NS);
}

/* The wall clock, but not beyond what has passed since the start. */
static uint64_t trusted_ms(const struct purge *p) {
	uint64_t wall = clock_wall_ms();
	uint64_t most = p->start_wall_ms + (clock_mono_ns() - p->start_mono_ns) / 1000000 + JUMP_MS;
	return wall < most ? wall : most;
}

/* A clock that begins at 1970 makes nothing old. */
static uint64_t before(uint64_t now, uint64_t age) {
	return now > age ? now - age : 0;
}

uint64_t purge_due_ns(const struct purge *p) {
	return p->due_ns;
}

static void id_of_time(uint8_t id[16], uint64_t ms) {
	memset(id, 0, 16);
	for (int i = 0; i < 6; i++)
		id[i] = (uint8_t)(ms >> (8 * (5 - i)));
}

/* Where a slice that begins at p ends; false: the walk ends within it. */
static bool find_slice_end(struct purge *p, struct sql *s, const uint8_t limit[16], uint8_t id[16], uint64_t *user) {
	sqlite3_stmt *row = sql_bind(s,
		"SELECT id, user FROM dedup WHERE (id, user) >= (?, ?) AND id < ? ORDER BY id, user LIMIT 1 OFFSET ?",
		"bibi", p->from_id, (size_t)16, p->from_user, limit, (size_t)16, (uint64_t)SLICE_ROWS);
	if (!sql_row(s, row))
		return false;
	memcpy(id, sqlite3_column_blob(row, 0), 16);
	*user = sql_uint(row, 1);
	sql_end(row);
	return true;
}

bool purge_slice(struct purge *p, struct sql *s) {
	uint64_t now = trusted_ms(p);
	uint8_t limit[16], end[16];
	uint64_t end_user = 0;
	id_of_time(limit, before(now, PURGE_DEDUP_MS));
	sql_do(s, "BEGIN IMMEDIATE", "");
	bool more = find_slice_end(p, s, limit, end, &end_user);
	if (!more)
		memcpy(end, limit, sizeof end);
	int gone = sql_do(s, "DELETE FROM dedup WHERE (id, user) >= (?, ?) AND (id, user) < (?, ?) AND time_ms < ?", "bibii",
	                  p->from_id, (size_t)16, p->from_user, end, (size_t)16, end_user, before(now, PURGE_DEDUP_MS));
	if (!more) {
		sql_do(s, "DELETE FROM ban WHERE until_ms > 0 AND until_ms <= ?", "i", now);
		sql_do(s, "DELETE FROM session WHERE seen_ms < ?", "i", before(now, PURGE_SESSION_MS));
	}
	sql_do(s, "COMMIT", "");
	p->due_ns = clock_mono_ns() + (more ? SLICE_PAUSE_NS : WALK_PAUSE_NS);
	if (s->error)
		return false;
	memset(p->from_id, 0, sizeof p->from_id);
	p->from_user = 0;
	if (more) {
		memcpy(p->from_id, end, sizeof end);
		p->from_user = end_user;
	}
	if (gone > 0)
		LOG(STORE, DEBUG, "event=purged ids=%d", gone);
	return true;
}
