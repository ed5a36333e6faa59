/* The page's session cookie: 64 hexadecimal digits. Pure. */
#ifndef APPCHAT_SERVER_NET_COOKIE_H
#define APPCHAT_SERVER_NET_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COOKIE_NAME "appchat_session"

/* Finds the token in a Cookie header. */
bool cookie_find(const char *header, uint8_t token[32]);
/* Reads "Bearer HEX" of an Authorization header. */
bool cookie_bearer(const char *header, uint8_t token[32]);
/* Writes the value of a Set-Cookie header; token NULL: one that deletes it. False: it does not fit. */
bool cookie_format(char *out, size_t size, const uint8_t *token, bool secure);

#endif
