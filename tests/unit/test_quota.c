/* What one address, one name and the whole server may have: rooms, names, passwords, connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "server/room/address.h"
#include "server/room/hasher.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "tests/support/world.h"

#define FOREIGN "192.0.2.7"

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
	assert_int_equal(guy_code(guy_answer(g, ask_to_make(g, "toomany"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
	struct guy *other = guy_open(w);
	guy_be(other, "ben");
	assert_int_equal(guy_answer(other, ask_to_make(other, "hers"))->body_case, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE);
	assert_int_equal(guy_code(guy_answer(g, ask_to_join(g, "hers"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
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
	assert_int_equal(guy_code(answer), APPCHAT__ERROR_CODE__ERROR_RATE);
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
	assert_int_equal(guy_code(guy_answer(g, ask_to_make(g, "onemore"))), APPCHAT__ERROR_CODE__ERROR_LIMIT);
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
		else if (guy_code(answer) != APPCHAT__ERROR_CODE__ERROR_RATE)   /* a slow machine: one a second */
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
		tried += guy_code(guy_answer(g, try_password(g, "clea"))) == APPCHAT__ERROR_CODE__ERROR_CREDENTIALS;
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

/* The token of who claimed a name, from the answer. */
static const uint8_t *token_of(const Appchat__ServerFrame *answer) {
	assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
	assert_int_equal(answer->signed_in->token.len, LIMIT_TOKEN);
	return answer->signed_in->token.data;
}

static void one_user_has_so_many_connections(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g[PERSON_SESSIONS_MAX + 1];
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	g[0] = guy_open(w);
	guy_hello(g[0], NULL);
	hello.token = (ProtobufCBinaryData){LIMIT_TOKEN, (uint8_t *)token_of(guy_answer(g[0], guy_claim(g[0], "anna")))};
	hello.version_min = hello.version_max = 1;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	for (int i = 1; i <= PERSON_SESSIONS_MAX; i++) {
		g[i] = guy_open(w);
		const Appchat__ServerFrame *answer = guy_answer(g[i], guy_say(g[i], &frame));
		assert_true((i < PERSON_SESSIONS_MAX) == (answer != NULL));
	}
	const struct guy *last = g[PERSON_SESSIONS_MAX];
	assert_null(last->session);
	assert_int_equal(last->frames[last->count - 1]->bye->reason, APPCHAT__CLOSE_REASON__CLOSE_FULL);
	for (int i = 0; i <= PERSON_SESSIONS_MAX; i++)
		guy_close(g[i]);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_in_so_many_rooms),
		cmocka_unit_test(one_address_makes_so_many_rooms_an_hour),
		cmocka_unit_test(the_server_has_so_many_rooms),
		cmocka_unit_test(one_address_claims_so_many_names),
		cmocka_unit_test(half_an_ipv6_address_is_one),
		cmocka_unit_test(passwords_are_tried_at_a_rate),
		cmocka_unit_test(one_name_is_tried_from_everywhere_at_a_rate),
		cmocka_unit_test(passwords_wait_in_a_bounded_queue),
		cmocka_unit_test(one_user_has_so_many_connections),
		cmocka_unit_test(connections_have_their_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
