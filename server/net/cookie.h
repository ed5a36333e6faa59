/* The page's session cookie: 64 hexadecimal digits. Browsers keep one jar for all
 * ports of a host (RFC 6265, 8.5): so its name has the port in it. Pure. */
#ifndef APPCHAT_SERVER_NET_COOKIE_H
#define APPCHAT_SERVER_NET_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COOKIE_NAME_MAX 32

/* The name of the cookie of the server with this address: "http://host:8080" has "appchat_session_8080". */
void cookie_name(char out[COOKIE_NAME_MAX], const char *url);
/* Finds the token in a Cookie header. */
bool cookie_find(const char *header, const char *name, uint8_t token[32]);
/* Reads "Bearer HEX" of an Authorization header. */
bool cookie_bearer(const char *header, uint8_t token[32]);
/* Writes the value of a Set-Cookie header; token NULL: one that deletes it. False: it does not fit. */
bool cookie_format(char *out, size_t size, const char *name, const uint8_t *token, bool secure);

#endif
