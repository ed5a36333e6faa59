/* The same request to be somebody, again: the answer was lost, the name is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/uuid.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "tests/support/world.h"

enum how { CLAIM, SIGN_UP, SIGN_IN };

static struct world *w;
static uint8_t token[32];

static int set_up(void **state) {
	(void)state;
	w = world_open(NULL);
	random_bytes(token, sizeof token);
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	world_close(w, true);
	return 0;
}

static uint32_t ask(struct guy *g, enum how how, const char *name, const void *data, size_t len) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim claim = APPCHAT__CLAIM__INIT;
	Appchat__SignUp up = APPCHAT__SIGN_UP__INIT;
	Appchat__SignIn in = APPCHAT__SIGN_IN__INIT;
	claim.name = up.name = in.name = (char *)name;
	up.password = in.password = (char *)"correct horse";
	claim.token = up.token = in.token = (ProtobufCBinaryData){len, (uint8_t *)data};
	if (how == CLAIM) {
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CLAIM;
		frame.claim = &claim;
	} else if (how == SIGN_UP) {
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_UP;
		frame.sign_up = &up;
	} else {
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_IN;
		frame.sign_in = &in;
	}
	return guy_say(g, &frame);
}

static struct guy *newcomer(void) {
	struct guy *g = guy_open(w);
	guy_hello(g, NULL);
	return g;
}

/* Must succeed; the session's id. */
static uint64_t become(struct guy *g, enum how how, const char *name, const void *data, size_t len) {
	const Appchat__ServerFrame *answer = guy_answer(g, ask(g, how, name, data, len));
	assert_non_null(answer);
	assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN);
	assert_string_equal(answer->signed_in->user->name, name);
	assert_int_equal(answer->signed_in->token.len, len ? 0 : 32);   /* nobody is told what it knows */
	assert_int_equal(answer->signed_in->n_rooms, 1);
	return answer->signed_in->session;
}

static void refused(struct guy *g, enum how how, const char *name, const void *data, size_t len, Appchat__ErrorCode code) {
	const Appchat__ServerFrame *answer = guy_answer(g, ask(g, how, name, data, len));
	assert_non_null(answer);
	assert_int_equal(answer->body_case, APPCHAT__SERVER_FRAME__BODY_ERROR);
	assert_int_equal(answer->error->code, code);
}

static size_t sessions(struct guy *g) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__ListSessions list = APPCHAT__LIST_SESSIONS__INIT;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_LIST_SESSIONS;
	frame.list_sessions = &list;
	return guy_answer(g, guy_say(g, &frame))->session_list->n_session;
}

/* The connection breaks before the answer; the store has it all the same. */
static void ask_and_go(enum how how, const char *name) {
	struct guy *g = newcomer();
	ask(g, how, name, token, sizeof token);
	guy_close(g);
	while (w->hub->operations) {
		world_turn(w, NULL, 0);
		usleep(1000);
	}
}

