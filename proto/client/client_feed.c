/* What the server says: a table from the frame's case to who takes it in. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/client/client_state.h"
#include "proto/limits.h"

/* ---- signed in ---------------------------------------------------------------------------- */

static void keep_token(struct client *c, const Appchat__SignedIn *in) {
	struct credential last;
	const uint8_t *token = in->token.len == sizeof c->me.token ? in->token.data : c->asked ? c->asking.token : NULL;
	if (c->folder && c->have_token && strcmp(c->me.name, in->user->name)) /* renamed */
		credentials_forget(c->folder, conn_key(c->conn), &c->me);
	snprintf(c->me.name, sizeof c->me.name, "%s", in->user->name);
	c->me.user = in->user->id;
	c->me.guest = in->user->guest;
	if (token)
		memcpy(c->me.token, token, sizeof c->me.token);
	c->have_token = c->have_token || token;
	if (!c->folder || !c->have_token)
		return;
	/* It is the newest line when it need not be written: that is who one is next time. Aside, the newest of its name. */
	if (credentials_find(c->folder, conn_key(c->conn), c->o.aside ? c->me.name : NULL, &last) && !memcmp(last.token, c->me.token, sizeof last.token) &&
	    last.user == c->me.user && last.guest == c->me.guest && !strcmp(last.name, c->me.name))
		return;
	if (!credentials_save(c->folder, conn_key(c->conn), &c->me, c->o.aside))
		client_notice(c, CLIENT_WARNING, "the sign-in can't be kept on this machine");
}

/* Before version 1 the name was part of the key: what was left under the one we have, or had last time. */
static void take_over_by_name(struct client *c, const char *name) {
	char key[1024];
	snprintf(key, sizeof key, "%s %" PRIu64 " %s", conn_key(c->conn), c->me.user, name);
	outbox_take_over(c->outbox, c->folder, key);
}

/* By the user's number, which no other name changes. former: the name last time. */
static void keep_outbox(struct client *c, const char *former) {
	char key[1024];
	if (!c->folder || !c->o.keep_outbox)
		return;
	snprintf(key, sizeof key, "%s %" PRIu64, conn_key(c->conn), c->me.user);
	if (!outbox_keep(c->outbox, c->folder, key))
		client_notice(c, CLIENT_WARNING, "messages on their way can't be kept on this machine");
	take_over_by_name(c, c->me.name);
	if (strcmp(former, c->me.name))
		take_over_by_name(c, former);
}

void client_signed_in(struct client *c, const Appchat__SignedIn *in) {
	bool upgrade = c->wish.sign_up && c->wish.password && in->user && in->user->guest;
	char former[sizeof c->me.name];
	if (!in->user) {
		conn_reconnect(c->conn, "the server did not say who we are", 1000);
		return;
	}
	if (c->sync.self && c->sync.self != in->user->id)
		client_drop_outbox(c);
	memcpy(former, c->me.name, sizeof former);
	keep_token(c, in);
	if (c->asked && strcmp(c->asking.name, c->me.name))
		client_asked_enough(c);
	c->asked = false;
	keep_outbox(c, former);
	c->session = in->session;
	c->refused = 0;
	client_set_error(c, "");
	conn_settled(c->conn);
	c->state = CLIENT_READY; /* so that whoever hears of a room may ask for its history */
	sync_signed_in(&c->sync, in);
	for (size_t i = 0; i < c->sync.rooms; i++)
		client_room_changed(c, c->sync.room[i], CLIENT_ROOM_CHANGED);
	if (upgrade) {
		client_sign(c); /* READY when that is answered */
		return;
	}
	client_wish(c, NULL, NULL, false);
	client_set_state(c, CLIENT_READY);
	client_pump(c);
	client_ping(c);
}

/* ---- one function a case ---------------------------------------------------------------------- */

typedef void feed(struct client *c, const Appchat__ServerFrame *frame);

static void on_room_state(struct client *c, const Appchat__ServerFrame *frame) {
	client_room_changed(c, sync_room_state(&c->sync, frame->room_state), CLIENT_ROOM_CHANGED);
	client_pump(c);
}

static void on_room_left(struct client *c, const Appchat__ServerFrame *frame) {
	sync_left(&c->sync, frame->room_left->room);
}

static void changed(struct client *c, uint64_t id) {
	struct sync_room *room = sync_find(&c->sync, id);
	if (!room)
		return;
	outbox_passed(c->outbox, id, room->cursor);
	client_room_changed(c, room, CLIENT_ROOM_CHANGED);
	if (room->follow)
		client_pump(c);
}

static void on_events(struct client *c, const Appchat__ServerFrame *frame) {
	sync_events(&c->sync, frame->events);
	changed(c, frame->events->room);
}

static void on_gap(struct client *c, const Appchat__ServerFrame *frame) {
	sync_gap(&c->sync, frame->gap);
	changed(c, frame->gap->room);
}

