/* More sessions than one may have: which of them end, and their connections with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/limits.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "tests/support/world.h"

static char password[] = "correct horse", name[] = "anna";

static void mark_done(struct store_op *op) {
	op->done = NULL;
}

static void run(struct world *w, struct store_op *op, enum store_kind kind) {
	op->kind = kind;
	op->done = mark_done;
	store_submit(w->store, op);
	for (int i = 0; i < 5000 && op->done; i++) {
		world_turn(w, NULL, 0);
		usleep(1000);
	}
	assert_null(op->done);
	assert_int_equal(op->result, STORE_OK);
}

static void make_account(struct guy *g) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__SignUp up = APPCHAT__SIGN_UP__INIT;
	guy_be(g, name);
	up.name = name;
	up.password = password;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_UP;
	frame.sign_up = &up;
	const Appchat__ServerFrame *answer = guy_answer(g, guy_say(g, &frame));
	assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
}

static void sign_in(struct guy *g) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	Appchat__SignIn in = APPCHAT__SIGN_IN__INIT;
	hello.version_min = hello.version_max = 1;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	assert_non_null(guy_answer(g, guy_say(g, &frame)));
	in.name = name;
	in.password = password;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_IN;
	frame.sign_in = &in;
	const Appchat__ServerFrame *answer = guy_answer(g, guy_say(g, &frame));
	assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
}

/* As many sessions as one may have, the first of them connected; all but it seen `ahead_ms` from now. */
static void fill_up(struct guy *g, uint64_t ahead_ms) {
	uint64_t user = g->session->person->user.id, first = g->session->id;
	for (uint8_t i = 1; i < LIMIT_SESSIONS_PER_USER; i++) {
		struct store_session_new n = { .user = user, .token_hash = { i }, .max = LIMIT_SESSIONS_PER_USER };
		run(g->world, &n.op, STORE_SESSION_NEW);
		assert_int_equal(n.ended_count, 0);
		assert_true(n.session > first);
		free(n.rooms);
		struct store_seen seen = { .user = user, .session = n.session, .time_ms = clock_wall_ms() + ahead_ms };
		run(g->world, &seen.op, STORE_SEEN);
	}
}

static void who_is_connected_stays(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = { guy_open(w), guy_open(w) };
	make_account(guys[0]);
	fill_up(guys[0], 0);
	struct store_sessions list = { .user = guys[0]->session->person->user.id };
	sign_in(guys[1]);
	world_turn(w, guys, 2);
	assert_int_equal(guys[0]->closed, 0);
	run(w, &list.op, STORE_SESSIONS);
	assert_int_equal(list.count, LIMIT_SESSIONS_PER_USER);
	assert_int_equal(list.rows[list.count - 1].id, guys[0]->session->id);
	free(list.rows);
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

static void what_ends_is_closed(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[] = { guy_open(w), guy_open(w) };
	make_account(guys[0]);
	fill_up(guys[0], 3600000);   /* though connected, the first one is the oldest */
	sign_in(guys[1]);
	world_turn(w, guys, 2);
	assert_int_equal(guys[0]->closed, 4001);
	assert_int_equal(guys[0]->frames[guys[0]->count - 1]->bye->reason, APPCHAT__CLOSE_REASON__CLOSE_REVOKED);
	assert_int_equal(guys[1]->closed, 0);
	guy_close(guys[0]);
	guy_close(guys[1]);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_connected_stays), cmocka_unit_test(what_ends_is_closed),
	};
	return cmocka_run_group_tests_name("store: sessions", tests, NULL, NULL);
}
