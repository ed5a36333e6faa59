/* Frames from the server: events straight to the verifier, the rest by a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bots/bot.h"
#include "bots/inflate.h"
#include "bots/shared.h"
#include "bots/swarm.h"
#include "proto/base/clock.h"
#include "proto/wire.h"

typedef void take_fn(struct bot *b, const Appchat__ServerFrame *frame);

static void malformed(struct bot *b, const char *what) {
	b->swarm->tally.malformed++;
	swarm_complain(b->swarm, "the server sent %s", what);
	wsconn_close(&b->conn, what);
}

/* ---- Events ---------------------------------------------------------------------- */

/* The usual shape, without unpacking: field 14 alone, in it the room and then
 * the run. Returns the run; NULL: some other shape. */
static const uint8_t *open_events(const uint8_t *p, size_t len, uint64_t *room, size_t *run_len) {
	const uint8_t *end = p + len;
	uint64_t inner;
	if (len < 4 || *p++ != (14 << 3 | WIRE_BYTES))
		return NULL;
	size_t n = wire_get_varint(p, (size_t)(end - p), &inner);
	if (!n || inner != (uint64_t)(end - p) - n || !inner || p[n] != (1 << 3 | WIRE_VARINT))
		return NULL;
	p += n + 1;
	n = wire_get_varint(p, (size_t)(end - p), room);
	*run_len = (size_t)(end - p) - n;
	return n ? p + n : NULL;
}

static void take_run(struct bot *b, uint64_t room, const uint8_t *run, size_t len) {
	struct swarm *s = b->swarm;
	if (room != s->rooms[b->room].id || b->state < BOT_FOLLOWING) {
		s->tally.errors++;
		swarm_complain(s, "events came of a room that is not followed");
		return;
	}
	if (!verify_run(s->verify, b->room, &b->follow, run, len, s->net.now))
		malformed(b, "events that cannot be read");
	bot_advanced(b);
}

/* Another shape than the usual one: packed once more into that. */
static void take_events(struct bot *b, const Appchat__ServerFrame *frame) {
	Appchat__Events events = APPCHAT__EVENTS__INIT;
	events.event = frame->events->event;
	events.n_event = frame->events->n_event;
	size_t len = appchat__events__get_packed_size(&events);
	uint8_t *run = xmalloc(len);
	appchat__events__pack(&events, run);
	take_run(b, frame->events->room, run, len);
	free(run);
}

static void take_gap(struct bot *b, const Appchat__ServerFrame *frame) {
	struct swarm *s = b->swarm;
	s->tally.gaps++;
	verify_gap(s->verify, &b->follow, frame->gap->from, frame->gap->to);
	bot_advanced(b);
	if (!b->history_request && b->state == BOT_READY)
		answers_fetch(b);
}

void answers_fetch(struct bot *b) {
	const struct hole *hole = verify_announced(&b->follow);
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__History ask = APPCHAT__HISTORY__INIT;
	if (!hole)
		return;
	ask.room = b->swarm->rooms[b->room].id;
	ask.after = hole->from - 1;
	ask.forward = true;
	ask.limit = LIMIT_HISTORY_EVENTS;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HISTORY;
	frame.history = &ask;
	b->history_request = bot_request(b, &frame);
}

/* A page of history came: what of it was asked for is taken, and more asked for. */
static void take_page(struct bot *b, uint64_t room, const uint8_t *run, size_t len) {
	const struct hole *hole = verify_announced(&b->follow);
	size_t count, cut = hole ? verify_cut(run, len, hole->to, &count) : 0;
	b->history_request = 0;
	if (!hole)
		return;
	b->swarm->tally.fetched += count;
	if (!count) {
		malformed(b, "a page of history without what was asked for");
		return;
	}
	take_run(b, room, run, cut);
	answers_fetch(b);
}

/* The usual shape, without unpacking: request, then the page: room, events, the rest. */
static bool open_page(struct bot *b, const uint8_t *p, size_t len) {
	const uint8_t *end = p + len;
	uint64_t request, inner, room;
	size_t n = len > 1 && *p == (1 << 3 | WIRE_VARINT) ? wire_get_varint(p + 1, len - 1, &request) : 0;
	if (!n || !request || request != b->history_request)
		return false;
	p += 1 + n;
	n = p < end && *p == (10 << 3 | WIRE_BYTES) ? wire_get_varint(p + 1, (size_t)(end - p) - 1, &inner) : 0;
	if (!n || inner != (uint64_t)(end - p) - 1 - n || inner < 2)
		return false;
	p += 1 + n;
	n = *p == (1 << 3 | WIRE_VARINT) ? wire_get_varint(p + 1, (size_t)(end - p) - 1, &room) : 0;
	if (n)
		take_page(b, room, p + 1 + n, (size_t)(end - p) - 1 - n);
	return n > 0;
}

