/*
 * Two lists of rooms: those whose turn it is (due, first come first served)
 * and those that rest after a costly fan-out (paced). A fan-out walks the
 * followers from the last to the first; whoever is not exactly at its start,
 * or has something else waiting, is left to session_fill().
 */
#include "server/room/fanout.h"

#include "proto/base/clock.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "server/room/hub_state.h"
#include "server/room/kept.h"
#include "server/room/pack.h"

#define EVENT_MOST (LIMIT_TEXT + 512)   /* bytes: a text and what is beside it */
#define FULL_LEAST_MS 200
#define FULL_MOST_MS 5000

static void push_due(struct hub *hub, struct room *room) {
	room->due = true;
	room->due_next = NULL;
	if (hub->due_last)
		hub->due_last->due_next = room;
	else
		hub->due_first = room;
	hub->due_last = room;
}

static void pop_due(struct hub *hub) {
	struct room *room = hub->due_first;
	hub->due_first = room->due_next;
	if (!hub->due_first)
		hub->due_last = NULL;
	room->due = false;
	hub->turn_left = FANOUT_TURN;
}

static void push_paced(struct hub *hub, struct room *room) {
	room->paced = true;
	room->due_next = hub->paced;
	if (!hub->paced || room->next_ns < hub->paced_ns)
		hub->paced_ns = room->next_ns;
	hub->paced = room;
}

void fanout_due(struct hub *hub, struct room *room) {
	if (room->due || room->paced)
		return;
	if (room->next_ns > hub_now(hub) + FANOUT_EARLY)
		push_paced(hub, room);
	else
		push_due(hub, room);
}

/* When the next fan-out may start, if the last one's rest is so long. */
static uint64_t start_after(const struct room *room, uint64_t period) {
	uint64_t from = room->rested_ns > room->began_ns ? room->rested_ns : room->began_ns;
	return from + period - FANOUT_CREDIT;
}

/* When the next fan-out is likely to start. */
static uint64_t next_start(const struct room *room, uint64_t now) {
	if (!room->batching)
		return room->next_ns;
	uint64_t planned = start_after(room, room->period_ns);
	uint32_t served = room->follower_count - room->batch_left;
	uint64_t end = now + (now - room->began_ns) * room->batch_left / (served + 1);
	return end > planned ? end : planned;
}

uint64_t fanout_time(struct hub *hub, const struct room *room) {
	uint64_t now = hub->now_ns, latest = now + FANOUT_LIGHT_MAX;
	uint64_t next = next_start(room, now), lead = hub->commit_lead_ns;
	if (next <= now)
		return 0;
	if (next <= now + lead) {   /* too late for that one, unless it goes alone */
		if (!room->posting)
			return 0;
		next += room->period_ns;
	}
	next = next > now + lead ? next - lead : now;
	return next < latest ? next : latest;
}

/* How much may wait for a room's fan-outs: one more event still fits in its log. */
static size_t backlog_of(const struct hub *hub) {
	size_t fits = room_log_share(hub) - EVENT_MOST;
	return fits < FANOUT_BACKLOG ? fits : FANOUT_BACKLOG;
}

bool fanout_full(const struct hub *hub, const struct room *room, uint32_t *retry_ms) {
	size_t backlog = backlog_of(hub), stored = room->sent < room->head ? roomlog_bytes_after(&room->log, room->sent) : 0;
	if (stored < backlog && stored + room->posting_bytes < backlog)
		return false;
	uint64_t ms = 2 * room->period_ns / 1000000;
	*retry_ms = ms < FULL_LEAST_MS ? FULL_LEAST_MS : ms > FULL_MOST_MS ? FULL_MOST_MS : (uint32_t)ms;
	return true;
}

bool fanout_reaches(struct hub *hub, struct room *room, struct session *s) {
	const struct follow *f = room_follow_of(s, room);
	if (!f)
		return false;
	if (room->batching)
		return f->index < room->batch_left;
	return !room->paced && room->next_ns <= hub->now_ns + FANOUT_EARLY;
}

