/* Columns of clusters, by the standard and by the oldest terminals; fitting; wrapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/width.h"
#include "tui/wrap.h"

static const struct {
	const char *text;
	int standard, legacy;
} texts[] = {
	{ "", 0, 0 },
	{ "abc", 3, 3 },
	{ "é", 1, 1 },
	{ "e\u0301", 1, 1 },
	{ "漢字", 4, 4 },
	{ "한국", 4, 4 },
	{ "\u1112\u1161\u11ab", 2, 2 },                             /* the same syllable in jamo */
	{ "\u2764", 1, 1 },
	{ "\u2764\uFE0F", 2, 1 },
	{ "\u2764\uFE0E", 1, 1 },
	{ "\U0001F600", 2, 2 },
	{ "\U0001FAE8", 2, 2 },                                      /* younger than the C library */
	{ "\U0001F44D\U0001F3FD", 2, 4 },
	{ "\U0001F469\u200D\U0001F4BB", 2, 4 },
	{ "\U0001F3F3\uFE0F\u200D\U0001F308", 2, 3 },
	{ "\U0001F1F5\U0001F1F1", 2, 2 },                            /* a flag */
	{ "1\uFE0F\u20E3", 2, 1 },                                   /* a keycap */
	{ "\u0915\u093F", 1, 2 },
	{ "\u0E01\u0E33", 2, 2 },
	{ "a\nb", 2, 2 },
};

static void test_columns(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		size_t len = strlen(texts[i].text);
		if (width_text(&width_standard, texts[i].text, len) != texts[i].standard ||
		    width_text(&width_legacy, texts[i].text, len) != texts[i].legacy)
			fail_msg("\"%s\": %d and %d columns", texts[i].text, width_text(&width_standard, texts[i].text, len),
				 width_text(&width_legacy, texts[i].text, len));
	}
}

static void test_last_cluster(void **state) {
	(void)state;
	assert_int_equal(width_last_cluster("", 0), 0);
	assert_int_equal(width_last_cluster("ab", 2), 1);
	assert_int_equal(width_last_cluster("xe\u0301", 4), 3);
	const char *family = "x\U0001F469\u200D\U0001F4BB";
	assert_int_equal(width_last_cluster(family, strlen(family)), strlen(family) - 1);
}

static void test_fit(void **state) {
	int used;
	(void)state;
	assert_int_equal(width_fit(&width_standard, "漢字", 6, 3, &used), 3);
	assert_int_equal(used, 2);
	assert_int_equal(width_fit(&width_standard, "abc", 3, 0, NULL), 0);
	assert_int_equal(width_fit(&width_standard, "e\u0301x", 4, 1, &used), 3);
}

/* The lines of text at a width, joined by '|'. */
static const char *wrapped(const char *text, int columns) {
	static char out[512];
	size_t len = strlen(text), n = 0;
	for (size_t at = 0, shown; at < len;) {
		size_t took = wrap_line(&width_standard, text + at, len - at, columns, &shown);
		n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", n ? "|" : "", (int)shown, text + at);
		at += took;
	}
	return len ? out : "";
}

static void test_wrap(void **state) {
	(void)state;
	assert_string_equal(wrapped("one two three", 7), "one two|three");
	assert_string_equal(wrapped("one two three", 3), "one|two|thr|ee");
	assert_string_equal(wrapped("one  two", 4), "one|two");
	assert_string_equal(wrapped("one two", 3), "one|two");
	assert_string_equal(wrapped("a\nb", 10), "a|b");
	assert_string_equal(wrapped("abc\ndef", 3), "abc|def");
	assert_string_equal(wrapped("  indented text", 10), "  indented|text");
	assert_string_equal(wrapped("漢字漢字", 5), "漢字|漢字");
	assert_string_equal(wrapped("漢", 1), "漢");
	assert_string_equal(wrapped("abcdef", 2), "ab|cd|ef");
	assert_string_equal(wrapped("ab 漢字 cd", 5), "ab 漢|字 cd");
}

static void test_wrap_count(void **state) {
	(void)state;
	assert_int_equal(wrap_count(&width_standard, "", 0, 10), 1);
	assert_int_equal(wrap_count(&width_standard, "one two three", 13, 7), 2);
	assert_int_equal(wrap_count(&width_standard, "a\nb\n", 4, 7), 2);
	assert_int_equal(wrap_count(&width_standard, "abc", 3, 1), 3);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns), cmocka_unit_test(test_last_cluster), cmocka_unit_test(test_fit),
		cmocka_unit_test(test_wrap),    cmocka_unit_test(test_wrap_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