static void a_lost_answer_is_asked_for_again(void **state) {
	(void)state;
	uint8_t other[32];
	random_bytes(other, sizeof other);
	ask_and_go(CLAIM, "anna");
	struct guy *a = newcomer(), *b = newcomer();
	refused(b, CLAIM, "anna", other, sizeof other, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	refused(b, CLAIM, "anna", NULL, 0, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	uint64_t session = become(a, CLAIM, "anna", token, sizeof token);
	assert_int_equal(sessions(a), 1);
	guy_close(a);
	a = guy_open(w);
	const Appchat__Welcome *welcome = guy_hello(a, token);
	assert_int_equal(welcome->signed_in->session, session);
	assert_int_equal(sessions(a), 1);
	guy_close(a);
	guy_close(b);
}

/* The server has not noticed yet that the first connection is dead. */
static void beside_the_old_connection_too(void **state) {
	(void)state;
	struct guy *a = newcomer(), *again = newcomer();
	uint64_t session = become(a, CLAIM, "anna", token, sizeof token);
	assert_int_equal(become(again, CLAIM, "anna", token, sizeof token), session);
	assert_ptr_equal(a->session->person, again->session->person);
	assert_int_equal(sessions(a), 1);
	guy_close(a);
	guy_close(again);
}

/* With a chosen token too, who is here keeps the name, whenever the store last heard of it. */
static void a_token_takes_nobodys_name(void **state) {
	(void)state;
	struct guy *a = newcomer(), *b = newcomer();
	become(a, CLAIM, "anna", NULL, 0);
	w->hub->options.guest_hold_seconds = 0;
	w->hub->started_ns -= 3600000000000ull;
	usleep(2000);
	refused(b, CLAIM, "anna", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	refused(b, SIGN_UP, "anna", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN);
	guy_close(a);
	guy_close(b);
}

static void a_token_must_look_like_chance(void **state) {
	(void)state;
	static const uint8_t zero[33];
	uint8_t few[32];
	struct guy *g = newcomer();
	for (size_t i = 0; i < sizeof few; i++)
		few[i] = (uint8_t)(i % 7);
	for (enum how how = CLAIM; how <= SIGN_IN; how++) {
		refused(g, how, "anna", zero, 32, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
		refused(g, how, "anna", few, 32, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
		refused(g, how, "anna", token, 31, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
		refused(g, how, "anna", zero, 33, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
		refused(g, how, "anna", token, 1, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
	}
	become(g, CLAIM, "anna", token, sizeof token);
	guy_close(g);
}

static void the_token_of_another_is_no_use(void **state) {
	(void)state;
	uint8_t other[32];
	static const uint8_t zero[32];
	random_bytes(other, sizeof other);
	struct guy *a = newcomer(), *b = newcomer(), *c = newcomer();
	become(a, CLAIM, "anna", token, sizeof token);
	become(c, SIGN_UP, "carl", other, sizeof other);
	guy_close(c);
	refused(b, CLAIM, "ben", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
	char text[200];
	strcpy(text, b->frames[b->count - 1]->error->text);
	refused(b, CLAIM, "ben", zero, sizeof zero, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
	assert_string_equal(text, b->frames[b->count - 1]->error->text);   /* which of the two, it does not say */
	refused(b, SIGN_UP, "ben", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
	refused(b, SIGN_UP, "anna", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_MALFORMED);   /* she is a guest */
	refused(b, SIGN_IN, "carl", token, sizeof token, APPCHAT__ERROR_CODE__ERROR_MALFORMED);
	become(b, CLAIM, "ben", NULL, 0);
	assert_int_equal(sessions(a), 1);
	guy_close(a);
	guy_close(b);
}

static void accounts_and_passwords_too(void **state) {
	(void)state;
	uint8_t second[32];
	random_bytes(second, sizeof second);
	ask_and_go(SIGN_UP, "anna");
	struct guy *a = newcomer(), *b = newcomer(), *c = newcomer();
	uint64_t session = become(a, SIGN_UP, "anna", token, sizeof token);
	assert_int_equal(sessions(a), 1);
	uint64_t other = become(b, SIGN_IN, "anna", second, sizeof second);
	assert_int_not_equal(other, session);
	assert_int_equal(become(c, SIGN_IN, "anna", second, sizeof second), other);
	assert_int_equal(sessions(a), 2);
	guy_close(a);
	guy_close(b);
	guy_close(c);
}

/* Who asked for another name is gone; the other tab has it all the same. */
static void who_is_here_twice_changes_once(void **state) {
	(void)state;
	struct guy *a = newcomer(), *b = guy_open(w);
	become(a, CLAIM, "anna", token, sizeof token);
	guy_hello(b, token);
	ask(a, CLAIM, "berta", NULL, 0);
	guy_close(a);
	while (w->hub->operations) {
		world_turn(w, &b, 1);
		usleep(1000);
	}
	assert_string_equal(b->session->person->user.name, "berta");
	guy_close(b);
}

#define IN_A_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_lost_answer_is_asked_for_again),
		IN_A_WORLD(beside_the_old_connection_too),
		IN_A_WORLD(a_token_takes_nobodys_name),
		IN_A_WORLD(a_token_must_look_like_chance),
		IN_A_WORLD(the_token_of_another_is_no_use),
		IN_A_WORLD(accounts_and_passwords_too),
		IN_A_WORLD(who_is_here_twice_changes_once),
	};
	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
