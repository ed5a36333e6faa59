/*
 * A server that says anything, deflated or not, to the client's sync, while its
 * person reads, looks around and loses the connection: the window stays in
 * order and bounded, what is pushed comes without a hole, and no number runs
 * ahead of what it must not.
 *
 * Input: records (tests/support/records.h) of ServerFrames; the op is what the
 * client does after it (enum deed, and which room).
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "proto/appchat.pb-c.h"
#include "proto/client/sync.h"
#include "proto/inflate.h"
#include "tests/support/answers.h"
#include "tests/support/records.h"

#define EVENT_BYTES_MAX (1 << 17)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
	size_t max, unsigned seed);

enum deed { DEED_NONE, DEED_FOLLOW, DEED_READ, DEED_LOOK_UP, DEED_LOOK_DOWN, DEED_LOST, DEED_REFUSED, DEEDS = 8 };

/* Whoever is told of an event finds it in its window; a fresh one is where the cursor is. */
static void on_event(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct sync *s = arg;
	assert(sync_find(s, room->id) == room);
	size_t i = sync_index(room, event->seq);
	assert(i < room->events && room->event[i] == event);
	assert(!fresh || room->cursor == event->seq);
}

static void on_room(void *arg, struct sync_room *room) {
	assert(sync_find(arg, room->id));
}

/* It is off the list, and still whole. */
static void on_gone(void *arg, struct sync_room *room) {
	(void)arg;
	assert(room->name && (!room->events || room->event[0]->text));
}

static void check_room(const struct sync_room *room) {
	size_t bytes = 0;
	assert(room->name && room->topic);
	assert(room->events <= SYNC_WINDOW_EVENTS);
	for (size_t i = 0; i < room->events; i++) {
		assert(room->event[i]->name && room->event[i]->text);
		assert(!i || room->event[i]->seq > room->event[i - 1]->seq);
		bytes += room->event[i]->bytes;
	}
	assert(bytes == room->bytes && bytes <= SYNC_WINDOW_BYTES + EVENT_BYTES_MAX);
	assert(room->unread <= room->cursor);
	(void)sync_missing(room, room->events);
	(void)sync_behind(room);
}

static void hear(struct sync *s, const Appchat__ServerFrame *frame) {
	switch (frame->body_case) {
	case APPCHAT__SERVER_FRAME__BODY_SIGNED_IN: sync_signed_in(s, frame->signed_in); break;
	case APPCHAT__SERVER_FRAME__BODY_ROOM_STATE: sync_room_state(s, frame->room_state); break;
	case APPCHAT__SERVER_FRAME__BODY_ROOM_LEFT: sync_left(s, frame->room_left->room); break;
	case APPCHAT__SERVER_FRAME__BODY_EVENTS: sync_events(s, frame->events); break;
	case APPCHAT__SERVER_FRAME__BODY_GAP: sync_gap(s, frame->gap); break;
	case APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE:
		sync_page(s, frame->history_page, frame->request / 2, frame->request & 1);
		break;
	case APPCHAT__SERVER_FRAME__BODY_PONG: sync_pong(s, frame->pong); break;
	case APPCHAT__SERVER_FRAME__BODY_PRESENCE: sync_presence(s, frame->presence->room, frame->presence->online); break;
	case APPCHAT__SERVER_FRAME__BODY_DONE: sync_follow_done(s, true); break;
	case APPCHAT__SERVER_FRAME__BODY_BYE: sync_lost(s); break;
	default: break;
	}
}

static void act(struct sync *s, uint8_t op) {
	struct sync_room *room = s->rooms ? s->room[op / DEEDS % s->rooms] : NULL;
	if (!room)
		return;
	switch ((enum deed)(op % DEEDS)) {
	case DEED_FOLLOW: sync_follow_sent(room); break;
	case DEED_READ: sync_read(s, room, room->cursor); break;
	case DEED_LOOK_UP: sync_anchor(room, room->events ? room->event[0]->seq : 1); break;
	case DEED_LOOK_DOWN: sync_anchor(room, 0); break;
	case DEED_LOST: sync_lost(s); break;
	case DEED_REFUSED: sync_follow_done(s, false); break;
	default: break;
	}
}

static void step(struct sync *s, struct inflate *inflate, const struct record *r) {
	Appchat__ServerFrame *frame = inflate_frame(inflate, r->data, r->len);
	if (frame) {
		assert(frame->body_case != APPCHAT__SERVER_FRAME__BODY_DEFLATED);
		hear(s, frame);
		appchat__server_frame__free_unpacked(frame, NULL);
	}
	act(s, r->op);
	for (size_t i = 0; i < s->rooms; i++)
		check_room(s->room[i]);
}

static size_t make(struct dice *dice, uint8_t *op, uint8_t *out, size_t size) {
	*op = (uint8_t)(dice_once_in(dice, 2) ? dice_next(dice) : DEED_NONE);
	return answer_make(dice, out, size);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
	return records_mutate(data, size, max, seed, make);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
	size_t max, unsigned seed) {
	return records_cross(a, a_size, b, b_size, out, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct sync s = {.self = 7, .on_event = on_event, .on_added = on_room, .on_reset = on_room, .on_gone = on_gone};
	struct inflate *inflate = inflate_new();
	struct record r;
	s.arg = &s;
	for (int i = 0; i < RECORDS_MAX && record_next(&data, &size, &r); i++)
		step(&s, inflate, &r);
	sync_clear(&s);
	inflate_free(inflate);
	return 0;
}
