/*
 * The writer: the one thread, and the one connection, that changes the
 * database and checkpoints it. (Two that do so at the same instant can corrupt
 * a database in WAL mode with SQLite before 3.51.3.)
 *
 *   queue -> [BEGIN, each operation, COMMIT: synced] -> done list
 *
 * While one group is committed the next one gathers in the queue.
 */
#ifndef APPCHAT_SERVER_STORE_WRITER_H
#define APPCHAT_SERVER_STORE_WRITER_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/store/heads.h"
#include "server/store/purge.h"
#include "server/store/queue.h"
#include "server/store/sql.h"
#include "server/store/store.h"

struct writer {
	struct sql sql;
	struct heads heads;
	struct purge purge;
	struct op_queue queue;
	struct done_list *done;
	pthread_t thread;
	uint64_t wal_pages;            /* in the WAL after the last commit, 0 when all are checkpointed */
	uint64_t checkpoint_retry_ns;  /* not before */
	atomic_uint_fast64_t commits, appended, commit_ns;
	atomic_uint_fast32_t batch, taken;
	atomic_bool refusing;
};

/* One kind of write: checks, then changes; sets the outputs and returns the
 * result. Whatever it returns but STORE_OK, it must have changed nothing.
 * Errors of SQLite are left in writer->sql. */
typedef enum store_result write_fn(struct writer *w, struct store_op *op);

write_fn write_append, write_guest, write_sign_up, write_session_new, write_session_end, write_seen,
	write_room_new, write_join, write_leave, write_read_mark, write_ban, write_unban;

/* Makes an all-zero writer ready to be opened and started. */
void writer_init(struct writer *w);
/* Starts the thread; the connection is open and heads are loaded. False: no thread to be had. */
bool writer_start(struct writer *w, struct done_list *done);
/* Commits what is queued and ends the thread; the queue refuses what comes later. */
void writer_stop(struct writer *w);
/* Checkpoints all and closes the connection. */
void writer_close(struct writer *w);

#endif
