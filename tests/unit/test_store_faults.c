/*
 * The store when the disk fails: full, broken writes, broken syncs, the
 * process killed. A thin SQLite VFS in front of the real one fails on demand.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "proto/base/log.h"
#include "tests/unit/store_helper.h"

#define LOBBY 1

/* ---- a VFS whose writes or syncs fail --------------------------------- */

static atomic_int fail_writes, fail_syncs, fail_after;   /* the result codes, 0: none; calls to let through first */

static int trouble(const atomic_int *code) {
	if (!atomic_load(code))
		return SQLITE_OK;
	return atomic_load(&fail_after) > 0 && atomic_fetch_sub(&fail_after, 1) > 0 ? SQLITE_OK : atomic_load(code);
}

/* The real file's methods, with two replaced; one table for each real one. */
static struct shim {
	const sqlite3_io_methods *real;
	sqlite3_io_methods ours;
} shims[4];

static const sqlite3_io_methods *real_methods(sqlite3_file *file) {
	return ((const struct shim *)((const char *)file->pMethods - offsetof(struct shim, ours)))->real;
}

static int shim_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at) {
	int rc = trouble(&fail_writes);
	return rc ? rc : real_methods(file)->xWrite(file, data, n, at);
}

static int shim_sync(sqlite3_file *file, int flags) {
	int rc = trouble(&fail_syncs);
	return rc ? rc : real_methods(file)->xSync(file, flags);
}

static sqlite3_vfs shim_vfs, *real_vfs;

static int shim_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out) {
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	(void)vfs;
	int rc = real_vfs->xOpen(real_vfs, name, file, flags, out);
	if (rc != SQLITE_OK || !file->pMethods)
		return rc;
	size_t i = 0;
	pthread_mutex_lock(&lock);
	while (i < 3 && shims[i].real && shims[i].real != file->pMethods)
		i++;
	if (!shims[i].real) {
		shims[i].real = file->pMethods;
		shims[i].ours = *file->pMethods;
		shims[i].ours.xWrite = shim_write;
		shims[i].ours.xSync = shim_sync;
	}
	pthread_mutex_unlock(&lock);
	file->pMethods = &shims[i].ours;
	return rc;
}

static int install_shim(void **state) {
	(void)state;
	real_vfs = sqlite3_vfs_find(NULL);
	shim_vfs = *real_vfs;
	shim_vfs.zName = "faulty";
	shim_vfs.xOpen = shim_open;
	return sqlite3_vfs_register(&shim_vfs, 1);
}

static int remove_shim(void **state) {
	(void)state;
	return sqlite3_vfs_unregister(&shim_vfs);
}

/* ---- failing disks ------------------------------------------------------ */

static int tear_down(void **state) {
	atomic_store(&fail_writes, 0);
	atomic_store(&fail_syncs, 0);
	return box_tear_down(state);
}

static bool is_refusing(struct store_box *box) {
	struct store_stats stats;
	store_get_stats(box->store, &stats);
	return stats.refusing;
}

/* Whatever fails, at whatever call: nothing is stored, reads go on, and afterwards all goes on at the next number. */
static void fails_and_recovers(struct store_box *box, atomic_int *which, int code) {
	struct store_append a;
	for (int let_through = 0; let_through < 6; let_through++) {
		uint64_t before = box_count(box, LOBBY);
		assert_int_equal(box_append(box, &a, LOBBY, 1, before * 10, "before"), STORE_OK);
		free(a.event.data);
		atomic_store(&fail_after, let_through);
		atomic_store(which, code);
		enum store_result result = STORE_OK;
		uint64_t tried = 0, stored = before + 1;
		while (result == STORE_OK) {
			result = box_append(box, &a, LOBBY, 1, before * 10 + 1 + tried++, "failing");
			stored += result == STORE_OK;
			free(a.event.data);
		}
		assert_int_equal(result, STORE_TEMPORARY);
		assert_null(a.event.data);
		assert_true(is_refusing(box));
		assert_int_equal(box_count(box, LOBBY), stored);
		atomic_store(which, 0);
		assert_int_equal(box_append(box, &a, LOBBY, 1, before * 10 + tried, "failing"), STORE_OK);
		assert_int_equal(a.seq, stored + 1);
		free(a.event.data);
		assert_false(is_refusing(box));
		assert_int_equal(box_append(box, &a, LOBBY, 1, before * 10 + tried, "failing"), STORE_DUPLICATE);
	}
	uint64_t count = box_count(box, LOBBY);
	box_close(box);
	box_open(box);
	assert_int_equal(box_count(box, LOBBY), count);
}

