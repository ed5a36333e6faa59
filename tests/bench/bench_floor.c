/*
 * What this machine gives at all: the bots' default load (one room, everybody
 * says 48 bytes a second and gets everybody's) through a server that does
 * nothing but pass batches on: no protocol, no rights, no storage; epoll, send(),
 * a fixed window or a batch as soon as the one before is out (window 0),
 * deflated once for all or not. Other figures of a run are to be read beside it,
 * since machines, and days on one machine, differ by two.
 *
 *   build/tests/bench_floor CLIENTS SECONDS WINDOW-MS [deflate]
 *
 * The server's thread is on cpu 0, the clients' on cpu 1. Prints one JSON object
 * with the keys that appchat-bots --json uses.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "bots/hist.h"
#include "bots/text.h"
#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#define TEXT 48
#define SECOND UINT64_C(1000000000)
#define EVENTS 512
#define HEAD 8            /* of a batch: its number, its bytes */
#define SAMPLES 8         /* messages of a batch whose latency is counted */
#define BATCHES 65536

struct message {
	uint64_t due;
	char text[TEXT];
};

struct batch {
	uint64_t due[SAMPLES];
	uint32_t messages;
};

struct client {
	int fd;
	uint64_t due;
	uint8_t head[HEAD];
	uint32_t have, left, batch;   /* of the batch that is coming in */
};

struct conn {
	int fd;
	struct buf rest;              /* what the socket did not take */
};

static struct {
	uint32_t count;
	uint64_t seconds, window_ns, from, to, cpu_ns;
	bool deflate;
	struct sockaddr_in at;
	int listener;
	struct batch *batches;
	struct hist latency;
	uint64_t sent, delivered;
	atomic_bool over;
} run;

static void pin(int cpu) {
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof set, &set))
		fatal("this needs two cores");
}

static uint64_t thread_cpu(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void watch(int epoll, int fd, uint32_t events, void *what) {
	struct epoll_event e = {.events = events, .data.ptr = what};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) && epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e))
		fatal("epoll: %s", strerror(errno));
}

/* ---- the server ---- */

