/*
 * Groups. An operation that fails by a mistake of its own (a constraint, say)
 * spoils the group's transaction; then the group is run again, each operation
 * in a transaction of its own. When the disk fails, or is full, the whole
 * group gets STORE_TEMPORARY: nothing of it was changed.
 *
 * Acknowledgements go out before the checkpoint, which runs when nothing
 * waits, or when the WAL has grown too far to wait for that.
 */
#include "server/store/writer.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"

#define CHECKPOINT_IDLE_PAGES 250      /* when nothing waits */
#define CHECKPOINT_BUSY_PAGES 1000     /* though something does */
#define CHECKPOINT_REST_NS 500000000u  /* quiet time after which any pages are checkpointed */

static write_fn *const table[STORE_KINDS] = {
	[STORE_APPEND] = write_append,
	[STORE_GUEST] = write_guest,
	[STORE_SIGN_UP] = write_sign_up,
	[STORE_SESSION_NEW] = write_session_new,
	[STORE_SESSION_END] = write_session_end,
	[STORE_SEEN] = write_seen,
	[STORE_ROOM_NEW] = write_room_new,
	[STORE_JOIN] = write_join,
	[STORE_LEAVE] = write_leave,
	[STORE_READ_MARK] = write_read_mark,
	[STORE_BAN] = write_ban,
	[STORE_UNBAN] = write_unban,
};

static void drop_bytes(struct store_bytes *bytes) {
	free(bytes->data);
	*bytes = (struct store_bytes){ 0 };
}

static void drop_rooms(struct store_membership **rooms, size_t *count) {
	free(*rooms);
	*rooms = NULL;
	*count = 0;
}

static void drop_session(struct store_session_new *n) {
	drop_rooms(&n->rooms, &n->room_count);
	free(n->ended);
	n->ended = NULL;
	n->ended_count = 0;
}

/* Frees what an operation gave out before it came to nothing. */
static void drop_outputs(struct store_op *op) {
	struct store_guest *guest = (struct store_guest *)op;
	struct store_sign_up *sign_up = (struct store_sign_up *)op;
	switch (op->kind) {
	case STORE_APPEND: drop_bytes(&((struct store_append *)op)->event); break;
	case STORE_ROOM_NEW: drop_bytes(&((struct store_room_new *)op)->event); break;
	case STORE_GUEST: drop_rooms(&guest->rooms, &guest->room_count); break;
	case STORE_SIGN_UP: drop_rooms(&sign_up->rooms, &sign_up->room_count); break;
	case STORE_SESSION_NEW: drop_session((struct store_session_new *)op); break;
	default: break;
	}
}

static bool is_disk_trouble(int error) {
	switch (error & 0xff) {
	case SQLITE_CONSTRAINT: case SQLITE_MISMATCH: case SQLITE_TOOBIG: case SQLITE_RANGE: case SQLITE_ERROR:
		return false;
	default:
		return true;
	}
}

static void roll_back(struct writer *w) {
	sql_clear(&w->sql);
	if (!sqlite3_get_autocommit(w->sql.db))
		sql_do(&w->sql, "ROLLBACK", "");
	sql_clear(&w->sql);
	heads_undo(&w->heads);
}

/* Runs the first n of the chain in one transaction; returns 0 or SQLite's error. */
static int run_transaction(struct writer *w, struct store_op *chain, size_t n) {
	struct store_op *op = chain;
	sql_do(&w->sql, "BEGIN IMMEDIATE", "");
	for (size_t i = 0; i < n && !w->sql.error; i++, op = op->next)
		op->result = table[op->kind](w, op);
	sql_do(&w->sql, "COMMIT", "");
	int error = w->sql.error;
	if (!error) {
		heads_keep(&w->heads);
		return 0;
	}
	LOG(STORE, DEBUG, "event=not_committed writes=%zu error=%d reason=\"%s\"", n, error, sql_error_text(&w->sql));
	if (is_disk_trouble(error) && !atomic_load(&w->refusing))
		LOG(STORE, ERROR, "event=refusing_writes error=%d reason=\"%s\" note=\"goes on by itself when that has passed\"",
		    error, sql_error_text(&w->sql));
	roll_back(w);
	op = chain;
	for (size_t i = 0; i < n; i++, op = op->next) {
		drop_outputs(op);
		op->result = STORE_TEMPORARY;
	}
	return error;
}

/* One operation on its own; true unless the disk is to blame for its failure. */
static bool run_alone(struct writer *w, struct store_op *op) {
	int error = run_transaction(w, op, 1);
	if ((error & 0xff) == SQLITE_CONSTRAINT)
		op->result = STORE_NOT_FOUND;   /* refers to a user or room that is not there */
	else if (error && !is_disk_trouble(error))
		LOG(STORE, ERROR, "event=impossible kind=%d error=%d", (int)op->kind, error);
	return !error || !is_disk_trouble(error);
}

