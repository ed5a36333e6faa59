/* The waits are on the monotonic clock. */
#include "server/store/queue.h"

#include <time.h>

#include "proto/base/clock.h"
#include "server/store/store.h"

void queue_init(struct op_queue *q) {
	pthread_condattr_t attr;
	*q = (struct op_queue){ .ripe_ns = UINT64_MAX };
	q->end = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->filled, &attr);
	pthread_condattr_destroy(&attr);
}

void queue_destroy(struct op_queue *q) {
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->filled);
}

/* Adds it; true when a taker has to know at once. */
static bool add(struct op_queue *q, struct store_op *op) {
	bool sooner = op->by_ns < q->ripe_ns;
	*q->end = op;
	q->end = &op->next;
	if (sooner)
		q->ripe_ns = op->by_ns;
	return ++q->count == QUEUE_FULL || sooner || !op->by_ns;
}

bool queue_push(struct op_queue *q, struct store_op *op) {
	op->next = NULL;
	pthread_mutex_lock(&q->lock);
	bool open = !q->closed;
	bool signal = open && add(q, op) && q->waiting > 0;
	pthread_mutex_unlock(&q->lock);
	if (signal)
		pthread_cond_signal(&q->filled);
	return open;
}

static bool wait_until(struct op_queue *q, uint64_t until_ns) {
	int rc;
	q->waiting++;
	if (until_ns == UINT64_MAX) {
		rc = pthread_cond_wait(&q->filled, &q->lock);
	} else {
		struct timespec until = { (time_t)(until_ns / 1000000000), (long)(until_ns % 1000000000) };
		rc = pthread_cond_timedwait(&q->filled, &q->lock, &until);
	}
	q->waiting--;
	return rc == 0;
}

static struct store_op *unlink_some(struct op_queue *q, size_t max, size_t *count) {
	struct store_op *chain = q->first, **link = &q->first;
	size_t n = 0;
	while (*link && n < max) {
		link = &(*link)->next;
		n++;
	}
	q->first = *link;
	*link = NULL;
	if (!q->first)
		q->end = &q->first;
	q->ripe_ns = q->first ? 0 : UINT64_MAX;   /* what is left over goes next */
	q->count -= n;
	*count = n;
	return n > 0 ? chain : NULL;
}

static bool ripe(const struct op_queue *q) {
	return q->closed || (q->first && (!q->ripe_ns || q->count >= QUEUE_FULL || clock_mono_ns() >= q->ripe_ns));
}

struct store_op *queue_take(struct op_queue *q, size_t max, uint64_t until_ns, size_t *count) {
	pthread_mutex_lock(&q->lock);
	while (!ripe(q) && (wait_until(q, q->first ? q->ripe_ns : until_ns) || q->first))
		;
	struct store_op *chain = unlink_some(q, max, count);
	pthread_mutex_unlock(&q->lock);
	return chain;
}

void queue_close(struct op_queue *q) {
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_mutex_unlock(&q->lock);
	pthread_cond_broadcast(&q->filled);
}

bool queue_closed(struct op_queue *q) {
	pthread_mutex_lock(&q->lock);
	bool closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}

bool queue_ended(struct op_queue *q) {
	pthread_mutex_lock(&q->lock);
	bool ended = q->closed && !q->first;
	pthread_mutex_unlock(&q->lock);
	return ended;
}

size_t queue_count(struct op_queue *q) {
	pthread_mutex_lock(&q->lock);
	size_t count = q->count;
	pthread_mutex_unlock(&q->lock);
	return count;
}

void done_init(struct done_list *d, void (*wake)(void *), void *wake_arg) {
	*d = (struct done_list){ .wake = wake, .wake_arg = wake_arg };
	d->end = &d->first;
	pthread_mutex_init(&d->lock, NULL);
}

void done_destroy(struct done_list *d) {
	pthread_mutex_destroy(&d->lock);
}

void done_push(struct done_list *d, struct store_op *chain) {
	if (!chain)
		return;
	pthread_mutex_lock(&d->lock);
	bool was_empty = !d->first;
	*d->end = chain;
	while (*d->end)
		d->end = &(*d->end)->next;
	pthread_mutex_unlock(&d->lock);
	if (was_empty && d->wake)
		d->wake(d->wake_arg);
}

struct store_op *done_take(struct done_list *d) {
	pthread_mutex_lock(&d->lock);
	struct store_op *chain = d->first;
	d->first = NULL;
	d->end = &d->first;
	pthread_mutex_unlock(&d->lock);
	return chain;
}
