/*
 * Filling: a session that is behind gets its answers, then events of the
 * active room, then of the other rooms by turns, merged into frames; from the
 * rooms' logs in memory, from the store what is older, and a Gap where that is
 * very far back.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "server/room/hub_state.h"
#include "server/room/kept.h"

#define RUN_MAX 65000   /* bytes of events in one frame */

/* ---- from the store ---- */

struct fill_read {
	struct store_range range;
	struct hub *hub;
	struct session_ref ref;
};

/* What was read goes before anything else, unless the cursor moved meanwhile. */
static void take_read(struct session *s, const struct store_range *range) {
	struct room *room = room_by_id(s->hub, range->room);
	struct follower *f = room ? room_follower(s, room) : NULL;
	if (!f || f->cursor + 1 != range->from || range->op.result != STORE_OK)
		return;
	if (!range->count || range->first != range->from) {
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_UNSPECIFIED, "The log could not be read.", 5000);
		return;
	}
	if (!buf_try_reserve(&s->out, range->events.len + EVENTS_FRAME_MAX)) {
		session_overflow(s);
		return;
	}
	wire_events_frame(&s->out, room->id, range->events.data, range->events.len);
	session_account(s);
	f->cursor = range->last;
	s->hub->counts.deliveries += range->count;
}

static void read_done(struct store_op *op) {
	struct fill_read *r = (struct fill_read *)op;
	struct session *s = session_get(r->hub, r->ref);
	r->hub->operations--;
	if (s) {
		s->reading = false;
		take_read(s, &r->range);
		/* A failing store is asked again at the next tick, not in a circle. */
		if (op->result == STORE_OK)
			session_ready(s);
	}
	free(r->range.events.data);
	free(r);
}

static void start_read(struct session *s, struct room *room, const struct follower *f) {
	struct fill_read *r = xcalloc(1, sizeof *r);
	r->hub = s->hub;
	r->ref = session_ref(s);
	r->range.op.kind = STORE_RANGE;
	r->range.op.done = read_done;
	r->range.room = room->id;
	r->range.from = f->cursor + 1;
	r->range.forward = true;
	uint64_t want = room->sent - f->cursor;
	r->range.max_events = want < 1000 ? (uint32_t)want : 1000;
	r->range.max_bytes = RUN_MAX;
	s->reading = true;
	hub_submit(s->hub, &r->range.op);
}

/* ---- gaps ---- */

static void send_gap(struct session *s, struct room *room, struct follower *f, uint64_t to) {
	Appchat__Gap gap = APPCHAT__GAP__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	gap.room = room->id;
	gap.from = f->cursor + 1;
	gap.to = to;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_GAP;
	frame.gap = &gap;
	f->cursor = to;
	session_send(s, &frame);
}

/* ---- filling ---- */

/* The batch that begins where this follower is, as all others got it. */
static bool fill_kept(struct session *s, const struct room *room, struct follower *f, struct buf *out) {
	const struct kept_batch *b = s->deflates && room->kept ? kept_find(room->kept, f->cursor) : NULL;
	if (!b || !buf_try_reserve(out, b->bytes.len))
		return false;
	buf_append(out, b->bytes.data, b->bytes.len);
	s->hub->counts.deliveries += b->last - f->cursor;
	f->cursor = b->last;
	return true;
}

/* Brings one room forward. True when bytes went to out or to s->out. */
static bool fill_room(struct session *s, struct follow *follow, struct buf *out) {
	struct room *room = follow->room;
	struct follower *f = &room->followers[follow->index];
	const uint8_t *run;
	size_t len;
	if (f->cursor >= room->sent)
		return false;
	if (f->cursor + 1 < room->floor) {
		send_gap(s, room, f, room->floor - 1);
		return true;
	}
	if (fill_kept(s, room, f, out))
		return true;
	uint64_t to = s->deflates && room->kept ? kept_start(room->kept, f->cursor, room->sent) : room->sent;
	uint64_t last = roomlog_run(&room->log, f->cursor + 1, to, RUN_MAX, &run, &len);
	if (!last && room->sent - f->cursor > LIMIT_GAP_EVENTS) {
		send_gap(s, room, f, room->sent);
		return true;
	}
	if (!last) {
		start_read(s, room, f);
		return false;
	}
	if (!buf_try_reserve(out, len + EVENTS_FRAME_MAX)) {
		session_overflow(s);
		return false;
	}
	wire_events_frame(out, room->id, run, len);
	s->hub->counts.deliveries += last - f->cursor;
	f->cursor = last;
	return true;
}

static void take_out(struct session *s, struct buf *out) {
	if (!out->len && out->cap < s->out.len) {   /* hand the memory over */
		struct buf empty = *out;
		*out = s->out;
		s->out = empty;
		s->out.len = 0;
	} else if (buf_try_reserve(out, s->out.len)) {
		buf_append(out, s->out.data, s->out.len);
		s->out.len = 0;
	} else {
		session_overflow(s);
	}
	buf_free(&s->out);
}

static bool fill_active(struct session *s, struct buf *out) {
	for (uint32_t i = 0; i < s->follow_count; i++)
		if (s->follows[i].room->id == s->active)
			return fill_room(s, &s->follows[i], out);
	return false;
}

static bool fill_next(struct session *s, struct buf *out) {
	for (uint32_t i = 0; i < s->follow_count && !s->reading; i++) {
		uint32_t at = (s->follow_next + i) % s->follow_count;
		if (fill_room(s, &s->follows[at], out)) {
			s->follow_next = at + 1;
			return true;
		}
	}
	return false;
}

size_t session_fill(struct session *s, struct buf *out, size_t cap) {
	size_t before = out->len;
	if (s->waits)
		session_progress(s);
	s->waits = false;
	do {
		if (s->out.len)
			take_out(s, out);
		if (s->state != SESSION_SIGNED_IN || s->reading)
			break;
	} while (out->len - before < cap && (fill_active(s, out) || (!s->reading && fill_next(s, out))));
	if (s->out.len)
		take_out(s, out);
	session_account(s);
	return out->len - before;
}
