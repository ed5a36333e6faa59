/* Rooms: being in them, reading marks, who is there. */
#include <stdlib.h>
#include <string.h>

#include "tests/model/answers.h"
#include "tests/model/asks.h"

typedef unsigned long long ull;

void saw_in(struct model *m, struct visit *v, uint32_t room, bool in, uint64_t from) {
	if (!reg_saw(&v->human->members[room].in, in, from, m->trail.tick))
		trail_differ(&m->trail, "visit %u: human %u is said to be %s room %u", v->number, v->human->number, in ? "in" : "not in", room);
}

/* How far was read is said to be seq. */
static void saw_read(struct model *m, struct visit *v, uint32_t room, uint64_t seq, uint64_t from) {
	struct member *me = &v->human->members[room];
	uint64_t now = m->trail.tick;
	if (!reg_is(&me->in, 1, from, now))
		return;
	if (!me->read_known) {
		me->read_known = true;
		me->read_least = seq;
		me->least_tick = now;
		me->read_most = seq > me->read_most ? seq : me->read_most;
		return;
	}
	if ((seq < me->read_least && from >= me->least_tick) || seq > me->read_most)
		trail_differ(&m->trail, "visit %u: human %u is said to have read room %u up to %llu, not %llu to %llu", v->number,
			v->human->number, room, (ull)seq, (ull)me->read_least, (ull)me->read_most);
	if (seq > me->read_least) {
		me->read_least = seq;
		me->least_tick = now;
	}
}

/* Which of our rooms is that? A room whose making was not answered is known from now on. */
static uint32_t recognise(struct model *m, const struct visit *v, uint64_t id, const char *name, uint32_t epoch) {
	uint32_t r = room_by_name_of(m, name);
	if (r == NO_ROOM || (m->rooms[r].id && m->rooms[r].id != id) || (m->rooms[r].epoch && epoch && m->rooms[r].epoch != epoch)) {
		trail_differ(&m->trail, "visit %u: there is a room %llu \"%s\" of epoch %u", v->number, (ull)id, name, epoch);
		return NO_ROOM;
	}
	m->rooms[r].id = id;
	if (epoch)
		m->rooms[r].epoch = epoch;
	if (!m->rooms[r].since)
		m->rooms[r].since = m->trail.tick;
	return r;
}

uint32_t saw_state(struct model *m, struct visit *v, const Appchat__RoomState *s, uint64_t from) {
	uint32_t r = recognise(m, v, s->id, s->name, s->epoch);
	if (r == NO_ROOM)
		return r;
	if (s->floor != 1 || s->online > m->human_count)
		trail_differ(&m->trail, "visit %u: room %u has floor %llu, head %llu, online %u", v->number, r, (ull)s->floor,
			(ull)s->head, s->online);
	annals_head(m->annals, r, s->head, from);
	annals_topic(m->annals, r, s->head, s->topic);
	saw_read(m, v, r, s->read, from);
	return r;
}

/* ---- joining, leaving, following ---- */

static void joined(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	if (r->claim)
		reg_done(&v->human->members[r->room].in, r->claim, m->trail.tick);
	saw_in(m, v, r->room, true, r->from);
	if (saw_state(m, v, f->room_state, r->from) != r->room)
		trail_differ(&m->trail, "visit %u: asked for room %u, got \"%s\"", v->number, r->room, f->room_state->name);
	v->seats[r->room].joined = true;
	if (v->seats[r->room].following == FOLLOW_NO && m->rooms[r->room].id)
		ask_follow(m, v, r->room, v->number % 2 ? CURSORS_RIGHT : CURSORS_ZERO);
}

void on_created(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	struct room_known *room = &m->rooms[r->room];
	if (room->maker != v->human->user || (room->since && room->since < r->from))
		trail_differ(&m->trail, "visit %u: room %u is made a second time", v->number, r->room);
	joined(m, v, r, f);
}

void on_joined(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	joined(m, v, r, f);
}

static void unseat(struct visit *v, uint32_t room) {
	v->seats[room].joined = false;
	v->seats[room].following = FOLLOW_NO;
}

