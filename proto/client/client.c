/* The client's life: made, connected, pumped, ended. See client.h. */
#include "proto/client/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"
#include "proto/client/client_state.h"
#include "proto/limits.h"

#define READ_MS 1000   /* read marks are told at most this often */

uint64_t client_now_ms(void) {
	return clock_mono_ns() / 1000000;
}

/* ---- telling the face ------------------------------------------------------------------ */

void client_set_state(struct client *c, enum client_state state) {
	c->state = state;
	c->o.on_status(c->o.arg);
}

void client_set_error(struct client *c, const char *text) {
	snprintf(c->error, sizeof c->error, "%s", text ? text : "");
}

void client_notice(struct client *c, enum client_level level, const char *text) {
	c->o.on_notice(c->o.arg, level, text);
}

void client_room_changed(struct client *c, struct sync_room *room, enum client_room_change change) {
	c->o.on_room(c->o.arg, room, change);
}

static void on_added(void *arg, struct sync_room *room) {
	client_room_changed(arg, room, CLIENT_ROOM_ADDED);
}

static void on_reset(void *arg, struct sync_room *room) {
	client_room_changed(arg, room, CLIENT_ROOM_RESET);
}

static void on_gone(void *arg, struct sync_room *room) {
	struct client *c = arg;
	if (c->active == room->id)
		c->active = 0;
	client_room_changed(c, room, CLIENT_ROOM_GONE);
}

static void on_event(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct client *c = arg;
	if (event->kind == SYNC_MESSAGE && event->author == c->sync.self &&
	    outbox_seen(c->outbox, room->id, event->tag, event->seq)) {
		client_room_changed(c, room, CLIENT_ROOM_OUTBOX);
		client_pump(c);
	}
	c->o.on_event(c->o.arg, room, event, fresh);
}

const struct client_status *client_status(struct client *c) {
	struct client_status s = {
		.state = c->state, .conn = conn_state(c->conn), .stopped = c->stopped, .url = conn_url(c->conn),
		.name = c->me.name, .guest = c->me.guest, .user = c->me.user, .session = c->session,
		.nobody = !c->have_token && !c->asked && !c->wish.name,
		.server = c->server, .error = c->error, .refused = c->refused,
		.retry_in_ms = conn_retry_in_ms(c->conn), .rtt_us = c->rtt_us,
		.unsent = outbox_unsent(c->outbox), .failed = outbox_failed(c->outbox),
	};
	for (size_t i = 0; i < c->sync.rooms; i++)
		s.behind += sync_behind(c->sync.room[i]);
	c->status = s;
	return &c->status;
}

/* ---- doing what is due --------------------------------------------------------------------- */

static void on_pump(uv_timer_t *timer) {
	client_pump(timer->data);
}

/* The shorter of two waits of which 0 is none. */
static uint64_t sooner(uint64_t a, uint64_t b) {
	return !a || (b && b < a) ? b : a;
}

static uint64_t until(uint64_t when, uint64_t now) {
	return when > now ? when - now : 0;
}

void client_pump(struct client *c) {
	uint64_t now = client_now_ms(), hold = until(c->hold_ms, now), outbox_wait = 0;
	if (c->state == CLIENT_NOBODY && c->wish.name && !hold)
		client_sign(c);
	if (c->state == CLIENT_READY) {
		if (!hold)
			client_follow(c);
		client_send_outbox(c, &outbox_wait);
	}
	if (c->history_hold_ms && c->history_hold_ms <= now)
		client_history_resume(c);
	uint64_t wait = sooner(sooner(hold, outbox_wait), until(c->history_hold_ms, now));
	if (wait)
		uv_timer_start(&c->pump_timer, on_pump, wait + 1, 0);
}

static void lost(struct client *c) {
	outbox_lost(c->outbox);
	sync_lost(&c->sync);
	client_calls_lost(c);
	client_pages_lost(c);
	c->ping_ns = 0;
	c->hold_ms = 0;
	uv_timer_stop(&c->ping_timer);
	uv_timer_stop(&c->pump_timer);
	client_set_state(c, CLIENT_OFFLINE);
}

static void on_ping_timer(uv_timer_t *timer) {
	client_ping(timer->data);
}

static void on_state(void *arg, enum conn_state state, const char *why) {
	struct client *c = arg;
	if (why && *why)
		client_set_error(c, why);
	if (state == CONN_OPEN) {
		uv_timer_start(&c->ping_timer, on_ping_timer, SECONDS_PING * 1000, SECONDS_PING * 1000);
		client_hello(c);
	} else if (c->state != CLIENT_OFFLINE) {
		lost(c);
	} else {
		c->o.on_status(c->o.arg);
	}
}

static void on_quiet(void *arg) {
	client_ping(arg);
}

/* A Pong has been taken in by then (client_feed.c). */
static void ping_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct client *c = arg;
	(void)frame;
	c->ping_ns = 0;
}

bool client_ping(struct client *c) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Ping ping = APPCHAT__PING__INIT;
	ping.active = c->active;
	frame.ping = &ping;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_PING;
	uint64_t sent = clock_mono_ns();
	if (c->state == CLIENT_OFFLINE || !client_request(c, &frame, ping_answered, c))
		return false;
	if (!c->ping_ns)
		c->ping_ns = sent;
	return true;
}

