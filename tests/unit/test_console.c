/* The operator's console: its two tables agree, its answers are safe to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/answer.h"
#include "server/console.h"
#include "server/ctl/commands.h"
#include "server/ctl/show.h"

static void both_sides_know_the_same_commands(void **state) {
	(void)state;
	size_t server = 0, local = 0;
	for (const char *name; (name = console_command(server)); server++)
		if (!ctl_command_find(name, strlen(name)))
			fail_msg("appchat-ctl does not know %s", name);
	for (size_t i = 0; i < ctl_command_count; i++)
		local += ctl_commands[i].local;
	assert_int_equal(ctl_command_count, server + local);
}

static void answer(struct answer *a, bool json) {
	answer_begin(a, json);
	answer_uint(a, "some_number", 7);
	answer_list(a, "rows", "name\tis it");
	for (int i = 0; i < 2; i++) {
		answer_row(a);
		answer_text(a, "name", i ? "tab\there\nand \"there\"" : "");
		answer_bool(a, "is", i);
		answer_row_end(a);
	}
	answer_list_end(a);
	answer_number(a, "rate", 1.26, 1);
	answer_end(a);
	buf_byte(&a->body, 0);
}

static void answers_have_two_forms(void **state) {
	(void)state;
	struct answer a;
	answer(&a, true);
	assert_string_equal((char *)a.body.data, "{\"some_number\":7,\"rows\":[{\"name\":\"\",\"is\":false},"
		"{\"name\":\"tab\\there\\nand \\\"there\\\"\",\"is\":true}],\"rate\":1.3}\n");
	answer_free(&a);
	answer(&a, false);
	assert_string_equal((char *)a.body.data, "some number\t7\nname\tis it\n\tno\ntab here and \"there\"\tyes\nrate\t1.3\n");
	answer_free(&a);
}

static void assert_clean(const char *text, const char *shown, size_t columns) {
	struct buf out = {0};
	size_t n = ctl_show_clean(&out, text, strlen(text));
	buf_byte(&out, 0);
	assert_string_equal((char *)out.data, shown);
	assert_int_equal(n, columns);
	buf_free(&out);
}

static void nothing_commands_the_terminal(void **state) {
	(void)state;
	assert_clean("plain", "plain", 5);
	assert_clean("\033[31mred\a", "?[31mred?", 9);
	assert_clean("caf\xc3\xa9", "caf\xc3\xa9", 4);
	assert_clean("\xc2\x9b" "31m", "?31m", 4);              /* CSI as one character */
	assert_clean("a\xe2\x80\xae" "b", "a?b", 3);            /* right-to-left override */
	assert_clean("\xf3\xa0\x81\x81", "?", 1);               /* a tag */
	assert_clean("\xff\xc3", "??", 2);
	assert_clean("\xc0\xaf", "??", 2);                      /* an overlong slash */
	assert_clean("\xe6\xbc\xa2", "\xe6\xbc\xa2", 2);
}

static void columns_are_in_line(void **state) {
	(void)state;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const char *table = "a\tb\nlonger\tc\n\td\n";
	ctl_show_table(out, table, strlen(table));
	fclose(out);
	assert_string_equal(text, "a       b\nlonger  c\n        d\n");
	free(text);
}

int main(void) {
	setlocale(LC_CTYPE, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_know_the_same_commands),
		cmocka_unit_test(answers_have_two_forms),
		cmocka_unit_test(nothing_commands_the_terminal),
		cmocka_unit_test(columns_are_in_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
