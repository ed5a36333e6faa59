/* Names: what is let in, what it becomes, and which names look alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "server/handle/names.h"

static char name[STORE_NAME_MAX], key[STORE_KEY_MAX];

static void assert_alike(const char *a, const char *b) {
	char first[STORE_KEY_MAX];
	assert_int_equal(name_check_user(a, name, key), NAME_OK);
	strcpy(first, key);
	assert_int_equal(name_check_user(b, name, key), NAME_OK);
	assert_string_equal(first, key);
}

static void assert_different(const char *a, const char *b) {
	char first[STORE_KEY_MAX];
	assert_int_equal(name_check_user(a, name, key), NAME_OK);
	strcpy(first, key);
	assert_int_equal(name_check_user(b, name, key), NAME_OK);
	assert_string_not_equal(first, key);
}

static void assert_refused(const char *text, enum name_result result) {
	assert_int_equal(name_check_user(text, name, key), result);
	assert_string_equal(name, "");
	assert_string_equal(key, "");
	assert_true(strlen(name_explain(result)) > 10);
}

static void good_names(void **state) {
	(void)state;
	const char *const good[] = {
		"a", "7", "1.2.3", "1.2.3.256", "Ann", "bot-0001", "jean-luc", "o'neill", "first.last", "snake_case", "Zoë", "Łukasz", "Ångström",
		"Дмитрий", "Ἀχιλλεύς", "فاطمة", "דוד", "さくら", "김철수", "李小龙", "हिन्दी", "ไทย", "Nguyễn",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(name_check_user(good[i], name, key), NAME_OK);
		assert_string_equal(name, good[i]);
		assert_true(key[0] != '\0');
	}
}

static void normal_form(void **state) {
	(void)state;
	assert_int_equal(name_check_user("Zoe\xcc\x88", name, key), NAME_OK);
	assert_string_equal(name, "Zoë");
	assert_int_equal(name_check_user("ｗｉｄｅ", name, key), NAME_OK);
	assert_string_equal(name, "wide");
	assert_int_equal(name_check_user("O’Brien", name, key), NAME_OK);
	assert_string_equal(name, "O'Brien");
}

static void bad_names(void **state) {
	(void)state;
	const struct { const char *text; enum name_result result; } bad[] = {
		{ "", NAME_EMPTY },
		{ "two words", NAME_BAD_CHARACTER }, { "tab\t", NAME_BAD_CHARACTER }, { "nl\n", NAME_BAD_CHARACTER },
		{ "esc\x1b[31m", NAME_BAD_CHARACTER }, { "#lobby", NAME_BAD_CHARACTER }, { "a/b", NAME_BAD_CHARACTER },
		{ "a@b", NAME_BAD_CHARACTER }, { "smile😀", NAME_BAD_CHARACTER }, { "a\xe2\x80\xae" "b", NAME_BAD_CHARACTER },
		{ "a\xe2\x81\xa6", NAME_BAD_CHARACTER }, { "a\xe2\x80\x8b", NAME_BAD_CHARACTER },       /* isolate, zero width */
		{ "a\xe3\x85\xa4", NAME_BAD_CHARACTER }, { "a\xf3\xa0\x81\x81", NAME_BAD_CHARACTER },   /* filler, tag */
		{ "a\xc2\xad", NAME_BAD_CHARACTER }, { "\xc2\xa0", NAME_BAD_CHARACTER },               /* soft hyphen, no-break space */
		{ "a\xee\x80\x80", NAME_BAD_CHARACTER }, { "a\xcd\x8f", NAME_BAD_CHARACTER },           /* private use, joiner */
		{ "-a", NAME_BAD_EDGE }, { "a-", NAME_BAD_EDGE }, { ".", NAME_BAD_EDGE }, { "_", NAME_BAD_EDGE },
		{ "\xcc\x81" "a", NAME_BAD_EDGE }, { "a..b", NAME_BAD_RUN }, { "a-_b", NAME_BAD_RUN },
		{ "x\xcc\xb0\xcc\xb0\xcc\xb0\xcc\xb0\xcc\xb0", NAME_BAD_RUN },
		{ "\xff", NAME_NOT_UTF8 }, { "a\xc3", NAME_NOT_UTF8 }, { "\xed\xa0\x80", NAME_NOT_UTF8 }, { "\xc0\x80", NAME_NOT_UTF8 },
		{ "аdmin", NAME_MIXED_SCRIPTS }, { "pαul", NAME_MIXED_SCRIPTS }, { "ИвαН", NAME_MIXED_SCRIPTS },
		{ "123456789012345678901234567890123", NAME_TOO_LONG },
		{ "127.0.0.1", NAME_IS_ADDRESS }, { "255.255.255.255", NAME_IS_ADDRESS },
		{ "１２７.0.0.1", NAME_IS_ADDRESS }, { "::1", NAME_BAD_CHARACTER },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(bad[i].text, bad[i].result);
}