static void the_disk_is_full(void **state) {
	fails_and_recovers(*state, &fail_writes, SQLITE_FULL);
}

static void writes_fail(void **state) {
	fails_and_recovers(*state, &fail_writes, SQLITE_IOERR_WRITE);
}

static void syncs_fail(void **state) {
	fails_and_recovers(*state, &fail_syncs, SQLITE_IOERR_FSYNC);
}

static void everything_else_fails_too(void **state) {
	struct store_box *box = *state;
	struct store_guest guest = { .name = "ann", .key = "ann", .client = "t", .address = "::" };
	struct store_room_new room = { .name = "cats", .key = "cats", .max_rooms = 5, .body = (const uint8_t *)"", .body_len = 0 };
	struct store_ban ban = { .what = "name:eve" };
	size_t count;
	room.user = box_guest(box, "bob");
	atomic_store(&fail_after, 0);
	atomic_store(&fail_writes, SQLITE_FULL);
	assert_int_equal(box_run(box, &guest.op, STORE_GUEST), STORE_TEMPORARY);
	assert_null(guest.rooms);
	assert_int_equal(box_run(box, &room.op, STORE_ROOM_NEW), STORE_TEMPORARY);
	assert_null(room.event.data);
	assert_int_equal(box_run(box, &ban.op, STORE_BAN), STORE_TEMPORARY);
	atomic_store(&fail_writes, 0);
	assert_int_equal(box_run(box, &guest.op, STORE_GUEST), STORE_OK);
	free(guest.rooms);
	assert_int_equal(box_run(box, &room.op, STORE_ROOM_NEW), STORE_OK);
	assert_int_equal(room.room, 2);
	free(room.event.data);
	box_close(box);
	box_open(box);
	free(store_bans(box->store, &count));
	assert_int_equal(count, 0);
}

static int finished;
static void count_done(struct store_op *op) {
	(void)op;
	finished++;
}

/* A group fails as a whole; each of its appends, tried again, is stored once. */
static void a_group_fails_as_one(void **state) {
	struct store_box *box = *state;
	static struct store_append a[400];
	for (int round = 0; round < 2; round++) {
		finished = 0;
		atomic_store(&fail_after, 40);
		atomic_store(&fail_writes, round == 0 ? SQLITE_FULL : 0);
		for (uint64_t i = 0; i < 400; i++) {
			if (round == 0)
				append_fill(&a[i], LOBBY, 1, i, "group");
			a[i].op.kind = STORE_APPEND;
			a[i].op.done = count_done;
			if (a[i].seq == 0 || a[i].op.result == STORE_TEMPORARY)
				store_submit(box->store, &a[i].op);
			else
				finished++;
		}
		while (finished < 400)
			box_turn(box);
		for (int i = 0; i < 400; i++) {
			free(a[i].event.data);
			a[i].event = (struct store_bytes){ 0 };
			assert_true(round == 0 || a[i].op.result == STORE_OK);
		}
	}
	assert_int_equal(box_count(box, LOBBY), 400);
}

/* An operation that refers to nobody spoils its group's transaction, not its fellows. */
static void a_bad_one_fails_alone(void **state) {
	struct store_box *box = *state;
	static struct store_append a[200];
	static struct store_join bad[200];
	finished = 0;
	for (uint64_t i = 0; i < 200; i++) {
		append_fill(&a[i], LOBBY, 1, i, "good");
		a[i].op.kind = STORE_APPEND;
		a[i].op.done = count_done;
		store_submit(box->store, &a[i].op);
		bad[i] = (struct store_join){ .op = { .kind = STORE_JOIN, .done = count_done }, .user = 999, .room = LOBBY, .max_rooms = 9 };
		if (i % 50 == 25)
			store_submit(box->store, &bad[i].op);
	}
	while (finished < 204)
		box_turn(box);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(a[i].op.result, STORE_OK);
		assert_int_equal(a[i].seq, i + 1);
		free(a[i].event.data);
		assert_true(i % 50 != 25 || bad[i].op.result == STORE_NOT_FOUND);
	}
	assert_int_equal(box_count(box, LOBBY), 200);
	assert_false(is_refusing(box));
}

