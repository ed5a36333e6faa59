/*
 * What the store does in a second, and how long it takes. Prints one line a
 * figure. A store is made below --dir (default /var/tmp: a real disk) and
 * removed; or the one in the data directory --at is used and stays.
 *
 *   build/tests/bench_store [--dir DIR | --at DATA] [--seconds S] [--fill MILLIONS]
 */
#include <getopt.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/uuid.h"
#include "server/store/store.h"

#define LOBBY 1
#define BODY 72   /* a message of 48 letters with its author's name */

struct item {
	struct store_append append;
	uint64_t due_ns;
	struct bench *bench;
	struct item *next_free;
};

struct bench {
	struct store *store;
	int event_fd;
	struct item *items, *free;
	size_t in_flight, finished, failed;
	bool refill;
	uint64_t *latency;      /* NULL: not kept */
	size_t latency_count, latency_max;
	uint8_t body[BODY];
};

static void wake(void *arg) {
	uint64_t one = 1;
	if (write(((struct bench *)arg)->event_fd, &one, sizeof one) < 0)
		abort();
}

static void finish(struct store_op *op);

static void start(struct bench *b, struct item *item, uint64_t due_ns) {
	struct store_append *a = &item->append;
	memset(a, 0, sizeof *a);
	a->op.kind = STORE_APPEND;
	a->op.done = finish;
	a->room = LOBBY;
	a->user = 1;
	uuid7(a->msg_id);
	a->body = b->body;
	a->body_len = sizeof b->body;
	item->due_ns = due_ns;
	b->in_flight++;
	store_submit(b->store, &a->op);
}

static void finish(struct store_op *op) {
	struct item *item = (struct item *)op;
	struct bench *b = item->bench;
	b->in_flight--;
	b->finished++;
	b->failed += op->result != STORE_OK;
	free(item->append.event.data);
	if (b->latency && b->latency_count < b->latency_max)
		b->latency[b->latency_count++] = clock_mono_ns() - item->due_ns;
	if (b->refill) {
		start(b, item, 0);
	} else {
		item->next_free = b->free;
		b->free = item;
	}
}

static void turn(struct bench *b) {
	uint64_t n;
	if (read(b->event_fd, &n, sizeof n) < 0)
		abort();
	store_drain(b->store);
}

static void make_items(struct bench *b, size_t n) {
	b->items = xcalloc(n, sizeof *b->items);
	b->free = NULL;
	for (size_t i = 0; i < n; i++) {
		b->items[i].bench = b;
		b->items[i].next_free = b->free;
		b->free = &b->items[i];
	}
}

static struct item *take_item(struct bench *b) {
	struct item *item = b->free;
	if (item)
		b->free = item->next_free;
	return item;
}

static void closed_loop(struct bench *b, size_t depth, double seconds) {
	make_items(b, depth);
	b->finished = 0;
	b->refill = true;
	uint64_t cpu = clock_cpu_ns(), begin = clock_mono_ns(), end = begin + (uint64_t)(seconds * 1e9);
	for (size_t i = 0; i < depth; i++)
		start(b, &b->items[i], 0);
	while (clock_mono_ns() < end)
		turn(b);
	b->refill = false;
	double took = (double)(clock_mono_ns() - begin) / 1e9, used = (double)(clock_cpu_ns() - cpu) / 1e9;
	double rate = (double)b->finished / took;
	while (b->in_flight > 0)
		turn(b);
	printf("append in_flight=%-4zu %8.0f/s  cpu %3.0f %%\n", depth, rate, 100 * used / took);
	free(b->items);
}

