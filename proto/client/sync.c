/* Rooms, cursors and read marks. See sync.h. */
#include "proto/client/sync.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/base/buf.h"
#include "proto/client/window.h"

/* ---- rooms ---------------------------------------------------------------- */

struct sync_room *sync_find(const struct sync *s, uint64_t id) {
	for (size_t i = 0; i < s->rooms; i++)
		if (s->room[i]->id == id)
			return s->room[i];
	return NULL;
}

struct sync_room *sync_find_name(const struct sync *s, const char *name) {
	name += *name == '#';
	for (size_t i = 0; i < s->rooms; i++)
		if (!strcasecmp(s->room[i]->name, name))
			return s->room[i];
	return NULL;
}

static void room_free(struct sync *s, struct sync_room *room) {
	if (s->on_gone)
		s->on_gone(s->arg, room);
	window_clear(room);
	free(room->name);
	free(room->topic);
	free(room);
}

static void remove_at(struct sync *s, size_t i) {
	struct sync_room *room = s->room[i];
	s->rooms--;
	memmove(s->room + i, s->room + i + 1, (s->rooms - i) * sizeof *s->room);
	room_free(s, room);
}

void sync_clear(struct sync *s) {
	while (s->rooms)
		remove_at(s, s->rooms - 1);
	free(s->room);
	s->room = NULL;
	s->self = 0;
}

static void set_text(char **field, const char *text) {
	if (*field && text && !strcmp(*field, text))
		return;
	free(*field);
	*field = xstrdup(text ? text : "");
}

static struct sync_room *room_new(struct sync *s, const Appchat__RoomState *state) {
	struct sync_room *room = xcalloc(1, sizeof *room);
	size_t i = 0;
	room->id = state->id;
	while (i < s->rooms && strcasecmp(s->room[i]->name, state->name ? state->name : "") < 0)
		i++;
	s->room = xrealloc(s->room, (s->rooms + 1) * sizeof *s->room);
	memmove(s->room + i + 1, s->room + i, (s->rooms - i) * sizeof *s->room);
	s->room[i] = room;
	s->rooms++;
	return room;
}

/* ---- reading ---------------------------------------------------------------- */

static bool counts(const struct sync *s, const struct sync_event *e) {
	return e->kind == SYNC_MESSAGE && e->author != s->self;
}

/* Unread: all that was pushed after the mark, but what is known not to count. */
static void recount(const struct sync *s, struct sync_room *room) {
	room->unread = room->cursor > room->read ? room->cursor - room->read : 0;
	for (size_t i = sync_index(room, room->read + 1); i < room->events && room->unread; i++)
		if (room->event[i]->seq <= room->cursor && !counts(s, room->event[i]))
			room->unread--;
}

bool sync_read(struct sync *s, struct sync_room *room, uint64_t seq) {
	if (seq <= room->read)
		return false;
	room->read = seq;
	recount(s, room);
	return true;
}

void sync_anchor(struct sync_room *room, uint64_t seq) {
	room->anchor = seq;
}

/* ---- what the server says of rooms ------------------------------------------ */

static void reset(struct sync *s, struct sync_room *room) {
	window_clear(room);
	room->anchor = 0;
	if (s->on_reset)
		s->on_reset(s->arg, room);
}

struct sync_room *sync_room_state(struct sync *s, const Appchat__RoomState *state) {
	struct sync_room *room = sync_find(s, state->id);
	bool fresh = !room;
	if (fresh)
		room = room_new(s, state);
	bool other = !fresh && (room->epoch != state->epoch || state->head < room->cursor);
	set_text(&room->name, state->name);
	set_text(&room->topic, state->topic);
	room->online = state->online;
	room->floor = state->floor;
	if (fresh || other) {
		room->epoch = state->epoch;
		room->cursor = room->head = state->head;
		room->read = state->read;
		room->follow = true;
	}
	if (other)
		reset(s, room);
	if (state->head > room->head)
		room->head = state->head;
	if (state->read > room->read)
		room->read = state->read;
	room->told = state->read;
	recount(s, room);
	if (fresh && s->on_added)
		s->on_added(s->arg, room);
	return room;
}

void sync_left(struct sync *s, uint64_t id) {
	for (size_t i = 0; i < s->rooms; i++)
		if (s->room[i]->id == id) {
			remove_at(s, i);
			return;
		}
}

static bool listed(const Appchat__SignedIn *in, uint64_t id) {
	for (size_t i = 0; i < in->n_rooms; i++)
		if (in->rooms[i]->id == id)
			return true;
	return false;
}

