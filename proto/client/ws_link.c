/*
 * libwebsockets as a client. A closed or replaced socket may still call back:
 * only the one that l->wsi names is listened to. Nothing is closed inside a
 * callback: sockets are marked, and the library ends them in its own time.
 */
#include "proto/client/ws_link.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/client/conn.h"
#include "proto/client/ws_trust.h"
#include "proto/limits.h"

#define DESTROY_TURNS 5   /* of the loop, until all handles are closed */

struct out {
	struct out *next;
	size_t len;
	uint8_t data[];   /* LWS_PRE bytes for the library, then the message */
};

struct ws_link {
	uv_loop_t *loop;
	struct url url;
	char *ca_file;
	struct ws_link_events ev;
	struct lws_context *context;
	struct lws *wsi;          /* the one that counts; NULL: none */
	bool opening, open;
	bool in_connect;          /* inside lws_client_connect_via_info */
	char why[200];
	struct buf in;
	struct out *first, **last;
	size_t queued;
};

/* ---- the queue -------------------------------------------------------------------- */

static void queue_clear(struct ws_link *l) {
	while (l->first) {
		struct out *o = l->first;
		l->first = o->next;
		free(o);
	}
	l->last = &l->first;
	l->queued = 0;
}

bool ws_link_send(struct ws_link *l, const void *data, size_t len) {
	if (!l->open || l->queued + len > CONN_QUEUE_MAX)
		return false;
	struct out *o = xmalloc(sizeof *o + LWS_PRE + len);
	o->next = NULL;
	o->len = len;
	memcpy(o->data + LWS_PRE, data, len);
	*l->last = o;
	l->last = &o->next;
	l->queued += len;
	lws_callback_on_writable(l->wsi);
	return true;
}

size_t ws_link_queued(const struct ws_link *l) {
	return l->queued;
}

/* Gives the socket one message; the library asks again while there are more. */
static int write_one(struct ws_link *l) {
	struct out *o = l->first;
	if (!o)
		return 0;
	int n = lws_write(l->wsi, o->data + LWS_PRE, o->len, LWS_WRITE_BINARY);
	if (n < (int)o->len)
		return -1;
	l->first = o->next;
	if (!l->first)
		l->last = &l->first;
	l->queued -= o->len;
	free(o);
	if (l->first)
		lws_callback_on_writable(l->wsi);
	return 0;
}

/* ---- what comes --------------------------------------------------------------------- */

static void forget(struct ws_link *l) {
	l->wsi = NULL;
	l->opening = l->open = false;
	queue_clear(l);
	l->in.len = 0;
}

static void closed(struct ws_link *l, const char *why) {
	forget(l);
	l->ev.on_closed(l->ev.arg, why);
}

static int receive(struct ws_link *l, struct lws *wsi, const void *data, size_t len) {
	size_t rest = lws_remaining_packet_payload(wsi);
	l->ev.on_heard(l->ev.arg);
	if (!lws_frame_is_binary(wsi) || l->in.len + len + rest > LIMIT_SERVER_FRAME) {
		closed(l, "the server sent what is no message of this protocol");
		return -1;
	}
	buf_append(&l->in, data, len);
	if (rest || !lws_is_final_fragment(wsi))
		return 0;
	struct buf message = l->in; /* its own, so that a drop inside the callback can't free it */
	l->in = (struct buf){0};
	l->ev.on_message(l->ev.arg, message.data, message.len);
	if (l->wsi == wsi && !l->in.data && message.cap <= 65536) {
		message.len = 0;
		l->in = message;
	} else {
		buf_free(&message);
	}
	return l->wsi == wsi ? 0 : -1;
}

/* What the library calls it, in words for a person. */
static void explain(struct ws_link *l, struct lws *wsi, const char *in, size_t len) {
	const char *distrusted = l->url.tls && wsi ? ws_trust_refusal(lws_get_ssl(wsi)) : NULL;
	char said[120];
	if (!in || len >= sizeof said)
		len = in ? sizeof said - 1 : 0;
	memcpy(said, in ? in : "", len);
	said[len] = 0;
	if (distrusted)
		snprintf(l->why, sizeof l->why, "the server's certificate is not trusted (%s); --ca-file names the one that is", distrusted);
	else if (strstr(said, "SSL"))
		snprintf(l->why, sizeof l->why, "there is no TLS to be had there");
	else if (strstr(said, "101") || strstr(said, "HS:"))
		snprintf(l->why, sizeof l->why, "what answers there is no appchat server (%s)", said);
	else if (!*said || strstr(said, "connect fail") || strstr(said, "conn fail") || strstr(said, "Connect failed") ||
	         strstr(said, "closed before established"))
		snprintf(l->why, sizeof l->why, "nothing answers there");
	else
		snprintf(l->why, sizeof l->why, "%s", said);
}

