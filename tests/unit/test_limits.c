/* What strangers may cost: the hub's bounds, tried one by one. */
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
#include "server/handle/table.h"
#include "server/room/address.h"
#include "server/room/hasher.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "server/room/presence.h"
#include "tests/support/world.h"

#define FOREIGN "192.0.2.7"

static Appchat__ErrorCode code_of(const Appchat__ServerFrame *answer) {
	if (!answer || answer->body_case != APPCHAT__SERVER_FRAME__BODY_ERROR)
		return APPCHAT__ERROR_CODE__ERROR_UNSPECIFIED;
	return answer->error->code;
}

static size_t count(const struct guy *g, Appchat__ServerFrame__BodyCase body) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += g->frames[i]->body_case == body;
	return n;
}

static size_t count_errors(const struct guy *g, Appchat__ErrorCode code) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += code_of(g->frames[i]) == code;
	return n;
}

/* Turns until nothing is under way. */
static void settle(struct guy *g) {
	for (int i = 0; i < 5000 && (g->world->hub->operations || i < 3); i++) {
		world_turn(g->world, &g, 1);
		usleep(500);
	}
}

static uint32_t ask_to_join(struct guy *g, const char *name) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__JoinRoom join = APPCHAT__JOIN_ROOM__INIT;
	join.name = (char *)name;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_JOIN_ROOM;
	frame.join_room = &join;
	return guy_say(g, &frame);
}

static uint32_t ask_to_make(struct guy *g, const char *name) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__CreateRoom make = APPCHAT__CREATE_ROOM__INIT;
	make.name = (char *)name;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CREATE_ROOM;
	frame.create_room = &make;
	return guy_say(g, &frame);
}

