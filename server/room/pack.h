/* Batches deflated once for everybody who can inflate. */
#ifndef APPCHAT_SERVER_ROOM_PACK_H
#define APPCHAT_SERVER_ROOM_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/base/buf.h"

/* Measured (tests/bench/README.md): deflating costs 5 to 20 ns a byte, once; a
 * byte less costs 0.1 ns less per receiver on loopback. For CPU alone it pays
 * from some hundred receivers on; on a real network half the bytes are worth
 * 10 us a batch from far fewer. A single short event hardly gets smaller. */
#define PACK_BYTES 400
#define PACK_RECEIVERS 16

struct packer;

struct packer *packer_new(void);
void packer_free(struct packer *p);

/* Does it pay to deflate this frame for so many receivers? */
bool pack_worth(const struct buf *frame, uint32_t receivers);
/* frame: a whole WebSocket message. packed becomes the same as
 * ServerFrame{deflated}, or empty where that is not an eighth smaller. */
void pack_batch(struct packer *p, const struct buf *frame, struct buf *packed);

#endif
