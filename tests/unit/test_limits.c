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
#include "tests/support/world.h"

static size_t count(const struct guy *g, Appchat__ServerFrame__BodyCase body) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += g->frames[i]->body_case == body;
	return n;
}

static size_t count_errors(const struct guy *g, Appchat__ErrorCode code) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += guy_code(g->frames[i]) == code;
	return n;
}

/* Turns until nothing is under way. */
static void settle(struct guy *g) {
	for (int i = 0; i < 5000 && (g->world->hub->operations || i < 3); i++) {
		world_turn(g->world, &g, 1);
		usleep(500);
	}
}

static void send_text(struct guy *g, const char *text) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send send = APPCHAT__SEND__INIT;
	uint8_t id[16];
	uuid7(id);
	send.room = 1;
	send.text = (char *)text;
	send.client_msg_id = (ProtobufCBinaryData){16, id};
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	frame.send = &send;
	guy_say(g, &frame);
}

static void say_simple(struct guy *g, Appchat__ClientFrame__BodyCase body, void *message) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	frame.body_case = body;
	frame.ping = message;
	guy_say(g, &frame);
}

/* ---- floods of one person ---- */

static void messages_beyond_the_rate_are_refused_with_a_time(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	for (int i = 0; i < 300; i++)
		send_text(g, "x");
	settle(g);
	size_t stored = count(g, APPCHAT__SERVER_FRAME__BODY_SEND_ACK);
	assert_in_range(stored, w->hub->options.message_burst, w->hub->options.message_burst + 20);
	assert_int_equal(stored + count_errors(g, APPCHAT__ERROR_CODE__ERROR_RATE), 300);
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
	send_text(g, text);   /* one byte too long */
	settle(g);
	assert_int_equal(guy_code(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_TOO_LARGE);
	text[LIMIT_TEXT] = 0;
	for (int i = 0; i < 150; i++) {
		send_text(g, text);
		if (i % 20 == 0)
			settle(g);   /* as fast as the room takes them */
	}
	settle(g);
	/* five of the budget of 400 each, though 200 messages are a burst */
	assert_in_range(count(g, APPCHAT__SERVER_FRAME__BODY_SEND_ACK), 70, 100);
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
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	settle(g);
	assert_in_range(count(g, APPCHAT__SERVER_FRAME__BODY_PONG), REQUEST_BURST - 10, REQUEST_BURST + 50);
	assert_non_null(g->session);
	for (int i = 0; i < 3000 && g->session; i++) {
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
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
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
		world_turn(w, &g, 1);
		if (g->session && g->session->out.len > most)
			most = g->session->out.len;
		usleep(200);
	}
	settle(g);
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
	say_simple(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	settle(g);
	assert_int_equal(guy_code(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	follow.n_cursor = LIMIT_ROOMS_PER_USER;   /* foreign rooms: it is told so of each, */
	say_simple(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	settle(g);
	assert_int_equal(count(g, APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT), LIMIT_ROOMS_PER_USER);
	follow.n_cursor = 1;   /* and within its rate */
	for (int i = 0; i < 300; i++)
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	settle(g);
	assert_in_range(count(g, APPCHAT__SERVER_FRAME__BODY_DONE), 100, 220);
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
	say_simple(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
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
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_MEMBERS, &members);
	settle(g);
	assert_in_range(count(g, APPCHAT__SERVER_FRAME__BODY_MEMBER_PAGE), 10, 25);   /* 24 of 400 each */
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
	size_t told = count(g, APPCHAT__SERVER_FRAME__BODY_PRESENCE);
	assert_true(told > 0);
	assert_true(room->presence_next_ns >= w->hub->now_ns + 1000000000u / PRESENCE_PER_SECOND - 1000000);
	room->presence_next_ns = hub_now(w->hub) + 1000000000u;
	for (int i = 0; i < 100; i++) {
		room->presence_due = true;
		presence_tick(w->hub);
		world_turn(w, &g, 1);
	}
	assert_int_equal(count(g, APPCHAT__SERVER_FRAME__BODY_PRESENCE), told);
	guy_close(g);
	world_close(w, true);
}

static void the_path_through_the_store_is_bounded(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	w->hub->posting += HUB_POSTING_MAX + 1;   /* as when the disk stands still */
	send_text(g, "x");
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
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
	}
	assert_int_equal(g->session->pending, PENDING_MAX);
	settle(g);
	assert_int_equal(count(g, APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE), PENDING_MAX);
	assert_int_equal(count_errors(g, APPCHAT__ERROR_CODE__ERROR_BUSY), 50);
	guy_close(g);
	world_close(w, true);
}

/* Somebody with the largest text there is, and the lobby, which they follow. */
struct flood {
	struct world *w;
	struct guy *g;
	struct room *room;
	char *text;
};

static struct flood flood_open(void) {
	struct flood f = {.w = world_open(NULL), .text = calloc(1, LIMIT_TEXT + 1)};
	f.g = guy_open(f.w);
	f.room = room_by_id(f.w->hub, 1);
	guy_be(f.g, "anna");
	guy_follow(f.g, 0);
	memset(f.text, 'x', LIMIT_TEXT);
	return f;
}

static void flood_close(struct flood *f) {
	free(f->text);
	guy_close(f->g);
	world_close(f->w, true);
}

/* What cannot be sent on is not taken: it stays with those who said it. */
static void a_room_with_a_backlog_takes_no_more(void **state) {
	(void)state;
	struct flood f = flood_open();
	f.room->next_ns = hub_now(f.w->hub) + UINT64_C(60000000000);   /* as if the last fan-out had cost a lot */
	for (size_t bytes = 0; bytes < FANOUT_BACKLOG; bytes += LIMIT_TEXT)
		send_text(f.g, f.text);
	settle(f.g);
	send_text(f.g, "one more");
	settle(f.g);
	const Appchat__ServerFrame *last = f.g->frames[f.g->count - 1];
	assert_int_equal(guy_code(last), APPCHAT__ERROR_CODE__ERROR_BUSY);
	assert_true(last->error->temporary && last->error->retry_after_ms > 0);
	f.room->next_ns = f.w->hub->paced_ns = 0;
	settle(f.g);
	assert_int_equal(f.room->sent, f.room->head);
	uint64_t seq = guy_send(f.g, "now", NULL);
	assert_int_equal(seq, FANOUT_BACKLOG / LIMIT_TEXT + 1);
	settle(f.g);
	assert_true(guy_has_run(f.g, 1, FANOUT_BACKLOG / LIMIT_TEXT + 1));
	flood_close(&f);
}

/* What is being committed counts as well: a slow disk makes no larger backlog. */
static void a_slow_commit_makes_no_backlog(void **state) {
	(void)state;
	struct flood f = flood_open();
	for (size_t bytes = 0; bytes < 2 * FANOUT_BACKLOG; bytes += LIMIT_TEXT)
		send_text(f.g, f.text);   /* no answer of the store is taken meanwhile */
	settle(f.g);
	assert_true(f.room->head >= FANOUT_BACKLOG / LIMIT_TEXT - 1 && f.room->head <= FANOUT_BACKLOG / LIMIT_TEXT + 1);
	assert_true(count_errors(f.g, APPCHAT__ERROR_CODE__ERROR_BUSY) > 0);
	assert_int_equal(f.room->posting_bytes, 0);
	assert_true(guy_has_run(f.g, 1, f.room->head));
	flood_close(&f);
}

/* Where rooms are many a room's log is small, and no event leaves it before it was sent. */
static void a_backlog_fits_in_the_log(void **state) {
	(void)state;
	struct flood f = flood_open();
	for (uint64_t id = 1000; f.w->hub->room_count < 9000; id++) {
		struct store_room r = {.id = id, .epoch = 1, .floor = 1};
		snprintf(r.name, sizeof r.name, "r%llu", (unsigned long long)id);
		snprintf(r.key, sizeof r.key, "r%llu", (unsigned long long)id);
		room_add(f.w->hub, &r);
	}
	f.room->next_ns = hub_now(f.w->hub) + UINT64_C(60000000000);
	for (int i = 0; i < 5; i++) {
		send_text(f.g, f.text);
		settle(f.g);
	}
	assert_true(f.room->head > 0 && f.room->log.first <= f.room->sent + 1);
	assert_true(count_errors(f.g, APPCHAT__ERROR_CODE__ERROR_BUSY) > 0);
	flood_close(&f);
}

/* When too much waits for slow sockets, a slow one whose answers pass its share is closed; others are served. */
static void what_waits_for_slow_sockets_is_bounded(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	Appchat__Ping ping = APPCHAT__PING__INIT;
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guys[1]->blocked = true;
	for (int i = 0; i < 20; i++)
		say_simple(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	world_turn(w, guys, 2);
	say_simple(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	assert_true(w->hub->untaken > 0);
	w->hub->untaken += SESSION_UNTAKEN_MAX;   /* others' */
	say_simple(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	world_turn(w, guys, 2);
	assert_int_equal(guys[1]->closed, 0);   /* little of that is its own */
	w->hub->session_count += SESSION_UNTAKEN_MAX / 16;
	say_simple(guys[0], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	say_simple(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	world_turn(w, guys, 2);
	w->hub->session_count -= SESSION_UNTAKEN_MAX / 16;
	assert_int_equal(count(guys[0], APPCHAT__SERVER_FRAME__BODY_PONG), 1);
	assert_int_equal(guys[1]->closed, close_reason_status(APPCHAT__CLOSE_REASON__CLOSE_SLOW));
	assert_int_equal(guys[0]->closed, 0);
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_turn(w, NULL, 0);
	assert_int_equal(w->hub->untaken, SESSION_UNTAKEN_MAX);
	world_close(w, true);
}

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
		cmocka_unit_test(a_room_with_a_backlog_takes_no_more),
		cmocka_unit_test(a_slow_commit_makes_no_backlog),
		cmocka_unit_test(a_backlog_fits_in_the_log),
		cmocka_unit_test(what_waits_for_slow_sockets_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
