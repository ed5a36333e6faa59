/* Sessions: what waits to be sent, filling, closing. */
#include "server/room/session.h"

#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "server/room/reason.h"
#include "server/room/untaken.h"

struct session_ref session_ref(const struct session *s) {
	return (struct session_ref){s->slot, s->generation};
}

struct session *session_get(struct hub *hub, struct session_ref ref) {
	if (ref.slot >= hub->slot_count || hub->slots[ref.slot].generation != ref.generation)
		return NULL;
	struct session *s = hub->slots[ref.slot].session;
	return s && s->state != SESSION_CLOSING ? s : NULL;
}

void *session_peer(const struct session *s) {
	return s->peer;
}

void session_heard(struct session *s) {
	s->heard_ns = hub_now(s->hub);
	s->pinged = false;
}

void session_progress(struct session *s) {
	s->progress_ns = hub_now(s->hub);
}

void session_waits(struct session *s) {
	if (!s->waits)
		session_progress(s);
	s->waits = true;
}

void session_ready(struct session *s) {
	if (s->ready || s->waits || !s->peer)
		return;
	struct hub *hub = s->hub;
	s->ready = true;
	s->ready_next = NULL;
	if (hub->ready_last)
		hub->ready_last->ready_next = s;
	else
		hub->ready_first = s;
	hub->ready_last = s;
}

void session_overflow(struct session *s) {
	if (s->full || !s->peer || s->state == SESSION_CLOSING)
		return;
	s->full = true;
	s->full_next = s->hub->full_first;
	s->hub->full_first = s;
}

void session_account(struct session *s) {
	size_t now = s->out.cap + s->held;
	s->hub->untaken += now - s->counted;
	s->counted = now;
}

void session_held(struct session *s, size_t bytes) {
	s->held = bytes;
	session_account(s);
}

bool session_room(struct session *s) {
	size_t most = s->waits ? SESSION_CONTROL_MAX : SESSION_CONTROL_BURST;
	session_account(s);
	if (!s->peer || s->full || s->state == SESSION_CLOSING)
		return false;
	if (s->out.len <= most)
		return true;
	session_overflow(s);
	return false;
}

void session_put(struct session *s, const Appchat__ServerFrame *frame) {
	bool bye = frame->body_case == APPCHAT__SERVER_FRAME__BODY_BYE;
	if (bye ? !s->peer : !session_room(s))
		return;
	size_t size = appchat__server_frame__get_packed_size(frame);
	uint8_t *p = buf_try_reserve(&s->out, WS_HEADER_MAX + size);
	if (!p) {
		session_overflow(s);
		return;
	}
	size_t n = ws_put_header(p, WS_BINARY, size);
	s->out.len += n + appchat__server_frame__pack(frame, p + n);
	session_account(s);
}

void session_send(struct session *s, const Appchat__ServerFrame *frame) {
	session_put(s, frame);
	if (s->out.len)
		session_ready(s);
}

void session_close_full(struct hub *hub) {
	untaken_bound(hub);
	while (hub->full_first) {
		struct session *s = hub->full_first;
		hub->full_first = s->full_next;
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SLOW, "Too many answers were not taken; connect again to go on.", 1000);
	}
}

static void forget_full(struct session *s) {
	for (struct session **at = &s->hub->full_first; s->full && *at; at = &(*at)->full_next)
		if (*at == s) {
			*at = s->full_next;
			return;
		}
}

static void unfollow_all(struct session *s) {
	while (s->follow_count)
		room_unfollow(s, s->follows[s->follow_count - 1].room);
	free(s->follows);
	s->follows = NULL;
	s->follow_cap = 0;
}

/* Nobody's any more: the name and the rooms don't know this connection. */
static void withdraw(struct session *s) {
	unfollow_all(s);
	person_detach(s);
	s->state = SESSION_CLOSING;
}

void session_close(struct session *s, Appchat__CloseReason reason, const char *text, uint32_t retry_after_ms) {
	if (s->state == SESSION_CLOSING)
		return;
	withdraw(s);
	s->reason = reason;
	if (!s->peer)
		return;
	Appchat__Bye bye = APPCHAT__BYE__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	bye.reason = reason;
	bye.text = (char *)(text ? text : close_reason_text(reason));
	bye.retry_after_ms = retry_after_ms;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_BYE;
	frame.bye = &bye;
	session_send(s, &frame);
	s->closing = true;
	s->closing_next = NULL;
	if (s->hub->closing_last)
		s->hub->closing_last->closing_next = s;
	else
		s->hub->closing_first = s;
	s->hub->closing_last = s;
}

void session_send_away(struct session *s, Appchat__CloseReason reason, const char *words) {
	struct buf text = {0};
	close_reason_say(&text, reason, words);
	session_close(s, reason, (char *)text.data, 0);
	buf_free(&text);
}

static void forget_ready(struct session *s) {
	struct hub *hub = s->hub;
	struct session *before = NULL, *at = hub->ready_first;
	if (!s->ready)
		return;
	for (; at && at != s; at = at->ready_next)
		before = at;
	if (!at)
		return;
	if (before)
		before->ready_next = s->ready_next;
	else
		hub->ready_first = s->ready_next;
	if (hub->ready_last == s)
		hub->ready_last = before;
	s->ready = false;
}

static void forget_closing(struct session *s) {
	struct hub *hub = s->hub;
	struct session *before = NULL, *at = hub->closing_first;
	if (!s->closing)
		return;
	for (; at != s; at = at->closing_next)
		before = at;
	if (before)
		before->closing_next = s->closing_next;
	else
		hub->closing_first = s->closing_next;
	if (hub->closing_last == s)
		hub->closing_last = before;
	s->closing = false;
}

void session_gone(struct session *s) {
	if (!s->peer)
		return;
	if (s->state == SESSION_CLOSING)
		forget_closing(s);
	else
		withdraw(s);
	s->peer = NULL;
	forget_ready(s);
	forget_full(s);
	address_disconnect(s->from);
	s->from = NULL;
	s->reap_next = s->hub->reap_first;
	s->hub->reap_first = s;
}
