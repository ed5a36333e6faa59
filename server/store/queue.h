/*
 * Lists of operations between threads. A queue is what one or more store
 * threads take from; the done list is what the loop drains, waking it when the
 * list stops being empty.
 *
 * A queue is ripe, and its taker is woken, when the first operation's time has
 * come (by_ns), or when there are as many as a taker takes.
 */
#ifndef APPCHAT_SERVER_STORE_QUEUE_H
#define APPCHAT_SERVER_STORE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_op;

struct op_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct store_op *first, **end;
	size_t count;
	uint64_t ripe_ns;   /* the earliest by_ns of them */
	unsigned waiting;
	bool closed;
};

void queue_init(struct op_queue *q);
void queue_destroy(struct op_queue *q);
/* Appends; false when the queue was closed. */
bool queue_push(struct op_queue *q, struct store_op *op);
#define QUEUE_FULL 1024   /* so many operations wait for no other */

/* Takes up to max operations, linked by next, once the queue is ripe; waits for
 * the first until the time of clock_mono_ns() (UINT64_MAX: for ever). NULL: too
 * late, or closed and empty. */
struct store_op *queue_take(struct op_queue *q, size_t max, uint64_t until_ns, size_t *count);
/* Lets takers run empty and then end. */
void queue_close(struct op_queue *q);
/* Is it closed? Asked in the midst of what takes long. */
bool queue_closed(struct op_queue *q);
/* Is it closed, with nothing left in it? */
bool queue_ended(struct op_queue *q);
size_t queue_count(struct op_queue *q);

struct done_list {
	pthread_mutex_t lock;
	struct store_op *first, **end;
	void (*wake)(void *arg);
	void *wake_arg;
};

void done_init(struct done_list *d, void (*wake)(void *), void *wake_arg);
void done_destroy(struct done_list *d);
/* Appends a chain that ends with next == NULL. */
void done_push(struct done_list *d, struct store_op *chain);
/* Takes everything, in order. */
struct store_op *done_take(struct done_list *d);

#endif
