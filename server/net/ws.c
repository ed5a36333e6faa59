/* libwebsockets' callback for /ws: opening, receiving, and being gone. */
#include "server/net/ws.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/handle/handle.h"
#include "server/net/http.h"
#include "server/net/net_state.h"
#include "server/net/peer.h"
#include "server/net/request.h"
#include "server/net/ws_out.h"
#include "server/room/hub.h"
#include "server/room/session.h"

#define NOTSENT_LOWAT 16384   /* so little is left unsent when a lagging client is written to again */
#define SEND_BUFFER 32768     /* the kernel doubles it: what a stalled client holds of its memory, not megabytes */
#define STATUS_NOT_TEXT 1003
#define STATUS_TOO_LARGE 1009
#define STATUS_OURS 1011
#define RETRY_MS 1000

/* May this request become a WebSocket? 0, or the HTTP status that says no. */
static unsigned examine(struct lws *wsi, const struct net *net, const char **why) {
	char path[16], version[8];
	if (!request_path(wsi, path, sizeof path) || strcmp(path, PROTOCOL_PATH)) {
		*why = "The WebSocket is at " PROTOCOL_PATH ".\n";
		return 404;
	}
	if (!request_header(wsi, WSI_TOKEN_VERSION, version, sizeof version) || strcmp(version, "13")) {
		*why = "This server speaks version 13 of the WebSocket protocol.\n";
		return 426;
	}
	if (!request_origin_ok(wsi, net->options.origins)) {
		*why = "This page may not connect here: its origin is not allowed (see allowed-origins in appchat.conf).\n";
		return 403;
	}
	return 0;
}

static int on_request(struct lws *wsi, struct conn *c) {
	const char *why = NULL;
	uint8_t token[LIMIT_TOKEN];
	struct net *net = net_of(wsi);
	unsigned status = net->stop ? 503 : examine(wsi, net, &why);
	if (status) {
		http_refuse(wsi, status, why ? why : "The server is shutting down.\n");
		return 1;
	}
	if (request_cookie(wsi, token)) {
		c->cookie = xmalloc(sizeof token);
		memcpy(c->cookie, token, sizeof token);
	}
	return 0;
}

static void forget_cookie(struct conn *c) {
	if (c->cookie)
		explicit_bzero(c->cookie, LIMIT_TOKEN);
	free(c->cookie);
	c->cookie = NULL;
}

static int on_open(struct lws *wsi, struct conn *c) {
	int lowat = NOTSENT_LOWAT, buffer = SEND_BUFFER, why = 0;
	char address[48];
	c->net = net_of(wsi);
	c->wsi = wsi;
	c->fd = lws_is_ssl(wsi) ? -1 : lws_get_socket_fd(wsi);
	c->open = true;
	c->net->conns++;
	setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat);
	setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
	peer_address(lws_get_socket_fd(wsi), address, sizeof address);
	c->session = hub_connect(c->net->hub, c, address, c->cookie, &why);
	forget_cookie(c);
	if (!c->session) {
		LOG(NET, DEBUG, "event=refused address=%s reason=%d", address, why);
		c->net->refused++;
		conn_refuse(c, (Appchat__CloseReason)why, why == APPCHAT__CLOSE_REASON__CLOSE_BANNED ? hub_address_banned(c->net->hub, address) : NULL);
	}
	return 0;
}

/* The rest of it is not looked at. */
static void stop_hearing(struct conn *c, unsigned status, Appchat__CloseReason reason, const char *text, uint32_t retry_ms) {
	c->deaf = true;
	buf_free(&c->rx);
	c->close_status = (uint16_t)status;
	session_close(c->session, reason, text, retry_ms);
}

/* Too large, or text. */
static void offend(struct conn *c, unsigned status, const char *text) {
	stop_hearing(c, status, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL, text, 0);
}

/* A part of a message is kept until the rest of it comes. */
static void keep_part(struct conn *c, const uint8_t *data, size_t len) {
	if (buf_try_reserve(&c->rx, len))
		buf_append(&c->rx, data, len);
	else
		stop_hearing(c, STATUS_OURS, APPCHAT__CLOSE_REASON__CLOSE_UNSPECIFIED, OUT_OF_MEMORY, RETRY_MS);
}

static void on_message(struct conn *c, const uint8_t *data, size_t len) {
	handle_frame(c->session, data, len);
	if (c->rx.cap > 2 * LIMIT_FRAME_EARLY)
		buf_free(&c->rx);
	c->rx.len = 0;
}

/* Messages come in pieces; one that arrives whole is not copied. */
static int on_receive(struct conn *c, const uint8_t *data, size_t len) {
	if (!c->session || c->deaf)
		return 0;
	session_heard(c->session);
	size_t whole = c->rx.len + len + lws_remaining_packet_payload(c->wsi);
	bool final = lws_is_final_fragment(c->wsi);
	if (!lws_frame_is_binary(c->wsi))
		offend(c, STATUS_NOT_TEXT, "messages are binary, not text");
	else if (whole > handle_frame_limit(c->session))
		offend(c, STATUS_TOO_LARGE, "that message is too large");
	else if (final && !c->rx.len)
		on_message(c, data, len);
	else
		keep_part(c, data, len);
	if (final && c->rx.len && !c->deaf)
		on_message(c, c->rx.data, c->rx.len);
	return 0;
}

static void on_gone(struct conn *c) {
	forget_cookie(c);
	if (!c->open)
		return;
	c->open = false;
	c->net->conns--;
	conn_forget(c);
	buf_free(&c->rx);
	free(c->close_text);
	c->close_text = NULL;
}

int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
	struct conn *c = user;
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return on_request(wsi, c);
	case LWS_CALLBACK_ESTABLISHED:
		return on_open(wsi, c);
	case LWS_CALLBACK_RECEIVE:
		return on_receive(c, in, len);
	case LWS_CALLBACK_RECEIVE_PONG:
		if (c->session)
			session_heard(c->session);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		conn_writable(c);
		return 0;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
	case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
		if (c)
			c->mute = true;
		return 0;
	case LWS_CALLBACK_CLOSED:
	case LWS_CALLBACK_WSI_DESTROY:
		if (c)
			on_gone(c);
		return 0;
	default:
		return 0;
	}
}
