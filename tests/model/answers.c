/* Which answer belongs to which request, and hanging up. */
#include "tests/model/answers.h"

#include <stdlib.h>
#include <string.h>

#include "tests/model/asks.h"

#define STALL_GRACE_MS 60000

typedef unsigned long long ull;

static const struct {
	const char *name;
	Appchat__ServerFrame__BodyCase answer;
	answer_fn *fn;
} rows[] = {
#define ROW(KIND, ANSWER, fn) [APPCHAT__CLIENT_FRAME__BODY_##KIND] = {#KIND, APPCHAT__SERVER_FRAME__BODY_##ANSWER, fn}
	ROW(HELLO, WELCOME, on_welcome),
	ROW(CLAIM, SIGNED_IN, on_claimed),
	ROW(SIGN_UP, SIGNED_IN, on_signed_up),
	ROW(SIGN_IN, SIGNED_IN, on_signed_in),
	ROW(SIGN_OUT, DONE, on_signed_out),
	ROW(LIST_SESSIONS, SESSION_LIST, on_sessions),
	ROW(REVOKE_SESSION, DONE, on_revoked),
	ROW(CREATE_ROOM, ROOM_STATE, on_created),
	ROW(LIST_ROOMS, ROOM_LIST, on_rooms),
	ROW(JOIN_ROOM, ROOM_STATE, on_joined),
	ROW(LEAVE_ROOM, DONE, on_left),
	ROW(SET_TOPIC, SEND_ACK, on_acked),
	ROW(FOLLOW, DONE, on_followed),
	ROW(SEND, SEND_ACK, on_acked),
	ROW(HISTORY, HISTORY_PAGE, on_history),
	ROW(MEMBERS, MEMBER_PAGE, on_members),
	ROW(MARK_READ, DONE, on_marked),
	ROW(PING, PONG, on_pong),
	ROW(STATS, SERVER_STATS, on_stats),
};

static const struct {
	Appchat__ServerFrame__BodyCase body;
	answer_fn *fn;
} pushes[] = {
	{APPCHAT__SERVER_FRAME__BODY_EVENTS, push_events},
	{APPCHAT__SERVER_FRAME__BODY_GAP, push_gap},
	{APPCHAT__SERVER_FRAME__BODY_ROOM_STATE, push_state},
	{APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT, push_left},
	{APPCHAT__SERVER_FRAME__BODY_READ_MARK, push_read},
	{APPCHAT__SERVER_FRAME__BODY_PRESENCE, push_presence},
	{APPCHAT__SERVER_FRAME__BODY_BYE, push_bye},
};

void answers_hello(struct model *m, struct visit *v) {
	ask_hello(m, v);
}

static void pushed(struct model *m, struct visit *v, const sframe *f) {
	for (size_t i = 0; i < sizeof pushes / sizeof *pushes; i++)
		if (pushes[i].body == f->body_case) {
			pushes[i].fn(m, v, NULL, f);
			return;
		}
	trail_differ(&m->trail, "visit %u: a frame %d out of the blue", v->number, (int)f->body_case);
}

static struct request take_request(struct visit *v, uint32_t number) {
	for (uint32_t i = 0; i < v->request_count; i++)
		if (v->requests[i].number == number) {
			struct request r = v->requests[i];
			memmove(v->requests + i, v->requests + i + 1, (v->request_count - i - 1) * sizeof r);
			v->request_count--;
			return r;
		}
	return (struct request){0};
}

void visit_heard(struct model *m, struct visit *v, const sframe *f) {
	if (v->ended)
		return;
	if (v->bye)
		trail_differ(&m->trail, "visit %u: a frame %d after Bye", v->number, (int)f->body_case);
	if (!f->request) {
		pushed(m, v, f);
		return;
	}
	struct request r = take_request(v, f->request);
	if (!r.number)
		trail_differ(&m->trail, "visit %u: a second answer to %u, or one to nothing", v->number, f->request);
	else if (f->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		on_refused(m, v, &r, f);
	else if (f->body_case != rows[r.kind].answer)
		trail_differ(&m->trail, "visit %u: %s is answered by a frame %d", v->number, rows[r.kind].name, (int)f->body_case);
	else
		rows[r.kind].fn(m, v, &r, f);
	if (r.from > v->fence)
		v->fence = r.from;
	free(r.wishes);
}

/* ---- the end of a connection ---- */

/* May this token's session have been ended by its human by now? */
static bool maybe_ended(const struct model *m, const struct visit *v) {
	return v->token < 0 || reg_may_be(&v->human->tokens[v->token].good, 0, v->fence, m->trail.tick);
}

/* Did either side stand still so long that it may count as dead? */
static bool slow(const struct model *m, const struct visit *v) {
	return v->was_deaf_ms || (m->stalled_ms && m->wall_ms - m->stalled_ms < STALL_GRACE_MS);
}

/* Is its server being ended, or another already? */
static bool dying(const struct model *m, const struct visit *v) {
	return m->serve.ending || m->serve.doomed || v->server != m->serve.starts;
}

void push_bye(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)r;
	Appchat__CloseReason reason = f->bye->reason;
	bool good = false;
	v->bye = true;
	v->reason = reason;
	switch (reason) {
	case APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN: good = dying(m, v) || m->any_fault; break;
	case APPCHAT__CLOSE_REASON__CLOSE_SIGNED_OUT:
	case APPCHAT__CLOSE_REASON__CLOSE_REVOKED: good = maybe_ended(m, v); break;
	case APPCHAT__CLOSE_REASON__CLOSE_REPLACED: good = v->replaced; break;
	case APPCHAT__CLOSE_REASON__CLOSE_SLOW:
	case APPCHAT__CLOSE_REASON__CLOSE_SILENT: good = slow(m, v); break;
	default: break;
	}
	if (!good)
		trail_differ(&m->trail, "visit %u of human %u is closed for no reason: %d \"%s\"", v->number, v->human->number, (int)reason,
			f->bye->text);
}

void visit_hung_up(struct model *m, struct visit *v) {
	if (v->line.broken)
		trail_differ(&m->trail, "visit %u: %s", v->number, v->line.why);
	else if (!v->bye && !dying(m, v) && m->serve.pid && v->line.state == LINE_CLOSED && !slow(m, v) && v->phase != PHASE_NEW)
		trail_differ(&m->trail, "visit %u of human %u ended without a Bye: %s", v->number, v->human->number, v->line.why);
}
