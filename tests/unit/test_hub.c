/* Rooms, sessions and fan-out on a real store, without sockets. */
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
#include "server/handle/handle.h"
#include "server/handle/operator.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "tests/support/world.h"

/* Turns until the client has the events first..last, or five seconds. */
static bool waits_for(struct world *w, struct guy **guys, size_t count, struct guy *g, uint64_t first, uint64_t last) {
	for (int i = 0; i < 5000 && !guy_has_run(g, first, last); i++) {
		world_turn(w, guys, count);
		usleep(1000);
	}
	return guy_has_run(g, first, last);
}

static void one_says_both_hear(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guy_follow(guys[0], 0);
	guy_follow(guys[1], 0);
	assert_int_equal(guy_send(guys[0], "hello", NULL), 1);
	assert_true(waits_for(w, guys, 2, guys[1], 1, 1));
	assert_true(waits_for(w, guys, 2, guys[0], 1, 1));
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void a_retry_is_the_same_message(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	uint8_t id[16];
	guy_be(g, "anna");
	guy_follow(g, 0);
	uuid7(id);
	assert_int_equal(guy_send(g, "once", id), 1);
	assert_int_equal(guy_send(g, "once", id), 1);
	assert_int_equal(guy_send(g, "other", id), 0);
	assert_int_equal(g->frames[g->count - 1]->error->code, APPCHAT__ERROR_CODE__ERROR_CONFLICT);
	assert_int_equal(guy_send(g, "next", NULL), 2);
	assert_true(waits_for(w, &g, 1, g, 1, 2));
	guy_close(g);
	world_close(w, true);
}

static void a_blocked_client_lags_and_lives(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w), guy_open(w)};
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guy_be(guys[2], "cleo");
	for (int i = 0; i < 3; i++)
		guy_follow(guys[i], 0);
	guys[1]->blocked = true;
	for (int i = 0; i < 90; i++)
		assert_int_equal(guy_send(guys[0], "text", NULL), i + 1);
	assert_true(waits_for(w, guys, 3, guys[2], 1, 90));
	assert_false(guy_has_run(guys[1], 1, 90));
	guys[1]->blocked = false;
	assert_true(waits_for(w, guys, 3, guys[1], 1, 90));
	for (int i = 0; i < 3; i++)
		guy_close(guys[i]);
	world_close(w, true);
}

static void a_cursor_of_any_age_resumes(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	char dir[64];
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	for (int i = 0; i < 80; i++)
		guy_send(g, "text", NULL);
	guy_close(g);
	snprintf(dir, sizeof dir, "%s", w->dir);
	world_close(w, false);
	w = world_open(dir);   /* nothing in memory: all comes from the store */
	for (uint64_t after = 0; after <= 80; after += 16) {
		char name[32];
		g = guy_open(w);
		snprintf(name, sizeof name, "late-%d", (int)after);
		guy_be(g, name);
		guy_follow(g, after);
		assert_true(waits_for(w, &g, 1, g, after + 1, 80));
		guy_close(g);
	}
	world_close(w, true);
}

