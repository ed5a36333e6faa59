/* One wild room among others: who waits for whom, counted in deliveries, and through the hub in time;
 * who has to rest, and what those get who lag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/limits.h"
#include "server/bus/bus.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "tests/support/world.h"

#define EVENT 90          /* bytes of one in the log */
#define MEMBERS 1000      /* of a wild room */
#define TURN 256          /* deliveries in a turn of the net floor's loop */

/* A room with followers that are no more than sessions. */
struct place {
	struct room *room;
	struct session *members[MEMBERS];
	uint32_t count;
};

static struct place *place_new(struct world *w, uint64_t id, uint32_t members) {
	struct place *p = calloc(1, sizeof *p);
	struct store_room row = {.id = id, .epoch = 1, .floor = 1};
	int why;
	snprintf(row.name, sizeof row.name, "place%d", (int)id);
	memcpy(row.key, row.name, sizeof row.name);
	p->room = room_add(w->hub, &row);
	p->count = members;
	for (uint32_t i = 0; i < members; i++) {
		p->members[i] = hub_connect(w->hub, p, "127.0.0.1", NULL, &why);
		p->members[i]->state = SESSION_SIGNED_IN;
		room_follow(p->members[i], p->room, 0);
	}
	return p;
}

static void place_free(struct place *p) {
	for (uint32_t i = 0; i < p->count; i++)
		session_gone(p->members[i]);
	free(p);
}

static void happen(struct world *w, struct place *p, int events) {
	for (int i = 0; i < events; i++) {
		struct bus_event event = {.room = p->room->id, .seq = p->room->head + 1, .bytes = calloc(1, EVENT), .len = EVENT};
		room_take_event(w->hub, &event);
	}
}

/* Delivers until somebody in this place is served; returns how many others were first. */
static uint32_t others_before(struct world *w, const struct place *p) {
	struct delivery d;
	uint32_t n = 0;
	while (fanout_next(w->hub, &d)) {
		bool ours = session_peer(d.to) == p;
		fanout_took(w->hub, &d);
		if (ours)
			return n;
		n++;
	}
	return UINT32_MAX;
}

static void a_quiet_room_waits_a_turn_at_most(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct place *wild = place_new(w, 100, MEMBERS), *quiet = place_new(w, 101, 3);
	for (int when = 0; when < 900; when += 90) {
		struct delivery d;
		wild->room->next_ns = quiet->room->next_ns = 0;
		happen(w, wild, 1000);
		for (int i = 0; i < when && fanout_next(w->hub, &d); i++)
			fanout_took(w->hub, &d);
		happen(w, quiet, 1);
		assert_true(others_before(w, quiet) <= FANOUT_TURN);
		while (fanout_next(w->hub, &d))
			fanout_took(w->hub, &d);
	}
	place_free(wild);
	place_free(quiet);
	world_close(w, true);
}

static void every_wild_room_has_its_turn(void **state) {
	(void)state;
	enum { WILD = 8 };
	struct world *w = world_open(NULL);
	struct place *wild[WILD], *quiet = place_new(w, 200, 3);
	struct delivery d;
	for (int i = 0; i < WILD; i++) {
		wild[i] = place_new(w, 100 + (uint64_t)i, MEMBERS);
		happen(w, wild[i], 1000);
	}
	happen(w, quiet, 1);
	assert_true(others_before(w, quiet) <= WILD * FANOUT_TURN);
	happen(w, quiet, 1);
	quiet->room->next_ns = 0;
	for (int i = 0; i < WILD; i++)
		happen(w, wild[i], 1000);   /* they go on and on */
	assert_true(others_before(w, quiet) <= (WILD + 1) * FANOUT_TURN);
	while (fanout_next(w->hub, &d))
		fanout_took(w->hub, &d);
	for (int i = 0; i < WILD; i++)
		place_free(wild[i]);
	place_free(quiet);
	world_close(w, true);
}

