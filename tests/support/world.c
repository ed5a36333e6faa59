/* Plays the net floor for tests of the hub. */
#include "tests/support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "proto/base/uuid.h"
#include "server/bus/bus.h"
#include "server/handle/handle.h"
#include "server/room/hub.h"
#include "server/room/session.h"
#include "server/store/store.h"

#define PATIENCE 5000   /* turns of a millisecond */

struct world *world_open(const char *dir) {
	struct world *w = xcalloc(1, sizeof *w);
	char err[256] = "";
	struct hub_options options = hub_options_default;
	log_set("error");
	if (dir)
		snprintf(w->dir, sizeof w->dir, "%s", dir);
	else {
		snprintf(w->dir, sizeof w->dir, "/tmp/appchat-world-XXXXXX");
		if (!mkdtemp(w->dir))
			abort();
	}
	w->store = store_open(&(struct store_options){.dir = w->dir}, err, sizeof err);
	if (!w->store) {
		fprintf(stderr, "%s\n", err);
		abort();
	}
	w->bus = bus_new_local();
	w->hub = hub_new(&options, w->store, w->bus);
	return w;
}

void world_close(struct world *w, bool remove) {
	while (hub_busy(w->hub)) {
		world_turn(w, NULL, 0);
		usleep(1000);
	}
	store_close(w->store);
	hub_free(w->hub);
	bus_free(w->bus);
	if (remove) {
		char command[128];
		snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
		if (system(command))
			fprintf(stderr, "%s is left\n", w->dir);
	}
	free(w);
}

/* ---- what net does ---- */

static void keep(struct guy *g, const uint8_t *payload, size_t len) {
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, payload);
	if (!frame)
		abort();   /* the server must never send what cannot be read */
	g->frames = xrealloc(g->frames, (g->count + 1) * sizeof *g->frames);
	g->frames[g->count++] = frame;
}

/* Takes whole WebSocket frames apart; control frames are dropped. */
static void take(struct guy *g, const uint8_t *bytes, size_t len) {
	buf_append(&g->in, bytes, len);
	for (;;) {
		const uint8_t *p = g->in.data;
		size_t head = 2, size;
		if (g->in.len < 2)
			return;
		size = p[1] & 0x7f;
		if (size >= 126) {
			size_t n = size == 126 ? 2 : 8;
			if (g->in.len < 2 + n)
				return;
			size = 0;
			for (size_t i = 0; i < n; i++)
				size = size << 8 | p[2 + i];
			head += n;
		}
		if (g->in.len < head + size)
			return;
		if ((p[0] & 0xf) == 2)
			keep(g, p + head, size);
		buf_consume(&g->in, head + size);
	}
}

static void fill(struct guy *g) {
	struct buf out = {0};
	if (g->blocked) {
		session_waits(g->session);
		return;
	}
	while (session_fill(g->session, &out, 65536)) {
		take(g, out.data, out.len);
		out.len = 0;
	}
	buf_free(&out);
}

static void end(struct guy *g, unsigned status) {
	g->closed = status;
	session_gone(g->session);
	g->session = NULL;
}

void world_turn(struct world *w, struct guy **guys, size_t count) {
	struct delivery d;
	struct session *s;
	unsigned status;
	const char *text;
	hub_drain(w->hub);
	while (fanout_next(w->hub, &d)) {
		struct guy *g = session_peer(d.to);
		if (g->blocked) {
			session_waits(d.to);
			continue;
		}
		take(g, d.bytes, d.len);
		fanout_took(w->hub, &d);
	}
	for (size_t i = 0; i < count; i++)   /* sockets that became writable */
		if (guys[i]->session && guys[i]->session->waits && !guys[i]->blocked)
			fill(guys[i]);
	while ((s = hub_next_ready(w->hub)))
		fill(session_peer(s));
	while ((s = hub_next_closing(w->hub, &status, &text))) {
		struct guy *g = session_peer(s);
		fill(g);
		end(g, status);
	}
	hub_reap(w->hub);
}

/* ---- a client ---- */

struct guy *guy_open(struct world *w) {
	return guy_open_from(w, "127.0.0.1", NULL);
}

struct guy *guy_open_from(struct world *w, const char *address, const uint8_t *cookie) {
	struct guy *g = xcalloc(1, sizeof *g);
	int why;
	g->world = w;
	g->session = hub_connect(w->hub, g, address, cookie, &why);
	if (!g->session)
		g->closed = 1;
	return g;
}