static void a_cursor_ahead_of_the_fan_out_is_exact(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guy_follow(guys[0], 0);
	assert_int_equal(guy_send(guys[0], "one", NULL), 1);
	struct room *room = room_by_id(w->hub, 1);
	room->next_ns = hub_now(w->hub) + 300000000;   /* it rests: what comes now is stored, not yet sent */
	assert_int_equal(guy_send(guys[0], "two", NULL), 2);
	assert_int_equal(room->sent, 1);
	guy_follow(guys[1], 2);                        /* ben has read both as history */
	assert_int_equal(guy_send(guys[0], "three", NULL), 3);
	assert_true(waits_for(w, guys, 2, guys[1], 3, 3));
	assert_true(waits_for(w, guys, 2, guys[0], 1, 3));
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void a_costly_fan_out_rests(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guy_follow(guys[0], 0);
	guy_follow(guys[1], 0);
	struct room *room = room_by_id(w->hub, 1);
	for (int i = 0; i < 5; i++) {
		uint64_t before = hub_now(w->hub), sent = room->sent;
		guy_send(guys[0], "text", NULL);
		waits_for(w, guys, 2, guys[1], 1, sent + 1);
		assert_true(room->cost_ns > 0);
		assert_true(room->rested_ns >= before + room->cost_ns * FANOUT_HEAVY);
	}
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void followers_come_and_go_during_a_fan_out(void **state) {
	(void)state;
	enum { N = 40 };
	struct world *w = world_open(NULL);
	struct guy *guys[N];
	uint64_t from[N], sent = 0;
	char name[32];
	srand(7);
	for (int i = 0; i < N; i++) {
		guys[i] = guy_open(w);
		snprintf(name, sizeof name, "user-%d", i);
		guy_be(guys[i], name);
		guy_follow(guys[i], from[i] = 0);
	}
	for (int round = 0; round < 300; round++) {
		int i = 1 + rand() % (N - 1);
		if (round % 4 == 0) {
			guy_close(guys[i]);
			guys[i] = guy_open(w);
			snprintf(name, sizeof name, "again-%d", round);
			guy_be(guys[i], name);
			guy_follow(guys[i], from[i] = sent ? sent - (uint64_t)rand() % sent : 0);
		} else
			guys[i]->blocked = !guys[i]->blocked;
		uint64_t seq = guy_send(guys[0], "text", NULL);
		if (seq)
			sent = seq;
	}
	for (int i = 0; i < N; i++)
		guys[i]->blocked = false;
	for (int i = 0; i < N; i++)
		assert_true(waits_for(w, guys, N, guys[i], from[i] + 1, sent));
	for (int i = 0; i < N; i++)
		guy_close(guys[i]);
	world_close(w, true);
}

static void who_left_gets_nothing_more(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__LeaveRoom leave = APPCHAT__LEAVE_ROOM__INIT;
	guy_be(guys[0], "anna");
	guy_be(guys[1], "ben");
	guy_follow(guys[0], 0);
	guy_follow(guys[1], 0);
	uint8_t id[16];
	uuid7(id);
	uint64_t seq = guy_send(guys[1], "said before", id);
	assert_true(waits_for(w, guys, 2, guys[1], 1, seq));
	leave.room = 1;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_LEAVE_ROOM;
	frame.leave_room = &leave;
	assert_int_equal(guy_answer(guys[1], guy_say(guys[1], &frame))->body_case, APPCHAT__SERVER_FRAME__BODY_DONE);
	assert_int_equal(guy_send(guys[1], "still here?", NULL), 0);
	assert_int_equal(guy_send(guys[1], "said before", id), seq);       /* its acknowledgement was lost */
	assert_int_equal(guy_send(guys[1], "said otherwise", id), 0);
	assert_int_equal(guy_send(guys[0], "secret", NULL), 2);
	assert_true(waits_for(w, guys, 2, guys[0], 1, 2));
	assert_true(guy_has_run(guys[1], 1, 1));
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void a_name_is_one_person(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *a = guy_open(w), *b = guy_open(w);
	guy_be(a, "admin");
	guy_hello(b, NULL);
	const char *const taken[] = {"admin", "ADMIN", "\xd0\xb0" "dmin", "adrnin"};
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		const Appchat__ServerFrame *answer = guy_answer(b, guy_claim(b, taken[i]));
		assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_ERROR);
		assert_true(answer->error->code == APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN ||
			answer->error->code == APPCHAT__ERROR_CODE__ERROR_NAME_INVALID);
	}
	guy_close(a);
	guy_close(b);
	world_close(w, true);
}

static void rubbish_ends_only_its_own_session(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};
	static const uint8_t rubbish[] = {0xff, 0xff, 0xff, 0xff};
	guy_be(guys[0], "anna");
	handle_frame(guys[1]->session, rubbish, sizeof rubbish);
	world_turn(w, guys, 2);
	assert_int_equal(guys[1]->closed, 1008);
	assert_int_equal(guys[1]->frames[0]->bye->reason, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL);
	assert_int_equal(guy_send(guys[0], "fine", NULL), 1);
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void an_unknown_request_is_answered(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	static const uint8_t unknown[] = {0x08, 0x63, 0x9a, 0x3f, 0x00};   /* request 99, field 1011 */
	guy_be(g, "anna");
	handle_frame(g->session, unknown, sizeof unknown);
	const Appchat__ServerFrame *answer = guy_answer(g, 99);
	assert_non_null(answer);
	assert_int_equal(answer->error->code, APPCHAT__ERROR_CODE__ERROR_UNSUPPORTED);
	guy_close(g);
	world_close(w, true);
}

static void kicked_and_banned(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	assert_int_equal(operator_kick(w->hub, "ANNA", NULL), 1);
	world_turn(w, &g, 1);
	assert_int_equal(g->closed, 4003);
	guy_close(g);
	world_close(w, true);
}

/* Many answers at once, to a request that looks at the person after each. */
static void a_flood_of_answers_ends_only_the_session(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w), *other = guy_open(w);
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__CreateRoom create = APPCHAT__CREATE_ROOM__INIT;
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	Appchat__Cursor cursor = APPCHAT__CURSOR__INIT, *cursors[500];
	char topic[1025];
	guy_be(g, "anna");
	guy_be(other, "ben");
	memset(topic, 't', 1024);
	topic[1024] = 0;
	create.name = (char *)"long";
	create.topic = topic;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CREATE_ROOM;
	frame.create_room = &create;
	const Appchat__ServerFrame *made = guy_answer(g, guy_say(g, &frame));
	assert_int_equal(made->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	cursor.room = made->room_state->id;
	cursor.epoch = made->room_state->epoch + 1;
	for (size_t i = 0; i < 500; i++)
		cursors[i] = &cursor;
	follow.n_cursor = 500;
	follow.cursor = cursors;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_FOLLOW;
	frame.follow = &follow;
	g->blocked = true;
	session_waits(g->session);
	for (int i = 0; i < 10 && g->session; i++) {
		guy_say(g, &frame);
		world_turn(w, &g, 1);
	}
	assert_int_equal(g->closed, 4005);
	assert_int_equal(guy_send(other, "still here", NULL), 1);
	guy_close(g);
	guy_close(other);
	world_close(w, true);
}

/* The store may think a guest long gone (the clock jumped, say); who is here keeps the name. */
static void a_present_guest_keeps_the_name(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *a = guy_open(w), *b = guy_open(w);
	guy_be(a, "anna");
	w->hub->options.guest_hold_seconds = 0;
	w->hub->started_ns -= 3600000000000ull;
	usleep(2000);
	guy_hello(b, NULL);
	assert_int_equal(guy_answer(b, guy_claim(b, "Anna"))->error->code, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	guy_close(a);
	usleep(5000);
	w->hub->ticked_ns = hub_now(w->hub);
	assert_int_equal(guy_answer(b, guy_claim(b, "Anna"))->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
	guy_close(b);
	world_close(w, true);
}

/* The clock is set a day ahead: an absent guest's name is held for as long again. */
static void a_clock_set_ahead_frees_no_name(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *a = guy_open(w), *b = guy_open(w);
	guy_be(a, "anna");
	guy_close(a);
	w->hub->started_ns -= 3600000000000ull;
	guy_hello(b, NULL);
	w->hub->options.guest_hold_seconds = 1;
	usleep(1100000);
	w->hub->ticked_ns = hub_now(w->hub);
	w->hub->wallclock.offset_ms -= 86400000; /* it was a day less */
	assert_int_equal(guy_answer(b, guy_claim(b, "Anna"))->error->code, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	w->hub->wallclock.jumped_ns -= 1000000000;
	assert_int_equal(guy_answer(b, guy_claim(b, "Anna"))->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
	guy_close(b);
	world_close(w, true);
}

/* Who goes before the answer to a claim comes leaves no name behind that nobody owns. */
static void a_broken_claim_frees_the_name(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *a = guy_open(w), *b = guy_open(w);
	guy_hello(a, NULL);
	guy_claim(a, "anna");
	guy_close(a);
	while (w->hub->operations) {
		world_turn(w, &b, 1);
		usleep(1000);
	}
	guy_be(b, "anna");
	guy_close(b);
	world_close(w, true);
}

/* A new connection is not a new burst. */
static void the_rate_is_the_users(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	w->hub->options.message_burst = 5;
	w->hub->options.message_rate = 1;
	guy_be(g, "anna");
	struct person *p = g->session->person;
	for (int i = 0; i < 5; i++)
		assert_int_equal(guy_send(g, "text", NULL), i + 1);
	assert_int_equal(guy_send(g, "text", NULL), 0);
	uint64_t user = p->user.id;
	guy_close(g);
	struct allowance *a = map_get(&w->hub->allowances, user);
	assert_non_null(a);
	assert_true(a->messages.at_ns > hub_now(w->hub));
	world_close(w, true);
}

static void a_name_is_no_address(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = {guy_open(w), guy_open(w)};   /* both from 127.0.0.1 */
	guy_be(guys[0], "anna");
	assert_int_equal(operator_close(w->hub, WHO_NAME, "127.0.0.1", false, NULL), 0);
	assert_int_equal(operator_close(w->hub, WHO_ADDRESS, "anna", false, NULL), 0);
	assert_int_equal(operator_close(w->hub, WHO_NAME, "anna", true, NULL), 1);
	assert_int_equal(operator_kick(w->hub, "127.0.0.1", NULL), 1);   /* the other one */
	world_turn(w, guys, 2);
	assert_true(guys[0]->closed && guys[1]->closed);
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_says_both_hear),
		cmocka_unit_test(a_retry_is_the_same_message),
		cmocka_unit_test(a_blocked_client_lags_and_lives),
		cmocka_unit_test(a_cursor_of_any_age_resumes),
		cmocka_unit_test(a_cursor_ahead_of_the_fan_out_is_exact),
		cmocka_unit_test(a_costly_fan_out_rests),
		cmocka_unit_test(followers_come_and_go_during_a_fan_out),
		cmocka_unit_test(who_left_gets_nothing_more),
		cmocka_unit_test(a_name_is_one_person),
		cmocka_unit_test(rubbish_ends_only_its_own_session),
		cmocka_unit_test(an_unknown_request_is_answered),
		cmocka_unit_test(kicked_and_banned),
		cmocka_unit_test(a_name_is_no_address),
		cmocka_unit_test(a_flood_of_answers_ends_only_the_session),
		cmocka_unit_test(a_present_guest_keeps_the_name),
		cmocka_unit_test(a_clock_set_ahead_frees_no_name),
		cmocka_unit_test(a_broken_claim_frees_the_name),
		cmocka_unit_test(the_rate_is_the_users),
	};
	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
