/*
 * Deadlines in nanoseconds for thousands of bots: one heap, one timerfd in the
 * libuv loop. libuv's own timers count whole milliseconds, which would be half
 * of the latency that is to be measured.
 */
#ifndef APPCHAT_BOTS_TIMERS_H
#define APPCHAT_BOTS_TIMERS_H

#include <stdint.h>
#include <uv.h>

#define TIMER_NEVER UINT64_MAX

struct timer;
typedef void timer_fire_fn(struct timer *t, uint64_t now);

/* Part of its owner, which keeps it alive while it is set. */
struct timer {
	uint64_t at;            /* clock_mono_ns() */
	uint32_t slot;          /* place in the heap + 1; 0: not set */
	timer_fire_fn *fire;
};

struct timers {
	uv_poll_t poll;
	uv_prepare_t prepare;
	int fd;
	uint64_t armed;         /* what the timerfd is set to */
	struct timer **heap;
	uint32_t count, cap;
	uint64_t late_max;      /* largest delay of a timer since last asked (timers_late) */
};

/* Begins; 0, or a negative libuv error. */
int timers_init(struct timers *ts, uv_loop_t *loop);
/* Sets it, or moves it when set already; TIMER_NEVER clears it. */
void timers_set(struct timers *ts, struct timer *t, uint64_t at);
/* The largest delay of a timer behind its deadline since the last call. */
uint64_t timers_late(struct timers *ts);
/* Takes its handles out of the loop; run the loop once more after it. */
void timers_close(struct timers *ts);
/* Frees the heap, after the loop has run. */
void timers_free(struct timers *ts);

#endif