static int on_error(struct ws_link *l, struct lws *wsi, const char *in, size_t len) {
	if (l->in_connect) {
		explain(l, wsi, in, len);
	} else if (l->wsi == wsi && l->opening) {
		explain(l, wsi, in, len);
		closed(l, l->why);
	}
	return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
	struct ws_link *l = user;
	switch (reason) {
	case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS:
		l = lws_context_user(lws_get_context(wsi));
		return ws_trust_check_address(user, l->url.host) ? 0 : -1;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		return l ? on_error(l, wsi, in, len) : 0;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		if (l->wsi != wsi)
			return -1;
		l->opening = false;
		l->open = true;
		l->ev.on_open(l->ev.arg);
		return l->wsi == wsi ? 0 : -1;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return l->wsi == wsi ? receive(l, wsi, in, len) : -1;
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
		if (l->wsi == wsi)
			l->ev.on_heard(l->ev.arg);
		return 0;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return l->wsi == wsi ? write_one(l) : -1;
	case LWS_CALLBACK_CLIENT_CLOSED:
	case LWS_CALLBACK_WSI_DESTROY:
		if (l && l->wsi == wsi && !l->in_connect)
			closed(l, l->open ? "the connection was lost" : "nothing answers there");
		return 0;
	default:
		return 0;
	}
}

/* ---- opening and closing -------------------------------------------------------------- */

static const struct lws_protocols protocols[] = {
	{PROTOCOL_SUBPROTOCOL, callback, 0, 4096, 0, NULL, 0},
	{NULL, NULL, 0, 0, 0, NULL, 0},
};

static void quiet(int level, const char *line) {
	(void)level; /* there may be a screen: nothing is printed */
	(void)line;
}

static bool start_library(struct ws_link *l, const char **why) {
	void *loops[] = {l->loop};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.options = LWS_SERVER_OPTION_LIBUV,
		.foreign_loops = loops,
		.pcontext = &l->context,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.fd_limit_per_thread = 64,
		.user = l,
	};
	if (l->url.tls) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.client_ssl_ca_filepath = ws_trust_file(l->ca_file);
		if (l->ca_file && access(l->ca_file, R_OK)) {
			*why = "the file of trusted certificates can't be read";
			return false;
		}
	}
	lws_set_log_level(0, quiet);
	unsetenv("http_proxy"); /* the library would go by it, with our numeric address */
	l->context = lws_create_context(&info);
	*why = "libwebsockets does not start (is libwebsockets-evlib-uv installed?)";
	return l->context != NULL;
}

struct ws_link *ws_link_new(uv_loop_t *loop, const struct url *url, const char *ca_file,
                            const struct ws_link_events *events) {
	struct ws_link *l = xcalloc(1, sizeof *l);
	l->loop = loop;
	l->url = *url;
	l->ca_file = ca_file ? xstrdup(ca_file) : NULL;
	l->ev = *events;
	l->last = &l->first;
	return l;
}

bool ws_link_open(struct ws_link *l, const char *address, const char **why) {
	char host[300];
	ws_link_drop(l);
	if (!l->context && !start_library(l, why))
		return false;
	bool six = strchr(l->url.host, ':') != NULL;
	int tls = !l->url.tls                 ? 0
	          : ws_trust_is_address(l->url.host) ? LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK
	                                    : LCCSCF_USE_SSL;
	snprintf(host, sizeof host, "%s%s%s:%d", six ? "[" : "", l->url.host, six ? "]" : "", l->url.port);
	struct lws_client_connect_info info = {
		.context = l->context,
		.address = address,
		.port = l->url.port,
		.path = l->url.path,
		.host = host,
		.protocol = PROTOCOL_SUBPROTOCOL,
		.local_protocol_name = PROTOCOL_SUBPROTOCOL,
		.ietf_version_or_minus_one = -1,
		.ssl_connection = tls,
		.userdata = l,
		.pwsi = &l->wsi,
		.alpn = "http/1.1",
	};
	l->in_connect = true;
	l->opening = true;
	snprintf(l->why, sizeof l->why, "nothing answers there");
	struct lws *wsi = lws_client_connect_via_info(&info);
	l->in_connect = false;
	if (wsi)
		return true;
	forget(l);
	*why = l->why;
	return false;
}

void ws_link_drop(struct ws_link *l) {
	struct lws *wsi = l->wsi;
	bool open = l->open;
	forget(l);
	if (!wsi)
		return;
	if (open)
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
	lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE, LWS_TO_KILL_ASYNC);
}

void ws_link_free(struct ws_link *l) {
	if (!l)
		return;
	ws_link_drop(l);
	if (l->context)
		lws_context_destroy(l->context);
	for (int turns = 0; l->context && turns < DESTROY_TURNS; turns++)
		uv_run(l->loop, UV_RUN_NOWAIT);
	if (l->context) /* on a foreign loop the library waits for a second word, after its handles are closed */
		lws_context_destroy(l->context);
	buf_free(&l->in);
	free(l->ca_file);
	free(l);
}
