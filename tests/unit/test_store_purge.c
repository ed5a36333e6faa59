/* What is forgotten with time, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "server/store/purge.h"
#include "server/store/schema.h"

static struct sql s;

static int set_up(void **state) {
	char err[256];
	(void)state;
	return schema_open(&s, ":memory:", err, sizeof err) ? 0 : -1;
}

static int tear_down(void **state) {
	(void)state;
	sql_close(&s);
	return 0;
}

/* An id of a client whose clock said id_ms, stored when ours said time_ms. */
static void add_id(uint64_t id_ms, uint64_t time_ms, uint64_t number, uint64_t user) {
	uint8_t id[16] = { 0 };
	for (int i = 0; i < 6; i++)
		id[i] = (uint8_t)(id_ms >> (8 * (5 - i)));
	memcpy(id + 8, &number, sizeof number);
	sql_do(&s, "INSERT INTO dedup (id, user, room, seq, time_ms, hash) VALUES (?, ?, 1, 1, ?, x'00')", "bii",
	       id, sizeof id, user, time_ms);
	assert_int_equal(s.error, 0);
}

static uint64_t ids(void) {
	return sql_number(&s, UINT64_MAX, "SELECT count(*) FROM dedup", "");
}

/* Slices until the walk through the ids is over; returns how many it took. */
static int walk(struct purge *p) {
	int slices = 0;
	uint64_t now;
	do {
		now = clock_mono_ns();
		assert_true(purge_slice(p, &s));
		slices++;
	} while (purge_due_ns(p) < now + 1000000000u);
	return slices;
}

static void old_ids_are_forgotten(void **state) {
	uint64_t now = clock_wall_ms(), old = now - PURGE_DEDUP_MS - 60000;
	struct purge p;
	(void)state;
	purge_init(&p, clock_wall_ms());
	sql_exec(&s, "BEGIN");
	for (uint64_t i = 0; i < 2600; i++)
		add_id(old - i, old, i, i % 3);
	for (uint64_t i = 0; i < 700; i++)
		add_id(old, old, i % 350, 10 + i / 350);    /* two users with the same ids */
	for (uint64_t i = 0; i < 800; i++)
		add_id(now - i, now, i, 1);
	for (uint64_t i = 0; i < 900; i++)
		add_id(5, now, i, 1);                          /* a client that thinks it is 1970 */
	sql_exec(&s, "COMMIT");
	assert_true(walk(&p) > 5);
	assert_int_equal(ids(), 800 + 900);
	assert_true(walk(&p) <= 3);
	assert_int_equal(ids(), 800 + 900);
}

static void old_bans_are_forgotten(void **state) {
	struct purge p;
	(void)state;
	purge_init(&p, clock_wall_ms());
	sql_exec(&s, "INSERT INTO ban (what, until_ms, reason) VALUES ('name:a', 0, ''), ('name:b', 5, ''), ('name:c', 99999999999999, '')");
	walk(&p);
	assert_int_equal(sql_number(&s, 0, "SELECT count(*) FROM ban", ""), 2);
}

static void unused_sessions_end(void **state) {
	uint64_t now = clock_wall_ms();
	struct purge p;
	(void)state;
	purge_init(&p, clock_wall_ms());
	sql_exec(&s, "INSERT INTO user (id, name, key, guest, created_ms, seen_ms) VALUES (7, 'anna', 'anna', 0, 1, 1)");
	for (uint64_t days = 170; days <= 190; days++)
		sql_do(&s, "INSERT INTO session (user, token, client, address, created_ms, seen_ms) VALUES (7, ?, '', '', 1, ?)", "bi",
		       &days, sizeof days, now - days * 24 * 3600 * 1000 - 60000);
	assert_int_equal(s.error, 0);
	walk(&p);
	assert_int_equal(sql_number(&s, 0, "SELECT count(*) FROM session", ""), 10);   /* 170 to 179 */
}

static void fill_with_age(uint64_t age_ms) {
	uint64_t then = clock_wall_ms() - age_ms;
	add_id(then, then, 1, 7);
	sql_exec(&s, "INSERT INTO user (id, name, key, guest, created_ms, seen_ms) VALUES (7, 'anna', 'anna', 0, 1, 1)");
	sql_do(&s, "INSERT INTO session (user, token, client, address, created_ms, seen_ms) VALUES (7, x'01', '', '', 1, ?)", "i", then);
	sql_do(&s, "INSERT INTO ban (what, until_ms, reason) VALUES ('name:a', ?, '')", "i", then + PURGE_DEDUP_MS);
	assert_int_equal(s.error, 0);
}

static uint64_t rows(void) {
	return sql_number(&s, 0, "SELECT (SELECT count(*) FROM dedup) + (SELECT count(*) FROM session) + (SELECT count(*) FROM ban)", "");
}

/* By the clock all is 200 days old; by the process's uptime it is an hour old. */
static void a_jump_ahead_forgets_nothing(void **state) {
	struct purge p;
	(void)state;
	purge_init(&p, clock_wall_ms());
	fill_with_age(PURGE_SESSION_MS + PURGE_DEDUP_MS);
	p.start_wall_ms -= PURGE_SESSION_MS + PURGE_DEDUP_MS - 3600000;
	walk(&p);
	assert_int_equal(rows(), 3);
	p.start_wall_ms = 5;                           /* a machine without a clock of its own */
	walk(&p);
	assert_int_equal(rows(), 3);
	purge_init(&p, clock_wall_ms());
	walk(&p);
	assert_int_equal(rows(), 0);
}

static void a_doubtful_clock_is_given_time(void **state) {
	const uint64_t minute = 60000000000;
	uint64_t now = clock_mono_ns();
	struct purge p;
	(void)state;
	purge_init(&p, clock_wall_ms() - PURGE_DEDUP_MS + 60000);
	assert_true(purge_due_ns(&p) <= now + 2 * minute);
	purge_init(&p, clock_wall_ms() - PURGE_DEDUP_MS - 60000);
	assert_true(purge_due_ns(&p) >= now + 10 * minute);
	purge_init(&p, clock_wall_ms() + PURGE_DEDUP_MS);
	assert_true(purge_due_ns(&p) <= now + 2 * minute);
}

/* A slice seeks to where it goes on and never looks through the whole table. */
static void slices_seek(void **state) {
	(void)state;
	sqlite3_stmt *plan = sql_bind(&s,
		"EXPLAIN QUERY PLAN DELETE FROM dedup WHERE (id, user) >= (x'00', 1) AND (id, user) < (x'01', 1) AND time_ms < 5", "");
	assert_true(sql_row(&s, plan));
	assert_non_null(strstr((const char *)sqlite3_column_text(plan, 3), "SEARCH"));
	sql_end(plan);
}

int main(void) {
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(old_ids_are_forgotten), TEST(old_bans_are_forgotten), TEST(unused_sessions_end), TEST(slices_seek),
		TEST(a_jump_ahead_forgets_nothing), TEST(a_doubtful_clock_is_given_time),
	};
	log_set("off");
	return cmocka_run_group_tests_name("store: purge", tests, NULL, NULL);
}
