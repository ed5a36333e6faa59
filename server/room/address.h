/* What one network address may do: how many connections, how often names and passwords are tried. */
#ifndef APPCHAT_SERVER_ROOM_ADDRESS_H
#define APPCHAT_SERVER_ROOM_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/room/rate.h"

struct hub;

#define ADDRESS_CLAIM_BURST 20      /* guest names and registrations, then one each... */
#define ADDRESS_CLAIM_RATE 1        /* ... second */
#define ADDRESS_PASSWORD_BURST 10
#define ADDRESS_PASSWORD_RATE 1

struct address {
	char text[48];
	uint64_t hash;
	bool loopback;               /* exempt, but for passwords: a proxy may stand before us */
	uint32_t connections;
	struct rate claims, passwords;
};

/* The row of this address, made when missing, with one connection more; NULL
 * when it has as many as it may. */
struct address *address_connect(struct hub *hub, const char *text);
void address_disconnect(struct address *a);
/* Forgets rows without connections whose buckets are full again. */
void address_forget(struct hub *hub);
void address_free_all(struct hub *hub);

#endif
