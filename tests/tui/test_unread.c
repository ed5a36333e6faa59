/* What comes while one is scrolled up: how much it is, and the line before the first of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

#define RULE "── new ──"

static void say_lines(struct stage *s) {
	char text[64];
	for (int i = 1; i <= 30; i++) {
		snprintf(text, sizeof text, "line %d", i);
		stage_say(s, "grace", "lobby", text);
	}
}

static void scroll_up(struct terminal *t) {
	terminal_type(t, "\033[5~");
	terminal_wait(t, "↓");
}

static void scroll_down(struct terminal *t) {
	terminal_type(t, "\033[1;5F");
	terminal_wait_gone(t, "↓");
}

static void test_scrolled_up(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	say_lines(&s);
	struct terminal *t = stage_client(&s, "ada", 12, 40);
	terminal_wait(t, "line 30");
	scroll_up(t);
	terminal_wait(t, "↓ more");
	stage_say(&s, "grace", "lobby", "one");
	stage_say(&s, "grace", "lobby", "two");
	terminal_wait(t, "↓ 2 new");
	scroll_down(t);
	terminal_wait(t, RULE);
	terminal_settle(t, 150);
	stage_golden(t, "new-below-40x12");
	scroll_up(t);   /* the next time it stands before what came then */
	stage_say(&s, "grace", "lobby", "three");
	terminal_wait(t, "↓ 1 new");
	terminal_resize(t, 12, 20);
	terminal_wait(t, "↓ 1\n");
	scroll_down(t);
	terminal_wait(t, RULE "─────\ngrace: three");
	terminal_type(t, "/ping\r");
	terminal_wait(t, "Round");
	terminal_type(t, "seen\r");
	terminal_wait(t, "ada: seen");
	terminal_wait_gone(t, RULE);
	terminal_end(t);
	stage_close(&s);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scrolled_up),
	};
	(void)argc;
	stage_programs(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