static void on_presence(struct client *c, const Appchat__ServerFrame *frame) {
	sync_presence(&c->sync, frame->presence->room, frame->presence->online);
	changed(c, frame->presence->room);
}

static void on_read_mark(struct client *c, const Appchat__ServerFrame *frame) {
	struct sync_room *room = sync_find(&c->sync, frame->read_mark->room);
	if (!room)
		return;
	if (frame->read_mark->seq > room->told)
		room->told = frame->read_mark->seq;
	if (sync_read(&c->sync, room, frame->read_mark->seq))
		client_room_changed(c, room, CLIENT_ROOM_CHANGED);
}

static void on_notice(struct client *c, const Appchat__ServerFrame *frame) {
	client_notice(c, CLIENT_INFO, frame->notice->text);
}

static void on_pong(struct client *c, const Appchat__ServerFrame *frame) {
	if (c->ping_ns)
		c->rtt_us = (unsigned)((clock_mono_ns() - c->ping_ns) / 1000);
	c->ping_ns = 0;
	if (!c->o.no_rooms && c->state == CLIENT_READY)
		sync_pong(&c->sync, frame->pong);
	c->o.on_status(c->o.arg);
	client_pump(c);
}

/* ---- good-bye ------------------------------------------------------------------------------------ */

enum after_bye { COME_BACK, STAY_AWAY, BE_NOBODY };

static const struct {
	enum after_bye then;
	const char *text;   /* when the server gives none */
} byes[] = {
	[APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN] = {COME_BACK, "the server is going down"},
	[APPCHAT__CLOSE_REASON__CLOSE_SIGNED_OUT] = {BE_NOBODY, "signed out"},
	[APPCHAT__CLOSE_REASON__CLOSE_REVOKED] = {BE_NOBODY, "this session was ended from elsewhere"},
	[APPCHAT__CLOSE_REASON__CLOSE_REPLACED] = {COME_BACK, "this program connected again"},
	[APPCHAT__CLOSE_REASON__CLOSE_KICKED] = {STAY_AWAY, "the operator ended the connection"},
	[APPCHAT__CLOSE_REASON__CLOSE_BANNED] = {STAY_AWAY, "banned from this server"},
	[APPCHAT__CLOSE_REASON__CLOSE_FULL] = {COME_BACK, "the server is full"},
};

static void on_bye(struct client *c, const Appchat__ServerFrame *frame) {
	const Appchat__Bye *bye = frame->bye;
	bool known = (size_t)bye->reason < sizeof byes / sizeof *byes;
	enum after_bye then = known ? byes[bye->reason].then : COME_BACK;
	const char *usual = known && byes[bye->reason].text ? byes[bye->reason].text : "the server closed the connection";
	char text[256];
	snprintf(text, sizeof text, "%s", bye->text && *bye->text ? bye->text : usual);
	if (then == BE_NOBODY && c->state != CLIENT_SIGNING_OUT) { /* else we are, but for who was asked for meanwhile */
		client_forget_me(c);
		client_wish(c, NULL, NULL, false);
		client_drop_outbox(c);
		sync_clear(&c->sync);
	}
	if (then != STAY_AWAY) {
		conn_reconnect(c->conn, text, bye->retry_after_ms);
		return;
	}
	if (bye->reason == APPCHAT__CLOSE_REASON__CLOSE_BANNED)
		c->refused = APPCHAT__ERROR_CODE__ERROR_BANNED;
	client_set_error(c, text);
	c->stopped = true;
	conn_stop(c->conn, 0);
	client_notice(c, CLIENT_ERROR, text);
}

/* ---- the table ------------------------------------------------------------------------------------- */

#define CASE(name) APPCHAT__SERVER_FRAME__BODY_##name

/* Cases without a row concern only who asked. */
static feed *const table[] = {
	[CASE(ROOM_STATE)] = on_room_state,
	[CASE(ROOM_LEFT)] = on_room_left,
	[CASE(EVENTS)] = on_events,
	[CASE(GAP)] = on_gap,
	[CASE(PRESENCE)] = on_presence,
	[CASE(READ_MARK)] = on_read_mark,
	[CASE(NOTICE)] = on_notice,
	[CASE(PONG)] = on_pong,
	[CASE(BYE)] = on_bye,
};

void client_message(void *arg, const uint8_t *data, size_t len) {
	struct client *c = arg;
	Appchat__ServerFrame *frame = inflate_frame(c->inflate, data, len);
	if (!frame) {
		conn_reconnect(c->conn, "the server sent a frame that can't be read", 1000);
		return;
	}
	size_t which = (size_t)frame->body_case;
	bool ours = c->state != CLIENT_SIGNING_OUT || which == CASE(BYE); /* else: meant for who we were */
	if (ours && which < sizeof table / sizeof *table && table[which])
		table[which](c, frame);
	if (frame->request)
		client_calls_answer(c, frame);
	appchat__server_frame__free_unpacked(frame, NULL);
}
