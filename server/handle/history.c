/* History by page: the stored events go out as they are, in a frame made around them. */
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "proto/limits.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "server/room/untaken.h"

#define PAGE_DEFAULT 50
#define PAGE_EXTRA 128   /* around the events */

struct history_op {
	struct store_range range;
	struct asker asker;
};

/* ServerFrame{request, history_page{room, run, more, epoch}}; field numbers of appchat.proto. */
static void send_page(struct session *s, uint32_t request, const struct room *room, const struct store_bytes *run, bool more) {
	enum { FRAME_REQUEST = 1, FRAME_PAGE = 10, PAGE_ROOM = 1, PAGE_MORE = 3, PAGE_EPOCH = 4 };
	struct buf inner = {0}, head = {0};
	if (!session_room(s))
		return;
	if (!untaken_fits(s->hub, run->len) || !buf_try_reserve(&inner, run->len + PAGE_EXTRA) ||
		!buf_try_reserve(&s->out, run->len + 2 * PAGE_EXTRA)) {
		buf_free(&inner);
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, NO_MEMORY_MS);
		return;
	}
	wire_field_varint(&inner, PAGE_ROOM, room->id);
	buf_append(&inner, run->data, run->len);
	if (more)
		wire_field_varint(&inner, PAGE_MORE, 1);
	wire_field_varint(&inner, PAGE_EPOCH, room->epoch);
	wire_field_varint(&head, FRAME_REQUEST, request);
	wire_field_bytes(&head, FRAME_PAGE, inner.len);
	s->out.len += ws_put_header(buf_reserve(&s->out, WS_HEADER_MAX), WS_BINARY, head.len + inner.len);
	buf_append(&s->out, head.data, head.len);
	buf_append(&s->out, inner.data, inner.len);
	session_account(s);
	buf_free(&head);
	buf_free(&inner);
	session_ready(s);
}

static void range_done(struct store_op *op) {
	struct history_op *h = (struct history_op *)op;
	struct session *s = asker_back(&h->asker);
	struct room *room = room_by_id(h->asker.hub, h->range.room);
	if (s && (op->result != STORE_OK || !room))
		reply_store_error(s, h->asker.request, op->result);
	else if (s && !person_in(s->person, room))   /* left, or was removed, meanwhile */
		reply_error(s, h->asker.request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room.");
	else if (s) {
		bool more = h->range.count && (h->range.forward ? h->range.last < room->head : h->range.first > room->floor);
		send_page(s, h->asker.request, room, &h->range.events, more);
	}
	free(h->range.events.data);
	free(h);
}

static void submit(struct session *s, uint32_t request, const Appchat__History *in, const struct room *room) {
	struct history_op *h = xcalloc(1, sizeof *h);
	h->range.op.kind = STORE_RANGE;
	h->range.op.done = range_done;
	h->range.room = room->id;
	h->range.forward = in->forward;
	if (in->forward)
		h->range.from = in->after + 1;
	else
		h->range.from = in->before ? in->before - 1 : room->head;
	h->range.max_events = !in->limit ? PAGE_DEFAULT : in->limit < LIMIT_HISTORY_EVENTS ? in->limit : LIMIT_HISTORY_EVENTS;
	h->range.max_bytes = LIMIT_HISTORY_BYTES;
	h->asker = asker_of(s, request);
	hub_submit(s->hub, &h->range.op);
}

void handle_history(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__History *in = frame->history;
	struct room *room = room_by_id(s->hub, in->room);
	struct store_bytes none = {0};
	if (!room || !person_in(s->person, room))
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room; join it first.");
	else if (in->forward ? in->after >= room->head : in->before == 1 || !room->head)
		send_page(s, request, room, &none, false);
	else
		submit(s, request, in, room);
}
