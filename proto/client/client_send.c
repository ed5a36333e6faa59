/* From the outbox to the server, and what it says to that. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"
#include "proto/client/backoff.h"
#include "proto/client/client_state.h"
#include "proto/limits.h"

#define BLOCKED_MS 100   /* until the next try when the connection takes no more */

/* A message whose acknowledgement is awaited; the item may be gone before it comes. */
struct sending {
	struct client *client;
	uint64_t room;
	uint8_t id[16];
};

static void stored(struct client *c, const struct sending *s, const Appchat__SendAck *ack) {
	struct sync_room *room = sync_find(&c->sync, s->room);
	outbox_stored(c->outbox, s->id, ack->seq, ack->time_ms);
	if (!room || c->o.no_rooms)
		outbox_passed(c->outbox, s->room, ack->seq);
	else
		outbox_passed(c->outbox, s->room, room->cursor);
}

/* These say something of the connection and not of the message. */
static bool is_temporary(const Appchat__Error *error) {
	return error->temporary || error->code == APPCHAT__ERROR_CODE__ERROR_NOT_SIGNED_IN ||
	       error->code == APPCHAT__ERROR_CODE__ERROR_STATE;
}

static unsigned retry_in(struct client *c, const struct sending *s, const Appchat__Error *error) {
	struct outbox_item *item = outbox_find(c->outbox, s->id);
	uint32_t random;
	random_bytes(&random, sizeof random);
	return error->retry_after_ms + backoff_ms(item && !error->retry_after_ms ? item->tries : 0, random);
}

static void send_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct sending *s = arg;
	struct client *c = s->client;
	if (frame) {
		if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_SEND_ACK)
			stored(c, s, frame->send_ack);
		else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
			outbox_refused(c->outbox, s->id, frame->error->text, is_temporary(frame->error), client_now_ms(),
			               retry_in(c, s, frame->error));
		else
			outbox_refused(c->outbox, s->id, "the server gave an answer that can't be understood", false, 0, 0);
		struct sync_room *room = sync_find(&c->sync, s->room);
		if (room)
			client_room_changed(c, room, CLIENT_ROOM_OUTBOX);
		c->o.on_status(c->o.arg);
		client_pump(c);
	}
	free(s);
}

static bool send_item(struct client *c, struct outbox_item *item) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send send = APPCHAT__SEND__INIT;
	struct sending *s = xmalloc(sizeof *s);
	s->client = c;
	s->room = item->room;
	memcpy(s->id, item->id, sizeof s->id);
	send.room = item->room;
	send.client_msg_id = (ProtobufCBinaryData){sizeof item->id, item->id};
	send.text = item->text;
	frame.send = &send;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	if (!client_request(c, &frame, send_answered, s)) {
		free(s);
		return false;
	}
	outbox_sent(c->outbox, item);
	return true;
}

void client_send_outbox(struct client *c, uint64_t *wait_ms) {
	struct outbox_item *item;
	while ((item = outbox_next(c->outbox, client_now_ms(), clock_wall_ms(), wait_ms)))
		if (!send_item(c, item)) {
			*wait_ms = BLOCKED_MS;
			return;
		}
}

/* ---- safe on the disk ----------------------------------------------------------------------- */

static void save(uv_work_t *work) {
	struct client *c = work->data;
	c->save_error = fdatasync(c->save_fd) ? errno : 0;
	close(c->save_fd);
}

static void save_more(void *arg);

static void saved(uv_work_t *work, int status) {
	struct client *c = work->data;
	(void)status;
	c->saving = false;
	if (c->save_error)
		client_notice(c, CLIENT_WARNING, "a message on its way can't be kept on this machine");
	outbox_saved(c->outbox);
	save_more(c);
	for (size_t i = 0; i < c->sync.rooms; i++)
		client_room_changed(c, c->sync.room[i], CLIENT_ROOM_OUTBOX);
	client_pump(c);
}

/* One sync at a time, for all that came during the one before. */
static void save_more(void *arg) {
	struct client *c = arg;
	if (c->saving || (c->save_fd = outbox_saving(c->outbox)) < 0)
		return;
	c->save.data = c;
	c->saving = true;
	uv_queue_work(c->o.loop, &c->save, save, saved);
}

struct outbox *client_new_outbox(struct client *c) {
	struct outbox *outbox = outbox_new();
	outbox_save_later(outbox, save_more, c);
	return outbox;
}

void client_drop_outbox(struct client *c) {
	outbox_free(c->outbox);
	c->outbox = client_new_outbox(c);
}

static bool is_blank(const char *text) {
	return !text[strspn(text, " \t\r\n")];
}

struct outbox_item *client_send(struct client *c, uint64_t room, const char *text, const char **why) {
	*why = NULL;
	if (is_blank(text))
		*why = "an empty message is not sent";
	else if (strlen(text) > c->text_bytes)
		*why = "the message is too long";
	if (*why)
		return NULL;
	struct outbox_item *item = outbox_add(c->outbox, room, text);
	if (!item) {
		*why = "too many messages wait to be sent already";
		return NULL;
	}
	struct sync_room *r = sync_find(&c->sync, room);
	if (r)
		client_room_changed(c, r, CLIENT_ROOM_OUTBOX);
	client_pump(c);
	return item;
}
