/* /help: what a command or key means stands beside it, or below it where there is no space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

static void test_sizes(void **state) {
	static const struct { const char *name; int rows, columns; } sizes[] = {
		{ "help-80x24", 24, 80 }, { "help-200x50", 50, 200 }, { "help-40x12", 12, 40 },
	};
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "/help\r");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		terminal_resize(t, sizes[i].rows, sizes[i].columns);
		terminal_wait(t, "one slash.");
		terminal_settle(t, 150);
		stage_golden(t, sizes[i].name);
	}
	terminal_end(t);
	stage_close(&s);
}

/* Lines of our own scroll also where nobody has said anything. */
static void test_help(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "\033OP");
	terminal_wait(t, "is sent");
	terminal_wait(t, "Shift-Up, Shift-Down");
	terminal_wait(t, "Alt-Right, Alt-A");
	terminal_type(t, "\033[5~");
	terminal_wait_gone(t, "is sent");
	terminal_type(t, "\033[5~");
	terminal_wait(t, "Commands:");
	terminal_type(t, "\033[6~\033[6~");
	terminal_wait(t, "is sent");
	terminal_end(t);
	stage_close(&s);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_help),
	};
	(void)argc;
	stage_programs(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
