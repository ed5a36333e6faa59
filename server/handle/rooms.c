/* Rooms: create, list, join, leave. */
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "server/bus/bus.h"
#include "server/handle/names.h"
#include "server/handle/reply.h"
#include "server/handle/signed_in.h"
#include "server/handle/table.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

static void send_state(struct session *s, uint32_t request, const struct room *room) {
	Appchat__RoomState state;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	room_state(&state, room, s->person);
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_ROOM_STATE;
	frame.room_state = &state;
	reply(s, request, &frame);
}

/* Answers who asked (NULL: gone), and tells the person's other connections. */
static void tell_joined(struct session *asker, uint32_t request, const struct room *room, struct person *p) {
	for (struct session *s = p->sessions; s; s = s->person_next)
		send_state(s, s == asker ? request : 0, room);
}

/* ---- create ---- */

struct create_op {
	struct store_room_new room;
	struct asker asker;
	uint8_t *body;
	char *topic;
};

static struct room *add_created(struct hub *hub, struct create_op *c) {
	struct store_room row = {.id = c->room.room, .topic = c->topic, .epoch = c->room.epoch,
		.head = c->room.seq - 1, .floor = 1, .maker = c->room.user};
	memcpy(row.name, c->room.name, sizeof row.name);
	memcpy(row.key, c->room.key, sizeof row.key);
	c->topic = NULL;
	struct room *room = room_add(hub, &row);
	struct bus_event event = {.room = room->id, .seq = c->room.seq, .bytes = c->room.event.data, .len = c->room.event.len};
	c->room.event.data = NULL;
	room_take_event(hub, &event);
	return room;
}

static void create_done(struct store_op *op) {
	struct create_op *c = (struct create_op *)op;
	struct session *s = asker_back(&c->asker);
	hub_changed(c->asker.hub, c->room.user);
	if (op->result == STORE_OK) {
		struct room *room = add_created(c->asker.hub, c);
		struct person *p = person_get(c->asker.hub, c->room.user);
		if (p) {
			person_join(p, room, c->room.seq);
			tell_joined(s, c->asker.request, room, p);
		}
	} else if (s)
		reply_store_error(s, c->asker.request, op->result);
	free(c->room.event.data);
	free(c->topic);
	free(c->body);
	free(c);
}

static void encode_created(struct create_op *c, const struct person *p) {
	Appchat__RoomCreated created = APPCHAT__ROOM_CREATED__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT;
	created.author = p->user.id;
	created.name = (char *)p->user.name;
	event.body_case = APPCHAT__EVENT__BODY_ROOM_CREATED;
	event.room_created = &created;
	c->body = xmalloc(appchat__event__get_packed_size(&event));
	c->room.body = c->body;
	c->room.body_len = appchat__event__pack(&event, c->body);
}

void handle_create_room(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__CreateRoom *in = frame->create_room;
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	uint32_t wait_ms;
	enum name_result result = name_check_room(in->name, name, key);
	if (result != NAME_OK)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NAME_INVALID, name_explain(result));
	else if (room_by_key(s->hub, key))
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN, "There is such a room, or one that looks like it; join it or choose another name.");
	else if (strlen(in->topic) > LIMIT_TOPIC)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_TOO_LARGE, "A topic has at most 1024 bytes.");
	else if (s->hub->room_count >= HUB_ROOMS_MAX)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_LIMIT, "This server has as many rooms as it can; use one there is.");
	else if (s->person->room_count >= LIMIT_ROOMS_PER_USER)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_LIMIT, "You are in as many rooms as one can be; leave one first.");
	else if (!address_may_make_room(s->hub, s->from, &wait_ms))
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	else {
		struct create_op *c = xcalloc(1, sizeof *c);
		c->room.op.kind = STORE_ROOM_NEW;
		c->room.op.done = create_done;
		memcpy(c->room.name, name, sizeof name);
		memcpy(c->room.key, key, sizeof key);
		c->room.topic = c->topic = xstrdup(in->topic);
		c->room.user = s->person->user.id;
		c->room.max_rooms = LIMIT_ROOMS_PER_USER;
		encode_created(c, s->person);
		c->asker = asker_of(s, request);
		hub_submit(s->hub, &c->room.op);
	}
}

/* ---- list ---- */

