/* What is in a deflated frame. */
#ifndef APPCHAT_BOTS_INFLATE_H
#define APPCHAT_BOTS_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

struct inflater;

struct inflater *inflater_new(void);
void inflater_free(struct inflater *f);

/* Replaces what is in out by the ServerFrame in these bytes of raw deflate
 * (RFC 1951); false: they are none, or more than LIMIT_SERVER_FRAME. */
bool inflater_into(struct inflater *f, struct buf *out, const uint8_t *packed, size_t len);
/* The same into memory of its own, valid until the next call; NULL when it fails. */
const uint8_t *inflater_frame(struct inflater *f, const uint8_t *packed, size_t len, size_t *out_len);

#endif
