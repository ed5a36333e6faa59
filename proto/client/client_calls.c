/* Requests on their way, each with whom to tell; and the usual requests. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "proto/client/client_state.h"

static bool add(struct client *c, Appchat__ClientFrame *frame, client_answer *answer, void *arg, bool asked) {
	struct buf b = {0};
	frame->request = ++c->last_request ? c->last_request : ++c->last_request;
	b.len = appchat__client_frame__pack(frame, buf_reserve(&b, appchat__client_frame__get_packed_size(frame)));
	bool ok = conn_send(c->conn, b.data, b.len);
	buf_free(&b);
	if (!ok)
		return false;
	struct call *call = xmalloc(sizeof *call), **last = &c->calls;
	*call = (struct call){frame->request, answer, arg, asked, NULL};
	while (*last)
		last = &(*last)->next;
	*last = call;
	return true;
}

bool client_call(struct client *c, Appchat__ClientFrame *frame, client_answer *answer, void *arg) {
	return add(c, frame, answer, arg, true);
}

bool client_request(struct client *c, Appchat__ClientFrame *frame, client_answer *answer, void *arg) {
	return add(c, frame, answer, arg, false);
}

bool client_asking(const struct client *c) {
	for (const struct call *call = c->calls; call; call = call->next)
		if (call->asked)
			return true;
	return false;
}

void client_calls_answer(struct client *c, const Appchat__ServerFrame *frame) {
	for (struct call **at = &c->calls; *at; at = &(*at)->next) {
		struct call *call = *at;
		if (call->request != frame->request)
			continue;
		*at = call->next;
		if (call->answer)
			call->answer(call->arg, frame);
		free(call);
		return;
	}
}

void client_calls_lost(struct client *c) {
	struct call *call = c->calls, *next;
	c->calls = NULL;
	for (; call; call = next) {
		next = call->next;
		if (call->answer)
			call->answer(call->arg, NULL);
		free(call);
	}
}

/* ---- the usual ones ------------------------------------------------------------------- */

#define CALL(FIELD, CASE, ...) \
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT; \
	FIELD = __VA_ARGS__; \
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_##CASE

bool client_join(struct client *c, const char *name, client_answer *answer, void *arg) {
	Appchat__JoinRoom join = APPCHAT__JOIN_ROOM__INIT;
	join.name = (char *)(name + (*name == '#'));
	CALL(frame.join_room, JOIN_ROOM, &join);
	return client_call(c, &frame, answer, arg);
}

bool client_create(struct client *c, const char *name, const char *topic, client_answer *answer, void *arg) {
	Appchat__CreateRoom create = APPCHAT__CREATE_ROOM__INIT;
	create.name = (char *)(name + (*name == '#'));
	create.topic = (char *)(topic ? topic : "");
	CALL(frame.create_room, CREATE_ROOM, &create);
	return client_call(c, &frame, answer, arg);
}

bool client_topic(struct client *c, uint64_t room, const char *topic, client_answer *answer, void *arg) {
	Appchat__SetTopic set = APPCHAT__SET_TOPIC__INIT;
	uint8_t id[16];
	uuid7(id);
	set.room = room;
	set.topic = (char *)topic;
	set.client_msg_id = (ProtobufCBinaryData){sizeof id, id};
	CALL(frame.set_topic, SET_TOPIC, &set);
	return client_call(c, &frame, answer, arg);
}

bool client_members(struct client *c, uint64_t room, const char *after, client_answer *answer, void *arg) {
	Appchat__Members members = APPCHAT__MEMBERS__INIT;
	members.room = room;
	members.after = (char *)(after ? after : "");
	CALL(frame.members, MEMBERS, &members);
	return client_call(c, &frame, answer, arg);
}

bool client_list_rooms(struct client *c, const char *after, client_answer *answer, void *arg) {
	Appchat__ListRooms list = APPCHAT__LIST_ROOMS__INIT;
	list.after = (char *)(after ? after : "");
	CALL(frame.list_rooms, LIST_ROOMS, &list);
	return client_call(c, &frame, answer, arg);
}

bool client_stats(struct client *c, client_answer *answer, void *arg) {
	Appchat__Stats stats = APPCHAT__STATS__INIT;
	CALL(frame.stats, STATS, &stats);
	return client_call(c, &frame, answer, arg);
}

/* Leaving is known by the request: Done says no room. */
struct leaving {
	struct client *client;
	uint64_t room;
	client_answer *answer;
	void *arg;
};

static void left(void *arg, const Appchat__ServerFrame *frame) {
	struct leaving *l = arg;
	if (frame && frame->body_case == APPCHAT__SERVER_FRAME__BODY_DONE)
		sync_left(&l->client->sync, l->room);
	if (l->answer)
		l->answer(l->arg, frame);
	free(l);
}

bool client_leave(struct client *c, uint64_t room, client_answer *answer, void *arg) {
	Appchat__LeaveRoom leave = APPCHAT__LEAVE_ROOM__INIT;
	struct leaving *l = xmalloc(sizeof *l);
	*l = (struct leaving){c, room, answer, arg};
	leave.room = room;
	CALL(frame.leave_room, LEAVE_ROOM, &leave);
	if (client_call(c, &frame, left, l))
		return true;
	free(l);
	return false;
}
