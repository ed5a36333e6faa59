/* Screens of the full-screen client, against a real server, compared with golden/. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

static const struct { const char *name; int rows, columns; } sizes[] = {
	{ "80x24", 24, 80 }, { "200x50", 50, 200 }, { "40x12", 12, 40 }, { "20x5", 5, 20 },
};
#define SIZES (sizeof sizes / sizeof *sizes)

static void golden(struct terminal *t, const char *what, const char *size) {
	char name[64];
	snprintf(name, sizeof name, "%s-%s", what, size);
	terminal_settle(t, 150);
	stage_golden(t, name);
}

static void conversation(struct stage *s) {
	stage_say(s, "grace", "lobby", "Good morning. The build is green again.");
	stage_say(s, "grace", "lobby", "I had to move the fan-out test, see https://example.org/build/1842 for the log.");
	stage_say(s, "linus", "lobby", "nice. ada: can you look at the cursor change? It touches sync.c and I would rather "
				       "not merge it blind, since it changes when a room counts as read.");
	stage_say(s, "Łukasz", "lobby", "Dzień dobry 👋 漢字も大丈夫です");
	stage_say(s, "grace", "lobby", "two\nlines");
}

/* ---- Cases ---------------------------------------------------------------------------- */

static void test_first_run(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	for (size_t i = 0; i < SIZES; i++) {
		struct terminal *t = stage_client(&s, NULL, sizes[i].rows, sizes[i].columns);
		terminal_wait(t, "ame:");
		terminal_wait(t, "connected");
		golden(t, "first-run", sizes[i].name);
		terminal_end(t);
	}
	stage_close(&s);
}

static void test_conversation(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	conversation(&s);
	for (size_t i = 0; i < SIZES; i++) {
		struct terminal *t = stage_client(&s, "ada", sizes[i].rows, sizes[i].columns);
		terminal_wait(t, "two");
		terminal_wait(t, "connected");
		golden(t, "conversation", sizes[i].name);
		terminal_type(t, "/quit\r");
		assert_int_equal(terminal_wait_exit(t), 0);
		terminal_end(t);
	}
	stage_close(&s);
}

static void test_name_taken(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *ada = stage_client(&s, "ada", 24, 80);
	terminal_wait(ada, "ada (guest)");
	struct terminal *t = stage_client(&s, NULL, 24, 80);
	terminal_wait(t, "Your name:");
	terminal_type(t, "ada\r");
	terminal_wait(t, "taken");
	golden(t, "name-taken", "80x24");
	terminal_type(t, "eve\r");
	terminal_wait(t, "eve (guest)");
	terminal_end(t);
	terminal_end(ada);
	stage_close(&s);
}

static void test_offline(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "before\r");
	terminal_wait(t, "ada        before");
	stage_stop_server(&s, SIGTERM);
	terminal_wait_gone(t, "connected");
	terminal_type(t, "meanwhile\r");
	terminal_wait(t, "meanwhile  waiting for the connection");
	stage_start_server(&s);
	terminal_type(t, "/reconnect\r");
	terminal_wait(t, "connected");
	terminal_wait_gone(t, "waiting for the connection");
	golden(t, "after-offline", "80x24");
	terminal_end(t);
	stage_close(&s);
}

static void test_rooms(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "/create dev All about development\r");
	terminal_wait(t, "beginning of #dev");
	terminal_type(t, "a draft for dev");
	terminal_type(t, "\033[1;3B");
	terminal_wait(t, "beginning of #lobby");
	terminal_wait_gone(t, "a draft for dev");
	struct terminal *grace = stage_client(&s, "grace", 24, 80);
	terminal_wait(grace, "grace (guest)");
	terminal_type(grace, "/join dev\r");
	terminal_wait(grace, "beginning of #dev");
	terminal_type(grace, "hello ada\r");
	terminal_wait(grace, "grace      hello ada");
	terminal_wait(t, "#dev         1");
	terminal_type(t, "/leav");
	terminal_wait(t, "/leave [ROOM]");
	golden(t, "rooms", "80x24");
	terminal_type(t, "\003\033a");
	terminal_wait(t, "new");
	terminal_wait(t, "a draft for dev");
	golden(t, "unread", "80x24");
	terminal_end(grace);
	terminal_end(t);
	stage_close(&s);
}

/* The pane of members follows those who come and go. */
static void test_members(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *zed = stage_client(&s, "zed", 24, 120);
	terminal_wait(zed, "│ zed");
	for (int i = 0; i < 2; i++) {
		struct terminal *yan = stage_client(&s, "yan", 24, 80);
		terminal_wait(zed, "│ yan");
		terminal_end(yan);
		terminal_wait_gone(zed, "│ yan");
	}
	terminal_wait(zed, "│ zed");
	terminal_end(zed);
	stage_close(&s);
}

