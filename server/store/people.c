/* Users and their rooms. */
#include "server/store/people.h"

#include "proto/base/buf.h"

bool people_user(struct sql *s, uint64_t id, struct store_user *out) {
	sqlite3_stmt *row = sql_bind(s, "SELECT id, name, guest FROM user WHERE id = ?", "i", id);
	if (!sql_row(s, row))
		return false;
	out->id = sql_uint(row, 0);
	sql_text(row, 1, out->name, sizeof out->name);
	out->guest = sql_uint(row, 2) != 0;
	sql_end(row);
	return true;
}

struct store_membership *people_rooms(struct sql *s, uint64_t user, size_t *count) {
	struct store_membership *rooms = NULL;
	size_t n = 0, capacity = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT room, read_seq FROM member WHERE user = ? ORDER BY room", "i", user);
	while (sql_row(s, row)) {
		if (n == capacity) {
			capacity = capacity * 2 + 8;
			rooms = xrealloc(rooms, capacity * sizeof *rooms);
		}
		rooms[n++] = (struct store_membership){ sql_uint(row, 0), sql_uint(row, 1) };
	}
	*count = n;
	return rooms;
}
