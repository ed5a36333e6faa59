/*
 * The room's log, and the fan-out without sockets: what the hub itself costs
 * for each client and batch. Prints "NAME MEDIAN LOW HIGH UNIT", CPU time.
 *
 *   build/tests/bench_room
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "server/bus/bus.h"
#include "server/room/hub_state.h"
#include "tests/support/timing.h"
#include "tests/support/world.h"

#define EVENT 98   /* bytes of a message of 48 letters in the log */

/* ---- the log ---- */

struct logging {
	struct roomlog log;
	uint64_t seq;
	uint32_t run;
	uint8_t event[EVENT];
};

static void append(void *arg) {
	struct logging *l = arg;
	roomlog_append(&l->log, ++l->seq, l->event, sizeof l->event, ROOMLOG_MAX);
}

static void run(void *arg) {
	struct logging *l = arg;
	const uint8_t *bytes;
	size_t len;
	timing_use(roomlog_run(&l->log, l->seq - l->run + 1, l->seq, 65000, &bytes, &len) ? bytes : NULL);
}

static void time_log(void) {
	struct logging *l = xcalloc(1, sizeof *l);
	for (int i = 0; i < 20000; i++)
		append(l);
	timing_print("log: append to a full one", timing_measure(append, l), 1, "ns");
	l->run = 1;
	timing_print("log: find the newest event", timing_measure(run, l), 1, "ns");
	l->run = 10000;
	timing_print("log: find 65,000 bytes from the oldest on", timing_measure(run, l), 1, "ns");
	roomlog_free(&l->log);
	free(l);
}

/* ---- the fan-out ---- */

struct crowd {
	struct hub *hub;
	struct room **rooms;
	uint32_t room_count, events;
	struct session **sessions;
	uint32_t count;
	uint64_t deliveries, bytes;
};

/* Rooms that exist in the hub only. */
static void make_rooms(struct crowd *c, uint32_t count) {
	static uint64_t id = 1000;
	c->rooms = xcalloc(count, sizeof *c->rooms);
	c->room_count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct store_room r = {.id = ++id, .epoch = 1, .floor = 1};
		snprintf(r.name, sizeof r.name, "bench-%llu", (unsigned long long)id);
		snprintf(r.key, sizeof r.key, "%s", r.name);
		c->rooms[i] = room_add(c->hub, &r);
	}
}

/* Sessions as they are once signed in; each follows one of the rooms. */
static void make_sessions(struct crowd *c, uint32_t count) {
	int why;
	c->sessions = xcalloc(count, sizeof *c->sessions);
	c->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct session *s = c->sessions[i] = hub_connect(c->hub, c, "127.0.0.1", NULL, &why);
		s->state = SESSION_SIGNED_IN;
		s->deflates = true;
		room_follow(s, c->rooms[i % c->room_count], c->rooms[i % c->room_count]->head);
	}
}

static void leave(struct crowd *c) {
	for (uint32_t i = 0; i < c->count; i++)
		session_gone(c->sessions[i]);
	hub_reap(c->hub);
	free(c->sessions);
	free(c->rooms);
}

static void take_events(struct crowd *c, struct room *room) {
	for (uint32_t i = 0; i < c->events; i++) {
		struct bus_event event = {.room = room->id, .seq = room->head + 1, .bytes = xmalloc(EVENT), .len = EVENT};
		for (int k = 0; k < EVENT; k += 2)
			memcpy(event.bytes + k, &(uint16_t){(uint16_t)lrand48()}, 2);
		room_take_event(c->hub, &event);
	}
}

/* The turn's end of the net floor, but nothing is written. */
static void deliver_all(struct crowd *c) {
	struct delivery d;
	while (fanout_next(c->hub, &d)) {
		c->deliveries++;
		c->bytes += d.len;
		fanout_took(c->hub, &d);
	}
}

static void fan_out(void *arg) {
	struct crowd *c = arg;
	for (uint32_t i = 0; i < c->room_count; i++) {
		c->rooms[i]->next_ns = 0;   /* it does not rest */
		take_events(c, c->rooms[i]);
	}
	deliver_all(c);
}

/* What making the events costs is measured apart and taken off. */
static void make_events(void *arg) {
	struct crowd *c = arg;
	for (uint32_t i = 0; i < c->room_count * c->events; i++) {
		uint8_t *bytes = xmalloc(EVENT);
		for (int k = 0; k < EVENT; k += 2)
			memcpy(bytes + k, &(uint16_t){(uint16_t)lrand48()}, 2);
		timing_use(bytes);
		free(bytes);
	}
}

static void time_fanout(struct world *w, uint32_t rooms, uint32_t clients, uint32_t events) {
	struct crowd c = {.hub = w->hub, .events = events};
	char name[80];
	make_rooms(&c, rooms);
	make_sessions(&c, clients);
	fan_out(&c);
	c.deliveries = 0;
	fan_out(&c);
	if (c.deliveries != clients)
		printf("WRONG: %llu deliveries to %u clients\n", (unsigned long long)c.deliveries, clients);
	struct timing making = timing_measure(make_events, &c), t = timing_measure(fan_out, &c);
	t.median -= making.median;
	t.low -= making.median;
	t.high -= making.median;
	if (rooms > 1)
		snprintf(name, sizeof name, "fan-out: %u rooms of %u, an event each", rooms, clients / rooms);
	else
		snprintf(name, sizeof name, "fan-out: %u clients, a batch of %u", clients, events);
	timing_print(name, t, clients, "ns a client and batch");
	leave(&c);
}

int main(void) {
	setvbuf(stdout, NULL, _IOLBF, 0);
	time_log();
	struct world *w = world_open(NULL);
	w->hub->options.max_connections = 100000;
	time_fanout(w, 1, 100, 1);
	time_fanout(w, 1, 1000, 1);
	time_fanout(w, 1, 10000, 1);
	time_fanout(w, 1, 100, 50);
	time_fanout(w, 1, 1000, 50);
	time_fanout(w, 1, 10000, 500);
	time_fanout(w, 1000, 10000, 1);
	world_close(w, true);
	return 0;
}
