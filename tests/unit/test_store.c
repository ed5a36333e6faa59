/* The store: logs, exactly once, ranges, rooms, opening, backup. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/wire.h"
#include "server/store/reader.h"
#include "server/store/schema.h"
#include "tests/unit/store_helper.h"

#define LOBBY 1

static void path_of(const struct store_box *box, const char *file, char out[512]) {
	snprintf(out, 512, "%s/%s", box->dir, file);
}

/* Runs SQL on a closed store's database. */
static void alter(const struct store_box *box, const char *sql) {
	char path[512];
	sqlite3 *db;
	path_of(box, "appchat.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void appends_are_dense(void **state) {
	struct store_box *box = *state;
	struct store_append a;
	uint64_t user = box_guest(box, "ann"), last = 0;
	for (uint64_t i = 1; i <= 10; i++) {
		assert_int_equal(box_append(box, &a, LOBBY, user, i, "hello"), STORE_OK);
		assert_int_equal(a.seq, i);
		assert_true(a.time_ms >= last);
		last = a.time_ms;
		assert_int_equal(a.event.data[0], 0x12);
		assert_true(a.event.len <= a.body_len + STORE_EVENT_MORE);
		assert_memory_equal(a.event.data + a.event.len - 5, "hello", 5);
		free(a.event.data);
	}
	assert_int_equal(box_count(box, LOBBY), 10);
	assert_int_equal(box_append(box, &a, 77, user, 99, "nowhere"), STORE_NOT_FOUND);
	assert_null(a.event.data);
}

static void retries_are_stored_once(void **state) {
	struct store_box *box = *state;
	struct store_append first, again;
	assert_int_equal(box_append(box, &first, LOBBY, 1, 5, "hello"), STORE_OK);
	assert_int_equal(box_append(box, &again, LOBBY, 1, 5, "hello"), STORE_DUPLICATE);
	assert_int_equal(again.seq, first.seq);
	assert_int_equal(again.time_ms, first.time_ms);
	assert_null(again.event.data);
	assert_int_equal(box_append(box, &again, LOBBY, 1, 5, "other"), STORE_CONFLICT);
	free(first.event.data);
	assert_int_equal(box_append(box, &again, LOBBY, 2, 5, "other"), STORE_OK);   /* the id is per user */
	free(again.event.data);
	box_close(box);
	box_open(box);
	assert_int_equal(box_append(box, &again, LOBBY, 1, 5, "hello"), STORE_DUPLICATE);
	assert_int_equal(again.seq, first.seq);
	assert_int_equal(box_count(box, LOBBY), 2);
}

static int finished;
static void count_done(struct store_op *op) {
	(void)op;
	finished++;
}

static void retries_within_a_group(void **state) {
	struct store_box *box = *state;
	static struct store_append a[3000];
	finished = 0;
	for (int i = 0; i < 3000; i++) {
		append_fill(&a[i], LOBBY, 1, (uint64_t)i / 3, i % 3 == 2 ? "b" : "a");
		a[i].op.kind = STORE_APPEND;
		a[i].op.done = count_done;
		store_submit(box->store, &a[i].op);
	}
	while (finished < 3000)
		box_turn(box);
	for (int i = 0; i < 3000; i++) {
		static const enum store_result expected[] = { STORE_OK, STORE_DUPLICATE, STORE_CONFLICT };
		assert_int_equal(a[i].op.result, expected[i % 3]);
		if (i % 3 == 1)
			assert_int_equal(a[i].seq, a[i - 1].seq);
		free(a[i].event.data);
	}
	assert_int_equal(box_count(box, LOBBY), 1000);
	struct store_stats stats;
	store_get_stats(box->store, &stats);
	assert_int_equal(stats.appended, 1000);
	assert_int_equal(stats.queued, 0);
	assert_false(stats.refusing);
	assert_true(stats.commits < 1000);
}

/* Appends to a room whose last event has this time; returns the new event's. */
static uint64_t time_after(struct store_box *box, uint64_t last_ms) {
	char sql[256];
	uint8_t time[10];
	struct store_append a;
	size_t n = wire_put_varint(time, last_ms);
	int at = snprintf(sql, sizeof sql, "REPLACE INTO event VALUES (1, 1, x'12%02zx080110", 3 + n);
	for (size_t i = 0; i < n; i++)
		at += snprintf(sql + at, sizeof sql - (size_t)at, "%02x", time[i]);
	snprintf(sql + at, sizeof sql - (size_t)at, "'); DELETE FROM event WHERE seq > 1; DELETE FROM dedup");
	box_close(box);
	alter(box, sql);
	box_open(box);
	assert_int_equal(box_append(box, &a, LOBBY, 1, 3, "x"), STORE_OK);
	assert_int_equal(a.seq, 2);
	free(a.event.data);
	return a.time_ms;
}

static void times_never_go_back(void **state) {
	struct store_box *box = *state;
	uint64_t soon = clock_wall_ms() + 9000;
	assert_int_equal(time_after(box, soon), soon);
}

static void a_far_future_is_not_followed(void **state) {
	struct store_box *box = *state;
	uint64_t now = clock_wall_ms();
	uint64_t got = time_after(box, now + 60000);
	assert_true(got >= now && got < now + 60000);
	assert_true(time_after(box, 1ull << 42) < now + 60000);
}

static void topic_is_kept(void **state) {
	struct store_box *box = *state;
	struct store_append a;
	size_t count;
	append_fill(&a, LOBBY, 1, 1, "topic event");
	a.topic = "Grüße";
	assert_int_equal(box_run(box, &a.op, STORE_APPEND), STORE_OK);
	free(a.event.data);
	box_close(box);
	box_open(box);
	struct store_room *rooms = store_rooms(box->store, &count);
	assert_int_equal(count, 1);
	assert_string_equal(rooms[0].name, "lobby");
	assert_string_equal(rooms[0].topic, "Grüße");
	assert_int_equal(rooms[0].head, 1);
	assert_int_equal(rooms[0].floor, 1);
	assert_true(rooms[0].epoch > 0);
	free(rooms[0].topic);
	free(rooms);
}

static void ranges(void **state) {
	struct store_box *box = *state;
	struct store_append a;
	size_t one = 0;
	for (uint64_t i = 1; i <= 100; i++) {
		assert_int_equal(box_append(box, &a, LOBBY, 1, i, "0123456789"), STORE_OK);
		one = a.event.len;
		free(a.event.data);
	}
	const struct { uint64_t from; bool forward; uint32_t events; size_t bytes; uint64_t first, last; } cases[] = {
		{ 1, true, 50, 1 << 20, 1, 50 }, { 60, true, 50, 1 << 20, 60, 100 }, { 101, true, 50, 1 << 20, 0, 0 },
		{ 100, false, 50, 1 << 20, 51, 100 }, { UINT64_MAX, false, 3, 1 << 20, 98, 100 }, { 2, false, 50, 1 << 20, 1, 2 },
		{ 0, false, 50, 1 << 20, 0, 0 }, { 1, true, 50, 1, 1, 1 }, { 100, false, 50, 1, 100, 100 },
		{ 50, false, 50, one * 3, 48, 50 }, { 50, true, 50, one * 4 - 1, 50, 52 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct store_range r = { .room = LOBBY, .from = cases[i].from, .forward = cases[i].forward,
		                         .max_events = cases[i].events, .max_bytes = cases[i].bytes };
		assert_int_equal(box_run(box, &r.op, STORE_RANGE), STORE_OK);
		assert_int_equal(r.first, cases[i].first);
		assert_int_equal(r.last, cases[i].last);
		assert_int_equal(r.count, r.last ? r.last - r.first + 1 : 0);
		assert_true(r.count == 0 || r.events.data[3] == r.first);   /* 0x12, length, 0x08, seq */
		free(r.events.data);
	}
}

static enum store_result new_room(struct store_box *box, struct store_room_new *r, const char *name, uint64_t user, uint32_t max) {
	memset(r, 0, sizeof *r);
	snprintf(r->name, sizeof r->name, "%s", name);
	snprintf(r->key, sizeof r->key, "%s", name);
	r->user = user;
	r->max_rooms = max;
	r->body = (const uint8_t *)"made";
	r->body_len = 4;
	return box_run(box, &r->op, STORE_ROOM_NEW);
}

static void rooms_are_made(void **state) {
	struct store_box *box = *state;
	struct store_room_new r;
	struct store_append a;
	size_t count;
	uint64_t ann = box_guest(box, "ann");
	assert_int_equal(new_room(box, &r, "lobby", ann, 5), STORE_TAKEN);
	assert_int_equal(new_room(box, &r, "cats", ann, 2), STORE_OK);
	assert_int_equal(r.room, 2);
	assert_int_equal(r.seq, 1);
	assert_true(r.epoch > 0);
	free(r.event.data);
	assert_int_equal(new_room(box, &r, "dogs", ann, 2), STORE_OK);
	free(r.event.data);
	assert_int_equal(new_room(box, &r, "mice", ann, 2), STORE_LIMIT);
	assert_int_equal(new_room(box, &r, "none", 999, 2), STORE_NOT_FOUND);   /* no such user */
	assert_null(r.event.data);
	assert_int_equal(box_append(box, &a, 2, ann, 1, "miaow"), STORE_OK);
	assert_int_equal(a.seq, 2);
	free(a.event.data);
	box_close(box);
	box_open(box);
	struct store_room *rooms = store_rooms(box->store, &count);
	assert_int_equal(count, 3);
	assert_string_equal(rooms[1].name, "cats");
	assert_int_equal(rooms[1].head, 2);
	assert_int_equal(rooms[1].maker, ann);
	for (size_t i = 0; i < count; i++)
		free(rooms[i].topic);
	free(rooms);
	assert_int_equal(new_room(box, &r, "mice", ann, 3), STORE_OK);
	assert_int_equal(r.room, 4);
	free(r.event.data);
}

static void joining_and_reading(void **state) {
	struct store_box *box = *state;
	struct store_room_new r;
	uint64_t ann = box_guest(box, "ann"), bob = box_guest(box, "bob");
	assert_int_equal(new_room(box, &r, "cats", ann, 9), STORE_OK);
	free(r.event.data);
	struct store_join join = { .user = bob, .room = 2, .max_rooms = 2, .read_seq = 1 };
	assert_int_equal(box_run(box, &join.op, STORE_JOIN), STORE_OK);
	struct store_read_mark mark = { .user = bob, .room = LOBBY, .seq = 50 };
	struct store_append a;
	for (uint64_t i = 0; i < 9; i++) {
		assert_int_equal(box_append(box, &a, LOBBY, ann, i, "x"), STORE_OK);
		free(a.event.data);
	}
	assert_int_equal(box_run(box, &mark.op, STORE_READ_MARK), STORE_OK);     /* not beyond the head */
	mark.seq = 3;
	assert_int_equal(box_run(box, &mark.op, STORE_READ_MARK), STORE_OK);     /* never back */
	join = (struct store_join){ .user = bob, .room = LOBBY, .max_rooms = 2 };
	assert_int_equal(box_run(box, &join.op, STORE_JOIN), STORE_OK);          /* again */
	assert_int_equal(join.read_seq, 9);
	join.room = 55;
	assert_int_equal(box_run(box, &join.op, STORE_JOIN), STORE_NOT_FOUND);
	assert_int_equal(new_room(box, &r, "dogs", ann, 9), STORE_OK);
	free(r.event.data);
	join.room = r.room;
	assert_int_equal(box_run(box, &join.op, STORE_JOIN), STORE_LIMIT);
	join.room = 2;
	assert_int_equal(box_run(box, &join.op, STORE_LEAVE), STORE_OK);
	assert_int_equal(box_run(box, &join.op, STORE_LEAVE), STORE_OK);
	join.user = 999;
	assert_int_equal(box_run(box, &join.op, STORE_JOIN), STORE_NOT_FOUND);
	mark = (struct store_read_mark){ .user = bob, .room = 2, .seq = 1 };
	assert_int_equal(box_run(box, &mark.op, STORE_READ_MARK), STORE_NOT_FOUND);
}

static void bans_last(void **state) {
	struct store_box *box = *state;
	struct store_ban ban = { .what = "name:eve", .shown = "name:Eve", .reason = "spam" };
	size_t count;
	assert_int_equal(box_run(box, &ban.op, STORE_BAN), STORE_OK);
	strcpy(ban.what, "address:10.0.0.1");
	ban.until_ms = 5;
	assert_int_equal(box_run(box, &ban.op, STORE_BAN), STORE_OK);            /* ran out long ago */
	box_close(box);
	box_open(box);
	struct store_ban *bans = store_bans(box->store, &count);
	assert_int_equal(count, 1);
	assert_string_equal(bans[0].what, "name:eve");
	assert_string_equal(bans[0].shown, "name:Eve");
	assert_string_equal(bans[0].reason, "spam");
	free(bans);
	assert_int_equal(box_run(box, &ban.op, STORE_UNBAN), STORE_NOT_FOUND);
	strcpy(ban.what, "name:eve");
	assert_int_equal(box_run(box, &ban.op, STORE_UNBAN), STORE_OK);
	assert_int_equal(box_run(box, &ban.op, STORE_UNBAN), STORE_NOT_FOUND);
}

static void files_are_private(void **state) {
	struct store_box *box = *state;
	struct store_append a;
	struct stat st;
	char path[512], *dir = box->dir;
	const char *const files[] = { "appchat.db", "appchat.db-wal", "appchat.db-shm", "lock" };
	assert_int_equal(box_append(box, &a, LOBBY, 1, 1, "x"), STORE_OK);
	free(a.event.data);
	for (size_t i = 0; i < 4; i++) {
		path_of(box, files[i], path);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	struct store_options made = { .dir = path };
	snprintf(path, sizeof path, "%s/new", dir);
	struct store *store = store_open(&made, (char[256]){ 0 }, 256);
	assert_non_null(store);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	store_close(store);
}

static void assert_not_opened(const char *dir, const char *words) {
	char err[512] = "";
	assert_null(store_open(&(struct store_options){ .dir = dir }, err, sizeof err));
	if (!strstr(err, words))
		print_error("\"%s\" lacks \"%s\"\n", err, words);
	assert_non_null(strstr(err, words));
}

static void one_server_at_a_time(void **state) {
	struct store_box *box = *state;
	char pid[32];
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	assert_not_opened(box->dir, "in use by another server");
	assert_not_opened(box->dir, pid);
}

static void the_first_version_is_brought_up_to_date(void **state) {
	struct store_box *box = *state;
	struct store_ban ban = { .what = "name:eve", .shown = "name:Eve", .reason = "spam" };
	size_t count;
	assert_int_equal(box_run(box, &ban.op, STORE_BAN), STORE_OK);
	box_close(box);
	alter(box, "ALTER TABLE ban DROP COLUMN shown; PRAGMA user_version = 1");
	box_open(box);
	struct store_ban *bans = store_bans(box->store, &count);
	assert_int_equal(count, 1);
	assert_string_equal(bans[0].what, "name:eve");
	assert_string_equal(bans[0].shown, "");
	free(bans);
}

static void what_cannot_be_opened(void **state) {
	struct store_box *box = *state;
	char path[512];
	assert_not_opened("/proc/nowhere", "/proc/nowhere");
	box_close(box);
	alter(box, "PRAGMA user_version = 1000");
	assert_not_opened(box->dir, "newer");
	path_of(box, "appchat.db", path);
	FILE *file = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", file);
	fclose(file);
	assert_not_opened(box->dir, "no database");
	assert_int_equal(unlink(path), 0);
	alter(box, "CREATE TABLE recipes (cake)");
	assert_not_opened(box->dir, "another program");
	assert_int_equal(unlink(path), 0);
	box_open(box);
}

static void copy_file(const char *from, const char *to) {
	char command[2200];
	snprintf(command, sizeof command, "cp '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
}

static uint32_t epoch_of_lobby(struct store_box *box) {
	size_t count;
	struct store_room *rooms = store_rooms(box->store, &count);
	uint32_t epoch = rooms[0].epoch;
	for (size_t i = 0; i < count; i++)
		free(rooms[i].topic);
	free(rooms);
	return epoch;
}

static void backups(void **state) {
	struct store_box *box = *state, other;
	struct store_backup backup = { 0 };
	struct store_append a;
	struct stat st;
	char path[512];
	for (uint64_t i = 0; i < 500; i++) {
		assert_int_equal(box_append(box, &a, LOBBY, 1, i, "kept"), STORE_OK);
		free(a.event.data);
	}
	snprintf(backup.path, sizeof backup.path, "%s/copy", box->dir);
	assert_int_equal(box_run(box, &backup.op, STORE_BACKUP), STORE_OK);
	assert_int_equal(stat(backup.path, &st), 0);
	assert_int_equal(st.st_size, backup.bytes);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(box_append(box, &a, LOBBY, 1, 1000, "later"), STORE_OK);
	free(a.event.data);
	assert_int_equal(box_run(box, &backup.op, STORE_BACKUP), STORE_TEMPORARY);
	assert_non_null(strstr(backup.error, "exists"));
	box_make(&other);
	path_of(&other, "appchat.db", path);
	copy_file(backup.path, path);
	path_of(box, "copy-wal", path);
	assert_int_not_equal(access(path, F_OK), 0);
	path_of(box, "copy-journal", path);
	assert_int_not_equal(access(path, F_OK), 0);
	/* The WAL of a killed server lies where the copy is put. */
	char wal[512];
	path_of(box, "appchat.db-wal", wal);
	path_of(&other, "appchat.db-wal", path);
	copy_file(wal, path);
	box_open(&other);
	uint32_t epoch = epoch_of_lobby(&other);
	assert_int_not_equal(epoch, epoch_of_lobby(box));
	assert_int_equal(box_count(&other, LOBBY), 500);
	assert_int_equal(box_append(&other, &a, LOBBY, 1, 3, "kept"), STORE_DUPLICATE);
	box_close(&other);
	box_open(&other);
	assert_int_equal(epoch_of_lobby(&other), epoch);   /* only once */
	box_remove(&other);
}

static void a_backup_ends_with_the_store(void **state) {
	struct store_box *box = *state;
	struct store_backup b = { .op.kind = STORE_BACKUP };
	struct op_queue queue;
	struct reader r = { .queue = &queue };
	char path[512];
	path_of(box, "appchat.db", path);
	snprintf(b.path, sizeof b.path, "%s/copy", box->dir);
	assert_true(schema_open_reader(&r.sql, path));
	queue_init(&queue);
	queue_close(&queue);
	assert_int_equal(read_backup(&r, &b.op), STORE_TEMPORARY);
	assert_non_null(strstr(b.error, "stopped"));
	assert_int_not_equal(access(b.path, F_OK), 0);
	queue_destroy(&queue);
	sql_close(&r.sql);
}

static void close_commits(void **state) {
	struct store_box *box = *state;
	static struct store_append a[500];
	finished = 0;
	for (uint64_t i = 0; i < 500; i++) {
		append_fill(&a[i], LOBBY, 1, i, "x");
		a[i].op.kind = STORE_APPEND;
		a[i].op.done = count_done;
		store_submit(box->store, &a[i].op);
	}
	box_close(box);
	assert_int_equal(finished, 500);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(a[i].op.result, STORE_OK);
		free(a[i].event.data);
	}
	box_open(box);
	assert_int_equal(box_count(box, LOBBY), 500);
}

int main(void) {
	log_set("off");
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, box_set_up, box_tear_down)
		TEST(appends_are_dense), TEST(retries_are_stored_once), TEST(retries_within_a_group), TEST(times_never_go_back),
		TEST(a_far_future_is_not_followed), TEST(topic_is_kept), TEST(ranges), TEST(rooms_are_made), TEST(joining_and_reading), TEST(bans_last),
		TEST(files_are_private), TEST(one_server_at_a_time), TEST(the_first_version_is_brought_up_to_date),
		TEST(what_cannot_be_opened), TEST(backups), TEST(a_backup_ends_with_the_store),
		TEST(close_commits),
	};
	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
