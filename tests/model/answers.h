/*
 * What the server says, held against the model. visit_heard() finds the
 * request an answer belongs to and calls the row of its kind; what is pushed
 * has rows of its own.
 */
#ifndef APPCHAT_TESTS_MODEL_ANSWERS_H
#define APPCHAT_TESTS_MODEL_ANSWERS_H

#include "tests/model/visit.h"

typedef Appchat__ServerFrame sframe;
typedef void answer_fn(struct model *m, struct visit *v, const struct request *r, const sframe *f);

/* The line is a WebSocket now: say Hello. */
void answers_hello(struct model *m, struct visit *v);

answer_fn on_welcome, on_claimed, on_signed_up, on_signed_in, on_signed_out, on_sessions, on_revoked, on_created, on_rooms,
	on_joined, on_left, on_acked, on_followed, on_history, on_members, on_marked, on_pong, on_stats;
/* Pushed: r is NULL. */
answer_fn push_state, push_left, push_read, push_events, push_gap, push_presence, push_bye;
/* An Error in answer to r. */
answer_fn on_refused;

/* The visit's person is in this room, as was so at some tick from `from` on; differs when that cannot be. */
void saw_in(struct model *m, struct visit *v, uint32_t room, bool in, uint64_t from);
/* A RoomState; returns the room's number, or NO_ROOM: differs. */
uint32_t saw_state(struct model *m, struct visit *v, const Appchat__RoomState *s, uint64_t from);
/* An event of the protocol as the annals take it; name is NULL when it is of no kind that we know. */
struct told told_of(const Appchat__Event *e);
/* Consecutive events of a room: the first must be `first` (0: any). Returns the last one's number, 0: there is none. */
uint64_t saw_events(struct model *m, struct visit *v, uint32_t room, uint64_t first, Appchat__Event **events, size_t count);

#endif
