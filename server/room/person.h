/* A person: a user with at least one session here, and the rooms this user is in. */
#ifndef APPCHAT_SERVER_ROOM_PERSON_H
#define APPCHAT_SERVER_ROOM_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/room/rate.h"
#include "server/store/store.h"

struct hub;
struct room;
struct session;

struct membership {
	struct room *room;
	uint64_t read_seq;
	uint32_t index;          /* in room->people */
};

/* What one user may still send; outlives the connections until it is full again. */
struct allowance {
	uint64_t user;
	struct rate messages, requests;
};

#define PERSON_SESSIONS_MAX 64   /* connections of one user */

struct person {
	struct store_user user;
	uint64_t key_hash;          /* of the name's look-alike key; 0: not set yet */
	struct allowance *allowance;
	struct session *sessions;   /* by person_next */
	struct membership *rooms;
	uint32_t room_count, room_cap;
};

/* The session belongs to this user from now on. The rooms are used when nobody
 * of this user was here; borrowed. */
struct person *person_attach(struct session *s, const struct store_user *user,
	const struct store_membership *rooms, size_t count);
/* The session is nobody's; the last one's person goes. */
void person_detach(struct session *s);
/* NULL when the user is not here. */
struct person *person_get(struct hub *hub, uint64_t user);

/* Tells the store that the session's user was here just now. */
void person_store_seen(const struct session *s);
/* This is the look-alike key of the person's name; who has it is found by it. */
void person_set_key(struct hub *hub, struct person *p, const char *key);
/* Who is here under a name of this key, or NULL. */
struct person *person_by_key(struct hub *hub, const char *key);
/* Drops allowances of absent users that are full again; each tick. */
void person_forget_allowances(struct hub *hub);
void person_free_allowances(struct hub *hub);

/* NULL when not a member. Valid until the next join or leave. */
struct membership *person_in(const struct person *p, const struct room *room);
void person_join(struct person *p, struct room *room, uint64_t read_seq);
/* Also ends every session's following of the room, at once. */
void person_leave(struct person *p, struct room *room);

#endif
