/* What becomes an event: messages and topics. Also read marks. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/uuid.h"
#include "server/bus/bus.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/handle/token.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

/* ---- an event on its way through the store ---- */

struct post_op {
	struct store_append append;
	struct asker asker;
	uint8_t *body;
	char *topic;
};

static void send_ack(struct session *s, const struct post_op *p) {
	Appchat__SendAck ack = APPCHAT__SEND_ACK__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	ack.room = p->append.room;
	ack.seq = p->append.seq;
	ack.time_ms = p->append.time_ms;
	ack.duplicate = p->append.op.result == STORE_DUPLICATE;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_SEND_ACK;
	frame.send_ack = &ack;
	/* A new event is about to be sent; with an old one nothing is. */
	reply_with_events(s, p->asker.request, &frame, ack.duplicate ? NULL : room_by_id(s->hub, ack.room));
}

static void publish(struct post_op *p) {
	struct bus_event event = {.room = p->append.room, .seq = p->append.seq, .bytes = p->append.event.data,
		.len = p->append.event.len, .topic = p->topic};
	p->append.event.data = NULL;
	p->topic = NULL;
	bus_publish(p->asker.hub->bus, &event);
}

static void posting(struct room *room, size_t body_len) {
	room->posting++;
	room->posting_bytes += body_len + STORE_EVENT_MORE;
}

static void posted(struct room *room, size_t body_len) {
	room->posting--;
	room->posting_bytes -= body_len + STORE_EVENT_MORE;
}

static void post_done(struct store_op *op) {
	struct post_op *p = (struct post_op *)op;
	struct session *s = asker_back(&p->asker);
	p->asker.hub->posting -= p->append.body_len;
	if (p->body)
		posted(room_by_id(p->asker.hub, p->append.room), p->append.body_len);
	if (op->result == STORE_OK)
		publish(p);
	if (s && (op->result == STORE_OK || op->result == STORE_DUPLICATE))
		send_ack(s, p);
	else if (s && !p->body && op->result == STORE_NOT_FOUND)
		reply_error(s, p->asker.request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room; join it first.");
	else if (s)
		reply_store_error(s, p->asker.request, op->result);
	free(p->append.event.data);
	free(p->topic);
	free(p->body);
	free(p);
}

/* What is said to the store whether it is an event or a question. */
static struct post_op *post_new(struct session *s, uint64_t room, const Appchat__Event *event,
	const uint8_t *msg_id, const char *content) {
	struct post_op *p = xcalloc(1, sizeof *p);
	p->append.op.kind = STORE_APPEND;
	p->append.op.done = post_done;
	p->append.room = room;
	p->append.user = s->person->user.id;
	memcpy(p->append.msg_id, msg_id, LIMIT_UUID);
	content_hash(room, event->body_case, content, p->append.content_hash);
	return p;
}

static void post(struct session *s, uint32_t request, struct room *room, const Appchat__Event *event,
	const uint8_t *msg_id, const char *content, bool is_topic) {
	struct post_op *p = post_new(s, room->id, event, msg_id, content);
	p->body = malloc(appchat__event__get_packed_size(event));
	if (!p->body) {
		free(p);
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, NO_MEMORY_MS);
		return;
	}
	p->append.op.by_ns = fanout_time(s->hub, room);
	p->append.body = p->body;
	p->append.body_len = appchat__event__pack(event, p->body);
	if (is_topic)
		p->append.topic = p->topic = xstrdup(content);
	p->asker = asker_of(s, request);
	s->hub->posting += p->append.body_len;
	posting(room, p->append.body_len);
	hub_submit(s->hub, &p->append.op);
}

/* In a room that one has left nothing is said any more; but what was said before
 * the answer was lost keeps its acknowledgement. */
static void ask_again(struct session *s, uint32_t request, uint64_t room, const Appchat__Event *event,
	const uint8_t *msg_id, const char *content) {
	struct post_op *p = post_new(s, room, event, msg_id, content);
	p->asker = asker_of(s, request);
	hub_submit(s->hub, &p->append.op);
}

/* ---- checks they share ---- */

/* May the next event be posted? */
static bool may_post(struct session *s, uint32_t request, const struct room *room, const ProtobufCBinaryData *msg_id) {
	uint32_t wait_ms;
	if (!s->person->user.name[0])
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_SIGNED_IN, "Your name was given to another; choose a new one first.");
	else if (!uuid7_valid(msg_id->data, msg_id->len))
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_MALFORMED, "client_msg_id must be a UUID of version 7.");
	else if (s->hub->posting > HUB_POSTING_MAX)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, NULL);
	else if (room && fanout_full(s->hub, room, &wait_ms))
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, wait_ms);
	else if (!rate_take(&s->person->allowance->messages, s->hub->now_ns, s->hub->options.message_burst, s->hub->options.message_rate, 1, &wait_ms))
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	else
		return true;
	return false;
}