static int compare(const void *a, const void *b) {
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void open_loop(struct bench *b, double rate, double seconds) {
	enum { ITEMS = 100000 };
	make_items(b, ITEMS);
	b->latency_max = (size_t)(rate * seconds * 1.2);
	b->latency = xcalloc(b->latency_max, sizeof *b->latency);
	b->latency_count = 0;
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	struct pollfd fds[2] = { { .fd = b->event_fd, .events = POLLIN }, { .fd = timer, .events = POLLIN } };
	uint64_t begin = clock_mono_ns(), end = begin + (uint64_t)(seconds * 1e9), due = begin, cpu = clock_cpu_ns();
	size_t missed = 0;
	while (due < end) {
		while (due <= clock_mono_ns() && due < end) {
			struct item *item = take_item(b);
			if (item)
				start(b, item, due);
			else
				missed++;
			due += (uint64_t)(-log(1 - drand48()) / rate * 1e9);
		}
		struct itimerspec at = { .it_value = { (time_t)(due / 1000000000), (long)(due % 1000000000) } };
		timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
		if (poll(fds, 2, -1) > 0 && fds[0].revents)
			turn(b);
	}
	double took = (double)(clock_mono_ns() - begin) / 1e9, used = (double)(clock_cpu_ns() - cpu) / 1e9;
	while (b->in_flight > 0)
		turn(b);
	qsort(b->latency, b->latency_count, sizeof *b->latency, compare);
	printf("ack at %5.0f/s  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms  cpu %3.0f %%  missed %zu\n", rate,
	       (double)b->latency[b->latency_count / 2] / 1e6, (double)b->latency[b->latency_count * 99 / 100] / 1e6,
	       (double)b->latency[b->latency_count - 1] / 1e6, 100 * used / took, missed);
	close(timer);
	free(b->latency);
	b->latency = NULL;
	free(b->items);
}

static void set_flag(struct store_op *op) {
	op->done = NULL;
}

static uint64_t range(struct bench *b, uint64_t from, uint64_t *span_ns) {
	struct store_range r = { .op = { .kind = STORE_RANGE, .done = set_flag }, .room = LOBBY, .from = from,
	                         .max_events = 50, .max_bytes = 256 * 1024 };
	uint64_t begin = clock_mono_ns();
	store_submit(b->store, &r.op);
	while (r.op.done)
		turn(b);
	*span_ns = clock_mono_ns() - begin;
	free(r.events.data);
	return r.last;
}

/* Round trips include two changes of thread, which cost more than the read. */
static void pages(struct bench *b, bool anywhere) {
	enum { ROUNDS = 5000 };
	static uint64_t spans[ROUNDS];
	uint64_t span, head = range(b, UINT64_MAX, &span), cpu = clock_cpu_ns();
	for (int i = 0; i < ROUNDS; i++)
		range(b, anywhere ? 1 + (uint64_t)(drand48() * (double)head) : head - (uint64_t)i % 1000, &spans[i]);
	cpu = clock_cpu_ns() - cpu;
	qsort(spans, ROUNDS, sizeof *spans, compare);
	printf("page of 50, %-18s round trip p50 %5.1f us  p99 %5.1f us, cpu %5.1f us\n", anywhere ? "anywhere" : "newest thousand",
	       (double)spans[ROUNDS / 2] / 1e3, (double)spans[ROUNDS * 99 / 100] / 1e3, (double)cpu / ROUNDS / 1e3);
}

/* Stacked submission: the reader never waits, so this is what a page costs. */
static void pages_stacked(struct bench *b) {
	enum { DEPTH = 64, ROUNDS = 200 };
	static struct store_range r[DEPTH];
	uint64_t span, head = range(b, UINT64_MAX, &span), begin = clock_mono_ns(), cpu = clock_cpu_ns();
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < DEPTH; i++) {
			r[i] = (struct store_range){ .op = { .kind = STORE_RANGE, .done = set_flag }, .room = LOBBY,
			                             .from = head - (uint64_t)i, .max_events = 50, .max_bytes = 256 * 1024 };
			store_submit(b->store, &r[i].op);
		}
		for (int i = 0; i < DEPTH; i++) {
			while (r[i].op.done)
				turn(b);
			free(r[i].events.data);
		}
	}
	double n = DEPTH * ROUNDS;
	printf("page of 50, 64 in flight       %5.1f us each, cpu %5.1f us\n", (double)(clock_mono_ns() - begin) / n / 1e3,
	       (double)(clock_cpu_ns() - cpu) / n / 1e3);
}

static void fill(struct bench *b, double millions) {
	size_t target = (size_t)(millions * 1e6);
	if (target == 0)
		return;
	make_items(b, 1000);
	b->finished = 0;
	b->refill = true;
	for (size_t i = 0; i < 1000; i++)
		start(b, &b->items[i], 0);
	while (b->finished < target)
		turn(b);
	b->refill = false;
	while (b->in_flight > 0)
		turn(b);
	free(b->items);
}

static void open_store(struct bench *b, const char *dir) {
	char err[512];
	const struct store_options options = { .dir = dir, .wake = wake, .wake_arg = b };
	uint64_t begin = clock_mono_ns();
	b->store = store_open(&options, err, sizeof err);
	if (!b->store)
		fatal("%s", err);
	size_t count;
	struct store_room *rooms = store_rooms(b->store, &count);
	printf("open with %llu events in %zu rooms: %.1f ms\n", (unsigned long long)rooms[0].head, count,
	       (double)(clock_mono_ns() - begin) / 1e6);
	for (size_t i = 0; i < count; i++)
		free(rooms[i].topic);
	free(rooms);
}

static void run_all(struct bench *b, double seconds) {
	static const size_t depths[] = { 1, 10, 100, 1000 };
	for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
		closed_loop(b, depths[i], seconds);
	open_loop(b, 100, seconds);
	open_loop(b, 5000, seconds);
	open_loop(b, 20000, seconds);
	pages(b, false);
	pages_stacked(b);
	pages(b, true);
}

int main(int argc, char **argv) {
	static const struct option options[] = {
		{ "dir", required_argument, NULL, 'd' }, { "seconds", required_argument, NULL, 's' },
		{ "fill", required_argument, NULL, 'f' }, { "at", required_argument, NULL, 'a' }, { 0 },
	};
	struct bench b = { .event_fd = eventfd(0, EFD_CLOEXEC) };
	const char *below = "/var/tmp", *at = NULL;
	double seconds = 3, millions = 0;
	char dir[512], command[600];
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			below = optarg;
		else if (c == 'a')
			at = optarg;
		else if (c == 's')
			seconds = atof(optarg);
		else if (c == 'f')
			millions = atof(optarg);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_set("warn");
	prctl(PR_SET_TIMERSLACK, 1);
	memset(b.body, 'x', sizeof b.body);
	snprintf(dir, sizeof dir, "%s/appchat-bench-XXXXXX", below);
	if (at)
		snprintf(dir, sizeof dir, "%s", at);
	else if (!mkdtemp(dir))
		fatal("%s: cannot make a directory there", below);
	open_store(&b, dir);
	fill(&b, millions);
	if (millions > 0) {
		store_close(b.store);
		open_store(&b, dir);
	}
	run_all(&b, seconds);
	store_close(b.store);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return (!at && system(command) != 0) || b.failed > 0;
}
