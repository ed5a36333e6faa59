/* Names and topics too long for a small screen: cut between clusters, with an ellipsis, and never out of sight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

#define CJK "漢字の部屋がとても長い名前をもつ"
#define LATIN "a-very-long-room-name-for-a-small-screen"

static void test_narrow(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *eve = stage_client(&s, "eve-with-a-name-of-32-characters", 24, 80);
	terminal_wait(eve, "(guest)");
	terminal_type(eve, "/create " CJK " A topic that is much too long 漢字漢字漢字漢字\r");
	terminal_wait(eve, "created the room");
	terminal_type(eve, "/create " LATIN "\r");
	terminal_wait(eve, "beginning of #" LATIN);
	struct terminal *t = stage_client(&s, "ada", 12, 40);
	terminal_wait(t, "beginning of #lobby");
	terminal_type(t, "/join " LATIN "\r");
	terminal_wait(t, "beginning of #a-very");
	terminal_type(t, "/join " CJK "\r");
	terminal_wait(t, "beginning of #漢字");
	terminal_type(eve, "ada: are you here?\r");
	terminal_wait(t, "#a-very-long-r… 1");
	terminal_settle(t, 150);
	stage_golden(t, "long-names-40x12");
	terminal_type(t, "/join lobby\r");
	terminal_wait(t, "beginning of #lobby");
	terminal_type(eve, "/join " CJK "\r");
	terminal_wait(eve, "#" CJK);
	terminal_type(eve, "and here?\r");
	terminal_wait(t, "1  …");
	terminal_resize(t, 12, 80);
	terminal_wait(t, "#漢字の部屋…");
	terminal_settle(t, 150);
	stage_golden(t, "long-names-80x12");
	terminal_type(t, "/rooms\r");
	terminal_wait(t, "  * #lobby                2 online");
	terminal_wait(t, "#漢字の部屋がとても長い名前をもつ     ");
	terminal_settle(t, 150);
	stage_golden(t, "rooms-listed-80x12");
	terminal_end(t);
	terminal_end(eve);
	stage_close(&s);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_narrow),
	};
	(void)argc;
	stage_programs(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
