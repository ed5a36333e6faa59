/* Why connections end. */
#ifndef APPCHAT_SERVER_ROOM_REASON_H
#define APPCHAT_SERVER_ROOM_REASON_H

#include "proto/appchat.pb-c.h"

/* The text and the WebSocket status of a reason, from one table. */
const char *close_reason_text(Appchat__CloseReason reason);
unsigned close_reason_status(Appchat__CloseReason reason);

#endif
