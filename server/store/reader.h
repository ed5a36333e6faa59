/* Readers: threads with read-only connections of their own. Each operation is
 * one short look at the database as it is then, so that the WAL never has to
 * wait for a reader. Backups have a thread for themselves. */
#ifndef APPCHAT_SERVER_STORE_READER_H
#define APPCHAT_SERVER_STORE_READER_H

#include <pthread.h>

#include "server/store/queue.h"
#include "server/store/sql.h"
#include "server/store/store.h"

struct reader {
	struct sql sql;
	struct op_queue *queue;    /* shared with its fellows */
	struct done_list *done;
	pthread_t thread;
	struct {                   /* of a range that is read backwards: lengths of its events */
		size_t *of;
		size_t capacity;
	} lengths;
};

typedef enum store_result read_fn(struct reader *r, struct store_op *op);
read_fn read_session_find, read_user_find, read_sessions, read_range, read_backup;

/* Opens the connection and starts the thread; false: could not. */
bool reader_start(struct reader *r, const char *path, struct op_queue *queue, struct done_list *done);
/* Ends the thread, after the queue was closed, and the connection. */
void reader_stop(struct reader *r);

#endif