/* ---- killed ---------------------------------------------------------------- */

#define IN_FLIGHT 50

static int ack_pipe;

static void acknowledge(struct store_op *op) {
	struct store_append *a = (struct store_append *)op;
	uint64_t number;
	memcpy(&number, a->msg_id, sizeof number);
	const uint64_t ack[2] = { number, a->seq };
	if (op->result != STORE_OK || write(ack_pipe, ack, sizeof ack) != sizeof ack)
		_exit(3);
	op->done = NULL;
	free(a->event.data);
}

/* Appends without end, telling the pipe each one's number and place. */
static void append_forever(struct store_box *box, uint64_t number) {
	static struct store_append a[IN_FLIGHT];
	alarm(60);
	box_open(box);
	for (;;) {
		for (int i = 0; i < IN_FLIGHT; i++) {
			if (a[i].op.done)
				continue;
			append_fill(&a[i], LOBBY, 1, number++, "still alive");
			a[i].op.kind = STORE_APPEND;
			a[i].op.done = acknowledge;
			store_submit(box->store, &a[i].op);
		}
		box_turn(box);
	}
}

static void sleep_us(long us) {
	nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000 }, NULL);
}

/* Runs the child for a moment; returns how many acknowledgements came, kept in seqs by number. */
static uint64_t kill_round(struct store_box *box, uint64_t *seqs, uint64_t from, size_t max) {
	int fds[2];
	uint64_t ack[2], top = from;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		ack_pipe = fds[1];
		append_forever(box, from);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], ack, sizeof ack), sizeof ack);   /* it is under way */
	bool killed = false;
	uint64_t wait = (uint64_t)(rand() % 400);
	do {
		assert_true(ack[0] < max);
		assert_int_equal(seqs[ack[0]], 0);
		seqs[ack[0]] = ack[1];
		top = ack[0] + IN_FLIGHT + 1 > top ? ack[0] + IN_FLIGHT + 1 : top;
		if (!killed && wait-- == 0) {
			sleep_us(rand() % 2000);
			kill(pid, SIGKILL);
			killed = true;
		}
	} while (read(fds[0], ack, sizeof ack) == sizeof ack);
	close(fds[0]);
	assert_true(killed);
	waitpid(pid, NULL, 0);
	return top;
}

static void acknowledged_is_stored_once(void **state) {
	enum { ROUNDS = 25, MAX = 1 << 20 };
	struct store_box *box = *state;
	uint64_t *seqs = calloc(MAX, sizeof *seqs), next = 1, acknowledged = 0;
	struct store_append a;
	box_close(box);
	srand((unsigned)time(NULL));
	for (int round = 0; round < ROUNDS; round++)
		next = kill_round(box, seqs, next, MAX);
	box_open(box);
	uint64_t count = box_count(box, LOBBY);
	for (uint64_t number = 1; number < next; number++) {
		if (seqs[number] == 0)
			continue;
		acknowledged++;
		assert_true(seqs[number] <= count);
		assert_int_equal(box_append(box, &a, LOBBY, 1, number, "still alive"), STORE_DUPLICATE);
		assert_int_equal(a.seq, seqs[number]);
	}
	assert_int_equal(box_count(box, LOBBY), count);
	assert_true(acknowledged >= ROUNDS && count >= acknowledged);
	print_message("%d kills: %llu acknowledged, %llu stored\n", ROUNDS, (unsigned long long)acknowledged,
	              (unsigned long long)count);
	free(seqs);
}

int main(void) {
	log_set("off");
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, box_set_up, tear_down)
		TEST(the_disk_is_full), TEST(writes_fail), TEST(syncs_fail), TEST(everything_else_fails_too),
		TEST(a_group_fails_as_one), TEST(a_bad_one_fails_alone), TEST(acknowledged_is_stored_once),
	};
	return cmocka_run_group_tests_name("store: faults", tests, install_shim, remove_shim);
}
