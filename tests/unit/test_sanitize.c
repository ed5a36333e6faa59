/* What becomes of text from outside. The list of what must never come out stands here on its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/sanitize.h"
#include "tui/width.h"

#define FFFD "\uFFFD"

static const struct {
	const char *in, *text, *line;   /* line NULL: the same */
} cases[] = {
	{ "plain", "plain", NULL },
	{ "zażółć 漢字 \U0001F600", "zażółć 漢字 \U0001F600", NULL },
	{ "a\nb", "a\nb", "a b" },
	{ "a\r\nb", "a\nb", "a b" },
	{ "a\rb", "a\u240Db", NULL },
	{ "a\tb", "a    b", "a b" },
	{ "\033[31mred", "\u241B[31mred", NULL },
	{ "\x01\x7F", "\u2401\u2421", NULL },
	{ "\xC2\x9B" "31m", FFFD "31m", NULL },
	{ "a\u2028b\u2029c\xC2\x85" "d", "a\nb\nc\nd", "a b c d" },
	{ "\xFF\xC3(", FFFD FFFD "(", NULL },
	{ "\xE6\xBC", FFFD, NULL },
	{ "\xED\xA0\x80", FFFD FFFD FFFD, NULL },                /* a surrogate */
	{ "\u202Eevil\u202C\u2066x\u2069\u200E\u200F\u061C", "evilx", NULL },
	{ "\U000E0041\U000E007Fx", "x", NULL },
	{ "\u3164\u115F\uFFA0", FFFD FFFD FFFD, NULL },
	{ "a\u200Bb\u2060c\uFEFFd\u00ADe", "abcde", NULL },
	{ "a\u00A0b\u2003c\u3000d", "a b c  d", NULL },
	{ "\u0378\uFFFF", FFFD FFFD, NULL },                     /* unassigned, no character */
	{ "\u2764\uFE0F", "\u2764\uFE0F", NULL },
	{ "a\uFE0F", "a", NULL },
	{ "\U0001F469\u200D\U0001F4BB", "\U0001F469\u200D\U0001F4BB", NULL },
	{ "a\u200Db", "ab", NULL },
	{ "\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u200C\u062E", NULL },   /* Persian */
	{ "\u0301x", "\u25CC\u0301x", NULL },
	{ "e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301", NULL },
};

static void check(const char *in, enum sanitize_mode mode, const char *wanted) {
	char *out = sanitize_copy(in, mode);
	if (strcmp(out, wanted) != 0)
		fail_msg("\"%s\" became \"%s\", not \"%s\"", in, out, wanted);
	free(out);
}

static void test_cases(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		check(cases[i].in, SANITIZE_TEXT, cases[i].text);
		check(cases[i].in, SANITIZE_LINE, cases[i].line ? cases[i].line : cases[i].text);
	}
}

static bool forbidden(int32_t c) {
	static const int32_t ranges[][2] = {
		{ 0, 9 }, { 0xB, 0x1F }, { 0x7F, 0x9F }, { 0xAD, 0xAD }, { 0x61C, 0x61C }, { 0x115F, 0x1160 }, { 0x180E, 0x180E },
		{ 0x200B, 0x200B }, { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFEFF, 0xFEFF },
		{ 0xD800, 0xDFFF }, { 0xFFA0, 0xFFA0 }, { 0xFDD0, 0xFDEF }, { 0xFFF0, 0xFFFB }, { 0xFFFE, 0xFFFF }, { 0xE0000, 0xE0FFF },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

/* Every code point there is, between letters, after an emoji and alone. */
static void test_every_code_point(void **state) {
	static const char *const around[][2] = { { "a", "b" }, { "\U0001F469", "\U0001F4BB" }, { "", "" }, { "\u0645", "\u062E" } };
	(void)state;
	for (int32_t c = 1; c < 0x110000; c++) {
		char bytes[5] = "", in[64];
		bytes[width_encode(c, bytes)] = 0;
		for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
			snprintf(in, sizeof in, "%s%s%s", around[i][0], bytes, around[i][1]);
			char *out = sanitize_copy(in, SANITIZE_TEXT);
			for (size_t at = 0, len = strlen(out); at < len;) {
				int32_t seen;
				at += width_decode(out + at, len - at, &seen);
				if (forbidden(seen))
					fail_msg("U+%04X lets U+%04X through", (unsigned)c, (unsigned)seen);
			}
			free(out);
		}
	}
}

static void test_clusters_are_bounded(void **state) {
	struct buf in = { 0 }, out = { 0 };
	(void)state;
	for (int i = 0; i < 500; i++)
		buf_printf(&in, "\U0001F469\u200D");
	buf_printf(&in, "e");
	for (int i = 0; i < 500; i++)
		buf_printf(&in, "\u0300\u0489");
	for (int i = 0; i < 500; i++)
		buf_printf(&in, "\u1100");
	sanitize(&out, (char *)in.data, in.len, SANITIZE_TEXT);
	for (size_t at = 0; at < out.len;) {
		int columns;
		size_t n = width_cluster(&width_standard, (char *)out.data + at, out.len - at, &columns);
		assert_true(n <= 4 * SANITIZE_CLUSTER);
		at += n;
	}
	buf_free(&in);
	buf_free(&out);
}

static void test_line_is_cut(void **state) {
	char out[6];
	(void)state;
	assert_string_equal(sanitize_line(out, sizeof out, "abcdefgh"), "abcde");
	assert_string_equal(sanitize_line(out, sizeof out, "漢字"), "漢");
	assert_string_equal(sanitize_line(out, sizeof out, ""), "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_clusters_are_bounded),
		cmocka_unit_test(test_line_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
