/* What the full-screen client costs: time to the first screen, memory, wake-ups while nothing happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "tests/tui/stage.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 20   /* sanitizers: only that it works at all */
#else
#define SLOW 1
#endif

#define FIRST_SCREEN_MS (30 * SLOW)
#define CONNECTED_MS (100 * SLOW)
#define RESIDENT_KB (10000 * SLOW)
#define IDLE_SECONDS 6
#define IDLE_WAKES 2

/* A number from /proc/PID/status. */
static long process_number(pid_t pid, const char *field) {
	char path[64], line[256];
	long value = -1;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':')
			value = atol(line + strlen(field) + 1);
	if (f)
		fclose(f);
	return value;
}

/* The machine may be busy: the best of some tries counts. */
static void test_start(void **state) {
	struct stage s;
	double screen = 1e9, connected = 1e9;
	(void)state;
	stage_open(&s);
	stage_say(&s, "ada", "lobby", "hello");
	for (int i = 0; i < 12; i++) {
		struct terminal *t = stage_client(&s, "ada", 30, 120);
		terminal_wait(t, "●");
		double ms = (double)terminal_last_ns(t) / 1e6;
		screen = ms < screen ? ms : screen;
		terminal_wait(t, "● connected");
		ms = (double)terminal_last_ns(t) / 1e6;
		connected = ms < connected ? ms : connected;
		terminal_end(t);
	}
	print_message("first screen after %.1f ms, connected after %.1f ms\n", screen, connected);
	assert_true(screen < FIRST_SCREEN_MS);
	assert_true(connected < CONNECTED_MS);
	stage_close(&s);
}

static void test_memory_and_idle(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	for (int i = 0; i < 20; i++)
		stage_say(&s, "grace", "lobby", "a message of the usual length, more or less");
	struct terminal *t = stage_client(&s, "ada", 30, 120);
	terminal_wait(t, "● connected");
	terminal_wait(t, "the usual length");
	terminal_settle(t, 2500);
	long resident = process_number(terminal_pid(t), "VmRSS");
	long before = process_number(terminal_pid(t), "voluntary_ctxt_switches");
	terminal_settle(t, IDLE_SECONDS * 1000);
	long wakes = process_number(terminal_pid(t), "voluntary_ctxt_switches") - before;
	print_message("resident %ld kB, %ld wake-ups in %d s\n", resident, wakes, IDLE_SECONDS);
	assert_in_range(resident, 1, RESIDENT_KB);
	assert_in_range(wakes, 0, IDLE_WAKES);
	terminal_end(t);
	stage_close(&s);
}

int main(int argc, char **argv) {
	(void)argc;
	stage_programs(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_memory_and_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
