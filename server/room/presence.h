/* Who is in a room, as a count: pushed when it changes, the slower the larger the room. */
#ifndef APPCHAT_SERVER_ROOM_PRESENCE_H
#define APPCHAT_SERVER_ROOM_PRESENCE_H

struct hub;
struct room;

#define PRESENCE_PER_SECOND 500   /* pushes a second that a room's changes may cost, about */

/* Pushes the counts that changed and are due; called each tick. */
void presence_tick(struct hub *hub);

#endif
