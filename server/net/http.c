/*
 * Everything that is no WebSocket. GET and HEAD are answered from the page's
 * folder; POST and DELETE of /session set and clear the cookie that holds the
 * page's token where no script can read it; anything else is refused.
 */
#include "server/net/http.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/handle/token.h"
#include "server/net/cookie.h"
#include "server/net/net_state.h"
#include "server/net/request.h"
#include "server/net/webfile.h"
#include "server/net/ws.h"

#define SESSION_PATH "/session"
#define EXTRA_MAX 3
#define TAG_BYTES 8      /* of the token's hash: enough to tell a browser's cookies apart */
#define TAG_MAX (2 * TAG_BYTES + 3)

struct extra {
	const char *name, *value;   /* name with its colon; NULL: no more */
};

static int put(struct lws *wsi, const char *name, const char *value, unsigned char **p, unsigned char *end) {
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value,
		(int)strlen(value), p, end);
}

/* Writes a whole answer. False: it could not be sent. text NULL: none, as 204 and 304 have none. */
static bool answer(struct lws *wsi, unsigned status, const struct extra *extra, const char *text) {
	unsigned char buf[LWS_PRE + 3072], *start = buf + LWS_PRE, *p = start, *end = buf + sizeof buf - 512;
	bool body = text && request_method(wsi) != METHOD_HEAD;
	char length[24];
	if (lws_add_http_header_status(wsi, status, &p, end))
		return false;
	for (int i = 0; i < EXTRA_MAX && extra && extra[i].name; i++)
		if (put(wsi, extra[i].name, extra[i].value, &p, end))
			return false;
	snprintf(length, sizeof length, "%zu", text ? strlen(text) : 0);
	if (text && (put(wsi, "content-type:", "text/plain; charset=utf-8", &p, end) || put(wsi, "content-length:", length, &p, end)))
		return false;
	if (lws_finalize_http_header(wsi, &p, end))
		return false;
	if (body && strlen(text) < 512) {
		memcpy(p, text, strlen(text));
		p += strlen(text);
	}
	return lws_write(wsi, start, (size_t)(p - start), LWS_WRITE_HTTP) == (int)(p - start);
}

/* The same, and the connection goes on to its next request. */
static int respond(struct lws *wsi, unsigned status, const struct extra *extra, const char *text) {
	if (!answer(wsi, status, extra, text) || lws_http_transaction_completed(wsi))
		return -1;
	return 0;
}

void http_refuse(struct lws *wsi, unsigned status, const char *text) {
	static const struct extra close[] = {{"connection:", "close"}, {NULL, NULL}};
	static const struct extra upgrade[] = {{"connection:", "close"}, {"sec-websocket-version:", "13"}, {NULL, NULL}};
	LOG(HTTP, DEBUG, "event=refused status=%u", status);
	answer(wsi, status, status == 426 ? upgrade : close, text);
}

static int send_file(struct lws *wsi, const struct webfile *f) {
	char headers[512];
	int n = snprintf(headers, sizeof headers, "cache-control: %s\r\netag: %s\r\nvary: accept-encoding\r\n%s%s%s", f->cache,
		f->etag, f->encoding ? "content-encoding: " : "", f->encoding ? f->encoding : "", f->encoding ? "\r\n" : "");
	n = lws_serve_http_file(wsi, f->path, f->type, headers, n);
	if (n < 0 || (n > 0 && lws_http_transaction_completed(wsi)))
		return -1;
	return 0;
}

static int not_modified(struct lws *wsi, const struct webfile *f) {
	const struct extra extra[] = {{"etag:", f->etag}, {"cache-control:", f->cache}, {"vary:", "accept-encoding"}};
	return respond(wsi, 304, extra, NULL);
}

static int get(struct lws *wsi, const char *path) {
	const struct net *net = net_of(wsi);
	struct webfile f;
	char encoding[256], tags[512];
	bool accepts = request_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, encoding, sizeof encoding);
	if (!strcmp(path, PROTOCOL_PATH)) {
		const struct extra extra[] = {{"upgrade:", "websocket"}, {NULL, NULL}};
		return respond(wsi, 426, extra, "This is the WebSocket's address; a browser opens / instead.\n");
	}
	if (!net->options.web)
		return respond(wsi, 404, NULL, "This server has no page. Start it with --web FOLDER, or use a terminal client.\n");
	if (!webfile_find(net->options.web, path, accepts ? encoding : NULL, &f))
		return respond(wsi, 404, NULL, "There is no such page.\n");
	if (request_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, tags, sizeof tags) && webfile_matches(tags, f.etag))
		return not_modified(wsi, &f);
	return send_file(wsi, &f);
}

/* The token that is to be in the cookie: the one sent, else the cookie's own, which is so renewed. */
static bool session_token(struct lws *wsi, uint8_t token[LIMIT_TOKEN]) {
	char header[128] = "";
	if (!request_has(wsi, WSI_TOKEN_HTTP_AUTHORIZATION))
		return request_cookie(wsi, token);
	bool found = request_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, header, sizeof header) && cookie_bearer(header, token);
	explicit_bzero(header, sizeof header);
	return found;
}

