/*
 * Reading a ServerFrame that may have come deflated (field `deflated`). What
 * comes out is bounded before it is made: a bomb is no frame.
 */
#ifndef APPCHAT_PROTO_INFLATE_H
#define APPCHAT_PROTO_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"

struct inflate;   /* the working memory */

struct inflate *inflate_new(void);
/* NULL is accepted. */
void inflate_free(struct inflate *f);

/* Puts what these bytes of raw deflate (RFC 1951) hold into out, in place of
 * what it had. False: they are none, or hold more than LIMIT_SERVER_FRAME. */
bool inflate_open(struct inflate *f, const uint8_t *packed, size_t len, struct buf *out);

/* The frame in these bytes, deflated or not; the caller frees it as protobuf-c
 * has it. NULL: they are none, or a deflated frame in a deflated frame. */
Appchat__ServerFrame *inflate_frame(struct inflate *f, const uint8_t *data, size_t len);

#endif
