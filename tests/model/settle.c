/*
 * Waiting is turning: model_turn() goes on underneath. The auditor is a human
 * like the others but for the plan, which does not know of it.
 */
#include "tests/model/settle.h"

#include "proto/limits.h"
#include "tests/model/actions.h"
#include "tests/model/asks.h"
#include "tests/model/faults.h"

#define PATIENCE_MS 30000
#define SAMPLE_EVENTS 3000

typedef bool done_fn(struct model *m);

static bool wait_until(struct model *m, done_fn *done, const char *what) {
	uint64_t until = m->now_ms + PATIENCE_MS;
	while (!done(m) && !m->trail.differences) {
		if (m->now_ms >= until) {
			trail_differ(&m->trail, "waited in vain: %s", what);
			return false;
		}
		model_turn(m, 20);
	}
	return !m->trail.differences;
}

/* ---- conditions ---- */

static bool server_is_up(struct model *m) {
	return m->started && !m->serve.ending && !m->start_ms;
}

static bool all_answered(struct model *m) {
	for (size_t i = 0; i < m->visit_count; i++) {
		const struct visit *v = m->visits[i];
		if (v->request_count || v->phase != PHASE_IN || v->bye || v->deaf_until_ms || v->ended)
			return false;
	}
	return true;
}

static void ping_all(struct model *m) {
	for (size_t i = 0; i < m->visit_count; i++)
		if (visit_ready(m->visits[i]) && !m->visits[i]->request_count)
			ask_ping(m, m->visits[i]);
}

/* Everybody has everything of what it follows; asks again until it is so. */
static bool all_caught_up(struct model *m) {
	bool so = all_answered(m);
	if (!so)
		return false;
	for (size_t i = 0; i < m->visit_count; i++)
		for (uint32_t r = 0; r < m->room_count; r++) {
			const struct seat *seat = &m->visits[i]->seats[r];
			so = so && (seat->following == FOLLOW_NO || seat->cursor == annals_known(m->annals, r));
		}
	if (!so)
		ping_all(m);
	return so;
}

/* ---- the auditor ---- */

static struct visit *auditor(struct model *m) {
	return m->cast[m->people]->devices[0].visit;
}

static bool auditor_idle(struct model *m) {
	struct visit *v = auditor(m);
	return v && visit_ready(v) && !v->request_count;
}

/* Brings the auditor in; NULL: not now. */
static struct visit *call_auditor(struct model *m, uint64_t until) {
	while (!auditor_idle(m) && m->now_ms < until && !m->trail.differences) {
		if (!auditor(m) && server_is_up(m))
			actions_connect(m, m->cast[m->people], &m->cast[m->people]->devices[0], CURSORS_RIGHT);
		model_turn(m, 10);
	}
	return auditor_idle(m) ? auditor(m) : NULL;
}

/* Reads a room's log from `after` to its end, and holds it against the annals. False: could not. */
static bool audit(struct model *m, uint32_t room, uint64_t after, uint64_t until) {
	struct visit *v = call_auditor(m, until);
	uint64_t last = after;
	while (v && !v->seats[room].joined && m->now_ms < until && !m->trail.differences) {
		ask_join(m, v, room, true);
		v = call_auditor(m, until);
		if (v && !v->seats[room].joined)
			model_turn(m, 100);   /* it asked too much lately */
	}
	while (v && v->seats[room].joined && m->now_ms < until && !m->trail.differences) {
		uint32_t number = v->number;
		v->audits = room + 1;
		v->audit_last = last;
		v->audit_from = 0;
		ask_history(m, v, room, true, last, LIMIT_HISTORY_EVENTS);
		v = call_auditor(m, until);
		if (!v || v->number != number)
			continue;
		if (v->audit_last == last && !v->audit_from)
			model_turn(m, 50);   /* as above */
		last = v->audit_last;
		if (v->audit_from) {
			annals_whole(m->annals, room, after + 1, last, v->audit_from);
			m->audits++;
			return true;
		}
	}
	return false;
}

void settle_sample(struct model *m) {
	m->audit_due = false;
	uint32_t room = (uint32_t)(plan_mix(m->trail.seed + m->serve.starts) % m->room_count);
	uint64_t known = annals_known(m->annals, room);
	if (m->rooms[room].id)
		audit(m, room, known > SAMPLE_EVENTS ? known - SAMPLE_EVENTS : 0, m->now_ms + 5000);
}

/* Everybody says a little by turns: one alone would be over the rate. */
void settle_fill(struct model *m, uint64_t count) {
	m->settling = true;
	for (uint32_t turn = 0; count && !m->trail.differences; turn++) {
		struct human *h = m->cast[turn % m->people];
		struct visit *v = h->devices[0].visit;
		if (!v)
			actions_connect(m, h, &h->devices[0], CURSORS_RIGHT);
		for (int i = 0; visit_ready(v) && v->request_count < 20 && i < 20 && count; i++, count--)
			actions_say(m, v, 0, KIND_MESSAGE, 0);
		model_turn(m, 1);
	}
	m->settling = false;
}

/* ---- all of it ---- */

static void check_views(struct model *m) {
	uint64_t now = m->trail.tick;
	for (size_t i = 0; i < m->visit_count; i++) {
		const struct visit *v = m->visits[i];
		for (uint32_t r = 0; r < m->room_count; r++)
			if (!reg_may_be(&v->human->members[r].in, v->seats[r].joined, now, now))
				trail_differ(&m->trail, "visit %u: human %u was told it is %s room %u, which is not so", v->number, v->human->number,
					v->seats[r].joined ? "in" : "not in", r);
	}
}

/* Asks who is in each room until the server knows who is here: a connection that is gone is noticed within its time. */
static void check_presence(struct model *m) {
	uint64_t until = m->now_ms + PATIENCE_MS;
	for (uint32_t r = 0; r < m->room_count && !m->trail.differences; r++) {
		struct visit *v = call_auditor(m, until);
		if (!v || !v->seats[r].joined)
			continue;
		do {
			m->strangers = 1;   /* until it is answered */
			ask_members(m, v, r, 0);
			v = call_auditor(m, until);
			if (v && m->strangers)
				model_turn(m, 200);
		} while (v && m->strangers && m->now_ms < until);
		if (m->strangers)
			trail_differ(&m->trail, "room %u: the server is wrong about %u people that are here or not", r, m->strangers);
	}
}

static void audit_all(struct model *m) {
	struct visit *v = call_auditor(m, m->now_ms + PATIENCE_MS);
	if (!v)
		return;
	ask_rooms(m, v, 0);
	call_auditor(m, m->now_ms + PATIENCE_MS);
	for (uint32_t r = 0; r < m->room_count && !m->trail.differences; r++)
		if (m->rooms[r].id && !audit(m, r, 0, m->now_ms + 20 * PATIENCE_MS))
			trail_differ(&m->trail, "room %u: its history cannot be read", r);
}

void settle(struct model *m) {
	m->settling = true;
	faults_lift(m);
	if (wait_until(m, server_is_up, "the server comes up") && wait_until(m, all_answered, "every request is answered")) {
		ping_all(m);
		if (wait_until(m, all_caught_up, "everybody has all events"))
			check_views(m);
		audit_all(m);
		check_presence(m);
		if (!m->trail.differences)
			annals_settled(m->annals);
		m->settles++;
	}
	m->settling = false;
}