/* More of this room's events are being committed: they shall not miss its fan-out by a hair. */
static bool worth_waiting(struct hub *hub, struct room *room, uint64_t now) {
	if (!room->posting || now > start_after(room, 0) + FANOUT_PATIENCE || !store_commits(hub->store))
		return false;
	room->next_ns = now + 2 * FANOUT_EARLY;
	return true;
}

/* Rooms that have rested long enough become due. */
static void wake_paced(struct hub *hub) {
	if (!hub->paced || hub_now(hub) + FANOUT_EARLY < hub->paced_ns)
		return;
	struct room *room = hub->paced, *next;
	uint64_t now = hub->now_ns;
	for (hub->paced = NULL; room; room = next) {
		next = room->due_next;
		room->paced = false;
		if (room->next_ns <= now + FANOUT_EARLY && !worth_waiting(hub, room, now))
			push_due(hub, room);
		else
			push_paced(hub, room);
	}
}

uint64_t hub_wait_ns(struct hub *hub) {
	if (hub->due_first || hub->ready_first || hub->closing_first || hub->full_first || hub->reap_first)
		return 0;
	if (!hub->paced)
		return UINT64_MAX;
	uint64_t now = hub_now(hub);
	return hub->paced_ns > now + FANOUT_EARLY ? hub->paced_ns - now : 0;
}

/* Everyone is filled from elsewhere: the log no longer has what comes next. */
static void skip_batch(struct room *room) {
	room->sent = room->head;
	for (uint32_t i = 0; i < room->follower_count; i++)
		session_ready(room->followers[i].session);
}

/* How many deflated batches a room may keep, so that all together keep to a bound. */
static uint32_t kept_depth(const struct hub *hub) {
	size_t depth = KEPT_MAX / FANOUT_BATCH_MAX / (hub->room_count + 1);
	return depth > KEPT_BATCHES ? KEPT_BATCHES : depth < 1 ? 1 : (uint32_t)depth;
}

/* Deflates the batch, if it is worth it. */
static void pack(struct hub *hub, struct room *room, uint64_t last) {
	if (!pack_worth(&room->batch, room->follower_count))
		return;
	if (!room->kept)
		room->kept = xcalloc(1, sizeof *room->kept);
	pack_batch(hub->packer, &room->batch, &kept_next(room->kept, kept_depth(hub), room->sent, last)->bytes);
}

/* The batch that runs, deflated; NULL: it is not. */
static const struct buf *packed_batch(const struct room *room) {
	const struct kept_batch *b = room->kept ? kept_newest(room->kept) : NULL;
	return b && b->after == room->batch_after && b->bytes.len ? &b->bytes : NULL;
}

/* Frames the next batch. False: there is nothing to send. */
static bool start_batch(struct hub *hub, struct room *room) {
	const uint8_t *run;
	size_t len;
	if (!room->follower_count)
		room->sent = room->head;
	if (room->sent == room->head)
		return false;
	uint64_t last = roomlog_run(&room->log, room->sent + 1, room->head, FANOUT_BATCH_MAX, &run, &len);
	if (!last) {
		skip_batch(room);
		return false;
	}
	room->batch.len = 0;
	if (!buf_try_reserve(&room->batch, len + EVENTS_FRAME_MAX)) {
		skip_batch(room);
		return false;
	}
	wire_events_frame(&room->batch, room->id, run, len);
	pack(hub, room, last);
	room->batch_after = room->sent;
	room->batch_last = room->sent = last;
	room->batch_left = room->follower_count;
	room->cost_ns = 0;
	room->began_ns = hub_now(hub);
	hub->counts.batches++;
	hub->counts.batch_events += last - room->batch_after;
	return room->batching = true;
}

/* How long after a fan-out's start that cost so much the next one starts. */
static uint64_t period_of(uint64_t cost) {
	uint64_t light = cost * FANOUT_LIGHT, heavy = cost * FANOUT_HEAVY;
	if (light > FANOUT_LIGHT_MAX)
		light = FANOUT_LIGHT_MAX;
	if (heavy > FANOUT_HEAVY_MAX)
		heavy = FANOUT_HEAVY_MAX;
	return light > heavy ? light : heavy;
}

