/* Bytes to keys: sequences in pieces, lone escapes, paste, the terminal's answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "tui/keys.h"

static void feed(struct keys *k, const char *text) { keys_feed(k, text, strlen(text)); }

/* The characters there are now must be these. */
static void expect(struct keys *k, const wchar_t *wanted) {
	struct key key;
	for (; *wanted; wanted++) {
		assert_true(keys_next(k, &key));
		assert_int_equal(key.kind, KEY_CHARACTER);
		assert_int_equal(key.character, *wanted);
	}
	assert_false(keys_next(k, &key));
}

static void test_characters(void **state) {
	struct keys *k = keys_new();
	(void)state;
	feed(k, "aé漢");
	expect(k, L"aé漢");
	feed(k, "\xE6\xBC");
	expect(k, L"");
	assert_true(keys_partial(k));
	feed(k, "\xA2");
	expect(k, L"漢");
	feed(k, "x\u202Ey\xC2\x9Bz");   /* nobody types those */
	expect(k, L"xyz");
	keys_free(k);
}

static void test_sequences(void **state) {
	struct keys *k = keys_new();
	(void)state;
	keys_know(k, L"\x9b" L"1;3A");
	keys_know(k, L"\x8f" L"P");
	feed(k, "\033[1;3Ax\033OP");
	expect(k, L"\x9b" L"1;3Ax\x8f" L"P");
	feed(k, "\033[24~y\033[I");     /* not bound: dropped whole */
	expect(k, L"y");
	for (const char *p = "\033[1;3A"; *p; p++)
		keys_feed(k, p, 1);
	expect(k, L"\x9b" L"1;3A");
	keys_free(k);
}

static void test_escape(void **state) {
	struct keys *k = keys_new();
	struct key key;
	(void)state;
	feed(k, "\033");
	expect(k, L"");
	assert_true(keys_partial(k));
	keys_expire(k);
	assert_true(keys_next(k, &key));
	assert_int_equal(key.kind, KEY_ESCAPE);
	feed(k, "b");                   /* not with what was typed long before */
	expect(k, L"b");
	feed(k, "\033a");
	expect(k, L"\033a");
	feed(k, "\033[");
	expect(k, L"");
	keys_expire(k);
	expect(k, L"\033[");
	keys_free(k);
}

static void test_paste(void **state) {
	struct keys *k = keys_new();
	struct key key;
	(void)state;
	feed(k, "\033[200~one\rtwo \033[A\033[2");
	assert_false(keys_next(k, &key));
	assert_false(keys_partial(k));
	feed(k, "01~z");
	assert_true(keys_next(k, &key));
	assert_int_equal(key.kind, KEY_PASTE);
	assert_int_equal(keys_paste(k)->len, 11);
	assert_memory_equal(keys_paste(k)->data, "one\rtwo \033[A", 11);
	expect(k, L"z");
	keys_free(k);
}

static void test_answers(void **state) {
	struct keys *k = keys_new();
	struct key key;
	(void)state;
	feed(k, "\033[2;3R\033]11;rgb:ffff/ffff/ffff\033\\\033]11;rgb:00/00/00\007");
	assert_true(keys_next(k, &key));
	assert_int_equal(key.kind, KEY_REPORT);
	assert_int_equal(key.column, 3);
	assert_true(keys_next(k, &key));
	assert_int_equal(key.kind, KEY_BACKGROUND);
	assert_int_equal(key.value, 255);
	assert_true(keys_next(k, &key));
	assert_int_equal(key.value, 0);
	assert_false(keys_next(k, &key));
	keys_free(k);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters), cmocka_unit_test(test_sequences), cmocka_unit_test(test_escape),
		cmocka_unit_test(test_paste),      cmocka_unit_test(test_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
