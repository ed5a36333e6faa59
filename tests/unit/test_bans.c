/* Bans that come while the store works on somebody's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/utf8.h"
#include "proto/limits.h"
#include "server/handle/operator.h"
#include "server/room/address.h"
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

/* The longest names have keys that are longer still. */
static void banned_names_of_any_length(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	char name[100] = "", what[120];
	for (int i = 0; i < 28; i++)
		strcat(name, "\xea\xb0\x81");   /* a Hangul syllable; three letters in its key */
	snprintf(what, sizeof what, "name:%s", name);
	ban(w, what, NULL);
	struct guy *g = guy_open(w);
	guy_hello(g, NULL);
	assert_int_equal(guy_code(guy_answer(g, guy_claim(g, name))), APPCHAT__ERROR_CODE__ERROR_BANNED);
	guy_close(g);
	world_close(w, true);
}

static void long_words_are_cut_between_letters(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	char words[301] = "";
	const char *what, *reason;
	uint64_t until;
	uint32_t at = 0;
	for (int i = 0; i < 150; i++)
		strcat(words, "\xd0\xb6");
	ban(w, "name:anna", words);
	assert_true(operator_next_ban(w->hub, &at, &what, &until, &reason));
	assert_int_equal(strlen(reason), 254);
	assert_true(utf8_valid(reason, strlen(reason)));
	settle(w, NULL, 0);
	world_close(w, true);
}

static void addresses_are_banned_however_written(void **state) {
	(void)state;
	static const char *const same[][2] = {
		{"192.0.2.7", "192.0.2.7"}, {"::ffff:192.0.2.7", "192.0.2.7"}, {"::FFFF:c000:207", "192.0.2.7"},
		{"2001:DB8:0:0::7", "2001:db8::7"}, {"fe80:0::1%eth0", "fe80::1%eth0"},
	};
	static const char *const none[] = {"", "hello", "192.0.2", "192.0.2.07", "192.0.2.7 ", "1:2", "fe80::1%0123456789012345678901234567890123456789"};
	struct world *w = world_open(NULL);
	char plain[ADDRESS_TEXT], what[100], err[100];
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(address_plain(same[i][0], plain));
		assert_string_equal(plain, same[i][1]);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(what, sizeof what, "address:%s", none[i]);
		assert_false(operator_ban(w->hub, what, 0, NULL, no_matter, NULL, err, sizeof err));
	}
	ban(w, "address:::ffff:192.0.2.7", "until Monday");
	assert_string_equal(hub_address_banned(w->hub, "192.0.2.7"), "until Monday");
	assert_null(hub_address_banned(w->hub, "192.0.2.8"));
	struct guy *g = guy_open_from(w, "192.0.2.7", NULL);
	assert_null(g->session);
	guy_close(g);
	settle(w, NULL, 0);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(banned_while_signing_in),
		cmocka_unit_test(banned_while_taking_a_name),
		cmocka_unit_test(banned_guests_hold_no_name),
		cmocka_unit_test(banned_who_come_back),
		cmocka_unit_test(banned_accounts_hear_why),
		cmocka_unit_test(banned_names_of_any_length),
		cmocka_unit_test(long_words_are_cut_between_letters),
		cmocka_unit_test(addresses_are_banned_however_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
