/*
 * Four connections that say anything to a live hub on a real store with a
 * history: requests of every kind in any order, while sockets stall and break,
 * time passes, the process stands still, rooms rest and the operator kicks and
 * bans. The hub lives, and:
 *
 *   - what it sends can be read (the world aborts otherwise)
 *   - pushed events of a room follow each other without hole or repeat
 *   - each request of a connection that lives has as many answers as it was asked
 *   - what waits for a connection keeps to its bound
 *
 * Input: records (tests/support/records.h). The lower 2 bits of the op are the
 * connection, the others what happens (enum step).
 */
#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "proto/inflate.h"
#include "proto/limits.h"
#include "server/handle/handle.h"
#include "server/handle/operator.h"
#include "server/handle/signed_in.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "tests/support/records.h"
#include "tests/support/requests.h"
#include "tests/support/town.h"
#include "tests/support/world.h"

#define SPEAKERS 4
#define INPUTS_PER_WORLD 3000
#define SEEN_ROOMS 8        /* rooms whose events are followed */
#define CROWD 18            /* listeners, so that batches are worth deflating */
#define PATIENCE 4000       /* turns until everything under way is through */
#define SECOND 1000000000ull

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
	size_t max, unsigned seed);

enum step {
	STEP_SAY,                 /* the bytes as a frame; then so many turns as the lowest bits say */
	STEP_SAY_AND_WAIT = 16,   /* the same, and the store has answered */
	STEP_STALL = 32, STEP_TAKE, STEP_TICK, STEP_PASS, STEP_FREEZE, STEP_BREAK, STEP_RETURN, STEP_COOKIE,
	STEP_KICK, STEP_BAN, STEP_UNBAN, STEP_ANNOUNCE, STEP_REST, STEP_WAIT, STEP_CROWD,
	STEPS = 64
};

struct speaker {
	struct guy *guy;
	size_t looked;                     /* frames that were looked at */
	uint32_t asked[RECORDS_MAX];
	size_t asked_count;
	struct {
		uint64_t room, next;           /* next 0: any */
	} seen[SEEN_ROOMS];
};

static struct town town;
static struct world *world;
static struct speaker speakers[SPEAKERS];
static struct guy *crowd[CROWD];
static struct inflate *inflate;
static unsigned inputs;

/* ---- passwords cost nothing here: these stand before libsodium's ---- */

int crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *const password, unsigned long long len,
	unsigned long long ops, size_t memory, int alg) {
	(void)ops, (void)memory, (void)alg;
	snprintf(out, crypto_pwhash_STRBYTES, "%.*s", (int)(len < 100 ? len : 100), password);
	return 0;
}

int crypto_pwhash_str_verify(const char *hash, const char *const password, unsigned long long len) {
	return strncmp(hash, password, len < 100 ? (size_t)len : 100) ? -1 : 0;
}

/* ---- what is sent ---- */

static void look_at_events(struct speaker *s, const Appchat__Events *events) {
	assert(events->n_event);
	for (size_t i = 0; i < SEEN_ROOMS; i++) {
		if (s->seen[i].room && s->seen[i].room != events->room)
			continue;
		s->seen[i].room = events->room;
		for (size_t k = 0; k < events->n_event; k++) {
			assert(!s->seen[i].next || events->event[k]->seq == s->seen[i].next);
			s->seen[i].next = events->event[k]->seq + 1;
		}
		return;
	}
}

static void look_at_gap(struct speaker *s, const Appchat__Gap *gap) {
	assert(gap->from <= gap->to);
	for (size_t i = 0; i < SEEN_ROOMS; i++)
		if (s->seen[i].room == gap->room)
			s->seen[i].next = gap->to + 1;
}

/* Follow moves cursors, and Done may be its answer: then any number may come. */
static void forget_seen(struct speaker *s) {
	memset(s->seen, 0, sizeof s->seen);
}

static void look_at(struct speaker *s, const Appchat__ServerFrame *frame);

static void look_inside(struct speaker *s, const ProtobufCBinaryData *deflated) {
	struct buf out = {0};
	assert(inflate_open(inflate, deflated->data, deflated->len, &out));
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, out.len, out.data);
	assert(frame && frame->body_case != APPCHAT__SERVER_FRAME__BODY_DEFLATED);
	look_at(s, frame);
	appchat__server_frame__free_unpacked(frame, NULL);
	buf_free(&out);
}

static void look_at(struct speaker *s, const Appchat__ServerFrame *frame) {
	switch (frame->body_case) {
	case APPCHAT__SERVER_FRAME__BODY_EVENTS: look_at_events(s, frame->events); break;
	case APPCHAT__SERVER_FRAME__BODY_GAP: look_at_gap(s, frame->gap); break;
	case APPCHAT__SERVER_FRAME__BODY_DONE: forget_seen(s); break;
	case APPCHAT__SERVER_FRAME__BODY_DEFLATED: look_inside(s, &frame->deflated); break;
	default: break;
	}
}

