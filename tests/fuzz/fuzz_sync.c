/*
 * A server that says anything, deflated or not, to the client's sync: the
 * window stays in order and bounded, and no number runs ahead of what it must not.
 *
 * Input: ServerFrames, each after two bytes of length.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "proto/appchat.pb-c.h"
#include "proto/client/sync.h"
#include "proto/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_room(const struct sync_room *room) {
	assert(room->name && room->topic);
	assert(room->events <= SYNC_WINDOW_EVENTS);
	for (size_t i = 0; i < room->events; i++) {
		assert(room->event[i]->name && room->event[i]->text);
		assert(!i || room->event[i]->seq > room->event[i - 1]->seq);
	}
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct sync s = {.self = 7};
	struct inflate *inflate = inflate_new();
	while (size >= 2) {
		size_t len = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		Appchat__ServerFrame *frame = inflate_frame(inflate, data, len);
		if (frame) {
			assert(frame->body_case != APPCHAT__SERVER_FRAME__BODY_DEFLATED);
			hear(&s, frame);
			appchat__server_frame__free_unpacked(frame, NULL);
		}
		for (size_t i = 0; i < s.rooms; i++) {
			check_room(s.room[i]);
			if (s.room[i]->follow)
				sync_follow_sent(s.room[i]);
		}
		data += len;
		size -= len;
	}
	sync_clear(&s);
	inflate_free(inflate);
	return 0;
}
