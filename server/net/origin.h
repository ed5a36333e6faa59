/* May a page of this origin talk to us? Pure. */
#ifndef APPCHAT_SERVER_NET_ORIGIN_H
#define APPCHAT_SERVER_NET_ORIGIN_H

#include <stdbool.h>

/* origin: as the browser sends it ("https://chat.example.org:8443", "null").
 * host: the Host header of the same request. True when both name the same host
 * and port, or when the origin is in `allowed` (a list separated by blanks or
 * commas; NULL: empty). tls: what the connection's default port follows from. A
 * proxy in front may speak TLS for us: then our own page has an https origin,
 * the same host and port, and is allowed. */
bool origin_allowed(const char *origin, const char *host, bool tls, const char *allowed);

/* Is every entry of such a list an origin, scheme://host[:port]? Else *bad, *len is the first that is not. */
bool origin_list_ok(const char *list, const char **bad, int *len);

#endif
