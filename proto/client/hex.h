/* Bytes as hexadecimal digits and back. */
#ifndef APPCHAT_CLIENT_HEX_H
#define APPCHAT_CLIENT_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

/* Writes 2 * len digits and a NUL. */
void hex_encode(char *out, const void *data, size_t len);
/* Reads exactly 2 * len digits from the start of text; false when they are not there. */
bool hex_decode(uint8_t *out, size_t len, const char *text);
void hex_append(struct buf *b, const void *data, size_t len);

#endif
