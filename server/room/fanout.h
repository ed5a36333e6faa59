/*
 * Fan-out: a room's new events go to all who are caught up, as one batch that
 * is framed once. Rooms take turns, some hundred deliveries each.
 *
 * The pace sets itself: a fan-out that cost T is followed by the room's next one
 * so long after its start that fan-outs take 1/40 of a core, but at most 52 ms;
 * when that is not enough, 1/4 of a core, but at most 120 ms; beyond, one follows
 * the other. Rests that were not needed are saved up, 250 ms of them at most, so
 * that a quiet room's messages go out at once even when they come in twos and
 * threes (a leaky bucket: ITU-T I.371's GCRA, the period being the increment and
 * FANOUT_CREDIT the limit). Latency stays below 120 ms and T until the machine is full.
 *
 * A room in which more is said than can be sent on takes no more (BUSY) while
 * FANOUT_BACKLOG wait, those being committed too, or as much as its log has room
 * for where rooms are many: what was taken stays near in time and in memory, and
 * what waits is in the outboxes of those who said it.
 *
 * Nobody can see a message before the room's next fan-out: so its commit may wait
 * for others' until shortly before that, and its acknowledgement goes out in one
 * write with the batch.
 */
#ifndef APPCHAT_SERVER_ROOM_FANOUT_H
#define APPCHAT_SERVER_ROOM_FANOUT_H

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct room;
struct session;

#define FANOUT_LIGHT 40               /* a fan-out's time in one period, while that is */
#define FANOUT_LIGHT_MAX 52000000ull  /* at most so long (ns) */
#define FANOUT_HEAVY 4
#define FANOUT_HEAVY_MAX 120000000ull
#define FANOUT_CREDIT 250000000ull    /* rests saved up (ns) */
#define FANOUT_EARLY 1000000ull       /* so long before its time (ns) it may start: a timer has whole milliseconds */
#define FANOUT_PATIENCE 10000000ull   /* so long after its time (ns) it waits for a commit under way */
#define FANOUT_BATCH_MAX (128 * 1024) /* bytes of events in one batch: deflated, what a socket takes at once */
#define FANOUT_BACKLOG (512 * 1024)   /* bytes of events that wait for a fan-out */
#define FANOUT_TURN 256               /* deliveries before another room's turn */

/* The room has events that were not sent. */
void fanout_due(struct hub *hub, struct room *room);

/* Until when (ns of hub_now()) the commit of an event for this room may wait; 0: not at all. */
uint64_t fanout_time(struct hub *hub, const struct room *room);

/* Is so much waiting for this room's fan-outs that nothing is to be added? If so, when to try again (ms). */
bool fanout_full(const struct hub *hub, const struct room *room, uint32_t *retry_ms);

/* Will a fan-out that runs, or starts in this turn, come to this follower? */
bool fanout_reaches(struct hub *hub, struct room *room, struct session *s);

#endif
