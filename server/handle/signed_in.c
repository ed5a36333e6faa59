/* Becoming somebody. */
#include "server/handle/signed_in.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/handle/names.h"
#include "server/handle/reply.h"
#include "server/handle/token.h"
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

static void set_user(struct hub *hub, struct person *p, const struct store_user *user) {
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	p->user = *user;
	person_set_key(hub, p, name_check_user(user->name, name, key) == NAME_OK ? key : NULL);
}

void user_changed(struct hub *hub, const struct store_user *user) {
	struct person *p = person_get(hub, user->id);
	const char *banned = name_banned(hub, user->name);   /* while it was taken */
	hub_changed(hub, user->id);
	if (!p)
		return;
	set_user(hub, p, user);
	for (struct session *s = banned ? p->sessions : NULL, *next; s; s = next) {
		next = s->person_next;
		session_send_away(s, APPCHAT__CLOSE_REASON__CLOSE_BANNED, banned);
	}
}

/* One text for both, so that nobody learns which tokens there are. */
static void refuse_token(struct session *s, uint32_t request) {
	reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_MALFORMED, "That token cannot be used; choose 32 random bytes anew.");
}

bool token_of(struct session *s, uint32_t request, const ProtobufCBinaryData *in, uint8_t token[LIMIT_TOKEN], bool *chosen) {
	*chosen = in->len > 0;
	if (*chosen && !token_plausible(in->data, in->len)) {
		refuse_token(s, request);
		return false;
	}
	if (*chosen)
		memcpy(token, in->data, LIMIT_TOKEN);
	else
		token_new(token);
	return true;
}

void sign_in_refused(struct session *s, uint32_t request, enum store_result result) {
	if (result == STORE_CONFLICT)
		refuse_token(s, request);
	else
		reply_store_error(s, request, result);
}

bool signed_in(struct session *s, const struct store_user *user, uint64_t session,
	const struct store_membership *rooms, size_t count) {
	const char *banned = name_banned(s->hub, user->name);   /* since it was asked for */
	if (banned) {
		session_send_away(s, APPCHAT__CLOSE_REASON__CLOSE_BANNED, banned);
		return false;
	}
	if (connections(s, user->id) >= PERSON_SESSIONS_MAX) {
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_FULL, NULL, 10000);
		return false;
	}
	if (!s->person)
		person_attach(s, user, rooms, count);
	set_user(s->hub, s->person, user);
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

const char *name_banned(struct hub *hub, const char *name) {
	char text[STORE_NAME_MAX], key[STORE_KEY_MAX];
	if (name_check_user(name, text, key) != NAME_OK)
		return NULL;
	return hub_banned(hub, "name:", key);
}
