/* A user's stored sessions and the connections that live on them. */
#ifndef APPCHAT_SERVER_HANDLE_SESSIONS_H
#define APPCHAT_SERVER_HANDLE_SESSIONS_H

#include <stdint.h>

#include "proto/appchat.pb-c.h"

struct hub;

/* Closes all connections that live on this stored session; none is no mistake. */
void sessions_close(struct hub *hub, uint64_t user, uint64_t id, Appchat__CloseReason reason);
/* Tells the store that the user's connected sessions are in use now. */
void sessions_seen(struct hub *hub, uint64_t user);

#endif