/* ---- Getting ready, talking, health ---------------------------------------------- */

static bool of_setup(struct bot *b, const Appchat__ServerFrame *frame, enum bot_state state) {
	return frame->request && frame->request == b->setup_request && b->state == state;
}

static void take_done(struct bot *b, const Appchat__ServerFrame *frame) {
	if (of_setup(b, frame, BOT_FOLLOWING))
		bot_followed(b);
	else if (of_setup(b, frame, BOT_LEAVING))
		b->known = false; /* Bye and the end of the connection follow */
}

static void take_welcome(struct bot *b, const Appchat__ServerFrame *frame) {
	if (of_setup(b, frame, BOT_GREETING))
		bot_welcomed(b, frame->welcome);
}

static void take_signed_in(struct bot *b, const Appchat__ServerFrame *frame) {
	if (of_setup(b, frame, BOT_CLAIMING))
		bot_signed_in(b, frame->signed_in);
}

static void take_room_state(struct bot *b, const Appchat__ServerFrame *frame) {
	struct bot_room *room = &b->swarm->rooms[b->room];
	if (of_setup(b, frame, BOT_JOINING)) {
		bot_room_state(b, frame->room_state);
	} else if (!frame->request && frame->room_state->id == room->id && frame->room_state->epoch != room->epoch) {
		b->swarm->tally.strangers++;
		swarm_complain(b->swarm, "room %s has a new epoch: its log was replaced", room->name);
	}
}

static void take_ack(struct bot *b, const Appchat__ServerFrame *frame) {
	if (talk_acked(b, frame->request, frame->send_ack))
		return;
	b->swarm->tally.errors++;
	swarm_complain(b->swarm, "an acknowledgement came that belongs to nothing sent");
}

static void take_error(struct bot *b, const Appchat__ServerFrame *frame) {
	const Appchat__Error *error = frame->error;
	uint32_t request = frame->request;
	if (request && request == b->setup_request) {
		bot_setup_error(b, error);
		return;
	}
	if (request && talk_refused(b, request, error))
		return;
	if (request && request == b->history_request)
		b->history_request = 0;
	if (request && request == b->ping_request)
		b->ping_request = 0;
	b->swarm->tally.errors += !error->temporary;
	swarm_complain(b->swarm, "the server answered: %s", error->text);
}

static void take_pong(struct bot *b, const Appchat__ServerFrame *frame) {
	if (frame->request != b->ping_request)
		return;
	uint64_t now = b->swarm->net.now;
	if (b->swarm->phase == PHASE_LOAD && !b->follow.aside)
		hist_add(&b->swarm->ping_second, now > b->ping_sent ? now - b->ping_sent : 0, 1);
	b->ping_request = 0;
	b->attempts = 0;
}

static void take_bye(struct bot *b, const Appchat__ServerFrame *frame) {
	b->bye_after_ms = frame->bye->retry_after_ms;
	switch (frame->bye->reason) {
	case APPCHAT__CLOSE_REASON__CLOSE_KICKED:
	case APPCHAT__CLOSE_REASON__CLOSE_BANNED:
	case APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL:
		b->bye_final = true;
		break;
	default:
		break;
	}
	if (b->state != BOT_LEAVING && frame->bye->reason != APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN)
		swarm_complain(b->swarm, "the server said goodbye: %s", frame->bye->text);
}

/* The first and the last answer of the load; the last one may come just after it. */
static void note_load(struct server_figures *f, enum phase phase, uint64_t total, uint64_t now) {
	if (phase < PHASE_LOAD || f->complete)
		return;
	if (!f->first_at) {
		f->first_ms = total;
		f->first_at = now;
	}
	f->last_ms = total;
	f->last_at = now;
	f->complete = phase > PHASE_LOAD;
}

static void take_stats(struct bot *b, const Appchat__ServerFrame *frame) {
	struct server_figures *f = &b->swarm->server;
	const Appchat__ServerStats *stats = frame->server_stats;
	uint64_t now = b->swarm->net.now;
	if (f->known && stats->cpu_ms < f->seen_ms)   /* it was started again: it counts from 0 */
		f->before_ms += f->seen_ms;
	uint64_t total = f->before_ms + stats->cpu_ms;
	if (f->known && now > f->seen_at)
		f->cpu_now = (double)(total - f->seen_total) * 1e8 / (double)(now - f->seen_at);
	f->seen_ms = stats->cpu_ms;
	f->seen_total = total;
	f->seen_at = now;
	f->known = true;
	note_load(f, b->swarm->phase, total, now);
	f->rss_now = stats->rss_bytes;
	if (stats->rss_bytes > f->rss_max)
		f->rss_max = stats->rss_bytes;
	f->clients = stats->clients;
	f->lagging = stats->lagging;
	f->deliveries_per_second = stats->deliveries_per_second;
	b->stats_request = 0;
}

