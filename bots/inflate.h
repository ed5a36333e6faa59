/* Deflated frames, inflated once for all bots that get the same bytes. */
#ifndef APPCHAT_BOTS_INFLATE_H
#define APPCHAT_BOTS_INFLATE_H

#include <stddef.h>
#include <stdint.h>

struct inflater;

struct inflater *inflater_new(void);
void inflater_free(struct inflater *f);

/* The ServerFrame in these bytes of raw deflate (RFC 1951), valid until the
 * next call; NULL: they are none, or more than LIMIT_SERVER_FRAME. */
const uint8_t *inflater_frame(struct inflater *f, const uint8_t *packed, size_t len, size_t *out_len);

#endif
