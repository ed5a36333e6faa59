/* A liar is a connection, a timer and its place in the table. */
#include "bots/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bots/attacks.h"
#include "proto/appchat.pb-c.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"
#include "proto/limits.h"

#define MS 1000000ull

enum { SILENCE_MS = 4000, PAUSE_MS = 100 };

enum liar_state { LIAR_RESTING, LIAR_CONNECTING, LIAR_GREETING, LIAR_CLAIMING, LIAR_LYING, LIAR_DONE };

struct liar {
	struct timer timer;
	struct wsconn conn;
	struct hostile *all;
	const struct attack *attack;
	enum liar_state state;
	uint32_t index;
	size_t next;                       /* row of the table */
	bool judged, known;
	uint8_t token[LIMIT_TOKEN];
};

struct hostile {
	struct wsnet *net;
	struct timers *timers;
	char run[16];
	struct liar *liar;
	uint32_t count, done;
	bool stopping;
	uint64_t attacks, wrong;
	char first_wrong[160];
};

static const struct wsconn_events liar_events;

static const char *outcome_name(int outcome) {
	switch (outcome) {
	case ATTACK_ERROR: return "an error";
	case ATTACK_CLOSED: return "the end of the connection";
	case ATTACK_ANSWER: return "an answer";
	default: return "silence";
	}
}

/* The server has shown what it thinks of the attack; the first thing counts. */
static void judge(struct liar *l, int outcome) {
	struct hostile *h = l->all;
	if (l->judged || h->stopping)
		return;
	l->judged = true;
	h->attacks++;
	if (l->attack->allowed & outcome)
		return;
	if (!h->wrong++)
		snprintf(h->first_wrong, sizeof h->first_wrong, "%s got %s", l->attack->name, outcome_name(outcome));
}

static void next_attack(struct liar *l) {
	struct hostile *h = l->all;
	l->attack = attack_at(l->next++ % attack_count());
	l->judged = false;
	l->state = LIAR_CONNECTING;
	l->conn.plain = l->attack->stage == ATTACK_TCP;
	timers_set(h->timers, &l->timer, clock_mono_ns() + SILENCE_MS * MS);
	wsconn_open(&l->conn, h->net, &liar_events);
}

static void lie(struct liar *l) {
	struct hostile *h = l->all;
	struct buf out = {0};
	l->state = LIAR_LYING;
	l->attack->make(&out, h->net);
	wsconn_send_raw(&l->conn, out.data, out.len);
	buf_free(&out);
	timers_set(h->timers, &l->timer, clock_mono_ns() + SILENCE_MS * MS);
	if (l->attack->vanish) {
		judge(l, ATTACK_SILENCE);
		wsconn_close(&l->conn, "gone");
	}
}

static void request(struct liar *l, enum liar_state state, Appchat__ClientFrame *frame, int body) {
	uint8_t bytes[512];
	frame->request = 1;
	frame->body_case = (Appchat__ClientFrame__BodyCase)body;
	l->state = state;
	wsconn_send(&l->conn, bytes, appchat__client_frame__pack(frame, bytes));
}

static void greet(struct liar *l) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	uint8_t instance[LIMIT_UUID];
	random_bytes(instance, sizeof instance);
	hello.version_min = hello.version_max = PROTOCOL_VERSION;
	hello.instance = (ProtobufCBinaryData){sizeof instance, instance};
	if (l->known && l->attack->stage == ATTACK_SIGNED_IN)
		hello.token = (ProtobufCBinaryData){LIMIT_TOKEN, l->token};
	hello.client = (char *)(uintptr_t)("appchat-bots " APPCHAT_VERSION);
	frame.hello = &hello;
	request(l, LIAR_GREETING, &frame, APPCHAT__CLIENT_FRAME__BODY_HELLO);
}

static void claim(struct liar *l) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim body = APPCHAT__CLAIM__INIT;
	char name[40];
	snprintf(name, sizeof name, "liar-%s-%u", l->all->run, l->index);
	body.name = name;
	frame.claim = &body;
	request(l, LIAR_CLAIMING, &frame, APPCHAT__CLIENT_FRAME__BODY_CLAIM);
}

/* ---- What the server says ---------------------------------------------------------- */

static void on_welcome(struct liar *l, const Appchat__ServerFrame *frame) {
	bool in = frame->body_case == APPCHAT__SERVER_FRAME__BODY_WELCOME && frame->welcome->signed_in;
	if (l->attack->stage == ATTACK_SIGNED_IN && !in)
		claim(l);
	else
		lie(l);
}

