/* Readiness to the owner's events; closing marks, the end of the turn tells. */
#include "bots/wsconn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/uuid.h"

enum { EVENTS_A_TURN = 32 };    /* timers have their turn in between */

uint64_t wsnet_random(struct wsnet *net) {
	net->random ^= net->random >> 12; /* xorshift64* (Vigna) */
	net->random ^= net->random << 25;
	net->random ^= net->random >> 27;
	return net->random * 0x2545f4914f6cdd1dull;
}

double wsnet_random_unit(struct wsnet *net) {
	return (double)(wsnet_random(net) >> 11) / 9007199254740992.0;
}

void wsconn_close(struct wsconn *c, const char *why) {
	if (c->state == CONN_IDLE || c->state == CONN_CLOSING)
		return;
	c->refused = c->state != CONN_OPEN;
	c->state = CONN_CLOSING;
	snprintf(c->why, sizeof c->why, "%s", why);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->next_closing = c->net->closing;
	c->net->closing = c;
}

/* Tells the owners of those that were closed in this turn. */
static void tell_closed(struct wsnet *net) {
	while (net->closing) {
		struct wsconn *c = net->closing;
		net->closing = c->next_closing;
		ws_reader_free(&c->reader);
		buf_free(&c->head);
		buf_free(&c->out);
		c->state = CONN_IDLE;
		c->on->closed(c);
	}
}

/* ---- Writing -------------------------------------------------------------------- */

/* Gives the socket what it takes; how much that was, or -1: it is broken, and closed. */
static ssize_t push(struct wsconn *c, const void *data, size_t len) {
	ssize_t n = send(c->fd, data, len, MSG_NOSIGNAL);
	if (n >= 0 || errno == EAGAIN || errno == EINTR)
		return n > 0 ? n : 0;
	wsconn_close(c, uv_strerror(-errno));
	return -1;
}

bool wsconn_send_raw(struct wsconn *c, const void *data, size_t len) {
	if (c->state != CONN_OPEN && c->state != CONN_UPGRADING)
		return false;
	if (c->out.len + len > CONN_WRITE_MAX)
		return false;
	ssize_t n = c->out.len ? 0 : push(c, data, len);
	if (n < 0)
		return false;
	c->net->bytes_out += len;
	buf_append(&c->out, (const uint8_t *)data + n, len - (size_t)n);
	return true;
}

static void write_more(struct wsconn *c) {
	ssize_t n = push(c, c->out.data, c->out.len);
	if (n < 0)
		return;
	buf_consume(&c->out, (size_t)n);
	if (!c->out.len)
		buf_free(&c->out);
}

static bool send_frame(struct wsconn *c, enum ws_opcode opcode, const void *data, size_t len) {
	struct buf *frame = &c->net->frame;
	if (c->state != CONN_OPEN || c->close_sent)
		return false;
	frame->len = 0;
	ws_frame(frame, opcode, data, len, (uint32_t)wsnet_random(c->net));
	return wsconn_send_raw(c, frame->data, frame->len);
}

bool wsconn_send(struct wsconn *c, const void *data, size_t len) {
	return send_frame(c, WS_BINARY, data, len);
}

void wsconn_bye(struct wsconn *c, uint16_t code) {
	uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
	if (send_frame(c, WS_CLOSE, payload, sizeof payload))
		c->close_sent = true;
}

/* ---- Reading -------------------------------------------------------------------- */

static void on_close_frame(struct wsconn *c, const uint8_t *data, size_t len) {
	char why[64];
	unsigned code = len >= 2 ? (unsigned)(data[0] << 8 | data[1]) : 1005;
	if (!c->close_sent)
		wsconn_bye(c, len >= 2 ? (uint16_t)code : 1000);
	snprintf(why, sizeof why, "the server closed it (%u)", code);
	wsconn_close(c, why);
}

static bool on_frame(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	struct wsconn *c = arg;
	if (c->state != CONN_OPEN)
		return false;
	switch (opcode) {
	case WS_BINARY: c->on->message(c, data, len); break;
	case WS_PING: send_frame(c, WS_PONG, data, len); break;
	case WS_PONG: break;
	case WS_CLOSE: on_close_frame(c, data, len); break;
	default: wsconn_close(c, "the server sent a text message"); break;
	}
	return c->state == CONN_OPEN;
}

static void take_frames(struct wsconn *c, const uint8_t *data, size_t len) {
	const char *wrong = ws_read(&c->reader, data, len, on_frame, c->on->piece, c);
	if (wrong)
		wsconn_close(c, wrong);
}

static void take_answer(struct wsconn *c, const uint8_t *data, size_t len) {
	char why[sizeof c->why];
	size_t used;
	buf_append(&c->head, data, len);
	switch (ws_answer(c->head.data, c->head.len, c->key, &used, why, sizeof why)) {
	case WS_ANSWER_MORE:
		return;
	case WS_ANSWER_BAD:
		wsconn_close(c, why);
		return;
	case WS_ANSWER_OPEN:
		break;
	}
	c->state = CONN_OPEN;
	c->on->opened(c);
	struct buf rest = c->head;
	c->head = (struct buf){0};
	if (used < rest.len && c->state == CONN_OPEN)
		take_frames(c, rest.data + used, rest.len - used);
	buf_free(&rest);
}

