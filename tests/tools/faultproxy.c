/*
 * A bad network: a TCP proxy on 127.0.0.1 that passes bytes between clients and
 * a server and does harm on the way, the same for the same seed and traffic.
 *
 *   faultproxy SERVER_PORT [NAME=VALUE ...]     prints "port N" and runs until it is killed
 *
 *   seed=N         of everything random
 *   port=N         where to listen; any free port if not given
 *   reset_ms=T     a connection is reset (RST both ways) after T ms on the average,
 *                  in the middle of a piece: some of it was passed on
 *   freeze_ms=T    one direction stands still, every T ms on the average...
 *   frozen_ms=T    ...for so long (500)
 *   delay_ms=T     each piece comes up to T ms late
 *   split=N        pieces of at most N bytes, each on its own
 *   trickle=N      one connection in N gets 4,000 bytes a second
 *   dead=N         one connection in N passes nothing any more after a while, and stays open
 *   calm_ms=T      no reset before T ms have passed since the first connection
 *
 * SIGUSR1: nothing is passed on any more, whatever closes is kept open on the
 * other side (as when a cable is cut); SIGUSR2: all goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"

#define PIECE 16384
#define MS UINT64_C(1000000)
#define NEVER UINT64_MAX
#define CLIENTS_A_TURN 64
#define PIECES_A_TURN 64
#define TRICKLE_BYTES 400        /* in each tenth of a second */
#define TRICKLE_NS (100 * MS)

enum what { SEED, PORT, RESET_MS, FREEZE_MS, FROZEN_MS, DELAY_MS, SPLIT, TRICKLE, DEAD, CALM_MS, WHATS };
static const char *const names[WHATS] = {
	"seed", "port", "reset_ms", "freeze_ms", "frozen_ms", "delay_ms", "split", "trickle", "dead", "calm_ms",
};

/* One direction of a connection: a piece is read when the last one is gone. */
struct way {
	int from, to;
	uint8_t data[PIECE];
	size_t len, at;
	uint64_t due, freeze_at;
	bool ended;              /* the sender closed; passed on when the piece is gone */
};

struct line {
	struct way up, down;
	uint64_t reset_at, dead_at;
	bool slow, over;
};

static struct {
	uint64_t option[WHATS], random;
	int listener;
	struct line **lines;
	size_t count, cap;
	struct pollfd *polls;
	size_t poll_cap;
	uint64_t now, calm_until;
} net = {.option = {[SEED] = 1, [FROZEN_MS] = 500}};

static volatile sig_atomic_t cut;

static void on_signal(int number) {
	cut = number == SIGUSR1;
}

