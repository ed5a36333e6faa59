/* What one connection may cost, whatever it says: floods, large frames, storms of requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/uuid.h"
#include "proto/limits.h"
#include "server/handle/handle.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "server/room/presence.h"
#include "server/room/reason.h"
#include "tests/support/talk.h"

/* ---- floods of one person ---- */

static void messages_beyond_the_rate_are_refused_with_a_time(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	for (int i = 0; i < 300; i++)
		guy_text(g, "x");
	guy_settle(g);
	size_t stored = guy_count(g, APPCHAT__SERVER_FRAME__BODY_SEND_ACK);
	assert_in_range(stored, w->hub->options.message_burst, w->hub->options.message_burst + 20);
	assert_int_equal(stored + guy_errors(g, APPCHAT__ERROR_CODE__ERROR_RATE), 300);
	for (size_t i = 0; i < g->count; i++)
		if (guy_code(g->frames[i]) == APPCHAT__ERROR_CODE__ERROR_RATE)
			assert_true(g->frames[i]->error->temporary && g->frames[i]->error->retry_after_ms > 0);
	assert_non_null(g->session);
	guy_close(g);
	world_close(w, true);
}

static void large_messages_cost_more(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	char *text = malloc(LIMIT_TEXT + 2);
	guy_be(g, "anna");
	memset(text, 'x', LIMIT_TEXT + 1);
	text[LIMIT_TEXT + 1] = 0;
	guy_text(g, text);   /* one byte too long */
	guy_settle(g);
	assert_int_equal(guy_code(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_TOO_LARGE);
	text[LIMIT_TEXT] = 0;
	for (int i = 0; i < 150; i++) {
		guy_text(g, text);
		if (i % 20 == 0)
			guy_settle(g);   /* as fast as the room takes them */
	}
	guy_settle(g);
	/* five of the budget of 400 each, though 200 messages are a burst */
	assert_in_range(guy_count(g, APPCHAT__SERVER_FRAME__BODY_SEND_ACK), 70, 100);
	free(text);
	guy_close(g);
	world_close(w, true);
}

static void a_flood_of_requests_ends_the_connection(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__Ping ping = APPCHAT__PING__INIT;
	guy_be(g, "anna");
	for (int i = 0; i < 1000; i++)
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	guy_settle(g);
	assert_in_range(guy_count(g, APPCHAT__SERVER_FRAME__BODY_PONG), REQUEST_BURST - 10, REQUEST_BURST + 50);
	assert_non_null(g->session);
	for (int i = 0; i < 3000 && g->session; i++) {
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
		world_turn(w, &g, 1);
	}
	assert_null(g->session);
	assert_int_equal(g->frames[g->count - 1]->bye->reason, APPCHAT__CLOSE_REASON__CLOSE_FLOOD);
	guy_close(g);
	world_close(w, true);
}

/* ---- frames ---- */

static void a_frame_may_be_so_large(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w), *early = guy_open(w);
	uint8_t *bytes = calloc(1, LIMIT_FRAME + 1);
	assert_int_equal(handle_frame_limit(early->session), LIMIT_FRAME_EARLY);
	handle_frame(early->session, bytes, LIMIT_FRAME_EARLY + 1);
	world_turn(w, &early, 1);
	assert_null(early->session);
	guy_be(g, "anna");
	assert_int_equal(handle_frame_limit(g->session), LIMIT_FRAME);
	handle_frame(g->session, bytes, LIMIT_FRAME + 1);
	world_turn(w, &g, 1);
	assert_null(g->session);
	assert_int_equal(g->frames[g->count - 1]->bye->reason, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL);
	free(bytes);
	guy_close(g);
	guy_close(early);
	world_close(w, true);
}

/* ---- storms ---- */

static void a_storm_of_history_keeps_to_its_bytes(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__History page = APPCHAT__HISTORY__INIT;
	char *text = malloc(8001);
	size_t most = 0;
	guy_be(g, "anna");
	memset(text, 'x', 8000);
	text[8000] = 0;
	for (int i = 0; i < 100; i++)
		assert_true(guy_send(g, text, NULL));
	g->session->person->allowance->requests.at_ns = 0;
	page.room = 1;
	page.limit = LIMIT_HISTORY_EVENTS;
	g->blocked = true;
	session_waits(g->session);
	for (int i = 0; i < 400 && g->session; i++) {
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
		world_turn(w, &g, 1);
		if (g->session && g->session->out.len > most)
			most = g->session->out.len;
		usleep(200);
	}
	guy_settle(g);
	assert_null(g->session);   /* it let the pages pile up */
	assert_true(most <= SESSION_CONTROL_MAX + LIMIT_HISTORY_BYTES + 65536);
	free(text);
	guy_close(g);
	world_close(w, true);
}

