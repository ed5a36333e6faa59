/* A room's window: an array of events, rising by seq; holes are jumps in the numbers. */
#include "proto/client/window.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"

size_t sync_index(const struct sync_room *room, uint64_t seq) {
	size_t low = 0, high = room->events;
	if (high && room->event[high - 1]->seq < seq)
		return high; /* nearly always: a new one */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (room->event[mid]->seq < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint64_t sync_missing(const struct sync_room *room, size_t i) {
	uint64_t floor = room->floor ? room->floor : 1;
	uint64_t below = i ? room->event[i - 1]->seq : floor - 1;
	uint64_t above = i < room->events ? room->event[i]->seq : room->cursor + 1;
	return above > below + 1 ? above - below - 1 : 0;
}

static const char *or_empty(const char *s) {
	return s ? s : "";
}

static struct sync_event *copy(const Appchat__Event *from) {
	struct sync_event e = {.seq = from->seq, .time_ms = from->time_ms};
	const char *name = "", *text = "";
	switch (from->body_case) {
	case APPCHAT__EVENT__BODY_MESSAGE:
		e.kind = SYNC_MESSAGE;
		e.author = from->message->author;
		e.tag = from->message->tag;
		name = or_empty(from->message->name);
		text = or_empty(from->message->text);
		break;
	case APPCHAT__EVENT__BODY_TOPIC_CHANGED:
		e.kind = SYNC_TOPIC;
		e.author = from->topic_changed->author;
		name = or_empty(from->topic_changed->name);
		text = or_empty(from->topic_changed->topic);
		break;
	case APPCHAT__EVENT__BODY_ROOM_CREATED:
		e.kind = SYNC_CREATED;
		e.author = from->room_created->author;
		name = or_empty(from->room_created->name);
		break;
	default:
		break; /* from a newer server: kept, so that the numbers stay dense */
	}
	size_t name_size = strlen(name) + 1, text_size = strlen(text) + 1;
	e.bytes = sizeof e + name_size + text_size;
	struct sync_event *event = xmalloc(e.bytes);
	char *strings = (char *)(event + 1);
	memcpy(strings, name, name_size);
	memcpy(strings + name_size, text, text_size);
	e.name = strings;
	e.text = strings + name_size;
	*event = e;
	return event;
}

struct sync_event *window_insert(struct sync_room *room, const Appchat__Event *from) {
	size_t i = sync_index(room, from->seq);
	if (!from->seq || (i < room->events && room->event[i]->seq == from->seq))
		return NULL;
	if (room->events % 64 == 0)
		room->event = xrealloc(room->event, (room->events + 64) * sizeof *room->event);
	memmove(room->event + i + 1, room->event + i, (room->events - i) * sizeof *room->event);
	room->event[i] = copy(from);
	room->events++;
	room->bytes += room->event[i]->bytes;
	return room->event[i];
}

static void drop(struct sync_room *room, size_t first, size_t count) {
	for (size_t i = first; i < first + count; i++) {
		room->bytes -= room->event[i]->bytes;
		free(room->event[i]);
	}
	room->events -= count;
	if (count)
		memmove(room->event + first, room->event + first + count, (room->events - first) * sizeof *room->event);
}

void window_trim(struct sync_room *room) {
	while (room->events > 1 && (room->events > SYNC_WINDOW_EVENTS || room->bytes > SYNC_WINDOW_BYTES)) {
		size_t extra = room->events > SYNC_WINDOW_EVENTS ? room->events - SYNC_WINDOW_EVENTS : 1;
		bool at_end = !room->anchor || sync_index(room, room->anchor) > room->events / 2;
		drop(room, at_end ? 0 : room->events - extra, extra);
	}
}

void window_clear(struct sync_room *room) {
	drop(room, 0, room->events);
	free(room->event);
	room->event = NULL;
}
