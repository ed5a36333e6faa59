/* The table of slash commands: sorted, found by name and by its beginning, near misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/commands.h"

static const struct command *find(const char *name) { return commands_find(name, strlen(name)); }
static const struct command *near(const char *name) { return commands_near(name, strlen(name)); }

static void test_table(void **state) {
	(void)state;
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *c = &commands[i];
		assert_true(!i || strcmp(commands[i - 1].name, c->name) < 0);
		assert_ptr_equal(find(c->name), c);
		assert_true(strlen(c->summary) > 0 && strlen(c->summary) < 70);
		assert_non_null(c->run);
		assert_true(!c->needs_argument || (*c->usage && *c->usage != '['));
	}
}

static void test_find(void **state) {
	(void)state;
	assert_string_equal(find("j")->name, "join");
	assert_string_equal(find("JOIN")->name, "join");
	assert_string_equal(find("mem")->name, "members");
	assert_null(find("re"));
	assert_null(find("sign"));
	assert_null(find(""));
	assert_null(find("nothing"));
}

static void test_near(void **state) {
	(void)state;
	assert_string_equal(near("hlep")->name, "help");
	assert_string_equal(near("jion")->name, "join");
	assert_string_equal(near("qiut")->name, "quit");
	assert_string_equal(near("memebers")->name, "members");
	assert_null(near("frobnicate"));
	assert_null(near(""));
	assert_null(near("averylongwordthatisnocommandatall"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