/* ---- rooms on screen, read marks -------------------------------------------------------------- */

void client_activate(struct client *c, struct sync_room *room) {
	uint64_t id = room ? room->id : 0;
	bool changed = id != c->active;
	c->active = id;
	if (changed && c->state == CLIENT_READY)
		client_ping(c); /* carries the active room */
	if (room && !room->anchor)
		client_history(c, room, room->events, false);
}

static void tell_read(uv_timer_t *timer) {
	struct client *c = timer->data;
	for (size_t i = 0; i < c->sync.rooms && c->state == CLIENT_READY; i++) {
		struct sync_room *room = c->sync.room[i];
		Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
		Appchat__MarkRead mark = APPCHAT__MARK_READ__INIT;
		mark.room = room->id;
		mark.seq = room->read;
		frame.mark_read = &mark;
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_MARK_READ;
		if (room->read > room->told && client_request(c, &frame, NULL, NULL))
			room->told = room->read;
	}
}

void client_read(struct client *c, struct sync_room *room, uint64_t seq) {
	if (!sync_read(&c->sync, room, seq))
		return;
	client_room_changed(c, room, CLIENT_ROOM_CHANGED);
	if (!uv_is_active((uv_handle_t *)&c->read_timer))
		uv_timer_start(&c->read_timer, tell_read, READ_MS, 0);
}

struct sync *client_rooms(struct client *c) {
	return &c->sync;
}

struct outbox *client_outbox(struct client *c) {
	return c->outbox;
}

/* ---- made and ended -------------------------------------------------------------------------------- */

static void timer_init(struct client *c, uv_timer_t *timer) {
	uv_timer_init(c->o.loop, timer);
	timer->data = c;
	c->timers++;
}

static void timer_closed(uv_handle_t *handle) {
	((struct client *)handle->data)->timers--;
}

struct client *client_new(const struct client_options *options, const char **why) {
	struct client *c = xcalloc(1, sizeof *c);
	c->o = *options;
	struct conn_options conn = {
		.loop = options->loop, .url = options->url, .ca_file = options->ca_file,
		.arg = c, .on_state = on_state, .on_message = client_message, .on_quiet = on_quiet,
	};
	c->conn = conn_new(&conn, why);
	if (!c->conn) {
		free(c);
		return NULL;
	}
	c->sync = (struct sync){.arg = c, .on_event = on_event, .on_added = on_added, .on_reset = on_reset, .on_gone = on_gone};
	c->outbox = client_new_outbox(c);
	c->inflate = inflate_new();
	c->history_events = LIMIT_HISTORY_EVENTS;
	c->text_bytes = LIMIT_TEXT;
	random_bytes(c->instance, sizeof c->instance);
	c->folder = options->keep ? credentials_folder() : NULL;
	if (c->folder)
		c->have_token = credentials_find(c->folder, conn_key(c->conn), options->name, &c->me);
	client_wish(c, options->name, options->password, options->sign_up);
	timer_init(c, &c->pump_timer);
	timer_init(c, &c->read_timer);
	timer_init(c, &c->ping_timer);
	return c;
}

void client_start(struct client *c) {
	c->stopped = false;
	conn_start(c->conn);
}

void client_retry(struct client *c) {
	c->stopped = false;
	conn_start(c->conn);
	conn_hurry(c->conn);
}

void client_nudge(struct client *c) {
	conn_nudge(c->conn);
}

static void last_words(struct client *c) {
	uint64_t until = client_now_ms() + 500;
	tell_read(&c->read_timer);
	conn_stop(c->conn, 400);
	while (conn_state(c->conn) != CONN_STOPPED && client_now_ms() < until)
		uv_run(c->o.loop, UV_RUN_ONCE);
	for (int turns = 0; turns < 3; turns++)
		uv_run(c->o.loop, UV_RUN_NOWAIT); /* the close frame leaves */
}

static void ignore_status(void *arg) {
	(void)arg;
}

static void ignore_room(void *arg, struct sync_room *room, enum client_room_change change) {
	(void)arg, (void)room, (void)change;
}

static void ignore_event(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh) {
	(void)arg, (void)room, (void)event, (void)fresh;
}

static void ignore_notice(void *arg, enum client_level level, const char *text) {
	(void)arg, (void)level, (void)text;
}

void client_free(struct client *c) {
	if (!c)
		return;
	c->o.on_status = ignore_status;
	c->o.on_room = ignore_room;
	c->o.on_event = ignore_event;
	c->o.on_notice = ignore_notice;
	last_words(c);
	while (c->saving)
		uv_run(c->o.loop, UV_RUN_ONCE);
	conn_free(c->conn);
	client_calls_lost(c);
	uv_close((uv_handle_t *)&c->pump_timer, timer_closed);
	uv_close((uv_handle_t *)&c->read_timer, timer_closed);
	uv_close((uv_handle_t *)&c->ping_timer, timer_closed);
	while (c->timers)
		uv_run(c->o.loop, UV_RUN_NOWAIT);
	sync_clear(&c->sync);
	outbox_free(c->outbox);
	inflate_free(c->inflate);
	client_wish(c, NULL, NULL, false);
	explicit_bzero(&c->me, sizeof c->me);
	explicit_bzero(&c->asking, sizeof c->asking);
	free(c->folder);
	free(c);
}