/* What a page may know of the token in its cookie. */
static void tag_of(const uint8_t token[LIMIT_TOKEN], char tag[TAG_MAX]) {
	uint8_t hash[STORE_HASH_BYTES];
	token_hash(token, hash);
	for (int i = 0; i < TAG_BYTES; i++)
		snprintf(tag + 1 + 2 * i, 3, "%02x", hash[i]);
	tag[0] = tag[TAG_MAX - 2] = '"';
	tag[TAG_MAX - 1] = 0;
}

/* Is the cookie the one that If-Match names? Without that header any is. */
static bool is_meant(struct lws *wsi) {
	char wanted[128], tag[TAG_MAX];
	uint8_t token[LIMIT_TOKEN];
	if (!request_has(wsi, WSI_TOKEN_HTTP_IF_MATCH))
		return true;
	if (!request_header(wsi, WSI_TOKEN_HTTP_IF_MATCH, wanted, sizeof wanted) || !request_cookie(wsi, token))
		return false;
	tag_of(token, tag);
	explicit_bzero(token, sizeof token);
	return webfile_matches(wanted, tag);
}

/* The page's token goes into the cookie, or is taken out of it. A foreign page
 * cannot: it may not set Authorization, nor DELETE, nor is its origin ours. */
static int session(struct lws *wsi, enum method method) {
	const struct net *net = net_of(wsi);
	bool post = method == METHOD_POST;
	char cookie[192], name[COOKIE_NAME_MAX], tag[TAG_MAX] = "";
	uint8_t token[LIMIT_TOKEN];
	if (!request_origin_ok(wsi, net->options.origins))
		return respond(wsi, 403, NULL, "Not from this page.\n");
	if (post && !session_token(wsi, token))
		return respond(wsi, 400, NULL, "Send the token as Authorization: Bearer and 64 hexadecimal digits.\n");
	if (!post && !is_meant(wsi))
		return respond(wsi, 412, NULL, "Another session has the cookie by now.\n");
	if (post)
		tag_of(token, tag);
	cookie_name(name, net->url);
	cookie_format(cookie, sizeof cookie, name, post ? token : NULL, lws_is_ssl(wsi));
	const struct extra extra[EXTRA_MAX] = {{"set-cookie:", cookie}, {"cache-control:", "no-store"}, {post ? "etag:" : NULL, tag}};
	int result = respond(wsi, 204, extra, NULL);
	explicit_bzero(token, sizeof token);
	explicit_bzero(cookie, sizeof cookie);
	return result;
}

static bool has_body(struct lws *wsi) {
	char length[32] = "";
	return request_has(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) ||
		(request_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof length) && strcmp(length, "0"));
}

static int on_http(struct lws *wsi) {
	char path[768];
	enum method method = request_method(wsi);
	LOG(HTTP, DEBUG, "event=request method=%d", method);
	if (has_body(wsi)) {
		http_refuse(wsi, 413, "A request has no body here.\n");
		return -1;
	}
	if (!request_path(wsi, path, sizeof path)) {
		http_refuse(wsi, 414, "That address is too long.\n");
		return -1;
	}
	bool is_session = !strcmp(path, SESSION_PATH);
	if (is_session && (method == METHOD_POST || method == METHOD_DELETE))
		return session(wsi, method);
	if (!is_session && (method == METHOD_GET || method == METHOD_HEAD))
		return get(wsi, path);
	const struct extra allow[] = {{"allow:", is_session ? "POST, DELETE" : "GET, HEAD"}, {NULL, NULL}};
	return respond(wsi, 405, allow, "That method is not for this address.\n");
}

/* Only to a WebSocket. Any other word, h2c too, ends the connection: the library
 * goes on with a request that it has already let go of. */
static int confirm_upgrade(struct lws *wsi) {
	char value[32];
	return request_header(wsi, WSI_TOKEN_UPGRADE, value, sizeof value) && !strcasecmp(value, "websocket") ? 0 : -1;
}

/* Of every connection the library tells this callback last, whatever was spoken. */
static int on_destroy(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
	struct net *net = net_of(wsi);
	struct socket_row *row = lws_get_opaque_user_data(wsi);
	lws_set_opaque_user_data(wsi, NULL);
	if (row)
		sockets_release(&net->sockets, row);
	const struct lws_protocols *protocol = lws_get_protocol(wsi);
	return protocol && protocol->callback == ws_callback ? ws_callback(wsi, reason, user, in, len) : 0;
}

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
	switch (reason) {
	case LWS_CALLBACK_HTTP:
		return on_http(wsi);
	case LWS_CALLBACK_HTTP_FILE_COMPLETION:
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return confirm_upgrade(wsi);
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: /* a WebSocket without our subprotocol */
		http_refuse(wsi, 400, "Ask for the subprotocol " PROTOCOL_SUBPROTOCOL ".\n");
		return 1;
	case LWS_CALLBACK_WSI_DESTROY:
		return on_destroy(wsi, reason, user, in, len);
	case LWS_CALLBACK_ESTABLISHED:
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_RX:
		return -1;
	default:
		return 0;
	}
}
