/*
 * The client's connection against a server that misbehaves on purpose: a few
 * lines of WebSocket on the same loop, that does what a test tells it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/client/conn.h"
#include "proto/limits.h"
#include "proto/wire.h"

#define PATIENCE_MS 10000

struct world {
	uv_loop_t loop;
	uv_tcp_t listener, *peer;
	uv_timer_t patience;
	bool reads;              /* the peer takes what is sent to it */
	int connections, handles;
	struct buf request;
	struct conn *conn;
	enum conn_state state;
	char why[200];
	int opens, waits, quiets;
	size_t got;              /* bytes of the last message */
	int messages;
	uint8_t first, last;
};

/* ---- the server ------------------------------------------------------------------------ */

static void closed(uv_handle_t *handle) {
	((struct world *)handle->data)->handles--;
}

static void peer_closed(uv_handle_t *handle) {
	closed(handle);
	free(handle);
}

static void drop_peer(struct world *w) {
	if (w->peer)
		uv_close((uv_handle_t *)w->peer, peer_closed);
	w->peer = NULL;
}

static void written(uv_write_t *request, int status) {
	(void)status;
	free(request->data);
	free(request);
}

static void say(struct world *w, const void *data, size_t len) {
	uv_write_t *request = malloc(sizeof *request);
	uv_buf_t buf = uv_buf_init(malloc(len), (unsigned)len);
	memcpy(buf.base, data, len);
	request->data = buf.base;
	uv_write(request, (uv_stream_t *)w->peer, &buf, 1, written);
}

/* One frame of this many bytes, 'a' at the start and 'z' at the end. */
static void say_frame(struct world *w, int opcode, bool final, size_t len) {
	uint8_t *frame = malloc(len + WS_HEADER_MAX);
	size_t head = ws_put_header(frame, (enum ws_opcode)opcode, len);
	if (!final)
		frame[0] &= 0x7f;
	memset(frame + head, '-', len);
	if (len) {
		frame[head] = 'a';
		frame[head + len - 1] = 'z';
	}
	say(w, frame, head + len);
	free(frame);
}

static void answer_upgrade(struct world *w) {
	char *key = strcasestr((char *)w->request.data, "sec-websocket-key: "), text[200];
	uint8_t hash[SHA_DIGEST_LENGTH], accept[40];
	assert_non_null(key);
	key += strlen("sec-websocket-key: ");
	snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r\n"), key);
	SHA1((uint8_t *)text, strlen(text), hash);
	EVP_EncodeBlock(accept, hash, sizeof hash);
	snprintf(text, sizeof text,
	         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	         "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: appchat.v1\r\n\r\n", (char *)accept);
	say(w, text, strlen(text));
}

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buf) {
	(void)handle;
	*buf = uv_buf_init(malloc(size), (unsigned)size);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
	struct world *w = stream->data;
	if (n < 0 && (uv_tcp_t *)stream == w->peer)
		drop_peer(w);
	if (n > 0 && w->request.len < 4000) {
		buf_append(&w->request, buf->base, (size_t)n);
		buf_reserve(&w->request, 1)[0] = 0;
		if (strstr((char *)w->request.data, "\r\n\r\n")) {
			answer_upgrade(w);
			w->request.len = 4000; /* what follows is not looked at */
			if (!w->reads)
				uv_read_stop(stream);
		}
	}
	free(buf->base);
}

static void on_connection(uv_stream_t *listener, int status) {
	struct world *w = listener->data;
	assert_int_equal(status, 0);
	drop_peer(w);
	w->peer = malloc(sizeof *w->peer);
	w->peer->data = w;
	w->request.len = 0;
	w->connections++;
	w->handles++;
	uv_tcp_init(&w->loop, w->peer);
	uv_accept(listener, (uv_stream_t *)w->peer);
	uv_read_start((uv_stream_t *)w->peer, give_buffer, on_read);
}

/* ---- the client's side -------------------------------------------------------------------- */

static void on_state(void *arg, enum conn_state state, const char *why) {
	struct world *w = arg;
	w->state = state;
	w->opens += state == CONN_OPEN;
	w->waits += state == CONN_WAITING;
	if (why)
		snprintf(w->why, sizeof w->why, "%s", why);
}

static void on_message(void *arg, const uint8_t *data, size_t len) {
	struct world *w = arg;
	w->messages++;
	w->got = len;
	w->first = len ? data[0] : 0;
	w->last = len ? data[len - 1] : 0;
}

static void on_quiet(void *arg) {
	((struct world *)arg)->quiets++;
}