static void look(struct speaker *s) {
	struct guy *g = s->guy;
	if (g->session)
		assert(g->session->out.len <= SESSION_CONTROL_BURST + LIMIT_SERVER_FRAME);
	while (s->looked < g->count)
		look_at(s, g->frames[s->looked++]);
}

static size_t count_answers(const struct guy *g, uint32_t request) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += g->frames[i]->request == request;
	return n;
}

static void check_answers(const struct speaker *s) {
	if (!s->guy->session)
		return;
	for (size_t i = 0; i < s->asked_count; i++) {
		size_t times = 0;
		for (size_t k = 0; k < s->asked_count; k++)
			times += s->asked[k] == s->asked[i];
		assert(count_answers(s->guy, s->asked[i]) == times);
	}
}

/* ---- turns ---- */

static void turn(void) {
	struct guy *guys[SPEAKERS + CROWD];
	size_t count = 0;
	for (int i = 0; i < SPEAKERS; i++)
		guys[count++] = speakers[i].guy;
	for (int i = 0; i < CROWD && crowd[i]; i++)
		guys[count++] = crowd[i];
	world_turn(world, guys, count);
	for (size_t i = 0; i < world->hub->room_count; i++)
		world->hub->rooms_by_name[i]->epoch = 1;   /* so that inputs can know it */
	for (int i = 0; i < SPEAKERS; i++)
		look(&speakers[i]);
}

static void wait_for_store(void) {
	for (int i = 0; i < PATIENCE && world->hub->operations; i++) {
		turn();
		if (world->hub->operations)
			usleep(20);
	}
	assert(!world->hub->operations);
	turn();
}

/* ---- connections ---- */

static void leave(struct speaker *s) {
	if (s->guy)
		guy_close(s->guy);
	memset(s, 0, sizeof *s);
}

/* The connection of this number as its own citizen, at once; without `as` as nobody yet. */
static void come(int who, bool as, const uint8_t *cookie) {
	struct speaker *s = &speakers[who];
	const struct citizen *c = &town.people[who % 3];   /* the last is the first's other device */
	leave(s);
	s->guy = guy_open_from(world, who ? "192.0.2.1" : "127.0.0.1", cookie);
	if (s->guy->session && as)
		signed_in(s->guy->session, &c->user, c->session, c->rooms, TOWN_ROOMS);
}

/* Many listen to these rooms from now on, half of them deflated; and so do the speakers. */
static void gather(unsigned number) {
	for (int i = 0; i < CROWD && !crowd[CROWD - 1]; i++) {
		const struct citizen *c = &town.people[TOWN_PEOPLE - 1];
		crowd[i] = guy_open(world);
		if (!crowd[i]->session)
			continue;
		crowd[i]->session->instance[0] = (uint8_t)(i + 1);   /* each one another program */
		crowd[i]->session->deflates = i % 2;
		if (!signed_in(crowd[i]->session, &c->user, c->session, c->rooms, TOWN_ROOMS))
			continue;   /* banned */
		for (uint64_t room = 1; room <= TOWN_ROOMS; room++)
			room_follow(crowd[i]->session, room_by_id(world->hub, room), room_by_id(world->hub, room)->head);
	}
	for (int i = 0; i < SPEAKERS; i++)
		if (speakers[i].guy->session)
			speakers[i].guy->session->deflates = number >> i & 1;
}

static void disperse(void) {
	for (int i = 0; i < CROWD && crowd[i]; i++) {
		guy_close(crowd[i]);
		crowd[i] = NULL;
	}
}

static void say(struct speaker *s, const struct record *r) {
	struct guy *g = s->guy;
	if (!g->session || g->session->state == SESSION_CLOSING || r->len > handle_frame_limit(g->session))
		return;
	Appchat__ClientFrame *frame = appchat__client_frame__unpack(NULL, r->len, r->data);
	if (frame && s->asked_count < RECORDS_MAX)
		s->asked[s->asked_count++] = frame->request;
	if (frame && frame->body_case == APPCHAT__CLIENT_FRAME__BODY_FOLLOW)
		forget_seen(s);
	if (frame)
		appchat__client_frame__free_unpacked(frame, NULL);
	handle_frame(g->session, r->data, r->len);
}

/* ---- time: every clock of the hub goes back by so much ---- */

static void back(uint64_t *ns, uint64_t by) {
	*ns = *ns > by ? *ns - by : 0;
}