static void on_claimed(struct liar *l, const Appchat__ServerFrame *frame) {
	if (frame->body_case != APPCHAT__SERVER_FRAME__BODY_SIGNED_IN) { /* busy or limited: not this time */
		wsconn_close(&l->conn, "not signed in");
		return;
	}
	if (frame->signed_in->token.len == LIMIT_TOKEN) {
		memcpy(l->token, frame->signed_in->token.data, LIMIT_TOKEN);
		l->known = true;
	}
	lie(l);
}

static void on_reaction(struct liar *l, const Appchat__ServerFrame *frame) {
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_BYE)
		judge(l, ATTACK_CLOSED);
	else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		judge(l, ATTACK_ERROR);
	else if (frame->request)
		judge(l, ATTACK_ANSWER);
	if (l->judged)
		timers_set(l->all->timers, &l->timer, clock_mono_ns() + PAUSE_MS * MS); /* let it say more, then go */
}

static void on_message(struct wsconn *c, const uint8_t *data, size_t len) {
	struct liar *l = (struct liar *)((char *)c - offsetof(struct liar, conn));
	if (c->plain) {
		judge(l, ATTACK_ANSWER);
		timers_set(l->all->timers, &l->timer, clock_mono_ns() + PAUSE_MS * MS);
		return;
	}
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, data);
	if (!frame)
		return;
	if (l->state == LIAR_LYING)
		on_reaction(l, frame);
	else if (frame->request && l->state == LIAR_GREETING)
		on_welcome(l, frame);
	else if (frame->request && l->state == LIAR_CLAIMING)
		on_claimed(l, frame);
	appchat__server_frame__free_unpacked(frame, NULL);
}

static void on_opened(struct wsconn *c) {
	struct liar *l = (struct liar *)((char *)c - offsetof(struct liar, conn));
	if (l->attack->stage <= ATTACK_OPEN)
		lie(l);
	else
		greet(l);
}

static void on_closed(struct wsconn *c) {
	struct liar *l = (struct liar *)((char *)c - offsetof(struct liar, conn));
	struct hostile *h = l->all;
	if (l->state == LIAR_LYING)
		judge(l, ATTACK_CLOSED);
	l->state = LIAR_RESTING;
	if (h->stopping) {
		l->state = LIAR_DONE;
		h->done++;
		timers_set(h->timers, &l->timer, TIMER_NEVER);
		return;
	}
	timers_set(h->timers, &l->timer, clock_mono_ns() + PAUSE_MS * MS / 2 + wsnet_random(h->net) % (PAUSE_MS * MS));
}

static void on_timer(struct timer *t, uint64_t now) {
	struct liar *l = (struct liar *)((char *)t - offsetof(struct liar, timer));
	(void)now;
	if (l->state == LIAR_RESTING) {
		next_attack(l);
		return;
	}
	if (l->state == LIAR_LYING)
		judge(l, ATTACK_SILENCE);
	wsconn_close(&l->conn, "enough of it");
}

/* ---- Life -------------------------------------------------------------------------- */

static const struct wsconn_events liar_events = {.opened = on_opened, .message = on_message, .closed = on_closed};

struct hostile *hostile_start(struct wsnet *net, struct timers *timers, const char *run, uint32_t count) {
	struct hostile *h = xcalloc(1, sizeof *h);
	h->net = net;
	h->timers = timers;
	h->count = count;
	h->liar = xcalloc(count, sizeof *h->liar);
	snprintf(h->run, sizeof h->run, "%s", run);
	for (uint32_t i = 0; i < count; i++) {
		struct liar *l = &h->liar[i];
		l->all = h;
		l->index = i;
		l->next = i * 7;
		l->timer.fire = on_timer;
		timers_set(timers, &l->timer, clock_mono_ns() + wsnet_random(net) % (PAUSE_MS * MS));
	}
	return h;
}

void hostile_stop(struct hostile *h) {
	if (!h || h->stopping)
		return;
	h->stopping = true;
	for (uint32_t i = 0; i < h->count; i++) {
		struct liar *l = &h->liar[i];
		timers_set(h->timers, &l->timer, TIMER_NEVER);
		if (l->conn.state == CONN_IDLE) {
			l->state = LIAR_DONE;
			h->done++;
		} else {
			wsconn_close(&l->conn, "the run is over");
		}
	}
}

bool hostile_over(const struct hostile *h) {
	return !h || (h->stopping && h->done == h->count);
}

void hostile_free(struct hostile *h) {
	if (!h)
		return;
	free(h->liar);
	free(h);
}

uint64_t hostile_attacks(const struct hostile *h) {
	return h ? h->attacks : 0;
}

uint64_t hostile_wrong(const struct hostile *h) {
	return h ? h->wrong : 0;
}

const char *hostile_first_wrong(const struct hostile *h) {
	return h ? h->first_wrong : "";
}