static uint32_t try_password(struct guy *g, const char *name) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__SignIn in = APPCHAT__SIGN_IN__INIT;
	in.name = (char *)name;
	in.password = (char *)"a wrong one";
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_IN;
	frame.sign_in = &in;
	return guy_say(g, &frame);
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
		if (code_of(g->frames[i]) == APPCHAT__ERROR_CODE__ERROR_RATE)
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
	assert_int_equal(code_of(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_TOO_LARGE);
	text[LIMIT_TEXT] = 0;
	for (int i = 0; i < 150; i++)
		send_text(g, text);
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
	assert_int_equal(code_of(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	follow.n_cursor = LIMIT_ROOMS_PER_USER;   /* foreign rooms: it is told so of each, within its rate */
	for (int i = 0; i < 300; i++)
		say_simple(g, APPCHAT__CLIENT_FRAME__BODY_FOLLOW, &follow);
	settle(g);
	assert_in_range(count(g, APPCHAT__SERVER_FRAME__BODY_DONE), 100, 220);
	assert_int_equal(g->session ? g->session->follow_count : 0, 0);
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

/* ---- rooms ---- */

static void one_is_in_so_many_rooms(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	char name[32];
	guy_be(g, "anna");
	for (int i = 0; i < LIMIT_ROOMS_PER_USER - 1; i++) {
		g->session->person->allowance->requests.at_ns = 0;
		snprintf(name, sizeof name, "room%d", i);
		const Appchat__ServerFrame *answer = guy_answer(g, ask_to_make(g, name));
		assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	}
	g->session->person->allowance->requests.at_ns = 0;
	assert_int_equal(code_of(guy_answer(g, ask_to_make(g, "toomany"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	struct guy *other = guy_open(w);
	guy_be(other, "ben");
	assert_int_equal(guy_answer(other, ask_to_make(other, "hers"))->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	assert_int_equal(code_of(guy_answer(g, ask_to_join(g, "hers"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	guy_close(other);
	guy_close(g);
	world_close(w, true);
}

static void one_address_makes_so_many_rooms_an_hour(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open_from(w, FOREIGN, NULL);
	char name[32];
	guy_be(g, "anna");
	for (int i = 0; i < ADDRESS_ROOMS_HOUR; i++) {
		g->session->person->allowance->requests.at_ns = 0;
		snprintf(name, sizeof name, "room%d", i);
		assert_int_equal(guy_answer(g, ask_to_make(g, name))->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	}
	g->session->person->allowance->requests.at_ns = 0;
	const Appchat__ServerFrame *answer = guy_answer(g, ask_to_make(g, "onemore"));
	assert_int_equal(code_of(answer), APPCHAT__ERROR_CODE__ERROR_RATE);
	assert_in_range(answer->error->retry_after_ms, 10000, 3600000 / ADDRESS_ROOMS_HOUR + 1);
	struct guy *other = guy_open_from(w, "192.0.2.8", NULL);
	guy_be(other, "ben");
	assert_int_equal(guy_answer(other, ask_to_make(other, "onemore"))->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	guy_close(other);
	guy_close(g);
	world_close(w, true);
}

static void the_server_has_so_many_rooms(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_be(g, "anna");
	for (uint64_t id = 1000; w->hub->room_count < HUB_ROOMS_MAX; id++) {
		struct store_room r = {.id = id, .epoch = 1, .floor = 1};
		snprintf(r.name, sizeof r.name, "r%llu", (unsigned long long)id);
		memcpy(r.key, r.name, sizeof r.name);
		room_add(w->hub, &r);
	}
	assert_int_equal(code_of(guy_answer(g, ask_to_make(g, "onemore"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	guy_close(g);
	world_close(w, true);
}

/* ---- names and passwords ---- */

static void one_address_claims_so_many_names(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g[ADDRESS_CLAIM_BURST + 1];
	char name[32];
	for (int i = 0; i < ADDRESS_CLAIM_BURST + 1; i++) {
		g[i] = guy_open_from(w, FOREIGN, NULL);
		snprintf(name, sizeof name, "name%d", i);
		guy_hello(g[i], NULL);
		const Appchat__ServerFrame *answer = guy_answer(g[i], guy_claim(g[i], name));
		if (i < ADDRESS_CLAIM_BURST)
			assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
		else if (code_of(answer) != APPCHAT__ERROR_CODE__ERROR_RATE)   /* a slow machine: one a second */
			assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
	}
	struct address *a = g[0]->session->from;
	uint32_t wait_ms = 0;
	int more = 0;
	for (int i = 0; i < 4 * ADDRESS_NAMES_HOUR; i++) {   /* later: a second for each */
		a->limits->claims.at_ns = 0;
		more += address_may_name(w->hub, a, 1, &wait_ms);
	}
	assert_in_range(more, ADDRESS_NAMES_HOUR - ADDRESS_CLAIM_BURST - 2, ADDRESS_NAMES_HOUR - ADDRESS_CLAIM_BURST + 1);
	assert_in_range(wait_ms, 10000, 3600000 / ADDRESS_NAMES_HOUR + 1);
	for (int i = 0; i < ADDRESS_CLAIM_BURST + 1; i++)
		guy_close(g[i]);
	world_close(w, true);
}

static void half_an_ipv6_address_is_one(void **state) {
	(void)state;
	char out[ADDRESS_TEXT];
	assert_string_equal(address_network("2001:db8:1:2:3:4:5:6", out), "2001:db8:1:2::/64");
	assert_string_equal(address_network("192.0.2.1", out), "192.0.2.1");
	assert_string_equal(address_network("::1", out), "::1");
	assert_string_equal(address_network("fe80::1%eth0", out), "fe80::1%eth0");
	struct world *w = world_open(NULL);
	w->hub->options.max_per_address = 2;
	struct guy *g[] = {guy_open_from(w, "2001:db8::1", NULL), guy_open_from(w, "2001:db8::2", NULL),
		guy_open_from(w, "2001:db8::3", NULL), guy_open_from(w, "2001:db8:0:1::3", NULL)};
	assert_non_null(g[0]->session);
	assert_non_null(g[1]->session);
	assert_string_equal(g[1]->session->from->text, "2001:db8::2");   /* as it is shown, and banned */
	assert_null(g[2]->session);
	assert_non_null(g[3]->session);
	guy_close(g[0]);
	struct guy *next = guy_open_from(w, "2001:db8::9", NULL);
	assert_non_null(next->session);
	guy_close(next);
	for (int i = 1; i < 4; i++)
		guy_close(g[i]);
	hub_now(w->hub);
	address_forget(w->hub);
	assert_int_equal(w->hub->addresses.count, 0);
	world_close(w, true);
}

static void passwords_are_tried_at_a_rate(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open_from(w, FOREIGN, NULL);
	int tried = 0;
	guy_hello(g, NULL);
	for (int i = 0; i < ADDRESS_PASSWORD_BURST + 5; i++)
		tried += code_of(guy_answer(g, try_password(g, "clea"))) == APPCHAT__ERROR_CODE__ERROR_CREDENTIALS;
	assert_in_range(tried, ADDRESS_PASSWORD_BURST, ADDRESS_PASSWORD_BURST + 4);
	guy_close(g);
	world_close(w, true);
}

static void one_name_is_tried_from_everywhere_at_a_rate(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	char from[32];
	uint32_t wait_ms = 0;
	int tried = 0;
	for (int i = 0; i < 3 * NAME_TRIES_BURST; i++) {
		snprintf(from, sizeof from, "192.0.2.%d", i);
		struct guy *other = guy_open_from(w, from, NULL);
		tried += address_may_try(w->hub, other->session->from, "clea", &wait_ms);
		assert_true(address_may_try(w->hub, other->session->from, from, &wait_ms));   /* another name */
		guy_close(other);
	}
	assert_int_equal(tried, NAME_TRIES_BURST);
	guy_close(g);
	world_close(w, true);
}

static void hashed(struct hash_job *job) {
	free(job);
}

static void passwords_wait_in_a_bounded_queue(void **state) {
	(void)state;
	struct hasher *h = hasher_new(NULL, NULL);
	size_t taken = 0;
	for (int i = 0; i < 2 * HASHER_QUEUE_MAX; i++) {
		struct hash_job *job = calloc(1, sizeof *job);
		strcpy(job->password, "correct horse");
		job->done = hashed;
		if (hasher_submit(h, job))
			taken++;
		else
			free(job);
	}
	assert_in_range(taken, HASHER_QUEUE_MAX, HASHER_QUEUE_MAX + 8);   /* some are done by now */
	hasher_free(h);
}

/* ---- connections ---- */

static void connections_have_their_bounds(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	w->hub->options.max_connections = 3;
	struct guy *g[4];
	for (int i = 0; i < 4; i++)
		g[i] = guy_open(w);
	assert_null(g[3]->session);
	for (int i = 0; i < 4; i++)
		guy_close(g[i]);
	w->hub->options.max_connections = 100;
	w->hub->options.max_per_address = 2;
	for (int i = 0; i < 4; i++)
		g[i] = guy_open_from(w, i < 3 ? FOREIGN : "192.0.2.8", NULL);
	assert_non_null(g[1]->session);
	assert_null(g[2]->session);
	assert_non_null(g[3]->session);
	for (int i = 0; i < 4; i++)
		guy_close(g[i]);
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
	assert_int_equal(code_of(g->frames[g->count - 1]), APPCHAT__ERROR_CODE__ERROR_BUSY);
	w->hub->posting -= HUB_POSTING_MAX + 1;
	assert_true(guy_send(g, "x", NULL));
	assert_int_equal(w->hub->posting, 0);
	guy_close(g);
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
		cmocka_unit_test(paging_a_large_room_costs_by_its_size),
		cmocka_unit_test(presence_is_told_at_a_pace),
		cmocka_unit_test(one_is_in_so_many_rooms),
		cmocka_unit_test(one_address_makes_so_many_rooms_an_hour),
		cmocka_unit_test(the_server_has_so_many_rooms),
		cmocka_unit_test(one_address_claims_so_many_names),
		cmocka_unit_test(half_an_ipv6_address_is_one),
		cmocka_unit_test(passwords_are_tried_at_a_rate),
		cmocka_unit_test(one_name_is_tried_from_everywhere_at_a_rate),
		cmocka_unit_test(passwords_wait_in_a_bounded_queue),
		cmocka_unit_test(connections_have_their_bounds),
		cmocka_unit_test(the_path_through_the_store_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