void on_left(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)f;
	reg_done(&v->human->members[r->room].in, r->claim, m->trail.tick);
	unseat(v, r->room);
}

void push_state(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	uint32_t r = saw_state(m, v, f->room_state, v->fence);
	if (r == NO_ROOM)
		return;
	saw_in(m, v, r, true, v->fence);
	v->seats[r].joined = true;
	v->seats[r].states++;
}

void push_left(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	uint32_t r = room_by_id_of(m, f->room_left->room);
	if (r == NO_ROOM) {
		trail_differ(&m->trail, "visit %u: left room %llu", v->number, (ull)f->room_left->room);
		return;
	}
	saw_in(m, v, r, false, v->fence);
	v->seats[r].lefts++;
	unseat(v, r);
}

/* A RoomLeft meanwhile: from before the Follow, or its answer for this room. */
void on_followed(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)f;
	for (uint32_t i = 0; i < r->wish_count; i++) {
		const struct wish *w = &r->wishes[i];
		struct seat *seat = &v->seats[w->room];
		bool left = seat->lefts != w->lefts;
		if (w->refused) {
			if (!left && seat->states == w->states)
				trail_differ(&m->trail, "visit %u: a cursor of room %u that cannot be was not refused", v->number, w->room);
			continue;
		}
		seat->following = left ? FOLLOW_MAYBE : FOLLOW_YES;
		seat->cursor = w->after;
	}
}

/* ---- read marks ---- */

void on_marked(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)f;
	struct member *me = &v->human->members[r->room];
	uint64_t known = annals_known_at(m->annals, r->room, r->from), seq = r->seq < known ? r->seq : known;
	saw_in(m, v, r->room, true, r->from);
	if (me->read_known && reg_is(&me->in, 1, r->from, m->trail.tick) && seq > me->read_least) {
		me->read_least = seq;
		me->least_tick = m->trail.tick;
	}
}

void push_read(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	uint32_t r = room_by_id_of(m, f->read_mark->room);
	if (r == NO_ROOM)
		trail_differ(&m->trail, "visit %u: a read mark of room %llu", v->number, (ull)f->read_mark->room);
	else
		saw_read(m, v, r, f->read_mark->seq, v->fence);
}

/* ---- lists ---- */

void on_rooms(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__RoomList *list = f->room_list;
	bool listed[ROOMS_MAX] = {false};
	for (size_t i = 0; i < list->n_room; i++) {
		const Appchat__RoomInfo *info = list->room[i];
		uint32_t room = recognise(m, v, info->id, info->name, 0);
		if (room != NO_ROOM && listed[room])
			trail_differ(&m->trail, "visit %u: room %u is listed twice", v->number, room);
		if (room == NO_ROOM)
			continue;
		listed[room] = true;
		annals_head(m->annals, room, info->head, r->from);
		annals_topic(m->annals, room, info->head, info->topic);
		saw_in(m, v, room, info->joined, r->from);
	}
	for (uint32_t room = 0; room < m->room_count && !list->more; room++)
		if (!listed[room] && m->rooms[room].since && m->rooms[room].since < r->from)
			trail_differ(&m->trail, "visit %u: room %u is not listed", v->number, room);
	if (r->limit && list->n_room > r->limit)
		trail_differ(&m->trail, "visit %u: %zu rooms instead of %u", v->number, list->n_room, r->limit);
}

/* Is there a connection of this human that the server must know of since `from`? */
static bool surely_here(const struct model *m, const struct human *h, uint64_t from) {
	for (size_t i = 0; i < m->visit_count; i++) {
		const struct visit *v = m->visits[i];
		if (v->human == h && visit_ready(v) && v->in_since && v->in_since < from && v->server == m->serve.starts &&
			!m->serve.ending && (v->token < 0 || reg_is(&h->tokens[v->token].good, 1, from, m->trail.tick)))
			return true;
	}
	return false;
}

