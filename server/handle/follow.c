/* Follow: from now on push what comes after the cursors. */
#include "proto/limits.h"
#include "server/handle/reply.h"
#include "server/handle/signed_in.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

#define EVENTS_PER_COST 500   /* to catch up with, beyond the row's cost */
#define CATCH_UP_COST 100     /* but no more for one request */

/* Catching up has a price, so that nobody has the log sent again and again. */
static bool may_catch_up(struct session *s, uint32_t request, const Appchat__Follow *in) {
	uint64_t events = 0;
	uint32_t wait_ms;
	for (size_t i = 0; i < in->n_cursor; i++) {
		const struct room *room = room_by_id(s->hub, in->cursor[i]->room);
		if (room && in->cursor[i]->epoch == room->epoch && in->cursor[i]->after < room->head && person_in(s->person, room))
			events += room->head - in->cursor[i]->after < LIMIT_GAP_EVENTS ? room->head - in->cursor[i]->after : LIMIT_GAP_EVENTS;
	}
	uint64_t cost = events / EVENTS_PER_COST;
	if (rate_take(&s->person->allowance->requests, s->hub->now_ns, REQUEST_BURST, REQUEST_RATE,
		cost < CATCH_UP_COST ? (uint32_t)cost : CATCH_UP_COST, &wait_ms))
		return true;
	reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	return false;
}

/* This cursor cannot be followed: the client is told how the room stands now. */
static void push_state(struct session *s, const struct room *room) {
	Appchat__RoomState state;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	room_state(&state, room, s->person);
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_ROOM_STATE;
	frame.room_state = &state;
	session_send(s, &frame);
}

static void push_left(struct session *s, uint64_t room) {
	Appchat__RoomLeft left = APPCHAT__ROOM_LEFT__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	left.room = room;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT;
	frame.room_left = &left;
	session_send(s, &frame);
}

static void follow_one(struct session *s, const Appchat__Cursor *cursor) {
	struct room *room = room_by_id(s->hub, cursor->room);
	if (!room || !person_in(s->person, room))
		push_left(s, cursor->room);
	else if (cursor->epoch != room->epoch || cursor->after > room->head)
		push_state(s, room);
	else
		room_follow(s, room, cursor->after);
}

void handle_follow(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__Follow *in = frame->follow;
	if (in->n_cursor > LIMIT_ROOMS_PER_USER) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_LIMIT, "Too many rooms in one request.");
		return;
	}
	if (!may_catch_up(s, request, in))
		return;
	if (in->active)
		s->active = in->active;
	for (size_t i = 0; i < in->n_cursor; i++)
		follow_one(s, in->cursor[i]);
	reply_done(s, request);
}