static void test_history(void **state) {
	struct stage s;
	char text[64];
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 12, 40);
	terminal_wait(t, "ada");
	for (int i = 1; i <= 260; i++) {
		snprintf(text, sizeof text, "line %d\r", i);
		terminal_type(t, text);
		if (i % 20 == 0) {
			snprintf(text, sizeof text, "ada: line %d\n", i);
			terminal_wait(t, text);
		}
	}
	terminal_wait_gone(t, "sending");
	terminal_type(t, "/quit\r");
	terminal_wait_exit(t);
	terminal_end(t);
	t = stage_client(&s, "ada", 12, 40);
	terminal_wait(t, "line 260");
	terminal_type(t, "\033[5~");
	terminal_wait(t, "line 246");
	terminal_wait(t, "more");
	golden(t, "scrolled", "40x12");
	for (int i = 0; i < 12; i++) {
		terminal_type(t, "\033[1;5H");
		terminal_settle(t, 100);
	}
	terminal_wait(t, "beginning of #lobby");
	golden(t, "beginning", "40x12");
	terminal_type(t, "\033[1;5F");
	terminal_wait(t, "line 260");
	terminal_type(t, "\033[5~");
	terminal_wait(t, "more");
	terminal_type(t, "/ping\r");   /* what is asked for above is answered at the newest end */
	terminal_wait(t, "Round trip:");
	terminal_type(t, "\033[5~");
	terminal_wait(t, "more");
	terminal_type(t, "\033OP");
	terminal_wait(t, "is sent");
	terminal_end(t);
	stage_close(&s);
}

static void test_sizes(void **state) {
	static const int rows[] = { 1, 2, 3, 5, 8, 12, 24, 50, 1 }, columns[] = { 1, 3, 7, 20, 33, 63, 99, 200, 1 };
	struct stage s;
	(void)state;
	stage_open(&s);
	conversation(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "two");
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
		for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
			terminal_resize(t, rows[r], columns[c]);
			terminal_type(t, "x漢");
			terminal_settle(t, 20);
		}
	terminal_type(t, "\003");
	terminal_resize(t, 24, 80);
	terminal_wait(t, "two");
	terminal_wait(t, "● connected");
	terminal_type(t, "\004");
	assert_int_equal(terminal_wait_exit(t), 0);
	terminal_end(t);
	stage_close(&s);
}

/* ---- Leaving ---------------------------------------------------------------------------- */

static void test_terminal_is_put_back(void **state) {
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGQUIT };
	struct stage s;
	(void)state;
	stage_open(&s);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct terminal *t = stage_client(&s, "ada", 24, 80);
		terminal_wait(t, "ada (guest)");
		assert_true(terminal_alternate(t));
		kill(terminal_pid(t), signals[i]);
		int status = terminal_wait_exit(t);
		assert_int_not_equal(status, 0);
		if (terminal_alternate(t))
			fail_msg("signal %d, status %d: the alternate screen is still up", signals[i], status);
		int row, column;
		assert_true(terminal_cursor(t, &row, &column));
		terminal_end(t);
	}
	stage_close(&s);
}

static void test_nothing_raw(void **state) {
	struct stage s;
	size_t len;
	(void)state;
	stage_open(&s);
	stage_say(&s, "mallory", "lobby", "a\033]0;pwned\007b \xe2\x80\xae" "evil \xe2\x81\xa6 \xf3\xa0\x81\x81 \xe3\x85\xa4 \xc2\x9b" "31m end");
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "end");
	terminal_settle(t, 100);
	const char *bytes = terminal_bytes(t, &len);
	static const char *const bad[] = { "\033]0", "\xe2\x80\xae", "\xe2\x81\xa6", "\xf3\xa0\x81\x81", "\xe3\x85\xa4", "\xc2\x9b" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_null(memmem(bytes, len, bad[i], strlen(bad[i])));
	golden(t, "hostile", "80x24");
	terminal_end(t);
	stage_close(&s);
}

int main(int argc, char **argv) {
	(void)argc;
	stage_programs(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_run),   cmocka_unit_test(test_conversation), cmocka_unit_test(test_name_taken),
		cmocka_unit_test(test_offline),     cmocka_unit_test(test_rooms),        cmocka_unit_test(test_members),
		cmocka_unit_test(test_history),     cmocka_unit_test(test_sizes),        cmocka_unit_test(test_terminal_is_put_back),
		cmocka_unit_test(test_nothing_raw),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