/* What is wrong about this human in a page of all members? NULL: nothing. */
static const char *misjudged(const struct model *m, const struct human *h, uint32_t room, bool listed, uint64_t from) {
	bool connected = false, agreed = true;
	for (size_t j = 0; j < m->visit_count; j++) {
		const struct visit *v = m->visits[j];
		if (v->human != h || v->phase != PHASE_IN || v->ended)
			continue;
		connected = true;
		agreed = agreed && v->seats[room].joined == listed;
	}
	if (!connected)
		return listed ? "not here, but listed" : NULL;
	if (!reg_may_be(&h->members[room].in, listed, from, m->trail.tick))
		return listed ? "not in the room, but listed" : "here, but not listed";
	return agreed ? NULL : "told otherwise than is listed";
}

/* Who is listed without a connection, or has one and is not listed. For when all is quiet. */
static uint32_t count_strangers(struct model *m, uint32_t room, const Appchat__MemberPage *page, uint64_t from) {
	uint32_t strangers = 0, known = 0;
	for (size_t i = 0; i < m->human_count; i++) {
		const struct human *h = m->humans[i];
		bool listed = false;
		for (size_t j = 0; j < page->n_user && h->user; j++)
			listed |= page->user[j]->id == h->user;
		const char *wrong = misjudged(m, h, room, listed, from);
		if (wrong)
			trail_did(&m->trail, "room %u: human %u (user %llu) is %s", room, h->number, (ull)h->user, wrong);
		strangers += wrong != NULL;
		known += listed;
	}
	return strangers + (uint32_t)(page->n_user - known);
}

void on_members(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__MemberPage *page = f->member_page;
	const char *last = page->n_user ? page->user[page->n_user - 1]->name : "";
	saw_in(m, v, r->room, true, r->from);
	for (size_t i = 0; i < page->n_user; i++) {
		const struct human *h = human_by_user(m, page->user[i]->id);
		uint32_t name = name_number(page->user[i]->name);
		if (i && strcmp(page->user[i - 1]->name, page->user[i]->name) > 0)
			trail_differ(&m->trail, "visit %u: members of room %u not in order", v->number, r->room);
		if (h && !h->departed && (!reg_may_be(&h->members[r->room].in, 1, r->from, m->trail.tick) ||
			!reg_may_be(&h->name, name, r->from, m->trail.tick)))
			trail_differ(&m->trail, "visit %u: \"%s\" (human %u) is said to be in room %u", v->number, page->user[i]->name, h->number, r->room);
	}
	for (uint32_t i = 0; i < m->people; i++) {
		const struct human *h = m->cast[i];
		char name[24];
		bool listed = false;
		for (size_t u = 0; u < page->n_user; u++)
			listed |= page->user[u]->id == h->user;
		if (listed || h->departed || !h->user || !h->name.count || !surely_here(m, h, r->from) ||
			!reg_is(&h->members[r->room].in, 1, r->from, m->trail.tick))
			continue;
		uint32_t is = (uint32_t)h->name.claims[0].value;
		if (reg_is(&h->name, is, r->from, m->trail.tick) && (!page->more || strcmp(name_text(is, name), last) < 0))
			trail_differ(&m->trail, "visit %u: human %u is here, but not listed in room %u", v->number, h->number, r->room);
	}
	if (m->settling && v->human == m->cast[m->people])
		m->strangers = count_strangers(m, r->room, page, r->from);
	if (!page->more && page->online < page->n_user)
		trail_differ(&m->trail, "visit %u: %u online in room %u, but %zu listed", v->number, page->online, r->room, page->n_user);
}

void push_presence(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	uint32_t r = room_by_id_of(m, f->presence->room);
	if (r == NO_ROOM || v->seats[r].following == FOLLOW_NO || f->presence->online > m->human_count)
		trail_differ(&m->trail, "visit %u: presence of room %u: %u", v->number, r, f->presence->online);
}

void on_stats(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	(void)r;
	if (f->server_stats->rooms > m->room_count || !f->server_stats->clients)
		trail_differ(&m->trail, "visit %u: the server says it has %u rooms and %u clients", v->number, f->server_stats->rooms,
			f->server_stats->clients);
}
