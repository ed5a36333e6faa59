/* Bans that come while the store works on somebody's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "proto/limits.h"
#include "server/handle/operator.h"
#include "server/room/hub_state.h"
#include "tests/support/world.h"

static void no_matter(void *arg, const char *error, uint64_t value) {
	(void)arg, (void)error, (void)value;
}

static void ban(struct world *w, const char *what, const char *reason) {
	char err[100];
	assert_true(operator_ban(w->hub, what, 0, reason, no_matter, NULL, err, sizeof err));
}

/* Turns until the store has done all that it was asked for. */
static void settle(struct world *w, struct guy **g, size_t count) {
	for (int i = 0; i < 5000 && (i < 20 || w->hub->operations); i++) {
		world_turn(w, g, count);
		usleep(1000);
	}
}

/* A sign-in that was asked for before the ban ends in the ban. */
static void banned_while_signing_in(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	guy_hello(g, NULL);
	guy_claim(g, "anna");
	ban(w, "name:anna", "no");
	settle(w, &g, 1);
	assert_int_equal(g->closed, 4004);
	guy_close(g);
	world_close(w, true);
}

/* So does the other connection of a guest who was about to take the banned name, and it is free after that. */
static void banned_while_taking_a_name(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g[2] = {guy_open(w), guy_open(w)};
	uint8_t token[LIMIT_TOKEN];
	guy_hello(g[0], NULL);
	const Appchat__ServerFrame *a = guy_answer(g[0], guy_claim(g[0], "anna"));
	memcpy(token, a->signed_in->token.data, sizeof token);
	guy_hello(g[1], token);
	assert_ptr_equal(g[0]->session->person, g[1]->session->person);
	guy_claim(g[0], "mallory");
	ban(w, "name:mallory", "no");
	settle(w, g, 2);
	assert_int_equal(g[0]->closed, 4004);
	assert_int_equal(g[1]->closed, 4004);
	guy_close(g[0]);
	guy_close(g[1]);
	world_close(w, true);
}

/* A new guest who is not let in leaves no name behind. */
static void banned_guests_hold_no_name(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	char err[100];
	guy_hello(g, NULL);
	guy_claim(g, "anna");
	ban(w, "name:anna", "no");
	settle(w, &g, 1);
	guy_close(g);
	assert_true(operator_unban(w->hub, "name:anna", no_matter, NULL, err, sizeof err));
	settle(w, NULL, 0);
	g = guy_open(w);
	guy_be(g, "anna");
	guy_close(g);
	world_close(w, true);
}

/* Who comes back with a token is told why not, in the operator's words. */
static void banned_who_come_back(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	uint8_t token[LIMIT_TOKEN];
	guy_hello(g, NULL);
	memcpy(token, guy_answer(g, guy_claim(g, "anna"))->signed_in->token.data, sizeof token);
	ban(w, "name:anna", "");
	settle(w, &g, 1);
	assert_string_equal(g->frames[g->count - 1]->bye->text, "The operator does not let you in.");
	guy_close(g);
	ban(w, "name:anna", "until Monday");
	g = guy_open(w);
	hello.version_min = hello.version_max = 1;
	hello.token = (ProtobufCBinaryData){sizeof token, token};
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	guy_say(g, &frame);
	settle(w, &g, 1);
	assert_int_equal(g->closed, 4004);
	assert_int_equal(g->count, 1);
	assert_string_equal(g->frames[0]->bye->text, "The operator does not let you in: until Monday");
	guy_close(g);
	world_close(w, true);
}

static void banned_accounts_hear_why(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__SignIn sign_in = APPCHAT__SIGN_IN__INIT;
	ban(w, "name:anna", "until Monday");
	settle(w, NULL, 0);
	guy_hello(g, NULL);
	sign_in.name = (char *)"anna";
	sign_in.password = (char *)"correct horse";
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_IN;
	frame.sign_in = &sign_in;
	const Appchat__ServerFrame *answer = guy_answer(g, guy_say(g, &frame));
	assert_int_equal(guy_code(answer), APPCHAT__ERROR_CODE__ERROR_BANNED);
	assert_string_equal(answer->error->text, "The operator does not let you in: until Monday");
	guy_close(g);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(banned_while_signing_in),
		cmocka_unit_test(banned_while_taking_a_name),
		cmocka_unit_test(banned_guests_hold_no_name),
		cmocka_unit_test(banned_who_come_back),
		cmocka_unit_test(banned_accounts_hear_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
