/* Nonblocking, one buffer out; whatever arrives goes through the bots' reader of WebSocket. */
#include "tests/model/line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/limits.h"

bool line_open(struct line *l, int port, bool narrow) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int one = 1, small = 4096;
	char host[32];
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*l = (struct line){.mask = 0x5a17c3e9};
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (narrow)
		setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	if (connect(l->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
		close(l->fd);
		return false;
	}
	l->state = LINE_CONNECTING;
	snprintf(host, sizeof host, "127.0.0.1:%d", port);
	ws_make_key(l->key);
	ws_request(&l->out, host, PROTOCOL_PATH, l->key);
	return true;
}

short line_events(const struct line *l) {
	return (short)((l->state == LINE_CONNECTING ? 0 : POLLIN) | (l->out.len ? POLLOUT : 0));
}

static void shut(struct line *l) {
	close(l->fd);
	l->state = LINE_CLOSED;
	buf_free(&l->head);
	buf_free(&l->out);
	ws_reader_free(&l->reader);
}

static bool end(struct line *l, const char *why, bool broken) {
	snprintf(l->why, sizeof l->why, "%s", why);
	l->broken = broken;
	shut(l);
	return false;
}

void line_drop(struct line *l, enum line_end how) {
	struct linger hard = {1, 0};
	if (l->state == LINE_CLOSED)
		return;
	if (how == LINE_RESET)
		setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	if (how == LINE_BYE && l->state == LINE_OPEN) {
		ws_frame(&l->out, WS_CLOSE, "\x03\xe8", 2, l->mask);
		if (send(l->fd, l->out.data, l->out.len, MSG_NOSIGNAL) < 0)
			l->broken = false;   /* it is as good as gone then */
	}
	shut(l);
}

void line_send(struct line *l, const void *data, size_t len) {
	ws_frame(&l->out, WS_BINARY, data, len, l->mask = l->mask * 1664525 + 1013904223);
}

static bool put(struct line *l) {
	l->state = l->state == LINE_CONNECTING ? LINE_UPGRADING : l->state;
	while (l->out.len) {
		ssize_t n = send(l->fd, l->out.data, l->out.len, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || end(l, strerror(errno), false);
		buf_consume(&l->out, (size_t)n);
	}
	return true;
}

struct reading {
	struct line *line;
	line_message_fn *fn;
	void *arg;
	bool closed;
};

static bool take(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	struct reading *r = arg;
	if (opcode == WS_PING)
		ws_frame(&r->line->out, WS_PONG, data, len, r->line->mask);
	else if (opcode == WS_CLOSE)
		r->closed = true;
	else if (opcode == WS_BINARY)
		r->fn(r->arg, data, len);
	return !r->closed && r->line->state == LINE_OPEN;   /* the message may have made us drop it */
}

static bool take_frames(struct line *l, const uint8_t *data, size_t len, line_message_fn *fn, void *arg) {
	struct reading r = {l, fn, arg, false};
	struct ws_reader reader = l->reader;   /* outlives a drop in the middle */
	l->reader = (struct ws_reader){0};
	const char *wrong = ws_read(&reader, data, len, take, NULL, &r);
	if (l->state == LINE_CLOSED) {
		ws_reader_free(&reader);
		return false;
	}
	l->reader = reader;
	if (wrong || r.closed)
		return end(l, wrong ? wrong : "the server closed", wrong != NULL);
	return true;
}

/* The answer to the upgrade, and perhaps first frames behind it. */
static bool take_head(struct line *l, const uint8_t *data, size_t len, line_message_fn *fn, void *arg) {
	size_t used;
	char why[128];
	buf_append(&l->head, data, len);
	enum ws_answer is = ws_answer(l->head.data, l->head.len, l->key, &used, why, sizeof why);
	if (is == WS_ANSWER_BAD)
		return end(l, why, false);
	if (is == WS_ANSWER_MORE)
		return true;
	struct buf head = l->head;
	l->head = (struct buf){0};
	l->state = LINE_OPEN;
	bool on = head.len == used || take_frames(l, head.data + used, head.len - used, fn, arg);
	buf_free(&head);
	return on;
}

bool line_turn(struct line *l, short revents, line_message_fn *fn, void *arg) {
	uint8_t piece[65536];
	if (revents & POLLOUT && !put(l))
		return false;
	if (!(revents & (POLLIN | POLLERR | POLLHUP)))
		return true;
	ssize_t n = recv(l->fd, piece, sizeof piece, 0);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return end(l, n ? strerror(errno) : "the server hung up", false);
	return l->state == LINE_OPEN ? take_frames(l, piece, (size_t)n, fn, arg) : take_head(l, piece, (size_t)n, fn, arg);
}