static bool run_group(struct writer *w, struct store_op *chain, size_t n) {
	if (n == 1)
		return run_alone(w, chain);
	int error = run_transaction(w, chain, n);
	if (!error || is_disk_trouble(error))
		return error == 0;
	bool good = true;
	for (struct store_op *op = chain; op; op = op->next)
		good = run_alone(w, op) && good;
	return good;
}

static void commit_group(struct writer *w, struct store_op *chain, size_t n) {
	uint64_t start = clock_mono_ns(), appended = 0;
	bool good = run_group(w, chain, n);
	if (good && atomic_load(&w->refusing)) {
		LOG(STORE, WARN, "event=writing_again");
		w->checkpoint_retry_ns = 0;   /* that may have failed too */
	}
	for (struct store_op *op = chain; op; op = op->next)
		appended += op->kind == STORE_APPEND && op->result == STORE_OK;
	atomic_store(&w->refusing, !good);
	atomic_store(&w->commit_ns, clock_mono_ns() - start);
	atomic_store(&w->batch, n);
	atomic_fetch_add(&w->appended, appended);
	atomic_fetch_add(&w->commits, good);
	atomic_store(&w->taken, 0);   /* who takes the last of them sees none under way */
	done_push(w->done, chain);
}

static int note_wal(void *arg, sqlite3 *db, const char *name, int pages) {
	(void)db, (void)name;
	((struct writer *)arg)->wal_pages = (uint64_t)pages;
	return SQLITE_OK;
}

static void checkpoint(struct writer *w) {
	int in_wal = 0, moved = 0;
	int rc = sqlite3_wal_checkpoint_v2(w->sql.db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
	if (rc == SQLITE_OK && moved >= in_wal) {
		w->wal_pages = 0;
		return;
	}
	/* A reader still needs the old pages, or the disk is full: later. */
	w->checkpoint_retry_ns = clock_mono_ns() + CHECKPOINT_REST_NS;
	LOG(STORE, DEBUG, "event=checkpoint_incomplete result=%d wal=%d moved=%d", rc, in_wal, moved);
}

static void checkpoint_if_due(struct writer *w, bool rested) {
	uint64_t limit = rested ? 1 : queue_count(&w->queue) == 0 ? CHECKPOINT_IDLE_PAGES : CHECKPOINT_BUSY_PAGES;
	if (w->wal_pages >= limit && clock_mono_ns() >= w->checkpoint_retry_ns)
		checkpoint(w);
}

/* Until when to wait for work before doing what idle times are for. */
static uint64_t idle_deadline(const struct writer *w) {
	uint64_t now = clock_mono_ns();
	uint64_t until = w->wal_pages > 0 ? now + CHECKPOINT_REST_NS : UINT64_MAX;
	uint64_t purge = purge_due_ns(&w->purge);
	return purge < until ? purge : until;
}

static void idle(struct writer *w) {
	checkpoint_if_due(w, true);
	if (clock_mono_ns() >= purge_due_ns(&w->purge) && !purge_slice(&w->purge, &w->sql))
		roll_back(w);
}

static void *writer_main(void *arg) {
	struct writer *w = arg;
	while (!queue_ended(&w->queue)) {
		size_t n;
		struct store_op *chain = queue_take(&w->queue, QUEUE_FULL, idle_deadline(w), &n);
		if (!chain) {
			idle(w);
			continue;
		}
		atomic_store(&w->taken, n);
		commit_group(w, chain, n);
		checkpoint_if_due(w, false);
	}
	return NULL;
}

void writer_init(struct writer *w) {
	queue_init(&w->queue);
}

/* When the store was last in use. */
static uint64_t newest_ms(struct writer *w) {
	uint64_t event = heads_newest_ms(&w->heads);
	uint64_t seen = sql_number(&w->sql, 0, "SELECT max(seen_ms) FROM session", "");
	sql_clear(&w->sql);
	return event > seen ? event : seen;
}

bool writer_start(struct writer *w, struct done_list *done) {
	w->done = done;
	purge_init(&w->purge, newest_ms(w));
	heads_keep(&w->heads);
	sqlite3_wal_hook(w->sql.db, note_wal, w);
	return pthread_create(&w->thread, NULL, writer_main, w) == 0;
}

void writer_stop(struct writer *w) {
	queue_close(&w->queue);
	pthread_join(w->thread, NULL);
}

void writer_close(struct writer *w) {
	queue_destroy(&w->queue);
	sql_close(&w->sql);
	heads_free(&w->heads);
}
