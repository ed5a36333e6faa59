/*
 * Settings of libwebsockets, each for a reason:
 * tx_packet_size: a batch goes out in one send(). retry policy of zeros: no
 * timer per connection, liveness is the hub's. alpn: HTTP/1.1 only, ready-made
 * frames cannot be written to an HTTP/2 stream. No extensions: batches are
 * compressed once for all, by us.
 */
#include "server/net/context.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/net/http.h"
#include "server/net/net_state.h"
#include "server/net/ws.h"

#define RX_BUFFER 512                 /* per connection */
#define TX_PACKET (LIMIT_SERVER_FRAME + 65536)
#define KEEPALIVE_SECONDS 5
#define HEADERS_MAX 12288             /* of one request, all together: 8 KB of cookies among them */
#define FILE_CHUNK 32768
#define CLOSE_ROUNDS 4
#define CLOSE_TURNS 10

static const lws_retry_bo_t no_timers;

static const struct lws_protocols protocols[] = {
	{.name = "http", .callback = http_callback},
	{.name = PROTOCOL_SUBPROTOCOL, .callback = ws_callback, .per_session_data_size = WS_CONN_SIZE,
		.rx_buffer_size = RX_BUFFER, .tx_packet_size = TX_PACKET},
	{0},
};

/* On every answer. Nothing may be loaded from elsewhere, no text becomes script. */
static const struct lws_protocol_vhost_options headers[] = {
	{&headers[1], NULL, "content-security-policy:",
		"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
		"media-src 'self' blob:; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
		"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"},
	{&headers[2], NULL, "x-content-type-options:", "nosniff"},
	{&headers[3], NULL, "referrer-policy:", "no-referrer"},
	{NULL, NULL, "cross-origin-opener-policy:", "same-origin"},
};

static void on_lws_log(int level, const char *line) {
	char quoted[400];
	log_quote(quoted, sizeof quoted, line, strcspn(line, "\n"));
	if (level == LLL_ERR)
		LOG(LWS, ERROR, "message=%s", quoted);
	else if (level == LLL_WARN)
		LOG(LWS, WARN, "message=%s", quoted);
	else if (level == LLL_NOTICE)
		LOG(LWS, INFO, "message=%s", quoted);
	else
		LOG(LWS, DEBUG, "message=%s", quoted);
}

void context_log_levels(void) {
	static const int levels[] = {
		[LOG_OFF] = 0,
		[LOG_ERROR] = LLL_ERR,
		[LOG_WARN] = LLL_ERR | LLL_WARN,
		[LOG_INFO] = LLL_ERR | LLL_WARN | LLL_NOTICE,
		[LOG_DEBUG] = LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO,
	};
	lws_set_log_level(levels[log_levels[LOG_LWS]], on_lws_log);
}

static void set_tls(struct lws_context_creation_info *info, const struct net_options *o) {
	info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info->ssl_cert_filepath = o->tls_cert;
	info->ssl_private_key_filepath = o->tls_key;
	info->ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION;
}

bool context_open(struct net *net, char *err, size_t size) {
	const struct net_options *o = &net->options;
	void *loops[] = {&net->loop};
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
		.foreign_loops = loops,
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.headers = headers,
		.server_string = "appchat",
		.alpn = "http/1.1",
		.retry_and_idle_policy = &no_timers,
		.timeout_secs = o->handshake_seconds,
		.timeout_secs_ah_idle = o->handshake_seconds,
		.keepalive_timeout = KEEPALIVE_SECONDS,
		.max_http_header_data = HEADERS_MAX,
		.pt_serv_buf_size = FILE_CHUNK,
		.user = net,
		.pcontext = &net->context,
		.vhost_name = "appchat",
		.gid = -1,
		.uid = -1,
	};
	lws_set_log_level(LLL_ERR, on_lws_log);
	if (o->tls_cert)
		set_tls(&info, o);
	net->context = lws_create_context(&info);
	if (!net->context) {
		snprintf(err, size, "libwebsockets did not start; is libwebsockets-evlib-uv installed? Its own words: --log lws=info");
		return false;
	}
	net->vhost = lws_create_vhost(net->context, &info);
	if (!net->vhost)
		snprintf(err, size, "libwebsockets refused the settings%s; its own words: --log lws=info",
			o->tls_cert ? " or the certificate" : "");
	context_log_levels(); /* from now on: whoever connects can make it complain */
	return net->vhost;
}

bool context_new_certificate(struct net *net, char *err, size_t size) {
	const struct net_options *o = &net->options;
	if (!lws_tls_cert_updated(net->context, o->tls_cert, o->tls_key, NULL, 0, NULL, 0))
		return true;
	snprintf(err, size, "libwebsockets did not take the new certificate; the old one stays");
	return false;
}

/* Each call goes as far as it can; the loop then closes the handles that stood
 * in its way. net->context is set to NULL when nothing is left. */
void context_close(struct net *net) {
	for (int round = 0; net->context && round < CLOSE_ROUNDS; round++) {
		lws_context_destroy(net->context);
		for (int i = 0; i < CLOSE_TURNS; i++)
			uv_run(&net->loop, UV_RUN_NOWAIT);
	}
}