static void on_patience(uv_timer_t *timer) {
	(void)timer;
	fail_msg("waited in vain");
}

#define UNTIL(w, condition) \
	do { \
		uv_timer_start(&(w)->patience, on_patience, PATIENCE_MS, 0); \
		while (!(condition)) \
			uv_run(&(w)->loop, UV_RUN_ONCE); \
		uv_timer_stop(&(w)->patience); \
	} while (0)

static int port_of(struct world *w) {
	struct sockaddr_in address;
	int len = sizeof address;
	uv_tcp_getsockname(&w->listener, (struct sockaddr *)&address, &len);
	return ntohs(address.sin_port);
}

static void start(struct world *w, unsigned ping_ms, unsigned hangup_ms, unsigned stall_ms) {
	char url[64];
	const char *why;
	snprintf(url, sizeof url, "ws://127.0.0.1:%d", port_of(w));
	struct conn_options options = {
		.loop = &w->loop, .url = url, .ping_ms = ping_ms, .hangup_ms = hangup_ms, .stall_ms = stall_ms,
		.arg = w, .on_state = on_state, .on_message = on_message, .on_quiet = on_quiet,
	};
	w->conn = conn_new(&options, &why);
	assert_non_null(w->conn);
	conn_start(w->conn);
	UNTIL(w, w->opens == 1);
}

static int new_world(void **state) {
	struct world *w = calloc(1, sizeof *w);
	struct sockaddr_in address;
	uv_loop_init(&w->loop);
	uv_timer_init(&w->loop, &w->patience);
	uv_tcp_init(&w->loop, &w->listener);
	w->listener.data = w->patience.data = w;
	w->handles = 2;
	w->reads = true;
	uv_ip4_addr("127.0.0.1", 0, &address);
	uv_tcp_bind(&w->listener, (struct sockaddr *)&address, 0);
	uv_listen((uv_stream_t *)&w->listener, 16, on_connection);
	*state = w;
	return 0;
}

