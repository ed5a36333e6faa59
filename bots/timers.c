/* A binary heap; the timerfd is set once per turn of the loop, before it sleeps. */
#include "bots/timers.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"

static void put(struct timers *ts, uint32_t i, struct timer *t) {
	ts->heap[i] = t;
	t->slot = i + 1;
}

static void sift_up(struct timers *ts, uint32_t i) {
	struct timer *t = ts->heap[i];
	for (; i && ts->heap[(i - 1) / 2]->at > t->at; i = (i - 1) / 2)
		put(ts, i, ts->heap[(i - 1) / 2]);
	put(ts, i, t);
}

static void sift_down(struct timers *ts, uint32_t i) {
	struct timer *t = ts->heap[i];
	for (uint32_t child; (child = 2 * i + 1) < ts->count; i = child) {
		if (child + 1 < ts->count && ts->heap[child + 1]->at < ts->heap[child]->at)
			child++;
		if (ts->heap[child]->at >= t->at)
			break;
		put(ts, i, ts->heap[child]);
	}
	put(ts, i, t);
}

static void take_out(struct timers *ts, struct timer *t) {
	uint32_t i = t->slot - 1;
	struct timer *last = ts->heap[--ts->count];
	t->slot = 0;
	if (last == t)
		return;
	put(ts, i, last);
	sift_up(ts, i);
	sift_down(ts, last->slot - 1);
}

void timers_set(struct timers *ts, struct timer *t, uint64_t at) {
	if (t->slot && t->at == at)
		return;
	if (t->slot)
		take_out(ts, t);
	t->at = at;
	if (at == TIMER_NEVER)
		return;
	if (ts->count == ts->cap) {
		ts->cap = ts->cap ? 2 * ts->cap : 256;
		ts->heap = xrealloc(ts->heap, ts->cap * sizeof *ts->heap);
	}
	put(ts, ts->count++, t);
	sift_up(ts, ts->count - 1);
}

/* Runs what is due as of now, a slice of it when it is much: reading goes on between. */
static void run_due(struct timers *ts) {
	enum { SLICE = 1000 };
	uint64_t now = clock_mono_ns();
	for (int i = 0; i < SLICE && ts->count && ts->heap[0]->at <= now; i++) {
		struct timer *t = ts->heap[0];
		if (now - t->at > ts->late_max)
			ts->late_max = now - t->at;
		take_out(ts, t);
		t->fire(t, now);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events) {
	struct timers *ts = poll->data;
	uint64_t expirations;
	(void)status;
	(void)events;
	if (read(ts->fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
		return;
	ts->armed = TIMER_NEVER;
	run_due(ts);
}

static void on_prepare(uv_prepare_t *prepare) {
	struct timers *ts = prepare->data;
	uint64_t next = ts->count ? ts->heap[0]->at : TIMER_NEVER;
	if (next == ts->armed)
		return;
	struct itimerspec spec = {0};
	if (next != TIMER_NEVER) {
		uint64_t at = next ? next : 1;
		spec.it_value.tv_sec = (time_t)(at / 1000000000u);
		spec.it_value.tv_nsec = (long)(at % 1000000000u);
	}
	timerfd_settime(ts->fd, TFD_TIMER_ABSTIME, &spec, NULL);
	ts->armed = next;
}

int timers_init(struct timers *ts, uv_loop_t *loop) {
	*ts = (struct timers){.armed = TIMER_NEVER};
	ts->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (ts->fd < 0)
		return -errno;
	ts->poll.data = ts->prepare.data = ts;
	int err = uv_poll_init(loop, &ts->poll, ts->fd);
	if (!err)
		err = uv_poll_start(&ts->poll, UV_READABLE, on_poll);
	if (!err)
		err = uv_prepare_init(loop, &ts->prepare);
	if (!err)
		err = uv_prepare_start(&ts->prepare, on_prepare);
	return err;
}

uint64_t timers_late(struct timers *ts) {
	uint64_t late = ts->late_max;
	ts->late_max = 0;
	return late;
}

void timers_close(struct timers *ts) {
	uv_close((uv_handle_t *)&ts->poll, NULL);
	uv_close((uv_handle_t *)&ts->prepare, NULL);
}

void timers_free(struct timers *ts) {
	close(ts->fd);
	free(ts->heap);
	*ts = (struct timers){.fd = -1};
}
