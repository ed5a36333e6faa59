/* Addresses, back-off, and the file of tokens under several processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/client/backoff.h"
#include "proto/client/credentials.h"
#include "proto/client/url.h"

/* ---- addresses --------------------------------------------------------------------------- */

static void addresses_are_read(void **state) {
	static const struct {
		const char *text, *form, *path;
		bool tls;
	} good[] = {
		{"ws://localhost:8080", "ws://localhost:8080", "/ws", false},
		{"http://Example.ORG", "ws://example.org:80", "/ws", false},
		{"https://example.org/", "wss://example.org:443", "/ws", true},
		{"wss://[::1]:9/chat/ws", "wss://[::1]:9/chat/ws", "/chat/ws", true},
		{"WS://[fe80::1]", "ws://[fe80::1]:80", "/ws", false},
		{"example.org", "ws://example.org:8080", "/ws", false},
		{"127.0.0.1:9000/chat/", "ws://127.0.0.1:9000/chat/ws", "/chat/ws", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct url u;
		const char *why = "?";
		if (!url_parse(&u, good[i].text, &why))
			fail_msg("%s: %s", good[i].text, why);
		assert_string_equal(u.text, good[i].form);
		assert_string_equal(u.path, good[i].path);
		assert_int_equal(u.tls, good[i].tls);
	}
}

static void what_is_no_address_is_refused(void **state) {
	static const char *const bad[] = {
		"", "ws://", "ftp://example.org", "ws://:80", "ws://host:0", "ws://host:65536", "ws://host:80x",
		"ws://host name", "ws://a@b", "ws://host?x=1", "ws://[::1", "ws://host/a b", "ws://ho\x01st", "ws://host:",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct url u;
		const char *why = NULL;
		if (url_parse(&u, bad[i], &why))
			fail_msg("'%s' is read as %s", bad[i], u.text);
		assert_non_null(why);
	}
}

static void this_machine_has_one_key(void **state) {
	struct url a, b;
	const char *why;
	(void)state;
	assert_true(url_parse(&a, "ws://127.0.0.1:8080", &why));
	assert_true(url_parse(&b, "http://localhost:8080/", &why));
	assert_string_equal(a.key, b.key);
}

static void backing_off_has_full_jitter(void **state) {
	(void)state;
	assert_int_equal(backoff_ms(0, 0), 0);
	assert_int_equal(backoff_ms(0, UINT32_MAX), 250);
	assert_int_equal(backoff_ms(3, UINT32_MAX), 2000);
	assert_int_equal(backoff_ms(7, UINT32_MAX), 30000);
	assert_int_equal(backoff_ms(1000000, UINT32_MAX), 30000);
	assert_int_equal(backoff_ms(1000000, UINT32_MAX / 2), 15000);
}

/* ---- tokens --------------------------------------------------------------------------------- */

static int new_folder(void **state) {
	char *path = strdup("/tmp/appchat-tokens-XXXXXX");
	*state = path;
	return mkdtemp(path) ? 0 : -1;
}

static int end_folder(void **state) {
	char path[400];
	struct dirent **names;
	int n = scandir(*state, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", (char *)*state, names[i]->d_name);
		unlink(path);
		free(names[i]);
	}
	free(names);
	rmdir(*state);
	free(*state);
	return 0;
}

static bool save(const char *folder, const char *server, const char *name, uint8_t mark) {
	struct credential c = {.user = mark, .guest = true};
	snprintf(c.name, sizeof c.name, "%s", name);
	memset(c.token, mark, sizeof c.token);
	return credentials_save(folder, server, &c, false);
}

static void a_name_is_found_again(void **state) {
	struct credential c;
	const char *folder = *state;
	assert_false(credentials_find(folder, "ws://a:1", "zoe", &c));
	assert_true(save(folder, "ws://a:1", "Zo\xc3\xab", 1));
	assert_true(save(folder, "ws://a:1", "ana", 2));
	assert_true(save(folder, "ws://b:1", "zoe", 3));
	assert_true(credentials_find(folder, "ws://a:1", "zO\xc3\x8b", &c)); /* case folded */
	assert_string_equal(c.name, "Zo\xc3\xab");
	assert_int_equal(c.user, 1);
	assert_int_equal(c.token[31], 1);
	assert_true(c.guest);
	assert_true(credentials_find(folder, "ws://a:1", NULL, &c)); /* the one used last */
	assert_string_equal(c.name, "ana");
	assert_true(save(folder, "ws://a:1", "ZO\xc3\x8b", 4));
	assert_true(credentials_find(folder, "ws://a:1", NULL, &c));
	assert_int_equal(c.user, 4);
	struct credential aside = {.name = "disk", .user = 7, .guest = true};
	assert_true(credentials_save(folder, "ws://a:1", &aside, true));
	assert_true(credentials_save(folder, "ws://c:1", &aside, true));
	assert_true(credentials_find(folder, "ws://a:1", "disk", &c) && c.user == 7);
	assert_true(credentials_find(folder, "ws://c:1", NULL, &c) && c.user == 7); /* there is nobody else */
	aside.user = 0;
	memset(aside.token, 8, sizeof aside.token);
	assert_true(credentials_save(folder, "ws://a:1", &aside, true));
	assert_true(credentials_find(folder, "ws://a:1", "disk", &c) && c.token[0] == 8); /* the newest of its name */
	aside.user = 7;
	assert_true(credentials_save(folder, "ws://a:1", &aside, true));
	assert_true(credentials_find(folder, "ws://a:1", "ana", &c) && credentials_find(folder, "ws://b:1", NULL, &c));
	assert_int_equal(c.user, 3);
	assert_true(credentials_find(folder, "ws://a:1", NULL, &c)); /* still who it was */
	assert_int_equal(c.user, 4);
	struct credential other = c;
	memset(other.token, 9, sizeof other.token);
	other.user = 0; /* asked for by another process, which is then refused */
	assert_true(credentials_save(folder, "ws://a:1", &other, false));
	assert_true(credentials_forget(folder, "ws://a:1", &other));
	assert_true(credentials_find(folder, "ws://a:1", "zo\xc3\xab", &c));
	assert_int_equal(c.user, 4);
	assert_true(credentials_forget(folder, "ws://a:1", &other)); /* what is kept is another one's by now */
	assert_true(credentials_find(folder, "ws://a:1", "zo\xc3\xab", &c));
	assert_true(credentials_forget(folder, "ws://a:1", &c));
	assert_false(credentials_find(folder, "ws://a:1", "zo\xc3\xab", &c));
	assert_true(credentials_find(folder, "ws://b:1", "zoe", &c));
	assert_false(save(folder, "ws://a:1", "tab\there", 5));
}

static void nobody_else_can_read_it(void **state) {
	char path[400];
	struct stat st;
	assert_true(save(*state, "ws://a:1", "zoe", 1));
	snprintf(path, sizeof path, "%s/credentials", (char *)*state);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void many_at_once_lose_nothing(void **state) {
	enum { PROCESSES = 8, NAMES = 12 };
	char name[32];
	struct credential c;
	for (int p = 0; p < PROCESSES; p++)
		if (!fork()) {
			for (int i = 0; i < NAMES; i++) {
				snprintf(name, sizeof name, "p%d-%d", p, i);
				if (!save(*state, "ws://a:1", name, (uint8_t)p))
					_exit(1);
			}
			_exit(0);
		}
	for (int p = 0, status; p < PROCESSES; p++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (int p = 0; p < PROCESSES; p++)
		for (int i = 0; i < NAMES; i++) {
			snprintf(name, sizeof name, "p%d-%d", p, i);
			assert_true(credentials_find(*state, "ws://a:1", name, &c));
			assert_int_equal(c.token[0], p);
		}
}

static void the_folder_follows_xdg(void **state) {
	char want[500];
	char *folder;
	struct stat st;
	setenv("XDG_STATE_HOME", *state, 1);
	folder = credentials_folder();
	snprintf(want, sizeof want, "%s/appchat", (char *)*state);
	assert_string_equal(folder, want);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	rmdir(folder);
	free(folder);
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	setenv("HOME", "also/not", 1);
	assert_null(credentials_folder());
}

#define ON_DISK(f) cmocka_unit_test_setup_teardown(f, new_folder, end_folder)

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(this_machine_has_one_key),
		cmocka_unit_test(backing_off_has_full_jitter),
		ON_DISK(a_name_is_found_again),
		ON_DISK(nobody_else_can_read_it),
		ON_DISK(many_at_once_lose_nothing),
		ON_DISK(the_folder_follows_xdg),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
