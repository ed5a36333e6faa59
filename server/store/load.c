/* The time of a room's last event is in its stored bytes. */
#include "server/store/load.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/wire.h"

/* tag, length; tag, seq; tag, time: every stored event begins so. */
static uint64_t event_time(const uint8_t *p, size_t len) {
	uint64_t value = 0;
	size_t at = 0;
	for (int i = 0; i < 3; i++) {
		size_t n = at < len ? wire_get_varint(p + at + 1, len - at - 1, &value) : 0;
		if (n == 0)
			return 0;
		at += 1 + n;
	}
	return value;
}

static void load_head(struct sql *s, struct heads *heads, struct store_room *room) {
	uint64_t time_ms = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT seq, data FROM event WHERE room = ? ORDER BY seq DESC LIMIT 1", "i", room->id);
	if (sql_row(s, row)) {
		room->head = sql_uint(row, 0);
		time_ms = event_time(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1));
		sql_end(row);
	}
	heads_add(heads, room->id, room->head, time_ms);
}

struct store_room *load_rooms(struct sql *s, struct heads *heads, size_t *count) {
	struct store_room *rooms = NULL;
	size_t n = 0, capacity = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT id, name, key, topic, epoch, floor, maker FROM room ORDER BY id", "");
	while (sql_row(s, row)) {
		if (n == capacity) {
			capacity = capacity * 2 + 16;
			rooms = xrealloc(rooms, capacity * sizeof *rooms);
		}
		struct store_room *room = memset(&rooms[n++], 0, sizeof *room);
		room->id = sql_uint(row, 0);
		sql_text(row, 1, room->name, sizeof room->name);
		sql_text(row, 2, room->key, sizeof room->key);
		room->topic = xstrdup((const char *)sqlite3_column_text(row, 3));
		room->epoch = (uint32_t)sql_uint(row, 4);
		room->floor = sql_uint(row, 5);
		room->maker = sql_uint(row, 6);
		load_head(s, heads, room);
	}
	*count = n;
	return rooms;
}

struct store_ban *load_bans(struct sql *s, size_t *count) {
	struct store_ban *bans = NULL;
	size_t n = 0, capacity = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT what, until_ms, reason, shown FROM ban WHERE until_ms = 0 OR until_ms > ?", "i",
	                             clock_wall_ms());
	while (sql_row(s, row)) {
		if (n == capacity) {
			capacity = capacity * 2 + 16;
			bans = xrealloc(bans, capacity * sizeof *bans);
		}
		struct store_ban *ban = memset(&bans[n++], 0, sizeof *ban);
		sql_text(row, 0, ban->what, sizeof ban->what);
		ban->until_ms = sql_uint(row, 1);
		sql_text(row, 2, ban->reason, sizeof ban->reason);
		sql_text(row, 3, ban->shown, sizeof ban->shown);
	}
	*count = n;
	return bans;
}

void load_free_rooms(struct store_room *rooms, size_t count) {
	for (size_t i = 0; i < count; i++)
		free(rooms[i].topic);
	free(rooms);
}