static void a_follow_of_too_many_rooms_is_refused(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	static Appchat__Cursor cursors[LIMIT_ROOMS_PER_USER + 1], *list[LIMIT_ROOMS_PER_USER + 1];
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	guy_be(g, "anna");
	for (size_t i = 0; i < LIMIT_ROOMS_PER_USER + 1; i++) {
		appchat__cursor__init(&cursors[i]);
		cursors[i].room = 1000 + i;
		list[i] = &cursors[i];
	}
	follow.cursor = list;
	follow.n_cursor = LIMIT_ROOMS_PER_USER + 1;
	guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	guy_settle(g);
	assert_int_equal(guy_code(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	follow.n_cursor = LIMIT_ROOMS_PER_USER;   /* foreign rooms: it is told so of each, */
	guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	guy_settle(g);
	assert_int_equal(guy_count(g, APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT), LIMIT_ROOMS_PER_USER);
	follow.n_cursor = 1;   /* and within its rate */
	for (int i = 0; i < 300; i++)
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	guy_settle(g);
	assert_in_range(guy_count(g, APPCHAT__SERVER_FRAME__BODY_DONE), 100, 220);
	assert_int_equal(g->session ? g->session->follow_count : 0, 0);
	guy_close(g);
	world_close(w, true);
}

/* Who has a long log sent again and again is slowed down. */
static void catching_up_has_a_price(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	guy_follow(g, 0);
	struct room *room = room_by_id(w->hub, 1);
	room->head = room->sent = 9000;   /* as if so much had been said; none of it is asked of the store: */
	g->blocked = true;
	session_waits(g->session);
	Appchat__Cursor cursor = APPCHAT__CURSOR__INIT, *list[] = {&cursor};
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	cursor.room = 1;
	cursor.epoch = room->epoch;
	follow.cursor = list;
	follow.n_cursor = 1;
	size_t before = g->session->out.len;
	uint64_t full = hub_now(w->hub);
	g->session->person->allowance->requests.at_ns = full;
	guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	assert_true(g->session->out.len > before);
	uint64_t cost = (g->session->person->allowance->requests.at_ns - full) / (1000000000u / REQUEST_RATE);
	assert_in_range(cost, 18, 22);   /* 9,000 events, and the request itself */
	room->head = room->sent = 0;
	guy_close(g);
	world_close(w, true);
}

/* Who is here costs more in a large room. */
static void paging_a_large_room_costs_by_its_size(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__Members members = APPCHAT__MEMBERS__INIT;
	guy_be(g, "anna");
	struct room *room = room_by_id(w->hub, 1);
	uint32_t people = 4000;
	struct person *crowd = calloc(people, sizeof *crowd);
	room->people = realloc(room->people, (people + 1) * sizeof(struct person *));
	for (uint32_t i = 0; i < people; i++) {
		snprintf(crowd[i].user.name, sizeof crowd[i].user.name, "n%u", i);
		room->people[room->people_count++] = &crowd[i];
	}
	room->people_cap = people + 1;
	members.room = 1;
	for (int i = 0; i < 100; i++)
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_MEMBERS, &members);
	guy_settle(g);
	assert_in_range(guy_count(g, APPCHAT__SERVER_FRAME__BODY_MEMBER_PAGE), 10, 25);   /* 24 of 400 each */
	room->people_count -= people;
	free(crowd);
	guy_close(g);
	world_close(w, true);
}

/* People come and go all the time: who listens is told now and then, the slower the more listen. */
static void presence_is_told_at_a_pace(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	guy_follow(g, 0);
	struct room *room = room_by_id(w->hub, 1);
	room->presence_due = true;
	room->presence_next_ns = 0;
	presence_tick(w->hub);
	world_turn(w, &g, 1);
	size_t told = guy_count(g, APPCHAT__SERVER_FRAME__BODY_PRESENCE);
	assert_true(told > 0);
	assert_true(room->presence_next_ns >= w->hub->now_ns + 1000000000u / PRESENCE_PER_SECOND - 1000000);
	room->presence_next_ns = hub_now(w->hub) + 1000000000u;
	for (int i = 0; i < 100; i++) {
		room->presence_due = true;
		presence_tick(w->hub);
		world_turn(w, &g, 1);
	}
	assert_int_equal(guy_count(g, APPCHAT__SERVER_FRAME__BODY_PRESENCE), told);
	guy_close(g);
	world_close(w, true);
}

static void the_path_through_the_store_is_bounded(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	w->hub->posting += HUB_POSTING_MAX + 1;   /* as when the disk stands still */
	guy_text(g, "x");
	world_turn(w, &g, 1);
	assert_int_equal(guy_code(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_BUSY);
	w->hub->posting -= HUB_POSTING_MAX + 1;
	assert_true(guy_send(g, "x", NULL));
	assert_int_equal(w->hub->posting, 0);
	guy_close(g);
	world_close(w, true);
}

/* None of their answers is taken in before all were asked. */
static void so_many_requests_wait_for_the_store(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__History page = APPCHAT__HISTORY__INIT;
	guy_be(g, "anna");
	assert_true(guy_send(g, "x", NULL));
	page.room = 1;
	for (int i = 0; i < PENDING_MAX + 50; i++) {
		g->session->person->allowance->requests.at_ns = 0;
		guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
	}
	assert_int_equal(g->session->pending, PENDING_MAX);
	guy_settle(g);
	assert_int_equal(guy_count(g, APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE), PENDING_MAX);
	assert_int_equal(guy_errors(g, APPCHAT__ERROR_CODE__ERROR_BUSY), 50);
	guy_close(g);
	world_close(w, true);
}

/* Somebody with the largest text there is, and the lobby, which they follow. */

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_beyond_the_rate_are_refused_with_a_time),
		cmocka_unit_test(large_messages_cost_more),
		cmocka_unit_test(a_flood_of_requests_ends_the_connection),
		cmocka_unit_test(a_frame_may_be_so_large),
		cmocka_unit_test(a_storm_of_history_keeps_to_its_bytes),
		cmocka_unit_test(a_follow_of_too_many_rooms_is_refused),
		cmocka_unit_test(catching_up_has_a_price),
		cmocka_unit_test(paging_a_large_room_costs_by_its_size),
		cmocka_unit_test(presence_is_told_at_a_pace),
		cmocka_unit_test(so_many_requests_wait_for_the_store),
		cmocka_unit_test(the_path_through_the_store_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
