/* Headers are copied into buffers larger than they may be: lws_hdr_copy() counts
 * one byte too few when a header came in several parts. */
#include "server/net/request.h"

#include <string.h>

#include "server/net/cookie.h"
#include "server/net/net_state.h"
#include "server/net/origin.h"

#define HEADER_MAX 2048
#define COOKIES_MAX 8192   /* other programs of this host put theirs there too */
#define SLACK 16

static const struct {
	enum lws_token_indexes token;
	enum method method;
} methods[] = {
	{WSI_TOKEN_GET_URI, METHOD_GET},
	{WSI_TOKEN_HEAD_URI, METHOD_HEAD},
	{WSI_TOKEN_POST_URI, METHOD_POST},
	{WSI_TOKEN_DELETE_URI, METHOD_DELETE},
	{WSI_TOKEN_OPTIONS_URI, METHOD_OTHER},
	{WSI_TOKEN_PUT_URI, METHOD_OTHER},
	{WSI_TOKEN_PATCH_URI, METHOD_OTHER},
};
#define METHODS (sizeof methods / sizeof *methods)

static size_t find_method(struct lws *wsi) {
	size_t i = 0;
	while (i < METHODS && !lws_hdr_total_length(wsi, methods[i].token))
		i++;
	return i;
}

enum method request_method(struct lws *wsi) {
	size_t i = find_method(wsi);
	return i < METHODS ? methods[i].method : METHOD_OTHER;
}

bool request_path(struct lws *wsi, char *out, size_t size) {
	size_t i = find_method(wsi);
	return i < METHODS && request_header(wsi, methods[i].token, out, size);
}

bool request_has(struct lws *wsi, enum lws_token_indexes token) {
	return lws_hdr_total_length(wsi, token) > 0;
}

/* Copies a header into room of SLACK bytes more than the longest it may be. */
static bool copy_header(struct lws *wsi, enum lws_token_indexes token, char *value, int most) {
	int total = lws_hdr_total_length(wsi, token);
	value[0] = 0;
	return total > 0 && total <= most && lws_hdr_copy(wsi, value, most + SLACK - 1, token) >= 0;
}

bool request_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size) {
	char value[HEADER_MAX + SLACK];
	if (!copy_header(wsi, token, value, HEADER_MAX))
		return false;
	size_t len = strlen(value);
	if (len >= size)
		return false;
	memcpy(out, value, len + 1);
	return true;
}

bool request_origin_ok(struct lws *wsi, const char *allowed) {
	char origin[512], host[512];
	if (!request_has(wsi, WSI_TOKEN_ORIGIN))
		return true;
	if (!request_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin) ||
	    !request_header(wsi, WSI_TOKEN_HOST, host, sizeof host))
		return false;
	return origin_allowed(origin, host, lws_is_ssl(wsi), allowed);
}

bool request_cookie(struct lws *wsi, uint8_t token[32]) {
	const struct net *net = net_of(wsi);
	char value[COOKIES_MAX + SLACK], name[COOKIE_NAME_MAX];
	cookie_name(name, net->url);
	bool found = copy_header(wsi, WSI_TOKEN_HTTP_COOKIE, value, COOKIES_MAX) && cookie_find(value, name, token);
	explicit_bzero(value, sizeof value);
	return found;
}
