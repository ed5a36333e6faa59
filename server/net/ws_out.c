/*
 * Writing. A caught-up client is written to at once, from wherever the loop is;
 * one whose socket is full is on net->waiting until libwebsockets says that it
 * is writable, and then filled from the rooms' logs, 64 KiB at a time.
 *
 * Closing: what is left is sent first. Only then is the close frame handed
 * over, because libwebsockets drops it behind a backlog; the close itself
 * happens in its own time, never under a handler.
 */
#include "server/net/ws_out.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/wire.h"
#include "server/net/net_state.h"
#include "server/room/hub.h"
#include "server/room/reason.h"
#include "server/room/session.h"

#define FILL 65536
#define CLOSE_NS UINT64_C(2000000000)   /* for a full socket to take what is left */
#define CLOSE_TEXT_MAX 120              /* a close frame holds 123 bytes */

static int unsent_bytes(const struct conn *c) {
	int n = 0;
	ioctl(lws_get_socket_fd(c->wsi), SIOCOUTQ, &n);
	return n;
}

static void wait_add(struct conn *c) {
	if (c->waiting)
		return;
	c->waiting = true;
	c->unsent = unsent_bytes(c);
	c->prev = NULL;
	c->next = c->net->waiting;
	if (c->next)
		c->next->prev = c;
	c->net->waiting = c;
}

static void wait_remove(struct conn *c) {
	if (!c->waiting)
		return;
	c->waiting = false;
	if (c->prev)
		c->prev->next = c->next;
	else
		c->net->waiting = c->next;
	if (c->next)
		c->next->prev = c->prev;
}

static void wait_writable(struct conn *c) {
	wait_add(c);
	lws_callback_on_writable(c->wsi);
}

/* Does libwebsockets hold the rest of a write, of so many bytes? */
static void note_partial(struct conn *c, size_t rest) {
	c->partial = lws_partial_buffered(c->wsi) != 0;
	if (c->session)
		session_held(c->session, c->partial ? rest : 0);
}

static bool can_write(struct conn *c) {
	if (c->partial)
		note_partial(c, c->session ? c->session->held : 0);
	return !c->mute && !c->waiting && !c->partial;
}

/* Closes in libwebsockets' own time: this may be called under one of its callbacks. */
static void close_soon(struct conn *c) {
	c->mute = c->deaf = true;
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE, LWS_TO_KILL_ASYNC);
	net_nudge(c->net);
}

