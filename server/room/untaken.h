/*
 * What all sockets together did not take yet: the bytes that the hub counts by
 * session_account(). Beyond a bound the slow ones for whom most waits are closed,
 * whether they ask for more or not, and at once: their memory is what is needed.
 */
#ifndef APPCHAT_SERVER_ROOM_UNTAKEN_H
#define APPCHAT_SERVER_ROOM_UNTAKEN_H

#include <stdbool.h>
#include <stddef.h>

struct hub;

#define UNTAKEN_MAX (256u * 1024 * 1024)      /* bytes; beyond, some are closed */
#define UNTAKEN_MOST (UNTAKEN_MAX / 4 * 5)    /* beyond, no pages of history are given out */

/* At the end of a turn: closes slow sessions until an eighth of the bound is free, if it was passed. */
void untaken_bound(struct hub *hub);
/* May an answer of so many bytes more wait? False: it is to be asked for again later. */
bool untaken_fits(const struct hub *hub, size_t bytes);

#endif