/* What a loop does: in each turn events have come in, then some hundred deliveries. */
static bool turn(struct world *w, const struct place *quiet) {
	struct delivery d;
	bool heard = false;
	for (int i = 0; i < TURN && fanout_next(w->hub, &d); i++) {
		heard |= session_peer(d.to) == quiet;
		fanout_took(w->hub, &d);
	}
	return heard;
}

/* 10,000 events a second to 1,000 members: the quiet room's message is not
 * among those that wait for the wild room to rest, nor behind its backlog. */
static void ten_thousand_a_second_delay_nobody_else(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct place *wild = place_new(w, 100, MEMBERS), *quiet = place_new(w, 101, 3);
	uint64_t start = clock_mono_ns(), said = 0, events = 0, worst = 0, now;
	int turns = 0, worst_turns = 0, messages = 0;
	while ((now = clock_mono_ns()) < start + 500000000) {
		uint64_t due = (now - start) / 100000;   /* one each 100 us */
		happen(w, wild, (int)(due - events));
		events = due;
		if (!said && now > start + 10000000u * (uint64_t)(messages + 1)) {
			said = now;
			turns = 0;
			quiet->room->next_ns = 0;
			happen(w, quiet, 1);
		}
		turns++;
		if (!turn(w, quiet) || !said)
			continue;
		if (clock_mono_ns() - said > worst)
			worst = clock_mono_ns() - said;
		if (turns > worst_turns)
			worst_turns = turns;
		said = 0;
		messages++;
	}
	print_message("%d messages, the slowest after %d turns and %.2f ms; %llu events in the wild room\n", messages, worst_turns,
		(double)worst / 1e6, (unsigned long long)events);
	assert_true(messages > 5);
	assert_in_range(worst_turns, 1, 2);
	place_free(wild);
	place_free(quiet);
	world_close(w, true);
}

/* Rests that were not needed are saved up: some costly fan-outs may follow each other at once. */
static void a_burst_after_quiet_goes_out_at_once(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct place *p = place_new(w, 100, 3);
	struct delivery d;
	int at_once = 0;
	for (; at_once < 50; at_once++) {
		happen(w, p, 1);
		if (p->room->paced)
			break;
		while (fanout_next(w->hub, &d)) {
			fanout_took(w->hub, &d);
			p->room->cost_ns = 2 * FANOUT_LIGHT_MAX / FANOUT_LIGHT;
		}
		assert_int_equal(p->room->sent, p->room->head);
	}
	assert_in_range(at_once, FANOUT_CREDIT / FANOUT_LIGHT_MAX, FANOUT_CREDIT / FANOUT_LIGHT_MAX + 2);
	p->room->rested_ns = hub_now(w->hub) - 1;   /* quiet again */
	p->room->next_ns = w->hub->paced_ns = 0;
	assert_true(fanout_next(w->hub, &d));
	place_free(p);
	world_close(w, true);
}

static size_t fill_all(struct session *s) {
	struct buf out = {0};
	size_t all = 0, n;
	do {
		out.len = 0;
		all += n = session_fill(s, &out, 65536);
	} while (n);
	buf_free(&out);
	return all;
}

/* Who lags far is served from memory as long as that has it; a Gap is for what it has not. */
static void who_lags_far_is_told_all_that_is_in_memory(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct place *p = place_new(w, 100, 2);
	happen(w, p, LIMIT_GAP_EVENTS + 2000);
	p->room->sent = p->room->head;
	assert_true(fill_all(p->members[0]) >= (LIMIT_GAP_EVENTS + 2000) * EVENT);
	assert_int_equal(room_follower(p->members[0], p->room)->cursor, p->room->head);
	roomlog_trim(&p->room->log, 1000);
	assert_true(fill_all(p->members[1]) < 100);
	assert_int_equal(room_follower(p->members[1], p->room)->cursor, p->room->head);
	place_free(p);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_room_waits_a_turn_at_most),
		cmocka_unit_test(every_wild_room_has_its_turn),
		cmocka_unit_test(ten_thousand_a_second_delay_nobody_else),
		cmocka_unit_test(a_burst_after_quiet_goes_out_at_once),
		cmocka_unit_test(who_lags_far_is_told_all_that_is_in_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