/* How much of it the socket took; errors are found by libwebsockets, with the rest. */
static size_t send_some(const struct conn *c, const uint8_t *bytes, size_t len) {
	ssize_t n = c->fd >= 0 ? send(c->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
	return n > 0 ? (size_t)n : 0;
}

/* Whole frames: to the socket itself, and by way of libwebsockets what it did
 * not take, and everything over TLS. False: the socket is broken, and the
 * connection on its way out. */
static bool conn_write(struct conn *c, const uint8_t *bytes, size_t len) {
	size_t taken = send_some(c, bytes, len);
	if (taken == len)
		return true;
	if (lws_write(c->wsi, (unsigned char *)bytes + taken, len - taken, LWS_WRITE_RAW) < 0) {
		close_soon(c);
		return false;
	}
	note_partial(c, len - taken);
	return true;
}

/* One chunk of what the session has to say; returns its size. */
static size_t conn_fill(struct conn *c) {
	struct buf *out = &c->net->scratch;
	out->len = 0;
	while (out->len < FILL && session_fill(c->session, out, FILL - out->len))
		;
	if (out->len && !conn_write(c, out->data, out->len))
		return 0;
	return out->len;
}

/* A full chunk means there may be more: the others have their turn first. */
static void conn_serve(struct conn *c) {
	if (conn_fill(c) < FILL)
		return;
	session_waits(c->session);
	wait_writable(c);
}

void ws_deliver(struct net *net, const struct delivery *d) {
	struct conn *c = session_peer(d->to);
	(void)net;
	if (!c || c->mute)
		return;
	if (can_write(c)) {
		if (conn_write(c, d->bytes, d->len))
			fanout_took(net->hub, d);
		return;
	}
	session_waits(d->to);
	wait_writable(c);
}

void ws_ready(struct net *net, struct session *s) {
	struct conn *c = session_peer(s);
	(void)net;
	if (!c || c->mute)
		return;
	if (can_write(c)) {
		conn_serve(c);
		return;
	}
	session_waits(s);
	wait_writable(c);
}

static void tell_hub(struct conn *c) {
	struct session *s = c->session;
	c->session = NULL;
	if (s)
		session_gone(s);
}

/* Nothing is left to be said: the close frame. */
static void hang_up(struct conn *c) {
	size_t len = strnlen(c->close_text, CLOSE_TEXT_MAX);
	wait_remove(c);
	lws_close_reason(c->wsi, (enum lws_close_status)c->close_status, (unsigned char *)c->close_text, len);
	close_soon(c);
	tell_hub(c);
}

/* Sends chunk by chunk until nothing is left or the socket is full. */
static void conn_finish(struct conn *c) {
	while (can_write(c))
		if (!c->session || !conn_fill(c)) {
			if (!c->mute)
				hang_up(c);
			break;
		}
	if (!c->mute)
		wait_writable(c);
	else
		tell_hub(c);
}

/* What libwebsockets and the kernel hold for it is freed in this turn. The client hears a reset: a close would wait
 * behind what it does not read. */
static void cut_off(struct conn *c) {
	const struct linger at_once = {.l_onoff = 1};
	setsockopt(lws_get_socket_fd(c->wsi), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	wait_remove(c);
	close_soon(c);
	tell_hub(c);
}

void ws_close(struct net *net, struct session *s, unsigned status, const char *text) {
	struct conn *c = session_peer(s);
	(void)net;
	if (!c)
		return;
	if (s->dropped) {
		cut_off(c);
		return;
	}
	if (!c->close_status)
		c->close_status = (uint16_t)status;
	free(c->close_text);
	c->close_text = xstrdup(text ? text : "");
	c->deaf = true;
	c->deadline_ns = clock_mono_ns() + CLOSE_NS;
	LOG(NET, DEBUG, "event=closing status=%u", c->close_status);
	conn_finish(c);
}

void conn_writable(struct conn *c) {
	wait_remove(c);
	if (!can_write(c))
		return;
	if (c->deadline_ns)
		conn_finish(c);
	else if (c->session)
		conn_serve(c);
}

void conn_refuse(struct conn *c, Appchat__CloseReason why, const char *words) {
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	Appchat__Bye bye = APPCHAT__BYE__INIT;
	uint8_t bytes[WS_HEADER_MAX + 512];
	struct buf text = {0};
	close_reason_say(&text, why, words);
	bye.reason = why;
	bye.text = (char *)text.data;
	bye.retry_after_ms = why == APPCHAT__CLOSE_REASON__CLOSE_BANNED ? 0 : 5000;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_BYE;
	frame.bye = &bye;
	size_t len = appchat__server_frame__get_packed_size(&frame);
	size_t header = ws_put_header(bytes, WS_BINARY, len);
	c->close_status = (uint16_t)close_reason_status(why);
	c->close_text = xstrdup(close_reason_text(why));
	if (len <= 512 && conn_write(c, bytes, header + appchat__server_frame__pack(&frame, bytes + header)))
		hang_up(c);
	buf_free(&text);
}

void conn_forget(struct conn *c) {
	wait_remove(c);
	c->mute = c->deaf = true;
	tell_hub(c);
}

void ws_tick(struct net *net) {
	uint64_t now = clock_mono_ns();
	if (net->refused)
		LOG(NET, INFO, "event=refused count=%u", net->refused);
	net->refused = 0;
	for (struct conn *c = net->waiting, *next; c; c = next) {
		next = c->next;
		int unsent = unsent_bytes(c);
		if (unsent < c->unsent && c->session)
			session_progress(c->session);
		c->unsent = unsent;
		if (!c->deadline_ns || now < c->deadline_ns || c->mute)
			continue;
		wait_remove(c);
		close_soon(c);
		tell_hub(c);
	}
}