/* The batch went to all: rest, and then what came in the meantime. */
static void end_batch(struct hub *hub, struct room *room) {
	uint64_t period = period_of(room->cost_ns), took = hub_now(hub) - room->began_ns;
	room->batching = false;
	/* A batch that was full means events pile up faster than this: no rest. */
	if (period < took || (room->sent < room->head && room->batch.len > FANOUT_BATCH_MAX / 2))
		period = took;
	room->period_ns = period;
	room->next_ns = start_after(room, period);
	room->rested_ns = room->next_ns + FANOUT_CREDIT;
	hub->counts.pace_ns += period - took;
	hub->counts.paces++;
	pop_due(hub);
	if (room->batch.cap > 4096 && room->sent == room->head)
		buf_free(&room->batch);
	if (room->sent < room->head)
		fanout_due(hub, room);
}

/* Is this follower to be written to directly? */
static bool caught_up(const struct room *room, const struct follower *f) {
	const struct session *s = f->session;
	return f->cursor == room->batch_after && !s->waits && !s->reading &&
		s->state == SESSION_SIGNED_IN;
}

/* What goes to this follower: the batch, after the answers that wait for it. False: no memory for both. */
static bool delivery_to(struct room *room, struct session *s, struct delivery *out) {
	const struct buf *packed = s->deflates ? packed_batch(room) : NULL, *bytes = packed ? packed : &room->batch;
	if (s->out.len) {
		struct buf *mixed = &s->hub->mixed;
		mixed->len = 0;
		if (!buf_try_reserve(mixed, s->out.len + bytes->len))
			return false;
		buf_append(mixed, s->out.data, s->out.len);
		buf_append(mixed, bytes->data, bytes->len);
		bytes = mixed;
	}
	*out = (struct delivery){s, bytes->data, bytes->len};
	return true;
}

/* The next room's turn after some hundred deliveries of this one. */
static void rotate(struct hub *hub) {
	struct room *room = hub->due_first;
	if (hub->turn_left || !room->due_next)
		return;
	pop_due(hub);
	push_due(hub, room);
}

/* Sessions lie anywhere in memory: those of the deliveries to come are asked for early. */
static void fetch_ahead(const struct room *room) {
	if (room->batch_left < 4)
		return;
	const struct follower *soon = &room->followers[room->batch_left - 4];
	__builtin_prefetch(soon->session);
	__builtin_prefetch((const char *)soon->session + 64);
	__builtin_prefetch(soon[2].session->peer);
}

bool fanout_next(struct hub *hub, struct delivery *out) {
	wake_paced(hub);
	while (hub->due_first) {
		rotate(hub);
		struct room *room = hub->due_first;
		if (!room->batching && !start_batch(hub, room)) {
			pop_due(hub);
			continue;
		}
		while (room->batch_left) {
			struct follower *f = &room->followers[--room->batch_left];
			fetch_ahead(room);
			if (!caught_up(room, f) || !delivery_to(room, f->session, out)) {
				if (f->cursor < room->sent || f->session->out.len)
					session_ready(f->session);
				continue;
			}
			if (hub->turn_left)
				hub->turn_left--;
			hub->offered_ns = hub_now(hub);
			return true;
		}
		end_batch(hub, room);
	}
	return false;
}

void fanout_took(struct hub *hub, const struct delivery *delivery) {
	struct room *room = hub->due_first;
	struct follower *f = &room->followers[room->batch_left];
	if (f->session != delivery->to)
		return;
	f->cursor = room->batch_last;
	if (f->session->out.cap) {
		buf_free(&f->session->out);
		session_account(f->session);
	}
	hub->counts.deliveries += room->batch_last - room->batch_after;
	room->cost_ns += hub_now(hub) - hub->offered_ns;
}
