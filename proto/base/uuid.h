/* UUIDs of version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random. */
#ifndef APPCHAT_PROTO_BASE_UUID_H
#define APPCHAT_PROTO_BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A fresh UUID v7 in network order; those made later by this thread sort later. */
void uuid7(uint8_t out[16]);
/* Is this a UUID v7 of the RFC 9562 variant? */
bool uuid7_valid(const uint8_t *id, size_t len);
/* Fills out with random bytes from the kernel. */
void random_bytes(void *out, size_t len);

#endif