static void fill_info(Appchat__RoomInfo *info, const struct room *room, const struct person *p) {
	appchat__room_info__init(info);
	info->id = room->id;
	info->name = (char *)room->name;
	info->topic = room->topic;
	info->online = room->people_count;
	info->joined = person_in(p, room) != NULL;
	info->head = room->head;
}

void handle_list_rooms(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__ListRooms *in = frame->list_rooms;
	Appchat__RoomInfo infos[LIMIT_PAGE], *list[LIMIT_PAGE];
	Appchat__RoomList m = APPCHAT__ROOM_LIST__INIT;
	Appchat__ServerFrame out = APPCHAT__SERVER_FRAME__INIT;
	bool goes_on = *in->after && strlen(in->after) < STORE_NAME_MAX;
	size_t at = goes_on ? room_place(s->hub, in->after) : 0, limit = in->limit && in->limit < LIMIT_PAGE ? in->limit : LIMIT_PAGE;
	for (; at < s->hub->room_count && m.n_room < limit; at++) {
		fill_info(&infos[m.n_room], s->hub->rooms_by_name[at], s->person);
		list[m.n_room] = &infos[m.n_room];
		m.n_room++;
	}
	m.room = list;
	m.more = at < s->hub->room_count;
	out.body_case = APPCHAT__SERVER_FRAME__BODY_ROOM_LIST;
	out.room_list = &m;
	reply(s, request, &out);
}

/* ---- join and leave ---- */

struct join_op {
	struct store_join join;
	struct asker asker;
};

static void join_done(struct store_op *op) {
	struct join_op *j = (struct join_op *)op;
	struct session *s = asker_back(&j->asker);
	struct room *room = room_by_id(j->asker.hub, j->join.room);
	hub_changed(j->asker.hub, j->join.user);
	struct person *p = person_get(j->asker.hub, j->join.user);
	if (op->result == STORE_OK && room && p) {
		person_join(p, room, j->join.read_seq);
		tell_joined(s, j->asker.request, room, p);
	} else if (s)
		reply_store_error(s, j->asker.request, op->result);
	free(j);
}

static void submit_join(struct session *s, uint32_t request, enum store_kind kind, store_done *done, const struct room *room) {
	struct join_op *j = xcalloc(1, sizeof *j);
	j->join.op.kind = kind;
	j->join.op.done = done;
	j->join.user = s->person->user.id;
	j->join.room = room->id;
	j->join.max_rooms = LIMIT_ROOMS_PER_USER;
	j->join.read_seq = room->head;
	j->asker = asker_of(s, request);
	hub_submit(s->hub, &j->join.op);
}

void handle_join_room(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__JoinRoom *in = frame->join_room;
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	struct room *room = NULL;
	if (!in->name[0])
		room = room_by_id(s->hub, in->room);
	else if (name_check_room(in->name, name, key) == NAME_OK)
		room = room_by_key(s->hub, key);
	if (!room)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "There is no such room; list the rooms, or create it.");
	else if (person_in(s->person, room))
		send_state(s, request, room);
	else
		submit_join(s, request, STORE_JOIN, join_done, room);
}

static void tell_left(struct person *p, const struct session *but, uint64_t room) {
	Appchat__RoomLeft left = APPCHAT__ROOM_LEFT__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	left.room = room;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT;
	frame.room_left = &left;
	for (struct session *s = p->sessions; s; s = s->person_next)
		if (s != but)
			session_send(s, &frame);
}

static void leave_done(struct store_op *op) {
	struct join_op *j = (struct join_op *)op;
	struct session *s = asker_back(&j->asker);
	struct room *room = room_by_id(j->asker.hub, j->join.room);
	hub_changed(j->asker.hub, j->join.user);
	struct person *p = person_get(j->asker.hub, j->join.user);
	if (op->result == STORE_OK || op->result == STORE_NOT_FOUND) {
		if (p && room) {
			person_leave(p, room);
			tell_left(p, s, room->id);
		}
		if (s)
			reply_done(s, j->asker.request);
	} else if (s)
		reply_store_error(s, j->asker.request, op->result);
	free(j);
}

void handle_leave_room(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	struct room *room = room_by_id(s->hub, frame->leave_room->room);
	if (!room || !person_in(s->person, room))
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room.");
	else
		submit_join(s, request, STORE_LEAVE, leave_done, room);
}