static void pass(uint64_t by) {
	struct hub *hub = world->hub;
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		if (!s)
			continue;
		back(&s->since_ns, by), back(&s->heard_ns, by), back(&s->progress_ns, by), back(&s->requests.at_ns, by);
		if (s->person)
			back(&s->person->allowance->requests.at_ns, by), back(&s->person->allowance->messages.at_ns, by);
		if (s->from)
			back(&s->from->claims.at_ns, by), back(&s->from->passwords.at_ns, by);
	}
	for (size_t i = 0; i < hub->room_count; i++) {
		back(&hub->rooms_by_name[i]->next_ns, by);
		back(&hub->rooms_by_name[i]->rested_ns, by);
		back(&hub->rooms_by_name[i]->presence_next_ns, by);
	}
	back(&hub->seen_ns, by);
}

/* ---- steps ---- */

static void done(void *arg, const char *error, uint64_t bytes) {
	(void)arg, (void)error, (void)bytes;
}

static void operate(enum step step, const char *name) {
	char err[256], what[80];
	uint32_t at = 0;
	struct client_row client;
	struct hub_stats stats;
	snprintf(what, sizeof what, "name:%s", name);
	if (step == STEP_KICK)
		operator_kick(world->hub, name, "enough");
	else if (step == STEP_BAN)
		operator_ban(world->hub, what, 60, "because", done, NULL, err, sizeof err);
	else if (step == STEP_UNBAN)
		operator_unban(world->hub, what, done, NULL, err, sizeof err);
	else
		operator_announce(world->hub, name);
	while (operator_client(world->hub, &at, &client))
		;
	operator_stats(world->hub, &stats);
}

static void act(const struct record *r) {
	enum step step = (r->op >> 2) % STEPS;
	int who = r->op % SPEAKERS;
	struct speaker *s = &speakers[who];
	unsigned number = r->len ? r->data[0] : 0;
	switch (step) {
	case STEP_STALL: s->guy->blocked = true; break;
	case STEP_TAKE: s->guy->blocked = false; break;
	case STEP_TICK: hub_tick(world->hub); break;
	case STEP_PASS: pass(number * SECOND); hub_tick(world->hub); break;
	case STEP_FREEZE: back(&world->hub->ticked_ns, number * SECOND); hub_tick(world->hub); break;
	case STEP_BREAK: come(who, false, NULL); break;
	case STEP_RETURN: come(who, true, NULL); break;
	case STEP_COOKIE: come(who, false, town.people[number % TOWN_PEOPLE].token); break;
	case STEP_KICK: case STEP_BAN: case STEP_UNBAN: case STEP_ANNOUNCE:
		operate(step, town.people[number % TOWN_PEOPLE].user.name); break;
	case STEP_REST: room_by_id(world->hub, 1 + number % TOWN_ROOMS)->next_ns = hub_now(world->hub) + SECOND; break;
	case STEP_WAIT: wait_for_store(); break;
	case STEP_CROWD: gather(number); break;
	default:
		say(s, r);
		for (unsigned turns = step % 4; turns; turns--)
			turn();
		if (step >= STEP_SAY_AND_WAIT)
			wait_for_store();
	}
}

/* ---- libFuzzer's ---- */

static void end(void) {
	town_close(&town, world);
	town_remove(&town);
	inflate_free(inflate);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	(void)argc, (void)argv;
	town_build(&town, "correct horse");
	world = town_open(&town);
	inflate = inflate_new();
	log_set("off");
	atexit(end);
	return 0;
}

static size_t make(struct dice *dice, uint8_t *op, uint8_t *out, size_t size) {
	uint32_t step = dice_roll(dice, 4) ? dice_roll(dice, STEP_STALL) : STEP_STALL + dice_roll(dice, STEPS - STEP_STALL);
	*op = (uint8_t)(step << 2 | dice_roll(dice, SPEAKERS));
	if (step < STEP_STALL || step > STEP_CROWD)
		return request_make(dice, 1 + dice_roll(dice, 100000), out, size);
	*out = (uint8_t)dice_roll(dice, 70);
	return 1;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
	return records_mutate(data, size, max, seed, make);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
	size_t max, unsigned seed) {
	return records_cross(a, a_size, b, b_size, out, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct record r;
	if (++inputs % INPUTS_PER_WORLD == 0) {
		town_close(&town, world);
		world = town_open(&town);
		log_set("off");
	}
	for (int i = 0; i < SPEAKERS; i++)
		come(i, i < SPEAKERS - 1, NULL);
	if (speakers[SPEAKERS - 1].guy->session)
		speakers[SPEAKERS - 1].guy->session->state = SESSION_HELLO;   /* is nobody yet */
	for (int i = 0; i < RECORDS_MAX && record_next(&data, &size, &r); i++)
		act(&r);
	for (int i = 0; i < SPEAKERS; i++)
		speakers[i].guy->blocked = false;
	wait_for_store();
	for (int i = 0; i < SPEAKERS; i++)
		check_answers(&speakers[i]);
	for (int i = 0; i < SPEAKERS; i++)
		leave(&speakers[i]);
	disperse();
	return 0;
}