static void fail(const char *what) {
	fprintf(stderr, "faultproxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- chance: splitmix64 (public domain, S. Vigna) ---- */

static uint64_t draw(void) {
	uint64_t z = net.random += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}
static uint64_t below(uint64_t n) { return n ? draw() % n : 0; }
static bool one_in(enum what w) { return net.option[w] && below(net.option[w]) == 0; }

/* When something comes next that comes every so many ms on the average. */
static uint64_t next_time(enum what w) {
	if (!net.option[w])
		return NEVER;
	double u = (double)(draw() >> 11) / 9007199254740992.0;
	return net.now + (uint64_t)(-log(1 - u) * (double)(net.option[w] * MS));
}

/* ---- lines ---- */

static void set_up(int fd) {
	int one = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int dial(int port) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Takes the next client; false: there is none. */
static bool take_client(int server_port) {
	int client = accept(net.listener, NULL, NULL);
	if (client < 0)
		return false;
	int server = dial(server_port);
	if (server < 0) {
		close(client);
		return true;
	}
	struct line *l = xcalloc(1, sizeof *l);
	set_up(client);
	set_up(server);
	l->up.from = l->down.to = client;
	l->up.to = l->down.from = server;
	if (!net.calm_until)
		net.calm_until = net.now + net.option[CALM_MS] * MS;
	l->reset_at = next_time(RESET_MS);
	if (l->reset_at < net.calm_until)
		l->reset_at = net.calm_until + below(net.option[RESET_MS] * MS);
	l->up.freeze_at = next_time(FREEZE_MS);
	l->down.freeze_at = next_time(FREEZE_MS);
	l->slow = one_in(TRICKLE);
	l->dead_at = one_in(DEAD) ? net.now + 500 * MS + below(2000 * MS) : NEVER;
	if (net.count == net.cap) {
		net.cap = 2 * net.cap + 64;
		net.lines = xrealloc(net.lines, net.cap * sizeof(struct line *));
	}
	net.lines[net.count++] = l;
	return true;
}

static void end_line(struct line *l, bool reset) {
	struct linger none = {1, 0};
	if (reset) {
		setsockopt(l->up.from, SOL_SOCKET, SO_LINGER, &none, sizeof none);
		setsockopt(l->up.to, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	}
	close(l->up.from);
	close(l->up.to);
	l->over = true;
}

static bool stands_still(const struct line *l) {
	return cut || net.now >= l->dead_at;
}

/* ---- ways ---- */

static void read_piece(struct line *l, struct way *w) {
	ssize_t n = recv(w->from, w->data, PIECE, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		w->ended = true;
		if (n < 0 && !stands_still(l))
			end_line(l, true);
		return;
	}
	w->len = (size_t)n;
	w->at = 0;
	w->due = net.now + (net.option[DELAY_MS] ? below(net.option[DELAY_MS] * MS) : 0);
	if (net.now >= w->freeze_at) {
		w->due = net.now + net.option[FROZEN_MS] * MS;
		w->freeze_at = next_time(FREEZE_MS) + net.option[FROZEN_MS] * MS;
	}
}

static void write_piece(struct line *l, struct way *w) {
	size_t n = w->len - w->at;
	bool reset = net.now >= l->reset_at;
	if (reset)
		n = below(n);                     /* in the middle of it */
	if (net.option[SPLIT] && n > net.option[SPLIT])
		n = 1 + below(net.option[SPLIT]);
	if (l->slow && n > TRICKLE_BYTES)
		n = TRICKLE_BYTES;
	ssize_t done = n ? send(w->to, w->data + w->at, n, MSG_NOSIGNAL) : 0;
	if (reset || (done < 0 && errno != EAGAIN && errno != EINTR)) {
		end_line(l, true);
		return;
	}
	w->at += done > 0 ? (size_t)done : 0;
	if (w->at == w->len)
		w->len = 0;
	if (l->slow)
		w->due = net.now + TRICKLE_NS;
}

static void serve_way(struct line *l, struct way *w, short readable, short writable) {
	if (!l->over && !w->len && !w->ended && readable)
		read_piece(l, w);
	if (l->over || stands_still(l))
		return;
	for (int i = 0; i < PIECES_A_TURN && !l->over && w->len && net.now >= w->due && writable; i++)
		write_piece(l, w);
	if (!l->over && w->ended && !w->len)
		end_line(l, false);
}

/* Waits for what this way waits for; notes when it has something due. */
static void ask_way(const struct line *l, const struct way *w, struct pollfd *from, struct pollfd *to, uint64_t *due) {
	if (!w->len && !w->ended)
		from->events |= POLLIN;
	if (!w->len || stands_still(l))
		return;
	if (net.now >= w->due)
		to->events |= POLLOUT;
	else if (w->due < *due)
		*due = w->due;
}

/* ---- the loop ---- */

static int ask_all(void) {
	uint64_t due = net.now + 200 * MS; /* for signals between two looks at `cut` */
	if (net.poll_cap < 2 * net.count + 1)
		net.polls = xrealloc(net.polls, (net.poll_cap = 4 * net.count + 64) * sizeof *net.polls);
	net.polls[0] = (struct pollfd){.fd = net.listener, .events = POLLIN};
	for (size_t i = 0; i < net.count; i++) {
		struct line *l = net.lines[i];
		struct pollfd *client = &net.polls[1 + 2 * i], *server = client + 1;
		*client = (struct pollfd){.fd = l->up.from};
		*server = (struct pollfd){.fd = l->up.to};
		ask_way(l, &l->up, client, server, &due);
		ask_way(l, &l->down, server, client, &due);
		if (!client->events) /* else its hanging up would be told again and again */
			client->fd = -1;
		if (!server->events)
			server->fd = -1;
	}
	return (int)((due - net.now + MS - 1) / MS);
}

static void serve_all(void) {
	const short in = POLLIN | POLLHUP | POLLERR, out = POLLOUT | POLLHUP | POLLERR;
	for (size_t i = 0; i < net.count; i++) {
		struct line *l = net.lines[i];
		short client = net.polls[1 + 2 * i].revents, server = net.polls[2 + 2 * i].revents;
		serve_way(l, &l->up, client & in, server & out);
		serve_way(l, &l->down, server & in, client & out);
		if (!l->over && l->up.ended && l->down.ended)
			end_line(l, false);
	}
	for (size_t i = 0; i < net.count; i++)
		if (net.lines[i]->over) {
			free(net.lines[i]);
			net.lines[i--] = net.lines[--net.count];
		}
}

static int listen_at(int port) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	socklen_t len = sizeof at;
	int one = 1;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	net.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(net.listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(net.listener, (struct sockaddr *)&at, sizeof at) || listen(net.listener, 4096) ||
	    getsockname(net.listener, (struct sockaddr *)&at, &len))
		fail("cannot listen");
	fcntl(net.listener, F_SETFL, O_NONBLOCK);
	return ntohs(at.sin_port);
}

static void read_options(char **argv) {
	for (; *argv; argv++)
		for (int w = 0; w < WHATS; w++) {
			size_t len = strlen(names[w]);
			if (!strncmp(*argv, names[w], len) && (*argv)[len] == '=')
				net.option[w] = strtoull(*argv + len + 1, NULL, 10);
		}
	net.random = net.option[SEED];
}

int main(int argc, char **argv) {
	struct rlimit files;
	if (argc < 2)
		fail("usage: faultproxy SERVER_PORT [NAME=VALUE ...]");
	read_options(argv + 2);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	printf("port %d\n", listen_at((int)net.option[PORT]));
	fflush(stdout);
	for (;;) {
		net.now = clock_mono_ns();
		int wait = ask_all();
		size_t asked = net.count;
		if (poll(net.polls, (nfds_t)(1 + 2 * asked), wait) < 0 && errno != EINTR)
			fail("poll");
		net.now = clock_mono_ns();
		serve_all();
		for (int i = 0; i < CLIENTS_A_TURN && net.polls[0].revents && take_client(atoi(argv[1])); i++)
			;
	}
}
