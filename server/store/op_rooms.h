/* Operations about rooms and their logs, and bans. */
#ifndef APPCHAT_SERVER_STORE_OP_ROOMS_H
#define APPCHAT_SERVER_STORE_OP_ROOMS_H

#include "server/store/op.h"

#define STORE_EVENT_MORE 28   /* bytes that an event has beside its body, at most: tags, lengths, seq, time_ms */

/* Appends one event to a room's log. Without a body: only says whether that was done before
 * (STORE_DUPLICATE, STORE_CONFLICT), or STORE_NOT_FOUND. */
struct store_append {
	struct store_op op;
	uint64_t room;
	uint64_t user;
	uint8_t msg_id[STORE_UUID_BYTES];
	uint8_t content_hash[16];      /* of room and content: tells a retry from a conflict */
	const uint8_t *body;           /* encoded Event fields without seq and time_ms; borrowed until done() */
	size_t body_len;
	const char *topic;             /* not NULL: also becomes the room's topic; borrowed until done() */
	/* out */
	uint64_t seq;
	uint64_t time_ms;
	struct store_bytes event;      /* STORE_OK: field 2 of Events (tag, length, Event), ready to concatenate */
};

/* A run of a room's log, in rising order, as concatenated fields 2 of Events
 * (so also of HistoryPage). forward: from `from` up; else from `from` down. At
 * least one event if there is one, then as many as both bounds let in. */
struct store_range {
	struct store_op op;
	uint64_t room;
	uint64_t from;
	bool forward;
	uint32_t max_events;
	size_t max_bytes;
	/* out */
	struct store_bytes events;
	uint64_t first, last;               /* 0 when there is none */
	uint32_t count;
};

/* A new room with its first event (RoomCreated by this user), joined by its maker. */
struct store_room_new {
	struct store_op op;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	const char *topic;                /* borrowed until done() */
	uint64_t user;
	const uint8_t *body;              /* encoded RoomCreated event, as in store_append */
	size_t body_len;
	uint32_t max_rooms;               /* STORE_LIMIT beyond that many made by this user */
	/* out */
	uint64_t room;
	uint32_t epoch;
	uint64_t seq, time_ms;
	struct store_bytes event;
};

struct store_join {                       /* also STORE_LEAVE; both may be repeated */
	struct store_op op;
	uint64_t user, room;
	uint32_t max_rooms;               /* STORE_LIMIT beyond */
	uint64_t read_seq;                /* in: where reading starts; out: what is stored */
};

struct store_read_mark {                  /* only ever moves forward */
	struct store_op op;
	uint64_t user, room, seq;
};

/* A name's key or an address that may not sign in. */
struct store_ban {                        /* also STORE_UNBAN: NOT_FOUND when there is none */
	struct store_op op;
	char what[STORE_KEY_MAX + 8];     /* "name:KEY" or "address:ADDRESS" */
	char shown[STORE_NAME_MAX + 8];   /* "name:NAME" or the same; STORE_UNBAN: ignored */
	uint64_t until_ms;                /* 0: for good */
	char reason[256];
};

#endif
