/* The settings: every value within its bounds, every mistake with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/config.h"

static char err[512];

static bool read_text(struct options *o, const char *text) {
	char path[64];
	int fd = memfd_create("conf", 0);
	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	options_init(o);
	err[0] = 0;
	bool ok = config_read(o, path, err, sizeof err);
	close(fd);
	return ok;
}

static void assert_wrong(const char *text, const char *line, const char *says) {
	struct options o;
	assert_false(read_text(&o, text));
	if (!strstr(err, line) || !strstr(err, says))
		fail_msg("\"%s\" gave \"%s\"", text, err);
	options_free(&o);
}

static enum config_action args(struct options *o, int argc, const char *const *argv) {
	char *copy[16] = {0};
	for (int i = 0; i < argc; i++)
		copy[i] = (char *)(uintptr_t)argv[i];
	err[0] = 0;
	return config_args(o, argc, copy, err, sizeof err);
}
#define ARGS(o, ...) args(o, sizeof (const char *[]){"server", __VA_ARGS__} / sizeof (char *), (const char *[]){"server", __VA_ARGS__})

static void a_file_is_read(void **state) {
	(void)state;
	struct options o;
	assert_true(read_text(&o, "# comment\n; another\n[server]\nlisten = [::]:80\nguests = no\n"
		"message-rate=7\nmotd = hello\n   and more\nallowed-origins = https://a.example\n\thttp://b.example:8080\n"));
	assert_string_equal(o.listen, "[::]:80");
	assert_false(o.guests);
	assert_true(o.registration);
	assert_int_equal(o.message_rate, 7);
	assert_string_equal(o.motd, "hello\nand more");
	assert_string_equal(o.allowed_origins, "https://a.example\nhttp://b.example:8080");
	options_free(&o);
}

static void a_mistake_has_its_line(void **state) {
	(void)state;
	assert_wrong("listen = 1:2\nnonsense = 3\n", ":2: ", "unknown setting \"nonsense\"");
	assert_wrong("\n\nguests = perhaps\n", ":3: ", "yes or no");
	assert_wrong("message-rate = 0\n", ":1: ", "from 1 to 1000");
	assert_wrong("message-rate = -1\n", ":1: ", "from 1 to 1000");
	assert_wrong("message-rate = 5x\n", ":1: ", "from 1 to 1000");
	assert_wrong("message-rate = 99999999999999999999\n", ":1: ", "from 1 to 1000");
	assert_wrong("message-rate = 5\nmessage-rate = 6\n", ":2: ", "twice");
	assert_wrong("motd = a\nmotd = b\n", ":2: ", "twice");
	assert_wrong("motd = a\nguests = no\nmotd = b\n", ":3: ", "twice");
	assert_wrong("motd = a\n[server]\n motd = b\n", ":3: ", "twice");
	assert_wrong("guests = no\n yes\n", ":2: ", "second line");
	assert_wrong("guest-hold = 59\n", ":1: ", "from 60 to");
	assert_wrong("listen = nowhere\n", ":1: ", "ADDRESS:PORT");
	assert_wrong("log = loud\n", ":1: ", "modules: main net");
	assert_wrong("allowed-origins = chat.example.org\n", ":1: ", "no origin");
	assert_wrong("[client]\nlisten = :1\n", ":2: ", "unknown section");
	assert_wrong("what is this\n", ":1: ", "name = value");
	char long_line[400] = "motd = ";
	memset(long_line + 7, 'x', 300);
	assert_wrong(long_line, ":1: ", "too long");
}

static void flags_go_before_the_file(void **state) {
	(void)state;
	struct options o;
	char path[] = "/tmp/appchat-conf.XXXXXX";
	int fd = mkstemp(path);
	assert_true(write(fd, "data = /a\nguest-hold = 65\nhangup-seconds = 70\n", 47) == 47);
	close(fd);
	assert_int_equal(ARGS(&o, "--guest-hold", "90", "--config", path, "--data=/b"), CONFIG_RUN);
	assert_string_equal(o.data, "/b");
	assert_int_equal(o.guest_hold, 90);
	assert_int_equal(o.hangup_seconds, 70);
	options_free(&o);
	unlink(path);
}

static void wrong_flags_are_told(void **state) {
	(void)state;
	struct options o;
	static const char *const cases[][4] = {
		{"--nonsense", "1", NULL, "unknown option --nonsense"},
		{"nonsense", NULL, NULL, "is no option"},
		{"--data", NULL, NULL, "needs a value"},
		{"--config", "/nowhere/at/all", NULL, "cannot read the configuration"},
		{"--data=/x", "--tls-cert=c", NULL, "go together"},
		{"--data=/x", "--ping-seconds=60", NULL, "hangup-seconds must be larger"},
		{"--data=/x", "--message-burst=1", NULL, "must not be smaller"},
		{"--guests=yes", NULL, NULL, "no data directory"},
		{"--data=/x", "--motd=one\n\nthree", NULL, "its lines"},
		{"--data=/x", "--motd=one\n# two", NULL, "its lines"},
		{"--data=/x", "--motd=one ; two", NULL, "its lines"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *argv[3] = {"server", cases[i][0], cases[i][1]};
		assert_int_equal(args(&o, cases[i][1] ? 3 : 2, argv), CONFIG_WRONG);
		if (!strstr(err, cases[i][3]))
			fail_msg("case %zu gave \"%s\"", i, err);
		options_free(&o);
	}
	assert_int_equal(ARGS(&o, "--help"), CONFIG_HELP);
	options_free(&o);
	assert_int_equal(ARGS(&o, "--version"), CONFIG_VERSION);
	options_free(&o);
	assert_int_equal(ARGS(&o, "-h"), CONFIG_HELP);
	options_free(&o);
	assert_int_equal(ARGS(&o, "-V"), CONFIG_VERSION);
	options_free(&o);
	assert_int_equal(ARGS(&o, "--data", "/x", "--check-config"), CONFIG_CHECK);
	options_free(&o);
}

static void what_is_printed_can_be_read(void **state) {
	(void)state;
	struct options o, again;
	char *text = NULL;
	size_t len;
	assert_true(read_text(&o, "data = /x\nmotd = # one;\n two\nguests = off\nmax-connections = 12\n"));
	FILE *out = open_memstream(&text, &len);
	config_print(out, &o);
	fclose(out);
	assert_true(read_text(&again, text));
	assert_string_equal(again.motd, o.motd);
	assert_int_equal(again.max_connections, 12);
	assert_false(again.guests);
	free(text);
	options_free(&o);
	options_free(&again);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(a_mistake_has_its_line),
		cmocka_unit_test(flags_go_before_the_file),
		cmocka_unit_test(wrong_flags_are_told),
		cmocka_unit_test(what_is_printed_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
