/* Being in rooms, what was read there, and bans. */
#include "proto/base/clock.h"
#include "server/store/writer.h"

static const char find_mark[] = "SELECT read_seq FROM member WHERE user = ? AND room = ?";

enum store_result write_join(struct writer *w, struct store_op *op) {
	struct store_join *j = (struct store_join *)op;
	struct sql *s = &w->sql;
	uint64_t stored = sql_number(s, UINT64_MAX, find_mark, "ii", j->user, j->room);
	if (!heads_find(&w->heads, j->room))
		return STORE_NOT_FOUND;
	if (stored != UINT64_MAX) {
		j->read_seq = stored;
		return STORE_OK;
	}
	if (sql_number(s, 0, "SELECT count(*) FROM member WHERE user = ?", "i", j->user) >= j->max_rooms)
		return STORE_LIMIT;
	sql_do(s, "INSERT INTO member (user, room, read_seq) VALUES (?, ?, ?)", "iii", j->user, j->room, j->read_seq);
	return STORE_OK;
}

enum store_result write_leave(struct writer *w, struct store_op *op) {
	struct store_join *j = (struct store_join *)op;
	if (!heads_find(&w->heads, j->room))
		return STORE_NOT_FOUND;
	sql_do(&w->sql, "DELETE FROM member WHERE user = ? AND room = ?", "ii", j->user, j->room);
	return STORE_OK;
}

enum store_result write_read_mark(struct writer *w, struct store_op *op) {
	struct store_read_mark *m = (struct store_read_mark *)op;
	const struct head *head = heads_find(&w->heads, m->room);
	uint64_t stored = sql_number(&w->sql, UINT64_MAX, find_mark, "ii", m->user, m->room);
	if (!head || stored == UINT64_MAX)
		return STORE_NOT_FOUND;
	uint64_t seq = m->seq < head->seq ? m->seq : head->seq;
	if (seq > stored)
		sql_do(&w->sql, "UPDATE member SET read_seq = ? WHERE user = ? AND room = ?", "iii", seq, m->user, m->room);
	return STORE_OK;
}

enum store_result write_ban(struct writer *w, struct store_op *op) {
	const struct store_ban *b = (const struct store_ban *)op;
	sql_do(&w->sql, "INSERT OR REPLACE INTO ban (what, until_ms, reason, shown) VALUES (?, ?, ?, ?)", "titt",
	       b->what, b->until_ms, b->reason, b->shown);
	return STORE_OK;
}

enum store_result write_unban(struct writer *w, struct store_op *op) {
	const struct store_ban *b = (const struct store_ban *)op;
	int gone = sql_do(&w->sql, "DELETE FROM ban WHERE what = ? AND (until_ms = 0 OR until_ms > ?)", "ti",
	                  b->what, clock_wall_ms());
	return gone > 0 ? STORE_OK : STORE_NOT_FOUND;
}
