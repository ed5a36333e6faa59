/* Origins compare by scheme, host and port, in any case, default ports filled in. */
#include "server/net/origin.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define SEPARATORS " \t\r\n,"

struct place {
	const char *host, *port;
	size_t host_len, port_len;
};

static const struct {
	const char *scheme, *port;
} schemes[] = {{"http://", "80"}, {"https://", "443"}};

/* Splits host[:port]; what default_port is for an absent one. */
static bool split(const char *text, size_t len, const char *default_port, struct place *out) {
	const char *end = text + len;
	const char *bracket = len && *text == '[' ? memchr(text, ']', len) : NULL;
	if (len && *text == '[' && !bracket)
		return false;
	const char *from = bracket ? bracket : text;
	const char *colon = memchr(from, ':', (size_t)(end - from));
	out->host = text;
	out->host_len = (size_t)((colon ? colon : end) - text);
	out->port = colon ? colon + 1 : default_port;
	out->port_len = colon ? (size_t)(end - colon - 1) : strlen(default_port);
	if (!out->host_len || !out->port_len || memchr(text, '/', len) || memchr(text, '@', len))
		return false;
	return strspn(out->port, "0123456789") >= out->port_len;
}

/* Which scheme an origin has, and where it is. -1: it is not one of a page. */
static int parse(const char *origin, size_t len, struct place *out) {
	for (int i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i].scheme);
		if (len > n && !strncasecmp(origin, schemes[i].scheme, n))
			return split(origin + n, len - n, schemes[i].port, out) ? i : -1;
	}
	return -1;
}

static bool same(const struct place *a, const struct place *b) {
	return a->host_len == b->host_len && a->port_len == b->port_len &&
		!strncasecmp(a->host, b->host, a->host_len) && !memcmp(a->port, b->port, a->port_len);
}

static const char *next_entry(const char *at, size_t *len) {
	at += strspn(at, SEPARATORS);
	*len = strcspn(at, SEPARATORS);
	return *len ? at : NULL;
}

static bool listed(int scheme, const struct place *place, const char *list) {
	size_t len;
	for (const char *at = list; at && (at = next_entry(at, &len)); at += len) {
		struct place entry;
		if (parse(at, len, &entry) == scheme && same(place, &entry))
			return true;
	}
	return false;
}

bool origin_allowed(const char *origin, const char *host, bool tls, const char *allowed) {
	struct place page, self;
	int scheme = parse(origin, strlen(origin), &page);
	if (scheme < 0)
		return false;
	/* The Host header leaves out the default port of the scheme that the browser speaks. */
	if ((scheme == 1 || !tls) && split(host, strlen(host), schemes[scheme].port, &self) && same(&page, &self))
		return true;
	return listed(scheme, &page, allowed);
}

bool origin_list_ok(const char *list, const char **bad, int *bad_len) {
	size_t len;
	for (const char *at = list; at && (at = next_entry(at, &len)); at += len) {
		struct place entry;
		if (parse(at, len, &entry) >= 0)
			continue;
		*bad = at;
		*bad_len = (int)len;
		return false;
	}
	return true;
}
