/* From bytes to a handler: decode, find the row, check, call. */
#include "server/handle/handle.h"

#include <stdlib.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "proto/text.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

#define REFUSED_MAX 2000      /* requests over the rate, more than were within it, before the session ends */
#define BYTES_PER_COST 4096   /* of a frame, beyond its row's cost */

size_t handle_frame_limit(const struct session *s) {
	return s->state == SESSION_SIGNED_IN ? LIMIT_FRAME : LIMIT_FRAME_EARLY;
}

static unsigned role_of(const struct session *s) {
	if (!s->person)
		return ROLE_NOBODY;
	return s->person->user.guest ? ROLE_GUEST : ROLE_ACCOUNT;
}

static void refuse_state(struct session *s, uint32_t request, const struct request_row *row) {
	if (s->state == SESSION_NEW)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_STATE, "Say Hello first.");
	else if (s->state == SESSION_HELLO)
		reply_error(s, request, row->states & SESSION_NEW ? APPCHAT__ERROR_CODE__ERROR_STATE
			: APPCHAT__ERROR_CODE__ERROR_NOT_SIGNED_IN, NULL);
	else
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_STATE, "You are signed in already; sign out first.");
}

/* A user's connections share one allowance, so that a new one is no new burst. */
static bool within_rate(struct session *s, uint32_t request, uint32_t cost) {
	uint32_t wait_ms;
	struct rate *rate = s->person ? &s->person->allowance->requests : &s->requests;
	if (rate_take(rate, s->hub->now_ns, REQUEST_BURST, REQUEST_RATE, cost, &wait_ms)) {
		if (s->refused)
			s->refused--;
		return true;
	}
	if (++s->refused > REFUSED_MAX)
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_FLOOD, NULL, 5000);
	else
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	return false;
}

static bool text_good(struct session *s, uint32_t request, const uint8_t *data, size_t len) {
	static const char *const faults[] = {
		[TEXT_NOT_UTF8] = "Text must be UTF-8.",
		[TEXT_HAS_ZERO] = "Text must not contain a zero byte.",
	};
	enum text_fault fault = text_check(&appchat__client_frame__descriptor, data, len);
	if (fault != TEXT_GOOD)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_MALFORMED, faults[fault]);
	return fault == TEXT_GOOD;
}

/* Everything the row demands; the answer is given when something is amiss. */
static bool admit(struct session *s, const Appchat__ClientFrame *frame, const struct request_row *row,
	const uint8_t *data, size_t len) {
	uint32_t request = frame->request;
	if (s->hub->shutting_down)
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, 1000);
	else if (!(row->states & s->state))
		refuse_state(s, request, row);
	else if (!(row->roles & role_of(s)))
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_FORBIDDEN, "You have an account already.");
	else if (len > row->max_bytes)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_TOO_LARGE, NULL);
	else if (s->pending >= PENDING_MAX)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, NULL);
	else
		return within_rate(s, request, row->cost + (uint32_t)(len / BYTES_PER_COST)) && text_good(s, request, data, len);
	return false;
}

/* Memory for what a frame says; notes when there was none. */
static void *frame_alloc(void *none, size_t size) {
	void *p = malloc(size);
	if (!p)
		*(bool *)none = true;
	return p;
}
static void frame_free(void *none, void *p) {
	(void)none;
	free(p);
}

/* NULL: the session is being closed, the frame was not one or there was no memory for it. */
static Appchat__ClientFrame *decode(struct session *s, const uint8_t *data, size_t len) {
	bool none = false;
	ProtobufCAllocator allocator = {frame_alloc, frame_free, &none};
	Appchat__ClientFrame *frame = len > handle_frame_limit(s) ? NULL : appchat__client_frame__unpack(&allocator, len, data);
	if (!frame && none)
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_UNSPECIFIED, OUT_OF_MEMORY, NO_MEMORY_MS);
	else if (!frame)
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL, NULL, 0);
	return frame;
}

void handle_frame(struct session *s, const uint8_t *data, size_t len) {
	if (s->state == SESSION_CLOSING)
		return;
	session_heard(s);
	Appchat__ClientFrame *frame = decode(s, data, len);
	if (!frame)
		return;
	const struct request_row *row = request_row(frame->body_case);
	if (!frame->request)
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL, "A request needs a number that is not 0.", 0);
	else if (!row) {
		if (within_rate(s, frame->request, 1 + (uint32_t)(len / BYTES_PER_COST)))
			reply_error(s, frame->request, APPCHAT__ERROR_CODE__ERROR_UNSUPPORTED, NULL);
	} else if (admit(s, frame, row, data, len)) {
		LOG(HANDLE, DEBUG, "event=request conn=%u kind=%s bytes=%zu", s->slot, row->name, len);
		row->handle(s, frame->request, frame);
	}
	appchat__client_frame__free_unpacked(frame, NULL);
}