static int end_world(void **state) {
	struct world *w = *state;
	conn_free(w->conn);
	drop_peer(w);
	uv_close((uv_handle_t *)&w->listener, closed);
	uv_close((uv_handle_t *)&w->patience, closed);
	while (w->handles)
		uv_run(&w->loop, UV_RUN_NOWAIT);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	int left = uv_loop_close(&w->loop);
	buf_free(&w->request);
	free(w);
	return left; /* not 0: a handle of the library was left */
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void fragments_are_one_message(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	say_frame(w, WS_BINARY, false, 70000);
	say_frame(w, WS_CONTINUATION, false, 0);
	say_frame(w, WS_CONTINUATION, true, 30000);
	UNTIL(w, w->messages == 1);
	assert_int_equal(w->got, 100000);
	assert_int_equal(w->first, 'a');
	assert_int_equal(w->last, 'z');
	say_frame(w, WS_BINARY, true, 5);
	UNTIL(w, w->messages == 2);
	assert_int_equal(w->got, 5);
}

static void the_largest_message_comes(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	say_frame(w, WS_BINARY, true, LIMIT_SERVER_FRAME);
	UNTIL(w, w->messages == 1);
	assert_int_equal(w->got, LIMIT_SERVER_FRAME);
}

static void a_larger_one_ends_the_connection(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	say_frame(w, WS_BINARY, true, LIMIT_SERVER_FRAME + 1);
	UNTIL(w, w->waits == 1);
	assert_int_equal(w->messages, 0);
	UNTIL(w, w->opens == 2);
}

static void fragments_have_the_same_bound(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	say_frame(w, WS_BINARY, false, LIMIT_SERVER_FRAME / 2);
	say_frame(w, WS_CONTINUATION, true, LIMIT_SERVER_FRAME / 2 + 1);
	UNTIL(w, w->waits == 1);
	assert_int_equal(w->messages, 0);
}

static void text_is_no_message(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	say_frame(w, WS_TEXT, true, 5);
	UNTIL(w, w->waits == 1);
	assert_int_equal(w->messages, 0);
}

static void it_comes_back_by_itself(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	for (int i = 2; i < 5; i++) {
		drop_peer(w);
		UNTIL(w, w->opens == i);
		conn_settled(w->conn);
	}
	assert_int_equal(w->connections, 4);
}

static void it_waits_as_long_as_it_is_told(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	uint64_t before = clock_mono_ns();
	conn_reconnect(w->conn, "bye", 300);
	assert_int_equal(w->state, CONN_WAITING);
	assert_string_equal(w->why, "bye");
	assert_in_range(conn_retry_in_ms(w->conn), 299, 300 + 250);
	UNTIL(w, w->opens == 2);
	assert_true(clock_mono_ns() - before >= 300 * 1000000ULL);
	conn_reconnect(w->conn, "bye", 60000);
	conn_hurry(w->conn);
	UNTIL(w, w->opens == 3);
}

static void a_nudge_ends_a_long_wait(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	uint64_t tried = clock_mono_ns();
	do
		conn_reconnect(w->conn, "again and again", 0);
	while (conn_retry_in_ms(w->conn) < 8000);
	for (int i = 0; i < 7000 && w->opens < 2; i++) {
		conn_nudge(w->conn);
		uv_run(&w->loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	assert_int_equal(w->opens, 2);
	assert_true(clock_mono_ns() - tried > 1000000000); /* not at once, either */
	conn_reconnect(w->conn, "not now, please", 60000);
	conn_nudge(w->conn);
	assert_in_range(conn_retry_in_ms(w->conn), 59000, 90000);
}

static void silence_is_asked_about_and_then_ended(void **state) {
	struct world *w = *state;
	start(w, 50, 160, 5000);
	UNTIL(w, w->waits == 1);
	assert_in_range(w->quiets, 2, 4);
	assert_non_null(strstr(w->why, "nothing for too long"));
}

static void any_byte_breaks_the_silence(void **state) {
	struct world *w = *state;
	start(w, 50, 160, 5000);
	for (int i = 1; i < 6; i++) {
		UNTIL(w, w->quiets >= i);
		say_frame(w, WS_BINARY, true, 3);
		UNTIL(w, w->messages == i);
	}
	assert_int_equal(w->waits, 0);
}

/* Who was frozen can't tell who was silent: a fresh start for the other side. */
static void our_own_stall_is_not_the_others_silence(void **state) {
	struct world *w = *state;
	start(w, 50, 160, 100);
	struct timespec frozen = {0, 400000000};
	nanosleep(&frozen, NULL);
	UNTIL(w, w->quiets == 1);
	assert_int_equal(w->waits, 0);
	say_frame(w, WS_BINARY, true, 3);
	UNTIL(w, w->messages == 1);
	assert_int_equal(w->connections, 1);
}

static void the_queue_has_a_bound(void **state) {
	struct world *w = *state;
	static uint8_t block[50000];
	size_t queued = 0;
	w->reads = false;
	start(w, 0, 0, 0);
	while (conn_send(w->conn, block, sizeof block))
		queued += sizeof block;
	assert_in_range(queued, CONN_QUEUE_MAX - sizeof block, CONN_QUEUE_MAX);
	assert_int_equal(w->state, CONN_OPEN);
}

static void nothing_is_sent_when_not_open(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	conn_stop(w->conn, 0);
	assert_int_equal(w->state, CONN_STOPPED);
	assert_false(conn_send(w->conn, "x", 1));
	UNTIL(w, !w->peer);
	conn_start(w->conn);
	UNTIL(w, w->opens == 2);
}

static void a_closed_port_is_said(void **state) {
	struct world *w = *state;
	start(w, 0, 0, 0);
	uv_close((uv_handle_t *)&w->listener, closed);
	UNTIL(w, w->handles == 2);
	drop_peer(w);
	UNTIL(w, w->waits == 2);
	assert_string_equal(w->why, "nothing answers there");
	uv_tcp_init(&w->loop, &w->listener); /* for end_world to close */
	w->handles++;
}

#define WITH_WORLD(f) cmocka_unit_test_setup_teardown(f, new_world, end_world)

int main(void) {
	const struct CMUnitTest tests[] = {
		WITH_WORLD(fragments_are_one_message),
		WITH_WORLD(the_largest_message_comes),
		WITH_WORLD(a_larger_one_ends_the_connection),
		WITH_WORLD(fragments_have_the_same_bound),
		WITH_WORLD(text_is_no_message),
		WITH_WORLD(it_comes_back_by_itself),
		WITH_WORLD(it_waits_as_long_as_it_is_told),
		WITH_WORLD(a_nudge_ends_a_long_wait),
		WITH_WORLD(silence_is_asked_about_and_then_ended),
		WITH_WORLD(any_byte_breaks_the_silence),
		WITH_WORLD(our_own_stall_is_not_the_others_silence),
		WITH_WORLD(the_queue_has_a_bound),
		WITH_WORLD(nothing_is_sent_when_not_open),
		WITH_WORLD(a_closed_port_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