/* The room, if it is one's own. */
static struct room *own_room(struct session *s, uint64_t id) {
	struct room *room = room_by_id(s->hub, id);
	return room && person_in(s->person, room) ? room : NULL;
}

static uint32_t tag_of(const uint8_t *id) {
	return (uint32_t)id[12] << 24 | (uint32_t)id[13] << 16 | (uint32_t)id[14] << 8 | id[15];
}

void handle_send(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__Send *in = frame->send;
	size_t len = strlen(in->text);
	if (!len || len > LIMIT_TEXT) {
		reply_error(s, request, len ? APPCHAT__ERROR_CODE__ERROR_TOO_LARGE : APPCHAT__ERROR_CODE__ERROR_MALFORMED,
			len ? "A message has at most 16384 bytes; send it in parts." : "A message needs a text.");
		return;
	}
	struct room *room = own_room(s, in->room);
	if (!may_post(s, request, room, &in->client_msg_id))
		return;
	Appchat__Message message = APPCHAT__MESSAGE__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT;
	message.author = s->person->user.id;
	message.name = s->person->user.name;
	message.text = in->text;
	message.tag = tag_of(in->client_msg_id.data);
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &message;
	if (room)
		post(s, request, room, &event, in->client_msg_id.data, in->text, false);
	else
		ask_again(s, request, in->room, &event, in->client_msg_id.data, in->text);
}

void handle_set_topic(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__SetTopic *in = frame->set_topic;
	if (strlen(in->topic) > LIMIT_TOPIC) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_TOO_LARGE, "A topic has at most 1024 bytes.");
		return;
	}
	struct room *room = own_room(s, in->room);
	if (!may_post(s, request, room, &in->client_msg_id))
		return;
	if (room && s->person->user.guest && room->maker != s->person->user.id) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_FORBIDDEN, "Guests may set the topic of rooms they made; register to set this one.");
		return;
	}
	Appchat__TopicChanged topic = APPCHAT__TOPIC_CHANGED__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT;
	topic.author = s->person->user.id;
	topic.name = s->person->user.name;
	topic.topic = in->topic;
	event.body_case = APPCHAT__EVENT__BODY_TOPIC_CHANGED;
	event.topic_changed = &topic;
	if (room)
		post(s, request, room, &event, in->client_msg_id.data, in->topic, true);
	else
		ask_again(s, request, in->room, &event, in->client_msg_id.data, in->topic);
}

/* ---- read marks ---- */

struct read_op {
	struct store_read_mark mark;
	struct asker asker;
};

static void tell_read(const struct person *p, const struct session *but, uint64_t room, uint64_t seq) {
	Appchat__ReadMark mark = APPCHAT__READ_MARK__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	mark.room = room;
	mark.seq = seq;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_READ_MARK;
	frame.read_mark = &mark;
	for (struct session *s = p->sessions; s; s = s->person_next)
		if (s != but)
			session_send(s, &frame);
}

static void read_done(struct store_op *op) {
	struct read_op *r = (struct read_op *)op;
	struct session *s = asker_back(&r->asker);
	struct person *p = person_get(r->asker.hub, r->mark.user);
	struct room *room = room_by_id(r->asker.hub, r->mark.room);
	struct membership *m = p && room ? person_in(p, room) : NULL;
	if (op->result == STORE_OK && m && r->mark.seq > m->read_seq) {
		m->read_seq = r->mark.seq;
		tell_read(p, s, room->id, m->read_seq);
	}
	if (s && op->result == STORE_OK)
		reply_done(s, r->asker.request);
	else if (s)
		reply_store_error(s, r->asker.request, op->result);
	free(r);
}

void handle_mark_read(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	struct room *room = room_by_id(s->hub, frame->mark_read->room);
	struct membership *m = room ? person_in(s->person, room) : NULL;
	uint64_t seq = frame->mark_read->seq;
	if (!m) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room.");
		return;
	}
	if (seq > room->head)
		seq = room->head;
	if (seq <= m->read_seq) {
		reply_done(s, request);
		return;
	}
	struct read_op *r = xcalloc(1, sizeof *r);
	r->mark.op.kind = STORE_READ_MARK;
	r->mark.op.done = read_done;
	r->mark.user = s->person->user.id;
	r->mark.room = room->id;
	r->mark.seq = seq;
	r->asker = asker_of(s, request);
	hub_submit(s->hub, &r->mark.op);
}
