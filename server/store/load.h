/* What the writer's connection reads once, when the store is opened. */
#ifndef APPCHAT_SERVER_STORE_LOAD_H
#define APPCHAT_SERVER_STORE_LOAD_H

#include "server/store/heads.h"
#include "server/store/sql.h"
#include "server/store/store.h"

/* All rooms, malloc'd with their topics; fills heads. One index seek a room, however long its log. */
struct store_room *load_rooms(struct sql *s, struct heads *heads, size_t *count);
/* The bans in force, malloc'd. */
struct store_ban *load_bans(struct sql *s, size_t *count);
void load_free_rooms(struct store_room *rooms, size_t count);

#endif
