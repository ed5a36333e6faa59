/* The hub's fields, for the room and handle floors; net and main see hub.h only. */
#ifndef APPCHAT_SERVER_ROOM_HUB_STATE_H
#define APPCHAT_SERVER_ROOM_HUB_STATE_H

#include "proto/base/map.h"
#include "server/room/hub.h"
#include "server/room/room.h"
#include "server/room/session.h"
#include "server/room/wallclock.h"

struct address;
struct hasher;
struct packer;

#define HUB_CHANGES 64
#define HUB_ROOMS_MAX 10000
#define HUB_POSTING_MAX (64u * 1024 * 1024)

struct hub_slot {
	struct session *session;
	uint32_t generation;
};

struct hub_counts {
	uint64_t messages, deliveries, batches, batch_events, pace_ns, paces, cpu_ns;
};

struct hub {
	struct hub_options options;
	struct store *store;
	struct bus *bus;
	struct hasher *hasher;
	uint64_t now_ns;                 /* of this turn; see hub_now() */
	uint64_t started_ns, ticked_ns;
	struct wallclock wallclock;
	bool shutting_down;
	uint32_t operations;             /* under way in the store or hasher */
	size_t untaken;                  /* bytes that wait for sockets: session_account() */
	size_t posting;                  /* bytes of events on their way through the store */

	struct hub_slot *slots;
	uint32_t slot_count, slot_cap, session_count;
	uint32_t *free_slots;
	uint32_t free_count;
	struct session *ready_first, *ready_last, *closing_first, *closing_last, *reap_first, *full_first;

	struct map people, people_by_key; /* by user id; by the hash of the name's key */
	struct map allowances;           /* by user id */
	struct map addresses;            /* by hash of the text */
	uint64_t hash_seed;
	uint64_t changed[HUB_CHANGES];   /* the users whose sessions, name or rooms changed last */
	uint64_t change_count;
	struct map rooms;                /* by id */
	struct map rooms_by_key;         /* by the hash of the name's key */
	struct room **rooms_by_name;     /* in the order in which they are listed: room_place() */
	size_t room_count, room_cap;
	struct store_ban *bans;
	size_t ban_count;

	/* fan-out */
	struct room *due_first, *due_last, *paced;
	uint64_t paced_ns;               /* when the first of them is due */
	uint32_t turn_left;              /* deliveries before the next room's turn */
	uint64_t offered_ns;
	uint64_t commit_lead_ns;         /* so long before its fan-out an event is to be committed */
	struct buf mixed;                /* answers and a batch, for one write */
	struct packer *packer;

	struct hub_counts counts, counts_before;
	double messages_per_second, deliveries_per_second, batch, pace_ms, cpu_percent;
	uint64_t seen_ns;                /* when people's last-seen times were stored */
};

/* Monotonic nanoseconds, read afresh. */
uint64_t hub_now(struct hub *hub);
/* Hands an operation to the store, counted. */
void hub_submit(struct hub *hub, struct store_op *op);
/* A hash of text, seeded afresh in each process; never 0. */
uint64_t hub_hash(const struct hub *hub, const char *text);
/* Something stored about this user has changed: what was read before is old. */
void hub_changed(struct hub *hub, uint64_t user);
/* Has it since change_count was `count`? */
bool hub_changed_since(const struct hub *hub, uint64_t user, uint64_t count);
/* The reason of the ban in force on this name's key or address; NULL: none. */
const char *hub_banned(struct hub *hub, const char *kind, const char *what);

#endif
