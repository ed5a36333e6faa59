/* SHA-1 (RFC 3174) and base64 (RFC 4648), for the WebSocket handshake and nothing else. */
#ifndef APPCHAT_BOTS_SHA1_H
#define APPCHAT_BOTS_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_BYTES 20

/* The digest of a run of at most 4 KiB. */
void sha1(const void *data, size_t len, uint8_t out[SHA1_BYTES]);
/* Writes len bytes as base64 with padding and a NUL; out has 4 * ((len + 2) / 3) + 1. */
void base64(const uint8_t *data, size_t len, char *out);

#endif
