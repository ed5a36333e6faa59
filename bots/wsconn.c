/* libuv's callbacks to the owner's events; closing marks, the close callback ends. */
#include "bots/wsconn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/uuid.h"

void wsnet_init(struct wsnet *net, uv_loop_t *loop, const struct sockaddr_storage *address, const char *host, const char *path) {
	*net = (struct wsnet){.loop = loop, .address = *address, .path = path};
	snprintf(net->host, sizeof net->host, "%s", host);
	net->read_buffer = xmalloc(NET_READ_BUFFER);
	random_bytes(&net->random, sizeof net->random);
	net->random |= 1;
}

void wsnet_free(struct wsnet *net) {
	free(net->read_buffer);
	buf_free(&net->frame);
}

uint64_t wsnet_random(struct wsnet *net) {
	net->random ^= net->random >> 12; /* xorshift64* (Vigna) */
	net->random ^= net->random << 25;
	net->random ^= net->random >> 27;
	return net->random * 0x2545f4914f6cdd1dull;
}

double wsnet_random_unit(struct wsnet *net) {
	return (double)(wsnet_random(net) >> 11) / 9007199254740992.0;
}

static void on_close(uv_handle_t *handle) {
	struct wsconn *c = handle->data;
	ws_reader_free(&c->reader);
	buf_free(&c->head);
	c->state = CONN_IDLE;
	c->on->closed(c);
}

void wsconn_close(struct wsconn *c, const char *why) {
	if (c->state == CONN_IDLE || c->state == CONN_CLOSING)
		return;
	c->refused = c->state != CONN_OPEN;
	c->state = CONN_CLOSING;
	snprintf(c->why, sizeof c->why, "%s", why);
	uv_close((uv_handle_t *)&c->tcp, on_close);
}

/* ---- Writing -------------------------------------------------------------------- */

struct write {
	uv_write_t req;
	char data[];
};

static void on_written(uv_write_t *req, int status) {
	struct wsconn *c = req->data;
	free(req);
	if (status < 0 && status != UV_ECANCELED)
		wsconn_close(c, uv_strerror(status));
}

static void write_later(struct wsconn *c, const uint8_t *data, size_t len) {
	struct write *w = xmalloc(sizeof *w + len);
	memcpy(w->data, data, len);
	w->req.data = c;
	uv_buf_t b = uv_buf_init(w->data, (unsigned)len);
	int err = uv_write(&w->req, (uv_stream_t *)&c->tcp, &b, 1, on_written);
	if (err) {
		free(w);
		wsconn_close(c, uv_strerror(err));
	}
}

bool wsconn_send_raw(struct wsconn *c, const void *data, size_t len) {
	if (c->state != CONN_OPEN && c->state != CONN_UPGRADING)
		return false;
	size_t waiting = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
	if (waiting + len > CONN_WRITE_MAX)
		return false;
	uv_buf_t b = uv_buf_init((char *)(uintptr_t)data, (unsigned)len);
	int wrote = waiting ? UV_EAGAIN : uv_try_write((uv_stream_t *)&c->tcp, &b, 1);
	if (wrote < 0 && wrote != UV_EAGAIN) {
		wsconn_close(c, uv_strerror(wrote));
		return false;
	}
	size_t done = wrote > 0 ? (size_t)wrote : 0;
	c->net->bytes_out += len;
	if (done < len)
		write_later(c, (const uint8_t *)data + done, len - done);
	return true;
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

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
	struct wsconn *c = handle->data;
	(void)suggested;
	*out = uv_buf_init((char *)c->net->read_buffer, NET_READ_BUFFER);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b) {
	struct wsconn *c = stream->data;
	if (n < 0)
		wsconn_close(c, n == UV_EOF ? "the server closed the connection" : uv_strerror((int)n));
	if (n <= 0)
		return;
	c->net->now = clock_mono_ns();
	c->net->bytes_in += (uint64_t)n;
	c->net->reads++;
	if (c->state == CONN_OPEN && c->plain)
		c->on->message(c, (const uint8_t *)b->base, (size_t)n);
	else if (c->state == CONN_UPGRADING)
		take_answer(c, (const uint8_t *)b->base, (size_t)n);
	else if (c->state == CONN_OPEN)
		take_frames(c, (const uint8_t *)b->base, (size_t)n);
}

void wsconn_pause(struct wsconn *c, bool pause) {
	if (c->state != CONN_OPEN || c->paused == pause)
		return;
	c->paused = pause;
	if (pause)
		uv_read_stop((uv_stream_t *)&c->tcp);
	else
		uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}

/* ---- Connecting ----------------------------------------------------------------- */

static void on_connect(uv_connect_t *req, int status) {
	struct wsconn *c = req->data;
	struct buf *frame = &c->net->frame;
	if (c->state != CONN_CONNECTING)
		return;
	if (status < 0) {
		wsconn_close(c, uv_strerror(status));
		return;
	}
	c->state = c->plain ? CONN_OPEN : CONN_UPGRADING;
	uv_tcp_nodelay(&c->tcp, 1);
	uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
	if (c->plain) {
		c->on->opened(c);
		return;
	}
	ws_make_key(c->key);
	frame->len = 0;
	ws_request(frame, c->net->host, c->net->path, c->key);
	wsconn_send_raw(c, frame->data, frame->len);
}

void wsconn_open(struct wsconn *c, struct wsnet *net, const struct wsconn_events *on) {
	c->net = net;
	c->on = on;
	c->state = CONN_CONNECTING;
	c->close_sent = c->paused = c->refused = false;
	c->why[0] = 0;
	uv_tcp_init(net->loop, &c->tcp);
	c->tcp.data = c->connect.data = c;
	int err = uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&net->address, on_connect);
	if (err)
		wsconn_close(c, uv_strerror(err));
}
