/*
 * Where each room's log ends, in the writer's memory: keeping it in the
 * database would cost an update for every event. What a group of writes
 * changed is taken back when its commit fails. Room ids are dense from 1.
 */
#ifndef APPCHAT_SERVER_STORE_HEADS_H
#define APPCHAT_SERVER_STORE_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct head {
	uint64_t seq, time_ms;             /* of the last event */
	uint64_t kept_seq, kept_time_ms;   /* before this group, when changed is set */
	bool exists, changed;
};

struct heads {
	struct head *of;                   /* by room id; of[0] is unused */
	size_t count, kept_count, capacity;
	uint64_t *changed;                 /* ids of the rooms changed in this group */
	size_t changed_count, changed_capacity;
};

/* The room's head, NULL when there is no such room; valid until heads_add(). */
struct head *heads_find(struct heads *h, uint64_t room);
/* Makes the room known. */
void heads_add(struct heads *h, uint64_t room, uint64_t seq, uint64_t time_ms);
/* The id for a new room. */
uint64_t heads_new_id(const struct heads *h);
/* Moves a room's end. */
void heads_advance(struct heads *h, uint64_t room, uint64_t seq, uint64_t time_ms);
/* The time of the newest event of all rooms, 0: there is none. */
uint64_t heads_newest_ms(const struct heads *h);
/* What was changed since the last of these two calls stays, or is taken back. */
void heads_keep(struct heads *h);
void heads_undo(struct heads *h);
void heads_free(struct heads *h);

#endif
