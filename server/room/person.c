/* People come with their first session and go with their last. */
#include "server/room/person.h"

#include <stdlib.h>

#include "proto/base/clock.h"
#include "server/room/hub_state.h"

static void enter(struct person *p, uint32_t at) {
	struct room *room = p->rooms[at].room;
	if (room->people_count == room->people_cap) {
		room->people_cap = room->people_cap ? 2 * room->people_cap : 8;
		room->people = xrealloc(room->people, room->people_cap * sizeof(struct person *));
	}
	p->rooms[at].index = room->people_count;
	room->people[room->people_count++] = p;
	room->presence_due = true;
}

static void leave(struct person *p, uint32_t at) {
	struct room *room = p->rooms[at].room;
	uint32_t hole = p->rooms[at].index;
	struct person *last = room->people[--room->people_count];
	if (last != p) {
		room->people[hole] = last;
		person_in(last, room)->index = hole;
	}
	room->presence_due = true;
}

static void add_membership(struct person *p, struct room *room, uint64_t read_seq) {
	if (p->room_count == p->room_cap) {
		p->room_cap = p->room_cap ? 2 * p->room_cap : 2;
		p->rooms = xrealloc(p->rooms, p->room_cap * sizeof *p->rooms);
	}
	p->rooms[p->room_count] = (struct membership){room, read_seq, 0};
	enter(p, p->room_count++);
}

struct person *person_get(struct hub *hub, uint64_t user) {
	return map_get(&hub->people, user);
}

static struct allowance *allowance_of(struct hub *hub, uint64_t user) {
	struct allowance *a = map_get(&hub->allowances, user);
	if (!a) {
		a = xcalloc(1, sizeof *a);
		a->user = user;
		map_put(&hub->allowances, user, a);
	}
	return a;
}

void person_forget_allowances(struct hub *hub) {
	for (size_t i = 0; i < hub->allowances.cap; i++) {
		struct allowance *a = hub->allowances.slots[i].value;
		if (!a || a->messages.at_ns > hub->now_ns || a->requests.at_ns > hub->now_ns || person_get(hub, a->user))
			continue;
		map_remove(&hub->allowances, a->user);
		free(a);
		i--; /* another may have moved here */
	}
}

void person_free_allowances(struct hub *hub) {
	for (size_t i = 0; i < hub->allowances.cap; i++)
		free(hub->allowances.slots[i].value);
	map_free(&hub->allowances);
}

void person_set_key(struct hub *hub, struct person *p, const char *key) {
	if (p->key_hash && map_get(&hub->people_by_key, p->key_hash) == p)
		map_remove(&hub->people_by_key, p->key_hash);
	p->key_hash = key ? hub_hash(hub, key) : 0;
	if (p->key_hash)
		map_put(&hub->people_by_key, p->key_hash, p);
}

struct person *person_by_key(struct hub *hub, const char *key) {
	return map_get(&hub->people_by_key, hub_hash(hub, key));
}

static struct person *arrive(struct hub *hub, const struct store_user *user,
	const struct store_membership *rooms, size_t count) {
	struct person *p = xcalloc(1, sizeof *p);
	p->user = *user;
	p->allowance = allowance_of(hub, user->id);
	map_put(&hub->people, user->id, p);
	for (size_t i = 0; i < count; i++) {
		struct room *room = room_by_id(hub, rooms[i].room);
		if (room)
			add_membership(p, room, rooms[i].read_seq);
	}
	return p;
}

struct person *person_attach(struct session *s, const struct store_user *user,
	const struct store_membership *rooms, size_t count) {
	struct person *p = person_get(s->hub, user->id);
	if (!p)
		p = arrive(s->hub, user, rooms, count);
	p->user = *user;
	s->person = p;
	s->person_next = p->sessions;
	p->sessions = s;
	return p;
}

static void store_seen_done(struct store_op *op) {
	free(op);
}

void person_store_seen(const struct session *s) {
	struct store_seen *op = xcalloc(1, sizeof *op);
	op->op.kind = STORE_SEEN;
	op->op.done = store_seen_done;
	op->user = s->person->user.id;
	op->session = s->id;
	op->time_ms = clock_wall_ms();
	store_submit(s->hub->store, &op->op);
}

void person_detach(struct session *s) {
	struct person *p = s->person;
	if (!p)
		return;
	person_store_seen(s);
	struct session **at = &p->sessions;
	while (*at != s)
		at = &(*at)->person_next;
	*at = s->person_next;
	s->person = NULL;
	if (p->sessions)
		return;
	for (uint32_t i = 0; i < p->room_count; i++)
		leave(p, i);
	person_set_key(s->hub, p, NULL);
	map_remove(&s->hub->people, p->user.id);
	free(p->rooms);
	free(p);
}

struct membership *person_in(const struct person *p, const struct room *room) {
	for (uint32_t i = 0; i < p->room_count; i++)
		if (p->rooms[i].room == room)
			return &p->rooms[i];
	return NULL;
}

void person_join(struct person *p, struct room *room, uint64_t read_seq) {
	if (!person_in(p, room))
		add_membership(p, room, read_seq);
}

void person_leave(struct person *p, struct room *room) {
	struct membership *m = person_in(p, room);
	if (!m)
		return;
	for (struct session *s = p->sessions; s; s = s->person_next)
		room_unfollow(s, room);
	leave(p, (uint32_t)(m - p->rooms));
	*m = p->rooms[--p->room_count];
}
