/* One function for each request of the protocol. */
#include "tests/model/asks.h"

#include <stdlib.h>

#include "proto/base/buf.h"

#define ASK(KIND, field, Type, type) \
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT; \
	Appchat__##Type body = APPCHAT__##KIND##__INIT; \
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_##KIND; \
	frame.field = &body

#define AHEAD 1000000

static ProtobufCBinaryData bytes(const uint8_t *data, size_t len) {
	return (ProtobufCBinaryData){len, (uint8_t *)data};
}

void ask_hello(struct model *m, struct visit *v) {
	ASK(HELLO, hello, Hello, hello);
	char *deflate = (char *)"deflate";
	body.version_min = body.version_max = 1;
	body.capabilities = &deflate;
	body.n_capabilities = v->deflate;
	body.instance = bytes(v->device->instance, sizeof v->device->instance);
	body.client = (char *)"model";
	if (v->token >= 0)
		body.token = bytes(v->human->tokens[v->token].bytes, sizeof v->human->tokens[0].bytes);
	visit_ask(m, v, &frame, (struct request){.token = v->token});
}

void ask_claim(struct model *m, struct visit *v, uint32_t name) {
	ASK(CLAIM, claim, Claim, claim);
	char text[24];
	body.name = (char *)name_text(name, text);
	struct request *r = visit_ask(m, v, &frame, (struct request){.name = name});
	v->busy = true;
	if (v->human->user)
		r->claim = reg_ask(&v->human->name, name, m->trail.tick);
	trail_did(&m->trail, "visit %u (human %u) claims %s", v->number, v->human->number, text);
}

void ask_sign_up(struct model *m, struct visit *v, uint32_t name) {
	ASK(SIGN_UP, sign_up, SignUp, sign_up);
	char text[24];
	body.name = (char *)name_text(name, text);
	body.password = v->human->password;
	struct request *r = visit_ask(m, v, &frame, (struct request){.name = name});
	v->busy = true;
	if (v->human->user)
		r->claim = reg_ask(&v->human->guest, 0, m->trail.tick);
	else
		v->human->signs_up = true;
	trail_did(&m->trail, "visit %u (human %u) signs up %s", v->number, v->human->number, text);
}

/* The name it surely has; else one that it may have. */
static uint32_t likely_name(const struct human *h, uint64_t now) {
	for (uint32_t i = h->name.count; i; i--)
		if (h->name.claims[i - 1].value && reg_may_be(&h->name, h->name.claims[i - 1].value, now, now))
			return (uint32_t)h->name.claims[i - 1].value;
	return h->first_name;
}

void ask_sign_in(struct model *m, struct visit *v, bool wrong) {
	ASK(SIGN_IN, sign_in, SignIn, sign_in);
	char text[24];
	uint32_t name = likely_name(v->human, m->trail.tick);
	body.name = (char *)name_text(name, text);
	body.password = wrong ? (char *)"not the password" : v->human->password;
	visit_ask(m, v, &frame, (struct request){.name = name, .wrong = wrong});
	v->busy = true;
	v->human->sessions += !wrong;
	trail_did(&m->trail, "visit %u (human %u) signs in as %s%s", v->number, v->human->number, text, wrong ? ", with a wrong password" : "");
}

/* A guest whose last session ends gives its name back. */
static uint32_t ask_end(struct human *h, int token, uint64_t now) {
	if (reg_may_be(&h->guest, 1, now, now))
		reg_ask(&h->name, 0, now);
	return reg_ask(&h->tokens[token].good, 0, now);
}

void ask_sign_out(struct model *m, struct visit *v) {
	ASK(SIGN_OUT, sign_out, SignOut, sign_out);
	struct request *r = visit_ask(m, v, &frame, (struct request){.token = v->token});
	r->claim = ask_end(v->human, v->token, m->trail.tick);
	trail_did(&m->trail, "visit %u (human %u) signs out", v->number, v->human->number);
}

void ask_sessions(struct model *m, struct visit *v) {
	ASK(LIST_SESSIONS, list_sessions, ListSessions, list_sessions);
	visit_ask(m, v, &frame, (struct request){0});
}

void ask_revoke(struct model *m, struct visit *v, int token) {
	ASK(REVOKE_SESSION, revoke_session, RevokeSession, revoke_session);
	body.session = token >= 0 ? v->human->tokens[token].session : 1;
	struct request *r = visit_ask(m, v, &frame, (struct request){.token = token});
	if (token >= 0)
		r->claim = ask_end(v->human, token, m->trail.tick);
	trail_did(&m->trail, "visit %u (human %u) revokes session %llu", v->number, v->human->number, (unsigned long long)body.session);
}

void ask_create(struct model *m, struct visit *v, uint32_t room, const char *topic) {
	ASK(CREATE_ROOM, create_room, CreateRoom, create_room);
	body.name = m->rooms[room].name;
	body.topic = (char *)topic;
	struct request *r = visit_ask(m, v, &frame, (struct request){.room = room});
	m->rooms[room].tries++;
	r->claim = m->rooms[room].maker == v->human->user ? reg_ask(&v->human->members[room].in, 1, m->trail.tick) : 0;
	trail_did(&m->trail, "visit %u (human %u) creates room %u", v->number, v->human->number, room);
}

void ask_join(struct model *m, struct visit *v, uint32_t room, bool by_name) {
	ASK(JOIN_ROOM, join_room, JoinRoom, join_room);
	if (by_name)
		body.name = m->rooms[room].name;
	body.room = m->rooms[room].id;
	struct request *r = visit_ask(m, v, &frame, (struct request){.room = room});
	r->claim = reg_ask(&v->human->members[room].in, 1, m->trail.tick);
	trail_did(&m->trail, "visit %u (human %u) joins room %u", v->number, v->human->number, room);
}

