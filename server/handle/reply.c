/* One table gives every error its text and says whether it passes. */
#include "server/handle/reply.h"

#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/reason.h"

static const struct {
	const char *text;
	bool temporary;
	uint32_t retry_after_ms;
} errors[] = {
	[APPCHAT__ERROR_CODE__ERROR_UNSPECIFIED] = {"The request failed.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_MALFORMED] = {"The request cannot be understood.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_UNSUPPORTED] = {"This server does not know that request; it may be older than your client.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_VERSION] = {"Client and server have no protocol version in common; update the older one.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_TOO_LARGE] = {"That is too large; make it shorter.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_NOT_SIGNED_IN] = {"Sign in or choose a name first.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_STATE] = {"That cannot be done now.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_FORBIDDEN] = {"You may not do that.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_NOT_FOUND] = {"There is no such thing, or it is not yours.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_NAME_INVALID] = {"That name cannot be used.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN] = {"That name, or one that looks like it, is taken; choose another.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_CREDENTIALS] = {"The name or the password is wrong.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_PASSWORD_WEAK] = {"A password has 8 characters or more.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_CONFLICT] = {"This message id was used for another message.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_RATE] = {"Too many requests; wait a moment.", true, 1000},
	[APPCHAT__ERROR_CODE__ERROR_LIMIT] = {"That is one more than allowed.", false, 0},
	[APPCHAT__ERROR_CODE__ERROR_STORAGE] = {"The server cannot store anything now; nothing was changed, try again later.", true, 2000},
	[APPCHAT__ERROR_CODE__ERROR_BUSY] = {"The server is busy; try again in a moment.", true, 500},
	[APPCHAT__ERROR_CODE__ERROR_BANNED] = {"The operator does not let you in.", false, 0},
};
#define ERRORS (sizeof errors / sizeof *errors)

struct asker asker_of(struct session *s, uint32_t request) {
	s->pending++;
	return (struct asker){s->hub, session_ref(s), request};
}

struct session *asker_back(const struct asker *a) {
	a->hub->operations--;
	struct session *s = session_get(a->hub, a->ref);
	if (s)
		s->pending--;
	return s;
}

void reply(struct session *s, uint32_t request, Appchat__ServerFrame *frame) {
	frame->request = request;
	session_send(s, frame);
}

void reply_with_events(struct session *s, uint32_t request, Appchat__ServerFrame *frame, struct room *room) {
	frame->request = request;
	session_put(s, frame);
	if (!room || !fanout_reaches(s->hub, room, s))
		session_ready(s);
}

void reply_done(struct session *s, uint32_t request) {
	Appchat__Done done = APPCHAT__DONE__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_DONE;
	frame.done = &done;
	reply(s, request, &frame);
}

static void send_error(struct session *s, uint32_t request, Appchat__ErrorCode code, const char *text,
	uint32_t retry_after_ms) {
	unsigned row = (unsigned)code < ERRORS ? code : 0;
	Appchat__Error error = APPCHAT__ERROR__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	error.code = code;
	error.text = (char *)(text ? text : errors[row].text);
	error.temporary = errors[row].temporary;
	error.retry_after_ms = retry_after_ms ? retry_after_ms : errors[row].retry_after_ms;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_ERROR;
	frame.error = &error;
	reply(s, request, &frame);
}

void reply_error(struct session *s, uint32_t request, Appchat__ErrorCode code, const char *text) {
	send_error(s, request, code, text, 0);
}

void reply_banned(struct session *s, uint32_t request, const char *words) {
	struct buf text = {0};
	close_reason_say(&text, APPCHAT__CLOSE_REASON__CLOSE_BANNED, words);
	reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_BANNED, (char *)text.data);
	buf_free(&text);
}

void reply_retry(struct session *s, uint32_t request, Appchat__ErrorCode code, uint32_t retry_after_ms) {
	send_error(s, request, code, NULL, retry_after_ms);
}

void reply_store_error(struct session *s, uint32_t request, enum store_result result) {
	static const Appchat__ErrorCode codes[] = {
		[STORE_OK] = APPCHAT__ERROR_CODE__ERROR_UNSPECIFIED,
		[STORE_DUPLICATE] = APPCHAT__ERROR_CODE__ERROR_UNSPECIFIED,
		[STORE_CONFLICT] = APPCHAT__ERROR_CODE__ERROR_CONFLICT,
		[STORE_TAKEN] = APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN,
		[STORE_NOT_FOUND] = APPCHAT__ERROR_CODE__ERROR_NOT_FOUND,
		[STORE_LIMIT] = APPCHAT__ERROR_CODE__ERROR_LIMIT,
		[STORE_TEMPORARY] = APPCHAT__ERROR_CODE__ERROR_STORAGE,
	};
	reply_error(s, request, codes[result], NULL);
}
