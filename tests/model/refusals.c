/* Errors: was that one to be expected, and what was asked for did not happen. */
#include "tests/model/answers.h"
#include "tests/model/asks.h"

#define CODE(NAME) APPCHAT__ERROR_CODE__ERROR_##NAME
#define GRACE_MS 1000   /* after the disk is well again */
#define IS(KIND) (r->kind == APPCHAT__CLIENT_FRAME__BODY_##KIND)

static bool could_not_write(const struct model *m, uint64_t from) {
	return m->any_fault || m->serve.mute || m->unmute_ms || (m->unmuted_ms && m->now_ms < m->unmuted_ms + GRACE_MS) || (m->muted_tick && m->unmuted_tick >= from);
}

static bool someone_may_have(const struct model *m, const struct human *but, uint32_t name, uint64_t from) {
	for (size_t i = 0; i < m->human_count; i++)
		if (m->humans[i] != but && m->humans[i]->user && reg_may_be(&m->humans[i]->name, name, from, m->trail.tick))
			return true;
	return false;
}

/* Is the session that asks ended, or about to be? */
static bool may_be_over(const struct model *m, const struct visit *v, const struct request *r) {
	return v->token < 0 || reg_may_be(&v->human->tokens[v->token].good, 0, r->from, m->trail.tick);
}

static bool not_found(struct model *m, struct visit *v, const struct request *r) {
	struct human *h = v->human;
	uint64_t now = m->trail.tick;
	if (IS(JOIN_ROOM))
		return !m->rooms[r->room].since || m->rooms[r->room].since > r->from;
	if (IS(REVOKE_SESSION) || IS(SIGN_OUT))
		return r->token < 0 || reg_saw(&h->tokens[r->token].good, 0, r->from, now);
	if (IS(CLAIM) || IS(SIGN_UP))
		return reg_may_be(&h->guest, 0, r->from, now) || may_be_over(m, v, r);
	if (IS(SEND) || IS(SET_TOPIC) || IS(HISTORY) || IS(MEMBERS) || IS(MARK_READ) || IS(LEAVE_ROOM)) {
		saw_in(m, v, r->room, false, r->from);
		return true;
	}
	return false;
}

static bool bad_credentials(const struct model *m, const struct human *h, const struct request *r) {
	return r->wrong || !h->user || !reg_is(&h->name, r->name, r->from, m->trail.tick) ||
		reg_may_be(&h->guest, 1, r->from, m->trail.tick);
}

static bool forbidden(const struct model *m, const struct human *h, const struct request *r) {
	if (IS(SET_TOPIC))
		return m->rooms[r->room].maker != h->user && reg_may_be(&h->guest, 1, r->from, m->trail.tick);
	return (IS(CLAIM) || IS(SIGN_UP)) && reg_may_be(&h->guest, 0, r->from, m->trail.tick);
}

static bool taken(struct model *m, const struct human *h, const struct request *r) {
	struct room_known *room = &m->rooms[r->room];
	if (!IS(CREATE_ROOM))
		return (IS(CLAIM) || IS(SIGN_UP)) && someone_may_have(m, h, r->name, r->from);
	if (!room->since && room->tries == 1)
		return false;
	if (!room->since)
		room->since = m->trail.tick;
	return true;
}

static bool expected(struct model *m, struct visit *v, const struct request *r, Appchat__ErrorCode code) {
	switch (code) {
	case CODE(RATE): case CODE(BUSY): return true;
	case CODE(STORAGE): return could_not_write(m, r->from);
	case CODE(NOT_FOUND): return not_found(m, v, r);
	case CODE(STATE): return (IS(CLAIM) || IS(SIGN_UP)) && may_be_over(m, v, r);
	case CODE(CONFLICT): return IS(SEND) || IS(SET_TOPIC);
	case CODE(FORBIDDEN): return forbidden(m, v->human, r);
	case CODE(NAME_TAKEN): return taken(m, v->human, r);
	case CODE(CREDENTIALS): return IS(SIGN_IN) && bad_credentials(m, v->human, r);
	default: return false;
	}
}

/* Where nobody could get in, the connection is given up, and it is tried again later. */
static void stay_out(struct model *m, struct visit *v, const struct request *r, Appchat__ErrorCode code) {
	struct human *h = v->human;
	if (!r->wrong && !IS(HELLO))
		h->sessions -= h->sessions > 0;
	if (r->wrong && code == CODE(CREDENTIALS)) {
		ask_sign_in(m, v, false);
		return;
	}
	if ((IS(SIGN_IN) && code == CODE(CREDENTIALS)) || IS(SIGN_UP))
		h->signs_up = h->user != 0;
	visit_drop(m, v, LINE_BYE);
}

static void undo(struct model *m, struct visit *v, const struct request *r, Appchat__ErrorCode code) {
	struct human *h = v->human;
	if (IS(SEND) || IS(SET_TOPIC))
		annals_refused(m->annals, r->slot, r->variant, code == CODE(CONFLICT));
	else if (IS(JOIN_ROOM) || IS(LEAVE_ROOM) || IS(CREATE_ROOM))
		reg_refused(&h->members[r->room].in, r->claim);
	else if (IS(SIGN_OUT) || IS(REVOKE_SESSION)) {
		if (r->token >= 0)
			reg_refused(&h->tokens[r->token].good, r->claim);
	} else if (IS(CLAIM) && r->claim)
		reg_refused(&h->name, r->claim);
	else if (IS(SIGN_UP) && r->claim)
		reg_refused(&h->guest, r->claim);
}

void on_refused(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	Appchat__ErrorCode code = f->error->code;
	m->refused[(unsigned)code % 24]++;
	if (!expected(m, v, r, code))
		trail_differ(&m->trail, "visit %u of human %u: request %u of kind %u in room %u is refused: %d \"%s\"", v->number, v->human->number,
			r->number, r->kind, r->room, (int)code, f->error->text);
	if (code != CODE(STORAGE) || !m->unsure)
		undo(m, v, r, code);
	if (IS(CLAIM) || IS(SIGN_UP) || IS(SIGN_IN))
		v->busy = false;
	if (v->phase != PHASE_IN)
		stay_out(m, v, r, code);
	else if (IS(FOLLOW) && r->wish_count > 1)
		visit_drop(m, v, LINE_FIN);   /* its first cursors: start again */
}
