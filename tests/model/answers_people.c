/* Who one is: welcome, names, accounts, sessions. */
#include <string.h>

#include "tests/model/answers.h"
#include "tests/model/asks.h"

#define SESSIONS_MAX 28   /* the server ends the oldest beyond 32 */

typedef unsigned long long ull;

/* ---- being somebody ---- */

static void saw_name(struct model *m, struct visit *v, const Appchat__User *user, uint64_t from) {
	struct human *h = v->human;
	uint64_t now = m->trail.tick;
	uint32_t name = name_number(user->name);
	if (!reg_saw(&h->name, name, from, now))
		trail_differ(&m->trail, "visit %u: human %u is called \"%s\"", v->number, h->number, user->name);
	for (size_t i = 0; i < m->human_count && name; i++) {
		const struct human *other = m->humans[i];
		if (other != h && other->user && !other->departed && reg_is(&other->name, name, from, now))
			trail_differ(&m->trail, "visit %u: human %u and %u are both called \"%s\"", v->number, h->number, other->number, user->name);
	}
	if (!reg_saw(&h->guest, user->guest, from, now))
		trail_differ(&m->trail, "visit %u: human %u is said to be %s", v->number, h->number, user->guest ? "a guest" : "no guest");
}

static void saw_rooms(struct model *m, struct visit *v, const Appchat__SignedIn *s, uint64_t from) {
	bool listed[ROOMS_MAX] = {false};
	for (size_t i = 0; i < s->n_rooms; i++) {
		uint32_t room = saw_state(m, v, s->rooms[i], from);
		if (room != NO_ROOM)
			listed[room] = true;
	}
	for (uint32_t r = 0; r < m->room_count; r++) {
		saw_in(m, v, r, listed[r], from);
		v->seats[r].joined = listed[r];
	}
}

/* The server says who this visit is, in answer to something asked at `from`. */
static void saw_signed_in(struct model *m, struct visit *v, const Appchat__SignedIn *s, uint64_t from) {
	struct human *h = v->human;
	if (!h->user) {
		h->user = s->user->id;
		reg_set(&h->name, name_number(s->user->name), m->trail.tick);
		reg_set(&h->guest, s->user->guest, m->trail.tick);
	}
	if (h->user != s->user->id)
		trail_differ(&m->trail, "visit %u: human %u is user %llu, not %llu", v->number, h->number, (ull)h->user, (ull)s->user->id);
	if (v->token >= 0 && h->tokens[v->token].session != s->session)
		trail_differ(&m->trail, "visit %u: its session is %llu, not %llu", v->number, (ull)h->tokens[v->token].session, (ull)s->session);
	saw_name(m, v, s->user, from);
	saw_rooms(m, v, s, from);
	v->busy = false;
}

static void enter(struct model *m, struct visit *v, const Appchat__SignedIn *s, uint64_t from) {
	saw_signed_in(m, v, s, from);
	v->phase = PHASE_IN;
	v->in_since = m->trail.tick;
	ask_follow(m, v, NO_ROOM, v->cursors);
}

/* A new session came with its token. */
static void keep_token(struct model *m, struct visit *v, const Appchat__SignedIn *s) {
	if (s->token.len != sizeof v->human->tokens[0].bytes) {
		trail_differ(&m->trail, "visit %u: a token of %zu bytes", v->number, s->token.len);
		return;
	}
	v->token = v->device->token = human_token(v->human, s->token.data, s->session, m->trail.tick);
}

/* Nobody yet: become somebody. */
static void come_in(struct model *m, struct visit *v) {
	struct human *h = v->human;
	if (!h->user && h->signs_up)
		ask_sign_in(m, v, false);
	else if (!h->user) {
		h->first_name = ++m->names;
		reg_set(&h->name, h->first_name, m->trail.tick);
		reg_set(&h->guest, h->number % 6 != 0, m->trail.tick);
		h->sessions++;
		if (h->number % 6)
			ask_claim(m, v, h->first_name);
		else
			ask_sign_up(m, v, h->first_name);
	} else if (reg_is(&h->guest, 1, m->trail.tick, m->trail.tick) || h->token_count == TOKENS_MAX || h->sessions >= SESSIONS_MAX)
		human_departs(m, h);
	else
		ask_sign_in(m, v, v->number % 8 == 0);   /* some mistype it first */
}

