/* Why connections end: one row a reason, its WebSocket status (RFC 6455, 7.4)
 * and its text. Statuses libwebsockets would remap (1012 to 1014) are not used. */
#include "server/room/reason.h"

#include <string.h>

static const struct {
	unsigned status;
	const char *text;
} reasons[] = {
	[APPCHAT__CLOSE_REASON__CLOSE_UNSPECIFIED] = {1001, "The server closes the connection."},
	[APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN] = {1001, "The server is shutting down; it will be back."},
	[APPCHAT__CLOSE_REASON__CLOSE_SIGNED_OUT] = {1000, "Signed out."},
	[APPCHAT__CLOSE_REASON__CLOSE_REVOKED] = {4001, "This session was revoked; sign in again."},
	[APPCHAT__CLOSE_REASON__CLOSE_REPLACED] = {4002, "The same client connected again."},
	[APPCHAT__CLOSE_REASON__CLOSE_KICKED] = {4003, "The operator closed this connection."},
	[APPCHAT__CLOSE_REASON__CLOSE_BANNED] = {4004, "The operator does not let you in."},
	[APPCHAT__CLOSE_REASON__CLOSE_SLOW] = {4005, "Nothing was taken for too long; connect again to go on."},
	[APPCHAT__CLOSE_REASON__CLOSE_SILENT] = {4006, "Nothing was heard for too long."},
	[APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL] = {1008, "That was not a frame of this protocol, or it was too large."},
	[APPCHAT__CLOSE_REASON__CLOSE_HELLO_LATE] = {4007, "No Hello came in time."},
	[APPCHAT__CLOSE_REASON__CLOSE_FLOOD] = {4008, "Far too many requests."},
	[APPCHAT__CLOSE_REASON__CLOSE_FULL] = {4009, "Too many connections; try again later."},
};
#define REASONS (sizeof reasons / sizeof *reasons)

const char *close_reason_text(Appchat__CloseReason reason) {
	return reasons[(unsigned)reason < REASONS ? reason : 0].text;
}

void close_reason_say(struct buf *out, Appchat__CloseReason reason, const char *words) {
	const char *text = close_reason_text(reason);
	if (words && *words)
		buf_printf(out, "%.*s: %s", (int)strcspn(text, "."), text, words);
	else
		buf_printf(out, "%s", text);
}

unsigned close_reason_status(Appchat__CloseReason reason) {
	return reasons[(unsigned)reason < REASONS ? reason : 0].status;
}