static void take_bytes(struct wsconn *c, const uint8_t *data, size_t len) {
	c->net->now = clock_mono_ns();
	c->net->bytes_in += len;
	c->net->reads++;
	if (c->state == CONN_OPEN && c->plain)
		c->on->message(c, data, len);
	else if (c->state == CONN_UPGRADING)
		take_answer(c, data, len);
	else if (c->state == CONN_OPEN)
		take_frames(c, data, len);
}

/* Reads until nothing is left; less than was asked for means that, unless the end is known to follow. */
static void read_all(struct wsconn *c, bool ends) {
	bool more = true;
	while (more && !c->paused && c->state >= CONN_UPGRADING && c->state <= CONN_OPEN) {
		ssize_t n = recv(c->fd, c->net->read_buffer, NET_READ_BUFFER, 0);
		if (n > 0)
			take_bytes(c, c->net->read_buffer, (size_t)n);
		else if (n == 0)
			wsconn_close(c, "the server closed the connection");
		else if (errno != EAGAIN && errno != EINTR)
			wsconn_close(c, uv_strerror(-errno));
		more = n == NET_READ_BUFFER || (n > 0 && ends) || (n < 0 && errno == EINTR);
	}
}

static const uint32_t all_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

void wsconn_pause(struct wsconn *c, bool pause) {
	struct epoll_event again = {.events = all_events, .data.ptr = c};
	if (c->state != CONN_OPEN || c->paused == pause)
		return;
	c->paused = pause;
	if (!pause)
		epoll_ctl(c->net->epoll, EPOLL_CTL_MOD, c->fd, &again); /* tells once more what has come */
}

/* ---- Connecting ----------------------------------------------------------------- */

static void on_connected(struct wsconn *c) {
	struct buf *frame = &c->net->frame;
	int err = 0;
	socklen_t size = sizeof err;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &size);
	if (err) {
		wsconn_close(c, uv_strerror(-err));
		return;
	}
	c->state = c->plain ? CONN_OPEN : CONN_UPGRADING;
	if (c->plain) {
		c->on->opened(c);
		return;
	}
	ws_make_key(c->key);
	frame->len = 0;
	ws_request(frame, c->net->host, c->net->path, c->key);
	wsconn_send_raw(c, frame->data, frame->len);
}

/* Connects in the background; 0, or errno. */
static int begin(struct wsconn *c) {
	const struct sockaddr *address = (const struct sockaddr *)&c->net->address;
	struct epoll_event all = {.events = all_events, .data.ptr = c};
	int yes = 1;
	c->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return errno;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	/* Some algorithms keep a timer for each connection; for a message a second the plain one will do. */
	setsockopt(c->fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
	if (connect(c->fd, address, address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) &&
	    errno != EINPROGRESS)
		return errno;
	return epoll_ctl(c->net->epoll, EPOLL_CTL_ADD, c->fd, &all) ? errno : 0;
}

void wsconn_open(struct wsconn *c, struct wsnet *net, const struct wsconn_events *on) {
	c->net = net;
	c->on = on;
	c->state = CONN_CONNECTING;
	c->close_sent = c->paused = c->refused = false;
	c->why[0] = 0;
	int err = begin(c);
	if (err)
		wsconn_close(c, uv_strerror(-err));
}

/* ---- All of them ------------------------------------------------------------------ */

static void on_ready(struct wsconn *c, uint32_t events) {
	if (c->state == CONN_CONNECTING && events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		on_connected(c);
	if (c->out.len && events & EPOLLOUT)
		write_more(c);
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))
		read_all(c, events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP));
}

static void on_poll(uv_poll_t *poll, int status, int events) {
	struct wsnet *net = poll->data;
	struct epoll_event event[EVENTS_A_TURN];
	(void)events;
	int count = status < 0 ? 0 : epoll_wait(net->epoll, event, EVENTS_A_TURN, 0);
	for (int i = 0; i < count; i++)
		on_ready(event[i].data.ptr, event[i].events);
}

static void on_prepare(uv_prepare_t *prepare) {
	tell_closed(prepare->data);
}

int wsnet_init(struct wsnet *net, uv_loop_t *loop, const struct sockaddr_storage *address, const char *host, const char *path) {
	*net = (struct wsnet){.address = *address, .path = path};
	snprintf(net->host, sizeof net->host, "%s", host);
	net->read_buffer = xmalloc(NET_READ_BUFFER);
	random_bytes(&net->random, sizeof net->random);
	net->random |= 1;
	net->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (net->epoll < 0)
		return -errno;
	net->poll.data = net->prepare.data = net;
	int err = uv_poll_init(loop, &net->poll, net->epoll);
	if (!err)
		err = uv_poll_start(&net->poll, UV_READABLE, on_poll);
	if (!err)
		err = uv_prepare_init(loop, &net->prepare);
	if (!err)
		err = uv_prepare_start(&net->prepare, on_prepare);
	return err;
}

void wsnet_close(struct wsnet *net) {
	tell_closed(net);
	uv_close((uv_handle_t *)&net->poll, NULL);
	uv_close((uv_handle_t *)&net->prepare, NULL);
}

void wsnet_free(struct wsnet *net) {
	close(net->epoll);
	free(net->read_buffer);
	buf_free(&net->frame);
}