void ask_leave(struct model *m, struct visit *v, uint32_t room) {
	ASK(LEAVE_ROOM, leave_room, LeaveRoom, leave_room);
	struct member *me = &v->human->members[room];
	body.room = m->rooms[room].id;
	struct request *r = visit_ask(m, v, &frame, (struct request){.room = room});
	r->claim = reg_ask(&me->in, 0, m->trail.tick);
	me->read_known = false;
	me->read_most = 0;
	trail_did(&m->trail, "visit %u (human %u) leaves room %u", v->number, v->human->number, room);
}

void ask_rooms(struct model *m, struct visit *v, uint32_t limit) {
	ASK(LIST_ROOMS, list_rooms, ListRooms, list_rooms);
	body.limit = limit;
	visit_ask(m, v, &frame, (struct request){.limit = limit});
}

void ask_members(struct model *m, struct visit *v, uint32_t room, uint32_t limit) {
	ASK(MEMBERS, members, Members, members);
	body.room = m->rooms[room].id;
	body.limit = limit;
	visit_ask(m, v, &frame, (struct request){.room = room, .limit = limit});
}

/* One room of a Follow. */
static void wish(struct model *m, struct visit *v, uint32_t room, unsigned cursors, Appchat__Cursor *cursor, struct wish *w) {
	const struct seat *seat = &v->seats[room];
	uint64_t after = v->device->cursors[room];
	if (after == NO_CURSOR)
		after = annals_known(m->annals, room);
	if (cursors == CURSORS_OLD)
		after -= after > 40 ? after % 37 : after / 2;
	*w = (struct wish){.room = room, .states = seat->states, .lefts = seat->lefts, .refused = cursors >= CURSORS_AHEAD || !m->rooms[room].epoch};
	w->after = cursors == CURSORS_ZERO ? 0 : cursors == CURSORS_AHEAD ? after + AHEAD : after;
	appchat__cursor__init(cursor);
	cursor->room = m->rooms[room].id;
	cursor->epoch = m->rooms[room].epoch ^ (cursors == CURSORS_EPOCH);
	cursor->after = w->after;
}

void ask_follow(struct model *m, struct visit *v, uint32_t room, unsigned cursors) {
	ASK(FOLLOW, follow, Follow, follow);
	Appchat__Cursor list[ROOMS_MAX], *pointers[ROOMS_MAX];
	struct wish *wishes = xcalloc(ROOMS_MAX, sizeof *wishes);
	body.cursor = pointers;
	for (uint32_t r = 0; r < m->room_count; r++)
		if (m->rooms[r].id && (room == NO_ROOM ? v->seats[r].joined : r == room)) {
			pointers[body.n_cursor] = &list[body.n_cursor];
			wish(m, v, r, cursors, &list[body.n_cursor], &wishes[body.n_cursor]);
			body.n_cursor++;
		}
	body.active = body.n_cursor ? list[0].room : 0;
	visit_ask(m, v, &frame, (struct request){.wishes = wishes, .wish_count = (uint32_t)body.n_cursor});
}

void ask_send(struct model *m, struct visit *v, uint32_t slot, uint32_t variant) {
	uint32_t room;
	enum kind kind;
	const char *text;
	struct request request = {.slot = slot, .variant = variant};
	annals_content(m->annals, slot, variant, &room, &kind, &text);
	request.room = room;
	if (kind == KIND_MESSAGE) {
		ASK(SEND, send, Send, send);
		body.room = m->rooms[room].id;
		body.client_msg_id = bytes(annals_id(m->annals, slot), 16);
		body.text = (char *)text;
		visit_ask(m, v, &frame, request);
	} else {
		ASK(SET_TOPIC, set_topic, SetTopic, set_topic);
		body.room = m->rooms[room].id;
		body.client_msg_id = bytes(annals_id(m->annals, slot), 16);
		body.topic = (char *)text;
		visit_ask(m, v, &frame, request);
	}
	annals_tried(m->annals, slot, variant);
}

void ask_history(struct model *m, struct visit *v, uint32_t room, bool forward, uint64_t at, uint32_t limit) {
	ASK(HISTORY, history, History, history);
	body.room = m->rooms[room].id;
	body.forward = forward;
	if (forward)
		body.after = at;
	else
		body.before = at;
	body.limit = limit;
	visit_ask(m, v, &frame, (struct request){.room = room, .forward = forward, .seq = at, .limit = limit});
}

void ask_mark_read(struct model *m, struct visit *v, uint32_t room, uint64_t seq) {
	ASK(MARK_READ, mark_read, MarkRead, mark_read);
	struct member *me = &v->human->members[room];
	body.room = m->rooms[room].id;
	body.seq = seq;
	visit_ask(m, v, &frame, (struct request){.room = room, .seq = seq});
	uint64_t most = seq > annals_known(m->annals, room) ? UINT64_MAX : seq;   /* ahead: as far as the head is then */
	if (most > me->read_most)
		me->read_most = most;
}

void ask_ping(struct model *m, struct visit *v) {
	ASK(PING, ping, Ping, ping);
	visit_ask(m, v, &frame, (struct request){0});
}

void ask_stats(struct model *m, struct visit *v) {
	ASK(STATS, stats, Stats, stats);
	visit_ask(m, v, &frame, (struct request){0});
}