void guy_close(struct guy *g) {
	if (g->session)
		session_gone(g->session);
	hub_reap(g->world->hub);
	for (size_t i = 0; i < g->count; i++)
		appchat__server_frame__free_unpacked(g->frames[i], NULL);
	free(g->frames);
	buf_free(&g->in);
	free(g);
}

uint32_t guy_say(struct guy *g, Appchat__ClientFrame *frame) {
	frame->request = ++g->request;
	size_t size = appchat__client_frame__get_packed_size(frame);
	uint8_t *bytes = xmalloc(size);
	appchat__client_frame__pack(frame, bytes);
	if (g->session)
		handle_frame(g->session, bytes, size);
	free(bytes);
	return g->request;
}

static const Appchat__ServerFrame *find_answer(const struct guy *g, uint32_t request) {
	for (size_t i = g->count; i-- > 0;)
		if (g->frames[i]->request == request)
			return g->frames[i];
	return NULL;
}

const Appchat__ServerFrame *guy_answer(struct guy *g, uint32_t request) {
	for (int i = 0; i < PATIENCE; i++) {
		world_turn(g->world, &g, 1);
		const Appchat__ServerFrame *frame = find_answer(g, request);
		if (frame || !g->session)
			return frame;
		usleep(1000);
	}
	return NULL;
}

Appchat__ErrorCode guy_code(const Appchat__ServerFrame *answer) {
	if (!answer || answer->body_case != APPCHAT__SERVER_FRAME__BODY_ERROR)
		return APPCHAT__ERROR_CODE__ERROR_UNSPECIFIED;
	return answer->error->code;
}

static void must(const Appchat__ServerFrame *frame, Appchat__ServerFrame__BodyCase body) {
	if (frame && frame->body_case == body)
		return;
	fprintf(stderr, "answer %d instead of %d: %s\n", frame ? (int)frame->body_case : -1, (int)body,
		frame && frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR ? frame->error->text : "");
	abort();
}

const Appchat__Welcome *guy_hello(struct guy *g, const uint8_t *token) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	hello.version_min = hello.version_max = 1;
	if (token)
		hello.token = (ProtobufCBinaryData){32, (uint8_t *)token};
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	const Appchat__ServerFrame *answer = guy_answer(g, guy_say(g, &frame));
	must(answer, APPCHAT__SERVER_FRAME__BODY_WELCOME);
	return answer->welcome;
}

uint32_t guy_claim(struct guy *g, const char *name) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim claim = APPCHAT__CLAIM__INIT;
	claim.name = (char *)name;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CLAIM;
	frame.claim = &claim;
	return guy_say(g, &frame);
}

void guy_be(struct guy *g, const char *name) {
	guy_hello(g, NULL);
	must(guy_answer(g, guy_claim(g, name)), APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
}

void guy_follow(struct guy *g, uint64_t after) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__JoinRoom join = APPCHAT__JOIN_ROOM__INIT;
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	Appchat__Cursor cursor = APPCHAT__CURSOR__INIT, *cursors[] = {&cursor};
	join.name = (char *)"lobby";
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_JOIN_ROOM;
	frame.join_room = &join;
	const Appchat__ServerFrame *state = guy_answer(g, guy_say(g, &frame));
	must(state, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	cursor.room = state->room_state->id;
	cursor.epoch = state->room_state->epoch;
	cursor.after = after;
	follow.n_cursor = 1;
	follow.cursor = cursors;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_FOLLOW;
	frame.follow = &follow;
	must(guy_answer(g, guy_say(g, &frame)), APPCHAT__SERVER_FRAME__BODY_DONE);
}

uint64_t guy_send(struct guy *g, const char *text, const uint8_t *id) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send send = APPCHAT__SEND__INIT;
	uint8_t fresh[16];
	uuid7(fresh);
	send.room = 1;
	send.text = (char *)text;
	send.client_msg_id.data = (uint8_t *)(id ? id : fresh);
	send.client_msg_id.len = 16;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	frame.send = &send;
	const Appchat__ServerFrame *answer = guy_answer(g, guy_say(g, &frame));
	return answer && answer->body_case == APPCHAT__SERVER_FRAME__BODY_SEND_ACK ? answer->send_ack->seq : 0;
}

bool guy_has_run(const struct guy *g, uint64_t first, uint64_t last) {
	uint64_t next = first;
	for (size_t i = 0; i < g->count; i++) {
		if (g->frames[i]->body_case != APPCHAT__SERVER_FRAME__BODY_EVENTS)
			continue;
		const Appchat__Events *events = g->frames[i]->events;
		for (size_t k = 0; k < events->n_event; k++)
			if (events->event[k]->seq != next++)
				return false;
	}
	return next == last + 1;
}
