/* The log of a room in memory, against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/roomlog.h"

/* Event n is n % 97 + 1 bytes of the value n. */
static size_t make_event(uint64_t n, uint8_t *out) {
	size_t len = (size_t)(n % 97) + 1;
	memset(out, (int)(n & 0xff), len);
	return len;
}

static void check_run(const struct roomlog *log, uint64_t from, uint64_t to, size_t max) {
	const uint8_t *bytes;
	size_t len, at = 0;
	uint8_t event[128];
	uint64_t last = roomlog_run(log, from, to, max, &bytes, &len);
	assert_true(last >= from && last <= to);
	for (uint64_t n = from; n <= last; n++) {
		size_t size = make_event(n, event);
		assert_true(at + size <= len);
		assert_memory_equal(bytes + at, event, size);
		at += size;
	}
	assert_int_equal(at, len);
	assert_true(len <= max || last == from);
	if (last < to)   /* one more would have been too much */
		assert_true(len + make_event(last + 1, event) > max);
}

static void runs_are_what_was_appended(void **state) {
	(void)state;
	struct roomlog log = {0};
	uint8_t event[128];
	const size_t max = 1024 * 1024;
	srand(1);
	for (uint64_t n = 1; n <= 60000; n++) {
		size_t len = make_event(n, event);
		roomlog_append(&log, n, event, len, max);
		assert_true(log.end - log.start <= max);
		if (n % 11)
			continue;
		uint64_t from = log.first + (uint64_t)rand() % log.count;
		check_run(&log, from, from + (uint64_t)rand() % (n - from + 1), (size_t)rand() % 5000 + 1);
	}
	assert_true(log.first > 1);
	roomlog_free(&log);
}

static void what_is_not_here_is_not_found(void **state) {
	(void)state;
	struct roomlog log = {0};
	const uint8_t *bytes;
	size_t len;
	assert_int_equal(roomlog_run(&log, 1, 1, 100, &bytes, &len), 0);
	for (uint64_t n = 5; n <= 9; n++)
		roomlog_append(&log, n, (const uint8_t *)"x", 1, ROOMLOG_MAX);
	assert_int_equal(roomlog_run(&log, 4, 9, 100, &bytes, &len), 0);
	assert_int_equal(roomlog_run(&log, 10, 12, 100, &bytes, &len), 0);
	assert_int_equal(roomlog_run(&log, 5, 99, 100, &bytes, &len), 9);
	assert_int_equal(len, 5);
	roomlog_free(&log);
}

static void what_comes_after_is_counted(void **state) {
	(void)state;
	struct roomlog log = {0};
	uint8_t event[128];
	size_t bytes[201] = {0};   /* up to and with each */
	assert_int_equal(roomlog_bytes_after(&log, 7), 0);
	for (uint64_t n = 1; n <= 200; n++) {
		size_t len = make_event(n, event);
		roomlog_append(&log, n, event, len, 3000);
		bytes[n] = bytes[n - 1] + len;
	}
	for (uint64_t n = log.first - 1; n <= 200; n++)
		assert_int_equal(roomlog_bytes_after(&log, n), bytes[200] - bytes[n]);
	assert_true(roomlog_bytes_after(&log, log.first - 2) == SIZE_MAX);
	roomlog_free(&log);
}

static void trimming_keeps_the_newest(void **state) {
	(void)state;
	struct roomlog log = {0};
	uint8_t event[128];
	for (uint64_t n = 1; n <= 5000; n++)
		roomlog_append(&log, n, event, make_event(n, event), ROOMLOG_MAX);
	roomlog_trim(&log, 1000);
	assert_true(log.end - log.start <= 1000);
	assert_true(log.cap <= 8000);
	check_run(&log, log.first, 5000, 100000);
	roomlog_trim(&log, 0);
	assert_int_equal(log.count, 0);
	roomlog_append(&log, 5001, event, make_event(5001, event), ROOMLOG_MAX);
	check_run(&log, 5001, 5001, 100);
	roomlog_free(&log);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_what_was_appended),
		cmocka_unit_test(what_is_not_here_is_not_found),
		cmocka_unit_test(what_comes_after_is_counted),
		cmocka_unit_test(trimming_keeps_the_newest),
	};
	return cmocka_run_group_tests_name("roomlog", tests, NULL, NULL);
}