/* Its token is void: other devices may have the same. */
static void lose_token(struct model *m, struct visit *v) {
	struct human *h = v->human;
	for (uint32_t d = 0; d < DEVICES; d++)
		if (h->devices[d].token == v->token)
			h->devices[d].token = -1;
	if (human_good_token(m, h) < 0 && reg_is(&h->guest, 1, m->trail.tick, m->trail.tick))
		human_departs(m, h);
	else
		visit_drop(m, v, LINE_BYE);
}

void on_welcome(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__Welcome *w = f->welcome;
	v->phase = PHASE_HELLO;
	if (w->token_refused != (r->token >= 0 && !w->signed_in) || (w->signed_in && r->token < 0)) {
		trail_differ(&m->trail, "visit %u: a welcome that cannot be (refused %d)", v->number, w->token_refused);
		return;
	}
	if (r->token < 0) {
		come_in(m, v);
		return;
	}
	struct token *t = &v->human->tokens[r->token];
	if (!reg_saw(&t->good, !w->token_refused, r->from, m->trail.tick))
		trail_differ(&m->trail, "visit %u: the token of session %llu of human %u is %s", v->number, (ull)t->session,
			v->human->number, w->token_refused ? "refused, but good" : "good, but void");
	if (w->signed_in)
		enter(m, v, w->signed_in, r->from);
	else
		lose_token(m, v);
}

/* ---- names and accounts ---- */

void on_claimed(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	if (r->claim) {
		reg_done(&v->human->name, r->claim, m->trail.tick);
		if (name_number(f->signed_in->user->name) != r->name)
			trail_differ(&m->trail, "visit %u: claimed u%u, is called \"%s\"", v->number, r->name, f->signed_in->user->name);
		saw_signed_in(m, v, f->signed_in, r->from);
		return;
	}
	keep_token(m, v, f->signed_in);
	enter(m, v, f->signed_in, r->from);
}

void on_signed_up(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	if (r->claim) {
		reg_done(&v->human->guest, r->claim, m->trail.tick);
		if (f->signed_in->user->guest)
			trail_differ(&m->trail, "visit %u: signed up, but is a guest", v->number);
		saw_signed_in(m, v, f->signed_in, r->from);
		return;
	}
	keep_token(m, v, f->signed_in);
	enter(m, v, f->signed_in, r->from);
}

void on_signed_in(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	if (r->wrong)
		trail_differ(&m->trail, "visit %u: signed in with a wrong password", v->number);
	keep_token(m, v, f->signed_in);
	enter(m, v, f->signed_in, r->from);
}

/* ---- sessions ---- */

static void session_ended(struct model *m, struct visit *v, const struct request *r) {
	struct human *h = v->human;
	reg_done(&h->tokens[r->token].good, r->claim, m->trail.tick);
	h->sessions -= h->sessions > 0;
	if (human_good_token(m, h) < 0 && reg_is(&h->guest, 1, m->trail.tick, m->trail.tick))
		human_departs(m, h);
}

void on_signed_out(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)f;
	session_ended(m, v, r);
}

void on_revoked(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)f;
	if (r->token < 0)
		trail_differ(&m->trail, "visit %u: human %u revoked somebody else's session", v->number, v->human->number);
	else
		session_ended(m, v, r);
}

void on_sessions(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__SessionList *list = f->session_list;
	uint32_t current = 0;
	for (int t = 0; t < v->human->token_count; t++) {
		bool listed = false;
		for (size_t i = 0; i < list->n_session; i++)
			listed |= list->session[i]->id == v->human->tokens[t].session;
		if (!reg_saw(&v->human->tokens[t].good, listed, r->from, m->trail.tick))
			trail_differ(&m->trail, "visit %u: session %llu of human %u is %s", v->number, (ull)v->human->tokens[t].session,
				v->human->number, listed ? "listed, but ended" : "not listed");
	}
	for (size_t i = 0; i < list->n_session; i++) {
		current += list->session[i]->current;
		if (list->session[i]->current && (!list->session[i]->connected ||
			(v->token >= 0 && v->human->tokens[v->token].session != list->session[i]->id)))
			trail_differ(&m->trail, "visit %u: session %llu is not its own, or not connected", v->number, (ull)list->session[i]->id);
	}
	if (current > 1 || (!current && v->token >= 0 && reg_is(&v->human->tokens[v->token].good, 1, r->from, m->trail.tick)))
		trail_differ(&m->trail, "visit %u: %u sessions are its own", v->number, current);
}
