/* How many sockets each address holds, whatever is spoken on them: a browser's,
 * a half-made handshake's, a WebSocket's. */
#ifndef APPCHAT_SERVER_NET_SOCKETS_H
#define APPCHAT_SERVER_NET_SOCKETS_H

#include <stdint.h>

#include "proto/base/map.h"

/* All zero is an empty one. */
struct sockets {
	struct map rows;
	uint64_t seed;   /* of the rows' hash; 0: not drawn yet */
};
struct socket_row;

/* Counts one socket more of this address and returns its row; NULL when it has
 * `most` already. Loopback may have any number: a proxy may stand before us. */
struct socket_row *sockets_take(struct sockets *t, const char *address, uint32_t most);

/* Counts one socket of this row less; with the last one the row is freed. */
void sockets_release(struct sockets *t, struct socket_row *row);

void sockets_free(struct sockets *t);

#endif
