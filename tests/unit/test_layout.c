/* The parts of the screen at every size: inside it, in order, folding where they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/layout.h"

static void check(struct layout l) {
	assert_true(l.input_top >= 0 && l.input_top < l.rows);
	assert_true(l.body_top >= 0 && l.body_top <= l.body_bottom);
	assert_true(l.body_bottom <= l.input_top);
	assert_true(l.status_row < 0 || l.status_row == l.body_bottom);
	assert_true(l.topic_row < 0 || l.topic_row < l.body_top);
	assert_true(l.messages_left >= 0 && l.messages_left < l.messages_right);
	assert_true(l.messages_right <= l.columns);
	assert_true(!l.rooms_width || l.messages_right - l.messages_left >= 40);
}

static void test_every_size(void **state) {
	(void)state;
	for (int rows = 1; rows < 70; rows++)
		for (int columns = 1; columns < 260; columns++)
			for (int input = 1; input < 20; input += 6)
				for (int panes = 0; panes < 4; panes++)
					check(layout_for(rows, columns, input, panes & 1, panes & 2));
}

static void test_folding(void **state) {
	(void)state;
	struct layout l = layout_for(24, 80, 1, true, true);
	assert_true(l.rooms_width && !l.members_width && l.topic_row == 0);
	l = layout_for(50, 200, 1, true, true);
	assert_true(l.rooms_width && l.members_width);
	l = layout_for(12, 40, 1, true, true);
	assert_true(!l.rooms_width && !l.members_width && l.topic_row == 0 && l.status_row == 10);
	l = layout_for(5, 20, 1, true, true);
	assert_true(l.topic_row < 0 && l.body_bottom - l.body_top == 3);
	l = layout_for(50, 200, 1, false, false);
	assert_true(!l.rooms_width && !l.members_width && l.messages_right == 200);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_folding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
