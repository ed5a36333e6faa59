/* Becoming somebody. */
#include "server/handle/signed_in.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/handle/names.h"
#include "server/handle/reply.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

/* The same program or browser tab is back: its old connection is dead, it only does not know. */
static void replace_old(struct session *s) {
	for (struct session *old = s->person->sessions, *next; old; old = next) {
		next = old->person_next;
		if (old != s && old->id == s->id && !memcmp(old->instance, s->instance, sizeof s->instance))
			session_close(old, APPCHAT__CLOSE_REASON__CLOSE_REPLACED, NULL, 0);
	}
}

/* Connections of this user beside s, dead ones of its instance not counted. */
static uint32_t connections(const struct session *s, uint64_t user) {
	const struct person *p = person_get(s->hub, user);
	uint32_t n = 0;
	for (const struct session *other = p ? p->sessions : NULL; other; other = other->person_next)
		n += other != s && memcmp(other->instance, s->instance, sizeof s->instance) != 0;
	return n;
}

bool signed_in(struct session *s, const struct store_user *user, uint64_t session,
	const struct store_membership *rooms, size_t count) {
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	if (connections(s, user->id) >= PERSON_SESSIONS_MAX) {
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_FULL, NULL, 10000);
		return false;
	}
	if (!s->person)
		person_attach(s, user, rooms, count);
	s->person->user = *user;
	person_set_key(s->hub, s->person, name_check_user(user->name, name, key) == NAME_OK ? key : NULL);
	s->state = SESSION_SIGNED_IN;
	s->id = session;
	replace_old(s);
	LOG(HANDLE, INFO, "event=signed_in conn=%u user=%llu guest=%d address=%s", s->slot,
		(unsigned long long)user->id, user->guest, s->from->text);
	return true;
}

void room_state(Appchat__RoomState *out, const struct room *room, const struct person *p) {
	const struct membership *m = person_in(p, room);
	appchat__room_state__init(out);
	out->id = room->id;
	out->name = (char *)room->name;
	out->topic = room->topic;
	out->epoch = room->epoch;
	out->head = room->head;
	out->floor = room->floor;
	out->read = m ? m->read_seq : 0;
	out->online = room->people_count;
}

Appchat__SignedIn *signed_in_message(struct session *s, const uint8_t *token) {
	struct person *p = s->person;
	Appchat__SignedIn *m = xmalloc(sizeof *m);
	Appchat__RoomState *states = xcalloc(p->room_count, sizeof *states);
	appchat__signed_in__init(m);
	m->user = xmalloc(sizeof *m->user);
	appchat__user__init(m->user);
	m->user->id = p->user.id;
	m->user->name = p->user.name;
	m->user->guest = p->user.guest;
	m->session = s->id;
	if (token) {
		m->token.data = (uint8_t *)token;
		m->token.len = LIMIT_TOKEN;
	}
	m->n_rooms = p->room_count;
	m->rooms = xcalloc(p->room_count + 1, sizeof *m->rooms);
	m->rooms[p->room_count] = states;   /* where signed_in_free() finds it */
	for (uint32_t i = 0; i < p->room_count; i++) {
		room_state(&states[i], p->rooms[i].room, p);
		m->rooms[i] = &states[i];
	}
	return m;
}

void signed_in_free(Appchat__SignedIn *m) {
	free(m->rooms[m->n_rooms]);
	free(m->rooms);
	free(m->user);
	free(m);
}

void signed_in_reply(struct session *s, uint32_t request, const uint8_t *token) {
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_SIGNED_IN;
	frame.signed_in = signed_in_message(s, token);
	reply(s, request, &frame);
	signed_in_free(frame.signed_in);
}

const char *name_banned(struct session *s, const char *name) {
	char text[STORE_NAME_MAX], key[STORE_KEY_MAX];
	if (name_check_user(name, text, key) != NAME_OK)
		return NULL;
	return hub_banned(s->hub, "name:", key);
}