static take_fn *const takers[] = {
	[APPCHAT__SERVER_FRAME__BODY_DONE] = take_done,
	[APPCHAT__SERVER_FRAME__BODY_ERROR] = take_error,
	[APPCHAT__SERVER_FRAME__BODY_WELCOME] = take_welcome,
	[APPCHAT__SERVER_FRAME__BODY_SIGNED_IN] = take_signed_in,
	[APPCHAT__SERVER_FRAME__BODY_ROOM_STATE] = take_room_state,
	[APPCHAT__SERVER_FRAME__BODY_SEND_ACK] = take_ack,
	[APPCHAT__SERVER_FRAME__BODY_PONG] = take_pong,
	[APPCHAT__SERVER_FRAME__BODY_SERVER_STATS] = take_stats,
	[APPCHAT__SERVER_FRAME__BODY_EVENTS] = take_events,
	[APPCHAT__SERVER_FRAME__BODY_GAP] = take_gap,
	[APPCHAT__SERVER_FRAME__BODY_BYE] = take_bye,
};

static void take_plain(struct bot *b, const uint8_t *data, size_t len) {
	if (b->history_request && open_page(b, data, len))
		return;
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, data);
	if (!frame) {
		malformed(b, "a frame that cannot be read");
		return;
	}
	size_t body = (size_t)frame->body_case;
	if (body < sizeof takers / sizeof *takers && takers[body])
		takers[body](b, frame);
	appchat__server_frame__free_unpacked(frame, NULL);
}

/* ---- Frames that many get -------------------------------------------------------- */

/* Looks into a whole frame, once for all bots. */
static void open_shared(struct swarm *s, struct shared_frame *f) {
	size_t packed_len, len = f->size;
	const uint8_t *data = f->bytes, *packed = wire_deflated(data, len, &packed_len);
	f->kind = SHARED_BROKEN;
	if (packed) {
		if (!inflater_into(s->inflater, &f->inflated, packed, packed_len))
			return;
		data = f->inflated.data;
		len = f->inflated.len;
		if (wire_deflated(data, len, &packed_len))
			return;
	}
	f->run = open_events(data, len, &f->room, &f->run_len);
	f->kind = f->run ? SHARED_EVENTS : SHARED_OTHER;
}

static void take_shared_events(struct bot *b, struct shared_frame *f) {
	struct swarm *s = b->swarm;
	bool mine = f->room == s->rooms[b->room].id && b->state >= BOT_FOLLOWING;
	if (mine && f->first && verify_next(s->verify, b->room, &b->follow, f->first, f->last, s->net.now)) {
		bot_advanced(b);
		return;
	}
	take_run(b, f->room, f->run, f->run_len);
	if (mine && !f->first && !verify_span(s->verify, b->room, f->run, f->run_len, &f->first, &f->last))
		f->first = 0;
}

void answers_shared(struct bot *b, struct shared_frame *f) {
	if (f->kind == SHARED_UNOPENED)
		open_shared(b->swarm, f);
	if (f->inflated.len) {
		b->swarm->tally.deflated += f->size;
		b->swarm->tally.inflated += f->inflated.len;
	}
	if (f->kind == SHARED_EVENTS)
		take_shared_events(b, f);
	else if (f->kind == SHARED_BROKEN)
		malformed(b, "a deflated frame that is none");
	else if (f->inflated.len)
		take_plain(b, f->inflated.data, f->inflated.len);
	else
		take_plain(b, f->bytes, f->size);
}

void answers_take(struct bot *b, const uint8_t *data, size_t len) {
	if (shared_fits(len, data, len)) {
		struct shared_frame *f = shared_begin(b->swarm->shared, len, data, len);
		answers_shared(b, f);
		shared_leave(f);
		return;
	}
	uint64_t room;
	size_t run_len, packed_len;
	const uint8_t *packed = wire_deflated(data, len, &packed_len);
	if (packed)
		data = inflater_frame(b->swarm->inflater, packed, packed_len, &len);
	if (!data) {
		malformed(b, "a deflated frame that is none");
		return;
	}
	const uint8_t *run = open_events(data, len, &room, &run_len);
	if (run)
		take_run(b, room, run, run_len);
	else
		take_plain(b, data, len);
}