static void look_alikes(void **state) {
	(void)state;
	assert_alike("Admin", "aDMIN");
	assert_alike("paypal", "paypaI");
	assert_alike("paypal", "PAYPAL");
	assert_alike("paypal", "paypa1");
	assert_alike("Ian", "lan");
	assert_alike("bob", "b0b");
	assert_alike("modern", "rnodern");
	assert_alike("straße", "STRASSE");
	assert_alike("сор", "cop");              /* all Cyrillic, all Latin */
	assert_alike("НОВА", "HOBA");            /* capitals too */
	assert_alike("ѕсоре", "scope");
	assert_alike("οσο", "ooo");
	assert_alike("ꓐob", "bob");              /* Lisu B */
	assert_alike("Zoe\xcc\x88", "zoë");
}

static void different_names(void **state) {
	(void)state;
	assert_different("ann", "anne");
	assert_different("zoe", "zoë");
	assert_different("a-b", "a_b");
	assert_different("ab", "a.b");
	assert_different("Анна", "Anna");
	for (int i = 0; i < 10; i++) {
		for (int k = 0; k < i; k++) {
			char a[] = "bot-0", b[] = "bot-0";
			a[4] = (char)('0' + i);
			b[4] = (char)('0' + k);
			assert_different(a, b);
		}
	}
}

static void rooms(void **state) {
	(void)state;
	assert_int_equal(name_check_room("10.0.0.1", name, key), NAME_OK);
	assert_int_equal(name_check_room("lobby", name, key), NAME_OK);
	assert_string_equal(key, "lobby");       /* as the store makes it */
	assert_int_equal(name_check_room("a-room-with-a-name-that-has-forty-eight-letters1", name, key), NAME_OK);
	assert_int_equal(name_check_room("a-room-with-a-name-that-has-forty-eight-letters12", name, key), NAME_TOO_LONG);
}

static void longest(void **state) {
	char text[2048] = "";
	(void)state;
	for (int i = 0; i < LIMIT_NAME_CHARS; i++)
		strcat(text, "漢");
	assert_int_equal(name_check_user(text, name, key), NAME_OK);
	strcat(text, "漢");
	assert_refused(text, NAME_TOO_LONG);
	text[0] = '\0';
	for (int i = 0; i < 40; i++)             /* one code point that decomposes to eighteen */
		strcat(text, "\xef\xb7\xba");
	assert_int_not_equal(name_check_user(text, name, key), NAME_OK);
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_refused(text, NAME_TOO_LONG);
	text[0] = '\0';
	for (int i = 0; i < 24; i++)             /* U+1F82: four code points each, and long look-alikes */
		strcat(text, "\xe1\xbe\x82");
	enum name_result result = name_check_user(text, name, key);
	assert_true(result == NAME_OK || result == NAME_TOO_LONG);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_names), cmocka_unit_test(normal_form), cmocka_unit_test(bad_names),
		cmocka_unit_test(look_alikes), cmocka_unit_test(different_names), cmocka_unit_test(rooms),
		cmocka_unit_test(longest),
	};
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
