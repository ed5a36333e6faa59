/* The events of one room that are in memory; the inside of sync.c. */
#ifndef APPCHAT_CLIENT_WINDOW_H
#define APPCHAT_CLIENT_WINDOW_H

#include "proto/client/sync.h"

/* Adds a copy of the event where it belongs; NULL when it was there already, or is no event (seq 0). */
struct sync_event *window_insert(struct sync_room *room, const Appchat__Event *event);
/* Drops what is farthest from the anchor until the bounds hold. */
void window_trim(struct sync_room *room);
void window_clear(struct sync_room *room);

#endif
