/* Who may connect from a page, where we may listen, what a cookie holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "server/net/cookie.h"
#include "server/net/listen.h"
#include "server/net/origin.h"

static void our_own_page_may(void **state) {
	(void)state;
	assert_true(origin_allowed("http://chat.example", "chat.example", false, NULL));
	assert_true(origin_allowed("HTTP://Chat.Example:80", "chat.example", false, NULL));
	assert_true(origin_allowed("http://127.0.0.1:8080", "127.0.0.1:8080", false, ""));
	assert_true(origin_allowed("http://[::1]:8080", "[::1]:8080", false, NULL));
	assert_true(origin_allowed("https://chat.example", "chat.example", true, NULL));
	assert_true(origin_allowed("https://chat.example", "chat.example:443", true, NULL));
	assert_true(origin_allowed("https://chat.example", "chat.example", false, NULL)); /* a proxy speaks TLS */
}

static void others_may_not(void **state) {
	(void)state;
	static const char *const origins[] = {
		"null", "", "http://", "http://evil.example", "http://chat.example:81", "http://chat.example.evil.example",
		"http://evil.example/chat.example", "http://chat.example@evil.example", "http://chat.example/", "file://chat.example",
		"chat.example", "http://chat.exampl", "http://[::1", "http://chat.example:", "http://chat.example:8x",
	};
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
		if (origin_allowed(origins[i], "chat.example", false, NULL))
			fail_msg("%s is let in", origins[i]);
	assert_false(origin_allowed("http://chat.example", "chat.example", true, NULL)); /* the plain page of a TLS server */
	assert_false(origin_allowed("http://chat.example", "", false, NULL));
}

static void the_list_may(void **state) {
	(void)state;
	const char *list = "https://a.example,  http://b.example:8080\nhttps://c.example:443";
	assert_true(origin_allowed("https://a.example:443", "x", true, list));
	assert_true(origin_allowed("http://b.example:8080", "x", true, list));
	assert_true(origin_allowed("https://c.example", "x", true, list));
	assert_false(origin_allowed("http://a.example", "x", true, list));
	assert_false(origin_allowed("http://b.example", "x", true, list));
	const char *bad = NULL;
	int len = 0;
	assert_true(origin_list_ok(list, &bad, &len));
	assert_false(origin_list_ok("https://a.example b.example", &bad, &len));
	assert_int_equal(len, 9);
	assert_memory_equal(bad, "b.example", 9);
}

static void addresses_are_split(void **state) {
	(void)state;
	char host[64], port[8];
	assert_true(listen_split("127.0.0.1:80", host, sizeof host, port, sizeof port));
	assert_string_equal(host, "127.0.0.1");
	assert_true(listen_split("[::1]:8080", host, sizeof host, port, sizeof port));
	assert_string_equal(host, "::1");
	assert_string_equal(port, "8080");
	assert_true(listen_split("*:0", host, sizeof host, port, sizeof port));
	assert_string_equal(host, "");
	assert_true(listen_split(":9", host, sizeof host, port, sizeof port));
	static const char *const wrong[] = {"", "80", "a:", "a:b", "::1:80", "a:65536", "a:-1", "a:123456", "a:8 0"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (listen_split(wrong[i], host, sizeof host, port, sizeof port))
			fail_msg("\"%s\" is taken", wrong[i]);
}

#define NAME "appchat_session_8080"
#define HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void cookies_are_read(void **state) {
	(void)state;
	uint8_t token[32];
	char text[256], name[COOKIE_NAME_MAX];
	assert_true(cookie_find("a=b; appchat_session_8080=" HEX "; c=d", NAME, token));
	assert_int_equal(token[1], 0x11);
	assert_int_equal(token[31], 0xff);
	assert_true(cookie_find("appchat_session_8080=" HEX, NAME, token));
	assert_false(cookie_find("xappchat_session_8080=" HEX, NAME, token));
	assert_false(cookie_find("appchat_session_8080=" HEX "0", NAME, token));
	assert_false(cookie_find("appchat_session_8080=", NAME, token));
	assert_false(cookie_find("appchat_session_8080", NAME, token));
	assert_false(cookie_find("appchat_session_8080=zz112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF", NAME, token));
	assert_false(cookie_find("", NAME, token));
	assert_false(cookie_find("appchat_session_80=" HEX, NAME, token));    /* of another server on this host */
	assert_true(cookie_find("appchat_session_80=" HEX "; appchat_session_8080=" HEX, NAME, token));
	cookie_name(name, "https://[::]:8080");
	assert_string_equal(name, NAME);
	assert_true(cookie_bearer("Bearer " HEX, token));
	assert_true(cookie_bearer("bearer " HEX, token));
	assert_false(cookie_bearer("Basic " HEX, token));
	assert_false(cookie_bearer("Bearer " HEX " ", token));
	assert_true(cookie_format(text, sizeof text, NAME, token, true));
	assert_non_null(strstr(text, "; HttpOnly; SameSite=Strict; Secure"));
	uint8_t again[32];
	text[strcspn(text, ";")] = 0;
	assert_true(cookie_find(text, NAME, again));
	assert_memory_equal(again, token, 32);
	assert_true(cookie_format(text, sizeof text, NAME, NULL, false));
	assert_non_null(strstr(text, "appchat_session_8080=; Max-Age=0"));
	assert_null(strstr(text, "Secure"));
	assert_false(cookie_format(text, 100, NAME, token, false));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_page_may),
		cmocka_unit_test(others_may_not),
		cmocka_unit_test(the_list_may),
		cmocka_unit_test(addresses_are_split),
		cmocka_unit_test(cookies_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
