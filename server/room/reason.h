/* Why connections end. */
#ifndef APPCHAT_SERVER_ROOM_REASON_H
#define APPCHAT_SERVER_ROOM_REASON_H

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"

/* The text and the WebSocket status of a reason, from one table. */
const char *close_reason_text(Appchat__CloseReason reason);
unsigned close_reason_status(Appchat__CloseReason reason);
/* Adds that text, and behind a colon the operator's own words; NULL or empty: there are none. */
void close_reason_say(struct buf *out, Appchat__CloseReason reason, const char *words);

#endif
