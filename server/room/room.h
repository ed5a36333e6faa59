/*
 * A room: its log and who follows it. A follower is a session with a cursor,
 * the last sequence number this session was sent. There is no queue per session.
 *
 * `sent` is the last number that was given to a fan-out. After a fan-out every
 * follower has cursor >= sent, or its session is on its way to be filled.
 *
 *   cursor (lagging) ... cursor == sent (caught up) ... head (stored)
 */
#ifndef APPCHAT_SERVER_ROOM_ROOM_H
#define APPCHAT_SERVER_ROOM_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"
#include "server/room/roomlog.h"
#include "server/store/store.h"

struct bus_event;
struct follow;
struct hub;
struct kept;
struct person;
struct session;

struct follower {
	struct session *session;
	uint64_t cursor;
};

struct room {
	uint64_t id;
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	char *folded;              /* the name without case and accents, by which it is listed */
	char *topic;
	uint64_t maker;            /* the user who made it, 0: the server */
	uint32_t epoch;
	uint64_t head, floor, sent;
	struct roomlog log;
	struct follower *followers;
	uint32_t follower_count, follower_cap;
	struct person **people;    /* who is here */
	uint32_t people_count, people_cap;
	/* the fan-out that runs: fanout.c's */
	struct room *due_next;
	bool due, paced, batching;
	struct buf batch;          /* as it is */
	struct kept *kept;         /* deflated, with those before it; NULL in quiet rooms */
	uint64_t batch_after, batch_last;
	uint32_t batch_left;       /* followers it still goes to */
	uint64_t cost_ns, began_ns, period_ns, next_ns;
	uint64_t rested_ns;        /* when it has rested for all its fan-outs */
	uint32_t posting;          /* events on their way through the store, */
	size_t posting_bytes;      /* and their bytes */
	/* presence: presence.c's */
	bool presence_due;
	uint64_t presence_next_ns;
};

/* A room from the store becomes part of the hub. Takes r->topic. */
struct room *room_add(struct hub *hub, const struct store_room *r);
struct room *room_by_id(struct hub *hub, uint64_t id);
struct room *room_by_key(struct hub *hub, const char *key);
/* Index in hub->rooms_by_name of the first room that is listed behind this name, whether there is one of that name
 * or not: as people look for names, without case and accents, numbers by their size. */
size_t room_place(const struct hub *hub, const char *name);
void room_free(struct room *room);
/* Bytes of events that one room may keep in memory, so that all together keep to a bound. */
size_t room_log_share(const struct hub *hub);
/* Gives back the memory of the batches that went out; none may be under way. */
void room_forget_batches(struct room *room);

/* A committed event: goes to the log and makes a fan-out due. Takes the event's memory. */
void room_take_event(struct hub *hub, struct bus_event *event);

/* The session gets what comes after this number (at most room->head). Replaces an earlier cursor. */
void room_follow(struct session *s, struct room *room, uint64_t after);
/* From now on it gets nothing more. */
void room_unfollow(struct session *s, struct room *room);
/* NULL when the session does not follow the room. */
const struct follow *room_follow_of(struct session *s, const struct room *room);
struct follower *room_follower(struct session *s, const struct room *room);

#endif