static void offer(int epoll, struct conn *c, const uint8_t *bytes, size_t len) {
	ssize_t n = c->rest.len ? 0 : send(c->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	size_t taken = n > 0 ? (size_t)n : 0;
	if (taken == len)
		return;
	buf_append(&c->rest, bytes + taken, len - taken);
	watch(epoll, c->fd, EPOLLIN | EPOLLOUT, c);
}

static void offer_rest(int epoll, struct conn *c) {
	ssize_t n = send(c->fd, c->rest.data, c->rest.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		buf_consume(&c->rest, (size_t)n);
	if (c->rest.len)
		return;
	buf_free(&c->rest);
	watch(epoll, c->fd, EPOLLIN, c);
}

/* Frames the pending messages as the batch with this number. */
static void frame(struct libdeflate_compressor *z, struct buf *out, const struct buf *pending, uint32_t number) {
	const struct message *m = (const struct message *)pending->data;
	struct batch *b = &run.batches[number % BATCHES];
	size_t most = pending->len + 64;
	b->messages = (uint32_t)(pending->len / sizeof *m);
	for (uint32_t i = 0; i < SAMPLES; i++)
		b->due[i] = m[(uint64_t)i * (b->messages - 1) / (SAMPLES - 1)].due;
	out->len = 0;
	uint8_t *to = buf_reserve(out, HEAD + most);
	uint32_t len = run.deflate ? (uint32_t)libdeflate_deflate_compress(z, pending->data, pending->len, to + HEAD, most) : (uint32_t)pending->len;
	if (!run.deflate)
		memcpy(to + HEAD, pending->data, pending->len);
	memcpy(to, &number, 4);
	memcpy(to + 4, &len, 4);
	out->len = HEAD + len;
}

static struct conn *accept_all(int epoll) {
	struct conn *conns = xcalloc(run.count, sizeof *conns);
	const int one = 1;
	for (uint32_t i = 0; i < run.count; i++) {
		int fd = accept4(run.listener, NULL, NULL, SOCK_NONBLOCK);
		if (fd < 0)
			fatal("accept: %s", strerror(errno));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		conns[i].fd = fd;
		watch(epoll, fd, EPOLLIN, &conns[i]);
	}
	return conns;
}

static void *serve(void *arg) {
	struct epoll_event events[EVENTS];
	struct libdeflate_compressor *z = libdeflate_alloc_compressor(1);
	struct buf pending = {0}, out = {0};
	uint32_t number = 0, at = 0;
	uint64_t next = 0, cpu = 0;
	(void)arg;
	pin(0);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct conn *conns = accept_all(epoll);
	while (!run.over) {
		uint64_t now = clock_mono_ns();
		bool busy = at > 0 || (pending.len && now >= next);
		int wait = busy ? 0 : pending.len ? (int)((next - now) / 1000000) + 1 : 20;
		int n = epoll_wait(epoll, events, EVENTS, wait);
		for (int i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;
			struct message *m = (struct message *)(void *)buf_reserve(&pending, 64 * sizeof *m);
			ssize_t got = events[i].events & EPOLLIN ? recv(c->fd, m, 64 * sizeof *m, MSG_DONTWAIT) : 0;
			pending.len += got > 0 ? (size_t)got : 0;   /* a message is sent at once and arrives whole */
			if (events[i].events & EPOLLOUT)
				offer_rest(epoll, c);
		}
		if (!cpu && pending.len)
			cpu = thread_cpu();
		now = clock_mono_ns();
		if (!at && pending.len && now >= next) {
			frame(z, &out, &pending, number++);
			pending.len = 0;
			at = run.count;
			next = now + run.window_ns;
		}
		for (uint32_t turn = 256; at && turn; turn--)
			offer(epoll, &conns[--at], out.data, out.len);
	}
	run.cpu_ns = thread_cpu() - cpu;
	return NULL;
}

/* ---- the clients ---- */

static void arrived(const struct client *c) {
	const struct batch *b = &run.batches[c->batch % BATCHES];
	uint64_t now = clock_mono_ns();
	run.delivered += b->messages;
	for (int i = 0; i < SAMPLES; i++)
		hist_add(&run.latency, now > b->due[i] ? now - b->due[i] : 0, b->messages);
}

static void take(struct client *c, const uint8_t *p, size_t len) {
	while (len) {
		size_t n;
		if (c->have < HEAD) {
			n = HEAD - c->have < len ? HEAD - c->have : len;
			memcpy(c->head + c->have, p, n);
			c->have += (uint32_t)n;
			memcpy(&c->batch, c->head, 4);
			memcpy(&c->left, c->head + 4, 4);
		} else {
			n = c->left < len ? c->left : len;
			c->left -= (uint32_t)n;
		}
		p += n;
		len -= n;
		if (c->have == HEAD && !c->left) {
			arrived(c);
			c->have = 0;
		}
	}
}

static void say(struct client *c, uint32_t author, const char *name) {
	struct message m = {.due = c->due};
	text_make(m.text, TEXT, name, (uint32_t)run.sent, author);
	if (send(c->fd, &m, sizeof m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof m)
		run.sent++;
	c->due += SECOND;
}

static struct client *connect_all(int epoll) {
	struct client *clients = xcalloc(run.count, sizeof *clients);
	for (uint32_t i = 0; i < run.count; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&run.at, sizeof run.at))
			fatal("client %u: %s", i, strerror(errno));
		clients[i].fd = fd;
		watch(epoll, fd, EPOLLIN, &clients[i]);
	}
	return clients;
}

static void talk(int epoll, struct client *clients) {
	static uint8_t bytes[1 << 20];
	struct epoll_event events[EVENTS];
	char name[TEXT_RUN + 1];
	uint32_t next = 0;
	text_make_run(name);
	run.from = clock_mono_ns() + SECOND / 2;
	run.to = run.from + run.seconds * SECOND;
	for (uint32_t i = 0; i < run.count; i++)
		clients[i].due = run.from + SECOND * i / run.count;
	for (uint64_t now = 0; now < run.to + 3 * SECOND && (now < run.to || run.delivered < run.sent * run.count);) {
		int n = epoll_wait(epoll, events, EVENTS, 1);
		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;
			ssize_t got = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
			take(c, bytes, got > 0 ? (size_t)got : 0);
		}
		now = clock_mono_ns();
		for (; clients[next].due <= now && clients[next].due < run.to; next = (next + 1) % run.count)
			say(&clients[next], next, name);
	}
}

int main(int argc, char **argv) {
	pthread_t server;
	socklen_t size = sizeof run.at;
	if (argc < 4)
		fatal("usage: bench_floor CLIENTS SECONDS WINDOW-MS [deflate]");
	run.count = (uint32_t)strtoul(argv[1], NULL, 10);
	run.seconds = strtoul(argv[2], NULL, 10);
	run.window_ns = strtoul(argv[3], NULL, 10) * 1000000;
	run.deflate = argc > 4;
	run.batches = xcalloc(BATCHES, sizeof *run.batches);
	run.at.sin_family = AF_INET;
	run.at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	run.listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(run.listener, (struct sockaddr *)&run.at, sizeof run.at) || listen(run.listener, 4096) ||
		getsockname(run.listener, (struct sockaddr *)&run.at, &size))
		fatal("listen: %s", strerror(errno));
	pthread_create(&server, NULL, serve, NULL);
	pin(1);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct client *clients = connect_all(epoll);
	uint64_t cpu = thread_cpu();
	talk(epoll, clients);
	double span = (double)(clock_mono_ns() - run.from) / 100, own = (double)(thread_cpu() - cpu) / span;
	run.over = true;
	pthread_join(server, NULL);
	uint64_t expected = run.sent * run.count;
	printf("{\"held\":%s,\"clients\":%u,\"sent\":%llu,\"expected\":%llu,\"delivered\":%llu,\"latency_ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},"
		"\"server\":{\"cpu_percent\":%.2f},\"bots\":{\"cpu_percent\":%.2f}}\n", run.delivered == expected ? "true" : "false", run.count,
		(unsigned long long)run.sent, (unsigned long long)expected, (unsigned long long)run.delivered,
		(double)hist_quantile(&run.latency, 0.5) / 1e6, (double)hist_quantile(&run.latency, 0.99) / 1e6, (double)run.latency.max / 1e6,
		(double)run.cpu_ns / span, own);
	return run.delivered != expected;
}
