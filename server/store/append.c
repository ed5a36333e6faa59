/*
 * Appending to a room's log, exactly once by client_msg_id, and making rooms
 * (a room begins with its first event). An event is encoded here for the only
 * time: tag and length of Events' field 2, seq, time, then the body as given.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/wire.h"
#include "server/store/schema.h"
#include "server/store/writer.h"

#define FOLLOW_MS 10000

enum { EVENTS_EVENT = 2, EVENT_SEQ = 1, EVENT_TIME = 2 };   /* field numbers of appchat.proto */

static struct store_bytes encode(uint64_t seq, uint64_t time_ms, const uint8_t *body, size_t len) {
	size_t inner = 2 + wire_varint_size(seq) + wire_varint_size(time_ms) + len;
	size_t size = 1 + wire_varint_size(inner) + inner;
	uint8_t *p = malloc(size);
	size_t n = 0;
	if (!p)
		return (struct store_bytes){ NULL, 0 };
	p[n++] = EVENTS_EVENT << 3 | WIRE_BYTES;
	n += wire_put_varint(p + n, inner);
	p[n++] = EVENT_SEQ << 3 | WIRE_VARINT;
	n += wire_put_varint(p + n, seq);
	p[n++] = EVENT_TIME << 3 | WIRE_VARINT;
	n += wire_put_varint(p + n, time_ms);
	if (len > 0)
		memcpy(p + n, body, len);
	return (struct store_bytes){ p, size };
}

/* An event for which there was no memory fails its group: all of it may be tried again. */
static void insert_event(struct writer *w, uint64_t room, uint64_t seq, struct store_bytes event) {
	if (!event.data && !w->sql.error)
		w->sql.error = SQLITE_NOMEM;
	sql_do(&w->sql, "INSERT INTO event (room, seq, data) VALUES (?, ?, ?)", "iib",
	       room, seq, event.data, event.len);
}

/* Claims the id for this append; false when it is claimed already. */
static bool claim_id(struct writer *w, const struct store_append *a) {
	return sql_do(&w->sql,
		"INSERT INTO dedup (id, user, room, seq, time_ms, hash) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		"biiiib", a->msg_id, sizeof a->msg_id, a->user, a->room, a->seq, a->time_ms,
		a->content_hash, sizeof a->content_hash) > 0;
}

static enum store_result recall(struct writer *w, struct store_append *a) {
	enum store_result result = STORE_CONFLICT;
	sqlite3_stmt *row = sql_bind(&w->sql, "SELECT seq, time_ms, hash FROM dedup WHERE id = ? AND user = ?", "bi",
	                             a->msg_id, sizeof a->msg_id, a->user);
	a->seq = a->time_ms = 0;
	if (!sql_row(&w->sql, row))
		return w->sql.error ? STORE_TEMPORARY : STORE_NOT_FOUND;
	if (sqlite3_column_bytes(row, 2) == sizeof a->content_hash
	    && memcmp(sqlite3_column_blob(row, 2), a->content_hash, sizeof a->content_hash) == 0) {
		a->seq = sql_uint(row, 0);
		a->time_ms = sql_uint(row, 1);
		result = STORE_DUPLICATE;
	}
	sql_end(row);
	return result;
}

/* Times in a room rise, as long as the clock was set back by little. One event
 * from a clock that was far ahead must not fix the room's time there. */
static uint64_t next_time_ms(uint64_t now, uint64_t last) {
	return last > now && last - now <= FOLLOW_MS ? last : now;
}

enum store_result write_append(struct writer *w, struct store_op *op) {
	struct store_append *a = (struct store_append *)op;
	const struct head *head = heads_find(&w->heads, a->room);
	a->event = (struct store_bytes){ 0 };
	a->seq = a->time_ms = 0;
	if (!a->body)
		return recall(w, a);
	if (!head)
		return STORE_NOT_FOUND;
	a->seq = head->seq + 1;
	a->time_ms = next_time_ms(clock_wall_ms(), head->time_ms);
	if (!claim_id(w, a))
		return w->sql.error ? STORE_TEMPORARY : recall(w, a);
	a->event = encode(a->seq, a->time_ms, a->body, a->body_len);
	insert_event(w, a->room, a->seq, a->event);
	if (a->topic)
		sql_do(&w->sql, "UPDATE room SET topic = ? WHERE id = ?", "ti", a->topic, a->room);
	heads_advance(&w->heads, a->room, a->seq, a->time_ms);
	return STORE_OK;
}

enum store_result write_room_new(struct writer *w, struct store_op *op) {
	struct store_room_new *r = (struct store_room_new *)op;
	struct sql *s = &w->sql;
	r->event = (struct store_bytes){ 0 };
	if (sql_number(s, 0, "SELECT 1 FROM room WHERE key = ?", "t", r->key))
		return STORE_TAKEN;
	if (sql_number(s, 0, "SELECT count(*) FROM room WHERE maker = ?", "i", r->user) >= r->max_rooms)
		return STORE_LIMIT;
	r->room = heads_new_id(&w->heads);
	r->epoch = schema_new_epoch(0);
	r->seq = 1;
	r->time_ms = clock_wall_ms();
	r->event = encode(r->seq, r->time_ms, r->body, r->body_len);
	sql_do(s, "INSERT INTO room (id, name, key, topic, epoch, maker, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)", "itttiii",
	       r->room, r->name, r->key, r->topic ? r->topic : "", (uint64_t)r->epoch, r->user, r->time_ms);
	insert_event(w, r->room, r->seq, r->event);
	sql_do(s, "INSERT INTO member (user, room, read_seq) VALUES (?, ?, ?)", "iii", r->user, r->room, r->seq);
	heads_add(&w->heads, r->room, r->seq, r->time_ms);
	return STORE_OK;
}
