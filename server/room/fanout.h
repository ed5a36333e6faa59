/*
 * Fan-out: a room's new events go to all who are caught up, as one batch that
 * is framed once. Rooms take turns, some hundred deliveries each.
 *
 * The pace sets itself: after a fan-out that cost T the room's next one waits
 * FANOUT_REST x T, at most FANOUT_WAIT_MAX. So a quiet room's message goes out
 * at once, and a busy one's fan-outs take at most 1/(1+FANOUT_REST) of a core
 * until the longest wait is reached.
 */
#ifndef APPCHAT_SERVER_ROOM_FANOUT_H
#define APPCHAT_SERVER_ROOM_FANOUT_H

struct hub;
struct room;

#define FANOUT_REST 24
#define FANOUT_WAIT_MAX 50000000ull   /* ns */
#define FANOUT_BATCH_MAX 65000        /* bytes of events in one batch */
#define FANOUT_TURN 256               /* deliveries before another room's turn */

/* The room has events that were not sent. */
void fanout_due(struct hub *hub, struct room *room);

#endif
