/* Signing out, and being somebody else at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

/* The other name is typed before the server can have answered: it is asked for on the next connection. */
static void test_another_name_at_once(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "/signout\r/nick eve\r");
	terminal_wait(t, "eve (guest)");
	terminal_wait(t, "beginning of #lobby");
	terminal_type(t, "it is me\r");
	struct terminal *ada = stage_client(&s, "ada", 24, 80);   /* the name is free */
	terminal_wait(ada, "ada (guest)");
	terminal_wait(ada, "eve        it is me");
	terminal_end(ada);
	terminal_end(t);
	stage_close(&s);
}

static void test_nobody_in_between(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = stage_client(&s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	terminal_type(t, "/signout\r");
	terminal_wait(t, "Your name:");
	terminal_type(t, "ada\r");
	terminal_wait(t, "ada (guest)");
	terminal_end(t);
	stage_close(&s);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_another_name_at_once),
		cmocka_unit_test(test_nobody_in_between),
	};
	(void)argc;
	stage_programs(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
