/* What a request's headers say. */
#ifndef APPCHAT_SERVER_NET_REQUEST_H
#define APPCHAT_SERVER_NET_REQUEST_H

#include <libwebsockets.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method { METHOD_OTHER, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_DELETE };

/* The request's method and, when out is not NULL, its path: decoded by
 * libwebsockets, without the query. False: no path, or it does not fit. */
enum method request_method(struct lws *wsi);
bool request_path(struct lws *wsi, char *out, size_t size);

/* A header's value. False: absent, or it does not fit. */
bool request_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size);
bool request_has(struct lws *wsi, enum lws_token_indexes token);

/* Does it come from our own page, from an allowed one, or from no page at all? */
bool request_origin_ok(struct lws *wsi, const char *allowed);

/* The session token in the cookie. False: none. */
bool request_cookie(struct lws *wsi, uint8_t token[32]);

#endif