void sync_signed_in(struct sync *s, const Appchat__SignedIn *in) {
	uint64_t self = in->user ? in->user->id : 0;
	if (s->self && s->self != self)
		sync_clear(s);
	s->self = self;
	for (size_t i = s->rooms; i--;)
		if (!listed(in, s->room[i]->id))
			remove_at(s, i);
	for (size_t i = 0; i < in->n_rooms; i++)
		sync_room_state(s, in->rooms[i])->follow = true;
}

void sync_lost(struct sync *s) {
	for (size_t i = 0; i < s->rooms; i++) {
		s->room[i]->follow = true;
		s->room[i]->following = false;
	}
}

void sync_follow_sent(struct sync_room *room) {
	room->follow = false;
	room->following = true;
}

void sync_follow_done(struct sync *s, bool ok) {
	for (size_t i = 0; i < s->rooms; i++) {
		struct sync_room *room = s->room[i];
		if (room->following && !ok)
			room->follow = true;
		room->following = false;
	}
}

/* ---- the log ------------------------------------------------------------------ */

static void mark_own(struct sync_room *room, uint64_t before_own) {
	if (room->read == before_own)
		room->read = before_own + 1; /* who answers at once has read what was there */
}

/* The next event in order: the cursor moves; it may be in the window from a page. */
static void advance(struct sync *s, struct sync_room *room, const Appchat__Event *from) {
	struct sync_event *event = window_insert(room, from);
	bool fresh = event != NULL;
	if (!event)
		event = room->event[sync_index(room, from->seq)];
	room->cursor = event->seq;
	if (room->head < room->cursor)
		room->head = room->cursor;
	if (counts(s, event))
		room->unread += event->seq > room->read;
	else if (!room->unread)
		mark_own(room, event->seq - 1);
	if (event->kind == SYNC_TOPIC)
		set_text(&room->topic, event->text);
	if (fresh && s->on_event)
		s->on_event(s->arg, room, event, true);
}

void sync_events(struct sync *s, const Appchat__Events *events) {
	struct sync_room *room = sync_find(s, events->room);
	for (size_t i = 0; room && i < events->n_event; i++) {
		const Appchat__Event *event = events->event[i];
		if (event->seq <= room->cursor)
			continue;
		if (event->seq != room->cursor + 1) {
			if (!room->following)
				room->follow = true;
			break;
		}
		advance(s, room, event);
		if (!(room->events % 32))
			window_trim(room);
	}
	if (room)
		window_trim(room);
}

void sync_gap(struct sync *s, const Appchat__Gap *gap) {
	struct sync_room *room = sync_find(s, gap->room);
	if (!room || gap->to <= room->cursor)
		return;
	room->cursor = gap->to;
	if (room->head < gap->to)
		room->head = gap->to;
	recount(s, room);
}

static void raise_floor(struct sync_room *room, uint64_t seq) {
	if (room->floor < seq)
		room->floor = seq;
}

size_t sync_page(struct sync *s, const Appchat__HistoryPage *page, uint64_t asked, bool forward) {
	struct sync_room *room = sync_find(s, page->room);
	if (!room || page->epoch != room->epoch)
		return 0;
	size_t fresh = 0;
	for (size_t i = 0; i < page->n_event; i++) {
		struct sync_event *event = window_insert(room, page->event[i]);
		if (!event)
			continue;
		fresh++;
		if (s->on_event)
			s->on_event(s->arg, room, event, false);
	}
	if (!page->more && !forward)
		raise_floor(room, page->n_event ? page->event[0]->seq : asked ? asked : room->cursor + 1);
	window_trim(room);
	recount(s, room);
	return fresh;
}

static const Appchat__Head *head_of(const Appchat__Pong *pong, uint64_t room) {
	for (size_t i = 0; i < pong->n_head; i++)
		if (pong->head[i]->room == room)
			return pong->head[i];
	return NULL;
}

void sync_pong(struct sync *s, const Appchat__Pong *pong) {
	for (size_t i = 0; i < s->rooms; i++) {
		struct sync_room *room = s->room[i];
		const Appchat__Head *head = head_of(pong, room->id);
		if (head && room->head < head->head)
			room->head = head->head;
		if (!room->following && (!head || head->sent > room->cursor))
			room->follow = true;
	}
}

void sync_presence(struct sync *s, uint64_t id, uint32_t online) {
	struct sync_room *room = sync_find(s, id);
	if (room)
		room->online = online;
}

uint64_t sync_behind(const struct sync_room *room) {
	return room->head > room->cursor ? room->head - room->cursor : 0;
}
