/*
 * What one network address may do: how many connections, how often names,
 * rooms and passwords are tried. Of IPv6 a subscriber has 2^64 addresses, so
 * the limits hold for all that share the first half.
 */
#ifndef APPCHAT_SERVER_ROOM_ADDRESS_H
#define APPCHAT_SERVER_ROOM_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/room/rate.h"

struct hub;

#define ADDRESS_CLAIM_BURST 20      /* guest names and registrations, then one each... */
#define ADDRESS_CLAIM_RATE 1        /* ... second */
#define ADDRESS_NAMES_HOUR 200      /* names: so many at once, and in an hour */
#define ADDRESS_NAMES_OF_ACCOUNT 4  /* a registered name, which is never free again, counts as so many */
#define ADDRESS_ROOMS_HOUR 50       /* rooms made */
#define ADDRESS_PASSWORD_BURST 10
#define ADDRESS_PASSWORD_RATE 1
#define NAME_TRIES_BURST 20         /* passwords tried for one name, from wherever, then one each... */
#define NAME_TRIES_NS 10000000000u  /* ... 10 s */
#define HOUR_NS 3600000000000u

#define ADDRESS_TEXT 48

struct address {
	char text[ADDRESS_TEXT];
	uint64_t hash;
	bool loopback;               /* exempt, but for passwords: a proxy may stand before us */
	uint32_t connections;
	struct address *limits;      /* whose numbers hold: itself, or its network's; while it has connections */
	struct rate claims, names, rooms, passwords;
};

/* An address as those of connections are written: the shortest form, IPv4 as
 * such. Writes out; false: this is none. */
bool address_plain(const char *text, char out[ADDRESS_TEXT]);

/* What an address shares its limits with: itself, or of IPv6 its first 64 bits. Writes and returns out. */
const char *address_network(const char *text, char out[ADDRESS_TEXT]);

/* The row of this address, made when missing, with one connection more; NULL
 * when it has as many as it may. */
struct address *address_connect(struct hub *hub, const char *text);
void address_disconnect(struct address *a);

/* May a name (cost 1, or that of an account) be taken, a room be made, from
 * here now? Counts as done. False: *wait_ms says for how long not. */
bool address_may_name(struct hub *hub, struct address *a, uint32_t cost, uint32_t *wait_ms);
bool address_may_make_room(struct hub *hub, struct address *a, uint32_t *wait_ms);
/* May a password be tried from here, for the name of this key? */
bool address_may_try(struct hub *hub, struct address *a, const char *key, uint32_t *wait_ms);

/* Forgets rows without connections whose buckets are full again. */
void address_forget(struct hub *hub);
void address_free_all(struct hub *hub);

#endif
